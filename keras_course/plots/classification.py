"""What a classifier gets wrong: the confusion matrix, and the pictures of its most confident mistakes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, ORANGE, grid, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBERS_UP_TO = 30  # classes; beyond, a cell is too small for a number


def confusion(matrix: np.ndarray, labels: Sequence[str], *, title: str = "", split: str = "test") -> "Figure":
    """The confusion matrix as coloured counts: blue on the diagonal (right), orange off it (wrong).

    A cell's shade is its fraction of the row, so that a rare class is as visible as a frequent one; both colours have
    the same logarithmic scale, so that one mistake is seen, and is paler than many correct predictions.

    Args:
        matrix: (k, k) counts; rows are true classes, columns predicted ones.
        labels: k class names.
        title: what is judged; how many are wrong and which mistake is the most frequent is added to it.
        split: which examples these are, in a word.

    Raises:
        UserError: the matrix is not (k, k) for k labels, or holds something other than counts.
    """
    from matplotlib.patches import Patch

    counts = np.asarray(matrix)
    classes = len(labels)
    if classes == 0 or counts.shape != (classes, classes):
        raise UserError(
            f"the matrix must be ({classes}, {classes}) for {classes} labels, but is {counts.shape}"
        )
    if (counts < 0).any() or (counts != np.round(counts)).any():
        raise UserError(f"the matrix of shape {counts.shape} must hold counts: whole numbers, 0 or more")
    counts = counts.astype(np.int64)
    picture = _cell_colours(counts)
    cell = 0.5 if classes <= NUMBERS_UP_TO else 0.25
    side = max(3.6, cell * classes)
    figure = new_figure(side + 1.4, side + 1.9, joined([_what_is_wrong(counts, labels, split), title]))
    axes = figure.subplots()
    axes.imshow(picture)
    long = max(len(label) for label in labels) > 4
    axes.set_xticks(range(classes), labels, rotation=90 if long and classes > 3 else 0)
    axes.set_yticks(range(classes), labels)
    axes.set_xticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.7)
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if classes <= NUMBERS_UP_TO:
        for row, column in np.argwhere(counts):
            dark = picture[row, column, :3] @ (0.299, 0.587, 0.114) < (0.55 if row == column else 0.5)
            axes.text(
                column, row, str(counts[row, column]), ha="center", va="center", fontsize=9,
                color="white" if dark else "black", fontweight="bold" if row == column else "normal",
            )  # fmt: skip
    figure.legend(
        handles=[Patch(color=BLUE, label="right"), Patch(color=ORANGE, label="wrong")],
        title="darker: a larger fraction of the row (one logarithmic scale for both)",
        loc="outside lower center", ncols=2, fontsize=9, title_fontsize=9, frameon=False,
    )  # fmt: skip
    return figure


def _what_is_wrong(counts: np.ndarray, labels: Sequence[str], split: str) -> str:
    total, wrong = int(counts.sum()), counts - np.diag(np.diag(counts))
    if not total:
        return f"no {split} examples"
    if not wrong.any():
        return f"{split}: all {total:,} right"
    said = f"{split}: {wrong.sum():,} of {total:,} wrong ({100 * wrong.sum() / total:.2f} %)"
    true, predicted = np.unravel_index(wrong.argmax(), wrong.shape)
    most = int(wrong.max())
    if most == 1 or (wrong == most).sum() > 1:
        return said
    return f"{said},\nmost often {labels[true]} taken for {labels[predicted]} ({most:,} times)"


def _cell_colours(counts: np.ndarray) -> np.ndarray:
    """Blue for right, orange for wrong, white for none; 1 % of a row is pale, all of it dark: (k, k) -> (k, k, 4)."""
    from matplotlib import colormaps

    diagonal = np.eye(len(counts), dtype=bool)
    fractions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shades = 0.07 + 0.7 * np.log1p(100 * fractions) / np.log1p(100)  # ends before black: counts stay readable
    blues, oranges = colormaps["Blues"](shades), colormaps["Oranges"](shades)
    colours: np.ndarray = np.where(diagonal[..., None], blues, oranges)
    colours[counts == 0] = 1.0
    return colours


def mistakes(
    images: np.ndarray,
    y_true: np.ndarray,
    probabilities: np.ndarray,
    labels: Sequence[str],
    *,
    count: int = 12,
    title: str = "",
    split: str = "test",
) -> "Figure":
    """The misclassified pictures, those with the most confident predictions first.

    Args:
        images: (n, height, width) or (n, height, width, channels) with 1 or 3 channels; 0..255 or 0..1.
        y_true: (n,) true classes.
        probabilities: (n, k) the predicted probability of each class.
        labels: k class names.
        count: the largest number of pictures to show.
        title: what is judged; the number of mistakes is added to it.
        split: which pictures these are, in a word.

    Raises:
        UserError: the shapes do not match, or ``count`` is below 1.
    """
    images, y_true, probabilities = np.asarray(images), np.asarray(y_true), np.asarray(probabilities)
    _check(images, y_true, probabilities, labels, count)
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != y_true)
    # as evaluation.classification.most_confident_mistakes; plots import no sibling
    chosen = wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:count]
    if chosen.size == 0:
        figure = new_figure(6, 2.4, title)
        axes = figure.subplots()
        axes.axis("off")
        axes.text(
            0.5,
            0.5,
            f"No mistakes in {len(images):,} {split} pictures",
            ha="center",
            va="center",
            fontsize=14,
        )
        return figure

    texts = [
        _caption(labels[y_true[i]], labels[predicted[i]], probabilities[i, predicted[i]]) for i in chosen
    ]
    widest = max(len(line) for text in texts for line in text.split("\n"))
    rows, columns = grid(len(chosen), 4)
    summary = f"{len(wrong):,} of {len(images):,} {split} pictures classified wrongly"
    summary += (
        f"; these {len(chosen)} with most confidence"
        if len(chosen) < len(wrong)
        else ", most confident first"
    )
    width = max(1.75, 0.078 * widest)
    figure = new_figure(max(width * columns, 6.6), 2.05 * rows + 0.7, joined([summary, title]))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    top = 255.0 if np.issubdtype(images.dtype, np.integer) or images.max() > 1 else 1.0
    for axes, index, text in zip(panels, chosen, texts, strict=False):
        picture = images[index] / top  # 0..1
        picture = picture[..., 0] if picture.shape[2:] == (1,) else picture
        axes.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
        axes.set_title(text, fontsize=9)
    for axes in panels:
        axes.axis("off")
    return figure


def _check(
    images: np.ndarray, y_true: np.ndarray, probabilities: np.ndarray, labels: Sequence[str], count: int
) -> None:
    shape = (len(images), len(labels))
    if y_true.shape != shape[:1] or probabilities.shape != shape:
        raise UserError(
            f"{shape[0]} pictures of {shape[1]} classes need y_true {shape[:1]} and probabilities {shape}, "
            f"but these are {y_true.shape} and {probabilities.shape}"
        )
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] not in (1, 3)):
        raise UserError(
            f"pictures must be (n, height, width), or that with 1 or 3 channels, but are {images.shape}"
        )
    if count < 1:
        raise UserError(f"count must be 1 or more, but is {count}")


def _caption(true: str, predicted: str, probability: float) -> str:
    percent = f"{100 * probability:.0f}"
    if percent == "100" and probability < 1:
        percent = "> 99"
    return f"true {true},\npredicted {predicted} ({percent} %)"
