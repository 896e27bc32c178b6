"""A ConvNet from scratch in NumPy, trained on digits: forward, backward and Adam, all by hand.

Slide: deck 2, "Agenda" (hands on: a convolutional neural network from scratch); deck 5, "Convolutional Neural Network"

Group: by hand, 6

Run:
    python -m apps.convnet_by_hand                           the embedded digits, seconds
    python -m apps.convnet_by_hand --keras                   and Keras, from the same weights, with the same batches
    python -m apps.convnet_by_hand --dataset mnist --epochs 3

Try:
    --filters 2         how few filters are enough?
    --batch-size 1437   one update for each epoch: how far does it get?
    --keras             how far do the two differ, and why at all?
"""

import dataclasses
import time
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import tyro

from keras_course.by_hand.convnet import Parameters
from keras_course.errors import UserError
from keras_course.experiment import command

if TYPE_CHECKING:
    from keras_course.datasets.digits import Digits
    from keras_course.experiment.runs import Run

MOST_FILTERS = 512  # more take hours by hand
DIVERGED = 1e6  # guessing has a loss of 2.3


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a ConvNet by hand."""

    dataset: str = "digits"
    """digits (embedded), auto, mnist, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 20
    """Passes over the training set."""
    filters: int = 8
    """Filters of the convolution, 512 at most."""
    batch_size: int = 32
    """Examples in each update."""
    learning_rate: float = 0.003
    """Adam's step size."""
    keras: bool = False
    """Train the same network in Keras too, from the same weights and with the same batches, and compare."""
    run: Annotated[command.HandDataOptions, tyro.conf.OmitArgPrefixes] = command.HandDataOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, draw what was learnt; return the metrics."""
    check(config)
    from keras_course.by_hand import convnet, optimizers
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs

    from . import comparison

    # Data: pictures of one channel, 0 to 1, and one-hot labels.
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
        labels=config.labels,
    )
    run = runs.new(
        "convnet_by_hand", config, config.run.models_dir, seed=config.run.seed, dataset=data.facts()
    )
    x, x_validation, x_test = (
        pictures[..., None] / 255 for pictures in (data.x_train, data.x_validation, data.x_test)
    )
    y = np.eye(len(data.labels))[data.y_train]

    # Train.
    initial = convnet.initialize(
        np.random.default_rng(config.run.seed), x.shape[1], filters=config.filters, classes=len(data.labels)
    )
    history: dict[str, list[float]] = {"loss": [], "val_accuracy": []}
    begun = time.perf_counter()
    epochs = convnet.train(
        x, y, initial, epochs=config.epochs, batch_size=config.batch_size,
        optimizer=optimizers.adam(config.learning_rate), rng=np.random.default_rng(config.run.seed),
    )  # fmt: skip
    best, best_accuracy = initial, -1.0
    with np.errstate(all="ignore"):  # if it diverges, `check_loss` says so
        for number, (parameters, loss) in enumerate(epochs, start=1):
            check_loss(number, loss, parameters)
            predicted = convnet.predict(x_validation, parameters).argmax(axis=1)
            accuracy = float((predicted == data.y_validation).mean())
            history["loss"].append(loss)
            history["val_accuracy"].append(accuracy)
            print(f"epoch {number}: loss {loss:.4f}, validation accuracy {accuracy:.2%}")
            if accuracy > best_accuracy:
                best, best_accuracy = parameters, accuracy
    seconds = time.perf_counter() - begun

    # Judge: the best epoch by validation; the test set is used this once.
    probabilities = convnet.predict(x_test, best)
    metrics: dict[str, Any] = {
        "test_accuracy": float((probabilities.argmax(axis=1) == data.y_test).mean()),
        "validation_accuracy": best_accuracy,
        "best_epoch": history["val_accuracy"].index(best_accuracy) + 1,
        "seconds": seconds,
        "parameters": sum(value.size for value in best),
    }
    if config.keras:
        metrics["keras"] = comparison.compare(
            config, initial, parameters, x, y, x_validation, data.y_validation
        )

    # Figures and files.
    run.write_history(history)
    save_figures(run, data, best, history, probabilities)
    run.write_file("parameters.npz", lambda path: np.savez(path, **best._asdict()))
    return results.finish(run, metrics, "test_accuracy", figure="mistakes")


def check(config: Config) -> None:
    """Refuse settings with which nothing is learnt, before anything is written.

    Raises:
        UserError: one line that names the setting.
    """
    for name in ("epochs", "filters", "batch_size", "learning_rate"):
        if not getattr(config, name) > 0:
            raise UserError(f"{name}={getattr(config, name)} must be above 0")
    if config.filters > MOST_FILTERS:
        raise UserError(f"filters={config.filters} must be at most {MOST_FILTERS}")


def check_loss(epoch: int, loss: float, parameters: Parameters) -> None:
    """Raise a UserError if the training has diverged."""
    if not loss < DIVERGED or not all(np.isfinite(value).all() for value in parameters):
        raise UserError(
            f"training has diverged: the loss is {loss:.3g} in epoch {epoch}; lower the learning rate"
        )


def save_figures(
    run: "Run", data: "Digits", best: Parameters, history: dict[str, list[float]], probabilities: np.ndarray
) -> None:
    """Draw the learning curves, the filters and what they make of a digit, and the mistakes.

    Args:
        run: the run.
        data: the digits.
        best: the parameters of the best epoch.
        history: the learning curves.
        probabilities: (n, classes), of the test digits.
    """
    from keras_course import plots
    from keras_course.by_hand import convnet

    title = f"a ConvNet by hand, {data.name}, seed {run.seed}"
    accuracies = history["val_accuracy"]
    best_epoch = accuracies.index(max(accuracies))
    run.save_figure("curves", plots.curves(history, title=title, best_epoch=best_epoch))
    run.save_figure("filters", plots.filters(best.kernel, title=title))
    cache = convnet.forward(data.x_validation[:1, ..., None] / 255, best)[1]
    maps = {"convolution and relu": np.maximum(cache.z[0], 0), "after pooling": cache.pooled[0]}
    run.save_figure("feature_maps", plots.feature_maps(data.x_validation[0], maps, title=title))
    mistakes = plots.mistakes(data.x_test, data.y_test, probabilities, data.labels, title=title)
    run.save_figure("mistakes", mistakes)
