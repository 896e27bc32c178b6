"""An LSTM whose weights are set by hand: it reads "Steven saw Mark. Mark saw ..." and predicts the next word.

The vocabulary has five words, and the LSTM one unit for each. From the training text (Steven saw Mark. Mark saw John.
John saw Steven.) a network that sees only the last word learns which word may follow it, and makes mistakes:
"Steven.Mark.John." and "Mark saw Mark." fit just as well. A cell state, and gates that protect it, prevent them:

- a name predicts "saw" or a full stop, and rules itself out, as nobody sees himself;
- "saw" predicts every name, and stores in the cell state, behind a closed output gate, that a full stop is due next;
- a full stop clears the cell state, and predicts every name.

Slide: deck 3, "Recurrent neural network", "Gating", "Input on which Machine was trained"
Source: Rohrer, "Recurrent Neural Networks (RNN) and Long Short-Term Memory (LSTM)", 2017, whose example it is
"""

import numpy as np

from keras_course.by_hand.recurrent import Step, lstm

Array = np.ndarray
WORDS = ("Steven", "Mark", "John", "saw", ".")
NAMES = WORDS[:3]
OPEN, CLOSED = 50.0, -50.0  # the sigmoid of these is 1 and 0, their tanh 1 and -1, to rounding


def weights() -> tuple[Array, Array, Array]:
    """The LSTM's weights, in the order of Keras.

    U is 0: the outputs are not fed back, only the cell state is.

    Returns:
        W (5, 20), U (5, 20) and b (20,).
    """
    # a row for each word that is read, a column for each unit
    input_gate, forget_gate, output_gate = (np.full((5, 5), CLOSED) for _ in range(3))
    candidate = np.zeros((5, 5))
    saw, stop = WORDS.index("saw"), WORDS.index(".")
    names = [WORDS.index(name) for name in NAMES]

    for name in names:
        candidate[name, [saw, stop]] = OPEN
        candidate[name, name] = CLOSED
        input_gate[name] = OPEN
        input_gate[name, stop] = CLOSED  # the cell state knows whether "saw" or a full stop is due
        forget_gate[name, [saw, stop]] = OPEN  # an open forget gate *keeps*
        output_gate[name, [saw, stop]] = OPEN

    candidate[saw, names] = OPEN
    candidate[saw, saw] = CLOSED
    candidate[saw, stop] = OPEN
    input_gate[saw] = OPEN
    forget_gate[saw, names] = OPEN
    output_gate[saw, names] = OPEN  # what it stores about "saw" and the full stop is not passed on yet

    candidate[stop, names] = OPEN
    input_gate[stop, names] = OPEN
    output_gate[stop, names] = OPEN
    W = np.concatenate([input_gate, forget_gate, candidate, output_gate], axis=1)
    return W, np.zeros((5, 20)), np.zeros(20)


def one_hot(text: str) -> Array:
    """A text as one-hot rows, one for each word.

    >>> one_hot("Mark saw")[0].tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]]

    Args:
        text: made of the five words; a full stop needs no space before it.

    Returns:
        (1, words, 5).

    Raises:
        ValueError: an unknown word, or no word at all.
    """
    words = text.replace(".", " . ").split()
    unknown = [word for word in words if word not in WORDS]
    if unknown or not words:
        raise ValueError(f"{unknown[:1] or 'nothing'} in the text: the words are {', '.join(WORDS)}")
    return np.eye(5)[[WORDS.index(word) for word in words]][None]


def read(text: str) -> list[Step]:
    """Run the LSTM over a text; a step for each word, whose arrays are ``(1, 5)``: a number for each word."""
    return lstm(one_hot(text), *weights())


def allowed(numbers: Array) -> list[str]:
    """The words whose number is above 0.5.

    >>> allowed(read("Steven saw Mark")[-1].output)
    ['.']
    >>> allowed(read("Steven saw Mark. Mark")[-1].output)
    ['saw']
    >>> allowed(read("Steven saw Mark. Mark saw")[-1].output)
    ['Steven', 'John']

    Args:
        numbers: (1, 5), from a step.
    """
    return [word for word, number in zip(WORDS, numbers[0], strict=True) if number > 0.5]
