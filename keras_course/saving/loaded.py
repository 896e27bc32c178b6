"""A run's model together with its card: it takes raw input, whatever kind that is."""

import dataclasses
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.saving.files import PathLike, load_model

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What a classifier predicts for one input.

    Args:
        file: the input as it was named (``""`` for an array).
        label: the most probable class, as text.
        probability: its probability.
        probabilities: of every class, by its label.
    """

    file: str
    label: str
    probability: float
    probabilities: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Loaded:
    """A model and its card.

    Args:
        model: plain Keras, ready for ``predict``; compile it before training on.
        card: what it expects and returns.
    """

    model: "keras.Model"
    card: dict[str, Any]

    def predict(self, inputs: Any) -> Any:
        """Predict on raw input: what an input is, the card's ``kind`` says.

        ==========  ==============================================================================
        ``digit``   a picture file of any size, or an array as the model was trained on, (28, 28)
        ``photo``   a photo's file of any size, or an array, (height, width, 3)
        ``prices``  a CSV file, or a ``datasets.prices.Prices``
        ``point``   text such as ``"0.5, -1"``, a CSV file with a row a point, or an array, (2,)
        ==========  ==============================================================================

        Args:
            inputs: one input, a list of them, or an array of several, with one axis more than one input has.

        Returns:
            A :class:`Prediction` (for prices a ``forecasting.Forecast``), or a list of them in the order of the inputs.

        Raises:
            UserError, OSError: an input cannot be read; one line that names it.
        """
        kind = self.card.get("kind")
        predict = {
            "digit": self._predict_pictures,
            "photo": self._predict_pictures,
            "prices": self._forecast,
            "point": self._predict_points,
        }.get(str(kind))
        if predict is None:
            raise UserError(f"this model's card has the kind {kind!r}, which this version cannot read")
        expected = tuple(self.model.input_shape[1:])
        if isinstance(inputs, np.ndarray) and kind != "prices":
            if inputs.shape[1:] == expected and inputs.shape != expected:
                return predict(list(inputs))
            return predict([inputs])[0]
        if isinstance(inputs, list | tuple):
            return predict(list(inputs))
        found = predict([inputs])
        return found[0] if len(found) == 1 else found  # a file of several points

    def _forecast(self, sources: Sequence[Any]) -> list[Any]:
        from keras_course.datasets import prices
        from keras_course.forecasting import Forecaster

        for source in sources:
            if not isinstance(source, str | os.PathLike | prices.Prices):
                raise UserError(
                    "a run of prices forecasts from a CSV file or a datasets.prices.Prices, which have dates, "
                    f"not from {type(source).__name__}"
                )
        forecaster = Forecaster.from_card(self.model, self.card)
        return [
            forecaster.next_session(source)
            if isinstance(source, prices.Prices)
            else forecaster.next_session(prices.load(source, symbol=forecaster.symbol), os.fspath(source))
            for source in sources
        ]

    def _predict_pictures(self, sources: Sequence[Any]) -> list[Prediction]:
        if self.card["kind"] == "digit":
            from keras_course.datasets.handwriting import read_digit as read
        else:
            from keras_course.datasets.photos import read_photo

            read = functools.partial(read_photo, image_size=self.card["input"]["shape"][0])
        # An array is taken as the model was trained; a file is brought into that form.
        pictures = [source if isinstance(source, np.ndarray) else read(source) for source in sources]
        return self._predictions(sources, pictures)

    def _predict_points(self, sources: Sequence[Any]) -> list[Prediction]:
        named: list[Any] = []
        points: list[np.ndarray] = []
        for source in sources:
            rows = [source] if isinstance(source, np.ndarray) else _read_points(source)
            points += rows
            named += [source] * len(rows)
        return self._predictions(named, points)

    def _predictions(self, sources: Sequence[Any], arrays: Sequence[np.ndarray]) -> list[Prediction]:
        from keras_course.evaluation.classification import class_probabilities

        if not arrays:
            return []
        if str(self.card.get("returns")).startswith("a logit"):
            raise UserError(
                "this model returns logits, not probabilities: use loaded.model.predict; the largest is its prediction"
            )
        expected = tuple(self.model.input_shape[1:])
        for array in arrays:
            if array.shape != expected:
                raise UserError(f"an array of shape {array.shape} was given; this model takes {expected}")
        probabilities = class_probabilities(self.model.predict(np.stack(arrays), verbose=0))
        return [
            _prediction("" if isinstance(source, np.ndarray) else os.fspath(source), row, self.card["labels"])
            for source, row in zip(sources, probabilities, strict=True)
        ]


def _read_points(source: PathLike) -> list[np.ndarray]:
    """The points in ``"0.5, -1"``, or in a file with one of these a line."""
    text = os.fspath(source)
    lines = Path(text).read_text(encoding="utf-8").splitlines() if Path(text).is_file() else [text]
    points = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            point = np.array([float(word) for word in line.replace(",", " ").split()], dtype="float32")
            if not np.isfinite(point).all():
                raise ValueError
            points.append(point)
        except ValueError:
            if number == 1 and len(lines) > 1:  # a head
                continue
            raise UserError(f"{text}: {line.strip()!r} is no point: write numbers, such as 0.5, -1") from None
    return points


def _prediction(file: str, probabilities: np.ndarray, labels: Sequence[str]) -> Prediction:
    best = int(np.argmax(probabilities))
    return Prediction(
        file=file,
        label=labels[best],
        probability=float(probabilities[best]),
        probabilities={label: float(value) for label, value in zip(labels, probabilities, strict=True)},
    )


def load(run: PathLike | runs.Run, models_dir: PathLike | None = None) -> Loaded:
    """Load a run's model with its card; of a run with several trainings, the best variant's.

    Args:
        run: a run, its path, an app's name (its newest complete run, else the pretrained one), or ``APP/NAME``.
        models_dir: where apps and names are looked up; default: ``folders.models_dir()``.

    Raises:
        UserError: there is no such run, or its model or card cannot be read.
    """
    found = (
        run
        if isinstance(run, runs.Run)
        else runs.find(os.fspath(run), Path(models_dir) if models_dir else None)
    )
    card = found.card()
    if card:
        return Loaded(load_model(found.model_path), card)
    variants = {variant.path.name: variant for variant in found.variants() if variant.card()}
    best = runs.folder_name(str(found.metrics().get("best_variant", "")))
    if best in variants:
        return load(variants[best])
    if variants:
        raise UserError(f"{found.path} has several models: name one of {', '.join(variants)} in that folder")
    state = "it holds no model" if found.complete else "it is not a finished run"
    raise UserError(f"{found.path} has no card.json: {state}")
