"""Filter a picture by hand and with Keras: deck 2's vertical edges and the usual kernels; and see it as numbers.

Slide: deck 2, "Filters"; deck 2, "Learning features from data: Convolutions"; deck 3, "What computers see",
    "How Does Computer See an image??"

Run:
    python -m apps.filters                          scikit-learn's photo of a temple
    python -m apps.filters my_photo.jpg --size 400
    python -m apps.filters --no-keras --size 200    small, by hand alone

Try:
    flower.jpg              a picture of curves: how much is left by a filter for vertical edges?
    --crop 0 0 8            a piece of the sky: what do even colours look like as numbers?
    a photo of a fence      turn it by 90 degrees and run again: where have its edges gone?
"""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from keras_course.datasets.dataset import Dataset
from keras_course.experiment import command

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True)
class Config:
    """Filter a picture with small kernels."""

    image: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="IMAGE")] = "china.jpg"
    """A picture file; china.jpg and flower.jpg are scikit-learn's photos, where there is no such file."""
    size: int = 640
    """Pixels of the longer side; a larger picture is reduced to it."""
    crop: tuple[int, int, int] | None = None
    """Row, column and side of the piece printed as numbers; left out: 12 pixels in the middle."""
    keras: bool = True
    """Filter with Keras' Conv2D too, and compare."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Picture(Dataset):
    """The picture that is filtered."""


PHOTOS = {
    "china.jpg": "CC BY 2.0, danielbuechele (flickr), shipped with scikit-learn",
    "flower.jpg": "Creative Commons BY 2.0 (see scikit-learn's datasets/images/README.txt)",
}
LARGEST_KERNEL = 5  # pixels
LARGEST_PIECE = 20  # numbers in a line of print
DEGREES = tuple(range(0, 91, 15))


def main(config: Config) -> dict[str, Any]:
    """Print the piece as numbers, filter the picture with every kernel, measure which edges remain."""
    import hashlib

    from apps.filters import report as report
    from keras_course.by_hand.kernels import KERNELS, SLIDES, grey
    from keras_course.datasets.images import read_picture
    from keras_course.experiment import results, runs
    from keras_course.plots.cells import computer_sees
    from keras_course.plots.kernels import edge_answers, filtered_pictures

    path = found(config.image)
    picture = read_picture(path, config.size)
    box = piece(config, path, picture)
    shipped = path != Path(config.image)
    data = Picture(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        terms=PHOTOS[path.name] if shipped else "those of the given file",
    )
    run = runs.new(
        "filters",
        dataclasses.replace(config, image=path.name),
        config.run.models_dir,
        seed=config.run.seed,
        dataset=data.facts(),
    )

    planes = report.print_numbers(path.name, picture, box)
    brightness = grey(picture) / 255  # 0 to 1
    filtered, table = report.filter_all(brightness, with_keras=config.keras)
    report.print_table(table, brightness.shape)
    square, answers, energies, edges = report.measure_edges(DEGREES)
    report.print_edges(edges, DEGREES, energies)
    octave = report.print_conv2()

    run.save_figure(
        "computer_sees", computer_sees(picture, box, planes, title=f"{path.name}, as a computer has it")
    )
    run.save_figure(
        "filters",
        filtered_pictures(
            brightness,
            {name: kernel.weights for name, kernel in KERNELS.items()},
            filtered,
            {name: kernel.description for name, kernel in KERNELS.items()},
            title=f"{len(KERNELS)} kernels on {path.name}",
        ),
    )
    run.save_figure(
        "edges",
        edge_answers(
            square,
            answers,
            DEGREES,
            {name: energies[name] for name in SLIDES},
            title=report.leaning_sentence(DEGREES, energies),
        ),
    )
    metrics = {
        "height": picture.shape[0],
        "width": picture.shape[1],
        "kernels": table,
        "edges": edges,
        "answer_to_leaning_edges": {"degrees": DEGREES, **energies},
        "conv2": octave,
        "vertical_share": edges[SLIDES[1]]["vertical_share"],
    }
    return results.finish(run, metrics, "vertical_share")


def found(image: str) -> Path:
    """The file of that name, else scikit-learn's photo of that name.

    Raises:
        OSError: there is neither.
    """
    from keras_course.datasets.images import scikit_learn_photo

    path = Path(image)
    if path.exists():
        return path
    if image in PHOTOS:
        return scikit_learn_photo(image)
    raise FileNotFoundError(f"{image}: there is no such file; leave it away for a photo that is here")


def piece(config: Config, path: Path, picture: "np.ndarray") -> tuple[int, int, int, int]:
    """The piece to print: row, column, height, width.

    Raises:
        ValueError: the picture is smaller than a kernel, or the piece does not lie in it.
    """
    height, width = picture.shape[:2]
    if min(height, width) < LARGEST_KERNEL:
        raise ValueError(
            f"{path}: {height}x{width} pixels (height x width, --size {config.size}) are less than the largest kernel "
            f"needs, {LARGEST_KERNEL}x{LARGEST_KERNEL}; give a larger picture or --size"
        )
    side = min(12, height, width)
    row, column, side = config.crop or ((height - side) // 2, (width - side) // 2, side)
    inside = 0 <= row <= height - side and 0 <= column <= width - side
    if not 1 <= side <= LARGEST_PIECE or not inside:
        raise ValueError(
            f"--crop {row} {column} {side}: row, column and side of a piece (1 to {LARGEST_PIECE} pixels) inside "
            f"{height} rows and {width} columns are needed"
        )
    return row, column, side, side
