"""plots.maps and plots.style: magnitudes as colours, stacks to scale, titles that fit."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots import maps, style


def test_a_table_has_one_scale_and_its_numbers(figure_problems):
    values = np.array([[0.5, 10.0, 2.0], [1.0, 3.0, 4.0]])
    figure = maps.table(values, ["a", "b"], ["x", "y", "z"], labels=("across", "down", "bar"), title="T")
    axes, bar = figure.axes
    assert [text.get_text() for text in axes.texts] == ["0.5", "10", "2", "1", "3", "4"]
    assert axes.images[0].get_clim() == (0, 10) and bar.get_ylabel() == "bar"
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="1 rows and 3 columns"):
        maps.table(values, ["a"], ["x", "y", "z"], labels=("", "", ""))


def test_signed_tables_share_a_scale_around_0(figure_problems):
    panels = {
        name: np.full((2, 3), value) for name, value in {"a": -1.0, "b": 0.1, "c": 0.2, "d": 1.0}.items()
    }
    figure = maps.signed_tables(panels, ["r", "s"], ["x", "y", "z"], labels=("unit", "word", "value"))
    shown = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in shown] == list(panels)
    assert {axes.collections[0].get_clim() for axes in shown} == {(-1, 1)}
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="tables of 1 rows and 3 columns"):
        maps.signed_tables(panels, ["r"], ["x", "y", "z"], labels=("", "", ""))


def test_fields_mark_the_classes(figure_problems):
    points = {"no": np.array([[0, 0]]), "yes": np.array([[1, 1], [0, 1]])}
    figure = maps.fields({"f": np.eye(8)}, (-1, 2, -1, 2), points, labels=("x", "y", "output"), title="T")
    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [1, 2]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["no", "yes"]
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="at least one"):
        maps.fields({}, (0, 1, 0, 1), {}, labels=("", "", ""))


def test_volumes_are_to_scale(figure_problems):
    line = {"in": (32, 32, 3), "filter": (5, 5, 2), "out": (28, 28, 2)}
    figure = maps.volumes([line, line], signs={"filter": "with", "out": "gives"}, title="T")
    sheets = figure.axes[0].patches
    assert len(sheets) == 7
    assert sheets[0].get_width() / sheets[-1].get_width() == pytest.approx(32 / 28)
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="at least one in each line"):
        maps.volumes([], signs={})


def test_a_long_title_is_broken_and_a_wide_figures_is_larger(figure_problems):
    figure = style.new_figure(6, 3, "a title that would be far wider than its figure " * 3)
    assert "\n" in figure.get_suptitle()
    assert figure_problems(figure) == []
    assert style.new_figure(6, 3, "short\nsummary").get_suptitle() == "short\nsummary"
    assert style.new_figure(21.2, 3, "wide")._suptitle.get_fontsize() == 24
