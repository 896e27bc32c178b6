"""The slides' augmentation: ``ImageDataGenerator``, which only TensorFlow has.

Keras 3 keeps it among its legacy code, without a public name; this is the only file that knows where.
"""

from typing import Any

import keras

from keras_course.augmentation.settings import Augmentation
from keras_course.errors import UserError


def image_data_generator(augmentation: Augmentation, **more: Any) -> Any:
    """Return an ``ImageDataGenerator`` that varies photos as :class:`~keras_course.augmentation.RandomAffine` does.

    Slide: deck 3, "Data Augmentation"; deck 2, "Data augmentation"

    Args:
        augmentation: how far photos are varied; the table in ``keras_course.augmentation.settings`` has
            ImageDataGenerator's names and units.
        more: further arguments of ImageDataGenerator, such as ``rescale``.

    Raises:
        UserError: on a backend other than TensorFlow, or on several devices.
    """
    if keras.backend.backend() != "tensorflow":
        raise UserError(
            f"ImageDataGenerator needs the TensorFlow backend, not {keras.backend.backend()}: use RandomAffine"
        )
    import tensorflow as tf

    if tf.distribute.has_strategy():
        raise UserError(
            "ImageDataGenerator cannot feed several devices: it yields whole batches; use RandomAffine"
        )
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator(
        rotation_range=augmentation.rotation,
        # Keras 3.15 shifts along the width by what is called height, and the other way round.
        height_shift_range=augmentation.width_shift,
        width_shift_range=augmentation.height_shift,
        shear_range=augmentation.shear,
        zoom_range=augmentation.zoom,
        horizontal_flip=augmentation.horizontal_flip,
        fill_mode=augmentation.fill,
        **more,
    )
