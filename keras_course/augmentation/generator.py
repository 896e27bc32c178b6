"""The slides' way to vary photos: ``ImageDataGenerator``, which only TensorFlow has.

Keras 3 keeps it in its legacy corner, without a public name of its own; this is the one place that knows where.
"""

from typing import Any

import keras

from keras_course.augmentation import Augmentation


def image_data_generator(augmentation: Augmentation, **more: Any) -> Any:
    """Return an ``ImageDataGenerator`` that varies photos as ``layers.RandomAffine`` does.

    Slide: deck 3, "Data Augmentation"; deck 2, "Data augmentation"

    Args:
        augmentation: how far; see there for how ImageDataGenerator's arguments are named and measured.
        more: further arguments of ImageDataGenerator, such as ``rescale``.

    Raises:
        ValueError: on another backend than TensorFlow, or on several devices.
    """
    if keras.backend.backend() != "tensorflow":
        raise ValueError(
            f"ImageDataGenerator needs the TensorFlow backend, not {keras.backend.backend()}: use RandomAffine"
        )
    import tensorflow as tf

    if tf.distribute.has_strategy():
        raise ValueError(
            "ImageDataGenerator cannot feed several devices: it gives whole batches; use RandomAffine"
        )
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator(
        rotation_range=augmentation.rotation,
        # Keras moves along the width by what is called height, and the other way round.
        height_shift_range=augmentation.width_shift,
        width_shift_range=augmentation.height_shift,
        shear_range=augmentation.shear,
        zoom_range=augmentation.zoom,
        horizontal_flip=augmentation.horizontal_flip,
        fill_mode=augmentation.fill,
        **more,
    )
