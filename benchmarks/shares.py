"""Twenty more shares to learn from and to judge on: the S&P 500 prices that the package skfolio ships.

Run:
    python -m pip install --no-deps skfolio && python -m benchmarks.shares --data-dir data

Writes a table for each share, ``data/sp500/KO.csv`` and so on: daily closing prices adjusted for splits and dividends,
up to 2022-12-28. Its documentation asks for "testing and example purposes" only. The table alone is read: the package
is not imported, and what it depends on is not needed.
"""

import argparse
import importlib.metadata
import sys
from pathlib import Path

from keras_course import folders

TABLE = "skfolio/datasets/data/sp500_dataset.csv.gz"


def main(arguments: list[str] | None = None) -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shares", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument(
        "--start", default="1993-01-01", help="first day; prices before it are rounded too coarsely"
    )
    options = parser.parse_args(arguments)
    import pandas

    try:
        path = Path(str(importlib.metadata.distribution("skfolio").locate_file(TABLE)))
    except importlib.metadata.PackageNotFoundError:
        sys.exit("skfolio is not installed: python -m pip install --no-deps skfolio")
    frame = pandas.read_csv(path, index_col=0)
    folder = options.data_dir / "sp500"
    folder.mkdir(parents=True, exist_ok=True)
    for symbol in frame.columns:
        series = frame.loc[frame.index >= options.start, symbol].dropna()
        series.rename("Close").to_csv(folder / f"{symbol}.csv")
    print(f"{folder}: {len(frame.columns)} shares, {frame.index[0]} to {frame.index[-1]}")


if __name__ == "__main__":
    main()
