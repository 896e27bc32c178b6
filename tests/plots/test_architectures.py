import dataclasses

import pytest

from keras_course import plots
from keras_course.errors import UserError


@dataclasses.dataclass
class Row:
    name: str
    kind: str
    output_shape: tuple
    multiply_adds: int


def test_accuracy_against_cost_says_how_much_the_best_costs():
    figure = plots.accuracy_against_cost(
        {"a": 1000, "b": 30_000}, {"a": 0.9, "b": 0.95}, {"a": (0.88, 0.91), "b": (0.94, 0.96)}
    )
    assert figure.get_suptitle().startswith("b comes out most accurate, for 30 times the multiply-adds of a")
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    with pytest.raises(UserError, match="no network"):
        plots.accuracy_against_cost({}, {}, {})


def test_growth_has_a_panel_each_for_parameters_and_multiply_adds():
    figure = plots.growth({"a": (1998, 61_706, 416_520), "b": (2012, 61_000_000, 700_000_000)})
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["a: 62 k", "b: 61 M"]


def test_growth_adds_networks_of_which_only_parameters_are_known():
    figure = plots.growth({"a": (1998, 61_706, 416_520)}, {"b": (2017, 8.7e9)})
    parameters, multiply_adds = (
        [text.get_text() for text in axes.get_legend().get_texts()] for axes in figure.axes
    )
    assert (parameters, multiply_adds) == (["a: 62 k", "b: 8.7 G"], ["a: 417 k"])


def test_map_sizes_draws_a_block_for_every_change_of_shape():
    rows = [
        Row("conv_1", "", (28, 28, 6), 100),
        Row("padding", "ZeroPadding2D", (30, 30, 6), 0),
        Row("relu", "", (28, 28, 6), 0),
        Row("pool", "", (14, 14, 6), 0),
        Row("conv_2", "", (10, 10, 16), 300),
        Row("flatten", "", (1600,), 0),
        Row("dense", "", (10,), 100),
    ]
    figure = plots.map_sizes(rows)
    assert len(figure.axes[0].patches) == 5
    assert "most multiply-adds (60%) up to conv_2" in figure.get_suptitle()
    with pytest.raises(UserError, match="no maps"):
        plots.map_sizes(rows[-2:])
