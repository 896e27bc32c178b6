"""Pictures of any kind: a photo as it is, and a small letter of deck 4."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np

LETTER = 9  # pixels of a letter's side
SMALL_TEXT = 10_000  # bytes: a drawn letter is far smaller


def scikit_learn_photo(name: str = "china.jpg") -> Path:
    """Where a photo lies that comes with scikit-learn, which need not be imported for that.

    ``china.jpg``: CC BY 2.0, by danielbuechele (flickr).

    Raises:
        ValueError: scikit-learn or the photo is not there.
    """
    package = importlib.util.find_spec("sklearn")
    folders = package.submodule_search_locations if package else None
    path = Path(folders[0], "datasets", "images", name) if folders else Path(name)
    if not path.is_file():
        raise ValueError(
            f"scikit-learn's photo {name} is not installed here: name a picture file of your own"
        )
    return path


def read_picture(path: Path, longest: int) -> np.ndarray:
    """Read a picture in colour, upright, in its own shape, reduced where it is larger than wanted.

    Args:
        path: a picture in any format that Pillow reads.
        longest: pixels that its longer side may have.

    Returns:
        (height, width, 3) uint8.

    Raises:
        OSError: the file is missing, a folder, or may not be read.
        ValueError: it is not a picture, broken or too large; one line that names it.
    """
    from PIL import Image, ImageOps

    from keras_course.datasets.photo_files import rgb

    if longest < 1:
        raise ValueError(f"a picture of {longest} pixels cannot be made; give a size of at least 1")
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow thinks of odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as photo:
                photo.draft("RGB", (2 * longest, 2 * longest))  # JPEG: decoded no larger than needed
                upright = rgb(ImageOps.exif_transpose(photo))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise ValueError(
                f"{path}: more than {Image.MAX_IMAGE_PIXELS:,} pixels; reduce the picture first"
            ) from None
        except Image.UnidentifiedImageError:
            reason = "not a picture" if path.stat().st_size else "an empty file"
            raise ValueError(f"{path}: {reason}; use PNG or JPEG") from None
        except Exception as error:  # each of Pillow's decoders breaks in its own way
            raise ValueError(f"{path}: the picture is broken or cut off ({error})") from None
    if max(upright.size) > longest:
        upright.thumbnail((longest, longest), Image.Resampling.BOX)
    return np.asarray(upright)


def read_letter(path: Path) -> np.ndarray:
    """Read a letter for deck 4's network: nine lines of ``#`` and ``.``, or a picture file.

    In a picture the letter may be dark on light or light on dark, of any size and anywhere.

    Returns:
        (9, 9): +1 ink, -1 paper.

    Raises:
        OSError: the file is missing, a folder, or may not be read.
        ValueError: it holds neither.
    """
    if path.suffix.lower() == ".txt":
        return _letter_from_text(path)
    from PIL import Image

    from keras_course.datasets.pictures import read_digit

    field = read_digit(path)  # (28, 28), the letter 20 pixels in its middle; here 20 pixels become 7
    small = Image.fromarray(field).resize((LETTER, LETTER), Image.Resampling.BOX, box=(1, 1, 27, 27))
    ink = np.asarray(small, dtype=float)
    return np.where(ink > ink.max() / 2, 1.0, -1.0)


def _letter_from_text(path: Path) -> np.ndarray:
    if path.is_file() and path.stat().st_size > SMALL_TEXT:
        raise ValueError(f"{path}: {path.stat().st_size:,} bytes are no letter of {LETTER} lines")
    try:
        lines = path.read_text(encoding="utf-8").split()
    except UnicodeDecodeError:
        raise ValueError(f"{path}: not a text; draw the letter with # and .") from None
    signs = set("".join(lines))
    if signs - set("#."):
        other = sorted(signs - set("#."))[0]
        raise ValueError(f"{path}: {other!r} is no pixel; draw the letter with # (ink) and . (paper)")
    if len(lines) != LETTER or {len(line) for line in lines} != {LETTER}:
        widths = f"{min(map(len, lines))} to {max(map(len, lines))}" if lines else "no"
        raise ValueError(
            f"{path}: {LETTER} lines of {LETTER} signs are needed, not {len(lines)} of {widths} signs"
        )
    return np.array([[1.0 if sign == "#" else -1.0 for sign in line] for line in lines])
