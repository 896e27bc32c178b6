"""An LSTM whose weights are set by hand: it reads "Steven saw Mark. Mark saw ..." and says what may come next.

Five words, and for each word one memory cell. Of the training text (Steven saw Mark. Mark saw John. John saw Steven.) a
plain network that sees only the last word learns what follows what, and slips: "Steven.Mark.John." or "Mark saw Mark."
fit it as well. Memory, and gates that open and close it, mend that:

- a name proposes "saw", or a full stop, and speaks against itself: nobody sees himself;
- "saw" proposes every name, and notes in secret that the next time a full stop is due instead of "saw";
- a full stop wipes the memory, and proposes every name.

Slide: deck 3, "Recurrent neural network", "Gating", "Input on which Machine was trained"
Source: Rohrer, "Recurrent Neural Networks (RNN) and Long Short-Term Memory (LSTM)", 2017, whose example it is
"""

import numpy as np

from keras_course.by_hand.recurrent import Step, lstm

Array = np.ndarray
WORDS = ("Steven", "Mark", "John", "saw", ".")
NAMES = WORDS[:3]
OPEN, SHUT = 50.0, -50.0  # a sigmoid's way to say 1 and 0; for the candidates tanh's to say 1 and -1


def weights() -> tuple[Array, Array, Array]:
    """The LSTM's W (5, 20), U (5, 20) and b (20,), in Keras' order of the blocks.

    U is zero: what has been said does not matter, only the memory does.
    """
    ignore, forget, select = (
        np.full((5, 5), SHUT) for _ in range(3)
    )  # by row what is read, by column the cell
    candidates = np.zeros((5, 5))
    saw, stop = WORDS.index("saw"), WORDS.index(".")
    names = [WORDS.index(name) for name in NAMES]

    for name in names:
        candidates[name, [saw, stop]] = OPEN
        candidates[name, name] = SHUT
        ignore[name] = OPEN
        ignore[name, stop] = (
            SHUT  # "saw" or a full stop? the memory knows which: the guess at the stop is ignored
        )
        forget[name, [saw, stop]] = OPEN  # here an open forget gate *keeps*
        select[name, [saw, stop]] = OPEN

    candidates[saw, names] = OPEN
    candidates[saw, saw] = SHUT
    candidates[saw, stop] = OPEN
    ignore[saw] = OPEN
    forget[saw, names] = OPEN
    select[saw, names] = OPEN  # what it notes on "saw" and on the stop stays inside

    candidates[stop, names] = OPEN
    ignore[stop, names] = OPEN
    select[stop, names] = OPEN
    return np.concatenate([ignore, forget, candidates, select], axis=1), np.zeros((5, 20)), np.zeros(20)


def one_hot(text: str) -> Array:
    """Words as rows with a single 1.

    >>> one_hot("Mark saw")[0].tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]]

    Args:
        text: of the five words; a full stop may touch the word before it.

    Returns:
        (1, words, 5).

    Raises:
        ValueError: a word that is not among the five, or none.
    """
    words = text.replace(".", " . ").split()
    unknown = [word for word in words if word not in WORDS]
    if unknown or not words:
        raise ValueError(f"{unknown[:1] or 'nothing'} in the text: the words are {', '.join(WORDS)}")
    return np.eye(5)[[WORDS.index(word) for word in words]][None]


def read(text: str) -> list[Step]:
    """Read a text word by word; every step with all its gates, each ``(1, 5)``, a number a word."""
    return lstm(one_hot(text), *weights())


def allowed(numbers: Array) -> list[str]:
    """The words whose number is clearly above 0.

    >>> allowed(read("Steven saw Mark")[-1].output)
    ['.']
    >>> allowed(read("Steven saw Mark. Mark")[-1].output)
    ['saw']
    >>> allowed(read("Steven saw Mark. Mark saw")[-1].output)
    ['Steven', 'John']

    Args:
        numbers: (1, 5) of a step.
    """
    return [word for word, number in zip(WORDS, numbers[0], strict=True) if number > 0.5]
