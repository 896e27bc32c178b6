"""Data augmentation: photos varied at random in training, and test-time augmentation.

- ``Augmentation``: how far a photo may be varied; a description that works without Keras. ``DIGITS``: one for digits.
- ``RandomAffine``, ``RandomColor``, ``BatchMixup``, ``BatchCutMix`` (with their loss, ``MixedLoss``): layers, active in
  training only.
- ``HorizontalFlipAverage``: a layer for test-time augmentation.
- ``image_data_generator``: the slides' ``ImageDataGenerator``, which only TensorFlow has.

Files: ``settings``, ``random_affine``, ``random_color``, ``mixup``, ``cutmix``, ``test_time``, ``generator``, and
``earlier_names`` for models that were saved under them.

``import keras_course.augmentation`` does not import Keras: the layers are imported when they are first asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

from keras_course.augmentation.settings import DIGITS, Augmentation

if TYPE_CHECKING:
    from keras_course.augmentation.cutmix import BatchCutMix
    from keras_course.augmentation.generator import image_data_generator
    from keras_course.augmentation.mixup import BatchMixup, MixedLoss
    from keras_course.augmentation.random_affine import RandomAffine
    from keras_course.augmentation.random_color import RandomColor
    from keras_course.augmentation.test_time import HorizontalFlipAverage

__all__ = [
    "DIGITS",
    "Augmentation",
    "BatchCutMix",
    "BatchMixup",
    "HorizontalFlipAverage",
    "MixedLoss",
    "RandomAffine",
    "RandomColor",
    "image_data_generator",
]

_MODULES = {
    "BatchCutMix": "cutmix",
    "BatchMixup": "mixup",
    "HorizontalFlipAverage": "test_time",
    "MixedLoss": "mixup",
    "RandomAffine": "random_affine",
    "RandomColor": "random_color",
    "image_data_generator": "generator",
}


def __getattr__(name: str) -> Any:
    """Import a layer when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
