"""Which of an app's runs its bare name means: the best by validation among those on real, full data."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keras_course.errors import UserError
from keras_course.experiment.run import Run, folder_name

# The real datasets that an app has by itself; pictures under any other name are another task. Some names stand
# for a content, whatever file that came from.
OWN = ("mnist", "cats_dogs", "ml-latest-small")
BY_CONTENT = ("mnist", "ml-latest-small")
Fits = Callable[[dict[str, Any]], bool]


def best_variant(run: Run) -> Run | None:
    """The variant that speaks for a run with several trainings; None if metrics.json names none that has a card."""
    named = folder_name(str(run.metrics().get("best_variant", "")))
    return next(
        (variant for variant in run.variants() if variant.path.name == named and variant.card()), None
    )


def card_of(run: Run) -> dict[str, Any]:
    """The card of a run, or of its best variant; ``{}`` where there is none."""
    card = run.card()
    variant = None if card else best_variant(run)
    return variant.card() if variant else card


def dataset_of(run: Run) -> dict[str, Any]:
    """What the run is trained on, as environment.json or else the card tells."""
    dataset: dict[str, Any] = run.read_json("environment").get("dataset") or run.card().get("dataset") or {}
    return dataset


def on_real_data(run: Run) -> bool:
    """Whether the run is trained on the app's own real data, all of them.

    A user's own pictures are another task than the app's; of prices every series is a real one.
    """
    dataset = dataset_of(run)
    if not dataset or dataset.get("embedded") or dataset.get("limited"):
        return False
    name = dataset.get("name")
    own = name in OWN and not (dataset.get("by_path") and name not in BY_CONTENT)
    return own or card_of(run).get("kind") == "prices"


def best(runs: Sequence[Run], fits: Fits | None = None) -> Run | None:
    """The best of the runs that are trained on real, full data and whose card fits.

    Best is the highest accuracy or the lowest loss on the validation data. Losses of different tasks (another series,
    another target) are not comparable: those of the newest run's task compete.

    Args:
        runs: complete ones, the newest first; the newest wins a tie.
        fits: whether a card suits what is to be predicted.
    """
    real = [
        run for run in runs if _readable(run) and on_real_data(run) and (fits is None or fits(card_of(run)))
    ]
    if not real:
        return None
    task = _task(real[0])
    return max((run for run in real if _task(run) == task), key=_score)  # max keeps the first of equals


def _readable(run: Run) -> bool:
    """Whether the run's files can be read: one broken run does not hide the others."""
    try:
        return bool(card_of(run) or run.metrics())
    except UserError:
        return False


def _task(run: Run) -> tuple[object, ...]:
    card = card_of(run)
    return tuple(str(card.get(name)) for name in ("kind", "symbol", "target", "horizon", "labels"))


def _score(run: Run) -> tuple[bool, float]:
    """Higher is better: the validation accuracy, else the negative validation loss; the test set has no say."""
    metrics = run.metrics()
    for found in (metrics, _row(metrics)):
        for name in ("best_validation_accuracy", "validation_accuracy"):
            if isinstance(found.get(name), int | float):
                return True, found[name]
    loss = metrics.get("validation_loss")
    return False, -(min(_losses(run), default=float("inf")) if loss is None else loss)


def _losses(run: Run) -> list[float]:
    try:
        return run.history().get("val_loss", [])
    except UserError:
        return []


def _row(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """What metrics.json tells about the best variant."""
    for table, name in (("variants", "best_variant"), ("contestants", "best_contestant")):
        row = metrics.get(table, {}).get(metrics.get(name)) if isinstance(metrics.get(table), dict) else None
        if isinstance(row, dict):
            return row
    return {}
