"""Gates and memory: who saw whom? (row 36).

Slide: deck 3, "Input on which Machine was trained" `memory`, "Gating" `memory`
"""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import gates
from keras_course.by_hand.recurrent import Step

from .board import Compared, Row, Say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXT = "Steven saw Mark. Mark saw"


def signed(numbers: np.ndarray) -> str:
    """Words with a value near 1, and with ``not`` those with a value near -1."""
    positive = [word for word, value in zip(gates.WORDS, numbers[0], strict=True) if value > 0.5]
    negative = [f"not {word}" for word, value in zip(gates.WORDS, numbers[0], strict=True) if value < -0.5]
    return ", ".join(positive + negative) or "nothing"


def closed(gate: np.ndarray) -> str:
    """The words for which a gate is shut."""
    return ", ".join(word for word, value in zip(gates.WORDS, gate[0], strict=True) if value < 0.5) or "none"


def story(say: Say) -> Compared:
    """Row 36: what each gate of an LSTM does at each word."""
    steps = gates.read(TEXT)
    say(f"the training text: Steven saw Mark. Mark saw John. John saw Steven.   read so far: {TEXT} ...")
    say("the slides' names: prediction = candidate, ignoring = input gate, forgetting = forget gate,")
    say("collected possibilities = cell state, selection = output gate, filtered possibilities = output")
    for word, step in zip(TEXT.replace(".", " .").split(), steps, strict=True):
        say(f"reads {word!r}")
        say(f"    candidate                      {signed(step.candidate)}")
        say(f"    input gate closed for            {closed(step.input_gate)}")
        say(f"    forget gate closed for           {closed(step.forget_gate)}")
        say(f"    cell state                     {signed(step.cell_state)}")
        say(f"    output gate closed for           {closed(step.output_gate)}")
        say(f"    output                         {signed(step.output)}")
    plain = gates.allowed(_without_memory(TEXT).output)
    say(
        f"without memory, from the last word alone, it would say {', '.join(plain)}: 'Mark saw Mark' is a mistake"
    )
    last, first = steps[-1], steps[4]
    return Compared(
        {
            "after 'Mark': prediction": "saw, ., not Mark",
            "after 'Mark': said": ["saw"],
            "after 'Mark saw': collected": ["Steven", "John", "."],
            "after 'Mark saw': filtered": ["Steven", "John"],
        },
        {
            "after 'Mark': prediction": signed(first.candidate),
            "after 'Mark': said": gates.allowed(first.output),
            "after 'Mark saw': collected": gates.allowed(last.cell_state),
            "after 'Mark saw': filtered": gates.allowed(last.output),
        },
        by_formula=("after 'Mark': prediction", "after 'Mark saw': collected"),
        note="gates set by hand; the slides' figures omit the full stop; ours predicts it too",
    )


def _without_memory(text: str) -> Step:
    """The last step of the same network with its forget gates shut."""
    from keras_course.by_hand.recurrent import lstm

    W, U, b = gates.weights()
    W = W.copy()
    W[:, 5:10] = gates.CLOSED
    return lstm(gates.one_hot(text), W, U, b)[-1]


def draw() -> "Figure":
    """Row 36: every gate at every word."""
    from keras_course.plots.maps import signed_tables

    steps, words = gates.read(TEXT), TEXT.replace(".", " .").split()
    arrays = {
        "candidate": "candidate (+1 for, -1 against)",
        "input_gate": "input gate (1: open)",
        "forget_gate": "forget gate (1: open, kept)",
        "cell_state": "cell state",
        "output_gate": "output gate (1: open)",
        "output": "output",
    }
    return signed_tables(
        {text: np.concatenate([getattr(step, name) for step in steps]) for name, text in arrays.items()},
        words, gates.WORDS, labels=("unit", "word read", "value of the unit"),
        title=f'After "{TEXT}" the network expects {", ".join(gates.allowed(steps[-1].output))}',
        summary=f"cell state at the end: {signed(steps[-1].cell_state)}",
    )  # fmt: skip


ROWS = (
    Row(36, "an LSTM's gates, word by word", 'deck 3, "Input on which Machine was trained"', story, draw),
)
