"""How apps.worked_examples works its rows out, prints them as on a board, and draws them."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import Config
from .board import Compared, Row, agree, plain

Result = dict[str, Any]  # row, title, slide, source, computed, equal, note
SLIDE, FORMULA = "slide", "formula"


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
        "source": source(compared),
        "computed": plain(compared.computed),
        "equal": agree(compared.slide, compared.computed, compared.digits),
        "note": "; ".join(notes),
    }
    return result, lines


def source(compared: Compared) -> str | dict[str, str]:
    """Whether a number is the slide's own or by formula; for a dictionary, of each name."""
    formula = compared.by_formula
    if isinstance(compared.slide, dict):
        names = compared.slide.keys() if formula is True else formula or ()
        return {name: FORMULA if name in names else SLIDE for name in compared.slide}
    return FORMULA if formula else SLIDE


def has_own(result: Result) -> bool:
    """Whether the slide itself prints a number of this row."""
    sources = result["source"]
    return SLIDE in (sources.values() if isinstance(sources, dict) else (sources,))


def slide_errs(result: Result) -> bool:
    """Whether the slide is known to be wrong in this row."""
    return "the slide errs" in result["note"]


def show(row: Row, lines: list[str], result: Result) -> None:
    """Print one row as on a board."""
    print(f"\n{row.number}. {row.title}   ({row.slide})")
    for line in lines:
        print("    " + line.replace("\n", "\n    "))
    slide, computed, sources = result["slide"], result["computed"], result["source"]
    pairs = (
        [(f"{name}: ", sources[name], slide[name], computed[name]) for name in slide]
        if isinstance(slide, dict)
        else [("", sources, slide, computed)]
    )
    for label, origin, printed, ours in pairs:
        mark = "=" if agree(printed, ours, None) else ("~" if result["equal"] else "differs:")
        given = "slide" if origin == SLIDE else "by formula"
        print(f"    {label}{given} {short(printed)}  {mark}  computed {short(ours)}")
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
    """How many rows are equal to the slides' own numbers, how many to their formulas, and where the slides err."""
    own = sum(result["equal"] and has_own(result) for result in results)
    formula = sum(result["equal"] and not has_own(result) for result in results)
    text = f"\n{len(results)} row{'s' * (len(results) != 1)}: {own} equal to the slides' own numbers"
    if formula:
        text += f", {formula} equal by formula, where the slides print no number"
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
