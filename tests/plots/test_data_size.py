import pytest
from matplotlib.figure import Figure

from keras_course.errors import UserError
from keras_course.plots.data_size import errors_by_examples


def test_a_thin_line_each_and_a_thick_one_for_the_best_of_a_group(tmp_path):
    accuracies = {"a": {10: 0.8, 100: 0.9}, "b": {10: 0.7, 100: 1.0}}
    figure = errors_by_examples(accuracies, dict.fromkeys("ab", "classic"), {"classic": {100: 1.0, 10: 0.8}})
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "figure.png")
    (axes,) = figure.axes
    thin, _, thick = axes.lines[:3]
    assert thin.get_ydata().tolist() == pytest.approx([0.2, 0.1])
    assert thick.get_xdata().tolist() == [10, 100]
    assert thick.get_ydata().tolist() == pytest.approx([0.2, 1e-5])  # no error at all
    assert thick.get_linewidth() > 2 * thin.get_linewidth()
    assert [text.get_text() for text in axes.get_xticklabels()] == ["10", "100"]


def test_a_classifier_without_a_group_is_refused():
    with pytest.raises(UserError, match=r"without a group: \['a'\]"):
        errors_by_examples({"a": {10: 0.8}}, {}, {})
