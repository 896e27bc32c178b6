"""card.json: what a saved model expects and returns, and how good it is; all that a reload needs to know."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keras_course.datasets.dataset import Dataset
from keras_course.experiment import efficiency
from keras_course.experiment.run import Run

if TYPE_CHECKING:
    import keras


def write(
    run: Run,
    model: "keras.Model",
    data: Dataset,
    *,
    kind: str,
    returns: str,
    labels: Sequence[str] = (),
    dtype: str = "uint8",
    range: Sequence[float | None] = (0, 255),
    **more: Any,
) -> None:
    """Write the card before training, so that the best epoch of an interrupted run can be used.

    Args:
        run: where to write.
        model: the whole model; its input shape, parameters and FLOPs are noted.
        data: what it is trained on.
        kind: what an input is, for ``Loaded.predict``: ``"digit"`` or ``"photo"`` (a picture), ``"prices"`` (a CSV
            file), ``"point"`` (numbers), ``"ratings"`` (titles).
        returns: what an output is, in words.
        labels: the name of each class.
        dtype: of the input.
        range: lowest and highest value of the input.
        more: what else a reload needs, by name.
    """
    card = {
        "app": run.app,
        "kind": kind,
        "input": {"shape": list(model.input_shape[1:]), "dtype": dtype, "range": list(range)},
        "returns": returns,
        "labels": list(labels),
        **more,
        "parameters": model.count_params(),
        **efficiency.flops(model),
        "dataset": data.facts(),
        **{key: value for key in ("name", "author") if (value := run.config().get(key))},
        "metrics": {},
    }
    run.write_json("card", card)


def complete(run: Run, metrics: Mapping[str, Any], **more: Any) -> None:
    """Add the test's metrics to the card, and what else is known after training only."""
    results = {**metrics, **efficiency.of(run, metrics)}
    run.write_json("card", {**run.card(), **more, "metrics": results})
