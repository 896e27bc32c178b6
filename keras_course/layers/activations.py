"""Activations that Keras does not have."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
def scaled_tanh(x: Any) -> Any:
    """``1.7159 * tanh(2 / 3 * x)``, which maps 1 to 1 and -1 to -1.

    Targets of 1 and -1 then lie where the function is curved most, and not in its flat ends; inputs of variance 1 keep
    about their variance.

    Paper: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, appendix A

    Args:
        x: of any shape.

    Example:
        >>> [round(float(y), 3) for y in scaled_tanh(keras.ops.array([-1.0, 0.0, 1.0, 9.0]))]
        [-1.0, 0.0, 1.0, 1.716]
    """
    return 1.7159 * ops.tanh(x * (2 / 3))
