"""benchmarks.convnet_speed: the networks that it times take what the apps' take, raw pixels."""

import numpy as np

from benchmarks import convnet_speed


def test_the_timed_networks_take_raw_pixels():
    digits = np.zeros((2, 28, 28), np.uint8)
    photos = np.zeros((2, 150, 150, 3), np.uint8)
    assert convnet_speed.digit_network().predict(digits, verbose=0).shape == (2, 10)
    for affine in (False, True):
        assert convnet_speed.photo_network(affine).predict(photos, verbose=0).shape == (2, 1)
