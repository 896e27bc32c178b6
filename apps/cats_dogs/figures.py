"""The figures of apps.cats_dogs: what the network saw, what it learnt, and what it looks at."""

from typing import Any

import numpy as np

PHOTOS_SEARCHED = 500  # for the patches that excite a filter most


def save(run: Any, model: Any, data: Any, probabilities: np.ndarray, augmentation: Any) -> None:
    """Save the figures of one trained photo classifier.

    Args:
        run: where they go.
        model: the best epoch's: layers that prepare the photos, then the classifier.
        data: the photos.
        probabilities: of the test photos, ``(n, classes)``.
        augmentation: how the training photos are varied.
    """
    import keras

    from keras_course import explain, plots
    from keras_course.evaluation import classification

    title = f"{run.app} on {data.name}"
    said = probabilities.argmax(axis=1)
    matrix = classification.confusion_matrix(data.y_test, said, len(data.labels))
    run.save_figure("confusion", plots.confusion(matrix, data.labels, title=title))
    run.save_figure(
        "mistakes", plots.mistakes(data.x_test, data.y_test, probabilities, data.labels, title=title)
    )
    run.save_figure("augmentation", _augmented(np.asarray(data.x_train[0]), augmentation, run.seed, title))
    run.save_figure("grad_cam", _grad_cam(model, data, probabilities, title))

    # What the layers do is drawn for the convolutions: the classifier's own, or those of the base inside it.
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


def classifier_of(model: Any) -> Any:
    """The network that is the model's last layer, or inside it where it is asked twice."""
    return getattr(model.layers[-1], "layer", model.layers[-1])


def prepared(model: Any, photos: np.ndarray) -> np.ndarray:
    """Photos as the classifier, the model's last layer, takes them."""
    import keras

    values = np.asarray(photos, dtype="float32")
    for layer in model.layers[:-1]:
        values = layer(values)
    return keras.ops.convert_to_numpy(keras.ops.cast(values, "float32"))


def layers_to_show(network: Any, count: int = 6) -> list[str]:
    """The slides' convolutions and poolings, a residual network's stages; of another network the last layer of each
    map size.
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


def _augmented(photo: np.ndarray, augmentation: Any, seed: int, title: str) -> Any:
    """One photo, and seventeen variants of it."""
    import keras

    from keras_course import plots
    from keras_course.layers import RandomAffine

    copies = np.repeat(photo[None], 17, axis=0)
    varied = keras.ops.convert_to_numpy(
        RandomAffine(augmentation, seed=seed, dtype="float32")(copies, training=True)
    )
    texts = ["the photo", *(f"variant {number}" for number in range(1, 18))]
    summary = "one training photo, and what augmentation makes of it"
    return plots.pictures([photo, *varied], texts, title=title, summary=summary)


def _grad_cam(model: Any, data: Any, probabilities: np.ndarray, title: str) -> Any:
    """Six right and six wrong answers, the surest of each, and what speaks for the class that was said."""
    from keras_course import explain, plots

    said, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    surest = np.argsort(-sure, kind="stable")
    is_right = said[surest] == data.y_test[surest]
    chosen = np.concatenate([surest[is_right][:6], surest[~is_right][:6]])
    photos = np.asarray(data.x_test[chosen])
    heat = explain.grad_cam(classifier_of(model), prepared(model, photos), said[chosen])
    texts = [
        f"{'right' if said[i] == data.y_test[i] else 'WRONG'}: says {data.labels[said[i]]}\n({sure[i]:.0%} sure)"
        for i in chosen
    ]
    summary = "Grad-CAM: red is what speaks for the class that it says"
    return plots.pictures(list(photos), texts, heat=list(heat), title=title, summary=summary)


def _patches(network: Any, inputs: np.ndarray, photos: np.ndarray, names: list[str], title: str) -> Any:
    """For eight filters each of an early, a middle and a late layer: the patches that excite them most.

    Layers that see more than the photo, or whose receptive field cannot be told, are left out; None if all are.
    """
    from keras_course import explain, plots

    fields = {}
    for name in names:
        try:
            fields[name], _, _ = explain.receptive_field(network, name)
        except ValueError as error:
            print(f"no patches of {name} in the figure: {error}")
    names = [name for name, side in fields.items() if side <= photos.shape[1]]
    found = {}
    for name in dict.fromkeys([*names[:1], *names[len(names) // 2 :][:1], *names[-1:]]):
        found[name] = explain.maximally_activating_patches(network, inputs, name, 8, shown=photos)
    return plots.patches(found, title=title) if found else None
