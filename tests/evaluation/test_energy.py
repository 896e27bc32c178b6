"""The energy of the logits: as its formula, for a model within a model too, and ranked among the validation data."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_course.evaluation import energy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("nested", [False, True])
def test_it_is_the_negative_logarithm_of_the_sum_of_exponentials(nested):
    layers = [keras.layers.Flatten(), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")]
    network = keras.Sequential([keras.Input((4, 4)), *layers])
    model = (
        keras.Sequential([keras.Input((4, 4)), keras.layers.Rescaling(0.1), network]) if nested else network
    )
    x = np.random.default_rng(0).normal(size=(7, 4, 4)).astype("float32")
    flat = x.reshape(7, 16) * (0.1 if nested else 1)
    kernel_1, bias_1, kernel_2, bias_2 = model.get_weights()
    logits = np.maximum(flat @ kernel_1 + bias_1, 0) @ kernel_2 + bias_2
    expected = -np.log(np.exp(logits).sum(axis=1))
    np.testing.assert_allclose(energy.energies(model, x=x), expected, rtol=1e-4)


def test_a_model_without_softmax_has_none():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    assert energy.energies(model, x=np.zeros((1, 2))) is None


def test_the_rank_is_that_among_the_validation_data():
    known = energy.quantiles(np.arange(1001.0))
    np.testing.assert_allclose(
        energy.rank(np.array([-5.0, 500, 950, 970, 2000]), known), [0.5, 0.5, 0.95, 0.97, 0.999]
    )


@pytest.mark.parametrize("app", ["mnist_dense", "mnist_convnet"])
def test_the_pretrained_cards_know_their_energies(app):
    card = json.loads((ROOT / "models" / app / "pretrained" / "card.json").read_text())
    assert sorted(card["energy"]["values"]) == card["energy"]["values"]
