"""report.html: all of a run in one file, to read, print and send; it fetches nothing and runs no script."""

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment.files import write_atomically
from keras_course.experiment.run import Run

LARGE = 400_000  # bytes of a figure; a larger one (photos) is embedded as a JPEG
MOST_EPOCHS = 20  # rows of the learning curves' table
MOST_COLUMNS = 8  # of the variants' table
TYPES = {".png": "image/png", ".gif": "image/gif"}
STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #d8d8d8; --soft: #f4f5f7; --mark: #005a96; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #17191c; --line: #3b3f45; --soft: #22262b; --mark: #7cc4f5; }
}
* { box-sizing: border-box; }
body { font: 17px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 0 auto; padding: 1.2rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid var(--mark); padding-bottom: .2rem; }
.result { font-size: 1.15rem; background: var(--soft); border-left: 4px solid var(--mark); padding: .7rem 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1.1rem .25rem 0; border-bottom: 1px solid var(--line); }
.wide th, .wide td { overflow-wrap: normal; white-space: nowrap; min-width: 0; }
th { font-weight: 600; overflow-wrap: normal; min-width: 7.5rem; }
td.number { text-align: right; }
tr.mark td { font-weight: 700; background: var(--soft); }
figure { margin: 0 0 1.6rem; break-inside: avoid; }
img { max-width: 100%; max-height: 44rem; width: auto; height: auto;
  background: #fff; border: 1px solid var(--line); border-radius: 4px; }
figcaption { font-size: .9rem; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 0 2.5rem; }
.two > div { min-width: 0; }
@media print {
  body { font-size: 10.5pt; max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
}
"""

Pair = tuple[str, Any]


def write(run: Run, metrics: Mapping[str, Any], result: str = "") -> Path:
    """Write the run's report.html: result, settings, environment, metrics, learning curves, figures, card, variants.

    Args:
        run: with its figures saved.
        metrics: all results.
        result: the closing line that holds the result against its band.
    """
    text = page(run, metrics, result)
    path = run.path / "report.html"
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def page(run: Run, metrics: Mapping[str, Any], result: str = "") -> str:
    """The report as HTML."""
    config, environment, card = run.config(), run.read_json("environment"), run.card()
    title = " ".join(filter(None, [run.app, config.get("name")]))
    by = f"by {config['author']}, " if config.get("author") else ""
    tables = {name: rows for name, rows in metrics.items() if is_table(rows)}
    values = list(_flat({name: value for name, value in metrics.items() if name not in tables}))
    dataset = environment.get("dataset") or card.get("dataset") or {}
    about_model = {
        name: value for name, value in card.items() if name not in ("dataset", "metrics", "name", "author")
    }
    parts = [
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(by + 'run ' + run.path.resolve().name)}</p>",
        f'<p class="result">{_text(result)}</p>' if result else "",
        *(_section(name.replace("_", " "), _rows_table(rows)) for name, rows in tables.items()),
        _section("Figures", "".join(_figure(path) for path in figures(run))),
        '<div class="two">',
        _column("Results", values),
        _column("Settings", list(_flat(config))),
        _column("Data", list(_flat(dataset))),
        _column("Model", list(_flat(about_model))),
        _column(
            "Computed with",
            [pair for pair in _flat(environment) if not pair[0].startswith(("dataset", "name", "author"))],
        ),
        "</div>",
        _section("Learning curves", _history(run.history(), metrics.get("best_epoch"))),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def figures(run: Run) -> list[Path]:
    """The run's figures and animations, in the order in which they were saved."""
    found = [path for path in run.path.glob("figures/*") if path.suffix in TYPES]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def title_of(figure: Path) -> str:
    """The title that ``Run.save_figure`` has written into a figure's file; ``""`` where there is none."""
    from PIL import Image

    with Image.open(figure) as picture:
        return str(picture.info.get("Title", ""))


def is_table(value: Any) -> bool:
    """Whether a metric is a table: a dictionary, or a list, of rows that are dictionaries themselves."""
    rows = list(value.values()) if isinstance(value, Mapping) else value
    return isinstance(rows, list) and len(rows) > 1 and all(isinstance(row, Mapping) for row in rows)


def _figure(path: Path) -> str:
    caption = _text(title_of(path) or path.stem.replace("_", " "))
    data, kind = path.read_bytes(), TYPES[path.suffix]
    if len(data) > LARGE and path.suffix == ".png":
        from PIL import Image

        buffer = io.BytesIO()
        with Image.open(path) as picture:
            picture.convert("RGB").save(buffer, "JPEG", quality=85)
        data, kind = buffer.getvalue(), "image/jpeg"
    source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return (
        f'<figure><img src="{source}" alt="{caption}"><figcaption>{_text(path.name)}</figcaption></figure>\n'
    )


def _section(heading: str, content: str) -> str:
    return f"<h2>{_text(heading.capitalize())}</h2>\n{content}" if content else ""


def _column(heading: str, pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    rows = "".join(
        f"<tr><th>{_text(name)}</th><td>{_text(shown(value))}</td></tr>\n" for name, value in pairs
    )
    return f"<div>{_section(heading, f'<table>{rows}</table>')}</div>"


def _rows_table(value: Any) -> str:
    """The rows of a parent's variants, with the columns that hold one value each and are not the same in all."""
    rows = list(value.values()) if isinstance(value, Mapping) else value
    names = [str(name) for name in value] if isinstance(value, Mapping) else [""] * len(rows)
    plain = dict.fromkeys(
        name for row in rows for name, one in row.items() if not isinstance(one, Mapping | list)
    )
    columns = [name for name in plain if len({str(row.get(name)) for row in rows}) > 1][:MOST_COLUMNS]
    lines = [
        [name, *(shown(row.get(column, "")) for column in columns)]
        for name, row in zip(names, rows, strict=True)
    ]
    return _wide(["", *columns], lines)


def _history(history: Mapping[str, Sequence[float]], best: Any) -> str:
    """The curves' numbers; of a long training some of the epochs, the best and the last among them."""
    epochs = max((len(curve) for curve in history.values()), default=0)
    step = -(-epochs // MOST_EPOCHS) or 1
    kept = (
        sorted({*range(1, epochs + 1, step), epochs, *([best] if isinstance(best, int) else [])})
        if epochs
        else []
    )
    lines = [[str(epoch), *(shown(curve[epoch - 1]) for curve in history.values())] for epoch in kept]
    mark = kept.index(best) if best in kept else None
    note = f"<p>epoch {best} is the best by validation and was kept</p>" if mark is not None else ""
    note += f"<p>{len(kept)} of {epochs} epochs; history.csv has all</p>" if len(kept) < epochs else ""
    return _wide(["epoch", *history], lines, mark) + note if lines else ""


def _wide(heading: Sequence[str], lines: Sequence[Sequence[str]], mark: int | None = None) -> str:
    head = "".join(f"<th>{_text(name.replace('_', ' '))}</th>" for name in heading)
    body = "".join(
        f"<tr{' class=mark' if number == mark else ''}>"
        + "".join(
            f"<td{' class=number' if column else ''}>{_text(cell)}</td>" for column, cell in enumerate(line)
        )
        + "</tr>\n"
        for number, line in enumerate(lines)
    )
    return f'<div class="wide"><table><tr>{head}</tr>\n{body}</table></div>'


def _flat(content: Mapping[str, Any], place: str = "") -> Iterator[Pair]:
    """Every value of nested dictionaries, with the keys that lead to it; nothing where there is nothing."""
    for key, value in content.items():
        name = f"{place} {key}".replace("_", " ").strip()
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        elif value is not None and value != "" and value != []:
            yield name, value


def shown(value: Any) -> str:
    """A value as people write it: ``none``, ``yes``, 0.9812, 407,050."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return (
            f"{value:.4f}"
            if 0.01 <= abs(value) < 1000
            else f"{value:,.0f}"
            if 1000 <= abs(value) < 1e9
            else f"{value:.4g}"
        )
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        words = [shown(one) for one in value[:12]]
        return ", ".join(words) + (f", ... ({len(value)} in all)" if len(value) > 12 else "")
    return "" if value is None else str(value)


def _text(value: str) -> str:
    return html.escape(value, quote=True)
