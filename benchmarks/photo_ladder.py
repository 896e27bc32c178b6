"""What helps to tell cats from dogs by 2,000 photos: one change at a time, measured on validation photos only.

Run:
    python -m benchmarks.photo_ladder --data-dir data                        all variants, 3 seeds: a day on two cores
    python -m benchmarks.photo_ladder --data-dir data --variants base ema    some of them
    python -m benchmarks.photo_ladder --data-dir data --name trial --seeds 1 -- --image-size 96 --epochs 40

Every variant is a run of apps.cats_dogs in its own process. The test photos are not even read: the folder that the
app gets has the validation photos in their place. The results file is written after every run; what it has already, by
the same flags, is not run again, and a run that was interrupted is resumed.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import files
from keras_course import folders
from keras_course.experiment import machine
from keras_course.experiment.runs import Run

BASE = ["--augment", "affine", "--model", "modern", "--precision", "mixed_bfloat16"]
VARIANTS: dict[str, list[str]] = {
    "base": [],
    "ema": ["--ema-momentum", "0.995"],
    "ema_long": ["--ema-momentum", "0.999"],
    "cutmix": ["--cutmix", "1"],
    "cutmix_for_mixup": ["--cutmix", "1", "--mixup", "0"],
    "ema_cutmix": ["--ema-momentum", "0.995", "--cutmix", "1"],
    "wider": ["--filters", "48", "96", "192", "384"],
    "deeper": ["--blocks-a-stage", "2"],
    "larger": ["--image-size", "176"],
    "longer": ["--epochs", "320"],
    "all": ["--ema-momentum", "0.995", "--cutmix", "1", "--blocks-a-stage", "2", "--epochs", "320"],
}
KEPT = ("validation_accuracy", "validation_accuracy_with_mirror", "validation_accuracy_without_mirror",
        "validation_loss", "best_epoch", "seconds", "parameters")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Run what the results file lacks; print the table."""
    words = sys.argv[1:] if arguments is None else arguments
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.photo_ladder", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir(), help="photos in its cats_dogs")
    parser.add_argument("--models-dir", type=Path, default=Path("models/photo_ladder"))
    parser.add_argument("--name", default="photo_ladder", help="of the results file")
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(words[:split])
    files.committed()
    flags = words[split + 1 :]
    photos = without_test(options.data_dir / "cats_dogs", options.models_dir / "photos")
    for seed in range(options.seeds):
        for name in options.variants:
            # Flags of a variant come last: "longer" is longer than what is given for all.
            measure(options, name, [*BASE, *flags, *VARIANTS[name]], seed, photos)
    print_table(files.read(files.RESULTS / f"{options.name}.json")["variants"])


def without_test(photos: Path, folder: Path) -> Path:
    """A folder of links to the training and validation photos, with the validation photos as the test set, too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("train", "train"), ("validation", "validation"), ("test", "validation")):
        if not (folder / name).exists():
            (folder / name).symlink_to((photos / target).resolve(), target_is_directory=True)
    return folder


def measure(options: argparse.Namespace, name: str, flags: list[str], seed: int, photos: Path) -> None:
    """Run one variant with one seed, unless the results file has it; write what validation says."""
    path = files.RESULTS / f"{options.name}.json"
    variants: dict[str, Any] = files.read(path)["variants"] if path.is_file() else {}
    known = variants.get(name, {})
    if known.get("flags") == flags and str(seed) in known["seeds"]:
        return
    place = options.models_dir / f"{options.name}_{name}_seed{seed}"
    command = [sys.executable, "-m", "apps.cats_dogs"]
    started = sorted((place / "cats_dogs").glob("*/backup"))
    if started:
        command += ["--resume", str(started[-1].parent)]
    else:
        command += ["--dataset", str(photos), *flags, "--seed", str(seed)]
        command += ["--data-dir", str(options.models_dir / "data"), "--models-dir", str(place)]
    done = subprocess.run(command, cwd=files.ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name}, seed {seed} failed: {done.stderr.strip().splitlines()[-1:]}")
    metrics = Run(Path(done.stdout.splitlines()[-1].removeprefix("run: ")), "cats_dogs").metrics()
    found = {key: metrics[key] for key in KEPT} | {"commit": machine.commit()}
    seeds = known["seeds"] if known.get("flags") == flags else {}
    variants[name] = {"flags": flags, "seeds": {**seeds, str(seed): found}}
    files.save(options.name, {"app": "cats_dogs", "measured_on": "validation", "variants": variants})
    print(f"{name}, seed {seed}: validation accuracy {found['validation_accuracy']:.2%}", flush=True)


def print_table(variants: dict[str, Any]) -> None:
    """A line a variant: its mean accuracy, and the mean difference to the base with the same seeds."""
    base = variants.get("base", {}).get("seeds", {})
    print(f"{'variant':18} {'seeds':>5} {'validation':>10} {'one look':>9} {'to base':>8} {'seconds':>8}")
    for name, variant in variants.items():
        rows = variant["seeds"]
        mean, once, seconds = (
            statistics.mean(row[key] for row in rows.values())
            for key in ("validation_accuracy", "validation_accuracy_without_mirror", "seconds")
        )
        common = [
            rows[seed]["validation_accuracy"] - base[seed]["validation_accuracy"]
            for seed in rows
            if seed in base
        ]
        change = f"{statistics.mean(common):+8.2%}" if common else ""
        print(f"{name:18} {len(rows):5} {mean:10.2%} {once:9.2%} {change:>8} {seconds:8.0f}")


if __name__ == "__main__":
    main()
