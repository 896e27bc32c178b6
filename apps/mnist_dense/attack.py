"""What adversarial training has achieved: the accuracy under attack, beside that of a network trained as usual."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.datasets.dataset import LabelledDataset
from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.experiment.run import Run

if TYPE_CHECKING:
    import keras

ROWS = 2  # digits in the figure
USUAL = "the pretrained network"
OURS = "this network"


def judge(run: Run, model: "keras.Model", data: LabelledDataset, epsilon: float) -> dict[str, Any]:
    """Attack every test digit with the change that raises this network's loss fastest; draw two validation digits.

    Args:
        run: the trained run; the figure ``adversarial`` is written into it.
        model: the best epoch's, which takes pixels from 0 to 255.
        data: the digits.
        epsilon: how far each pixel may be moved, as a fraction of white.

    Returns:
        ``attack_epsilon``, ``accuracy_under_attack``, and on the data of the pretrained run that run's,
        ``pretrained_accuracy_under_attack``.
    """
    from keras_course import plots, training

    networks = {OURS: model}
    if usual := _trained_as_usual(data):
        networks = {USUAL: usual, **networks}
    accuracies = {
        name: _accuracy(network, data.x_test, data.y_test, 255 * epsilon)
        for name, network in networks.items()
    }
    x, y = data.x_validation, data.y_validation
    examples = {
        name: training.adversarial_examples(network, x, y, 255 * epsilon)
        for name, network in networks.items()
    }
    chosen = _choose(networks, examples, x, y)
    panels = {}
    for name, network in networks.items():
        before = _answers(network, x[chosen], data.labels)
        after = _answers(network, examples[name][chosen], data.labels)
        texts = [f"{first}, then {second}" for first, second in zip(before, after, strict=True)]
        panels[name] = (examples[name][chosen], texts)

    known = _still_known(epsilon, accuracies)
    print(known)
    figure = plots.attacks(
        x[chosen],
        [data.labels[i] for i in y[chosen]],
        panels,
        epsilon,
        title=f"{known}\n{run.app}, {data.name}, seed {run.seed}",
    )
    run.save_figure("adversarial", figure)
    metrics = {"attack_epsilon": epsilon, "accuracy_under_attack": accuracies[OURS]}
    if USUAL in accuracies:
        metrics["pretrained_accuracy_under_attack"] = accuracies[USUAL]
    return metrics


def _still_known(epsilon: float, accuracies: dict[str, float]) -> str:
    """In words, how many digits each network still knows under attack."""
    (name, accuracy), *others = accuracies.items()
    said = f"Each pixel moved by at most {epsilon:g} of white, {name} still knows {accuracy:.1%} of the test digits"
    return said + "".join(f", {name} {accuracy:.1%}" for name, accuracy in others)


def _trained_as_usual(data: LabelledDataset) -> "keras.Model | None":
    """The pretrained run's network, if it has learnt these data without adversarial examples."""
    from keras_course import saving

    try:
        pretrained = runs.pretrained("mnist_dense")
    except UserError:  # this installation has none
        return None
    same = pretrained.card()["dataset"]["name"] == data.name and not pretrained.config().get("adversarial")
    return saving.load(pretrained).model if same else None


def _accuracy(network: "keras.Model", x: np.ndarray, y: np.ndarray, epsilon: float) -> float:
    from keras_course import training

    attacked = training.adversarial_examples(network, x, y, epsilon)
    return float((_probabilities(network, attacked).argmax(axis=1) == y).mean())


def _choose(
    networks: "dict[str, keras.Model]", examples: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """The first digits that all networks know, and of which an attack misleads the first network, if there are any."""
    known = np.ones(len(y), bool)
    for network in networks.values():
        known &= _probabilities(network, x).argmax(axis=1) == y
    first = next(iter(networks))
    fooled = known & (_probabilities(networks[first], examples[first]).argmax(axis=1) != y)
    order = np.concatenate([np.flatnonzero(fooled), np.flatnonzero(known & ~fooled), np.arange(len(y))])
    _, places = np.unique(order, return_index=True)
    chosen: np.ndarray = order[np.sort(places)][:ROWS]
    return chosen


def _probabilities(network: "keras.Model", x: np.ndarray) -> np.ndarray:
    probabilities: np.ndarray = network.predict(x, batch_size=500, verbose=0)
    return probabilities


def _answers(network: "keras.Model", x: np.ndarray, labels: Sequence[str]) -> list[str]:
    """For each digit the most probable class and its probability, in words."""
    found = []
    for row in _probabilities(network, x):
        percent = f"{100 * row.max():.0f}"
        found.append(f"{labels[row.argmax()]} ({'> 99' if percent == '100' else percent} %)")
    return found
