"""Losses that Keras does not have, registered so that a compiled model loads again."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class SmoothedCrossEntropy(keras.losses.Loss):
    """Cross entropy for labels 0, 1, 2 ... that are less than certain.

    The label keeps ``1 - label_smoothing``, and all classes, itself among them, share the rest. Keras has this only for
    one-hot labels.

    Paper: Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7 (https://arxiv.org/abs/1512.00567)

    Args:
        label_smoothing: 0 to 1.
    """

    def __init__(self, label_smoothing: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**{"name": "smoothed_cross_entropy", **kwargs})
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` labels and ``(n, classes)`` probabilities to ``(n,)`` losses."""
        one_hot = ops.one_hot(
            ops.cast(ops.reshape(y_true, (-1,)), "int32"), y_pred.shape[-1], dtype=y_pred.dtype
        )
        return keras.losses.categorical_crossentropy(one_hot, y_pred, label_smoothing=self.label_smoothing)

    def get_config(self) -> dict[str, Any]:
        """Everything ``__init__`` needs."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


@keras.saving.register_keras_serializable(package="keras_course")
class MixedLoss(keras.losses.Loss):
    """The loss of mixed pictures: that of either label, in the shares that ``layers.MixUp`` has mixed the pictures in.

    Where the layer has not mixed (validation, test), and after loading from a file, it is the loss that it was made of.

    Args:
        loss: a ``keras.losses.Loss`` of one label an example.
        mixup: the layer; None mixes nothing.
    """

    def __init__(self, loss: keras.losses.Loss, mixup: Any = None, **kwargs: Any) -> None:
        super().__init__(**{"name": "mixed_loss", **kwargs})
        self.loss = loss
        self.mixup = mixup

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` labels and the network's outputs to ``(n,)`` losses."""
        losses = self.loss.call(y_true, y_pred)
        if self.mixup is None or self.mixup.shares is None:
            return losses
        shares, self.mixup.shares = ops.cast(self.mixup.shares, losses.dtype), None
        return shares * losses + (1 - shares) * self.loss.call(ops.flip(y_true, axis=0), y_pred)

    def get_config(self) -> dict[str, Any]:
        """The loss; the layer belongs to a training."""
        return {**super().get_config(), "loss": keras.losses.serialize(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MixedLoss":
        """Build it again, without a layer."""
        return cls(**{**config, "loss": keras.losses.deserialize(config["loss"])})


@keras.saving.register_keras_serializable(package="keras_course")
class PinballLoss(keras.losses.Loss):
    """``max(level * d, (level - 1) * d)`` with ``d = actual - quantile``, averaged over the levels.

    Least when each quantile has its level's share of the actual values below it.

    Paper: Koenker, Bassett, "Regression Quantiles", 1978

    Args:
        levels: of the quantiles.
    """

    def __init__(self, levels: Sequence[float] = (0.025, 0.1, 0.5, 0.9, 0.975), **kwargs: Any) -> None:
        super().__init__(**{"name": "pinball", **kwargs})
        self.levels = tuple(levels)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` actual values, ``(n, levels)`` quantiles; a loss an example."""
        difference = ops.reshape(ops.cast(y_true, y_pred.dtype), (-1, 1)) - y_pred
        levels = ops.convert_to_tensor(self.levels, y_pred.dtype)
        return ops.mean(ops.maximum(levels * difference, (levels - 1) * difference), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Everything ``__init__`` needs."""
        return {**super().get_config(), "levels": self.levels}


@keras.saving.register_keras_serializable(package="keras_course")
def js_divergence(y_true: Any, y_pred: Any) -> Any:
    """Jensen-Shannon: the mean KL divergence of both from their middle; the same both ways, at most ``log 2``.

    Slide: deck 5, "Choices" (costs)

    Args:
        y_true: (n, classes) probabilities, such as one-hot labels.
        y_pred: (n, classes) probabilities.

    Returns:
        (n,) losses.
    """
    y_true = ops.cast(y_true, y_pred.dtype)
    middle = (y_true + y_pred) / 2
    return (keras.losses.kl_divergence(y_true, middle) + keras.losses.kl_divergence(y_pred, middle)) / 2
