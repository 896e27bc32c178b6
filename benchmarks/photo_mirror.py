"""What the mirror image is worth to the committed network for photos: its accuracy with and without the second look.

Run:
    python -m benchmarks.photo_mirror --data-dir data          photos in data/cats_dogs; writes photo_mirror.json

Nothing is chosen by it: the network predicts with both looks, which validation photos had decided.
"""

import argparse
from pathlib import Path

from apps.cats_dogs import mirror, network
from benchmarks import files
from keras_course import folders, saving
from keras_course.datasets import photos
from keras_course.experiment import judging, runs


def main(arguments: list[str] | None = None) -> None:
    """Evaluate the pretrained run in both ways; write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.photo_mirror", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    options = parser.parse_args(arguments)
    files.committed()
    run = runs.find(files.ROOT / "models" / "cats_dogs" / "pretrained")
    settings = run.config()
    data = photos.load("cats_dogs", options.data_dir, image_size=settings["image_size"])
    model = saving.load(run).model
    loss = network.loss_for(len(data.labels), settings["label_smoothing"])
    model.compile("sgd", loss=loss, metrics=["accuracy"])
    metrics, _ = judging.evaluate(model, data)
    found = mirror.both_ways(model, data, metrics, settings["mirror"])
    print(mirror.sentence(found))
    about = {"run": "models/cats_dogs/pretrained", "seed": run.seed, "sha256": data.sha256}
    print(files.save("photo_mirror", about | found))


if __name__ == "__main__":
    main()
