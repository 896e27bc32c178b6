"""apps.stock_lstm --relearn N: the network is fitted again before every N judged sessions, to all known by then.

Each time the scaling is measured anew, so that the network's range grows with the share. Its weights go on from the
last fit. A forecast is still one of a day that its network has never seen ("walk-forward").

The folder ``relearnt`` in the run's holds each fit until the run is complete: ``--resume`` goes on there.
"""

import dataclasses
import functools
import shutil
from typing import TYPE_CHECKING

import numpy as np

from keras_course import forecasting
from keras_course.datasets.prices import Prices
from keras_course.experiment.runs import Run

from . import build, data
from .start import Settled

if TYPE_CHECKING:
    from .judging import Judged

EPOCHS = 5  # passes over all that is known, each time
FOLDER = "relearnt"


def first_run(run: Run) -> Run:
    """Return where the best epoch of the first training is kept: the run's own model will be that of the last fit."""
    first = _part(run, 0)
    if not first.model_path.is_file():
        first.write_file("model.keras", functools.partial(shutil.copyfile, run.model_path))
    return first


def fit_again(
    run: Run, config: Settled, prices: Prices, split: forecasting.Split, forecaster: forecasting.Forecaster
) -> list[tuple[np.ndarray, forecasting.Forecaster]]:
    """Fit anew before every ``config.relearn`` test days, and print a line for each.

    Args:
        run: the app's run.
        config: its settings.
        prices: the series.
        split: its splits.
        forecaster: the one trained first, with its errors.

    Returns:
        For each fit the test days that it forecasts, and the forecaster.
    """
    from keras_course import training

    fitted: list[tuple[np.ndarray, forecasting.Forecaster]] = []
    starts = range(0, len(split.test), config.relearn or len(split.test))
    for number, start in enumerate(starts, start=1):
        days = split.test[start : start + starts.step]
        known = np.arange(
            split.train[0], days[0] - config.horizon + 1
        )  # their targets end the evening before
        config.run.configure_devices()  # the same seed, whether it was interrupted or not
        again = build(config, prices, dataclasses.replace(split, train=known))
        again.model.set_weights(forecaster.model.get_weights())
        x, y, *weights = data.examples(again, prices, known)
        training.fit(
            again.model,
            _part(run, number),
            x,
            y,
            sample_weight=weights[0] if weights else None,
            batch_size=config.batch_size,
            epochs=EPOCHS,
        )
        forecaster = dataclasses.replace(again, errors=forecaster.errors)
        fitted.append((days, forecaster))
        print(
            f"fitted again, {number} of {len(starts)}: {len(x):,} windows up to {prices.dates[known[-1]]}, prices of "
            f"{again.lowest:,.2f} to {again.highest:,.2f}",
            flush=True,
        )
    return fitted


def complete(run: Run, config: Settled, judged: "Judged") -> None:
    """Complete the run's card; the network that was fitted last becomes the run's own."""
    from keras_course import saving
    from keras_course.experiment import card

    if config.relearn:
        saving.save(judged.forecaster.model, run.model_path)
    known = judged.forecaster.to_card()
    changed = ("errors", "lowest", "highest", "calibrate_from")
    card.complete(run, judged.metrics, **{name: known[name] for name in changed})


def clean(run: Run) -> None:
    """Delete what only an interrupted run needs."""
    shutil.rmtree(run.path / FOLDER, ignore_errors=True)


def _part(run: Run, number: int) -> Run:
    return Run(run.path / FOLDER / f"{number:02}", run.app, run.seed, parent=run.resume_path)
