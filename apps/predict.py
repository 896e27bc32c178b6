"""Predict with a trained run: its card says what an input is.

Slide: deck 1, "Deep Learning as a classifier" `mnist_dense my_digit.png`

Group: tools

Run:
    python -m apps.predict mnist_dense digit.png                  the best run on real data, else the pretrained one
    python -m apps.predict mnist_dense "photos/*.png" --run newest    the newest run, whatever it was trained on
    python -m apps.predict models/mnist_dense/pretrained *.png --json
    python -m apps.predict stock_lstm prices.csv                  the next trading day after the file's last
    python -m apps.predict stock_lstm prices.csv --dates day-first --decimal comma    where these could be either
    python -m apps.predict decision_regions "0.5, -1" points.csv  points in the plane, as text or in a file
    python -m apps.predict movie_rbm +"Star Wars" +Alien -Titanic    films for who likes two and dislikes one
    python -m apps.predict RUN INPUT...

A picture of a handwritten digit may have any size, be dark on light or light on dark, and lie off-centre.

Try:
    your own handwriting     photograph a digit: is it read as easily as MNIST's?
    a digit upside down      does a network know that it does not know?
    a letter                 which digit does it take it for, and how confident is it?
"""

import contextlib
import dataclasses
import glob
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast

import tyro

from keras_course import folders
from keras_course.errors import UserError
from keras_course.experiment import command, runs

if TYPE_CHECKING:
    from keras_course import saving
    from keras_course.forecasting import Forecast
    from keras_course.recommenders import Recommendation

SIGNS = ("+", "\u2212")  # of titles: liked, and not
UNLIKE = 0.99  # fraction of the validation data: an input that is more unlike than those is remarked on


@dataclasses.dataclass(frozen=True)
class Config:
    """Predict with a trained run."""

    model: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="RUN")]
    """A run: its folder, APP/NAME, or an app's name, which means its best run by the validation data of those that are
    trained on real data, all of them, else the pretrained one."""
    inputs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="INPUT...")]
    """What the run predicts on: picture files, CSV files of prices, points such as "0.5, -1" and files of them, titles
    (+Title: liked, -Title: not); patterns such as *.png and photos/**/*.jpg are expanded."""
    run: Literal["best", "newest"] = "best"
    """Which run an app's name means; newest: the newest complete one, whatever it was trained on."""
    dates: Literal["auto", "day-first", "month-first"] = "auto"
    """For a CSV file of prices whose dates could be either."""
    decimal: Literal["auto", "point", "comma"] = "auto"
    """What begins a price's decimals in a CSV file, where it could be either."""
    json: bool = False
    """Print one JSON array and nothing else."""
    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Where runs are looked up."""
    titles_are_words: ClassVar[bool] = True  # -Title is an input, no flag


def main(config: Config) -> None:
    """Load the run, read the inputs, print a prediction for each.

    Raises:
        UserError, OSError: there is no such run, or an input cannot be read; the others have been answered then.
    """
    from keras_course import saving
    from keras_course.experiment import devices

    if not config.inputs:
        raise UserError("nothing to predict: name at least one input")
    inputs = expanded(config.inputs)
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the predictions
        devices.configure()
        loaded = load(config, inputs)
    if loaded.card.get("kind") != "prices" and (config.dates, config.decimal) != ("auto", "auto"):
        raise UserError(f"--dates and --decimal are for CSV files of prices: {config.model} predicts none")
    if not config.json:
        print(loaded.describe(), flush=True)
        if note := not_taken(config, loaded):
            print(note, flush=True)
    with contextlib.redirect_stdout(sys.stderr):
        predictions = loaded.predict_each(inputs, dates=config.dates, decimal=config.decimal)
    if not predictions:
        raise UserError(f"nothing to predict: there is no input in {', '.join(config.inputs)}")
    if loaded.card.get("kind") == "ratings":
        print_titles(cast("list[Recommendation]", predictions), config, origin_of(loaded))
        return
    failures = [prediction for prediction in predictions if isinstance(prediction, saving.Failure)]
    if config.json:
        origin = origin_of(loaded)
        rows = [dataclasses.asdict(prediction) | origin for prediction in predictions]
        print(json.dumps(rows, ensure_ascii=False), flush=True)
    elif predictions != failures or len(failures) > 1:
        print_predictions(predictions)
    if len(predictions) == 1 and failures:
        raise UserError(failures[0].error)
    if failures:
        raise UserError(f"{len(failures)} of {len(inputs)} inputs could not be read")


def print_titles(found: "Sequence[Recommendation]", config: Config, origin: dict[str, Any]) -> None:
    """Print what is recommended, a title a line, or all as one JSON array."""
    if config.json:
        rows = [dataclasses.asdict(one) | origin for one in found]
        print(json.dumps(rows, ensure_ascii=False), flush=True)
        return
    for one in found:
        print(f"{one.probability:6.1%}  x{one.lift:5.2f}   {one.title}", flush=True)
    print(
        "(p, and how many times that of somebody of whom nothing is known; in the order of what these titles change)"
    )


def expanded(inputs: Sequence[str]) -> list[str]:
    """The inputs, with each pattern replaced by the files that it matches: not every shell does that.

    Raises:
        UserError: nothing matches a pattern.
    """
    found: list[str] = []
    for one in inputs:
        if one[0] in SIGNS or not glob.has_magic(one) or Path(one).exists():
            found.append(one)
            continue
        matching = sorted(filter(os.path.isfile, glob.glob(one, recursive=True)))  # noqa: PTH207  absolute ones too
        if not matching:
            raise UserError(f"no file matches {one}")
        found += matching
    return found


def load(config: Config, inputs: Sequence[str]) -> "saving.Loaded":
    """Load the run that is named; of the runs of prices preferably one that was trained on the first file's symbol."""
    from keras_course import saving
    from keras_course.datasets.prices import symbol_of

    if config.run == "best" and inputs[0].lower().endswith(".csv"):
        symbol = symbol_of(inputs[0]).upper()
        with contextlib.suppress(UserError):
            found = runs.find(
                config.model,
                config.models_dir,
                fits=lambda card: str(card.get("symbol", "")).upper() == symbol,
            )
            if str(found.card().get("symbol", "")).upper() == symbol:
                return saving.load(found)
    return saving.load(config.model, config.models_dir, choose=config.run)


def not_taken(config: Config, loaded: "saving.Loaded") -> str:
    """A line on the newer runs that an app's name did not mean; empty if there is none."""
    if loaded.run is None or config.run == "newest":
        return ""
    chosen = runs.Run(loaded.run.parent, loaded.run.app) if loaded.run.parent else loaded.run
    newer = runs.newer(config.model, chosen, config.models_dir)
    if not newer:
        return ""
    are = "1 newer run was" if len(newer) == 1 else f"{len(newer)} newer runs were"
    return (
        f"{are} not taken, the newest {newer[0].path} (--run newest takes it, and so does its folder's name)"
    )


def origin_of(loaded: "saving.Loaded") -> dict[str, Any]:
    """Which run predicts, what it was trained on and how good it is: in JSON a part of every element."""
    metric = dict([loaded.headline]) if loaded.headline else {}
    return {
        "run": str(loaded.run.path) if loaded.run else "",
        "dataset": loaded.dataset.get("name", ""),
    } | metric


def print_predictions(predictions: "Sequence[saving.Prediction | Forecast | saving.Failure]") -> None:
    """Print a line for each input: what is predicted, or why it could not be read."""
    from keras_course import saving

    width = max(len(prediction.file) for prediction in predictions)
    for prediction in predictions:
        if isinstance(prediction, saving.Failure):
            text = f"not read: {prediction.error.removeprefix(prediction.file).removeprefix(': ')}"
        else:
            text = (
                as_text(prediction)
                if isinstance(prediction, saving.Prediction)
                else forecast_as_text(prediction)
            )
        print(f"{prediction.file:{width}}  {text}", flush=True)


def as_text(prediction: "saving.Prediction") -> str:
    """A classifier's prediction: the most probable class, and the two after it."""
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    rest = ", ".join(f"{label} {probability:.1%}" for label, probability in ranked[1:3])
    doubts = []
    if (prediction.shapes or 1) > 1:
        doubts.append(f"{prediction.shapes} separate shapes found, taken as one digit")
    if (prediction.unlike or 0) >= UNLIKE:
        doubts.append(
            f"unlike the training data, more so than {prediction.unlike:.1%} of the validation data"
        )
    doubt = f"; {'; '.join(doubts)}" if doubts else ""
    return f"{prediction.label}  {prediction.probability:6.1%}   (then {rest}){doubt}"


def forecast_as_text(forecast: "Forecast") -> str:
    """A forecast of a price, with its 80 % interval and the price before it."""
    low, high = forecast.interval_80
    note = f"\n    note: {forecast.note}" if forecast.note else ""
    return (
        f"{forecast.symbol}, {forecast.date}: {forecast.price:,.3f}   "
        f"(80 % interval {low:,.2f} to {high:,.2f}; "
        f"{forecast.last_price:,.3f} on {forecast.last_date}; trained on {forecast.trained_on or forecast.symbol})"
        f"{note}"
    )


if __name__ == "__main__":
    command.run(main, Config)
