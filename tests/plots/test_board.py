"""plots.board: arrays with their numbers, curves, bars."""

import numpy as np
import pytest

from keras_course import plots
from keras_course.errors import UserError


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_number_grids_show_every_number_and_name():
    figure = plots.number_grids(
        {"a": np.array([[1, -2.5]]), "b": np.zeros((2, 2)), "c": np.arange(3)}, title="T"
    )
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c"]
    assert texts(figure.axes[0]) == ["1", "-2.50"]
    assert texts(figure.axes[1]) == ["0"] * 4
    assert texts(figure.axes[2]) == ["0", "1", "2"]
    assert figure.get_suptitle() == "T"


@pytest.mark.parametrize("arrays", [{}, {"a": np.zeros((2, 2, 2))}])
def test_number_grids_refuse_what_cannot_be_drawn(arrays):
    with pytest.raises(UserError, match="are needed"):
        plots.number_grids(arrays)


def test_functions_draw_every_curve():
    x = np.linspace(0, 1, 5)
    figure = plots.functions(x, {"p": {"f": x, "g": 2 * x}, "q": {"h": x}}, labels=("x", "y"))
    assert [axes.get_title() for axes in figure.axes] == ["p", "q"]
    assert [line.get_label() for line in figure.axes[0].lines] == ["f", "g"]
    np.testing.assert_array_equal(figure.axes[0].lines[1].get_ydata(), 2 * x)
    assert figure.axes[0].get_legend() and not figure.axes[1].get_legend()
    assert [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes] == [
        ("x", "y"),
        ("x", ""),
    ]  # one scale
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_functions_of_different_things_have_their_own_axes():
    x = np.linspace(0, 1, 5)
    other = np.linspace(-4, 4, 9)
    figure = plots.functions(
        x, {"p": {"f": x}, "q": {"h": (other, 9 * other)}}, labels=(("x", "z"), ("y", "w")), share=False
    )
    assert [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes] == [("x", "y"), ("z", "w")]
    np.testing.assert_array_equal(figure.axes[1].lines[0].get_xdata(), other)
    assert figure.axes[0].get_ylim() != figure.axes[1].get_ylim()


def test_bars_have_their_numbers():
    figure = plots.bars({"p": {"a": 1.5, "b": -2}}, label="unit")
    (axes,) = figure.axes
    assert [text.strip() for text in texts(axes)] == ["1.5", "-2"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]
    assert [bar.get_width() for bar in axes.patches] == [1.5, -2]
    assert axes.get_xlabel() == "unit"


def test_bars_have_one_scale():
    figure = plots.bars({"p": {"a": 1}, "q": {"a": 100}}, label="unit")
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()


@pytest.mark.parametrize("panels", [{}, {"p": {"f": np.zeros(4)}}])
def test_functions_refuse_what_does_not_fit_x(panels):
    with pytest.raises(UserError, match=r"curves of shape \(5,\) are needed"):
        plots.functions(np.zeros(5), panels, labels=("x", "y"))


@pytest.mark.parametrize("panels", [{}, {"p": {}}])
def test_bars_refuse_nothing(panels):
    with pytest.raises(UserError, match="at least one number in each"):
        plots.bars(panels, label="unit")
