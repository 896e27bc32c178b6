"""The figure of adversarial examples."""

import numpy as np
import pytest

from keras_course import plots
from keras_course.errors import UserError


def pairs(count=2):
    pictures = np.full((count, 28, 28), 100, np.uint8)
    return pictures, [str(i) for i in range(count)], (pictures + 20.0, ["9 (> 99 %), then 4 (100 %)"] * count)


@pytest.mark.parametrize("networks", [["this network"], ["the pretrained network", "this network"]])
def test_a_row_holds_the_digit_and_for_each_network_change_and_sum(figure_problems, networks):
    pictures, labels, changed = pairs()
    figure = plots.attacks(pictures, labels, dict.fromkeys(networks, changed), 0.1, title="Seen")
    rows = np.reshape(figure.axes[:-1], (2, 1 + 2 * len(networks)))
    assert figure.axes[-1].get_ylabel() == "change of a pixel (fraction of white)"
    assert [axes.get_xlabel() for axes in rows[:, 0]] == ["a 0", "a 1"]
    np.testing.assert_allclose(rows[0, 1].images[0].get_array(), 20 / 255)
    assert rows[0, 1].images[0].get_clim() == (-0.1, 0.1)
    np.testing.assert_array_equal(rows[1, 2].images[0].get_array(), 120)
    assert figure_problems(figure) == []


def test_what_does_not_match_is_refused():
    pictures, labels, changed = pairs()
    for wrong in ((pictures[:0], [], {}), (pictures, labels[:1], {"a": changed}), (pictures, labels, {})):
        with pytest.raises(UserError, match="need as many labels"):
            plots.attacks(*wrong, 0.1)
