"""evaluation.activations: what is the same for every example does not count."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.evaluation import activations


def test_the_standard_deviation_is_that_between_examples():
    constant = np.tile([1.0, 5.0, 9.0], (10, 1))  # units differ, examples do not
    assert activations.standard_deviation(constant) == 0
    assert activations.dead_fraction(constant) == 1
    one = constant.copy()
    one[::2, 0] += 2  # one of three units is now 1 or 3
    assert activations.standard_deviation(one) == pytest.approx(np.sqrt(1 / 3))
    assert activations.dead_fraction(one) == pytest.approx(2 / 3)


def test_nan_is_not_hidden():
    assert np.isnan(activations.standard_deviation([[1.0], [np.nan]]))
    assert activations.dead_fraction([[1.0], [np.nan]]) == 0


@pytest.mark.parametrize("outputs", [np.zeros(3), np.zeros((0, 3)), np.zeros((2, 3, 4))])
def test_other_shapes(outputs):
    with pytest.raises(UserError, match=r"\(examples, units\), not"):
        activations.standard_deviation(outputs)
