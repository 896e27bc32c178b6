"""plots.shifting: what is drawn is what was measured, and it can be read."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.plots import shifting

SHIFTS = list(range(9))


def test_accuracy_by_shift(figure_problems):
    found = {
        name: [np.linspace(0.9, low, 9) + d for d in (0, -0.02, 0.02)]
        for name, low in (("a", 0.1), ("b", 0.4))
    }
    figure = shifting.accuracy_by_shift(
        SHIFTS, found, np.linspace(0, 0.2, 9), where="to the left", examples=360, chance=0.1, title="Seen"
    )
    upper, lower = figure.axes
    assert [line.get_label() for line in upper.lines] == ["a", "b", "one class for all: 10%"]
    np.testing.assert_array_equal(upper.lines[1].get_ydata(), found["b"][0])
    assert lower.get_xlabel() == "shift to the left (pixels)"
    assert [bar.get_height() for bar in lower.patches] == pytest.approx(np.linspace(0, 0.2, 9))
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="8 shifts need as many values"):
        shifting.accuracy_by_shift(SHIFTS[1:], found, [0] * 9, where="up", examples=1, chance=0.1)


@pytest.mark.parametrize("label", ["7", "ankle boot"])
@pytest.mark.parametrize("count", [2, 9])
def test_moving_picture(count, label, figure_problems):
    says = {
        name: [(label, 0.99)] * (count - 1) + [("3" if label == "7" else "t-shirt", 1.0)]
        for name in ("dense", "ConvNet, flatten", "ConvNet, global pooling")
    }
    pictures = [np.zeros((28, 28), np.uint8)] * count
    figure = shifting.moving_picture(
        pictures, SHIFTS[:count], says, label, title="Seen, in a long title " * 5
    )
    (axes,) = figure.axes
    assert len(axes.images) == count and len(axes.texts) == 3 * count
    assert [text.get_fontweight() for text in axes.texts[:count]] == ["normal"] * (count - 1) + ["bold"]
    assert figure_problems(figure) == []
    with pytest.raises(UserError, match="need as many pictures and answers"):
        shifting.moving_picture(pictures[1:], SHIFTS[:count], says, label)


def test_equivariance(figure_problems):
    maps = [
        {"layer": layer, "stride": 2, "shift": pixels, "inside": None if pixels == 8 else 0.3 * (pixels % 2)}
        for layer in ("relu_1_1", "pooling_1", "relu_2_1", "pooling_2")
        for pixels in SHIFTS[1:]
    ]
    vectors = [{"network": name, "shift": pixels, "distance": 0.1} for name in "abc" for pixels in SHIFTS[1:]]
    figure = shifting.equivariance(SHIFTS[1:], maps, vectors, where="up", title="Seen")
    left, right = figure.axes
    assert [len(left.lines), len(right.lines)] == [4, 3]
    assert np.isnan(left.lines[0].get_ydata()[-1])
    assert left.lines[0].get_label() == "relu_1_1 (stride 2 px)"
    assert figure_problems(figure) == []
