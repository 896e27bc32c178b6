"""The machine beside simpler recommenders, on the same test ratings: what is measured, and a verdict."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from keras_course import recommenders
from keras_course.datasets.rating_splits import Splits
from keras_course.datasets.ratings import Ratings
from keras_course.evaluation import (
    auc,
    auc_by_user,
    average_precision_at_k,
    ndcg_at_k,
    paired_bootstrap,
    paired_bootstrap_auc,
    precision_at_k,
    recall_at_k,
    top_k,
    unseen_auc,
)
from keras_course.evaluation.bootstrap import Difference
from keras_course.recommenders.recommender import Recommender, Task

K = 10
HEADLINE = {"like": "auc", "rank": "ndcg_at_10"}
OURS, ALONE = "RBM", "RBM alone"
# What each baseline may choose from, on validation ratings.
GRIDS: dict[Task, dict[str, list[dict[str, Any]]]] = {
    "rank": {
        "popularity": [{}],
        "item mean": [{"shrinkage": value} for value in (5.0, 50.0, 200.0)],
        "user + item logit": [{"l2": 1.0}],
        "item-kNN": [{"neighbours": n, "shrinkage": s} for n in (50, 200) for s in (0.0, 10.0)],
        "SVD": [{"factors": n} for n in (8, 16, 24, 32, 48)],
        "EASE": [{"l2": value} for value in (100.0, 200.0, 300.0, 500.0)],
    },
    "like": {
        "popularity": [{}],
        "item mean": [{"shrinkage": value} for value in (1.0, 2.0, 5.0, 10.0)],
        "user + item logit": [{"l2": value} for value in (0.5, 1.0, 2.0)],
        "item-kNN": [
            {"neighbours": 2000, "shrinkage": s, "weight": w} for s in (20.0, 50.0) for w in (2.0, 4.0)
        ],
        "SVD": [{"factors": n, "weight": w} for n in (4, 8) for w in (4.0, 8.0)],
        "EASE": [{"l2": value, "weight": w} for value in (50.0, 200.0) for w in (4.0, 8.0)],
    },
}


class Measured(NamedTuple):
    """How good scores are: the means over users, and every user's own values of the ranking measures."""

    metrics: dict[str, float]
    by_user: dict[str, np.ndarray]
    scores: np.ndarray


@dataclasses.dataclass(frozen=True)
class Judged:
    """The machine beside the baselines."""

    task: Task
    metrics: dict[str, Any]
    """The machine's, and under ``baselines`` each baseline's."""
    differences: dict[str, Difference]
    """The machine's headline measure less each baseline's, with a 95 % interval over users."""
    verdict: str
    visible: np.ndarray
    """(users, items) what the machine was given: every user's ratings but those of the test."""
    scores: np.ndarray
    """(users, items) the machine's."""


def relevant(part: Ratings, task: Task) -> np.ndarray:
    """What each user turned out to want, (users, items) bool: what was rated, or, for ``like``, liked."""
    return part.rated if task == "rank" else part.part(part.liked).rated


def measured(scores: np.ndarray, known: Ratings, judging: Ratings, task: Task, k: int = K) -> Measured:
    """Measure scores on ratings that were set aside; what is known is taken out of the lists.

    ``auc`` is, for ``like``, how often one of all users' liked films scores above one of all users' disliked ones,
    among the films rated; for ``rank``, how often a film that a user has rated scores above one that he or she has not,
    on average over users.

    Args:
        scores: (users, items).
        known: the ratings that the scores were made from.
        judging: the ratings set aside.
        task: what is relevant.
        k: length of the lists.
    """
    seen, wanted = known.rated, relevant(judging, task)
    ranked = top_k(scores, seen, k)
    by_user = {
        f"ndcg_at_{k}": ndcg_at_k(ranked, wanted),
        f"precision_at_{k}": precision_at_k(ranked, wanted),
        f"recall_at_{k}": recall_at_k(ranked, wanted),
        f"map_at_{k}": average_precision_at_k(ranked, wanted),
    }
    if task == "rank":
        by_user["auc"] = unseen_auc(scores, seen, wanted)
        means = {name: _mean(values) for name, values in by_user.items()}
    else:
        given = scores[judging.user, judging.item]
        own = auc_by_user(judging.user, judging.liked, given, len(seen))
        means = {name: _mean(values) for name, values in by_user.items()}
        means |= {"auc": auc(judging.liked, given), "auc_by_user": _mean(own)}
    return Measured(means, by_user, scores)


def _mean(values: np.ndarray) -> float:
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if len(kept) else 0.0


def fits(task: Task, part: Ratings) -> dict[str, Callable[..., np.ndarray]]:
    """Each baseline as a function of its settings, fitted to some ratings.

    Their table has 1 and 0 of what was rated, or 1, -1 and 0 of what was liked.
    """
    table = table_of(part, task)
    ratings = part.matrix() if task == "rank" else table
    simple: dict[str, Callable[..., np.ndarray]] = {
        "popularity": recommenders.popularity,
        "item mean": lambda known, **options: recommenders.item_mean(known, ratings, **options),
        "user + item logit": recommenders.user_item_logit,
    }
    others: dict[str, Callable[..., np.ndarray]] = {
        "item-kNN": recommenders.item_knn,
        "SVD": recommenders.truncated_svd,
        "EASE": recommenders.ease,
    }
    if task == "like":
        others = {name: recommenders.with_biases(fit) for name, fit in others.items()}
    return {name: functools.partial(fit, table) for name, fit in {**simple, **others}.items()}


def table_of(part: Ratings, task: Task) -> np.ndarray:
    """The table that baselines are fitted to."""
    if task == "rank":
        return part.rated.astype(np.float32)
    return part.matrix(np.where(part.liked, 1, -1))


def baselines(parts: Splits, task: Task) -> dict[str, tuple[Measured, dict[str, Any]]]:
    """Fit each baseline with the settings that are best on validation ratings, to all that is known; then measure."""
    found = {}
    before, after = fits(task, parts.train), fits(task, parts.known)
    for name, fit in before.items():
        chosen = recommenders.choose(
            fit,
            GRIDS[task][name],
            lambda scores: measured(scores, parts.train, parts.validation, task).metrics[HEADLINE[task]],
        )
        scores = after[name](**chosen.settings)
        found[name] = (measured(scores, parts.known, parts.test, task), chosen.settings)
        print(f"    {name} {chosen.settings or ''}".rstrip(), flush=True)
    return found


def judge(recommender: Recommender, parts: Splits) -> Judged:
    """Judge the machine and the baselines on the test ratings; the machine is given all ratings but these."""
    task, headline = recommender.task, HEADLINE[recommender.task]
    visible = recommenders.visible_units(parts.known, task)
    ours = measured(recommender.scores(visible), parts.known, parts.test, task)
    print("\nbaselines, each with the settings that are best on validation ratings:", flush=True)
    others = baselines(parts, task)
    differences = {}
    for name, (theirs, _) in others.items():
        if headline == "auc":
            at = (parts.test.user, parts.test.item)
            differences[name] = paired_bootstrap_auc(
                parts.test.user, parts.test.liked, ours.scores[at], theirs.scores[at]
            )
        else:
            differences[name] = paired_bootstrap(ours.by_user[headline], theirs.by_user[headline])
    metrics = {
        **ours.metrics,
        "weight": recommender.weight,
        "machine": measured(recommender.alone(visible), parts.known, parts.test, task).metrics,
        "baselines": {name: {**theirs.metrics, **chosen} for name, (theirs, chosen) in others.items()},
        "differences": {name: one._asdict() for name, one in differences.items()},
    }
    said = verdict(task, metrics, differences)
    return Judged(task, {**metrics, "verdict": said}, differences, said, visible, ours.scores)


def verdict(task: Task, metrics: Mapping[str, Any], differences: Mapping[str, Difference]) -> str:
    """What the numbers support: which baselines the machine significantly beats, and which one is best of all."""
    headline = HEADLINE[task]
    better = [name for name, found in differences.items() if found.low > 0]
    worse = [name for name, found in differences.items() if found.high < 0]
    tied = [name for name in differences if name not in (*better, *worse)]
    said = [
        f"The RBM is significantly better than {listed(better)}"
        if better
        else "The RBM is significantly better than none"
    ]
    if tied:
        said[0] += f", about as good as {listed(tied)}"
    if worse:
        said[0] += f", and significantly worse than {listed(worse)}"
    values = {name: row[headline] for name, row in metrics["baselines"].items()}
    best = max(values, key=lambda name: values[name])
    ratio = metrics[headline] / max(values[best], 1e-9)
    said.append(f"It reaches {ratio:.1%} of the best baseline's {headline}, {best}'s {values[best]:.3f}")
    if ratio < 1 and not better:
        said.append("Nothing speaks for taking the machine here")
    return ". ".join(said) + "."


def in_short(judged: Judged) -> str:
    """A few words for the last line: the best baseline's headline measure, and which one that is."""
    headline = HEADLINE[judged.task]
    rows = judged.metrics["baselines"]
    best = max(rows, key=lambda name: rows[name][headline])
    return f"best baseline: {best} {rows[best][headline]:.4f}"


def listed(names: list[str]) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
