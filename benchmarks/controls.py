"""Does the verdict tell skill from luck? Synthetic prices, predictable or not, through the whole app.

Run:
    python -m benchmarks.controls                      a hundred of each kind, with a small, fast network

A random walk has nothing to forecast: "no skill" is right. A share whose return is partly yesterday's has: "skill" is
right. Every share has 1,500 sessions and a network of its own; its returns have a standard deviation of 1 % a day and
Student's t distribution with 5 degrees of freedom, whose large moves are as frequent as on an exchange. 250 sessions
judge. Writes ``benchmarks/results/NAME.json``.
"""

import argparse
import contextlib
import io
import statistics
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks import files
from keras_course.experiment import command

SESSIONS = 1500
KINDS: dict[str, tuple[float, Literal["price", "return"]]] = {
    # name: the fraction of yesterday's return that recurs today, and the network's target
    "random walk, price": (0.0, "price"),
    "random walk, return": (0.0, "return"),
    "memory of 0.6, return": (0.6, "return"),
}


def main(arguments: list[str] | None = None) -> None:
    """Train and judge, print a line a kind, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--shares", type=int, default=100, help="of each kind")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--name", default="controls", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()

    result: dict[str, Any] = {"settings": vars(options)}
    for kind, (memory, target) in KINDS.items():
        found = []
        for seed in range(options.shares):
            with tempfile.TemporaryDirectory() as folder:
                found.append(judged(synthetic(Path(folder), seed, memory), seed, target, options.epochs))
        skill = sum(metrics["verdict"] == "skill" for metrics in found)
        ratios = [metrics["rmse_ratio"] for metrics in found]
        result[kind] = {"shares": len(found), "skill": skill, "rmse_ratios": [round(r, 4) for r in ratios]}
        median = statistics.median(ratios)
        print(f"{kind}: skill {skill} of {len(found)}, RMSE / persistence {median:.3f} (median)", flush=True)
    print(files.save(options.name, result))


def synthetic(folder: Path, seed: int, memory: float) -> Path:
    """Write a table of prices: each day's return is ``memory`` times the previous day's, plus noise."""
    rng = np.random.default_rng(seed)
    noise = (
        0.01 * rng.standard_t(5, SESSIONS) / np.sqrt(5 / 3)
    )  # divided by that distribution's standard deviation
    returns = np.zeros(SESSIONS)
    for day in range(1, SESSIONS):
        returns[day] = memory * returns[day - 1] + noise[day]
    days = np.busday_offset(np.datetime64("2010-01-04"), np.arange(SESSIONS))
    rows = [
        f"{day},{price!r}"
        for day, price in zip(days, (100 * np.exp(np.cumsum(returns))).tolist(), strict=True)
    ]
    path = folder / f"share_{seed}.csv"
    path.write_text("\n".join(["Date,Close", *rows]) + "\n")
    return path


def judged(path: Path, seed: int, target: Literal["price", "return"], epochs: int) -> dict[str, Any]:
    """Run the app on a table of prices with a small network; return its metrics."""
    import keras

    from apps import stock_lstm

    keras.backend.clear_session()
    config = stock_lstm.Config(
        dataset=str(path),
        target=target,
        window=10,
        units=(8,),
        batch_size=64,
        epochs=epochs,
        learning_rate=0.01,
        run=command.RunOptions(seed=seed, models_dir=path.parent),
    )
    with contextlib.redirect_stdout(io.StringIO()):
        return stock_lstm.main(config)


if __name__ == "__main__":
    main()
