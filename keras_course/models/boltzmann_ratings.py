"""Restricted Boltzmann machines for ratings: most films are unrated, and must not count. ``rbm`` has the builders."""

from typing import Any

import keras
from keras import ops

from keras_course.models.boltzmann import BinaryRBM


@keras.saving.register_keras_serializable(package="keras_course")
class MaskedRBM(BinaryRBM):
    """A machine of binary visible units of which any may be unknown: 1 like, 0 dislike, below 0 unrated.

    Each user has a machine of the films that he or she has rated; all users share its weights. Unrated films add
    nothing to the energy, are never drawn, and get no gradient. ``model(v)`` gives ``p(like)`` of every film, rated or
    not, given the user's ratings.

    Slide: deck 3, "Recognizing Latent Factors in The Data", "Using Latent Factors for Prediction"
    """

    def draw_visible(self, h: Any, v: Any = None) -> Any:
        """A sample of ``p(v | h)``: (n, visible) of 0 and 1. What is unrated in ``v`` stays so."""
        return self._keep_unrated(super().draw_visible(h), v)

    def _keep_unrated(self, drawn: Any, v: Any) -> Any:
        if v is None:
            return drawn
        v = ops.cast(v, drawn.dtype)
        return ops.where(v < 0, v, drawn)

    def _units(self, v: Any) -> Any:
        return ops.maximum(super()._units(v), 0.0)

    def _known(self, v: Any) -> Any:
        return ops.cast(ops.convert_to_tensor(v) >= 0, "float32")


@keras.saving.register_keras_serializable(package="keras_course")
class SoftmaxRBM(MaskedRBM):
    """A machine whose visible variables are ratings of several levels, 0 to ``levels - 1``; below 0: unrated.

    A film has a unit for each level, and exactly one of them is on. So every rating, the lowest too, speaks through
    weights of its own, whereas one 0/1 unit a film treats a dislike like no rating.

    ``model(v)`` gives every film's expected level, a float from 0 to ``levels - 1``, given the user's ratings (with two
    levels: ``p(like)``); :meth:`reconstruct` gives all levels' probabilities.

    Paper: Salakhutdinov, Mnih, Hinton, "Restricted Boltzmann Machines for Collaborative Filtering", 2007

    Args:
        visible: number of films.
        hidden: number of hidden units.
        levels: number of levels of a rating.
        kwargs: further arguments of :class:`BinaryRBM`.

    Attributes:
        kernel: (visible * levels, hidden) weights; ``kernel[film * levels + level]`` are those of one level.
        visible_bias: (visible * levels,).
    """

    def __init__(self, visible: int, hidden: int, levels: int = 5, **kwargs: Any) -> None:
        self.levels = levels
        super().__init__(visible, hidden, **kwargs)

    def call(self, v: Any) -> Any:
        """Return every film's expected level, (n, visible)."""
        return ops.matmul(self.reconstruct(v), ops.arange(self.levels, dtype="float32"))

    def visible_probabilities(self, h: Any) -> Any:
        """``p(v_i = level | h)``, of (n, hidden): (n, visible, levels)."""
        return ops.softmax(ops.reshape(self._visible_logits(h), (-1, self.visible, self.levels)))

    def draw_visible(self, h: Any, v: Any = None) -> Any:
        """A sample of ``p(v | h)``: (n, visible) levels, int32. What is unrated in ``v`` stays so."""
        p = self.visible_probabilities(h)
        below = ops.cumsum(p, axis=-1)[..., :-1]  # the probability of this level or a lower one
        u = self.uniform(ops.shape(below[..., :1]))
        return self._keep_unrated(ops.sum(ops.cast(u >= below, "int32"), axis=-1), v)

    def visible_given_others(self, v: Any, units: Any) -> Any:
        """``p(v_i = level | all other films' ratings)``, exactly: (n, m, levels). See :class:`BinaryRBM`."""
        return ops.softmax(self._logits_given_others(self._units(v), ops.convert_to_tensor(units)))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "levels": self.levels}

    def _units(self, v: Any) -> Any:
        super()._units(v)  # checks the shape
        one_hot = ops.equal(ops.expand_dims(ops.cast(v, "int32"), -1), ops.arange(self.levels, dtype="int32"))
        return ops.reshape(ops.cast(one_hot, "float32"), (-1, self.visible * self.levels))

    def _logits_given_others(self, units: Any, chosen: Any) -> Any:
        """``-F(v with v_i = level)`` but for what all levels share, (n, m, levels)."""
        by_film = ops.reshape(self.kernel, (self.visible, self.levels, self.hidden))
        weights = ops.take(by_film, chosen, axis=0)  # (n, m, levels, hidden)
        units_by_film = ops.reshape(units, (-1, self.visible, self.levels))
        on = ops.take_along_axis(units_by_film, ops.expand_dims(chosen, -1), axis=1)  # (n, m, levels)
        own = ops.sum(ops.expand_dims(on, -1) * weights, axis=2)
        off = ops.expand_dims(self._hidden_logits(units), 1) - own  # (n, m, hidden)
        gain = ops.sum(ops.softplus(ops.expand_dims(off, 2) + weights), axis=-1)
        biases = ops.reshape(self.visible_bias, (self.visible, self.levels))
        return gain + ops.take(biases, chosen, axis=0)

    def _log_loss(self, logits: Any, v: Any) -> Any:
        right = ops.one_hot(ops.cast(v, "int32"), self.levels)  # of an unrated film all 0; it is not counted
        return ops.logsumexp(logits, axis=-1) - ops.sum(right * logits, axis=-1)
