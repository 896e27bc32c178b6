"""Gates and memory: who saw whom? (row 36)."""

from typing import Any

import numpy as np

from apps.worked_examples.board import Compared, Row, Say
from keras_course.by_hand import gates
from keras_course.by_hand.recurrent import Step

TEXT = "Steven saw Mark. Mark saw"


def signed(numbers: np.ndarray) -> str:
    """Words with a clear vote for them, and with ``not`` those with one against them."""
    for_it = [word for word, vote in zip(gates.WORDS, numbers[0], strict=True) if vote > 0.5]
    against = [f"not {word}" for word, vote in zip(gates.WORDS, numbers[0], strict=True) if vote < -0.5]
    return ", ".join(for_it + against) or "nothing"


def closed(gate: np.ndarray) -> str:
    """The words that a gate keeps out."""
    return ", ".join(word for word, value in zip(gates.WORDS, gate[0], strict=True) if value < 0.5) or "none"


def story(say: Say) -> Compared:
    """Row 36."""
    steps = gates.read(TEXT)
    say(f"the training text: Steven saw Mark. Mark saw John. John saw Steven.   read so far: {TEXT} ...")
    for word, step in zip(TEXT.replace(".", " .").split(), steps, strict=True):
        say(f"reads {word!r}")
        say(f"    prediction (possibilities)     {signed(step.candidate)}")
        say(f"    ignoring keeps out             {closed(step.input_gate)}")
        say(f"    forgetting wipes out           {closed(step.forget_gate)}")
        say(f"    collected possibilities        {signed(step.cell_state)}")
        say(f"    selection holds back           {closed(step.output_gate)}")
        say(f"    filtered possibilities         {signed(step.output)}")
    plain = gates.allowed(_without_memory(TEXT).output)
    say(
        f"a plain network that sees only the last word would say: {', '.join(plain)}: 'Mark saw Mark' is its slip"
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
        note="gates set by hand; the slides' figures leave the full stop out, ours predicts it too",
    )


def _without_memory(text: str) -> Step:
    """The last step of the same network with its forget gates shut."""
    from keras_course.by_hand.recurrent import lstm

    W, U, b = gates.weights()
    W = W.copy()
    W[:, 5:10] = gates.CLOSED
    return lstm(gates.one_hot(text), W, U, b)[-1]


def draw() -> Any:
    """Row 36: every gate at every word."""
    from keras_course import plots

    steps, words = gates.read(TEXT), TEXT.replace(".", " .").split()
    parts = {
        "candidate": "possibilities (+1 for, -1 against)",
        "input_gate": "input gate (0: ignored)",
        "forget_gate": "forget gate (0: forgotten)",
        "cell_state": "memory: collected possibilities",
        "output_gate": "output gate (0: held back)",
        "output": "output: filtered possibilities",
    }
    figure = plots.number_grids(
        {text: np.concatenate([getattr(step, name) for step in steps]).round(2) for name, text in parts.items()},
        columns=3, title='An LSTM reads "Steven saw Mark. Mark saw"',
        summary="by row the word read, by column a word's cell; at the end the memory has ruled Mark out",
    )  # fmt: skip
    for axes in figure.axes:
        axes.set_xticks(range(5), gates.WORDS, fontsize=7)
        axes.set_yticks(range(len(words)), words, fontsize=7)
    return figure


ROWS = (
    Row(36, "an LSTM's gates, word by word", 'deck 3, "Input on which Machine was trained"', story, draw),
)
