"""Every number on the slides, worked out step by step as on the board, beside the slide's own.

Slide: deck 1, "Convolutional layer", "Activation function"; deck 3, "Simple Example", "Step1-Convolution",
    "Flattening", "Energy Function"; deck 4, "Probability", "Error function"; deck 5, "Choices", "Back Propagation"

Run:
    python -m apps.worked_examples                     all of them
    python -m apps.worked_examples convolution         one topic
    python -m apps.worked_examples --json              for a program: row, title, slide, computed, equal, note
    python -m apps.worked_examples --figures           and a picture of each

Try:
    memory              what would the network say after "Steven saw Mark. Mark saw" if it could not forget?
    learning            what does the slide's momentum loop do to a ball that rolls downhill?
    regions             why does nobody minimise the number of errors itself?
"""

import dataclasses
import importlib
import json
import re
from pathlib import Path
from typing import Annotated, Any

import tyro

from apps.worked_examples.board import Row, agree, plain

TOPICS = (
    "convolution", "pooling", "neurons", "learning", "choices",
    "probability", "regions", "letters", "memory", "pictures",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Config:
    """Work the slides' numbers out, and hold them against the slides."""

    topic: Annotated[str | None, tyro.conf.Positional] = None
    """One of convolution, pooling, neurons, learning, choices, probability, regions, letters, memory, pictures."""
    json: bool = False
    """Print JSON only."""
    figures: bool = False
    """Draw a picture of each, into a folder of models_dir."""
    models_dir: Path = Path("models")
    """Where the folder with the pictures is made."""


def main(config: Config) -> list[dict[str, Any]]:
    """Work through the rows; return them as ``--json`` prints them.

    Raises:
        ValueError: for an unknown topic.
        RuntimeError: a number differs from the slide's where the slide is right: a bug of ours.
    """
    if config.topic is not None and config.topic not in TOPICS:
        raise ValueError(f"there is no topic {config.topic!r}: choose one of {', '.join(TOPICS)}")
    chosen = rows([config.topic] if config.topic else list(TOPICS))
    results = []
    for row in chosen:
        lines: list[str] = []
        result = work(row, lines)
        results.append(result)
        if not config.json:
            show(row, lines, result)
    wrong = [
        result["row"] for result in results if not result["equal"] and "the slide errs" not in result["note"]
    ]
    if config.json:
        print(json.dumps(results, indent=2, ensure_ascii=False))
    else:
        equal = sum(result["equal"] for result in results)
        errs = [str(row) for row in sorted(r["row"] for r in results if "the slide errs" in r["note"])]
        print(
            f"\n{len(results)} rows: {equal} equal to the slides"
            + (
                f"; the slides err in row{'s' * (len(errs) > 1)} {', '.join(errs)}, as said there"
                if errs
                else ""
            )
        )
    if config.figures:
        draw(chosen, results, config)
    if wrong:
        raise RuntimeError(f"rows {wrong} differ from the slides, and no slide is known to err there")
    return results


def rows(topics: list[str]) -> list[Row]:
    """The rows of some topics, in the topics' order."""
    return [row for topic in topics for row in importlib.import_module(f"apps.worked_examples.{topic}").ROWS]


def work(row: Row, lines: list[str]) -> dict[str, Any]:
    """Work one row out; what it says goes to ``lines``."""
    compared = row.work(lines.append)
    notes = ([f"the slide errs: {compared.errs}"] if compared.errs else []) + (
        [compared.note] if compared.note else []
    )
    return {
        "row": row.number,
        "title": row.title,
        "slide": plain(compared.slide),
        "computed": plain(compared.computed),
        "equal": agree(compared.slide, compared.computed, compared.digits),
        "note": "; ".join(notes),
    }


def show(row: Row, lines: list[str], result: dict[str, Any]) -> None:
    """Print one row as on the board."""
    print(f"\n{row.number}. {row.title}   ({row.slide})")
    for line in lines:
        print("    " + line.replace("\n", "\n    "))
    slide, computed = result["slide"], result["computed"]
    pairs = (
        [(name, slide[name], computed[name]) for name in slide]
        if isinstance(slide, dict)
        else [("", slide, computed)]
    )
    for name, printed, ours in pairs:
        mark = "=" if agree(printed, ours, None) else ("~" if result["equal"] else "differs:")
        label = f"{name}: " if name else ""
        print(f"    {label}slide {short(printed)}  {mark}  computed {short(ours)}")
    if result["note"]:
        print(f"    ({result['note']})")


def short(value: Any) -> str:
    """A value on one line, floats to six digits."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return "[" + ", ".join(short(part) for part in value) + "]"
    return str(value)


def draw(chosen: list[Row], results: list[dict[str, Any]], config: Config) -> None:
    """Save each row's picture in a new folder, with the results beside it."""
    from keras_course.experiment import runs

    run = runs.new("worked_examples", config, config.models_dir)
    for row in chosen:
        name = re.sub(r"\W+", "_", row.title.partition(":")[0])
        run.save_figure(f"row_{row.number:02}_{name}", row.draw())
    run.complete_with({"rows": results})
    if not config.json:
        print(f"run: {run.path}")
