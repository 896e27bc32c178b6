"""Pictures of any kind, in their own shape and colours."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np

from keras_course.datasets import heic
from keras_course.datasets.dataset import check_integer
from keras_course.errors import UserError

LARGEST = 1024  # pixels of a side: larger pictures are reduced before they are looked at


def scikit_learn_photo(name: str = "china.jpg") -> Path:
    """The path of a photo that comes with scikit-learn, found without importing it.

    Args:
        name: ``china.jpg`` (CC BY 2.0, by danielbuechele, flickr) or ``flower.jpg``.

    Raises:
        UserError: scikit-learn or the photo is not installed.
    """
    package = importlib.util.find_spec("sklearn")
    folders = package.submodule_search_locations if package else None
    path = Path(folders[0], "datasets", "images", name) if folders else Path(name)
    if not path.is_file():
        raise UserError(f"scikit-learn's photo {name} is not installed here: give a picture file of your own")
    return path


def read_picture(path: Path, longest: int) -> np.ndarray:
    """Read a picture in colour, upright, in its own shape, reduced if it is larger than wanted.

    Args:
        path: a picture in any format that Pillow reads.
        longest: how many pixels its longer side may have.

    Returns:
        (height, width, 3) uint8.

    Raises:
        OSError: the file is missing, a folder, or may not be read.
        UserError: it is not a picture, broken or too large; one line that names it.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    from keras_course.datasets.photo_files import rgb

    check_integer("longest", longest, 1)
    heic.prepare(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow thinks of odd metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as photo:
                photo.draft("RGB", (2 * longest, 2 * longest))  # JPEG: decoded no larger than needed
                upright = rgb(ImageOps.exif_transpose(photo))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise UserError(
                f"{path}: more than {Image.MAX_IMAGE_PIXELS:,} pixels; reduce the picture first"
            ) from None
        except UnidentifiedImageError:
            reason = "not a picture" if path.stat().st_size else "an empty file"
            raise UserError(f"{path}: {reason}; use PNG or JPEG") from None
        except Exception as error:  # each of Pillow's decoders breaks in its own way
            raise UserError(f"{path}: the picture is broken or cut off ({error})") from None
    if max(upright.size) > longest:
        upright.thumbnail((longest, longest), Image.Resampling.BOX)
    return np.asarray(upright)


def read_grey(path: Path, height: int, width: int) -> np.ndarray:
    """Read a picture as shades of grey, resized to what a network takes and not changed otherwise.

    Args:
        path: a picture in any format that Pillow reads.
        height: in pixels; a picture of another shape is squashed, as the slides' ``target_size`` does.
        width: in pixels.

    Returns:
        (height, width) uint8, 0 black to 255 white.

    Raises:
        OSError, UserError: as :func:`read_picture`.
    """
    from PIL import Image

    picture = Image.fromarray(read_picture(path, LARGEST)).convert("L")
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BOX)
    return np.asarray(picture)
