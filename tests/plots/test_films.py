"""plots.films: what is drawn is what was measured, and it can be read."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots import films

LONG = "The Lord of the Rings: The Fellowship of the Ring (2001)"


def test_free_energies(figure_problems):
    history = {
        "free_energy": [-1.0, -2, -3],
        "validation_free_energy": [-1.0, -1.5, -1.2],
        "validation_ndcg_at_10": [0.1, 0.3, 0.2],
    }
    figure = films.free_energies(history, "ndcg_at_10", 1, title="Seen")
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[1].get_ydata(), history["validation_free_energy"])
    np.testing.assert_array_equal(right.lines[0].get_ydata(), history["validation_ndcg_at_10"])
    assert left.lines[2].get_xdata()[0] == 2 and right.get_ylabel().startswith("nDCG@10 on")
    assert figure_problems(figure) == []


@pytest.mark.parametrize(
    ("name", "written"),
    [("ndcg_at_10", "nDCG@10"), ("auc", "AUC"), ("map_at_5", "MAP@5"), ("recall_at_10", "recall@10")],
)
def test_measures_are_spelled_as_people_write_them(name, written):
    assert films.spelled(name) == written


def test_comparison(figure_problems):
    values = {"RBM": 0.4, "user + item logit": 0.3, "EASE": 0.45}
    differences = {"user + item logit": (0.1, 0.05, 0.15), "EASE": (-0.05, -0.1, 0.0)}
    figure = films.comparison(values, differences, "ndcg_at_10", ours="RBM", title="Seen")
    left, right = figure.axes
    assert [bar.get_width() for bar in left.patches] == [0.3, 0.4, 0.45]
    assert [list(line.get_xdata()) for line in right.lines][:2] == [[0.05, 0.15], [0.1]]
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="differences to user"):
        films.comparison(values, {}, "auc", ours="RBM")


@pytest.mark.parametrize("count", [1, 6, 12])
def test_factors(count, figure_problems):
    units = [
        (f"unit {i} (Science Fiction)", [LONG] * 6, [0.5, 0.4, 0.3, 0.2, 0.1, -0.1]) for i in range(count)
    ]
    figure = films.factors(units, title="Seen")
    assert len(figure.axes) == count and len(figure.axes[0].patches) == 6
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="13 units: give 1 to 12"):
        films.factors(units[:1] * 13)


def test_activations(figure_problems):
    figure = films.activations([0.1, 0.9], [0.5, 0.5], ["unit 1 (Drama)", "unit 2"], title="Seen")
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.9, 0.5, 0.5]
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="1 probabilities, 2 means and 2 names"):
        films.activations([0.1], [0.5, 0.5], ["a", "b"])


@pytest.mark.parametrize(("rated", "units", "offered"), [(2, 3, 4), (6, 5, 5), (1, 1, 1)])
def test_path(rated, units, offered, figure_problems):
    rng = np.random.default_rng(0)
    inputs = [(LONG, "liked (1)", True), (LONG, "disliked (0)", False), (LONG, "rated (1)", None)] * 2
    up, down = rng.normal(size=(rated, units)), rng.normal(size=(units, offered))
    hidden = [("unit 100 (Science Fiction)", 0.5)] * units
    figure = films.path(inputs[:rated], hidden, [(LONG, 0.7)] * offered, up, down, title="Seen")
    (axes,) = figure.axes
    assert len(axes.lines) == rated * units + units * offered
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="do not fit"):
        films.path(inputs[:rated], hidden, [], up, down)


def test_long_titles_are_shortened():
    assert films.shortened(LONG, 20) == "The Lord of the R..." and films.shortened("Heat", 20) == "Heat"
