"""An app with several trainings: a parent run, and inside its folder a run for each variant.

What the app compares it reads from the variants' files, so a parent that was interrupted and resumed ends with the same
table, figures and metrics as one that was not.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keras_course.experiment import card, timing
from keras_course.experiment.run import Run

if TYPE_CHECKING:
    import numpy as np

Settings = dict[str, Any]


def train_variants(
    parent: Run,
    config: Any,
    variants: Mapping[str, Settings],
    train: Callable[[Run, Settings], None],
) -> dict[str, Run]:
    """Train every variant that is not complete yet, one after the other; print a line for each.

    Args:
        parent: the app's run.
        config: the app's settings.
        variants: for each variant's name the settings that it changes.
        train: trains one variant and completes its run (see :func:`complete`).

    Returns:
        The complete run of each variant, by its name.
    """
    runs, seconds, terminal = {}, [], sys.stdout.isatty()
    for number, (name, changed) in enumerate(variants.items(), start=1):
        run = parent.variant(name, config, changed)
        listed = ", ".join(f"{key} {value}" for key, value in changed.items())
        line = f"variant {number} of {len(variants)}: {name}: {listed}"
        if run.complete:
            print(f"{line} (complete already)", flush=True)
        else:
            if terminal:  # the epochs follow; in a log there is one line a variant, when it is trained
                print(f"\n{line}", flush=True)
            begun = time.monotonic()
            train(run, changed)
            seconds.append(time.monotonic() - begun)
            left = timing.left(sum(seconds) / len(seconds) * (len(variants) - number))
            said = [*_outcome(run.history()), f"{seconds[-1]:.1f} s", *([left] if left else [])]
            print(f"{'' if terminal else f'{line}  '}{'  '.join(said)}", flush=True)
        runs[name] = run
    return runs


def _outcome(history: Mapping[str, Sequence[float]]) -> list[str]:
    """The best epoch by validation, if the variant trained a network."""
    accuracies = history.get("val_accuracy", [])
    if not accuracies:
        return []
    best = max(accuracies)
    return [f"best epoch {accuracies.index(best) + 1}/{len(accuracies)}", f"val_accuracy {best:.4f}"]


def complete(
    run: Run,
    metrics: Mapping[str, Any],
    history: Mapping[str, Sequence[float]],
    **arrays: "np.ndarray",
) -> None:
    """Complete a variant's run: its learning curves, its card, what the parent needs of it, and its metrics.

    Args:
        run: the variant's run, trained, with its card.
        metrics: the variant's row in the parent's table.
        history: the learning curves, with ``val_accuracy``; empty if the first epoch's loss was not finite.
        arrays: read again by ``run.read_arrays()``.
    """
    from keras_course import plots

    if history:
        accuracies = history["val_accuracy"]
        best = accuracies.index(max(accuracies))
        run.save_figure("curves", plots.curves(history, title=run.path.name, best_epoch=best))
    card.complete(run, metrics)
    run.write_arrays(**arrays)
    run.complete_with(metrics)
