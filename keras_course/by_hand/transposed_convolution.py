"""Transposed convolution: the backward pass of a convolution, used as a layer to make feature maps larger.

Deck 5 calls it deconvolution too. It restores the shape that a convolution had as its input, not the values.

Slide: deck 5, "Deconvolution / Convolution Transposed"
"""

import numpy as np

from keras_course.by_hand.convolution import Pair, convolution, input_gradient, kernel_gradient, pair

Array = np.ndarray


def transposed_output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """The height or width after a transposed convolution: ``(size - 1) stride + kernel - 2 padding``.

    >>> transposed_output_size(4, 3, stride=2, padding=1)
    7

    Args:
        size: height or width of the input.
        kernel: height or width of the kernel.
        stride: how far apart neighbouring inputs are in the result.
        padding: cut off on either side of the result.

    Raises:
        ValueError: a number out of range, or a padding that leaves nothing.
    """
    result = (size - 1) * stride + kernel - 2 * padding
    if stride < 1 or padding < 0 or kernel < 1 or result < 1:
        raise ValueError(
            f"stride={stride}, padding={padding}, kernel={kernel}: at least 1, 0, 1 are needed, "
            f"and a padding that leaves something of {result + 2 * padding}"
        )
    return result


def transposed_convolution(x: Array, W: Array, b: Array, stride: Pair = 1, padding: Pair = 0) -> Array:
    """Each input number adds the kernel, multiplied by it, to a larger picture; overlaps are summed.

    It is :func:`convolution.input_gradient` with the input in the place of ``dy``.

    Slide: deck 5, "Deconvolution / Convolution Transposed"

    >>> x, W = np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1), np.ones((2, 2, 1, 1))
    >>> transposed_convolution(x, W, np.zeros(1))[0, :, :, 0]
    array([[1., 3., 2.],
           [1., 3., 2.]])

    Args:
        x: (n, height, width, channels).
        W: (kernel height, kernel width, filters, channels), as in Keras.
        b: (filters,).
        stride: how far apart neighbouring inputs are in the result, down and across.
        padding: cut off around the result, down and across.

    Returns:
        (n, output height, output width, filters), see :func:`transposed_output_size`.

    Raises:
        ValueError: shapes that do not fit.
    """
    if x.ndim != 4 or W.ndim != 4 or W.shape[3] != x.shape[3] or b.shape != (W.shape[2],):
        raise ValueError(
            f"x {x.shape}, W {W.shape} and b {b.shape} do not fit: (n, h, w, c), (k, k, f, c), (f,)"
        )
    strides, paddings = pair(stride), pair(padding)
    size = tuple(
        transposed_output_size(x.shape[axis + 1], W.shape[axis], strides[axis], paddings[axis])
        for axis in (0, 1)
    )
    return input_gradient(x, W, size, stride, padding) + b


def transposed_convolution_backward(
    dy: Array, x: Array, W: Array, stride: Pair = 1, padding: Pair = 0
) -> tuple[Array, Array, Array]:
    """The gradients of the loss through :func:`transposed_convolution`; that of the input is a plain convolution.

    Args:
        dy: (n, output height, output width, filters), the gradient with respect to the outputs.
        x: (n, height, width, channels), the input.
        W: (kernel height, kernel width, filters, channels).
        stride: as in the forward pass.
        padding: as in the forward pass.

    Returns:
        ``dx``, ``dW``, ``db``, shaped like ``x``, ``W`` and the biases.

    Raises:
        ValueError: shapes that do not fit.
    """
    dx = convolution(dy, W, np.zeros(W.shape[3]), stride, padding)
    if dx.shape != x.shape:
        raise ValueError(f"dy {dy.shape} is not the gradient of what x {x.shape} and W {W.shape} give")
    return dx, kernel_gradient(x, dy, W.shape[:2], stride, padding), dy.sum(axis=(0, 1, 2))
