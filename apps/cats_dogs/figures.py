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
    augmentation: Augmentation | None,
) -> None:
    """Save what is drawn of a trained photo classifier beside its curves, confusion matrix and mistakes.

    Args:
        run: where the figures are saved.
        model: the best epoch's: layers that prepare the photos, then the classifier.
        data: the photos.
        probabilities: of the test photos, ``(n, classes)``.
        augmentation: how training photos are varied; None draws nothing of it.
    """
    import keras

    network = classifier_of(model)
    title = f"{network.name} trained on {data.name} ({len(data.y_train):,} photos)"
    if augmentation is not None:
        run.save_figure("augmentation", augmented(np.asarray(data.x_train[0]), augmentation, run.seed, title))
    run.save_figure("grad_cam", _grad_cam(model, data, probabilities, title))

    # Filters, maps and patches are those of the classifier's own convolutions, or of the base inside it.
    photos = prepared(model, data.x_validation[:PHOTOS_SEARCHED])
    base = next((layer for layer in network.layers if isinstance(layer, keras.Model)), None)
    if base is not None:
        photos = explain.layer_outputs(network, photos, ["prepared"])["prepared"]
        network = base
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    kernel = keras.ops.convert_to_numpy(convolutions[0].kernel)
    dead = _dead_filters(network, convolutions[0], photos)
    run.save_figure("filters", plots.filters(kernel, dead=dead, title=title))
    names = first_middle_last(layers_to_show(network))
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


def first_middle_last(names: list[str]) -> list[str]:
    """Three of many layers, or as many as there are."""
    return list(dict.fromkeys([*names[:1], *names[len(names) // 2 :][:1], *names[-1:]]))


def augmented(photo: np.ndarray, augmentation: Augmentation, seed: int, title: str) -> "Figure":
    """One photo, and eleven augmented versions of it, with a dashed line where the photo itself ends.

    Args:
        photo: (height, width, 3), 0 to 255.
        augmentation: how far it is varied.
        seed: of the eleven.
        title: the figure's first line.
    """
    import keras

    from keras_course.augmentation.random_affine import affine_matrices, affine_warp

    height, width = photo.shape[:2]
    numbers = keras.random.uniform((7, 11), -1.0, 1.0, seed=seed)
    matrices = affine_matrices(numbers, augmentation, height, width)
    copies = np.repeat(photo[None], 11, axis=0)
    versions = keras.ops.convert_to_numpy(affine_warp(copies, matrices, augmentation.fill))
    inside = keras.ops.convert_to_numpy(affine_warp(np.ones_like(copies), matrices, "constant"))
    outlines = [_outline(one, height, width) for one in keras.ops.convert_to_numpy(matrices)]
    filled = {"reflect": "the photo mirrored", "nearest": "its edge repeated", "constant": "black"}
    summary = (
        f"one training photo and 11 random versions of it; {1 - inside.mean():.0%} of these lies beyond the photo's "
        f"edge (dashed)\nand is {filled[augmentation.fill]} (--fill {augmentation.fill})"
    )
    if augmentation.fill == "reflect":
        summary += ": what is near the edge may be seen twice"
    texts = ["original", *(f"version {number}" for number in range(1, 12))]
    return plots.pictures([photo, *versions], texts, outlines=[None, *outlines], title=title, summary=summary)


def _outline(matrix: np.ndarray, height: int, width: int) -> np.ndarray:
    """Where the photo's corners lie in a version, (4, 2) in pixels; the matrix leads from the version to the photo."""
    x, y = width / 2, height / 2
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    centre = np.array([x - 0.5, y - 0.5])
    placed: np.ndarray = np.linalg.solve(matrix[:, :2], (corners - matrix[:, 2]).T).T + centre
    return placed


def _dead_filters(network: "keras.Model", convolution: "keras.layers.Layer", photos: np.ndarray) -> list[int]:
    """The filters of a convolution with ReLU that are 0 on all these photos."""
    import keras

    if convolution.activation is not keras.activations.relu:
        return []
    every = list(range(convolution.filters))
    found = explain.maximally_activating_patches(network, photos, convolution.name, every, count=1)
    return [index for index, patches in found.items() if not len(patches)]


def _grad_cam(model: "keras.Sequential", data: Photos, probabilities: np.ndarray, title: str) -> "Figure":
    """The two most confident correct and wrong predictions (or four of one kind), and what leads to them."""
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    most_confident = np.argsort(-confidence, kind="stable")
    correct = predicted[most_confident] == data.y_test[most_confident]
    right, wrong = most_confident[correct], most_confident[~correct]
    chosen = np.concatenate([right[: 4 - len(wrong[:2])], wrong[: 4 - len(right[:2])]])
    photos = np.asarray(data.x_test[chosen])
    heat = explain.grad_cam(classifier_of(model), prepared(model, photos), predicted[chosen])
    texts = [
        f"{data.labels[predicted[i]]} ({percent(confidence[i])})\n"
        + ("right" if predicted[i] == data.y_test[i] else f"WRONG: true {data.labels[data.y_test[i]]}")
        for i in chosen
    ]
    share = np.median((heat >= 0.5).mean(axis=(1, 2)))
    summary = (
        f"Grad-CAM: what speaks for the predicted class (probability in brackets), most confident predictions first\n"
        f"at least half of the largest value on {share:.0%} of the photo (median of these {len(chosen)})"
    )
    meaning = "evidence for the predicted class\n(1: largest in the photo)"
    return plots.heat_maps(list(photos), list(heat), texts, meaning=meaning, title=title, summary=summary)


def percent(probability: float) -> str:
    """``98 %``; ``> 99 %`` for what rounds to 100 and is less."""
    return "> 99 %" if 0.995 <= probability < 1 else f"{100 * probability:.0f} %"


def _patches(
    network: "keras.Model", inputs: np.ndarray, photos: np.ndarray, names: list[str], title: str
) -> "Figure | None":
    """The four maximally activating patches of four filters of each layer.

    Layers are omitted whose receptive field is larger than the photo or unknown; None if that is all of them.
    """
    sides = {}
    for name in names:
        try:
            sides[name], _, _ = explain.receptive_field(network, name)
        except UserError as error:
            print(f"no patches of {name} in the figure: {error}")
    found = {
        name: explain.maximally_activating_patches(network, inputs, name, 4, count=4, shown=photos)
        for name, side in sides.items()
        if np.all(np.less_equal(side, photos.shape[1:3]))
    }
    summary = (
        "the 4 patches that activate each filter most, from 4 different photos, strongest first\n"
        "(of each layer the 4 filters whose highest activation varies most from photo to photo)"
    )
    return plots.patches(found, title=title, summary=summary) if found else None
