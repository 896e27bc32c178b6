"""Make a finished run the app's pretrained one: ``models/APP/pretrained/``, small enough to commit.

Run:
    python -m benchmarks.publish models/mnist_dense/2026-11-20_150300_seed0

The model is written again without the optimizer's state, and in float32 if it was trained in mixed precision.
Figures that show photos are omitted, because the photos are not ours, and so are the names of this machine's folders.
"""

import argparse
import json
import re
import shutil
from pathlib import Path
from typing import Any

from benchmarks import files, seeds
from keras_course import saving
from keras_course.experiment import runs

WITHOUT_PHOTOS = ("confusion", "curves", "filters")


def main(arguments: list[str] | None = None) -> None:
    """Copy the run, without its optimizer's state, to where the pretrained one is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.publish", description=__doc__.splitlines()[0])
    parser.add_argument("run", help="the folder of a complete run, or of one of its variants")
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    options = parser.parse_args(arguments)
    run = runs.find(options.run)
    if not run.complete:
        parser.error(f"{run.path} is not complete")
    target = options.models_dir / run.app / "pretrained"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(run.path, target, ignore=shutil.ignore_patterns("report.html"))
    environment = run.path.parent / "environment.json"  # a variant was trained in its parent's
    if not (target / "environment.json").is_file() and environment.is_file():
        shutil.copy(environment, target)
    if run.card().get("kind") == "photo":
        for figure in target.glob("figures/*"):
            if figure.stem not in WITHOUT_PHOTOS:
                figure.unlink()
    target_run = runs.Run(target, run.app)
    target_run.write_json("config", seeds.without_places(run.config()))
    model = saving.load_model(run.model_path)  # without its optimizer
    saving.save(in_float32(model), target / "model.keras")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target}: {size / 1e6:.1f} MB")


def in_float32(model: Any) -> Any:
    """The same network with the same weights, computing in float32: the same on every machine and backend."""
    import keras

    if "mixed_" not in model.dtype_policy.name and all(
        "mixed_" not in layer.dtype_policy.name for layer in model._flatten_layers()
    ):
        return model
    text = json.dumps(keras.saving.serialize_keras_object(model))
    twin = keras.saving.deserialize_keras_object(json.loads(re.sub(r"mixed_b?float16", "float32", text)))
    twin.set_weights(model.get_weights())
    return twin


if __name__ == "__main__":
    main()
