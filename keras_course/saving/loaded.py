"""A run's model together with its card: it takes raw input, whatever kind that is."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import choosing, results, runs
from keras_course.saving import inputs as raw
from keras_course.saving.files import PathLike, load_model

if TYPE_CHECKING:
    import keras

    from keras_course.datasets.price_cells import Decimal, Order
    from keras_course.forecasting import Forecast

# The metric that a run's description names, and in which words.
HEADLINES = {
    "test_accuracy": "test accuracy {:.1%}",
    "accuracy": "accuracy {:.1%}",
    "rmse_ratio": "error {:.3f} times that of 'the price stays'",
    "ndcg_at_10": "nDCG@10 {:.3f}",
    "auc": "AUC {:.3f}",
}
KINDS = ("digit", "picture", "photo", "point", "prices", "ratings")


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What a classifier predicts for one input.

    Args:
        file: the input as it was named (``""`` for an array).
        label: the most probable class, as text.
        probability: its probability.
        probabilities: of every class, by its label.
        unlike: the fraction of the validation data that the input is more unlike than, by the energy of the logits (see
            :mod:`keras_course.evaluation.energy`), from 0.5 (or less) to 0.999 (or more); None where the card does not
            know. Above 0.99 the network has hardly seen such an input; below, it may not have either.
        shapes: how many shapes were found side by side in the picture of one digit; None for other inputs.
    """

    file: str
    label: str
    probability: float
    probabilities: dict[str, float]
    unlike: float | None = None
    shapes: int | None = None


@dataclasses.dataclass(frozen=True)
class Failure:
    """An input that could not be read, and why."""

    file: str
    error: str


@dataclasses.dataclass(frozen=True)
class Loaded:
    """A model and its card.

    Args:
        model: plain Keras, ready for ``predict``; compile it before training on.
        card: what it expects and returns.
        run: where they come from.
    """

    model: "keras.Model"
    card: dict[str, Any]
    run: runs.Run | None = None

    @property
    def dataset(self) -> dict[str, Any]:
        """What the model is trained on: its name, its sha256, whether it stands in for the real data, and so on."""
        dataset: dict[str, Any] = self.card.get("dataset") or {}
        return dataset

    @property
    def headline(self) -> tuple[str, float] | None:
        """The name and the value of the metric that says how good the model is; None if the run is not finished."""
        metrics = self.card.get("metrics") or {}
        names = [self.card["headline"]] if self.card.get("headline") in HEADLINES else HEADLINES
        found = [name for name in names if isinstance(metrics.get(name), int | float)]
        return (found[0], float(metrics[found[0]])) if found else None

    def describe(self) -> str:
        """Tell in one line which run this is, what it was trained on and how good it is."""
        name = self.card.get("symbol") or self.dataset.get("name", "unknown data")
        stamp = results.stamp(self.dataset)
        words = f"trained on {name}" + (f" ({stamp})" if stamp else "")
        if self.headline:
            metric, value = self.headline
            words += ", " + HEADLINES[metric].format(value).replace("%", " %")
        return f"{self.run.path}: {words}" if self.run else words

    def predict(self, inputs: Any, *, dates: "Order" = "auto", decimal: "Decimal" = "auto") -> Any:
        """Predict on raw input: what an input is, the card's ``kind`` says.

        ===========  =============================================================================
        ``digit``    a picture file of any size, or an array as the model was trained on, (28, 28)
        ``picture``  a picture file, reduced and not changed otherwise, or such an array
        ``photo``    a photo's file of any size, or an array, (height, width, 3)
        ``prices``   a CSV file, or a ``datasets.prices.Prices``
        ``point``    text such as ``"0.5, -1"``, a CSV file with a row a point, or an array, (2,)
        ``ratings``  ``+Title`` for each title that somebody likes, ``-Title`` for what is not liked
        ===========  =============================================================================

        Args:
            inputs: one input, a list of them, or an array of several, with one axis more than one input has.
            dates: ``day-first`` or ``month-first``, for CSV files of prices whose dates could be either.
            decimal: ``point`` or ``comma``, for CSV files whose prices could have either.

        Returns:
            A :class:`Prediction` (for prices a ``forecasting.Forecast``), or a list of them in the order of the inputs;
            for ratings the ``recommenders.Recommendation`` of ten titles to who has named these.

        Raises:
            UserError, OSError: an input cannot be read; one line that names it.
        """
        kind = self._kind()
        if kind == "ratings":
            return self._recommend([inputs] if isinstance(inputs, str) else inputs)
        expected = tuple(self.model.input_shape[1:])
        if isinstance(inputs, np.ndarray) and kind != "prices":
            if inputs.shape[1:] == expected and inputs.shape != expected:
                return self._predict(list(inputs), dates, decimal)
            return self._predict([inputs], dates, decimal)[0]
        if isinstance(inputs, list | tuple):
            return self._predict(list(inputs), dates, decimal)
        found = self._predict([inputs], dates, decimal)
        return found[0] if len(found) == 1 else found  # a file of several points

    def predict_each(
        self, inputs: Sequence[Any], *, dates: "Order" = "auto", decimal: "Decimal" = "auto"
    ) -> "list[Prediction | Forecast | Failure]":
        """Predict on each input that can be read; the others do not stop it. Arguments as those of :meth:`predict`.

        Returns:
            What :meth:`predict` gives, in the order of the inputs, with a :class:`Failure` in place of an input that
            cannot be read.
        """
        kind = self._kind()
        if kind == "ratings":
            return self._recommend(inputs)
        found: list[Any] = []
        named: list[Any] = []
        arrays: list[np.ndarray] = []
        for source in inputs:
            try:
                if kind == "prices":
                    found.append(self._forecast(source, dates, decimal))
                    continue
                examples = self._read(source)
            except (UserError, OSError) as error:
                found.append(Failure(str(source), _reason(error)))
                continue
            found += [None] * len(examples)
            named += [source] * len(examples)
            arrays += examples
        predictions = iter(self._predictions(named, arrays))
        return [next(predictions) if one is None else one for one in found]

    def _kind(self) -> str:
        kind = self.card.get("kind")
        if kind not in KINDS:
            raise UserError(f"this model's card has the kind {kind!r}, which this version cannot read")
        return str(kind)

    def _predict(self, sources: Sequence[Any], dates: "Order", decimal: "Decimal") -> list[Any]:
        if self._kind() == "prices":
            return [self._forecast(source, dates, decimal) for source in sources]
        read = [(source, array) for source in sources for array in self._read(source)]
        return self._predictions([source for source, _ in read], [array for _, array in read])

    def _forecast(self, source: Any, dates: "Order", decimal: "Decimal") -> "Forecast":
        from keras_course.datasets import prices
        from keras_course.forecasting import Forecaster

        if not isinstance(source, str | os.PathLike | prices.Prices):
            raise UserError(
                "a run of prices forecasts from a CSV file or a datasets.prices.Prices, which have dates, "
                f"not from {type(source).__name__}"
            )
        forecaster = Forecaster.from_card(self.model, self.card)
        if isinstance(source, prices.Prices):
            return forecaster.next_session(source)
        read = prices.load(os.fspath(source), dates=dates, decimal=decimal)
        return forecaster.next_session(read, os.fspath(source))

    def _recommend(self, titles: Any) -> list[Any]:
        from keras_course.recommenders import Recommender

        likes, dislikes = raw.tastes(titles)
        return Recommender.from_card(self.model, self.card).recommend_for(likes, dislikes)

    def _read(self, source: Any) -> list[np.ndarray]:
        expected = tuple(self.model.input_shape[1:])
        arrays = raw.read(source, {**self.card, "input": {"shape": expected}})
        for array in arrays:
            if array.shape != expected:
                raise UserError(f"an array of shape {array.shape} was given; this model takes {expected}")
        return arrays

    def _predictions(self, sources: Sequence[Any], arrays: Sequence[np.ndarray]) -> list[Prediction]:
        from keras_course.evaluation.classification import class_probabilities

        if not arrays:
            return []
        if str(self.card.get("returns")).startswith("a logit"):
            raise UserError(
                "this model returns logits, not probabilities: use loaded.model.predict; the largest is its prediction"
            )
        x = np.stack(arrays)
        probabilities = class_probabilities(self.model.predict(x, verbose=0))
        unlike = self._unlike(x)
        shapes: list[int | None] = [None] * len(x)
        if self._kind() == "digit":
            from keras_course.datasets.handwriting import count_shapes

            shapes = [count_shapes(picture) for picture in x]
        files = ("" if isinstance(source, np.ndarray) else os.fspath(source) for source in sources)
        return [
            _prediction(*one, labels=self.card["labels"])
            for one in zip(files, probabilities, unlike, shapes, strict=True)
        ]

    def _unlike(self, x: np.ndarray) -> list[float | None]:
        """How unlike the validation data each input is, where the card knows it."""
        from keras_course.evaluation import energy

        known = self.card.get("energy")
        values = energy.energies(self.model, x=x) if known else None
        if known is None or values is None:
            return [None] * len(x)
        return [float(value) for value in energy.rank(values, known)]


def _reason(error: Exception) -> str:
    """Why an input cannot be read, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())


def _prediction(
    file: str, probabilities: np.ndarray, unlike: float | None, shapes: int | None, *, labels: Sequence[str]
) -> Prediction:
    best = int(np.argmax(probabilities))
    return Prediction(
        file=file,
        label=labels[best],
        probability=float(probabilities[best]),
        probabilities={label: float(value) for label, value in zip(labels, probabilities, strict=True)},
        unlike=unlike,
        shapes=shapes,
    )


def load(
    run: PathLike | runs.Run,
    models_dir: PathLike | None = None,
    *,
    choose: Literal["best", "newest"] = "best",
    fits: choosing.Fits | None = None,
) -> Loaded:
    """Load a run's model with its card; of a run with several trainings, the best variant's.

    Args:
        run: a run, its path, ``APP/NAME``, or an app's name: its best complete run by the validation data, of those on
            the app's real, full data; else the pretrained one (see :func:`keras_course.experiment.runs.find`).
        models_dir: where apps and names are looked up; default: ``folders.models_dir()``.
        choose: ``newest``: an app's name means its newest complete run.
        fits: whether a card suits what is to be predicted.

    Raises:
        UserError: there is no such run, or its model or card cannot be read.
    """
    found = (
        run
        if isinstance(run, runs.Run)
        else runs.find(os.fspath(run), Path(models_dir) if models_dir else None, choose=choose, fits=fits)
    )
    card = found.card()
    if card:
        return Loaded(load_model(found.model_path), card, found)
    best = choosing.best_variant(found)
    if best:
        return load(best)
    variants = [variant.path.name for variant in found.variants() if variant.card()]
    if variants:
        raise UserError(f"{found.path} has several models: name one of {', '.join(variants)} in that folder")
    state = "it holds no model" if found.complete else "it is not a finished run"
    raise UserError(f"{found.path} has no card.json: {state}")
