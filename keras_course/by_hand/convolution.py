"""Convolution by hand: a small window slides over a picture, and every place gives one number.

What networks call convolution is cross-correlation: the kernel is not turned round first, as signal processing does
(Octave's ``conv2``, named in deck 2, turns it, and returns the full size).

First the clear form with its loops, for one channel; then the form that a network uses, for batches and channels, with
its backward pass. Both are held against each other and against Keras in the tests.
"""

import numpy as np

Array = np.ndarray
Pair = int | tuple[int, int]  # one number for both directions, or (down, across)


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """How many places a window of ``kernel`` has in ``size``: ``(size - kernel + 2 padding) / stride + 1``.

    Slide: deck 1, "Convolution Layer"; deck 1, "Examples time"

    >>> output_size(32, 5)
    28
    >>> output_size(32, 5, padding=2)
    32
    >>> output_size(8, 3, stride=2)
    3

    Args:
        size: height or width of the picture.
        kernel: that of the window.
        stride: how far the window moves.
        padding: zeros added on either side.

    Raises:
        ValueError: no window fits, or a number makes no sense.
    """
    if stride < 1 or padding < 0 or kernel < 1:
        raise ValueError(
            f"stride={stride}, padding={padding}, kernel={kernel}: at least 1, 0 and 1 are needed"
        )
    if kernel > size + 2 * padding:
        raise ValueError(f"a kernel of {kernel} does not fit into {size} with a padding of {padding}")
    return (size - kernel + 2 * padding) // stride + 1


def count_parameters(kernel: tuple[int, int], channels: int, filters: int, bias: bool = True) -> int:
    """Weights of a convolutional layer: each filter has a kernel for every channel, and one bias.

    Slide: deck 1, "Examples time": 76 a filter of 5x5x3, 760 for ten

    >>> count_parameters((5, 5), channels=3, filters=1)
    76
    >>> count_parameters((5, 5), channels=3, filters=10)
    760
    """
    return (kernel[0] * kernel[1] * channels + bias) * filters


def correlate(picture: Array, kernel: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """Slide a kernel over a picture: at each place multiply what lies on each other, and add it all up.

    Slide: deck 1, "Image Filter / Kernel Feature"; deck 2, "Learning features from data: Convolutions"

    >>> picture = np.array([[2, 4, 9, 1, 4], [2, 1, 4, 4, 6], [1, 1, 2, 9, 2], [7, 3, 5, 1, 3], [2, 3, 4, 8, 5]])
    >>> kernel = np.array([[1, 2, 3], [-4, 7, 4], [2, -5, 1]])
    >>> correlate(picture, kernel)
    array([[ 51,  66,  20],
           [ 31,  49, 101],
           [ 15,  53,  -2]])
    >>> correlate(picture, kernel, padding=1)
    array([[ 21,  59,  37, -19,   2],
           [ 30,  51,  66,  20,  43],
           [-14,  31,  49, 101, -19],
           [ 59,  15,  53,  -2,  21],
           [ 49,  57,  64,  76,  10]])

    Args:
        picture: (height, width).
        kernel: (kernel height, kernel width).
        stride: how far the window moves, down and across.
        padding: zeros around the picture, above and below, left and right.

    Returns:
        (output height, output width), as :func:`output_size` says.

    Raises:
        ValueError: other shapes, or a kernel larger than the padded picture.
    """
    _check_two_dimensional(picture, kernel)
    (stride_y, stride_x), (padding_y, padding_x) = _pair(stride), _pair(padding)
    height = output_size(picture.shape[0], kernel.shape[0], stride_y, padding_y)
    width = output_size(picture.shape[1], kernel.shape[1], stride_x, padding_x)
    padded = np.pad(picture, ((padding_y, padding_y), (padding_x, padding_x)))
    result = np.zeros((height, width), np.result_type(picture, kernel))
    for row in range(height):
        for column in range(width):
            top, left = row * stride_y, column * stride_x
            patch = padded[top : top + kernel.shape[0], left : left + kernel.shape[1]]
            result[row, column] = np.sum(patch * kernel)
    return result


def correlate_fast(picture: Array, kernel: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """The same as :func:`correlate`: a loop over the few places of the kernel instead of the many of the picture.

    Each weight multiplies the whole picture, moved to where the weight meets it.

    >>> correlate_fast(np.eye(3), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[5., 3.],
           [2., 5.]])

    Arguments and errors are those of :func:`correlate`.
    """
    _check_two_dimensional(picture, kernel)
    (stride_y, stride_x), (padding_y, padding_x) = _pair(stride), _pair(padding)
    height = output_size(picture.shape[0], kernel.shape[0], stride_y, padding_y)
    width = output_size(picture.shape[1], kernel.shape[1], stride_x, padding_x)
    padded = np.pad(picture, ((padding_y, padding_y), (padding_x, padding_x)))
    result = np.zeros((height, width), np.result_type(picture, kernel))
    for row, weights in enumerate(kernel):
        for column, weight in enumerate(weights):
            met = padded[
                row : row + height * stride_y : stride_y, column : column + width * stride_x : stride_x
            ]
            result += weight * met[:height, :width]
    return result


def convolution(x: Array, W: Array, b: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """A convolutional layer: each filter looks at all channels, and gives one map.

    Slide: deck 1, "Convolution Layer"; deck 5, "Convolution with Padding", "Convolution with Padding + Strides"

    >>> x, W, b = np.ones((1, 32, 32, 3)), np.ones((5, 5, 3, 6)), np.zeros(6)
    >>> convolution(x, W, b).shape
    (1, 28, 28, 6)

    Args:
        x: (n, height, width, channels).
        W: (kernel height, kernel width, channels, filters), as Keras has them.
        b: (filters,).
        stride: down and across.
        padding: zeros around, down and across.

    Returns:
        (n, output height, output width, filters).

    Raises:
        ValueError: shapes that do not fit.
    """
    _check_layer(x, W, b)
    # (n, output height, output width, kernel height, kernel width, channels) times W
    return np.tensordot(_patches(x, W, stride, padding), W, axes=3) + b


def convolution_backward(
    dy: Array, x: Array, W: Array, stride: Pair = 1, padding: Pair = 0
) -> tuple[Array, Array, Array]:
    """How the loss changes with a convolution's input, kernels and biases.

    A weight has met many patches: its gradient is the sum over all of them. A pixel has been in many windows: it gets
    back from each what that window's weight passes on.

    Args:
        dy: (n, output height, output width, filters): the loss's gradient by the outputs.
        x: (n, height, width, channels), the input.
        W: (kernel height, kernel width, channels, filters).
        stride: as forward.
        padding: as forward.

    Returns:
        ``dx``, ``dW``, ``db``, shaped as ``x``, ``W`` and the biases.
    """
    _check_layer(x, W, dy[0, 0, 0])
    dW = np.tensordot(_patches(x, W, stride, padding), dy, axes=([0, 1, 2], [0, 1, 2]))
    db = dy.sum(axis=(0, 1, 2))
    dx = _scatter(dy, W, x.shape[1:3], stride, padding)
    return dx, dW, db


def transposed_convolution(x: Array, W: Array, b: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """Convolution's way back: every input number paints its kernel onto a larger picture, and what overlaps adds up.

    Deck 5 calls it deconvolution too; it undoes a convolution's shape, not its values. It is what
    :func:`convolution_backward` does to ``dy``.

    Slide: deck 5, "Deconvolution / Convolution Transposed"

    >>> x, W = np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1), np.ones((2, 2, 1, 1))
    >>> transposed_convolution(x, W, np.zeros(1))[0, :, :, 0]
    array([[1., 3., 2.],
           [1., 3., 2.]])

    Args:
        x: (n, height, width, channels).
        W: (kernel height, kernel width, filters, channels), as Keras has them.
        b: (filters,).
        stride: by how much the result grows.
        padding: cut off around the result.

    Returns:
        (n, (height - 1) stride + kernel height - 2 padding, ..., filters).

    Raises:
        ValueError: shapes that do not fit.
    """
    if x.ndim != 4 or W.ndim != 4 or W.shape[3] != x.shape[3] or b.shape != (W.shape[2],):
        raise ValueError(
            f"x {x.shape}, W {W.shape} and b {b.shape} do not fit: (n, h, w, c), (k, k, f, c), (f,)"
        )
    strides, paddings = _pair(stride), _pair(padding)
    height, width = (
        (x.shape[axis + 1] - 1) * strides[axis] + W.shape[axis] - 2 * paddings[axis] for axis in (0, 1)
    )
    return _scatter(x, W, (height, width), stride, padding) + b


def transposed_convolution_backward(
    dy: Array, x: Array, W: Array, stride: Pair = 1, padding: Pair = 0
) -> tuple[Array, Array, Array]:
    """How the loss changes with a transposed convolution's input, kernels and biases.

    The way back of the way back is a convolution: each input number looks at what it has painted.

    Args:
        dy: (n, output height, output width, filters): the loss's gradient by the outputs.
        x: (n, height, width, channels), the input.
        W: (kernel height, kernel width, filters, channels).
        stride: as forward.
        padding: as forward.

    Returns:
        ``dx``, ``dW``, ``db``, shaped as ``x``, ``W`` and the biases.

    Raises:
        ValueError: shapes that do not fit.
    """
    dx = convolution(dy, W, np.zeros(W.shape[3]), stride, padding)
    if dx.shape != x.shape:
        raise ValueError(f"dy {dy.shape} is not what x {x.shape} and W {W.shape} give")
    dW = np.tensordot(_patches(dy, W, stride, padding), x, axes=([0, 1, 2], [0, 1, 2]))
    return dx, dW, dy.sum(axis=(0, 1, 2))


def _patches(x: Array, W: Array, stride: Pair, padding: Pair) -> Array:
    """``(n, output height, output width, kernel height, kernel width, channels)``: a view, nothing is copied."""
    (stride_y, stride_x), (padding_y, padding_x) = _pair(stride), _pair(padding)
    output_size(x.shape[1], W.shape[0], stride_y, padding_y)  # says what does not fit
    output_size(x.shape[2], W.shape[1], stride_x, padding_x)
    padded = np.pad(x, ((0, 0), (padding_y, padding_y), (padding_x, padding_x), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:2], axis=(1, 2))
    return windows[:, ::stride_y, ::stride_x].transpose(0, 1, 2, 4, 5, 3)


def _scatter(dy: Array, W: Array, size: tuple[int, ...], stride: Pair, padding: Pair) -> Array:
    """Paint ``dy * kernel`` at every place a window has been; ``(n, *size, channels)``."""
    (stride_y, stride_x), (padding_y, padding_x) = _pair(stride), _pair(padding)
    n, rows, columns, _ = dy.shape
    painted = np.zeros(
        (n, size[0] + 2 * padding_y, size[1] + 2 * padding_x, W.shape[2]), np.result_type(dy, W)
    )
    for row in range(W.shape[0]):
        for column in range(W.shape[1]):
            there = painted[
                :, row : row + rows * stride_y : stride_y, column : column + columns * stride_x : stride_x
            ]
            there[:, :rows, :columns] += dy @ W[row, column].T
    return painted[:, padding_y : padding_y + size[0], padding_x : padding_x + size[1]]


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _check_two_dimensional(picture: Array, kernel: Array) -> None:
    if picture.ndim != 2 or kernel.ndim != 2:
        raise ValueError(
            f"a picture (height, width) and a kernel (height, width) are needed, not {picture.shape} and {kernel.shape}"
        )


def _check_layer(x: Array, W: Array, b: Array) -> None:
    if x.ndim != 4 or W.ndim != 4 or W.shape[2] != x.shape[3] or b.shape != (W.shape[3],):
        raise ValueError(
            f"x {x.shape}, W {W.shape} and b {b.shape} do not fit: (n, h, w, c), (k, k, c, f), (f,)"
        )
