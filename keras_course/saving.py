"""Saved models that simply work again.

    loaded = saving.load("mnist_dense")        # a path, an app's name, or APP/NAME
    loaded.predict("seven.png")                # raw input: a picture file
    loaded.model                               # plain Keras

Everything a model needs lies in its run: ``model.keras`` (preprocessing inside) and ``card.json``.
"""

import dataclasses
import functools
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import runs

PathLike = str | os.PathLike[str]
KINDS = ("digit", "photo", "prices")  # of input


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What a classifier says about one input.

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

    model: Any
    card: dict[str, Any]

    def predict(self, inputs: Any) -> Any:
        """Predict on raw input; what that is, the card's ``kind`` says: picture files, or a CSV file of prices.

        Args:
            inputs: one file or array, or a list of them.

        Returns:
            A :class:`Prediction` (of prices a ``forecasts.Forecast``), or a list of them in the order of the inputs.

        Raises:
            ValueError, OSError: if an input cannot be read; one line that names it.
        """
        one = isinstance(inputs, (str, os.PathLike, np.ndarray))
        sources = [inputs] if one else list(inputs)
        kind = self.card.get("kind")
        if kind not in KINDS:
            raise ValueError(
                f"this model's card has the kind {kind!r}; this version can read: {', '.join(KINDS)}"
            )
        predict = self._forecast if kind == "prices" else self._predict_pictures
        predictions = predict(sources)
        return predictions[0] if one else predictions

    def _forecast(self, sources: Sequence[PathLike | np.ndarray]) -> list[Any]:
        from keras_course.datasets import prices
        from keras_course.forecasting import forecaster as forecasts

        return [
            forecasts.next_session(
                self.model,
                prices.load(os.fspath(source), symbol=self.card["symbol"]),  # type: ignore[arg-type]
                self.card,
                os.fspath(source),  # type: ignore[arg-type]
            )
            for source in sources
        ]

    def _predict_pictures(self, sources: Sequence[PathLike | np.ndarray]) -> list[Prediction]:
        from keras_course.evaluation.classification import class_probabilities

        if not sources:
            return []
        if self.card["kind"] == "digit":
            from keras_course.datasets.pictures import read_digit as read
        else:
            from keras_course.datasets.photos import read_photo

            read = functools.partial(read_photo, image_size=self.card["input"]["shape"][0])
        # An array is taken as the model was trained; a file is brought into that form.
        pictures = [source if isinstance(source, np.ndarray) else read(source) for source in sources]
        probabilities = class_probabilities(self.model.predict(np.stack(pictures), verbose=0))
        return [
            _prediction("" if isinstance(source, np.ndarray) else os.fspath(source), row, self.card["labels"])
            for source, row in zip(sources, probabilities, strict=True)
        ]


def _prediction(file: str, probabilities: np.ndarray, labels: Sequence[str]) -> Prediction:
    best = int(np.argmax(probabilities))
    return Prediction(
        file=file,
        label=labels[best],
        probability=float(probabilities[best]),
        probabilities={label: float(value) for label, value in zip(labels, probabilities, strict=True)},
    )


def save(model: Any, path: PathLike) -> None:
    """Save a Keras model as one ``.keras`` file, in one step: the file is whole or not there.

    Raises:
        ValueError: if the path does not end in ``.keras``.
        OSError: if it cannot be written.
    """
    if Path(path).suffix != ".keras":
        raise ValueError(f"a model is saved as a .keras file, not as {path}")
    runs.write_atomically(Path(path), model.save)


def best_model(run: runs.Run, model: Any) -> Any:
    """Return the best epoch's model, read back from the run's folder.

    Args:
        run: a trained run.
        model: the model as it is after training; saved and read back if the run holds none yet. Its compile
            settings (loss, metrics) are taken over, for ``evaluate``.
    """
    if not run.model_path.is_file():
        save(model, run.model_path)
    best = load_model(run.model_path)
    settings = model.get_compile_config()
    best.compile_from_config({**settings, "optimizer": "sgd"})  # evaluating needs no optimizer state
    return best


def load_model(path: PathLike) -> Any:
    """Read a ``.keras`` file, safe mode on, the course's layers known.

    Raises:
        ValueError: if it is missing, truncated, no Keras model, or holds code (a Lambda layer).
    """
    import keras

    import keras_course.layers  # noqa: F401  registers them

    if not Path(path).is_file():
        raise ValueError(f"there is no model file {path}")
    if not zipfile.is_zipfile(path):
        raise ValueError(
            f"{path} is not a whole .keras file: it is truncated or something else; train it again"
        )
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras raises many kinds for a foreign or broken file
        if "safe_mode" in str(error) or "Lambda" in str(error):
            raise ValueError(
                f"{path} holds code (a Lambda layer), which could do anything: not loaded; "
                "ask its author for a model without Lambda layers"
            ) from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"{path} is not a Keras model that can be read here: {reason[:200]}") from None


def load(run: PathLike | runs.Run, models_dir: PathLike = "models") -> Loaded:
    """Load a run's model with its card.

    Args:
        run: a run, its path, an app's name (newest complete run, else the pretrained one), or ``APP/NAME``.
        models_dir: where apps and names are looked up.

    Raises:
        ValueError: if there is no such run, or its model or card cannot be read.
    """
    found = run if isinstance(run, runs.Run) else runs.find(os.fspath(run), os.fspath(models_dir))
    card = found.card()
    if not card:
        raise ValueError(f"{found.path} has no card.json: it is not a finished run")
    return Loaded(load_model(found.model_path), card)


def export(model: Any, folder: PathLike) -> None:
    """Export a model for serving, as a TensorFlow SavedModel, without its augmentation layers.

    Keras would export its own augmentation layers such that they augment in serving too.

    Args:
        model: any Sequential or functional Keras model.
        folder: where to put the SavedModel.

    Raises:
        UserError: if the backend is not TensorFlow, the only one that can write a SavedModel here.
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
