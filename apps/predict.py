"""Predict with a trained run: its card says what an input is.

Slide: deck 1, "Deep Learning as a classifier"

Group: tools

Run:
    python -m apps.predict mnist_dense digit.png                  the newest run, else the pretrained one
    python -m apps.predict models/mnist_dense/pretrained *.png --json
    python -m apps.predict stock_lstm prices.csv                  the next trading day after the file's last
    python -m apps.predict RUN INPUT...

A picture of a handwritten digit may have any size, be dark on light or light on dark, and lie off-centre.

Try:
    your own handwriting     photograph a digit: is it read as easily as MNIST's?
    a digit upside down      does a network know that it does not know?
    a letter                 which digit does it take it for, and how sure is it?
"""

import contextlib
import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Predict with a trained run."""

    model: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="RUN")]
    """A run: its folder, an app's name (its newest complete run, else the pretrained one), or APP/NAME."""
    inputs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="INPUT...")]
    """What the run predicts on: picture files for a classifier of pictures, CSV files for a forecaster of prices."""
    json: bool = False
    """Print one JSON array and nothing else."""
    models_dir: Path = Path("models")
    """Where runs are looked up."""


def main(config: Config) -> None:
    """Load the run, read the inputs, print what the model says of each."""
    from keras_course import saving
    from keras_course.experiment import devices

    if not config.inputs:
        raise ValueError("nothing to predict: name at least one input file")
    with contextlib.redirect_stdout(sys.stderr):  # stdout is the answer, and nothing else
        devices.configure()
        loaded = saving.load(config.model, config.models_dir)
        predictions = loaded.predict(list(config.inputs))

    if config.json:
        print(json.dumps([dataclasses.asdict(prediction) for prediction in predictions], ensure_ascii=False))
        return
    width = max(len(prediction.file) for prediction in predictions)
    for prediction in predictions:
        if loaded.card["kind"] == "prices":
            low, high = prediction.interval_80
            print(
                f"{prediction.file:{width}}  {prediction.date}: {prediction.price:,.3f}   "
                f"(80 % interval {low:,.2f} to {high:,.2f}; {prediction.last_price:,.3f} on {prediction.last_date}; "
                f"learnt from {prediction.symbol})"
            )
            continue
        others = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[1:3]
        rest = ", ".join(f"{label} {probability:.1%}" for label, probability in others)
        print(f"{prediction.file:{width}}  {prediction.label}  {prediction.probability:6.1%}   (then {rest})")


if __name__ == "__main__":
    command.run(main, Config)
