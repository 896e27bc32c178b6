"""The rules for figures find what cannot be read from the last row (tests/conftest.py: figure_problems)."""

import pytest
from matplotlib.figure import Figure


def figure_of(width=10.0, panels=1):
    figure = Figure(figsize=(width, 4), dpi=150, layout="constrained")
    figure.subplots(1, panels)
    return figure


def test_a_readable_figure_has_no_problems(figure_problems):
    figure = figure_of()
    figure.axes[0].set_title("seen")
    figure.axes[0].text(99, 99, "", fontsize=1)
    figure.axes[0].text(0.5, 0.5, "hidden", fontsize=1, visible=False)
    assert figure_problems(figure) == []


@pytest.mark.parametrize(("width", "size", "shown"), [(10, 8, 8), (5, 8, 8), (16, 12, 8)])
def test_letters_count_at_the_size_at_which_they_are_shown(figure_problems, width, size, shown):
    figure = figure_of(width)
    figure.axes[0].set_axis_off()
    figure.axes[0].text(0.5, 0.5, "small", fontsize=size)
    assert figure_problems(figure) == [f"'small' is {shown:.1f} pt high at 1600 px, at least 9"]


def test_panels_are_counted_without_colour_bars(figure_problems):
    figure = figure_of(10.6, panels=13)
    for axes in figure.axes:
        axes.set_axis_off()
    assert figure_problems(figure) == ["13 panels, at most 12"]
    figure.axes[-1].remove()
    figure.colorbar(figure.axes[0].imshow([[0, 1]]), ax=figure.axes)
    assert figure_problems(figure) == []


def test_texts_outside_the_figure_and_over_each_other(figure_problems):
    figure = figure_of()
    axes = figure.axes[0]
    axes.set_axis_off()
    axes.text(0.98, 0.5, "longer than the room", in_layout=False)
    assert figure_problems(figure) == ["'longer than the room' leaves the figure"]
    axes.texts[0].set_position((0.2, 0.5))
    axes.text(0.25, 0.5, "over it")
    assert figure_problems(figure) == ["'longer than the room' overlaps 'over it'"]
