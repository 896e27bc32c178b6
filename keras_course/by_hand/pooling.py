"""Pooling and flattening by hand: keep the strongest answer of each neighbourhood, then lay all in a row."""

import numpy as np

from keras_course.by_hand.convolution import Array, output_size


def max_pool(x: Array, size: int = 2, stride: int = 2, keep_edge: bool = False) -> Array:
    """The largest number of each window.

    Slide: deck 1, "Pooling layer"; deck 3, "Max Pooling"

    >>> print(max_pool(np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])))
    [[6 8]
     [3 4]]
    >>> feature_map = np.array(
    ...     [[0, 1, 0, 0, 0], [0, 1, 1, 1, 0], [1, 0, 0, 2, 1], [1, 4, 2, 1, 0], [0, 0, 1, 2, 1]]
    ... )
    >>> print(max_pool(feature_map, keep_edge=True))
    [[1 1 0]
     [4 2 1]
     [0 2 1]]

    Args:
        x: (..., height, width); leading axes are pooled alike.
        size: of the window.
        stride: how far it moves.
        keep_edge: pool what is left at the right and lower edge in smaller windows, as deck 3's picture does, instead
            of leaving it out.

    Returns:
        (..., output height, output width).

    Raises:
        ValueError: a window larger than the picture.
    """
    windows = _windows(x, size, stride, keep_edge)
    return np.stack(
        [np.stack([patch.max(axis=(-2, -1)) for patch in row], axis=-1) for row in windows], axis=-2
    )


def max_pool_backward(dy: Array, x: Array, size: int = 2, stride: int = 2, keep_edge: bool = False) -> Array:
    """Only the largest number of a window has made the result: it alone gets the gradient (the first, of equal ones).

    Args:
        dy: (..., output height, output width): the loss's gradient by the outputs.
        x: (..., height, width), the input.
        size: as forward.
        stride: as forward.
        keep_edge: as forward.

    Returns:
        The gradient by ``x``, of its shape.
    """
    dx = np.zeros(x.shape, np.result_type(dy, x))
    flat, flat_x = dx.reshape(-1, *x.shape[-2:]), x.reshape(-1, *x.shape[-2:])
    flat_dy = dy.reshape(-1, *dy.shape[-2:])
    for row in range(dy.shape[-2]):
        for column in range(dy.shape[-1]):
            top, left = row * stride, column * stride
            patches = flat_x[:, top : top + size, left : left + size]
            best = patches.reshape(len(patches), -1).argmax(axis=1)
            down, across = np.unravel_index(best, patches.shape[1:])
            flat[np.arange(len(flat)), top + down, left + across] += flat_dy[:, row, column]
    return dx


def average_pool(x: Array, size: int = 2, stride: int = 2) -> Array:
    """The mean of each window.

    >>> average_pool(np.array([[1.0, 3.0], [5.0, 7.0]]))
    array([[4.]])

    Arguments and errors are those of :func:`max_pool`.
    """
    windows = _windows(x, size, stride, keep_edge=False)
    return np.stack(
        [np.stack([patch.mean(axis=(-2, -1)) for patch in row], axis=-1) for row in windows], axis=-2
    )


def average_pool_backward(dy: Array, x: Array, size: int = 2, stride: int = 2) -> Array:
    """Every number of a window has its equal share in the mean, and gets that share of the gradient.

    Arguments are those of :func:`max_pool_backward`.
    """
    dx = np.zeros(x.shape, np.result_type(dy, float))
    for row in range(dy.shape[-2]):
        for column in range(dy.shape[-1]):
            top, left = row * stride, column * stride
            share = dy[..., row, column, None, None] / size**2
            dx[..., top : top + size, left : left + size] += share
    return dx


def flatten(x: Array) -> Array:
    """All maps of an example in one row, which a dense layer can read.

    Slide: deck 3, "Flattening"; deck 1, "Fully Connected Layer": 32x32x3 stretched to 3072

    >>> print(flatten(np.array([[[1, 1, 0], [4, 2, 1], [0, 2, 1]]])))
    [[1 1 0 4 2 1 0 2 1]]
    >>> flatten(np.zeros((1, 32, 32, 3))).shape
    (1, 3072)

    Args:
        x: (n, ...).

    Returns:
        (n, numbers an example).
    """
    return x.reshape(len(x), -1)


def flatten_backward(dy: Array, x: Array) -> Array:
    """Nothing was computed, so nothing changes but the shape: the rows become maps again.

    >>> flatten_backward(np.arange(4).reshape(1, 4), np.zeros((1, 2, 2))).tolist()
    [[[0, 1], [2, 3]]]

    Args:
        dy: (n, numbers an example).
        x: (n, ...), the input.

    Raises:
        ValueError: another number of numbers.
    """
    if dy.size != x.size:
        raise ValueError(f"a gradient {dy.shape} does not belong to an input {x.shape}")
    return dy.reshape(x.shape)


def _windows(x: Array, size: int, stride: int, keep_edge: bool) -> list[list[Array]]:
    """Rows of windows, each ``(..., size, size)``, smaller at an edge that is kept."""
    height, width = (output_size(length, size, stride) for length in x.shape[-2:])
    if keep_edge:
        height, width = (-(-max(length - size, 0) // stride) + 1 for length in x.shape[-2:])
    return [
        [
            x[..., row * stride : row * stride + size, column * stride : column * stride + size]
            for column in range(width)
        ]
        for row in range(height)
    ]
