"""What apps.filters measures: each kernel's result and time, by hand and with Keras, and which edges it leaves."""

import functools
import time
from collections.abc import Callable

import numpy as np

from keras_course.by_hand.convolution import correlate_fast
from keras_course.by_hand.kernels import KERNELS, SLIDES, drawn_square, edge_energy, slanted_edge_energy
from keras_course.experiment import devices

Array = np.ndarray
ROUNDS = 3  # the fastest counts: whatever else the machine does can only slow one down
DEGREES = tuple(range(0, 91, 15))  # an edge's angle: 0 is vertical, 90 horizontal
EDGE_KERNELS = (*SLIDES, "Sobel, vertical edges", "Sobel, horizontal edges")


def filter_all(picture: Array, *, with_keras: bool) -> tuple[dict[str, Array], dict[str, dict[str, float]]]:
    """Filter with every kernel, by hand and with Keras.

    Args:
        picture: (height, width), 0 to 1.
        with_keras: also use Conv2D.

    Returns:
        By the kernel's name the filtered pictures, and lowest and highest value, times and the largest difference.
    """
    if with_keras:
        devices.configure()
    filtered, table = {}, {}
    for name, kernel in KERNELS.items():
        filtered[name], seconds = timed(functools.partial(correlate_fast, picture, kernel.weights))
        row = {
            "lowest": float(filtered[name].min()),
            "highest": float(filtered[name].max()),
            "by_hand_ms": 1000 * seconds,
        }
        if with_keras:
            by_keras, seconds = conv2d(picture, kernel.weights)
            row |= {
                "keras_ms": 1000 * seconds,
                "largest_difference": float(np.abs(by_keras - filtered[name]).max()),
            }
        table[name] = row
    return filtered, table


def conv2d(picture: Array, kernel: Array) -> tuple[Array, float]:
    """Filter with Keras: a convolutional layer with one filter, whose weights are set. Returns result and seconds."""
    import keras

    layer = keras.layers.Conv2D(1, kernel.shape, padding="valid", use_bias=False)
    batch = keras.ops.convert_to_tensor(picture[None, :, :, None], dtype="float32")  # (1, height, width, 1)
    layer.build(batch.shape)
    layer.set_weights([kernel[:, :, None, None]])  # (kernel height, kernel width, channels, filters)
    result, seconds = timed(lambda: keras.ops.convert_to_numpy(layer(batch)))
    return result[0, :, :, 0], seconds


def timed(work: Callable[[], Array]) -> tuple[Array, float]:
    """The result, and the seconds of the fastest of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begun)
    return result, min(seconds)


def filtered_square() -> tuple[Array, dict[str, Array]]:
    """A drawn square, and by name what deck 2's filters make of it, in the same size."""
    square = drawn_square(48)
    filtered = {}
    for name in SLIDES:
        kernel = KERNELS[name].weights
        filtered[name] = correlate_fast(square, kernel, padding=tuple(side // 2 for side in kernel.shape))
    return square, filtered


def edges() -> dict[str, dict[str, float]]:
    """By the kernel's name: sums of squares on a square's vertical and horizontal edges, and the vertical fraction."""
    square, table = drawn_square(48), {}
    for name in EDGE_KERNELS:
        vertical, horizontal = edge_energy(square, KERNELS[name].weights)
        table[name] = {
            "vertical": vertical,
            "horizontal": horizontal,
            "vertical_share": vertical / (vertical + horizontal),
        }
    return table


def responses_by_angle() -> dict[str, list[float]]:
    """By the kernel's name its response to an edge at each of DEGREES, as a fraction of the strongest."""
    responses = {}
    for name in EDGE_KERNELS:
        energies = [slanted_edge_energy(KERNELS[name].weights, angle) for angle in DEGREES]
        responses[name] = [energy / max(energies) for energy in energies]
    return responses
