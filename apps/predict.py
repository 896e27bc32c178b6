"""Predict with a trained run: its card says what an input is.

Slide: deck 1, "Deep Learning as a classifier" `mnist_dense my_digit.png`

Group: tools

Run:
    python -m apps.predict mnist_dense digit.png                  the newest run, else the pretrained one
    python -m apps.predict models/mnist_dense/pretrained *.png --json
    python -m apps.predict stock_lstm prices.csv                  the next trading day after the file's last
    python -m apps.predict decision_regions "0.5, -1" points.csv  points in the plane, as text or in a file
    python -m apps.predict RUN INPUT...

A picture of a handwritten digit may have any size, be dark on light or light on dark, and lie off-centre.

Try:
    your own handwriting     photograph a digit: is it read as easily as MNIST's?
    a digit upside down      does a network know that it does not know?
    a letter                 which digit does it take it for, and how confident is it?
"""

import contextlib
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from keras_course import folders
from keras_course.errors import UserError
from keras_course.experiment import command

if TYPE_CHECKING:
    from keras_course.forecasting.forecaster import Forecast
    from keras_course.saving import Prediction


@dataclasses.dataclass(frozen=True)
class Config:
    """Predict with a trained run."""

    model: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="RUN")]
    """A run: its folder, an app's name (its newest complete run, else the pretrained one), or APP/NAME."""
    inputs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="INPUT...")]
    """What the run predicts on: picture files, CSV files of prices, or points such as "0.5, -1" and files of them."""
    json: bool = False
    """Print one JSON array and nothing else."""
    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Where runs are looked up."""


def main(config: Config) -> None:
    """Load the run, read the inputs, print a prediction for each.

    Raises:
        UserError, OSError: there is no such run, or an input cannot be read.
    """
    from keras_course import saving
    from keras_course.experiment import devices

    if not config.inputs:
        raise UserError("nothing to predict: name at least one input")
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the predictions alone
        devices.configure()
        loaded = saving.load(config.model, config.models_dir)
        predictions = loaded.predict(list(config.inputs))
    if not predictions:
        raise UserError(f"nothing to predict: there is no input in {', '.join(config.inputs)}")

    if config.json:
        print(json.dumps([dataclasses.asdict(prediction) for prediction in predictions], ensure_ascii=False))
        return
    width = max(len(prediction.file) for prediction in predictions)
    for prediction in predictions:
        text = (
            as_text(prediction) if isinstance(prediction, saving.Prediction) else forecast_as_text(prediction)
        )
        print(f"{prediction.file:{width}}  {text}")


def as_text(prediction: "Prediction") -> str:
    """A classifier's prediction: the most probable class, and the two after it."""
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    rest = ", ".join(f"{label} {probability:.1%}" for label, probability in ranked[1:3])
    return f"{prediction.label}  {prediction.probability:6.1%}   (then {rest})"


def forecast_as_text(forecast: "Forecast") -> str:
    """A forecast of a price, with its 80 % interval and the price before it."""
    low, high = forecast.interval_80
    return (
        f"{forecast.date}: {forecast.price:,.3f}   (80 % interval {low:,.2f} to {high:,.2f}; "
        f"{forecast.last_price:,.3f} on {forecast.last_date}; learnt from {forecast.symbol})"
    )


if __name__ == "__main__":
    command.run(main, Config)
