"""The weights of ``keras.applications`` for this course's builders of the same networks."""

from typing import Any

import keras

from keras_course.errors import UserError

# This course's stage and layer, and Keras' name of the same.
VGG_NAMES = {"full_connection_1": "fc1", "full_connection_2": "fc2", "predictions": "predictions"}


def copy_weights(model: keras.Model, source: keras.Model) -> keras.Model:
    """Give a VGG or ResNet of this course the weights of the same network of ``keras.applications``; return it.

    The convolutions of Keras' ResNets have biases, which the paper's have not: batch normalization subtracts the mean
    right after them, so that each bias is folded into that mean.

    Args:
        model: of :func:`~keras_course.models.vgg16`, ``vgg19``, ``resnet50``, ``resnet101`` or ``resnet152``, for the
            same input shape and number of classes.
        source: such as ``keras.applications.VGG16()``, which downloads its weights.

    Raises:
        UserError: if a layer has no counterpart, or another shape.

    Example:
        >>> import keras
        >>> from keras_course.models import vgg16
        >>> source = keras.applications.VGG16(weights=None, input_shape=(32, 32, 3), classes=10)
        >>> model = copy_weights(vgg16((32, 32, 3), 10), source)
    """
    theirs = {layer.name: layer for layer in source.layers}
    pairs: list[tuple[Any, list[Any]]] = []
    biases: dict[str, Any] = {}
    for layer in model.layers:
        if not layer.weights:
            continue
        other = theirs.get(_name(layer.name))
        values = other.get_weights() if other is not None else []
        if isinstance(layer, keras.layers.Conv2D) and not layer.use_bias and len(values) == 2:
            biases[layer.name.removeprefix("convolution_")] = values.pop()
        if isinstance(layer, keras.layers.BatchNormalization) and len(values) == 4:
            values[2] = values[2] - biases.pop(layer.name.removeprefix("normalization_"), 0.0)
        if [value.shape for value in values] != [tuple(weight.shape) for weight in layer.weights]:
            raise UserError(
                f"{layer.name} of {model.name} has weights {[tuple(weight.shape) for weight in layer.weights]}, and "
                f"{source.name} has {[value.shape for value in values]} for it: give the same network, for the same "
                "input shape and number of classes"
            )
        pairs.append((layer, values))
    for layer, values in pairs:
        layer.set_weights(values)
    return model


def _name(ours: str) -> str:
    """Keras' name of a layer: ``convolution_2_1 -> block2_conv1``, ``..._stage_3_block_2_1 -> conv3_block2_1_conv``."""
    if ours in VGG_NAMES:
        return VGG_NAMES[ours]
    kind, _, place = ours.partition("_")
    short = {"convolution": "conv", "normalization": "bn"}.get(kind, kind)
    parts = place.split("_")
    if parts[0] == "stage":  # stage_3_block_2_1, or stage_3_block_2_shortcut
        number = "0" if parts[4] == "shortcut" else parts[4]
        return f"conv{parts[1]}_block{parts[3]}_{number}_{short}"
    if len(parts) == 1:
        return f"conv{place}_{short}"
    return f"block{parts[0]}_{short}{parts[1]}"
