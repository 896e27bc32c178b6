"""The closing lines of an experiment: its figures and report, the result against its band, and the run."""

import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_course.experiment import bands, efficiency, report
from keras_course.experiment.files import shipped
from keras_course.experiment.run import Run

# What a paired test on the same examples cannot tell: it compares these networks, not their kinds.
ONE_SEED = "All this is one seed; with another, those close to each other may change places."
MOST_NAMED = 9  # figures


def finish(
    run: Run, metrics: Mapping[str, Any], headline: str, *, figure: str | None = None, note: str = ""
) -> dict[str, Any]:
    """Complete the run and print the closing lines; the last two are the result against its band, and ``run: PATH``.

    Args:
        run: the run.
        metrics: all results.
        headline: the one that the app is about.
        figure: the name of the figure that tells most; its title is printed.
        note: what else belongs to the headline metric, such as how it was measured; it ends the line of the result.

    Returns:
        The metrics, with the run's ``flops`` and ``share_of_peak`` where a model was trained.
    """
    metrics = {**metrics, **efficiency.of(run, metrics)}
    result = against_band(run, metrics, headline) + (note and f"; {note}")
    complete(run, metrics, result, figure=figure)
    print(result)
    print(f"run: {run.path}", flush=True)
    return dict(metrics)


def complete(run: Run, metrics: Mapping[str, Any], result: str = "", *, figure: str | None = None) -> None:
    """Write the report, complete the run, and say where figures and report are; open the report if that was asked.

    Args:
        run: the run.
        metrics: all results.
        result: one line for the report: what came out.
        figure: the name of the figure that tells most.
    """
    metrics = {**metrics, **efficiency.of(run, metrics)}
    path = report.write(run, metrics, result)
    run.complete_with(metrics)
    if figures := figures_line(run, figure):
        print(figures)
    print(f"report: {path}", flush=True)
    if run.open_report and not _opened(path):
        print("the report could not be opened here: open that file in a browser")


def figures_line(run: Run, figure: str | None = None) -> str:
    """Where the figures are, and what the most telling one shows; ``""`` if there are none."""
    paths = report.figures(run)
    if not paths:
        return ""
    names = [path.stem for path in paths[:MOST_NAMED]]
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    line = f"figures: {run.path / 'figures'} ({', '.join(names)}{more})"
    telling = next((path for path in paths if path.stem == figure), None)
    if telling is None:
        return line
    title = report.title_of(telling)
    return f"{line}; look first at {telling.name}{title and ': ' + title}"


def _opened(path: Path) -> bool:
    try:
        return webbrowser.open(path.resolve().as_uri())
    except (OSError, webbrowser.Error):
        return False


def stamp(dataset: Mapping[str, Any]) -> str:
    """A few words for a result that does not come from the full, real data; ``""`` for one that does."""
    if dataset.get("embedded"):
        return "embedded stand-in data"
    if dataset.get("limited"):
        return f"trained on {dataset['limited']} examples only"
    return ""


def against_band(run: Run, metrics: Mapping[str, Any], headline: str, folder: Path | None = None) -> str:
    """One line: the headline metric, and whether it is within the band of the same experiment over several seeds.

    The band should hold 95 % of new runs (see ``bands``). Nothing is said of one where the app has never been measured
    over several seeds on these data.

    Args:
        run: the run.
        metrics: its results.
        headline: the metric that the app is about.
        folder: of the bands; default those that come with the course, and none where there are none.
    """
    value = metrics[headline]
    line = f"{headline} {value:.4f}"
    dataset = run.read_json("environment").get("dataset", {})
    if stamp(dataset):
        return f"{line} ({stamp(dataset)}: not to be compared with published results)"
    return line + bands.against(run, value, headline, folder or shipped("benchmarks", "results"))
