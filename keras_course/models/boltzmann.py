"""The restricted Boltzmann machine as a ``keras.Model`` that plain ``fit`` trains; ``rbm`` has the builders.

Training makes the data probable: ``p(v) = exp(-F(v)) / Z``, with F the free energy. The gradient of ``-log p(v)`` is
that of ``F(v) - E[F(v')]``, where v' follows the machine's own distribution. Contrastive divergence replaces the
expectation by a sample from a short Markov chain: ``F(v) - F(v_k)``, with ``v_k`` as a constant. This difference is
the loss of a training step; any optimizer minimises it, and its gradient is the slides' update.
"""

from typing import Any

import keras
from keras import ops

from keras_course.errors import UserError

UNITS_JUDGED = 10
"""Visible units of each example that ``evaluate`` predicts, each from all the others."""


@keras.saving.register_keras_serializable(package="keras_course")
class BinaryRBM(keras.Model):
    """A restricted Boltzmann machine of binary visible and hidden units.

    ``model(v)`` and ``model.predict(v)`` give every visible unit's expected value: ``p(v_i = 1 | p(h|v))``.

    The training's ``loss`` is the free energy of the data less that of the samples. Its gradient is what counts; its
    value stays near 0 and says nothing about success. ``evaluate``, and so ``val_loss``, gives what does: the mean of
    ``-log p(v_i | all other units)`` over a few units of each example, the same ones at every call. (It is the
    negative log pseudo-likelihood per unit, in nats; guessing gives log 2 = 0.69.)

    It computes in float32 whatever the global precision. There are no targets: ``fit(v)``.

    Slide: deck 3, "Restricted Boltzmann Machine", "Energy Function", "A probabilistic Model", "Gibbs Sampling",
        "Contrastive Divergence"

    Args:
        visible: number of visible units.
        hidden: number of hidden units.
        cd_steps: steps of Gibbs sampling in each training step.
        persistent_chains: how many chains go on from training step to training step; 0: they start from the data.
        l2: adds ``l2 * w**2`` to the loss for every weight.
        seed: of the initial weights and of the noise; default: from Keras' global seed.
        kwargs: further arguments of ``keras.Model``.

    Attributes:
        kernel: (visible, hidden) weights.
        visible_bias: (visible,).
        hidden_bias: (hidden,).
        chain_states: (persistent_chains, hidden), the persistent chains' hidden units; None without them.
    """

    levels = 1  # units of each visible variable
    noise_is_uniform = True  # all noise comes from uniform(), for which training.fit has a faster generator

    def __init__(
        self,
        visible: int,
        hidden: int,
        *,
        cd_steps: int = 1,
        persistent_chains: int = 0,
        l2: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})
        self.visible, self.hidden, self.cd_steps = visible, hidden, cd_steps
        self.persistent_chains, self.l2, self.seed = persistent_chains, l2, seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.build((None, visible))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights: the kernel with a standard deviation of 0.01 (Hinton, 2010), the biases 0."""
        units = self.visible * self.levels
        self.kernel = self.add_weight(
            name="kernel",
            shape=(units, self.hidden),
            initializer=keras.initializers.RandomNormal(stddev=0.01, seed=self.seed_generator),
            regularizer=keras.regularizers.L2(self.l2) if self.l2 else None,
        )
        self.visible_bias = self.add_weight(name="visible_bias", shape=(units,), initializer="zeros")
        self.hidden_bias = self.add_weight(name="hidden_bias", shape=(self.hidden,), initializer="zeros")
        self.chain_states = None
        if self.persistent_chains:
            shape = (self.persistent_chains, self.hidden)
            self.chain_states = self.add_weight(
                name="chain_states", shape=shape, initializer="zeros", trainable=False
            )
        self.built = True

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """``(None, visible)``."""
        return (None, self.visible)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """``(None, visible)``."""
        return (None, self.visible)

    # What the slides name.

    def energy(self, v: Any, h: Any) -> Any:
        """``E(v, h) = -a.v - b.h - v W h``, of (n, visible) and (n, hidden): (n,)."""
        units = self._units(v)
        h = ops.cast(h, "float32")
        products = ops.sum(ops.matmul(units, self.kernel) * h, axis=-1)
        return -ops.matmul(units, self.visible_bias) - ops.matmul(h, self.hidden_bias) - products

    def free_energy(self, v: Any) -> Any:
        """``F(v) = -log(sum over h of exp(-E(v, h)))``, of (n, visible): (n,)."""
        units = self._units(v)
        return self._free_energy(units, self._hidden_logits(units))

    def hidden_probabilities(self, v: Any) -> Any:
        """``p(h_j = 1 | v)``, of (n, visible): (n, hidden)."""
        return ops.sigmoid(self._hidden_logits(self._units(v)))

    def visible_probabilities(self, h: Any) -> Any:
        """``p(v_i = 1 | h)``, of (n, hidden): (n, visible)."""
        return ops.sigmoid(self._visible_logits(h))

    def draw_hidden(self, v: Any) -> Any:
        """A sample of ``p(h | v)``, of (n, visible): (n, hidden) of 0 and 1."""
        return self._bernoulli(self.hidden_probabilities(v))

    def draw_visible(self, h: Any, v: Any = None) -> Any:
        """A sample of ``p(v | h)``, of (n, hidden): (n, visible) of 0 and 1. ``v`` is of no use here."""
        return self._bernoulli(self.visible_probabilities(h))

    def gibbs(self, v: Any, steps: int = 1) -> Any:
        """Draw h given v, then v given h, ``steps`` times: (n, visible) to (n, visible)."""
        for _ in range(steps):
            v = self.draw_visible(self.draw_hidden(v), v)
        return v

    def reconstruct(self, v: Any) -> Any:
        """``p(v_i = 1 | h)`` with ``p(h|v)`` for h: the mean-field reconstruction, without noise."""
        return self.visible_probabilities(self.hidden_probabilities(v))

    def visible_given_others(self, v: Any, units: Any) -> Any:
        """``p(v_i = 1 | all other visible units)``, exactly: the hidden units are summed over.

        Args:
            v: (n, visible).
            units: (n, m) numbers of the units to predict in each example; their own values in v do not matter.

        Returns:
            (n, m).
        """
        return ops.sigmoid(self._logits_given_others(self._units(v), ops.convert_to_tensor(units)))

    # What Keras calls.

    def call(self, v: Any) -> Any:
        """Return every visible unit's expected value in the mean-field reconstruction, (n, visible)."""
        return self.reconstruct(v)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Contrast the data with samples of the machine; in evaluation, predict a few units from all others."""
        if sample_weight is not None:
            raise UserError("an RBM takes no sample_weight: repeat an example that should count twice")
        if not training:
            return self._pseudo_likelihood_loss(x)
        units = self._units(x)
        logits = self._hidden_logits(units)
        start = self._bernoulli(ops.sigmoid(logits)) if self.chain_states is None else self.chain_states
        drawn, drawn_logits = self._chain(start, x)
        if self.chain_states is not None:
            self.chain_states.assign(self._bernoulli(ops.sigmoid(drawn_logits)))
        data, samples = self._free_energy(units, logits), self._free_energy(drawn, drawn_logits)
        return ops.mean(data) - ops.mean(samples) + sum(self.losses)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        own = ("visible", "hidden", "cd_steps", "persistent_chains", "l2", "seed")
        return {"name": self.name, "trainable": self.trainable, **{name: getattr(self, name) for name in own}}

    def save_own_variables(self, store: Any) -> None:
        """Save the weights, the chains and the noise's state: a loaded machine goes on where this one stands."""
        for name, variable in self._state().items():
            store[name] = ops.convert_to_numpy(variable)

    def load_own_variables(self, store: Any) -> None:
        """Load what :meth:`save_own_variables` saved."""
        for name, variable in self._state().items():
            variable.assign(store[name])

    def uniform(self, shape: Any) -> Any:
        """Uniform random numbers from 0 to 1, fresh at each call: all noise of the machine."""
        return keras.random.uniform(shape, seed=self.seed_generator)

    # How they compute it.

    def _units(self, v: Any) -> Any:
        """Visible units as they enter the energy: float32, 0 for what is off or unknown."""
        v = ops.convert_to_tensor(v)
        if v.shape[-1] != self.visible:
            raise UserError(
                f"the machine has {self.visible} visible units, but the input's shape is {v.shape}"
            )
        return ops.cast(v, "float32")

    def _hidden_logits(self, units: Any) -> Any:
        return ops.matmul(units, self.kernel) + self.hidden_bias

    def _visible_logits(self, h: Any) -> Any:
        return ops.matmul(ops.cast(h, "float32"), ops.transpose(self.kernel)) + self.visible_bias

    def _free_energy(self, units: Any, hidden_logits: Any) -> Any:
        return -ops.matmul(units, self.visible_bias) - ops.sum(ops.softplus(hidden_logits), axis=-1)

    def _bernoulli(self, p: Any) -> Any:
        return ops.cast(self.uniform(ops.shape(p)) < p, "float32")

    def _chain(self, h: Any, v: Any) -> tuple[Any, Any]:
        """Run ``cd_steps`` steps from hidden units h; return the last visible units and their hidden logits."""
        units, logits = self._next(h, v)
        for _ in range(self.cd_steps - 1):
            units, logits = self._next(self._bernoulli(ops.sigmoid(logits)), v)
        return units, logits

    def _next(self, h: Any, v: Any) -> tuple[Any, Any]:
        """Draw visible units; they are a constant: no gradient flows through the sampling."""
        units = ops.stop_gradient(self._units(self.draw_visible(h, v)))
        return units, self._hidden_logits(units)

    def _known(self, v: Any) -> Any:
        """1 where a visible variable has a value, (n, visible)."""
        return ops.ones(ops.shape(v), "float32")

    def _pseudo_likelihood_loss(self, v: Any) -> Any:
        known = self._known(v)
        order = (keras.random.uniform(ops.shape(v), seed=0) + 1) * known  # the same in every epoch
        _, units = ops.top_k(order, min(UNITS_JUDGED, self.visible), sorted=False)
        counted = ops.take_along_axis(known, units, axis=-1)
        logits = self._logits_given_others(self._units(v), units)
        losses = self._log_loss(logits, ops.take_along_axis(ops.convert_to_tensor(v), units, axis=-1))
        return ops.sum(losses * counted) / ops.maximum(ops.sum(counted), 1.0)

    def _logits_given_others(self, units: Any, chosen: Any) -> Any:
        """``F(v with v_i = 0) - F(v with v_i = 1)``, (n, m)."""
        weights = ops.take(self.kernel, chosen, axis=0)  # (n, m, hidden)
        own = ops.expand_dims(ops.take_along_axis(units, chosen, axis=-1), -1) * weights
        off = ops.expand_dims(self._hidden_logits(units), 1) - own
        gain = ops.sum(ops.softplus(off + weights) - ops.softplus(off), axis=-1)
        return gain + ops.take(self.visible_bias, chosen)

    def _log_loss(self, logits: Any, v: Any) -> Any:
        return ops.softplus(logits) - ops.cast(v, "float32") * logits

    def _state(self) -> dict[str, Any]:
        state = {"kernel": self.kernel, "visible_bias": self.visible_bias, "hidden_bias": self.hidden_bias}
        if self.chain_states is not None:
            state["chain_states"] = self.chain_states
        return {**state, "noise": self.seed_generator.state}
