"""Convolution: a small kernel slides over a picture, and each position gives one number.

What networks call convolution is cross-correlation: the kernel is not rotated first, as it is in signal processing
(Octave's ``conv2``, which deck 2 names, rotates it, and returns the full size).

First comes the plain form for one channel, with its loops; then the layer, with its backward pass.
"""

import numpy as np

Array = np.ndarray
Pair = int | tuple[int, int]  # one number for both directions, or (down, across)


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """The number of positions of a kernel along one side: ``(size - kernel + 2 padding) / stride + 1``.

    Slide: deck 1, "Convolution Layer"; deck 1, "Examples time"

    >>> output_size(32, 5)
    28
    >>> output_size(32, 5, padding=2)
    32
    >>> output_size(8, 3, stride=2)
    3

    Args:
        size: height or width of the picture.
        kernel: height or width of the kernel.
        stride: how far the kernel moves.
        padding: zeros added on either side.

    Raises:
        ValueError: a kernel larger than the padded picture, or a number out of range.
    """
    if stride < 1 or padding < 0 or kernel < 1:
        raise ValueError(f"stride={stride}, padding={padding}, kernel={kernel}: at least 1, 0, 1 are needed")
    if kernel > size + 2 * padding:
        raise ValueError(f"a kernel of {kernel} does not fit into {size} with a padding of {padding}")
    return (size - kernel + 2 * padding) // stride + 1


def count_parameters(kernel: tuple[int, int], channels: int, filters: int, bias: bool = True) -> int:
    """The number of parameters of a convolutional layer: each filter has a kernel for every channel, and one bias.

    Slide: deck 1, "Examples time": 76 for a filter of 5x5x3, 760 for ten

    >>> count_parameters((5, 5), channels=3, filters=1)
    76
    >>> count_parameters((5, 5), channels=3, filters=10)
    760
    """
    return (kernel[0] * kernel[1] * channels + bias) * filters


def correlate(picture: Array, kernel: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """Slide a kernel over a picture: at each position, multiply element by element and sum.

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
        stride: how far the kernel moves, down and across.
        padding: zeros around the picture, above and below, left and right.

    Returns:
        (output height, output width), see :func:`output_size`.

    Raises:
        ValueError: arrays that are not two-dimensional, or a kernel larger than the padded picture.
    """
    _check_two_dimensional(picture, kernel)
    (stride_y, stride_x), (padding_y, padding_x) = pair(stride), pair(padding)
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
    """The same as :func:`correlate`, with a loop over the few weights instead of the many positions.

    Each weight multiplies the whole picture, shifted to the pixels that this weight meets.

    >>> correlate_fast(np.eye(3), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[5., 3.],
           [2., 5.]])

    Arguments, result and errors are those of :func:`correlate`.
    """
    _check_two_dimensional(picture, kernel)
    (stride_y, stride_x), (padding_y, padding_x) = pair(stride), pair(padding)
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
    """A convolutional layer: each filter spans all channels, and gives one feature map.

    Slide: deck 1, "Convolution Layer"; deck 5, "Convolution with Padding", "Convolution with Padding + Strides"

    >>> x, W, b = np.ones((1, 32, 32, 3)), np.ones((5, 5, 3, 6)), np.zeros(6)
    >>> convolution(x, W, b).shape
    (1, 28, 28, 6)

    Args:
        x: (n, height, width, channels).
        W: (kernel height, kernel width, channels, filters), as in Keras.
        b: (filters,).
        stride: down and across.
        padding: zeros around the picture, down and across.

    Returns:
        (n, output height, output width, filters).

    Raises:
        ValueError: shapes that do not fit.
    """
    if x.ndim != 4 or W.ndim != 4 or W.shape[2] != x.shape[3] or b.shape != (W.shape[3],):
        raise ValueError(
            f"x {x.shape}, W {W.shape} and b {b.shape} do not fit: (n, h, w, c), (k, k, c, f), (f,)"
        )
    # (n, output height, output width, kernel height, kernel width, channels) times W
    return np.tensordot(_patches(x, W.shape[:2], stride, padding), W, axes=3) + b


def convolution_backward(
    dy: Array, x: Array, W: Array, stride: Pair = 1, padding: Pair = 0
) -> tuple[Array, Array, Array]:
    """The gradients of the loss through :func:`convolution`.

    Args:
        dy: (n, output height, output width, filters), the gradient with respect to the outputs.
        x: (n, height, width, channels), the input.
        W: (kernel height, kernel width, channels, filters).
        stride: as in the forward pass.
        padding: as in the forward pass.

    Returns:
        ``dx``, ``dW``, ``db``, shaped like ``x``, ``W`` and the biases.

    Raises:
        ValueError: shapes that do not fit.
    """
    strides, paddings = pair(stride), pair(padding)
    output = [output_size(x.shape[i + 1], W.shape[i], strides[i], paddings[i]) for i in (0, 1)]
    if dy.shape != (len(x), *output, W.shape[3]) or x.shape[3] != W.shape[2]:
        raise ValueError(f"dy {dy.shape} is not the gradient of what x {x.shape} and W {W.shape} give")
    dx = input_gradient(dy, W, x.shape[1:3], stride, padding)
    return dx, kernel_gradient(dy, x, W.shape[:2], stride, padding), dy.sum(axis=(0, 1, 2))


def kernel_gradient(
    dy: Array, x: Array, kernel: tuple[int, ...], stride: Pair = 1, padding: Pair = 0
) -> Array:
    """The gradient with respect to a convolution's kernels: each weight sums over all the patches that it has met.

    Args:
        dy: (n, output height, output width, filters), the gradient with respect to the outputs.
        x: (n, height, width, channels), the input.
        kernel: height and width.
        stride: as in the forward pass.
        padding: as in the forward pass.

    Returns:
        (kernel height, kernel width, channels, filters).
    """
    return np.tensordot(_patches(x, kernel, stride, padding), dy, axes=([0, 1, 2], [0, 1, 2]))


def input_gradient(dy: Array, W: Array, size: tuple[int, ...], stride: Pair = 1, padding: Pair = 0) -> Array:
    """The gradient with respect to a convolution's input: each pixel sums over all the windows that contained it.

    Args:
        dy: (n, output height, output width, filters), the gradient with respect to the outputs.
        W: (kernel height, kernel width, channels, filters).
        size: height and width of the input.
        stride: as in the forward pass.
        padding: as in the forward pass.

    Returns:
        (n, height, width, channels).
    """
    (stride_y, stride_x), (padding_y, padding_x) = pair(stride), pair(padding)
    n, rows, columns, _ = dy.shape
    padded = np.zeros(
        (n, size[0] + 2 * padding_y, size[1] + 2 * padding_x, W.shape[2]), np.result_type(dy, W)
    )
    for row in range(W.shape[0]):
        for column in range(W.shape[1]):
            met = padded[
                :, row : row + rows * stride_y : stride_y, column : column + columns * stride_x : stride_x
            ]
            met[:, :rows, :columns] += dy @ W[row, column].T
    return padded[:, padding_y : padding_y + size[0], padding_x : padding_x + size[1]]


def pair(value: Pair) -> tuple[int, int]:
    """A stride or a padding as (down, across): one number stands for both.

    >>> pair(2), pair((1, 2))
    ((2, 2), (1, 2))
    """
    return (value, value) if isinstance(value, int) else value


def _patches(x: Array, kernel: tuple[int, ...], stride: Pair, padding: Pair) -> Array:
    """``(n, output height, output width, kernel height, kernel width, channels)``: a view, nothing is copied."""
    (stride_y, stride_x), (padding_y, padding_x) = pair(stride), pair(padding)
    output_size(x.shape[1], kernel[0], stride_y, padding_y)  # raises if it does not fit
    output_size(x.shape[2], kernel[1], stride_x, padding_x)
    padded = np.pad(x, ((0, 0), (padding_y, padding_y), (padding_x, padding_x), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel[:2], axis=(1, 2))
    return windows[:, ::stride_y, ::stride_x].transpose(0, 1, 2, 4, 5, 3)


def _check_two_dimensional(picture: Array, kernel: Array) -> None:
    if picture.ndim != 2 or kernel.ndim != 2:
        raise ValueError(
            f"a picture (height, width) and a kernel (height, width) are needed, not {picture.shape} and {kernel.shape}"
        )
