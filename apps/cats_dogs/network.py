"""The model of apps.cats_dogs, from raw pixels to probabilities, and its loss."""

from typing import TYPE_CHECKING, Any

from keras_course.datasets.photos import Photos

if TYPE_CHECKING:
    import keras


def build(config: Any, data: Photos) -> "keras.Sequential":
    """The whole model: it takes raw pixels, and varies them in training only.

    Args:
        config: the app's settings, completed by their recipe.
        data: the photos; their size and number of classes are the network's.
    """
    import keras

    from keras_course import augmentation, models
    from keras_course.datasets.weights import kept

    shape = data.x_train.shape[1:]
    parts = [keras.Input(shape)]
    if config.augment == "affine":
        parts.append(augmentation.RandomAffine(config.augmentation))
    if config.color:
        parts.append(augmentation.RandomColor(config.color))
    if config.mixup:
        parts.append(augmentation.BatchMixup(config.mixup, name="mixup"))
    if config.cutmix:
        parts.append(augmentation.BatchCutMix(config.cutmix, name="cutmix"))
    knobs = {"l2": config.l2, "dropout": config.dropout}
    knobs |= {
        name: value for name in ("filters", "blocks_a_stage") if (value := getattr(config, name)) is not None
    }
    if config.model in ("slides", "modern"):
        builder = models.slides_sequential if config.model == "slides" else models.modern
        parts.append(keras.layers.Rescaling(1 / 255, name="to_0_1"))
        classifier = builder(shape, len(data.labels), **knobs)
    else:  # its own preprocessing is inside
        weights: str | None = None if config.weights == "none" else config.weights
        if weights == "imagenet":
            weights = str(kept(config.model, shape, config.run.data_dir) or "imagenet")
        classifier = models.transfer(
            shape, len(data.labels), config.model, weights, config.fine_tune, **knobs
        )
    parts.append(augmentation.HorizontalFlipAverage(classifier) if config.mirror else classifier)
    return keras.Sequential(parts, name="cats_dogs")


def with_other_look(model: "keras.Sequential") -> "keras.Sequential":
    """The same layers, predicting in the other way: once in place of the average over the mirror image, or averaged.

    Args:
        model: of :func:`build`, compiled; the other one has its loss and metrics.
    """
    import keras

    from keras_course import augmentation

    *before, last = model.layers
    inside = getattr(last, "layer", None)
    last = augmentation.HorizontalFlipAverage(last) if inside is None else inside
    other = keras.Sequential([keras.Input(model.input_shape[1:]), *before, last], name=model.name)
    other.compile_from_config({**model.get_compile_config(), "optimizer": "sgd"})
    return other


def classifier_of(model: "keras.Sequential") -> "keras.Model":
    """The network that is the model's last layer, or inside it where it predicts twice."""
    return getattr(model.layers[-1], "layer", model.layers[-1])


def loss_for(num_classes: int, label_smoothing: float) -> "keras.losses.Loss":
    """Cross entropy of one probability (two classes) or of several, with label smoothing.

    Args:
        num_classes: two or more.
        label_smoothing: the fraction of each label's probability that is divided among all classes.
    """
    import keras

    from keras_course import losses

    if num_classes == 2:
        return keras.losses.BinaryCrossentropy(label_smoothing=label_smoothing)
    return losses.SmoothedCrossEntropy(label_smoothing)
