"""How apps.worked_examples works its rows out, prints them as on a board, and draws them."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import Config
from .board import Row, agree, plain

Result = dict[str, Any]  # row, title, slide, computed, equal, note


def rows(topics: Sequence[str]) -> list[Row]:
    """The rows of some topics, in the topics' order."""
    return [row for topic in topics for row in importlib.import_module(f".{topic}", __package__).ROWS]


def work(row: Row) -> tuple[Result, list[str]]:
    """Work out one row: the result as JSON has it, and the lines that were said on the way."""
    lines: list[str] = []
    compared = row.work(lines.append)
    notes = [f"the slide errs: {compared.errs}"] if compared.errs else []
    notes += [compared.note] if compared.note else []
    result = {
        "row": row.number,
        "title": row.title,
        "slide": plain(compared.slide),
        "computed": plain(compared.computed),
        "equal": agree(compared.slide, compared.computed, compared.digits),
        "note": "; ".join(notes),
    }
    return result, lines


def slide_errs(result: Result) -> bool:
    """Whether the slide is known to be wrong in this row."""
    return "the slide errs" in result["note"]


def show(row: Row, lines: list[str], result: Result) -> None:
    """Print one row as on a board."""
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
        return "[" + ", ".join(short(item) for item in value) + "]"
    return str(value)


def summary(results: list[Result]) -> str:
    """How many rows are equal to the slides, and where the slides err."""
    equal = sum(result["equal"] for result in results)
    text = f"\n{len(results)} rows: {equal} equal to the slides"
    errs = [str(number) for number in sorted(result["row"] for result in results if slide_errs(result))]
    if errs:
        text += f"; the slides err in row{'s' * (len(errs) > 1)} {', '.join(errs)}, as said there"
    return text


def draw(rows: list[Row], results: list[Result], config: Config) -> Path:
    """Save each row's picture in a new folder, with the results beside it; return the folder."""
    from keras_course.experiment import results as closing
    from keras_course.experiment import runs

    run = runs.new("worked_examples", config, config.models_dir)
    for row in rows:
        name = re.sub(r"\W+", "_", row.title.partition(":")[0])
        run.save_figure(f"row_{row.number:02}_{name}", row.draw())
    if config.json:  # nothing but JSON is printed
        run.complete_with({"rows": results})
    else:
        closing.complete(run, {"rows": results}, summary(results).strip())
    return run.path
