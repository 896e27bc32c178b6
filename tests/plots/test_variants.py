"""Figures of variants and of hand-made features: what they show is what was given."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots import features, variants

HISTORIES = {
    "relu": {"accuracy": [0.5, 0.8], "val_accuracy": [0.6, 0.75]},
    "sigmoid": {"accuracy": [0.1, 0.1], "val_accuracy": [0.1, 0.2]},
    "stopped": {"accuracy": [0.3], "val_accuracy": [0.3]},
    "broken": {},
}


def saved(figure, tmp_path):
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5000


def test_small_multiples_has_a_panel_a_variant_with_the_others_behind(tmp_path):
    figure = variants.small_multiples(HISTORIES, title="Two")
    assert figure.get_suptitle() == "Two"
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [
        "relu\n75.0% at the end",
        "sigmoid\n20.0% at the end",
        "stopped\nnot finite after epoch 1",
        "broken\nnot finite in its first epoch",
    ]
    drawn = [line.get_ydata().tolist() for line in figure.axes[0].lines]
    assert [0.1, 0.2] in drawn and drawn[-2:] == [[0.5, 0.8], [0.6, 0.75]]
    assert [axes.get_xlabel() for axes in figure.axes] == ["epoch"] * 4
    saved(figure, tmp_path)
    legend = figure.legends[0].get_window_extent()
    assert not any(legend.overlaps(axes.get_tightbbox()) for axes in figure.axes)


def test_small_multiples_of_nothing():
    with pytest.raises(UserError, match="broken has no val_accuracy"):
        variants.small_multiples({"broken": {}})


def test_deviation_by_layer_shows_zero_and_dead_units(tmp_path):
    before = {"zeros": [0.0, 0.0], "deep": [0.5, 0.001, 1e-5]}
    after = {"zeros": [0.0, 0.0], "deep": [1.0, None, 3.0]}
    dead = {"zeros": [1.0, 1.0], "deep": [0.0, 0.0, 0.25]}
    figure = variants.deviation_by_layer(before, after, dead, title="Spread")
    zeros, deep = figure.axes
    assert zeros.lines[0].get_ydata().tolist() == [0, 0]
    assert deep.lines[0].get_ydata().tolist() == [0.5, 0.001, 1e-5]
    assert [text.get_text() for text in zeros.texts] == ["100", "100"]
    assert [text.get_text() for text in deep.texts] == ["25"]
    low, high = deep.get_ylim()
    assert low < 0 and high > 3 and deep.get_yscale() == "symlog"
    saved(figure, tmp_path)


def test_deviation_by_layer_of_zeros_alone(tmp_path):
    rows = {"zeros": [0.0]}
    saved(variants.deviation_by_layer(rows, rows, {"zeros": [1.0]}), tmp_path)


@pytest.mark.parametrize("after", [{"a": [1.0]}, {"b": [1.0, 2.0]}, {}])
def test_deviation_by_layer_needs_the_same_layers(after):
    rows = {"a": [1.0, 2.0]}
    with pytest.raises(UserError, match="need the same layers"):
        variants.deviation_by_layer(rows, after, rows)


def test_hand_made_features_draws_a_stroke_a_direction(tmp_path):
    generator = np.random.default_rng(0)
    picture, histograms = generator.random((28, 28)), np.zeros((4, 4, 9))
    histograms[1, 2, 0] = 2.0  # the gradient points to the right, so the edge is upright
    figure = features.hand_made_features(
        picture,
        (picture.mean(axis=1), picture.mean(axis=0)),
        histograms,
        {"ink": 0.5, "holes": 0.0},
        title="X",
    )
    assert figure.get_suptitle() == "X"
    edges = next(axes for axes in figure.axes if len(axes.lines) == 4 * 4 * 9)
    long = max(edges.lines, key=lambda line: np.ptp(line.get_ydata()))
    assert np.ptp(long.get_ydata()) > 5 > np.ptp(long.get_xdata())
    assert np.mean(long.get_xdata()) == pytest.approx(2.5 * 7 - 0.5)
    saved(figure, tmp_path)


def test_hand_made_features_refuses_other_shapes():
    with pytest.raises(UserError, match=r"a picture \(28, 28\) needs .* not \(27, 28\)"):
        features.hand_made_features(
            np.zeros((28, 28)), (np.zeros(27), np.zeros(28)), np.zeros((4, 4, 9)), {"a": 1}
        )


def test_error_rates_are_sorted_and_have_error_bars(tmp_path):
    figure = features.error_rates(
        {"forest": 0.9, "net": 0.99}, {"forest": "classic", "net": "network"}, 100, title="Who?"
    )
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["net", "forest"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0.01, 0.1])
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
    (segments,) = [line.get_segments() for line in axes.collections]
    assert segments[1][1][0] - segments[1][0][0] == pytest.approx(
        2 * 0.03
    )  # sqrt(0.1 * 0.9 / 100) either way
    assert [text.get_text() for text in axes.texts] == ["99.00% accuracy", "90.00% accuracy"]
    saved(figure, tmp_path)


@pytest.mark.parametrize(("accuracies", "examples"), [({}, 10), ({"a": 0.5}, 0), ({"b": 0.5}, 10)])
def test_error_rates_of_nothing(accuracies, examples):
    with pytest.raises(UserError, match="examples, without a group"):
        features.error_rates(accuracies, {"a": "classic"}, examples)
