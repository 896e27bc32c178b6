"""Mixup: learn from mixtures of two pictures, with the labels of both."""

from typing import Any

import keras
from keras import ops

from keras_course.errors import UserError


class MixingLayer(keras.layers.Layer):
    """The base of layers that mix a training batch with itself reversed; :class:`MixedLoss` reads ``fractions``.

    Args:
        alpha: of the beta distribution from which fractions are drawn.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        UserError: for an alpha that is not a number above 0.
    """

    augments = True

    def __init__(self, alpha: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < alpha < float("inf"):
            raise UserError(f"alpha={alpha} must be a number above 0")
        self.alpha = alpha
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.fractions: Any = None
        """(batch,) how much is left of each picture of this step's batch, from 0.5; None where nothing was mixed."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Mix in training only."""
        x = ops.cast(inputs, self.compute_dtype)
        self.fractions = None
        return self.mixed(x) if training else x

    def mixed(self, x: Any) -> Any:
        """Mix a batch, and keep in ``fractions`` how much is left of each picture."""
        raise NotImplementedError

    def drawn_fractions(self, batch: Any) -> Any:
        """Draw a fraction from 0.5 to 1 for each picture, (batch,)."""
        drawn = keras.random.beta((batch,), self.alpha, self.alpha, "float32", seed=self.seed_generator)
        return ops.maximum(drawn, 1 - drawn)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "alpha": self.alpha, "seed": self.seed}


@keras.saving.register_keras_serializable(package="keras_course")
class BatchMixup(MixingLayer):
    """In training, mix each picture with another one of its batch; the loss then counts both labels.

    ``x = fraction * x + (1 - fraction) * x[::-1]``, with a fraction for each picture, drawn from a beta distribution.
    The picture itself keeps the larger fraction: its label stays the more likely one, and accuracy keeps its meaning.
    A network that sees 70 % of a cat under 30 % of a dog cannot learn its pictures by heart, and its predictions change
    smoothly between two pictures. In inference the layer does nothing, and ``saving.export`` omits it.

    Keras' ``MixUp`` mixes one-hot labels too, in a data pipeline; this one is part of the model, for labels 0, 1, 2 ...

    Paper: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018 (https://arxiv.org/abs/1710.09412)

    Shape: ``(batch, height, width, channels) -> the same``, in floats.

    Args:
        alpha: of the beta distribution: with 0.2 most pictures stay almost as they are, with 1 every fraction is
            equally likely.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        UserError: for an alpha that is not a number above 0.

    Example:
        >>> mixup = BatchMixup(alpha=0.2)
        >>> loss = MixedLoss(keras.losses.BinaryCrossentropy(), mixup)
    """

    def __init__(self, alpha: float = 0.2, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(alpha, seed, **kwargs)

    def mixed(self, x: Any) -> Any:
        """Mix the batch with itself in reverse order."""
        self.fractions = self.drawn_fractions(ops.shape(x)[0])
        fractions = ops.reshape(ops.cast(self.fractions, x.dtype), (-1, 1, 1, 1))
        return fractions * x + (1 - fractions) * ops.flip(x, axis=0)


@keras.saving.register_keras_serializable(package="keras_course")
class MixedLoss(keras.losses.Loss):
    """The loss of mixed pictures: ``fraction * loss(label) + (1 - fraction) * loss(the other label)``.

    The fractions are those of the :class:`BatchMixup` layer, of the ``BatchCutMix`` layer, or of the second after the
    first. Where they have mixed nothing (validation, test), and after loading from a file, this is the plain loss.

    Args:
        loss: a ``keras.losses.Loss`` of one label for each example.
        mixup: the layer; None mixes nothing.
        cutmix: the layer that mixes after it, with the same partner; None mixes nothing.
    """

    def __init__(
        self, loss: keras.losses.Loss, mixup: BatchMixup | None = None, cutmix: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**{"name": "mixed_loss", **kwargs})
        self.loss = loss
        self.mixup = mixup
        self.cutmix = cutmix

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` labels and the network's outputs to ``(n,)`` losses."""
        losses = self.loss.call(y_true, y_pred)
        fractions = None
        for layer in (self.mixup, self.cutmix):
            if layer is None or layer.fractions is None:
                continue
            kept, layer.fractions = ops.cast(layer.fractions, losses.dtype), None
            # The partner's pixels show it and, to a small part, the picture itself.
            fractions = (
                kept if fractions is None else kept * fractions + (1 - kept) * (1 - ops.flip(fractions))
            )
        if fractions is None:
            return losses
        return fractions * losses + (1 - fractions) * self.loss.call(ops.flip(y_true, axis=0), y_pred)

    def get_config(self) -> dict[str, Any]:
        """Return the plain loss, for saving; the layer belongs to one training."""
        return {**super().get_config(), "loss": keras.losses.serialize(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MixedLoss":
        """Build it again, without a layer."""
        return cls(**{**config, "loss": keras.losses.deserialize(config["loss"])})
