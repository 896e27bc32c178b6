"""The end of an experiment: its closing lines and its report; and a start that failed leaves nothing."""

import dataclasses
import html.parser
import webbrowser
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
import tyro
from matplotlib.figure import Figure

from keras_course.errors import UserError
from keras_course.experiment import cleanup, command, report, results, runs

HISTORY = {"loss": [0.9, 0.4, 0.2], "val_loss": [1.0, 0.5, 0.6], "val_accuracy": [0.7, 0.9, 0.8]}


@dataclasses.dataclass(frozen=True)
class Config:
    """An experiment."""

    epochs: int = 3
    hidden: tuple[int, ...] = ()
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


def new(tmp_path, **options):
    cleanup.forget()
    return runs.new("app", Config(run=command.HandOptions(models_dir=tmp_path, **options)), tmp_path)


def finished(tmp_path, metrics=None, **options):
    run = new(tmp_path, **options)
    run.write_history(HISTORY)
    for name, title in (("curves", "falls"), ("confusion", "1 of 8\nwrong")):
        figure = Figure(figsize=(1, 1))
        figure.suptitle(title)
        run.save_figure(name, figure)
    results.finish(
        run, {"accuracy": 0.875, "best_epoch": 2, **(metrics or {})}, "accuracy", figure="confusion"
    )
    return run


class Page(html.parser.HTMLParser):
    """What a browser would see: the tags with their attributes, and all text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data if self.open[-1:] != ["style"] else ""


def test_the_closing_lines_name_figures_report_result_and_run(tmp_path, capsys):
    run = finished(tmp_path)
    figures, said, result, last = capsys.readouterr().out.splitlines()
    assert figures.startswith(
        f"figures: {run.path / 'figures'} (curves, confusion); look first at confusion.png: "
    )
    assert figures.endswith("confusion.png: 1 of 8; wrong")  # what it shows
    assert said == f"report: {run.path / 'report.html'}"
    assert result == "accuracy 0.8750" and last == f"run: {run.path}"


def test_a_run_without_figures_has_no_line_for_them(tmp_path, capsys):
    results.finish(new(tmp_path), {"accuracy": 0.5}, "accuracy", figure="curves")
    assert not capsys.readouterr().out.startswith("figures")


def test_the_report_holds_everything_and_fetches_nothing(tmp_path):
    rows = {"large, <L2>": {"accuracy": 0.8, "gap": 0.1}, "small": {"accuracy": 0.7, "gap": 0.1}}
    run = finished(tmp_path, {"variants": rows}, name="first", author="Ada <ada@x.org> & Co")
    text = (run.path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not page.open
    sources = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    assert len(sources) == 2 and all(source.startswith("data:image/png;base64,") for source in sources)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "a", "b"})
    assert "http" not in text and "url(" not in text and "prefers-color-scheme" in text
    for words in ("app first", "Ada <ada@x.org> & Co", "large, <L2>", "accuracy 0.8750", "epochs", "numpy"):
        assert words in page.text
    assert "epoch 2 is the best" in page.text
    assert all(attrs["alt"] for tag, attrs in page.tags if tag == "img")
    assert "gap" not in page.text  # the same in all variants


def test_the_report_of_a_long_training_shows_some_epochs_and_the_best(tmp_path):
    run = new(tmp_path)
    run.write_history({"loss": list(np.linspace(1, 0.1, 500))})
    page = Page(report.page(run, {"best_epoch": 333}))
    assert "epoch 333 is the best" in page.text and "of 500 epochs" in page.text
    assert sum(tag == "tr" for tag, _ in page.tags) < 60


def test_the_report_is_there_before_the_run_is_complete(tmp_path, monkeypatch):
    run = new(tmp_path)
    monkeypatch.setattr(report, "page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        results.finish(run, {"accuracy": 1.0}, "accuracy")
    assert not run.complete


def test_a_large_figure_is_embedded_smaller(tmp_path):
    run, figure = new(tmp_path), Figure(figsize=(4, 4))
    figure.subplots().imshow(np.random.default_rng(0).random((800, 800, 3)))
    path = run.save_figure("photos", figure)
    assert path.stat().st_size > report.LARGE
    text = report.page(run, {})
    assert "data:image/jpeg" in text and len(text) < path.stat().st_size


@pytest.mark.parametrize("works", [True, False])
def test_open_opens_the_report(tmp_path, monkeypatch, capsys, works):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or works)
    run = finished(tmp_path, open=True)
    assert opened == [(run.path / "report.html").as_uri()]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"run: {run.path}" and len(lines) == (4 if works else 5)
    finished(tmp_path)
    assert len(opened) == 1  # not without being asked
    assert "open" not in run.config()


def test_name_and_author_are_in_folder_and_files(tmp_path):
    run = new(tmp_path, name="dropout50", author="Ada")
    assert run.path.name.endswith("_seed0_dropout50")
    for file in ("config", "environment"):
        assert run.read_json(file)["name"] == "dropout50" and run.read_json(file)["author"] == "Ada"


@pytest.mark.parametrize("name", ["a b", "a/b", "..", "ends.", "a" * 61, "what?"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path, name, capsys):
    with pytest.raises(UserError, match="letters, digits"):
        new(tmp_path, name=name)
    with pytest.raises(SystemExit):
        command.run(lambda config: pytest.fail("begun"), Config, ["--name", name])  # type: ignore[arg-type]
    assert "letters, digits" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "status"), [(UserError("no"), 2), (KeyboardInterrupt(), 130), (MemoryError(), 2)]
)
def test_a_failed_start_leaves_nothing(tmp_path, error, status, capsys):
    def main(config: Config) -> None:
        run = runs.new("app", config, config.run.models_dir)
        run.write_json("card", {})
        raise error

    with pytest.raises(SystemExit) as stopped:
        command.run(main, Config, ["--models-dir", str(tmp_path)])
    assert stopped.value.code == status
    assert not list(tmp_path.iterdir())
    said = capsys.readouterr().err
    assert said == "" if status == 130 else said.startswith("error: ")


@pytest.mark.parametrize("result", ["history.csv", "backup/state.npz", "large/model.keras", "notes.txt"])
def test_a_run_with_any_result_is_never_removed(tmp_path, result):
    run = new(tmp_path)
    run.write_file(result, lambda path: path.write_text("x"))
    assert cleanup.remove_failed() == [] and (run.path / result).is_file() and run.config()


def test_a_run_that_was_not_started_here_is_never_removed(tmp_path):
    run = new(tmp_path)
    cleanup.forget()  # as if by another process: it may be resumed
    assert cleanup.remove_failed() == [] and run.config()


def test_a_parent_goes_with_its_empty_variants(tmp_path):
    run = new(tmp_path)
    run.variant("large", Config(), {})
    assert cleanup.will_go(run.path) and cleanup.remove_failed() == [run.path]
    assert not list(Path(tmp_path).iterdir())
