"""Does the verdict tell skill from luck? Synthetic prices, predictable or not, through the app, all but its figures.

Run:
    python -m benchmarks.controls                      a hundred of each kind, with a small, fast network
    python -m benchmarks.controls --kinds              none: the oracle alone, in seconds

A random walk has nothing to forecast: "no skill" is right. A share whose return is partly yesterday's has: "skill" is
right, and how often the verdict says so is its power. Every share has 1,250 sessions before those that judge, 250 or
500, and a network of its own; its returns have a standard deviation of 1 % a day and Student's t distribution with 5
degrees of freedom, whose large moves are as frequent as on an exchange. Beside the network stands an oracle, which
knows the memory and needs no training: what it is not found with, nothing can be. Writes
``benchmarks/results/NAME.json``: counts with exact (Clopper-Pearson) 95 % intervals.
"""

import argparse
import contextlib
import io
import statistics
import tempfile
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import numpy as np

from benchmarks import files
from keras_course.experiment import command
from keras_course.forecasting import power

BEFORE = 1250  # sessions
JUDGED = (250, 500)
MEMORIES = (0.0, 0.05, 0.1, 0.2, 0.6)
KINDS: dict[str, tuple[float, Literal["price", "return"], int]] = {
    # name: the fraction of yesterday's return that recurs today, the network's target, and the sessions that judge
    "random walk, price": (0.0, "price", 250),
    "random walk, return": (0.0, "return", 250),
    "memory of 0.05, return": (0.05, "return", 250),
    "memory of 0.1, return": (0.1, "return", 250),
    "memory of 0.2, return": (0.2, "return", 250),
    "memory of 0.6, return": (0.6, "return", 250),
    "memory of 0.1, return, 500 sessions": (0.1, "return", 500),
    "memory of 0.2, return, 500 sessions": (0.2, "return", 500),
}


def main(arguments: list[str] | None = None) -> None:
    """Train and judge, print a line a kind, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--shares", type=int, default=100, help="of each kind")
    parser.add_argument("--oracle-shares", type=int, default=2000, help="of each memory, for the oracle")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--kinds", nargs="*", default=tuple(KINDS), help="of networks; default: all")
    parser.add_argument("--name", default="controls", help="of the results file")
    options = parser.parse_args(arguments)
    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown:
        parser.error(f"unknown kinds {unknown}: known are {list(KINDS)}")
    files.committed()

    result: dict[str, Any] = {"settings": vars(options), "oracle": {}}
    for sessions in JUDGED:
        for memory in MEMORIES:
            skill = power.found(memory, sessions, options.oracle_shares)
            kind = f"memory of {memory:g}, {sessions} sessions"
            result["oracle"][kind] = counted(skill, options.oracle_shares)
            print(f"oracle, {kind}: skill {in_words(result['oracle'][kind])}", flush=True)
    for kind in options.kinds:
        memory, target, sessions = KINDS[kind]
        found = []
        for seed in range(options.shares):
            with tempfile.TemporaryDirectory() as folder:
                path = synthetic(Path(folder), seed, memory, sessions)
                found.append(judged(path, seed, target, sessions, options.epochs))
        skill = sum(metrics["verdict"] == "skill" for metrics in found)
        ratios = [metrics["rmse_ratio"] for metrics in found]
        median = statistics.median(ratios)
        result[kind] = {
            **counted(skill, len(found)),
            "median_rmse_ratio": round(median, 4),
            "median_pinball_ratio": round(
                statistics.median(m["pinball"] / m[f"pinball_{m['pinball_best']}"] for m in found), 4
            ),
            "rmse_ratios": [round(r, 4) for r in ratios],
        }
        print(f"{kind}: skill {in_words(result[kind])}, RMSE / persistence {median:.3f} (median)", flush=True)
        files.save(options.name, result)
    print(files.save(options.name, result))


def counted(skill: int, shares: int) -> dict[str, Any]:
    """Return a count with its exact 95 % interval as fractions."""
    from scipy import stats

    interval = stats.binomtest(skill, shares).proportion_ci(method="exact")
    return {"shares": shares, "skill": skill, "interval": [round(float(bound), 4) for bound in interval]}


def in_words(count: dict[str, Any]) -> str:
    """Return ``5 of 100 (95 % interval 1.6 to 11.3 %)``."""
    low, high = (100 * bound for bound in count["interval"])
    return f"{count['skill']} of {count['shares']} (95 % interval {low:.1f} to {high:.1f} %)"


def synthetic(folder: Path, seed: int, memory: float, sessions: int) -> Path:
    """Write a table of prices: each day's return is ``memory`` times the previous day's, plus noise."""
    (returns,) = power.returns_with_memory(memory, BEFORE + sessions, np.random.default_rng(seed))
    days = np.busday_offset(np.datetime64("2010-01-04"), np.arange(len(returns)))
    rows = [
        f"{day},{price!r}"
        for day, price in zip(days, (100 * np.exp(np.cumsum(returns))).tolist(), strict=True)
    ]
    path = folder / f"share_{seed}.csv"
    path.write_text("\n".join(["Date,Close", *rows]) + "\n")
    return path


def judged(
    path: Path, seed: int, target: Literal["price", "return"], sessions: int, epochs: int
) -> dict[str, Any]:
    """Run the app on a table of prices with a small network; return its metrics."""
    import keras

    from apps import stock_lstm
    from apps.stock_lstm import report

    keras.backend.clear_session()
    config = stock_lstm.Config(
        dataset=str(path),
        target=target,
        network="lstm" if target == "return" else None,
        window=10,
        units=(8,),
        test=sessions,
        batch_size=64,
        epochs=epochs,
        learning_rate=0.01,
        run=command.RunOptions(seed=seed, models_dir=path.parent),
    )
    no_figures = mock.patch.object(report, "save_figures")  # a thousand shares' are drawn for nobody
    with contextlib.redirect_stdout(io.StringIO()), no_figures:
        return stock_lstm.main(config)


if __name__ == "__main__":
    main()
