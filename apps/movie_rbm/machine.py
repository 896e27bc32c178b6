"""The machine of apps.movie_rbm: how it is built, what it sees, and when its training stops."""

import dataclasses
from typing import Any

import keras
import numpy as np

from keras_course import recommenders
from keras_course.datasets.rating_splits import Splits
from keras_course.errors import UserError
from keras_course.models import rbm
from keras_course.recommenders.recommender import Recommender
from keras_course.training.averaging import averaged

from . import Config
from .comparison import HEADLINE, measured

VALIDATION = 0.1  # of each user's ratings that are not for the test
HELD_OUT = 0.05  # of the users: not trained on, their free energy is watched
HIDDEN_BIAS = -2.0  # a hidden unit starts as one that is seldom on
EMA = 0.99  # the weights are averaged over about the last 100 steps
DEFAULTS: dict[str, dict[str, Any]] = {
    "like": {"hidden": 30, "epochs": 60, "l2": 0.001},
    "rank": {"hidden": 100, "epochs": 60, "l2": 0.001},
}


@dataclasses.dataclass(frozen=True)
class Settled(Config):
    """The settings with nothing left open, as :func:`settled` gives them."""

    hidden: int = 30
    epochs: int = 60
    l2: float = 0.001


def settled(config: Config) -> Settled:
    """The settings with the task's defaults in place of what is not given.

    Raises:
        UserError: softmax units for the task rank, where a film is rated or not.
    """
    if config.task == "rank" and config.visible == "softmax":
        raise UserError(
            "visible=softmax is for the task like: to rank, a unit says only whether a film is rated"
        )
    given = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    return Settled(
        **DEFAULTS[config.task] | {name: value for name, value in given.items() if value is not None}
    )


def build(config: Settled, parts: Splits) -> keras.Model:
    """Build and compile the machine; its visible biases start from the training part."""
    data = recommenders.visible_units(parts.train, config.task)
    items, hidden = data.shape[1], config.hidden
    options: dict[str, Any] = {
        "cd_steps": config.cd_steps,
        "l2": config.l2,
        "data": data,
        "seed": config.run.seed,
    }
    if config.task == "rank":
        model = rbm.binary_rbm(items, hidden, **options)
    elif config.visible == "softmax":
        model = rbm.softmax_rbm(items, hidden, levels=2, **options)
    else:
        model = rbm.masked_rbm(items, hidden, **options)
    model.hidden_bias.assign(np.full(hidden, HIDDEN_BIAS))
    optimizer = keras.optimizers.SGD(config.learning_rate, momentum=0.9, use_ema=True, ema_momentum=EMA)
    model.compile(optimizer=optimizer)
    return model


def recommender(config: Settled, model: keras.Model, parts: Splits) -> Recommender:
    """The recommender that the machine is."""
    counts = np.bincount(parts.known.item, minlength=parts.known.shape[1])
    return Recommender(model, config.task, parts.known.titles, counts)


def visible_units(config: Settled, parts: Splits) -> tuple[np.ndarray, "Watcher"]:
    """The visible units of the users to train on, and the callback that watches the others."""
    table = recommenders.visible_units(parts.train, config.task)
    users = np.random.default_rng(config.run.seed).permutation(len(table))
    others = users[: max(1, round(HELD_OUT * len(users)))]
    trained = np.sort(users[len(others) :])
    if not len(trained):
        raise UserError(f"{parts.train.name}: {len(users)} users are too few to hold one out")
    return table[trained], Watcher(config, parts, table, trained[: len(others)], np.sort(others))


class Watcher(keras.callbacks.Callback):
    """After every epoch: how well the machine recommends on validation ratings, and the free-energy gap.

    The free energy of users that the machine was trained on falls below that of users held out when it begins to know
    the former by heart (Hinton, "A practical guide to training restricted Boltzmann machines", 2010).

    Attributes:
        monitor: the measure's name in the history.
    """

    def __init__(
        self, config: Settled, parts: Splits, table: np.ndarray, trained: np.ndarray, others: np.ndarray
    ) -> None:
        super().__init__()
        self.task, self.parts, self.table = config.task, parts, table
        self.trained, self.others = trained, others
        self.patience, self.max_gap = config.patience, config.max_gap
        self.monitor = f"validation_{HEADLINE[config.task]}"
        self.best, self.wait, self.apart = -1.0, 0, 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Measure with the averaged weights, note it in the history, and stop when it is time."""
        with averaged(self.model):
            found = Recommender(self.model, self.task, self.parts.train.titles, np.zeros(0, int))
            value = measured(found.scores(self.table), self.parts.train, self.parts.validation, self.task)
            energies = [self._free_energy(users) for users in (self.trained, self.others)]
        energy, other = energies
        gap = (other - energy) / max(abs(energy), 1e-9)
        logs[self.monitor] = value.metrics[HEADLINE[self.task]]
        logs |= {"free_energy": energy, "validation_free_energy": other, "free_energy_gap": gap}
        better = logs[self.monitor] > self.best
        self.best, self.wait = (logs[self.monitor], 0) if better else (self.best, self.wait + 1)
        self.apart = self.apart + 1 if gap > self.max_gap else 0
        if max(self.wait, self.apart) >= self.patience:
            why = (
                "validation has not improved"
                if self.wait >= self.patience
                else "the free-energy gap is too wide"
            )
            print(f"stopped after epoch {epoch + 1}: {why} for {self.patience} epochs")
            self.model.stop_training = True

    def _free_energy(self, users: np.ndarray) -> float:
        """The mean free energy of users, for each of their ratings: who has rated much has more of it."""
        v = self.table[users]
        known = np.maximum((v >= 0).sum(axis=1) if self.task == "like" else v.sum(axis=1), 1)
        return float((np.asarray(keras.ops.convert_to_numpy(self.model.free_energy(v))) / known).mean())
