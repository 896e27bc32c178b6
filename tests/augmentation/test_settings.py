"""The description of an augmentation checks itself."""

import pytest

from keras_course.augmentation import Augmentation, RandomAffine


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rotation": -1}, "rotation=-1 is out of range"),
        ({"width_shift": 1.5}, "width_shift=1.5 is out of range: give a number from 0 to 1"),
        ({"shear": 90}, "shear=90"),
        ({"zoom": 1}, "zoom=1"),
        ({"fill": "wrap"}, "fill='wrap' is unknown: choose one of nearest, constant, reflect"),
    ],
)
def test_values_out_of_range(arguments, words):
    with pytest.raises(ValueError, match=words):
        Augmentation(**arguments)
    with pytest.raises(ValueError, match=words):
        RandomAffine(arguments)
