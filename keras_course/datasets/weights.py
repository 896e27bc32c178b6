"""ImageNet weights of ``keras.applications``, kept in the data folder for a class without a network.

Keras itself says which file a network needs, where it lies and what its checksum is.
"""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from keras_course.datasets.download import fetch, is_there
from keras_course.datasets.paths import check_folder
from keras_course.errors import UserError

FOLDER = "weights"  # in the data folder
NETWORKS = (
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "VGG19",
    "Xception",
)
PHOTO = (150, 150, 3)  # of apps.cats_dogs; some networks have other weights for other sizes


@dataclass(frozen=True)
class Asked:
    """The file of weights that Keras asks for."""

    file: str
    url: str
    checksum: str | None
    """md5 or sha256, as Keras has it; None where it has none."""

    def check(self, path: Path) -> None:
        """Raise UserError unless the file has Keras' checksum, or, where Keras has none, is an HDF5 file.

        Raises:
            OSError: it cannot be read.
        """
        content = path.read_bytes()
        if not content.startswith(b"\x89HDF"):
            raise UserError(f"{path}: not a file of weights; move it away and it is downloaded anew")
        if self.checksum is not None:
            kind = "md5" if len(self.checksum) == 32 else "sha256"
            if (found := hashlib.new(kind, content).hexdigest()) != self.checksum:
                raise UserError(f"{path}: not Keras' weights, its {kind} is {found} and not {self.checksum}")


@dataclass(frozen=True)
class Weights:
    """The weights of one network, with the attributes and the method of a ``download.Source``."""

    name: str
    """As in ``keras.applications``."""
    terms: str = "Keras' own download, Apache 2.0 (VGG's: CC BY 4.0); trained on ImageNet: image-net.org"
    path: str = FOLDER

    @property
    def summary(self) -> str:
        """Terms, on one line."""
        return f"ImageNet weights   {self.terms}"

    def obtain(self, data_dir: Path) -> str:
        """Download the weights that a photo of 150x150 needs, unless they exist, and check them.

        Returns:
            ``downloaded`` or ``present``.

        Raises:
            OSError, UserError: as ``download.fetch``, or the file that exists is not the right one.
        """
        check_folder(data_dir)
        asked = asked_for(self.name)
        path = data_dir / FOLDER / asked.file
        exists = is_there(path)
        if not exists:
            sha256 = asked.checksum if asked.checksum and len(asked.checksum) == 64 else None
            fetch(asked.url, path, sha256=sha256, replace=False)
        try:
            asked.check(path)
        except UserError:
            if not exists:
                path.unlink()
            raise
        return "present" if exists else "downloaded"


def asked_for(name: str, input_shape: tuple[int, ...] | None = PHOTO, *, include_top: bool = False) -> Asked:
    """Ask Keras which file of weights a network needs, by default one without its last layer.

    Args:
        name: as in ``keras.applications``, in any case.
        input_shape: of the photos; MobileNet has other weights for other sizes. None: the network's own.
        include_top: with its last layer, of ImageNet's classes.

    Raises:
        UserError: there is no such network, or none for such photos.
    """
    import keras
    from keras.src.utils import file_utils

    known = {network.lower(): network for network in NETWORKS}
    if name.lower() not in known:
        raise UserError(f"no network {name!r} in keras.applications: choose one of {', '.join(NETWORKS)}")
    found: list[Asked] = []

    class EnoughError(Exception):
        """What there is to know is known: Keras need not go on."""

    def note(fname: str | None = None, origin: str = "", **more: Any) -> str:
        checksum = more.get("file_hash") or more.get("md5_hash")
        found.append(Asked(fname or PurePosixPath(urlsplit(origin).path).name, origin, checksum))
        raise EnoughError

    download = file_utils.get_file
    file_utils.get_file = note  # Keras has no other way to ask
    try:
        with warnings.catch_warnings():  # for 150x150 MobileNet takes the weights for 224x224, as it should
            warnings.simplefilter("ignore")
            getattr(keras.applications, known[name.lower()])(
                include_top=include_top, weights="imagenet", input_shape=input_shape
            )
    except EnoughError:
        pass
    except ValueError as error:
        raise UserError(f"{name} for photos of {input_shape}: {error}") from None
    finally:
        file_utils.get_file = download
    return found[0]


def kept(name: str, input_shape: tuple[int, ...], data_dir: Path) -> Path | None:
    """The file in the data folder with a network's weights, if it is there.

    Raises:
        UserError: there is no such network, or the file is not the right one.
    """
    if not any((data_dir / FOLDER).glob("*.h5")):
        return None
    asked = asked_for(name, input_shape)
    path = data_dir / FOLDER / asked.file
    if not path.is_file():
        return None
    asked.check(path)
    return path
