"""What apps.movie_rbm prints: the data, the table beside the baselines, the hidden units, and the recommendations."""

import textwrap
from typing import Any

from keras_course.datasets.rating_splits import Splits
from keras_course.datasets.ratings import Ratings

from .comparison import ALONE, HEADLINE, OURS, Judged
from .recommending import Factor, Recommended

WIDTH = 116
NAMES = ("ndcg_at_10", "precision_at_10", "recall_at_10", "map_at_10", "auc")
HEADS = ("nDCG@10", "precision@10", "recall@10", "MAP@10", "AUC")


def print_data(data: Ratings, parts: Splits) -> None:
    """Print what there is, how it is split, and what was noticed while reading."""
    users, items = data.shape
    print(
        f"{data.name}: {len(data.rating):,} ratings of {items:,} films by {users:,} users; "
        f"{data.liked.mean():.0%} are likes, {data.threshold:.3g} or more of {data.scale[0]:g} to {data.scale[1]:g}"
    )
    unknown = int((~parts.known.rated.any(axis=0)).sum())
    lost = f"; {unknown:,} films are rated in the test alone, and nobody can know them" if unknown else ""
    print(
        f"of every user's ratings: {len(parts.train.rating):,} to learn from, {len(parts.validation.rating):,} to "
        f"choose by, {len(parts.test.rating):,} for the test{lost}"
    )
    for note in data.notes:
        print(f"note: {note}")


def print_table(judged: Judged) -> None:
    """Print the machine beside the baselines, how sure the differences are, and the verdict."""
    headline = HEADLINE[judged.task]
    what = "rated" if judged.task == "rank" else "liked"
    print(
        f"\non the test ratings; relevant: what the user has {what}; what was known is taken out of the lists"
    )
    print(
        f"{'':20}"
        + "".join(f"{head:>14}" for head in HEADS)
        + f"   RBM less this, {headline} (95 % interval)"
    )
    rows: dict[str, dict[str, Any]] = {OURS: judged.metrics}
    if judged.task == "like":
        rows[ALONE] = judged.metrics["machine"]
    rows |= judged.metrics["baselines"]
    for name, row in rows.items():
        cells = "".join(f"{row[key]:14.3f}" for key in NAMES)
        found = judged.differences.get(name)
        sure = f"   {found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})" if found else ""
        print(f"{name:20}{cells}{sure}")
    told = {
        "rank": "AUC: how often a film that a user has rated scores above one that he or she has not, mean over users.",
        "like": "AUC: how often a liked film scores above a disliked one, over all users' test ratings. nDCG and its "
        "like are low: what one would like is not what one will see.",
    }[judged.task]
    print(textwrap.fill(told, WIDTH))
    if judged.task == "like":
        words = (
            f"RBM: the log odds of the user + item logit, and {judged.metrics['weight']:g} times what the machine "
            "adds to its own bias (the factor is chosen on validation ratings); item-kNN, SVD and EASE stand on the "
            "same biases. "
            "RBM alone: the machine of the slide by itself."
        )
        print(textwrap.fill(words, WIDTH))
    print(textwrap.fill(f"verdict: {judged.verdict}", WIDTH))


def print_factors(factors: list[Factor]) -> None:
    """Print each hidden unit with its films."""
    print(
        "\nlatent factors: the hidden units that differ most from user to user, and the films of their weights"
    )
    for factor in factors:
        print(
            textwrap.fill(
                f"{factor.name}: {'; '.join(factor.titles)}",
                WIDTH,
                initial_indent="  ",
                subsequent_indent="      ",
            )
        )


def print_recommendations(recommended: Recommended, task: str) -> None:
    """Print what is recommended to one user, and by what."""
    what = "like" if task == "like" else "see"
    print(f"\nrecommended to {recommended.name}: p({what}), and how many times that of somebody unknown")
    for one in recommended.found:
        print(f"    {one.probability:6.1%}  x{one.lift:5.2f}   {one.title}")
    if recommended.by == "lift":
        print(
            "    (in the order of what these titles change: a few say little, and by p alone everybody gets the same)"
        )
    if recommended.note:
        print(f"note: {recommended.note}")
    print(flush=True)
