"""Pictures of handwritten digits, brought into MNIST's form.

``read_digit("seven.jpg")`` reads a drawing or a photo of one digit: any size, dark on light or light on dark, on
uneven paper, anywhere in the picture. Paper: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied
to document recognition" (section III.A: the 20x20 box, and the centre of mass in the centre of the 28x28 field).
"""

import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from keras_course.datasets import heic
from keras_course.errors import UserError

SIZE = 28  # pixels of the field's side
BOX = 20  # pixels of the digit's longer side
LARGEST = 512  # pixels: larger pictures are reduced to this before the digit is looked for
SMALLEST = 8  # pixels: nothing can be read from less
LONGEST_SHAPE = 20  # times as long as it is wide; anything longer is not a picture of a digit
FAINTEST = 10.0  # grey levels between ink and paper
DUST = 0.03  # of the picture's longer side: nothing smaller is a digit
BLANK = "no digit found: the picture looks blank"
GRAINY = 100  # pixels: pictures of that size have grain, smaller ones are sharp


def read_digit(path: str | os.PathLike[str]) -> np.ndarray:
    """Read a picture file of one handwritten digit.

    height x width, any mode -> grey (h, w) -> ink on no paper (h, w) -> 20x20 box -> 28x28

    Args:
        path: a picture in any format that Pillow reads (PNG, JPEG, WebP, TIFF, ...).

    Returns:
        (28, 28) uint8, light on dark as in MNIST: paper 0, the strongest ink 255.

    Raises:
        OSError: the file is missing, a folder, or may not be read.
        UserError: it is not a picture, broken, blank, too small, too large or too long; one line that names it.
    """
    path = Path(path)
    try:
        return centre(_digit(_paper_removed(_grey(_open(path)))))
    except UserError as error:
        raise UserError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from None


def count_shapes(picture: np.ndarray) -> int:
    """Count the shapes side by side in a picture that should hold one digit.

    A shape is a run of columns with ink, with an empty column at either side, at least half as high as all the ink. Of
    MNIST's 10,000 test digits 13 have two of them; of 200 pairs of test digits written side by side 188 have several.

    Args:
        picture: (28, 28), 0 where there is no ink, as :func:`read_digit` returns it.
    """
    ink = picture > 0
    height = np.ptp(np.flatnonzero(ink.any(axis=1))) + 1 if ink.any() else 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink.any(axis=0).astype(int), [0]])))
    runs = (np.flatnonzero(ink[:, left:right].any(axis=1)) for left, right in edges.reshape(-1, 2))
    return sum(bool(2 * (np.ptp(rows) + 1) >= height) for rows in runs)


def centre(ink: np.ndarray) -> np.ndarray:
    """Scale a digit to 20 pixels and place it in 28x28 by its centre of mass, as MNIST was made.

    Args:
        ink: (height, width) floats, 0 where there is no ink, of any positive scale; somewhere there is ink.

    Returns:
        (28, 28) uint8, the strongest ink 255.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * BOX / max(ink.shape))) for side in ink.shape)
    if ink.shape != (height, width):
        picture = Image.fromarray(
            ink.astype(np.float32)
        )  # Pillow's Lanczos averages over the area when it reduces
        ink = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS)).clip(0)
    mass = ink.sum()
    row, column = (ink.sum(axis=1) @ np.arange(height)) / mass, (ink.sum(axis=0) @ np.arange(width)) / mass
    # Row and column 14, counted from 0: so it is in all of MNIST, to half a pixel.
    top = int(np.clip(round(SIZE / 2 - row), 0, SIZE - height))
    left = int(np.clip(round(SIZE / 2 - column), 0, SIZE - width))
    field = np.zeros((SIZE, SIZE), np.uint8)
    field[top : top + height, left : left + width] = np.rint(ink * (255 / ink.max()))
    return field


def _open(path: Path) -> Image.Image:
    """The picture, decoded and turned upright."""
    if path.is_dir():
        raise IsADirectoryError(f"{path}: a folder, where a picture file is wanted")
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file")
    if path.stat().st_size == 0:
        raise UserError("the file is empty (0 bytes)")
    heic.prepare(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow thinks of odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture: Image.Image = Image.open(file)
            _check_size(*picture.size)
            picture.load()
            picture = ImageOps.exif_transpose(picture)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise UserError(
                f"the picture has more than {Image.MAX_IMAGE_PIXELS:,} pixels: reduce it"
            ) from None
        except UnidentifiedImageError:
            raise UserError("not a picture that can be read; use PNG or JPEG") from None
        except _SizeError:
            raise
        except Exception as error:  # each of Pillow's decoders breaks in its own way
            raise UserError(f"the picture is broken or cut off ({error})") from None
    return picture


class _SizeError(UserError):
    """The picture's sides are out of range."""


def _check_size(width: int, height: int) -> None:
    if min(width, height) < SMALLEST:
        raise _SizeError(
            f"a picture of {width}x{height} pixels is too small to read ({SMALLEST}x{SMALLEST} at least)"
        )
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        raise _SizeError(f"a picture of {width}x{height} pixels is too long; cut it to one digit")


def _grey(picture: Image.Image) -> np.ndarray:
    """(height, width) floats from 0 (black) to 255 (white), at most 512 a side."""
    if picture.has_transparency_data:
        picture = _on_paper(picture.convert("RGBA"))
    if picture.mode[0] in "IF":  # 16 and 32 bits, whatever white is in them; Pillow would cut them off at 255
        values = np.asarray(picture, np.float64)
        if not np.isfinite(values).all():
            raise UserError("the picture holds values that are not numbers (NaN or infinity)")
        picture = Image.fromarray((values * (255 / max(values.max(), 1e-9))).astype(np.float32))
    else:
        picture = picture.convert("RGB").convert("L").convert("F")
    if max(picture.size) > LARGEST:
        picture.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    return np.asarray(picture, np.float64)


def _on_paper(picture: Image.Image) -> Image.Image:
    """A transparent picture laid on white, or on black when what is drawn on it is light."""
    grey = np.asarray(picture.convert("L"), np.float64)
    alpha = np.asarray(picture.getchannel("A"), np.float64)
    light = alpha.min() == 0 < alpha.max() and (grey * alpha).sum() > 127 * alpha.sum()
    paper = Image.new("RGBA", picture.size, "black" if light else "white")
    return Image.alpha_composite(paper, picture)


def _paper_removed(grey: np.ndarray) -> np.ndarray:
    """Ink above the paper, in grey levels of contrast: (height, width) floats, about 0 on the paper.

    Paper in a photo is uneven: a quadratic surface is fitted to it, robustly, so that the ink does not count
    (Tukey's weights, their width taken from the rim, which is mostly paper). Whether the ink is darker or lighter
    than the paper is seen from what stands out.
    """
    height, width = grey.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (height, width, 6)
    step = max(1, max(height, width) // 96)
    few, values, rim = terms[::step, ::step], grey[::step, ::step], _rim(*grey[::step, ::step].shape)
    surface = np.array([np.median(values[rim]), 0, 0, 0, 0, 0])
    for _ in range(12):
        rest = values - few @ surface
        spread = max(2.0, 4.5 * float(np.median(np.abs(rest[rim]))))
        weights = np.clip(1 - (rest / spread) ** 2, 0, None) ** 2
        weighted = few * weights[..., None] ** 2
        surface, *_ = np.linalg.lstsq(  # the normal equations
            np.einsum("hwi,hwj->ij", weighted, few), np.einsum("hwi,hw->i", weighted, values)
        )
    off: np.ndarray = grey - terms @ surface
    noise = _noise(off)
    darker, lighter = np.clip(-off - noise, 0, None), np.clip(off - noise, 0, None)
    return -off if (darker**2).sum() > (lighter**2).sum() else off


def _rim(height: int, width: int) -> np.ndarray:
    """(height, width) bool: the outer twentieth of the picture, all around."""
    rim = np.ones((height, width), bool)
    thick = max(1, min(height, width) // 20)
    rim[thick:-thick, thick:-thick] = False
    return rim


def _noise(off: np.ndarray) -> float:
    """Four standard deviations of the paper's grain, from the rim's median: a bit of ink there does not count."""
    return 4 * 1.4826 * float(np.median(np.abs(off[_rim(*off.shape)])))


def _digit(ink: np.ndarray) -> np.ndarray:
    """The ink of the digit alone: (height, width) floats, 0 outside it; specks and grain are gone."""
    grainy = max(ink.shape) >= GRAINY
    smooth = _smooth(ink) if grainy else ink
    noise = max(_noise(smooth), FAINTEST)
    if smooth.max() <= noise:
        raise UserError(BLANK)
    strong = smooth > _otsu(smooth.clip(0))
    contrast = float(smooth[strong].mean())
    if contrast < noise:
        raise UserError(BLANK)
    faint = smooth > max(noise, 0.1 * contrast)
    # Grain and uneven light make single pixels stronger than the stroke is.
    full = np.quantile(ink[strong], 0.75) if grainy else ink.max()
    keep = _large_pieces(faint, strong)
    if max(np.ptp(np.argwhere(keep), axis=0) + 1) < DUST * max(keep.shape):
        raise UserError(BLANK)
    return np.where(keep, ink, 0).clip(0, full)


def _smooth(values: np.ndarray) -> np.ndarray:
    """The mean of each pixel and its eight neighbours."""
    height, width = values.shape
    padded = np.pad(values, 1, mode="edge")
    windows = [padded[i : i + height, j : j + width] for i in range(3) for j in range(3)]
    mean: np.ndarray = np.mean(windows, axis=0)
    return mean


def _otsu(values: np.ndarray) -> float:
    """Otsu's threshold (1979): the two sides of it differ most."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[1:] + edges[:-1]) / 2
    below, above = counts.cumsum(), counts.sum() - counts.cumsum()
    sums = (counts * middles).cumsum()
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(edges[1:][np.nanargmax(between)])


def _large_pieces(faint: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """The connected pieces of faint with at least 5 % as many strong pixels as the largest one has."""
    width = faint.shape[1] + 2
    padded = np.pad(faint, 1)
    waiting = set(np.flatnonzero(padded).tolist())
    strong_pixels = set(np.flatnonzero(np.pad(strong, 1)).tolist())
    around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
    pieces: list[tuple[int, list[int]]] = []
    while waiting:
        piece = [waiting.pop()]
        for pixel in piece:  # grows while it is walked through
            found = [pixel + offset for offset in around if pixel + offset in waiting]
            waiting.difference_update(found)
            piece.extend(found)
        pieces.append((len(strong_pixels.intersection(piece)), piece))
    largest = max(size for size, _ in pieces)
    keep = np.zeros(padded.size, bool)
    for size, piece in pieces:
        if size >= 0.05 * largest:
            keep[piece] = True
    return keep.reshape(padded.shape)[1:-1, 1:-1]
