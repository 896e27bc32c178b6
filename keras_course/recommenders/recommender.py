"""A trained machine that recommends: from what somebody likes to the titles that he or she does not know yet."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_course.datasets.ratings import Ratings
from keras_course.errors import UserError
from keras_course.recommenders.simple import user_biases
from keras_course.recommenders.titles import find_title

if TYPE_CHECKING:
    import keras

Task = Literal["like", "rank"]
TASKS = ("like", "rank")
CHUNK = 512  # users predicted at once
KNOWN = 20  # ratings that a title must have to be recommended to somebody new by its probability alone


@dataclasses.dataclass(frozen=True)
class Recommendation:
    """A title, its probability, and how many times that of somebody of whom nothing is known (lift)."""

    title: str
    probability: float
    lift: float


@dataclasses.dataclass(frozen=True)
class Recommender:
    """A restricted Boltzmann machine of users' ratings, and all that is needed to recommend with it.

    A run's card keeps it: ``Recommender.from_card(loaded.model, loaded.card)``.
    """

    model: "keras.Model"
    """Of ``models.rbm``: users' visible units, (n, units), to probabilities of the same shape."""
    task: Task
    """``like``: the units are 1 for a like, 0 for a dislike, -1 for unrated; ``rank``: 1 for rated, 0 for unrated."""
    titles: tuple[str, ...]
    """Of the items."""
    ratings: np.ndarray
    """(items,) how many ratings each has in training."""
    units: np.ndarray
    """(units,) the item that each visible unit stands for; what too few have rated has none."""
    biases: np.ndarray | None = None
    """(items,) for ``like``: of the user + item logit. None: the machine speaks alone."""
    weight: float = 1.0
    """How much the machine's word counts beside the biases; chosen on validation ratings."""

    def scores(self, visible: np.ndarray) -> np.ndarray:
        """The probability of every item for each user, given the visible units: of a like, or of being rated.

        With ``biases``, ``log odds = item's bias + user's bias + weight * (the machine's log odds - its own bias)``.
        Binary hidden units know tastes, but not well how generous a user is, nor what few have rated.

        Args:
            visible: (n, items) as :func:`visible_units` gives them.

        Returns:
            (n, items) float32.
        """
        machine = self.alone(visible)
        if self.biases is None:
            return machine
        table = np.where(visible > 0, 1, np.where(visible < 0, 0, -1))
        of_user = user_biases(table, self.biases)
        tastes = np.zeros(visible.shape)
        tastes[:, self.units] = log_odds(machine[:, self.units]) - self._own_biases()
        odds = self.biases + of_user[:, None] + self.weight * tastes
        probabilities: np.ndarray = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return probabilities

    def alone(self, visible: np.ndarray) -> np.ndarray:
        """The machine's own probabilities, without a user's bias: (n, items).

        An item that it has no unit for gets the probability of its bias, or, to rank, 0.
        """
        seen = visible[:, self.units]
        rest = 0.0 if self.biases is None else 1 / (1 + np.exp(-self.biases))
        found = np.broadcast_to(np.asarray(rest, np.float32), visible.shape).copy()
        for start in range(0, len(visible), CHUNK):
            rows = slice(start, start + CHUNK)
            found[rows, self.units] = np.asarray(self.model.predict_on_batch(seen[rows]), np.float32)
        return found

    def hidden(self, visible: np.ndarray) -> np.ndarray:
        """The probability that each hidden unit is on, for each user: (n, hidden)."""
        import keras

        found: np.ndarray = keras.ops.convert_to_numpy(
            self.model.hidden_probabilities(visible[:, self.units])
        )
        return found

    def kernel(self) -> np.ndarray:
        """(items, hidden) the weights that a like, or a rating, speaks through; of softmax units less a dislike's."""
        import keras

        weights: np.ndarray = keras.ops.convert_to_numpy(self.model.kernel)
        if self.model.levels > 1:
            by_level = weights.reshape(len(self.units), self.model.levels, -1)
            weights = by_level[:, 1] - by_level[:, 0]
        kernel = np.zeros((len(self.titles), weights.shape[1]), np.float32)
        kernel[self.units] = weights
        return kernel

    def _own_biases(self) -> np.ndarray:
        """(units,) the log odds of a like of the machine's visible biases."""
        import keras

        own: np.ndarray = keras.ops.convert_to_numpy(self.model.visible_bias)
        if self.model.levels == 1:
            return own
        by_level = own.reshape(-1, self.model.levels)
        difference: np.ndarray = by_level[:, 1] - by_level[:, 0]
        return difference

    def unit(self, likes: bool) -> int:
        """The visible unit's value for an item that a user likes, or does not."""
        return 1 if self.task == "rank" or likes else 0

    def visible_of(self, tastes: Mapping[int, bool]) -> np.ndarray:
        """The visible units of somebody new: (1, items).

        Args:
            tastes: by the item's number, whether it is liked.
        """
        visible = np.full((1, len(self.titles)), -1 if self.task == "like" else 0, np.int8)
        for item, likes in tastes.items():
            visible[0, item] = self.unit(likes)
        return visible

    def find(self, titles: Iterable[str]) -> list[int]:
        """The items that these titles mean (see :func:`find_title`).

        Raises:
            UserError: a title is unknown; the message names the nearest ones.
        """
        return [find_title(title, self.titles, self.ratings) for title in titles]

    def recommend(
        self, visible: np.ndarray, count: int = 10, *, by: Literal["probability", "lift"] = "probability"
    ) -> list[Recommendation]:
        """The titles for one user, the best first; what the user has rated is left out.

        Args:
            visible: (1, items) the user's visible units.
            count: how many.
            by: what they are ordered by. The probability names what most people like or see too; the lift, how much
                this user raises the machine's log odds of a title, names what is near to the user's taste. By the lift
                only titles with ``KNOWN`` ratings are recommended, where there are enough of these.
        """
        nobody = self.visible_of({})
        probability, prior = (self.scores(one)[0] for one in (visible, nobody))
        lift = probability / np.maximum(prior, 1e-9)
        known = visible[0] >= 0 if self.task == "like" else visible[0] > 0
        allowed = ~known
        often = allowed & (self.ratings >= KNOWN)
        if (by == "lift" or self.task == "like") and often.sum() >= count:
            allowed = often
        values = probability
        if by == "lift":
            mine, prior_odds = (log_odds(self.alone(one)[0]) for one in (visible, nobody))
            values = mine - prior_odds
            likely = allowed & (
                probability >= 0.5
            )  # of what is seldom liked, a little more is no recommendation
            allowed = likely if self.task == "like" and likely.sum() >= count else allowed
        values = np.where(allowed, values, -np.inf)
        best = [item for item in np.argsort(-values, kind="stable")[:count] if allowed[item]]
        return [
            Recommendation(self.titles[item], float(probability[item]), float(lift[item])) for item in best
        ]

    def recommend_for(
        self, likes: Iterable[str], dislikes: Iterable[str] = (), count: int = 10
    ) -> list[Recommendation]:
        """Recommend to somebody who names some titles; by the lift, since so few say little.

        Raises:
            UserError: a title is unknown, or none is named.
        """
        tastes = dict.fromkeys(self.find(dislikes), False) | dict.fromkeys(self.find(likes), True)
        if not tastes:
            raise UserError("nothing to recommend by: name at least one title that is liked")
        return self.recommend(self.visible_of(tastes), count, by="lift")

    def to_card(self) -> dict[str, Any]:
        """What a run's card.json keeps, by name: all but the model, of the items that have a unit."""
        what = "a like" if self.task == "like" else "being rated"
        return {
            "kind": "ratings",
            "returns": f"the probability of {what} for each title",
            "dtype": "int8",
            "range": [-1, 1] if self.task == "like" else [0, 1],
            "task": self.task,
            "titles": [self.titles[item] for item in self.units],
            "ratings": [int(self.ratings[item]) for item in self.units],
            "biases": None
            if self.biases is None
            else [round(float(self.biases[item]), 5) for item in self.units],
            "weight": self.weight,
        }

    @classmethod
    def from_card(cls, model: "keras.Model", card: Mapping[str, Any]) -> "Recommender":
        """Return the recommender that a run's card describes.

        Raises:
            UserError: the card lacks an entry, or is of no model of ratings.
        """
        try:
            biases = None if card["biases"] is None else np.array(card["biases"], float)
            counts = np.array(card["ratings"], int)
            units, titles = np.arange(len(counts)), tuple(card["titles"])
            return cls(model, card["task"], titles, counts, units, biases, float(card["weight"]))
        except KeyError as error:
            raise UserError(f"this card is not that of a model of ratings: it has no {error}") from None


def log_odds(p: np.ndarray) -> np.ndarray:
    """``log(p / (1 - p))``, of probabilities that float32 may have rounded to 0 or 1."""
    clipped = np.clip(p.astype(float), 1e-7, 1 - 1e-7)
    odds: np.ndarray = np.log(clipped / (1 - clipped))
    return odds


def visible_units(ratings: Ratings, task: Task) -> np.ndarray:
    """Users' visible units: 1 like, 0 dislike, -1 unrated; or, to rank, 1 rated, 0 unrated.

    Returns:
        (users, items) int8.

    Raises:
        UserError: another task.
    """
    if task not in TASKS:
        raise UserError(f"task={task!r} must be one of {', '.join(TASKS)}")
    if task == "rank":
        return ratings.rated.astype(np.int8)
    return ratings.matrix(ratings.liked, missing=-1).astype(np.int8)
