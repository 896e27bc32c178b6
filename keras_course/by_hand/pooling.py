"""Pooling and flattening: keep the largest number of each window, then lay out all maps in one row."""

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
        x: (..., height, width); each map is pooled on its own.
        size: height and width of the window.
        stride: how far the window moves.
        keep_edge: pool the rows and columns left over at the lower and right edge in smaller windows, as deck 3's
            figure does, instead of dropping them.

    Returns:
        (..., output height, output width).

    Raises:
        ValueError: a window larger than the map.
    """
    windows = _windows(x, size, stride, keep_edge)
    return np.stack(
        [np.stack([patch.max(axis=(-2, -1)) for patch in row], axis=-1) for row in windows], axis=-2
    )


def max_pool_backward(dy: Array, x: Array, size: int = 2, stride: int = 2, keep_edge: bool = False) -> Array:
    """The gradient through :func:`max_pool`: only the largest number of each window receives any (the first, in a tie).

    Args:
        dy: (..., output height, output width), the gradient with respect to the outputs.
        x: (..., height, width), the input.
        size: as in the forward pass.
        stride: as in the forward pass.
        keep_edge: as in the forward pass.

    Returns:
        The gradient with respect to ``x``, of its shape.

    Raises:
        ValueError: ``dy`` is not of the shape of the outputs.
    """
    _check_gradient(dy, x, size, stride, keep_edge)
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

    Arguments, result and errors are those of :func:`max_pool`.
    """
    windows = _windows(x, size, stride, keep_edge=False)
    return np.stack(
        [np.stack([patch.mean(axis=(-2, -1)) for patch in row], axis=-1) for row in windows], axis=-2
    )


def average_pool_backward(dy: Array, x: Array, size: int = 2, stride: int = 2) -> Array:
    """The gradient through :func:`average_pool`: all numbers of a window receive the same fraction, ``1 / size**2``.

    Arguments, result and errors are those of :func:`max_pool_backward`.
    """
    _check_gradient(dy, x, size, stride, keep_edge=False)
    dx = np.zeros(x.shape, np.result_type(dy, float))
    for row in range(dy.shape[-2]):
        for column in range(dy.shape[-1]):
            top, left = row * stride, column * stride
            fraction = dy[..., row, column, None, None] / size**2
            dx[..., top : top + size, left : left + size] += fraction
    return dx


def flatten(x: Array) -> Array:
    """All maps of an example in one row, as a dense layer needs them.

    Slide: deck 3, "Flattening"; deck 1, "Fully Connected Layer": 32x32x3 stretched to 3072

    >>> print(flatten(np.array([[[1, 1, 0], [4, 2, 1], [0, 2, 1]]])))
    [[1 1 0 4 2 1 0 2 1]]
    >>> flatten(np.zeros((1, 32, 32, 3))).shape
    (1, 3072)

    Args:
        x: (n, ...).

    Returns:
        (n, numbers per example).
    """
    return x.reshape(len(x), -1)


def flatten_backward(dy: Array, x: Array) -> Array:
    """The gradient through :func:`flatten`: only the shape changes, from rows back to maps.

    >>> flatten_backward(np.arange(4).reshape(1, 4), np.zeros((1, 2, 2))).tolist()
    [[[0, 1], [2, 3]]]

    Args:
        dy: (n, numbers per example).
        x: (n, ...), the input.

    Raises:
        ValueError: ``dy`` and ``x`` differ in size.
    """
    if dy.size != x.size:
        raise ValueError(f"a gradient {dy.shape} does not belong to an input {x.shape}")
    return dy.reshape(x.shape)


def _positions(x: Array, size: int, stride: int, keep_edge: bool) -> tuple[int, int]:
    """How many windows there are, down and across."""
    height, width = (output_size(length, size, stride) for length in x.shape[-2:])
    if keep_edge:
        height, width = (-(-max(length - size, 0) // stride) + 1 for length in x.shape[-2:])
    return height, width


def _windows(x: Array, size: int, stride: int, keep_edge: bool) -> list[list[Array]]:
    """Rows of windows, each ``(..., size, size)``, or smaller at an edge that is kept."""
    height, width = _positions(x, size, stride, keep_edge)
    return [
        [
            x[..., row * stride : row * stride + size, column * stride : column * stride + size]
            for column in range(width)
        ]
        for row in range(height)
    ]


def _check_gradient(dy: Array, x: Array, size: int, stride: int, keep_edge: bool) -> None:
    expected = (*x.shape[:-2], *_positions(x, size, stride, keep_edge))
    if dy.shape != expected:
        raise ValueError(f"dy {dy.shape} is not the gradient of outputs {expected}")
