"""A model for serving: without the layers that augment in training."""

import os
from typing import Any

from keras_course.errors import UserError
from keras_course.saving.files import PathLike


def export(model: Any, folder: PathLike) -> None:
    """Export a model for serving, as a TensorFlow SavedModel, without its augmentation layers.

    Keras would export its own augmentation layers such that they augment in serving too.

    Args:
        model: any Sequential or functional Keras model.
        folder: where to put the SavedModel.

    Raises:
        UserError: the backend is not TensorFlow, the only one that can write a SavedModel here.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise UserError("a SavedModel is written by the TensorFlow backend: unset KERAS_BACKEND")
    without_augmentation(model).export(os.fspath(folder), format="tf_saved_model", verbose=False)


def without_augmentation(model: Any) -> Any:
    """Return a copy of the model with the same weights, in which augmentation layers only turn pixels into floats.

    Those are Keras' random layers for images (``RandomFlip``, ``RandAugment``, ``MixUp``, ...), also within a
    ``Pipeline``, a wrapper or a nested model, and every layer with the attribute ``augments = True``, as this
    package's have. Layers that prepare images (``Resizing``, ``CenterCrop``, ``AutoContrast``, ...) stay.

    Args:
        model: any Sequential or functional Keras model.
    """
    import keras

    # BaseImagePreprocessingLayer, which has no public name
    (image_layer,) = keras.layers.CenterCrop.__bases__

    def augments(layer: Any) -> bool:
        random = any(isinstance(value, keras.random.SeedGenerator) for value in vars(layer).values())
        return getattr(layer, "augments", False) or (isinstance(layer, image_layer) and random)

    def copy(layer: Any) -> Any:
        if augments(layer):
            # not Identity, which would pass on bytes: the next layer expects floats
            return keras.layers.Rescaling(1.0, name=layer.name, dtype=layer.dtype_policy)
        if isinstance(layer, keras.Sequential):
            return keras.models.clone_model(layer, clone_function=copy)
        if isinstance(layer, keras.Model):
            return keras.models.clone_model(layer, clone_function=copy, call_function=call)
        if isinstance(layer, keras.layers.Pipeline):
            return keras.layers.Pipeline([copy(one) for one in layer.layers], name=layer.name)
        config = layer.get_config()
        if isinstance(layer, keras.layers.Wrapper):
            config["layer"] = keras.saving.serialize_keras_object(copy(layer.layer))
        return type(layer).from_config(config)

    def call(layer: Any, *inputs: Any, **arguments: Any) -> Any:
        if isinstance(layer, keras.layers.Rescaling):
            arguments.pop("training", None)  # where an augmentation layer was called with it
        return layer(*inputs, **arguments)

    twin = copy(model)
    twin.set_weights(model.get_weights())
    return twin
