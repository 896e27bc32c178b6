"""The pictures of apps.digit_rbm: reconstructions, and digits that the machine draws by itself."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.experiment.run import Run
from keras_course.plots import rbm as plots

if TYPE_CHECKING:
    from keras_course.datasets.digits import Digits
    from keras_course.models.boltzmann import BinaryRBM

CHAINS = 20  # that are drawn
FRAMES = 40  # of the animation
ROWS = 6  # stages of the chains in the figure


def reconstructions(run: Run, model: "BinaryRBM", data: "Digits", v: np.ndarray, title: str) -> None:
    """Draw a test digit of each class and its reconstruction."""
    _, first = np.unique(data.y_test, return_index=True)
    chosen = v[first[:CHAINS]]
    shape = (-1, *data.x_test.shape[1:])
    found = model.predict(chosen, verbose=0)
    run.save_figure(
        "reconstructions", plots.reconstructions(chosen.reshape(shape), found.reshape(shape), title=title)
    )


def fantasies(
    run: Run, model: "BinaryRBM", v: np.ndarray, shape: tuple[int, ...], steps: int, seed: int, title: str
) -> None:
    """Let chains run from noise, draw them on the way, and hold their last digits against the nearest training digits.

    Args:
        run: where the figure ``fantasies`` and the animation ``chains.gif`` are written.
        model: the trained machine.
        v: (n, pixels) the training digits.
        shape: of a picture.
        steps: of Gibbs sampling.
        seed: of the noise that the chains start from.
        title: of the figure.
    """
    shown = stages(steps, FRAMES)
    start = np.random.default_rng(seed).random((CHAINS, v.shape[1])) < v.mean(axis=0)
    states = start.astype("float32")
    frames, at = [], 0
    for step in shown:
        states = np.asarray(model.gibbs(states, step - at))
        at = step
        frames.append(np.asarray(model.reconstruct(states)) if step else states)
    pictures = np.stack(frames).reshape(len(shown), CHAINS, *shape)
    nearest = v[[int(np.abs(v - state).sum(axis=1).argmin()) for state in states]].reshape(CHAINS, *shape)
    rows = [shown.index(step) for step in stages(steps, ROWS) if step in shown]
    few = slice(0, 12)
    figure = plots.fantasies(pictures[rows][:, few], [shown[row] for row in rows], nearest[few], title=title)
    run.save_figure("fantasies", figure)
    run.write_file("figures/chains.gif", lambda path: plots.save_chains(path, pictures, shown))


def stages(steps: int, count: int) -> list[int]:
    """At most ``count`` numbers of steps, 0 and ``steps`` among them, close together at first."""
    return sorted({0, *(int(step) for step in np.geomspace(1, steps, count - 1).round())})
