"""Filter a picture by hand and with Keras: deck 2's vertical edges and the usual kernels; and see it as numbers.

Slide: deck 2, "Filters"; deck 2, "Learning features from data: Convolutions"; deck 3, "What computers see",
    "How Does Computer See an image??"

Group: by hand, 4

Run:
    python -m apps.filters                          scikit-learn's photo of a temple
    python -m apps.filters my_photo.jpg --size 400
    python -m apps.filters --no-keras --size 200    small, by hand alone

Try:
    flower.jpg              a picture of curves: how much does a filter for vertical edges leave?
    --crop 0 0 8            a piece of the sky: what does an even colour look like as numbers?
    a photo of a fence      turn it by 90 degrees and run again: where have its edges gone?
"""

import dataclasses
from typing import Annotated, Any

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Filter a picture with small kernels."""

    image: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="IMAGE")] = "china.jpg"
    """A picture file; if there is no such file, china.jpg and flower.jpg are scikit-learn's photos."""
    size: int = 640
    """Pixels of the longer side; a larger picture is reduced to it."""
    crop: tuple[int, int, int] | None = None
    """Row, column and side of the piece printed as numbers; if omitted, 12 pixels in the middle."""
    keras: bool = True
    """Filter with Keras' Conv2D too, and compare."""
    run: Annotated[command.OutputOptions, tyro.conf.OmitArgPrefixes] = command.OutputOptions()


def main(config: Config) -> dict[str, Any]:
    """Print the piece as numbers, filter the picture with every kernel, measure which edges remain."""
    from keras_course.by_hand.kernels import SLIDES, grey
    from keras_course.experiment import results, runs

    from . import inputs, measures, report

    inputs.check(config)
    path = inputs.found(config.image)
    picture, box = inputs.read(config, path)
    run = runs.new(
        "filters",
        dataclasses.replace(config, image=path.name),  # no paths in a run
        config.run.models_dir,
        dataset=inputs.facts(config, path).facts(),
    )

    planes = report.print_numbers(path.name, picture, box)
    brightness = grey(picture) / 255  # 0 to 1
    filtered, table = measures.filter_all(brightness, with_keras=config.keras)
    report.print_table(table, brightness.shape)
    edges, responses = measures.edges(), measures.responses_by_angle()
    report.print_edges(edges, responses)
    conv2 = report.print_conv2()

    run.save_figure("computer_sees", report.numbers_figure(path.name, picture, box, planes))
    for name, figure in report.filters_figures(path.name, brightness, filtered).items():
        run.save_figure(name, figure)
    run.save_figure("edges", report.edges_figure(responses))
    metrics = {
        "height": picture.shape[0],
        "width": picture.shape[1],
        "kernels": table,
        "edges": edges,
        "answer_to_leaning_edges": {"degrees": measures.DEGREES, **responses},
        "conv2": conv2,
        "vertical_share": edges[SLIDES[1]]["vertical_share"],
    }
    return results.finish(run, metrics, "vertical_share", figure="edges")
