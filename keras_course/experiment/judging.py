"""The end of a classifier's training: its best epoch, judged once on the test set, drawn, and written into the card."""

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.datasets.dataset import LabelledDataset
from keras_course.experiment import card
from keras_course.experiment.run import Run

if TYPE_CHECKING:
    import keras

    from keras_course.training import Stopwatch


@dataclasses.dataclass(frozen=True)
class Judged:
    """A trained classifier and how good it is."""

    model: "keras.Model"
    """The best epoch's, read back from its file."""
    metrics: dict[str, Any]
    """``test_accuracy``, ``test_loss``, ``validation_accuracy``, ``validation_loss``, ``best_epoch`` (from 1),
    ``seconds``, ``samples_per_second``, ``parameters``."""
    probabilities: np.ndarray
    """(n, classes), of the test examples."""


def judge_classifier(
    run: Run,
    model: "keras.Model",
    data: LabelledDataset,
    history: "keras.callbacks.History",
    watch: "Stopwatch",
    *,
    more: Mapping[str, Any] | None = None,
    figures: Collection[str] = ("curves", "confusion", "mistakes"),
) -> Judged:
    """Judge the best epoch's model on the validation and the test set; the test set is used this once.

    The model is read back from the run's folder, so what is judged is what a reload gives. Its metrics go into the
    card, its learning curves, confusion matrix and most confident mistakes into ``figures/``.

    Args:
        run: the trained run, with its card.
        model: as it is after training, compiled with the metric ``accuracy``.
        data: the examples.
        history: what ``fit`` returned.
        watch: the callback that timed the training.
        more: further metrics.
        figures: which of the three to draw.
    """
    from keras_course import plots, saving, training
    from keras_course.evaluation import classification, energy

    best = saving.best_model(run, model)
    metrics, probabilities = evaluate(best, data)
    best_epoch = training.best_epoch(history)
    metrics |= {
        "best_epoch": best_epoch + 1,
        "seconds": watch.total,
        "samples_per_second": watch.samples_per_second(len(data.x_train)),
        "parameters": model.count_params(),
        **(more or {}),
    }
    title = f"{run.app}, {data.name}, seed {run.seed}"
    if "curves" in figures:
        run.save_figure("curves", plots.curves(history.history, title=title, best_epoch=best_epoch))
    if "confusion" in figures:
        predicted = probabilities.argmax(axis=1)
        matrix = classification.confusion_matrix(data.y_test, predicted, len(data.labels))
        run.save_figure("confusion", plots.confusion(matrix, data.labels, title=title))
    if "mistakes" in figures:
        figure = plots.mistakes(data.x_test, data.y_test, probabilities, data.labels, title=title)
        run.save_figure("mistakes", figure)
    known = energy.energies(best, **_in_batches(data.x_validation))
    card.complete(run, metrics, **({} if known is None else {"energy": energy.quantiles(known)}))
    return Judged(best, metrics, probabilities)


def evaluate(model: "keras.Model", data: LabelledDataset) -> tuple[dict[str, Any], np.ndarray]:
    """Accuracy and loss on the test and the validation set.

    Args:
        model: compiled with the metric ``accuracy``.
        data: the examples.

    Returns:
        The metrics, and the test examples' probabilities, ``(n, classes)``.
    """
    from keras_course.evaluation import classification

    metrics: dict[str, Any] = {}
    for split in ("test", "validation"):
        arrays = _in_batches(getattr(data, f"x_{split}"), getattr(data, f"y_{split}"))
        result = model.evaluate(**arrays, verbose=0, return_dict=True)
        metrics |= {f"{split}_accuracy": result["accuracy"], f"{split}_loss": result["loss"]}
    outputs = model.predict(**_in_batches(data.x_test), verbose=0)
    return metrics, classification.class_probabilities(outputs)


def _in_batches(*arrays: np.ndarray) -> dict[str, Any]:
    """Arguments of ``evaluate`` and ``predict``; what is mapped from disk goes in small batches: it may not fit."""
    from keras_course.training import Batches

    if isinstance(arrays[0], np.memmap):
        return {"x": Batches(arrays, 32)}
    return {**dict(zip("xy", arrays, strict=False)), "batch_size": 500}
