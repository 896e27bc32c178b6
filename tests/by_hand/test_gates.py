"""by_hand.gates: the story of the slides, told by an LSTM with weights set by hand."""

import itertools

import keras
import numpy as np
import pytest

from keras_course.by_hand import gates
from keras_course.by_hand.recurrent import lstm

SENTENCES = [f"{subject} saw {other}." for subject, other in itertools.permutations(gates.NAMES, 2)]


def words(text):
    return text.replace(".", " .").split()


@pytest.mark.parametrize("pair", list(itertools.product(SENTENCES, repeat=2)))
def test_the_next_word_is_always_allowed_and_nobody_sees_himself(pair):
    read = words(" ".join(pair))
    steps = gates.read(" ".join(pair))
    for place, (step, following) in enumerate(zip(steps, read[1:], strict=False)):
        said = gates.allowed(step.output)
        assert following in said
        if read[place] == "saw":
            assert read[place - 1] not in said and len(said) == 2
        elif read[place] == ".":
            assert said == list(gates.NAMES)
        else:
            assert said == (["saw"] if read[place - 1 : place] in ([], ["."]) else ["."])


def test_without_its_memory_it_slips():
    W, U, b = gates.weights()
    forgetful = W.copy()
    forgetful[:, 5:10] = gates.CLOSED  # nothing is kept
    said = gates.allowed(lstm(gates.one_hot("Steven saw Mark. Mark saw"), forgetful, U, b)[-1].output)
    assert said == ["Steven", "Mark", "John"]  # "Mark saw Mark"


def test_keras_lstm_says_the_same_with_these_weights():
    text = gates.one_hot("Steven saw Mark. Mark saw John.")
    layer = keras.layers.LSTM(5, return_sequences=True)
    layer.build(text.shape)
    layer.set_weights(gates.weights())
    outputs = [step.output for step in gates.read("Steven saw Mark. Mark saw John.")]
    np.testing.assert_allclose(layer(text.astype("float32")), np.stack(outputs, axis=1), atol=1e-6)


@pytest.mark.parametrize("text", ["Steven saw Anna.", ""])
def test_other_words_are_refused_by_name(text):
    with pytest.raises(ValueError, match="the words are Steven, Mark, John, saw"):
        gates.read(text)
