"""Where a network sees a class in a picture: Grad-CAM, and occlusion."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain, plots
from keras_course.evaluation.classification import class_probabilities

from . import Config
from .subjects import Pictures, Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def predictions(subject: Subject, pixels: np.ndarray) -> np.ndarray:
    """The probability of every class for each picture."""
    import keras

    outputs = subject.network(subject.prepare(pixels), training=False)
    return class_probabilities(np.asarray(keras.ops.convert_to_numpy(outputs), "float32"))


def grad_cam(subject: Subject, pictures: Pictures) -> "tuple[Figure, list[dict[str, Any]]]":
    """Draw what speaks for the predicted class; return the figure, and how much of the picture that is."""
    probabilities = predictions(subject, pictures.explained)
    predicted = probabilities.argmax(axis=1).tolist()
    heat = explain.grad_cam(subject.network, subject.prepare(pictures.explained), predicted)
    parts = (heat >= 0.5).mean(axis=(1, 2))
    median = _percent(np.median(parts))
    texts = [
        f"{text}\n{'' if one.any() else 'no evidence above 0'}"
        for text, one in zip(_texts(subject, pictures, probabilities), heat, strict=True)
    ]
    figure = plots.heat_maps(
        list(pictures.explained), list(heat), texts,
        meaning="evidence for the predicted class\n(1: largest in the picture)",
        title=f"Grad-CAM: {subject.name} finds most evidence for its class in {median} of the picture",
        summary="(at least half of the largest value; median of these pictures)",
    )  # fmt: skip
    rows = [
        {"picture": text, "label": subject.labels[label], "part": float(part)}
        for text, label, part in zip(pictures.texts, predicted, parts, strict=True)
    ]
    return figure, rows


def occlusion(config: Config, subject: Subject, pictures: Pictures) -> "tuple[Figure, list[dict[str, Any]]]":
    """Draw the predicted class's probability for each place of a grey square; return the figure, and the lowest."""
    probabilities = predictions(subject, pictures.explained)
    predicted = probabilities.argmax(axis=1)
    side = max(1, round(config.square * min(pictures.explained.shape[1:3])))
    stride = max(1, round(0.4 * side))
    maps = [
        explain.occlusion_map(subject.network, x, int(label), side=side, stride=stride)
        for x, label in zip(subject.prepare(pictures.explained), predicted, strict=True)
    ]
    lowest = [float(one.min()) for one in maps]
    texts = [
        f"{text}\nlowest with the square: {_percent(low)}"
        for text, low in zip(_texts(subject, pictures, probabilities), lowest, strict=True)
    ]
    lost = sum(low < 1 / 2 for low in lowest)
    where = (
        f"from {lost} of {len(maps)} pictures" if len(maps) > 1 else "at some place" if lost else "nowhere"
    )
    figure = plots.heat_maps(
        list(pictures.explained), maps, texts,
        meaning="probability of the predicted class\nwhile the square is centred there",
        title=f"Occlusion: a grey square of {side}x{side} pixels takes the prediction away {where}",
        summary="(a probability below 50 %); dark: the network needs what lies there",
    )  # fmt: skip
    rows = [
        {"picture": text, "label": subject.labels[label], "probability": float(row[label]), "lowest": low}
        for text, label, row, low in zip(pictures.texts, predicted, probabilities, lowest, strict=True)
    ]
    for row in rows:
        print(
            f"{row['picture']}: {row['label']} {_percent(row['probability'])}, and with a part hidden down to "
            f"{_percent(row['lowest'])}"
        )
    return figure, rows


def _texts(subject: Subject, pictures: Pictures, probabilities: np.ndarray) -> list[str]:
    return [
        f"{text}\npredicted: {subject.labels[row.argmax()]} ({_percent(row.max())})"
        for text, row in zip(pictures.texts, probabilities, strict=True)
    ]


def _percent(probability: float) -> str:
    from ..cats_dogs.figures import percent

    return percent(probability)
