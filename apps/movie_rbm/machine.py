"""The machine of apps.movie_rbm: how it is built, what it sees, and when its training stops."""

import dataclasses
from typing import Any

import keras
import numpy as np

from keras_course import recommenders, training
from keras_course.datasets.rating_splits import Splits
from keras_course.datasets.ratings import Ratings
from keras_course.errors import UserError
from keras_course.experiment import card
from keras_course.experiment.run import Run
from keras_course.models import rbm
from keras_course.recommenders.recommender import Recommender, Task
from keras_course.saving.files import load_model
from keras_course.training.averaging import averaged

from . import Config
from .comparison import HEADLINE, measured, table_of

VALIDATION = 0.1  # of each user's ratings that are not for the test
HELD_OUT = 0.05  # of the users: not trained on, their free energy is watched
HIDDEN_BIAS = -2.0  # a hidden unit starts as one that is seldom on
EMA = 0.995  # the weights are averaged over about the last 200 steps
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)  # of what the machine adds to the biases' log odds
LEARNING_RATES = {"like": 0.1, "rank": 0.05}


@dataclasses.dataclass(frozen=True)
class Settled(Config):
    """The settings with nothing left open, as :func:`settled` gives them."""

    learning_rate: float = 0.1


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
    rate = LEARNING_RATES[config.task] if config.learning_rate is None else config.learning_rate
    return Settled(**{**given, "learning_rate": rate})


def build(config: Settled, part: Ratings, units: np.ndarray) -> keras.Model:
    """Build and compile the machine for some ratings, with a visible unit for some of the films.

    Its visible biases start from these ratings; for the task like they are the items' of the user + item logit and
    stay so: what a film is generally worth need not be learnt, only what beyond that hangs together.
    """
    config.run.configure_devices()  # the same seed for each
    data = recommenders.visible_units(part, config.task)[:, units]
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
    if config.task == "like":
        biases = recommenders.item_biases(table_of(part, "like"))[units]
        levels = np.stack([np.zeros(items), biases], axis=1) if model.levels == 2 else biases
        model.visible_bias.assign(levels.ravel())
        model.visible_bias.trainable = False
    steps = training.total_steps(len(data), config.batch_size, config.epochs)
    rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    model.compile(optimizer=keras.optimizers.SGD(rate, momentum=0.9, use_ema=True, ema_momentum=EMA))
    return model


def units_of(config: Config, parts: Splits) -> np.ndarray:
    """The films that have a visible unit: those that enough users have rated in the training part.

    Raises:
        UserError: fewer than two have.
    """
    counts = np.bincount(parts.train.item, minlength=parts.train.shape[1])
    units = np.flatnonzero(counts >= config.least)
    if len(units) < 2:
        raise UserError(
            f"least={config.least}: {len(units)} films have so many ratings to learn from, at least two must (the most "
            f"has {counts.max()})"
        )
    return units


def recommender(
    model: keras.Model, part: Ratings, task: Task, units: np.ndarray, weight: float = 0.3
) -> Recommender:
    """The recommender that the machine is, with the biases of what is known."""
    counts = np.bincount(part.item, minlength=part.shape[1])
    biases = recommenders.item_biases(table_of(part, task)) if task == "like" else None
    return Recommender(model, task, part.titles, counts, units, biases, weight)


def best_weight(machine: Recommender, parts: Splits) -> float:
    """How much counts what a machine of the training part adds to the biases: the best on validation."""
    if machine.task == "rank":
        return 1.0
    visible = recommenders.visible_units(parts.train, machine.task)

    def value(weight: float) -> float:
        scores = dataclasses.replace(machine, weight=weight).scores(visible)
        return measured(scores, parts.train, parts.validation, machine.task).metrics[HEADLINE[machine.task]]

    return max(WEIGHTS, key=value)


def fit(run: Run, config: Settled, parts: Splits) -> tuple[keras.Model, Recommender, training.Stopwatch]:
    """Train twice: until validation says how long, in a variant of the run; then as long on all that is known.

    Returns:
        The machine, the recommender that it is (with the weight that is best on validation ratings), and the time.
    """
    units, watch = units_of(config, parts), training.Stopwatch()
    chosen = run.variant("chosen_on_validation", config, {})
    table = recommenders.visible_units(parts.train, config.task)
    watcher = watch_users(config, parts, table, units)
    first = build(config, parts.train, units)
    options: dict[str, Any] = {"batch_size": config.batch_size, "mode": "max"}
    if not chosen.complete:
        rows = np.setdiff1d(np.arange(len(table)), watcher.others)
        training.fit(
            first,
            chosen,
            table[rows][:, units],
            epochs=config.epochs,
            monitor=watcher.monitor,
            callbacks=[watcher],
            **options,
        )
    values = chosen.history()[watcher.monitor]
    epochs = int(np.argmax(values)) + 1
    before = recommender(load_model(chosen.model_path), parts.train, config.task, units)
    weight = best_weight(before, parts)
    if not chosen.complete:
        chosen.complete_with({"best_epoch": epochs, watcher.monitor: values[epochs - 1], "weight": weight})
    print(f"epoch {epochs} is the best on validation: now as long on all ratings that are known", flush=True)
    model = build(config, parts.known, units)
    found = recommender(model, parts.known, config.task, units, weight)
    card.write(run, model, parts.known, **found.to_card(), headline=HEADLINE[config.task])
    known = recommenders.visible_units(parts.known, config.task)[:, units]
    training.fit(
        model, run, known, epochs=epochs, monitor="epochs_trained", callbacks=[watch, Counter()], **options
    )
    return model, dataclasses.replace(found, model=load_model(run.model_path)), watch


class Counter(keras.callbacks.Callback):
    """Notes how many epochs were trained: the last one is kept."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Note it in the history."""
        logs["epochs_trained"] = float(epoch + 1)


def watch_users(config: Settled, parts: Splits, table: np.ndarray, units: np.ndarray) -> "Watcher":
    """The callback that watches some users, who are not trained on, and others with as many ratings, who are."""
    users = np.random.default_rng(config.run.seed).permutation(len(table))
    others = np.sort(users[: max(1, round(HELD_OUT * len(users)))])
    trained = np.setdiff1d(users, others)
    if not len(trained):
        raise UserError(f"{parts.train.name}: {len(users)} users are too few to hold one out")
    counts = np.bincount(parts.train.user, minlength=len(table))
    like_them = [trained[np.abs(counts[trained] - counts[user]).argmin()] for user in others]
    return Watcher(config, parts, table, np.array(like_them), others, units)


class Watcher(keras.callbacks.Callback):
    """After every epoch: how well the machine recommends on validation ratings, and the free-energy gap.

    The free energy of users that the machine was trained on falls below that of users held out when it begins to know
    the former by heart (Hinton, "A practical guide to training restricted Boltzmann machines", 2010).

    Attributes:
        monitor: the measure's name in the history.
    """

    counters = ("apart",)  # kept for a resume, beside best and wait

    def __init__(
        self,
        config: Settled,
        parts: Splits,
        table: np.ndarray,
        trained: np.ndarray,
        others: np.ndarray,
        units: np.ndarray,
    ) -> None:
        super().__init__()
        self.task, self.parts, self.table = config.task, parts, table
        self.recommender = recommender(None, parts.train, config.task, units)
        self.trained, self.others = trained, others
        self.patience, self.max_gap = config.patience, config.max_gap
        self.monitor = f"validation_{HEADLINE[config.task]}"
        self.best, self.wait, self.apart = -1.0, 0, 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Measure with the averaged weights, note it in the history, and stop when it is time."""
        with averaged(self.model):
            found = dataclasses.replace(self.recommender, model=self.model)
            value = measured(found.scores(self.table), self.parts.train, self.parts.validation, self.task)
            energies = [self._free_energy(users) for users in (self.trained, self.others)]
        energy, other = energies
        gap = other - energy
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
        v = self.table[users][:, self.recommender.units]
        known = np.maximum((v >= 0).sum(axis=1) if self.task == "like" else v.sum(axis=1), 1)
        return float((np.asarray(keras.ops.convert_to_numpy(self.model.free_energy(v))) / known).mean())
