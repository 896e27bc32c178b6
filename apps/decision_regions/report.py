"""What apps.decision_regions prints of its classifiers: their errors, and how far two networks are apart."""

from collections.abc import Callable

import numpy as np

from keras_course.by_hand import losses

from .networks import Network
from .points import Points

Classifier = Callable[[np.ndarray], np.ndarray]  # points (n, 2) -> probabilities of class 1, (n,)


def print_perceptron(mistakes: list[int]) -> None:
    """Print the perceptron's mistakes in each epoch, and whether it converged."""
    shown = ", ".join(str(number) for number in mistakes[:10])
    more = f", ... {mistakes[-1]}" if len(mistakes) > 10 else ""
    print(f"\nperceptron, mistakes in each epoch: {shown}{more}")
    if mistakes[-1] == 0:
        print(f"    it converged: no mistake in epoch {len(mistakes)}")
    else:
        print(f"    it did not converge in {len(mistakes)} epochs: never fewer than {min(mistakes)} mistakes")


def judge(classifier: Classifier, data: Points) -> dict[str, float]:
    """Errors and log-loss on training points and fresh ones; no log-loss where there are no probabilities."""
    row: dict[str, float] = {}
    for split, x, y in (("training", data.x, data.y), ("fresh", data.x_fresh, data.y_fresh)):
        p = classifier(x)
        row[f"{split}_errors"] = int(np.sum((p >= 0.5) != y))
        if not np.isin(p, (0, 1)).all():
            # clipped as in Keras, so that the logarithm stays finite
            row[f"{split}_log_loss"] = losses.binary_cross_entropy(y, np.clip(p, 1e-7, 1 - 1e-7))
    return row


def print_table(table: dict[str, dict[str, float]], training: int, fresh: int) -> None:
    """Print a line for each classifier."""
    print(f"\n{'':28}{'training':>10}{'fresh':>10}{'training':>12}{'fresh':>10}")
    print(f"{'':28}{'errors':>10}{'errors':>10}{'log-loss':>12}{'log-loss':>10}")
    print(f"{'of':28}{training:10,}{fresh:10,}")
    for name, row in table.items():
        losses = [f"{row[key]:.4f}" if key in row else "-" for key in ("training_log_loss", "fresh_log_loss")]
        print(f"{name:28}{row['training_errors']:10,}{row['fresh_errors']:10,}{losses[0]:>12}{losses[1]:>10}")
    print("(a perceptron outputs 0 or 1, no probability: it has no log-loss)")


def print_difference(first: Network, second: Network) -> float:
    """Print the largest difference of two networks' probabilities on the figure's grid; return that at the end."""
    apart = {epoch: float(np.abs(first.frames[epoch] - second.frames[epoch]).max()) for epoch in first.frames}
    epochs = list(apart)
    shown = sorted({epochs[0], epochs[1], epochs[len(epochs) // 2], epochs[-1]})
    print(
        "\nby hand (64 bits) and Keras (32 bits): the largest difference of their probabilities on the figure's grid"
    )
    print("    " + ", ".join(f"after epoch {epoch}: {apart[epoch]:.1e}" for epoch in shown))
    same = np.mean((first.frames[epochs[-1]] >= 0.5) == (second.frames[epochs[-1]] >= 0.5))
    print(f"    at the end they predict the same class at {same:.2%} of its points")
    return apart[epochs[-1]]
