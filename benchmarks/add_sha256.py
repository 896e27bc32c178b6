"""Add to the results files of ``benchmarks.seeds`` from before 2026-11-24 what they did not record: data and device.

Run:
    python -m benchmarks.add_sha256 --data-dir data     mnist.npz, cats_dogs/ and prices/GOOGL.csv lie there

A file gets the ``sha256`` that a run on these data has in its environment.json today, from the loader itself, and a
note ``sha256_from``. The device is known: those machines had no GPU.
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks import files
from keras_course.datasets import digits, photos, prices
from keras_course.datasets.dataset import Dataset

NOTE = "the loader, in November 2026, of the data that were measured: the runs' own files are not kept"


def main() -> None:
    """Load each dataset once, and complete the files that lack its checksum."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.add_sha256", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--cache", type=Path, default=Path("data"), help="where photos are decoded into")
    options = parser.parse_args()
    for path in sorted(files.RESULTS.glob("*.json")):
        result = files.read(path)
        if "metric" not in result or "sha256" in result or not result["machine"].endswith("no GPU"):
            continue
        sha256 = loaded(result, options.data_dir, options.cache).sha256
        result |= {"sha256": sha256, "sha256_from": NOTE, "device": "CPU"}
        files.write(path, result)
        print(f"{path.name}: {sha256}")


def loaded(result: dict[str, Any], data_dir: Path, cache: Path) -> Dataset:
    """The data of a results file, read by the app's loader."""
    settings = result["settings"]
    if result["dataset"] == "mnist":
        return digits.load("mnist", data_dir)
    if result["dataset"] == "cats_dogs":
        return photos.load(str(data_dir / "cats_dogs"), cache, image_size=settings["image_size"])
    table = data_dir / "prices" / f"{result['dataset']}.csv"
    return prices.load(str(table), start=settings["start"], end=settings["end"])


if __name__ == "__main__":
    main()
