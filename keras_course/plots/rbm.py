"""What a Boltzmann machine makes of pictures: reconstructions, and pictures of its own, still and moving."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import TEXT, WIDE, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GAP, BETWEEN = 3, 0.2  # pixels between pictures, and how dark they are
SCALE = 3  # a pixel's side in the animation
BAR = 34  # the animation's line of text, in pixels
FRAME, LAST = 150, 2500  # milliseconds that the animation's frames stay, and its last one


def mosaic(pictures: np.ndarray) -> np.ndarray:
    """Pictures (rows, columns, height, width) from 0 to 1 as one, with gaps between them."""
    padded = np.pad(pictures, [(0, 0), (0, 0), (0, GAP), (0, GAP)], constant_values=BETWEEN)
    rows, columns, height, width = padded.shape
    whole: np.ndarray = padded.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)
    return whole[: rows * height - GAP, : columns * width - GAP]


def reconstructions(pictures: np.ndarray, reconstructed: np.ndarray, *, title: str = "") -> "Figure":
    """Pictures, and below each what the machine makes of it, as probabilities.

    Args:
        pictures: (n, height, width), 0 and 1.
        reconstructed: (n, height, width), 0 to 1.
        title: what is trained on what; what is seen is added to it.

    Raises:
        UserError: there is no picture, or the two are not equally many.
    """
    if pictures.ndim != 3 or not len(pictures) or pictures.shape != reconstructed.shape:
        raise UserError(f"pictures {pictures.shape} and reconstructions {reconstructed.shape} do not match")
    wrong = np.mean((reconstructed > 0.5) != (pictures > 0.5))
    seen = f"Reconstructed through the hidden layer: {wrong:.1%} of these pixels are on the wrong side"
    rows = ("test digit", "reconstruction")
    return _rows(np.stack([pictures, reconstructed]), rows, "ink: probability", joined([seen, title]))


def fantasies(
    chains: np.ndarray, steps: Sequence[int], nearest: np.ndarray | None = None, *, title: str = ""
) -> "Figure":
    """Markov chains on their way from noise, a column for each, a row for each number of steps.

    Args:
        chains: (stages, chains, height, width), 0 to 1.
        steps: of Gibbs sampling at each stage.
        nearest: (chains, height, width) the training example nearest to each chain's end.
        title: what is trained on what; what is seen is added to it.

    Raises:
        UserError: stages and steps, or chains and neighbours, are not equally many.
    """
    if chains.ndim != 4 or not chains.size or len(chains) != len(steps):
        raise UserError(f"chains {chains.shape} and {len(steps)} numbers of steps do not match")
    names = [f"{step:,} step{'' if step == 1 else 's'}" for step in steps]
    if nearest is not None:
        if nearest.shape != chains.shape[1:]:
            raise UserError(f"chains {chains.shape} and nearest examples {nearest.shape} do not match")
        chains, names = np.concatenate([chains, nearest[None]]), [*names, "nearest\ntraining digit"]
    seen = f"The machine's own pictures: {chains.shape[1]} chains of Gibbs sampling, started from noise"
    return _rows(chains, names, "ink: probability", joined([seen, title]))


def _rows(pictures: np.ndarray, names: Sequence[str], scale: str, title: str) -> "Figure":
    """Rows of pictures with a name before each."""
    whole = mosaic(pictures)
    width = WIDE - 2.2
    figure = new_figure(WIDE, width * whole.shape[0] / whole.shape[1] + 1.0, title)
    axes = figure.subplots()
    image = axes.imshow(whole, cmap="gray_r", vmin=0, vmax=1)
    side = pictures.shape[2] + GAP
    axes.set_yticks([side * row + pictures.shape[2] / 2 for row in range(len(names))], names, fontsize=TEXT)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.8, aspect=20, pad=0.02).set_label(scale, fontsize=TEXT)
    return figure


def save_chains(file: Path, chains: np.ndarray, steps: Sequence[int], columns: int = 5) -> None:
    """Write Markov chains as an animated GIF that repeats for ever, with the number of steps above them.

    Args:
        file: where to write; its name should end in ``.gif``.
        chains: (frames, chains, height, width), 0 to 1.
        steps: of Gibbs sampling at each frame.
        columns: chains in a row.

    Raises:
        UserError: frames and steps are not equally many.
    """
    from PIL import Image, ImageDraw, ImageFont

    if chains.ndim != 4 or not chains.size or len(chains) != len(steps):
        raise UserError(f"chains {chains.shape} and {len(steps)} numbers of steps do not match")
    frames, count, height, width = chains.shape
    rows = -(-count // columns)
    padded = np.zeros((frames, rows * columns, height, width))
    padded[:, :count] = chains
    font = ImageFont.load_default(20)
    pictures = []
    for frame, step in zip(padded.reshape(frames, rows, columns, height, width), steps, strict=True):
        ink = np.round(255 * (1 - mosaic(frame))).astype("uint8").repeat(SCALE, axis=0).repeat(SCALE, axis=1)
        picture = Image.new("L", (ink.shape[1], ink.shape[0] + BAR), 255)
        picture.paste(Image.fromarray(ink), (0, BAR))
        ImageDraw.Draw(picture).text((8, 5), f"Gibbs sampling: {step:,} steps", fill=0, font=font)
        pictures.append(picture)
    first, *rest = pictures
    first.save(file, save_all=True, append_images=rest, duration=[FRAME] * len(rest) + [LAST], loop=0)
