"""Every speed that README's table shows, measured anew: some two hours on two quiet cores.

Run:
    python -m benchmarks.speeds --data-dir data          data/mnist.npz and data/cats_dogs; pip install ".[benchmarks]"
    python -m benchmarks.tables                          write README's tables

Each benchmark runs in a process of its own, one after the other, on committed code: with changes that are not committed
it refuses to start, because the results would name no commit.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks import files
from keras_course import folders
from keras_course.experiment import machine

# About how many minutes: dense 13, with dropout 15, ConvNets 35, the classic ones 45, augmentation 6, LSTM 8.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("dense_speed", "--data-dir"),
    ("dense_speed", "--dropout", "0.3", "--name", "dense_speed_dropout", "--data-dir"),
    ("convnet_speed", "--data-dir"),
    ("classics_speed", "--data-dir"),
    ("augmentation", "--data-dir"),
    ("lstm_speed",),
)


def main(arguments: list[str] | None = None) -> None:
    """Run every speed benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speeds", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    options = parser.parse_args(arguments)
    if (machine.commit() or "+changes").endswith("+changes"):
        parser.error("commit first: results come from committed code")
    for name, *flags in COMMANDS:
        folder = [str(options.data_dir)] if "--data-dir" in flags else []
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *flags, *folder], cwd=files.ROOT, check=True
        )


if __name__ == "__main__":
    main()
