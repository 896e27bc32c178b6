"""evaluation.activations: what all units say to all examples alike does not count."""

import numpy as np
import pytest

from keras_course.evaluation import activations


def test_spread_is_that_between_examples():
    constant = np.tile([1.0, 5.0, 9.0], (10, 1))  # units differ, examples do not
    assert activations.spread(constant) == 0
    assert activations.dead_share(constant) == 1
    one = constant.copy()
    one[::2, 0] += 2  # one of three units now says 1 or 3
    assert activations.spread(one) == pytest.approx(np.sqrt(1 / 3))
    assert activations.dead_share(one) == pytest.approx(2 / 3)


def test_what_is_no_number_stays_none():
    assert np.isnan(activations.spread([[1.0], [np.nan]]))
    assert activations.dead_share([[1.0], [np.nan]]) == 0


@pytest.mark.parametrize("answers", [np.zeros(3), np.zeros((0, 3)), np.zeros((2, 3, 4))])
def test_other_shapes(answers):
    with pytest.raises(ValueError, match=r"\(examples, units\), not"):
        activations.spread(answers)
