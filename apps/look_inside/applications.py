"""A network of keras.applications, with weights from the data folder, downloaded, or random."""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.datasets import weights
from keras_course.errors import UserError

from . import Config
from .subjects import Subject, no_such_weights

SIDE = 224  # pixels, of a network without its last layer


def load(config: Config, name: str) -> Subject:
    """Build the network with the weights that are asked for.

    Raises:
        UserError: they cannot be downloaded or read; one line that says what would do.
    """
    import keras

    constructor = getattr(keras.applications, name)
    home = sys.modules[constructor.__module__]  # it holds the network's preprocess_input
    without = ""
    if config.weights == "none":
        network = constructor(weights=None)
    elif config.weights != "imagenet":
        if not Path(config.weights).is_file():
            raise UserError(f"--weights {config.weights}: there is no such file; give one, imagenet or none")
        network = _built(constructor, config.weights)
    else:
        network, without = _imagenet(constructor, name, config.data_dir)

    def prepare(pixels: np.ndarray) -> np.ndarray:
        return np.asarray(home.preprocess_input(np.array(pixels, "float32")), "float32")

    labels = () if without else _labels(network.output_shape[-1])
    return Subject(name, "photo", network, prepare, labels, without)


def _imagenet(constructor: Any, name: str, data_dir: Path) -> tuple[Any, str]:
    """The network with the ImageNet weights, and why it has no classes: from the data folder, or else downloaded."""
    whole = weights.asked_for(name, None, include_top=True)
    path = data_dir / weights.FOLDER / whole.file
    if path.is_file():
        whole.check(path)
        return constructor(weights=os.fspath(path)), ""
    try:
        return constructor(weights="imagenet"), ""
    except Exception as error:  # Keras raises a bare Exception where it cannot download
        headless = weights.kept(name, (SIDE, SIDE, 3), data_dir)
        if headless is None:
            raise no_such_weights(name, _reason(error), whole, data_dir) from None
        print(f"the weights are those of {headless}, which has no last layer", flush=True)
    network = constructor(weights=os.fspath(headless), include_top=False, input_shape=(SIDE, SIDE, 3))
    return network, (
        f"no Grad-CAM, occlusion and sanity check: they need classes, and the last layer's weights ({whole.url}) could "
        "not be downloaded"
    )


def _built(constructor: Any, path: str) -> Any:
    try:
        return constructor(weights=path)
    except (OSError, ValueError) as error:
        raise UserError(f"--weights {path} do not fit {constructor.__name__}: {error}") from None


def _reason(error: Exception) -> str:
    """Keras' own words, without the address, which is told anyway."""
    return " ".join(str(error).split()).partition(" on http")[0][:120]


def _labels(count: int) -> tuple[str, ...]:
    """ImageNet's names where Keras has or can download them, else numbers."""
    from keras.applications import imagenet_utils

    try:
        ranked = imagenet_utils.decode_predictions(np.eye(count, dtype="float32"), top=1)
        return tuple(str(one[0][1]).replace("_", " ") for one in ranked)
    except Exception:  # no network, or other classes than ImageNet's
        return tuple(f"class {number}" for number in range(count))
