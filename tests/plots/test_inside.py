import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots.inside import gallery, magnitude, signed


def test_a_gallery_names_rows_and_columns(figure_problems):
    pictures = [np.zeros((8, 8)), np.ones((8, 8, 3)), np.full((3, 5), 0.5)]
    columns = ["the picture", "random down to\na layer", "all"]
    figure = gallery(
        {"one": pictures, "two": pictures}, columns, texts={"one": ["", "0.9", "0.1"]}, title="seen"
    )
    assert figure_problems(figure) == []
    assert [axes.get_title() for axes in figure.axes[:3]] == columns
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["one", "two"]
    assert [axes.get_xlabel() for axes in figure.axes[:3]] == ["", "0.9", "0.1"]


def test_a_gallery_refuses_a_row_that_is_not_full():
    with pytest.raises(UserError, match="each row needs 2 pictures and texts"):
        gallery({"one": [np.zeros((8, 8))]}, ["a", "b"])
    with pytest.raises(UserError, match="not none"):
        gallery({}, ["a"])


def test_slopes_as_pictures():
    slopes = np.array([[0.0, 2], [-2, 1]])
    assert signed(slopes).round(2).tolist() == [[0.5, 1], [0, 0.75]]
    assert magnitude(slopes).round(2).tolist() == [[0, 1], [1, 0.5]]
    assert magnitude(np.stack([slopes, -3 * slopes], axis=-1)).shape == (2, 2)
    assert not magnitude(np.zeros((2, 2))).any() and (signed(np.zeros((2, 2))) == 0.5).all()
