"""See a network learn in under a minute: train it, look at its mistakes, reload it, predict.

Slide: deck 1, "Deep Learning as a classifier"

Group: start here, 1

Run:
    python -m apps.quickstart             nothing to download
    python -m apps.quickstart --all       every experiment, small: the check before class

Try:
    run it twice        with the same seed: does any number differ?
    --seed 1            and with another seed?
"""

import dataclasses
import importlib
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_course import folders
from keras_course.errors import UserError
from keras_course.experiment import command, course

if TYPE_CHECKING:
    import numpy as np

NOT_EXPERIMENTS = ("start here", "tools")  # groups of the course
# The flags that make each experiment small, and independent of the internet.
SMALL: dict[str, list[str]] = {
    "worked_examples": ["--figures"],
    "optimizers": ["--landscapes", "saddle", "--steps", "60", "--frames", "10"],
    "decision_regions": ["--points", "40", "--epochs", "40"],
    "xo_convnet": ["--letters", "100"],
    "filters": ["--size", "200"],
    "convnet_by_hand": ["--epochs", "3"],
    "classic_learning": ["--dataset", "digits", "--epochs", "3"],
    "choices": ["--dataset", "digits", "--epochs", "3"],
    "mnist_dense": ["--dataset", "digits", "--epochs", "3"],
    "mnist_convnet": ["--dataset", "digits", "--epochs", "3"],
    "shift": ["--dataset", "digits", "--epochs", "3", "--shifts", "2", "4"],
    "digit_rbm": [
        "--dataset",
        "digits",
        "--epochs",
        "10",
        "--gibbs-steps",
        "200",
        "--annealing-steps",
        "500",
    ],
    "cats_dogs": ["--dataset", "drawn", "--epochs", "6", "--image-size", "64"],
    "look_inside": ["mnist_convnet", "--dataset", "digits", "--searched", "50", "--ascent-steps", "20"],
    "regularization": ["--dataset", "digits", "--epochs", "5"],
    "architectures": [
        "--dataset",
        "digits",
        "--networks",
        "lenet5",
        "resnet18",
        "--width",
        "0.125",
        "--epochs",
        "1",
    ],
    "movie_rbm": ["--dataset", "toy", "--epochs", "5", "--hidden", "12"],
    "stock_lstm": ["--dataset", "embedded", "--epochs", "3", "--units", "16"],
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Train, evaluate, save, reload, predict: in under a minute, without the internet."""

    all: bool = False
    """Run every experiment of the course small, on embedded data."""
    seed: int = 0
    """Seed of the training."""
    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Folder that runs are written into."""


def main(config: Config) -> dict[str, Any]:
    """Run the tour, or with ``--all`` every experiment; return its results."""
    command.check(config)
    print(f"runs go into {config.models_dir}", flush=True)
    return every_experiment(config) if config.all else tour(config)


def tour(config: Config) -> dict[str, Any]:
    """Train on the embedded digits, show three mistakes, reload, predict."""
    from keras_course import saving
    from keras_course.datasets import digits
    from keras_course.evaluation import classification
    from keras_course.experiment import runs

    from . import mnist_dense

    options = command.RunOptions(seed=config.seed, models_dir=config.models_dir)
    metrics = mnist_dense.main(mnist_dense.Config(dataset="digits", epochs=20, run=options))

    run = runs.find("mnist_dense", config.models_dir, choose="newest")
    loaded = saving.load(run)
    data = digits.load("digits", seed=config.seed)
    probabilities = loaded.model.predict(data.x_test, verbose=0)
    print(f"\nReloaded from {run.model_path}.")
    for index in classification.most_confident_mistakes(data.y_test, probabilities, 3):
        predicted = probabilities[index].argmax()
        print(
            f"\nA mistake: this is a {data.y_test[index]}, "
            f"classified as {predicted} ({probabilities[index][predicted]:.0%})"
        )
        print(as_text(data.x_test[index]))
    prediction = loaded.predict(data.x_test[0])
    print(
        f"\nAnd one more prediction: {prediction.label} ({prediction.probability:.0%}); it is a {data.y_test[0]}."
    )
    print(
        "\nNext:\n"
        "    python -m apps.mnist_dense                           the same on MNIST's 60,000 digits\n"
        "    python -m apps.predict mnist_dense YOUR_DIGIT.png    your own handwriting\n"
        "    python -m apps                                       everything there is"
    )
    print(f"run: {run.path}")
    return metrics


def as_text(picture: "np.ndarray") -> str:
    """Draw a (28, 28) uint8 picture with characters, two rows of pixels on a line."""
    shades = " .:-=+*#%@"
    rows = picture[4:24].reshape(10, 2, 28).mean(axis=1)
    return "\n".join("    " + "".join(shades[int(value * 9 / 255)] for value in row[4:24]) for row in rows)


def experiments() -> list[str]:
    """The names of the experiments, in the order of the course."""
    return [app.name for app in course.apps() if app.group not in NOT_EXPERIMENTS]


def every_experiment(config: Config) -> dict[str, str]:
    """Run each experiment small; one that fails does not stop the others.

    Returns:
        How each went, and how long it took.

    Raises:
        UserError: an experiment failed; its traceback has been printed.
    """
    import tyro

    outcome = {}
    for name in experiments():
        flags = SMALL.get(name, [])
        print(f"\n===== {name} {' '.join(flags)}")
        begun = time.perf_counter()
        try:
            app = importlib.import_module(f".{name}", __package__)
            app.main(tyro.cli(app.Config, args=[*flags, "--models-dir", str(config.models_dir)]))
            verdict = "ok"
        except Exception:
            traceback.print_exc()
            verdict = "FAILED"
        outcome[name] = f"{verdict}, {time.perf_counter() - begun:.0f} s"
    print("\n" + "\n".join(f"{name:20} {verdict}" for name, verdict in outcome.items()))
    failed = [name for name, verdict in outcome.items() if verdict.startswith("FAILED")]
    if failed:
        raise UserError(f"{len(failed)} of {len(outcome)} experiments failed: {', '.join(failed)}")
    print(f"all {len(outcome)} experiments ran")
    return outcome


if __name__ == "__main__":
    command.run(main, Config)
