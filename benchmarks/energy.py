"""How well the energy of the logits tells digits from what is none, and the energies in a pretrained run's card.

Run:
    python -m benchmarks.energy mnist_dense                   print how well it tells
    python -m benchmarks.energy mnist_dense --write           and write the validation data's quantiles into the card

All else in the card stays as it is.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks import files
from keras_course import folders, saving
from keras_course.datasets import digits, drawn_animals, handwriting
from keras_course.errors import UserError
from keras_course.evaluation import energy
from keras_course.experiment import runs

FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "STIXGeneral")
LETTERS = "ABCDEFGHJKMNPQRTUVWXYabdefhkmnpqrtuwxy"  # those that look like no digit


def main(arguments: list[str] | None = None) -> None:
    """Print the AUC and the fraction above the 99 % quantile for each kind of picture; write the card if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.energy", description=__doc__.splitlines()[0])
    parser.add_argument("app", help="an app with a pretrained run on MNIST")
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    parser.add_argument("--write", action="store_true", help="write the quantiles into the card")
    options = parser.parse_args(arguments)
    run = runs.find(options.models_dir / options.app / "pretrained")
    data = digits.load("mnist", options.data_dir, seed=run.seed)
    model = saving.load(run).model
    known = energies(model, data.x_validation)
    if options.write:
        run.write_json("card", {**run.card(), "energy": energy.quantiles(known)})
    for name, pictures in kinds(data.x_test).items():
        found = energies(model, pictures)
        above = np.mean(found > np.quantile(known, 0.99))
        print(
            f"{name:20} {len(found):6} AUC {area(known, found):.3f}  above 99 % of validation: {above:.1%}",
            flush=True,
        )


def energies(model: Any, pictures: np.ndarray) -> np.ndarray:
    """The energy of each picture, (n,)."""
    found = energy.energies(model, x=pictures, batch_size=500)
    if found is None:
        raise UserError("this model does not end in a dense layer with softmax")
    return found


def area(known: np.ndarray, other: np.ndarray) -> float:
    """The area under the ROC curve: how often one of the others has the higher energy."""
    known = np.sort(known)
    places = np.searchsorted(known, other, "left") + np.searchsorted(known, other, "right")
    return float(places.mean() / 2 / len(known))


def kinds(x_test: np.ndarray) -> dict[str, np.ndarray]:
    """Pictures that are digits, and pictures that are none, all read as a file of a digit is read."""
    generator = np.random.default_rng(0)
    pairs = [pair(x_test, generator) for _ in range(200)]
    animals = [
        Image.fromarray(drawn_animals.draw(label, number, 150))
        for number in range(50)
        for label in drawn_animals.LABELS
    ]
    return {
        "test digits": x_test,
        "printed digits": read([text(letter, font) for font in FONTS for letter in "0123456789"]),
        "printed letters": read([text(letter, font) for font in FONTS for letter in LETTERS]),
        "two digits": read(pairs),
        "drawn cats and dogs": read(animals),
        "scribbles": read([scribble(generator) for _ in range(100)]),
        "digits upside down": np.rot90(x_test[:1000], 2, axes=(1, 2)),
    }


def read(pictures: list[Image.Image]) -> np.ndarray:
    """Each picture as ``read_digit`` reads its file; those in which it finds no digit are left out."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        for picture in pictures:
            picture.save(path)
            try:
                found.append(handwriting.read_digit(path))
            except UserError:
                continue
    return np.stack(found)


def text(letter: str, font: str) -> Image.Image:
    """A printed letter, dark on light."""
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    picture = Image.new("L", (320, 220), 255)
    ImageDraw.Draw(picture).text((60, 30), letter, fill=0, font=ImageFont.truetype(str(path), 120))
    return picture


def pair(x_test: np.ndarray, generator: np.random.Generator) -> Image.Image:
    """Two digits side by side, dark on light."""
    first, second, gap = *generator.integers(0, len(x_test), 2), generator.integers(0, 30)
    picture = np.full((60, 120), 255, np.uint8)
    picture[16:44, 10:38] -= x_test[first]
    picture[16:44, 38 + gap : 66 + gap] -= x_test[second]
    return Image.fromarray(picture).resize((480, 240))


def scribble(generator: np.random.Generator) -> Image.Image:
    """A line that goes to and fro, dark on light."""
    picture = Image.new("L", (200, 200), 255)
    ends = [tuple(end) for end in generator.uniform(20, 180, (generator.integers(5, 12), 2))]
    ImageDraw.Draw(picture).line(ends, fill=0, width=8)
    return picture


if __name__ == "__main__":
    main()
