"""How much memory training on many photos takes: the app's process is watched while it trains on a generated folder.

Run:
    python -m benchmarks.photo_memory                     25,000 photos, one epoch (Linux)

Writes ``benchmarks/results/photo_memory.json``: the largest resident memory, the process's own (anonymous) part of it,
and the part that is pages of the mapped cache, which the system takes back when other processes need memory.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import files

MEBI = 2**20
SCENES = 250  # drawn; every photo is one of them, shifted sideways


def main(arguments: list[str] | None = None) -> None:
    """Generate the photos, run the app, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.photo_memory", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--photos", type=int, default=25_000)
    parser.add_argument("--name", default="photo_memory", help="of the results file")
    parser.add_argument("flags", nargs="*", help="further flags of apps.cats_dogs, after --")
    options = parser.parse_args(arguments)
    files.committed()
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder) / "photos"
        begun = time.perf_counter()
        generate(photos, options.photos)
        print(f"{options.photos:,} photos drawn in {time.perf_counter() - begun:.0f} s", flush=True)
        app = ["apps.cats_dogs", "--epochs", "1", "--augment", "affine", *options.flags]
        folders = [
            "--dataset",
            str(photos),
            "--data-dir",
            f"{folder}/data",
            "--models-dir",
            f"{folder}/models",
        ]
        first = watch([*app, *folders])
        again = watch([*app, *folders])
        pixels = sum(path.stat().st_size for path in Path(folder).glob("data/cache/*/*.bin"))
    import keras  # noqa: F401, so that the environment names the app's backend

    result = {
        "photos": options.photos,
        "arguments": app,
        "cache_mib": round(pixels / MEBI),
        "decoding_and_training": first,
        "training_from_the_cache": again,
    }
    files.save(options.name, result)
    print(json.dumps(result, indent=2))


def generate(folder: Path, count: int) -> None:
    """Write JPEG files of 200x200 pixels in two class folders, no two alike."""
    from PIL import Image

    from keras_course.datasets import drawn_animals

    scenes = [drawn_animals.draw(drawn_animals.LABELS[i % 2], i, 200) for i in range(min(SCENES, count))]
    for label in drawn_animals.LABELS:
        (folder / label).mkdir(parents=True)
    for number in range(count):
        shifted = np.roll(scenes[number % SCENES], number // SCENES, axis=1)
        label = drawn_animals.LABELS[number % SCENES % 2]
        Image.fromarray(shifted).save(folder / label / f"{number}.jpg", quality=85)


def watch(app: list[str]) -> dict[str, int]:
    """Run an app to its end; return the most memory that it used, in MiB, and its seconds."""
    begun = time.perf_counter()
    peaks = {"VmRSS": 0, "RssAnon": 0, "RssFile": 0}
    with subprocess.Popen([sys.executable, "-m", *app], cwd=files.ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for name, kibibytes in memory(process.pid).items():
                peaks[name] = max(peaks[name], kibibytes)
            time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(app)} failed")
    return {
        "resident_mib": peaks["VmRSS"] // 1024,
        "own_mib": peaks["RssAnon"] // 1024,
        "mapped_mib": peaks["RssFile"] // 1024,
        "seconds": round(time.perf_counter() - begun),
    }


def memory(process: int) -> dict[str, int]:
    """Resident memory of a process: all, its own, and mapped files, in KiB; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines)
    return {
        words[0][:-1]: int(words[1]) for words in fields if words[0] in ("VmRSS:", "RssAnon:", "RssFile:")
    }


if __name__ == "__main__":
    main()
