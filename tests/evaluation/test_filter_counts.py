"""evaluation.filter_counts: the three ways by their arithmetic, the paper's table, the slide's 60 million."""

import keras
import pytest

from keras_course.evaluation import filter_counts, flops


def test_stacked_concatenated_and_reduced():
    places = 28 * 28
    expected = {
        "stacked": 192 * 256 + 9 * 256 * 256 + 25 * 256 * 256,
        "concatenated": 192 * 64 + 9 * 192 * 128 + 25 * 192 * 32 + 192 * 32,
        "reduced": 192 * 64 + (192 * 96 + 9 * 96 * 128) + (192 * 16 + 25 * 16 * 32) + 192 * 32,
    }
    biases = {"stacked": 3 * 256, "concatenated": 256, "reduced": 256 + 96 + 16}
    found = filter_counts.counted()
    assert {name: cost.multiply_adds for name, cost in found.items()} == {
        name: places * weights for name, weights in expected.items()
    }
    assert {name: cost.parameters for name, cost in found.items()} == {
        name: weights + biases[name] for name, weights in expected.items()
    }


def test_the_paper_s_table():
    """Szegedy et al., table 1, inception (3a): 128 M multiply-adds, and 159 K parameters without biases."""
    reduced = filter_counts.counted()["reduced"]
    assert round(reduced.multiply_adds / 1e6) == 128
    assert (reduced.parameters - (256 + 96 + 16)) // 1024 == 159


@pytest.mark.slow
def test_the_slide_s_60_million_and_7_exaflops():
    """He et al.: ResNet-152, trained for 600,000 steps of 256 pictures."""
    model = keras.applications.ResNet152(weights=None)
    slide = filter_counts.GROWN[0]
    biases = sum(layer.filters for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    assert model.count_params() - biases == pytest.approx(
        slide.parameters, rel=0.01
    )  # the paper's have no biases
    multiply_adds = flops.of_training(model) * 600_000 * 256
    assert multiply_adds == pytest.approx(5.2e18, rel=0.02)
    assert multiply_adds < slide.training_operations < 2 * multiply_adds
