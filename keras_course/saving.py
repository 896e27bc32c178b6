"""Saved models that simply work again.

    loaded = saving.load("mnist_dense")        # a path, an app's name, or APP/NAME
    loaded.predict("seven.png")                # raw input: a picture file
    loaded.model                               # plain Keras

Everything a model needs is in its run's folder: ``model.keras``, with the preprocessing inside, and ``card.json``.
"""

import dataclasses
import functools
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.experiment.files import write_atomically

if TYPE_CHECKING:
    import keras

PathLike = str | os.PathLike[str]


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


def save(model: Any, path: PathLike) -> None:
    """Save a Keras model as one ``.keras`` file, written whole or not at all.

    Raises:
        UserError: the path does not end in ``.keras``.
        OSError: it cannot be written.
    """
    if Path(path).suffix != ".keras":
        raise UserError(f"a model is saved as a .keras file, not as {path}")
    write_atomically(Path(path), model.save)


def best_model(run: runs.Run, model: Any) -> Any:
    """The best epoch's model, read back from the run's folder and compiled for ``evaluate``.

    Args:
        run: a trained run.
        model: the model after training, whose loss and metrics are used; it is saved first if the run holds none yet.
    """
    if not run.model_path.is_file():
        save(model, run.model_path)
    best = load_model(run.model_path)
    settings = model.get_compile_config()
    best.compile_from_config({**settings, "optimizer": "sgd"})  # evaluating needs no optimizer state
    return best


def load_model(path: PathLike) -> Any:
    """Read a ``.keras`` file in Keras' safe mode, with the course's layers registered.

    Raises:
        UserError: it is missing, truncated, no Keras model, or holds code (a Lambda layer).
    """
    import keras

    import keras_course.layers  # noqa: F401  registers them

    if not Path(path).is_file():
        raise UserError(f"there is no model file {path}")
    if not zipfile.is_zipfile(path):
        raise UserError(
            f"{path} is not a whole .keras file: it is truncated or something else; train it again"
        )
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras raises many kinds for a foreign or broken file
        if "safe_mode" in str(error) or "Lambda" in str(error):
            raise UserError(
                f"{path} holds code (a Lambda layer), which could do anything: not loaded; "
                "ask its author for a model without Lambda layers"
            ) from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(f"{path} is not a Keras model that can be read here: {reason[:200]}") from None


def load(run: PathLike | runs.Run, models_dir: PathLike = "models") -> Loaded:
    """Load a run's model with its card; of a run with several trainings, the best variant's.

    Args:
        run: a run, its path, an app's name (its newest complete run, else the pretrained one), or ``APP/NAME``.
        models_dir: where apps and names are looked up.

    Raises:
        UserError: there is no such run, or its model or card cannot be read.
    """
    found = run if isinstance(run, runs.Run) else runs.find(os.fspath(run), os.fspath(models_dir))
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


def export(model: Any, folder: PathLike) -> None:
    """Export a model for serving, as a TensorFlow SavedModel, without augmentation layers.

    Keras exports Random* layers such that they augment at inference too, so they and MixUp are left out here.

    Args:
        model: any Keras model.
        folder: where to put the SavedModel.

    Raises:
        UserError: the backend is not TensorFlow, which alone can write a SavedModel here.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise UserError("a SavedModel is written by the TensorFlow backend: unset KERAS_BACKEND")
    without_augmentation(model).export(os.fspath(folder), format="tf_saved_model", verbose=False)


def without_augmentation(model: Any) -> Any:
    """Return a copy of the model, with the same weights, in which Random* layers and MixUp do nothing."""
    import keras

    def copy(layer: Any) -> Any:
        if type(layer).__name__.startswith(("Random", "MixUp")):
            # not Identity, which would hand on bytes: what follows expects floats
            return keras.layers.Rescaling(1.0, name=layer.name, dtype=layer.dtype_policy)
        return type(layer).from_config(layer.get_config())

    twin = keras.models.clone_model(model, clone_function=copy, recursive=True)
    twin.set_weights(model.get_weights())
    return twin
