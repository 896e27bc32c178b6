"""Figures with numbers in cells, of kernels and of noise: what they show is what was given."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots.cells import number_rows, short
from keras_course.plots.kernels import edge_responses, filtered_pictures
from keras_course.plots.noise import accuracy_against_noise
from keras_course.plots.photos import computer_sees


def title(figure):
    return figure.get_suptitle()


def saved(figure, tmp_path):
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5000


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_number_rows_print_every_number(tmp_path):
    rows = {
        "first": {"a": np.array([[1, -0.5]]), "b": np.eye(2)},
        "second": {"a": np.zeros((1, 2)), "b": np.eye(2)},
    }
    figure = number_rows(rows, boxes={"b": (0, 1, 1, 1)}, signs={"b": "×"}, title="T", summary="s")
    assert title(figure) == "T\ns"
    assert [text.get_text() for text in figure.texts if text.get_text()] == [
        "T\ns",
        "first",
        "×",
        "second",
        "×",
    ]
    assert [texts(axes) for axes in figure.axes] == [
        ["1", "-.50"], ["1", "0", "0", "1"], ["0", "0"], ["1", "0", "0", "1"]
    ]  # fmt: skip
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "a", "b"]
    low, high = figure.axes[0].images[0].get_clim()
    assert low == -high
    assert [len(axes.patches) for axes in figure.axes] == [0, 1, 0, 1]
    saved(figure, tmp_path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({}, "rows of equal length"),
        ({"a": {"x": np.eye(2)}, "b": {}}, r"\[1, 0\]"),
        ({"a": {"x": np.ones(3)}}, r"\(3,\)"),
    ],
)
def test_number_rows_refuse(rows, words):
    with pytest.raises(UserError, match=words):
        number_rows(rows)


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (-1.0, "-1"), (0.111, ".11"), (-0.78, "-.78"), (1.5, "1.50"), (0.0, "0")]
)
def test_short(value, text):
    assert short(value) == text


def test_computer_sees_the_numbers_of_the_piece(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    planes = {name: picture[2:5, 4:7, i].astype(int) for i, name in enumerate(("red", "green", "blue"))}
    figure = computer_sees(picture, (2, 4, 3, 3), {"grey": planes["red"], **planes}, title="P")
    assert title(figure) == "P\nrow 2 to 4, column 4 to 6; 0 is dark, 255 is bright"
    assert [axes.get_title().split(":")[0] for axes in figure.axes][2:] == ["grey", "red", "green", "blue"]
    assert texts(figure.axes[4]) == [str(value) for value in planes["green"].ravel()]
    assert np.array_equal(figure.axes[1].images[0].get_array(), picture[2:5, 4:7])
    saved(figure, tmp_path)


def test_channels_are_drawn_in_their_own_colours_and_255_is_bright():
    planes = {name: np.array([[0, 255]]) for name in ("grey", "red", "green", "blue")}
    figure = computer_sees(np.zeros((4, 4, 3)), (0, 0, 1, 2), planes, credit="photo: me")
    drawn = [
        axes.images[0].to_rgba(axes.images[0].get_array())[0, :, :3].tolist() for axes in figure.axes[2:]
    ]
    assert [dark for dark, _ in drawn] == [[0, 0, 0]] * 4
    assert [bright for _, bright in drawn] == [[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert texts(figure.axes[0]) == ["photo: me"]


def test_a_piece_too_large_for_readable_numbers_has_none():
    figure = computer_sees(np.zeros((20, 20, 3)), (0, 0, 20, 20), {"red": np.zeros((20, 20), int)})
    assert texts(figure.axes[2]) == []


def test_number_rows_have_one_scale_where_it_is_given(figure_problems):
    arrays = {"a": np.eye(2), "b": 10 * np.eye(3), "": np.zeros((0, 0))}
    figure = number_rows({"r": arrays}, plain=["b"], limit=10, bar="value")
    a, b, empty, bar = figure.axes
    assert a.images[0].get_clim() == b.images[0].get_clim() == (-10, 10)
    assert texts(a) == ["1", "0", "0", "1"] and texts(b) == [] and not empty.images
    assert bar.get_label() == "<colorbar>" and bar.get_ylabel() == "value"
    assert figure_problems(figure) == []


def test_numbers_that_would_be_too_small_are_left_out(figure_problems):
    figure = number_rows({"r": {"large": np.full((40, 40), -0.25)}})
    assert texts(figure.axes[0]) == []
    assert figure_problems(figure) == []


def test_several_frames_have_a_colour_each():
    figure = number_rows({"r": {"a": np.eye(4)}}, boxes={"a": [(0, 0, 2, 2), (2, 2, 2, 2)]})
    first, second = figure.axes[0].patches
    assert first.get_edgecolor() != second.get_edgecolor()


def test_computer_sees_refuses_a_piece_outside():
    with pytest.raises(UserError, match=r"\(18, 0, 3, 3\).*\(20, 30, 3\)"):
        computer_sees(np.zeros((20, 30, 3)), (18, 0, 3, 3), {"red": np.zeros((3, 3))})


@pytest.mark.parametrize("shape", [(40, 60), (60, 30), (6, 6)])
def test_filtered_pictures(shape, tmp_path):
    picture = np.random.default_rng(0).random(shape)
    kernels = {"edge": np.array([[1.0, 0.0, -1.0]]), "keep": np.ones((1, 1)), "zero": np.array([[1.0, -1.0]])}
    results = {"edge": picture - 0.5, "keep": picture, "zero": np.zeros(shape)}
    figure = filtered_pictures(picture, kernels, results, dict.fromkeys(kernels, "does"), title="K")
    assert title(figure).startswith("K\n")
    shown = {place.get_suptitle().split("\n")[0]: place.axes[1] for place in figure.subfigs[1:4]}
    assert list(shown) == list(kernels)
    low, high = shown["edge"].images[0].get_clim()
    assert low == -high < 0  # white is 0
    assert shown["keep"].images[0].get_clim() == (0, 1)
    assert np.array_equal(shown["keep"].images[0].get_array(), picture)
    saved(figure, tmp_path)


def test_filtered_pictures_need_a_result_each():
    with pytest.raises(UserError, match="for each kernel are needed: a"):
        filtered_pictures(np.zeros((5, 5)), {"a": np.eye(3)}, {}, {})


def test_edge_responses(tmp_path):
    results = {"a": np.eye(9), "b": -np.eye(9)}
    figure = edge_responses(np.eye(9), results, [0, 45, 90], {"a": [1, 0.5, 0], "b": [1, 0.4, 0]}, title="E")
    saved(figure, tmp_path)
    (below,) = [axes for axes in figure.axes if axes.lines]
    assert [line.get_ydata().tolist() for line in below.lines] == [[1, 0.5, 0], [1, 0.4, 0]]
    assert "degrees" in below.get_xlabel()
    with pytest.raises(UserError, match="3 responses for each kernel"):
        edge_responses(np.eye(9), results, [0, 45, 90], {"a": [1]})


def test_accuracy_against_noise(tmp_path):
    groups = {
        "still": {"one": [1.0, 0.5], "two": [0.9, 0.6]},
        "moved": {"one": [0.7, 0.5], "two": [0.9, 0.5]},
    }
    figure = accuracy_against_noise([0, 10], groups, examples=400, noise="pixels", title="N")
    still, moved = figure.axes
    assert (still.get_title(), moved.get_title(), still.get_xlabel()) == ("still", "moved", "pixels")
    assert still.lines[0].get_ydata().tolist() == [1.0, 0.5]
    band = still.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(1.0) and band.min() == pytest.approx(0.45)  # 2 x 0.025
    assert [text.get_text() for text in moved.get_legend().get_texts()] == ["one", "two"]
    assert "400 letters" in still.get_ylabel()
    saved(figure, tmp_path)
    with pytest.raises(UserError, match="2 accuracies of each"):
        accuracy_against_noise([0, 1], {"a": {"b": [1.0]}}, examples=4, noise="")
