"""The figures of apps.cats_dogs: what the network sees in training, what it has learnt, and where it looks."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course import explain, plots
from keras_course.augmentation import Augmentation
from keras_course.datasets.photos import Photos
from keras_course.errors import UserError
from keras_course.experiment.run import Run

from .network import classifier_of

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

PHOTOS_SEARCHED = 500  # for the maximally activating patches


def save(
    run: Run,
    model: "keras.Sequential",
    data: Photos,
    probabilities: np.ndarray,
    augmentation: Augmentation,
) -> None:
    """Save what is drawn of a trained photo classifier beside its curves, confusion matrix and mistakes.

    Args:
        run: where the figures are saved.
        model: the best epoch's: layers that prepare the photos, then the classifier.
        data: the photos.
        probabilities: of the test photos, ``(n, classes)``.
        augmentation: how training photos are varied.
    """
    import keras

    title = f"{run.app} on {data.name}"
    run.save_figure("augmentation", _augmented(np.asarray(data.x_train[0]), augmentation, run.seed, title))
    run.save_figure("grad_cam", _grad_cam(model, data, probabilities, title))

    # Filters, maps and patches are those of the classifier's own convolutions, or of the base inside it.
    network = classifier_of(model)
    photos = prepared(model, data.x_validation[:PHOTOS_SEARCHED])
    base = next((layer for layer in network.layers if isinstance(layer, keras.Model)), None)
    if base is not None:
        photos = explain.layer_outputs(network, photos, ["prepared"])["prepared"]
        network = base
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    kernel = keras.ops.convert_to_numpy(convolutions[0].kernel)
    run.save_figure("filters", plots.filters(kernel, title=title))
    names = layers_to_show(network)
    maps = explain.layer_outputs(network, photos[:1], names)
    shown = {name: np.maximum(found[0], 0) for name, found in maps.items()}
    run.save_figure("feature_maps", plots.feature_maps(data.x_validation[0], shown, title=title))
    patches = _patches(network, photos, data.x_validation[:PHOTOS_SEARCHED], names, title)
    if patches is not None:
        run.save_figure("patches", patches)


def prepared(model: "keras.Sequential", photos: np.ndarray) -> np.ndarray:
    """Photos as the classifier, the model's last layer, takes them."""
    import keras

    values = np.asarray(photos, dtype="float32")
    for layer in model.layers[:-1]:
        values = layer(values)
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(values, "float32")))


def layers_to_show(network: "keras.Model", count: int = 6) -> list[str]:
    """The slides' convolutions and poolings, or a residual network's stages; else the last layer of each map size.

    Args:
        network: the classifier, or the base inside it.
        count: how many layers at most.
    """
    import keras

    with_maps = [
        layer
        for layer in network.layers[1:]
        if len(layer.output.shape) == 4 and not isinstance(layer, keras.layers.ZeroPadding2D)
    ]
    ours = [
        layer.name
        for layer in with_maps
        if layer.name.startswith(("convolution", "pooling")) or layer.name.endswith("_add")
    ]
    by_size = {layer.output.shape[1]: layer.name for layer in with_maps}
    return (ours or list(by_size.values()))[:count]


def _augmented(photo: np.ndarray, augmentation: Augmentation, seed: int, title: str) -> "Figure":
    """One photo, and seventeen augmented versions of it."""
    import keras

    from keras_course.augmentation import RandomAffine

    copies = np.repeat(photo[None], 17, axis=0)
    layer = RandomAffine(augmentation, seed=seed, dtype="float32")
    augmented = keras.ops.convert_to_numpy(layer(copies, training=True))
    texts = ["original", *(f"augmented {number}" for number in range(1, 18))]
    summary = "one training photo, and what augmentation makes of it"
    return plots.pictures([photo, *augmented], texts, title=title, summary=summary)


def _grad_cam(model: "keras.Sequential", data: Photos, probabilities: np.ndarray, title: str) -> "Figure":
    """Six correct and six wrong predictions, the most confident of each, and what in the photo leads to them."""
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    most_confident = np.argsort(-confidence, kind="stable")
    correct = predicted[most_confident] == data.y_test[most_confident]
    chosen = np.concatenate([most_confident[correct][:6], most_confident[~correct][:6]])
    photos = np.asarray(data.x_test[chosen])
    heat = explain.grad_cam(classifier_of(model), prepared(model, photos), predicted[chosen])
    texts = [
        f"{'correct' if predicted[i] == data.y_test[i] else 'WRONG'}: {data.labels[predicted[i]]}\n"
        f"({confidence[i]:.0%})"
        for i in chosen
    ]
    summary = "Grad-CAM: red is what speaks for the predicted class (probability in brackets)"
    return plots.pictures(list(photos), texts, heat=list(heat), title=title, summary=summary)


def _patches(
    network: "keras.Model", inputs: np.ndarray, photos: np.ndarray, names: list[str], title: str
) -> "Figure | None":
    """The maximally activating patches of eight filters each of an early, a middle and a late layer.

    Layers are omitted whose receptive field is larger than the photo or unknown; None if that is all of them.
    """
    fields = {}
    for name in names:
        try:
            fields[name], _, _ = explain.receptive_field(network, name)
        except UserError as error:
            print(f"no patches of {name} in the figure: {error}")
    names = [name for name, side in fields.items() if side <= photos.shape[1]]
    found = {}
    for name in dict.fromkeys([*names[:1], *names[len(names) // 2 :][:1], *names[-1:]]):
        found[name] = explain.maximally_activating_patches(network, inputs, name, 8, shown=photos)
    return plots.patches(found, title=title) if found else None
