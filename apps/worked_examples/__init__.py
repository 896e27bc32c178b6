"""Every number on the slides, worked out step by step as on a board, beside the slide's own.

Where a slide prints no number, a result by its formula stands beside ours, and is called that.

Slide: deck 1, "Convolutional layer", "Activation function"; deck 3, "Simple Example", "Step1-Convolution",
    "Flattening", "Energy Function"; deck 4, "Probability", "Error function"; deck 5, "Choices", "Back Propagation"

Group: by hand, 1

Run:
    python -m apps.worked_examples                     all of them
    python -m apps.worked_examples convolution         one topic
    python -m apps.worked_examples --json              for a program: row, title, slide, source, computed, equal, note
    python -m apps.worked_examples --figures           and a picture of each

Try:
    memory              what would the network say after "Steven saw Mark. Mark saw" if it could not forget?
    learning            what does the slide's momentum loop do to a ball that rolls downhill?
    regions             why does nobody minimise the number of errors itself?
"""

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import tyro

from keras_course import folders
from keras_course.errors import UserError

TOPICS = (
    "convolution", "pooling", "neurons", "learning", "choices",
    "probability", "regions", "letters", "memory", "pictures",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Config:
    """Work out the slides' numbers, and compare them with the slides."""

    topic: Annotated[str | None, tyro.conf.Positional] = None
    """One of convolution, pooling, neurons, learning, choices, probability, regions, letters, memory, pictures."""
    json: bool = False
    """Print JSON only."""
    figures: bool = False
    """Draw a picture of each, into a folder of models_dir."""
    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Where the folder with the pictures is made."""


def main(config: Config) -> list[dict[str, Any]]:
    """Work through the rows; return them as ``--json`` prints them.

    Raises:
        UserError: for an unknown topic.
        RuntimeError: a number differs from the slide's where the slide is right: a bug of ours.
    """
    from . import report

    if config.topic is not None and config.topic not in TOPICS:
        raise UserError(f"there is no topic {config.topic!r}: choose one of {', '.join(TOPICS)}")
    rows = report.rows([config.topic] if config.topic else TOPICS)
    results = []
    for row in rows:
        result, lines = report.work(row)
        results.append(result)
        if not config.json:
            report.show(row, lines, result)
    print(json.dumps(results, indent=2, ensure_ascii=False) if config.json else report.summary(results))
    if config.figures:
        folder = report.draw(rows, results, config)
        if not config.json:
            print(f"run: {folder}")
    wrong = [row["row"] for row in results if not row["equal"] and not report.slide_errs(row)]
    if wrong:
        raise RuntimeError(f"rows {wrong} differ from the slides, and no slide is known to be wrong there")
    return results
