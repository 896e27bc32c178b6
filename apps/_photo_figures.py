"""The figures of apps.cats_dogs: what the network saw, what it learnt, and what it looks at."""

from typing import Any

import numpy as np


def save(run: Any, model: Any, data: Any, probabilities: np.ndarray, augmentation: Any) -> None:
    """Save the figures of one trained photo classifier.

    Args:
        run: where they go.
        model: the best epoch's; its last layer is the classifier, which takes values from 0 to 1.
        data: the photos.
        probabilities: of the test photos, ``(n, classes)``.
        augmentation: how the training photos were varied.
    """
    import keras

    from keras_course import explain, plots
    from keras_course.evaluation import classification
    from keras_course.layers import RandomAffine

    title = f"{run.app} on {data.name}"
    said = probabilities.argmax(axis=1)
    matrix = classification.confusion_matrix(data.y_test, said, len(data.labels))
    run.save_figure("confusion", plots.confusion(matrix, data.labels, title=title))
    run.save_figure(
        "mistakes", plots.mistakes(data.x_test, data.y_test, probabilities, data.labels, title=title)
    )

    photo = np.asarray(data.x_train[0])
    copies = np.repeat(photo[None], 17, axis=0)
    varied = keras.ops.convert_to_numpy(RandomAffine(augmentation, seed=run.seed)(copies, training=True))
    texts = ["the photo", *(f"variant {number}" for number in range(1, 18))]
    summary = "one training photo, and what augmentation makes of it"
    run.save_figure("augmentation", plots.pictures([photo, *varied], texts, title=title, summary=summary))

    # Six right and six wrong answers, the surest of each, and what speaks for the class that was said.
    classifier = model.layers[-1]
    sure = probabilities.max(axis=1)
    surest = np.argsort(-sure, kind="stable")
    is_right = said[surest] == data.y_test[surest]
    chosen = np.concatenate([surest[is_right][:6], surest[~is_right][:6]])
    photos = np.asarray(data.x_test[chosen])
    heat = explain.grad_cam(classifier, photos / 255, said[chosen])
    texts = [
        f"{'right' if said[i] == data.y_test[i] else 'WRONG'}: says {data.labels[said[i]]}\n({sure[i]:.0%} sure)"
        for i in chosen
    ]
    summary = "Grad-CAM: red is what speaks for the class that it says"
    run.save_figure("grad_cam", plots.pictures(photos, texts, heat=heat, title=title, summary=summary))

    convolutions = [layer for layer in classifier.layers if isinstance(layer, keras.layers.Conv2D)]
    kernel = keras.ops.convert_to_numpy(convolutions[0].kernel)
    run.save_figure("filters", plots.filters(kernel, title=title))
    names = [layer.name for layer in classifier.layers if len(layer.output.shape) == 4 and _shows(layer)][:6]
    maps = explain.layer_outputs(classifier, photos[:1] / 255, names)
    shown = {name: np.maximum(found[0], 0) for name, found in maps.items()}
    run.save_figure("feature_maps", plots.feature_maps(photos[0], shown, title=title))


def _shows(layer: Any) -> bool:
    """Layers worth a row of maps: the slides' convolutions and poolings, a residual network's stages."""
    return layer.name.startswith(("convolution", "pooling")) or layer.name.endswith("_add")
