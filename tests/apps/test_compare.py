"""``python -m apps.compare``: the table, the figure, and runs that are not as they should be."""

import subprocess
import sys

import pytest
from PIL import Image

from apps import compare
from apps.compare import table
from keras_course.errors import UserError
from keras_course.experiment.runs import Run

HISTORY = {"accuracy": [0.8, 0.9], "loss": [0.9, 0.4], "val_accuracy": [0.75, 0.85], "val_loss": [1.0, 0.5]}


def make(folder, app, *, config=None, history=HISTORY, metrics=None, dataset=None):
    """A run's folder, as an app leaves it; without metrics as one that was killed."""
    run = Run(folder, app)
    folder.mkdir(parents=True)
    run.write_json("config", {"seed": 0, "epochs": 2, **(config or {})})
    facts = {"name": "mnist", "sha256": "0", "embedded": False, "limited": None, **(dataset or {})}
    run.write_json("card", {"app": app, "parameters": 5, "dataset": facts})
    if history:
        run.write_history(history)
    if metrics is not None:
        run.complete_with(metrics)
    return run


@pytest.fixture
def models(tmp_path):
    """Two dense runs, one price run, an unfinished one, and a parent of two variants."""
    models = tmp_path / "models"
    done = {"test_accuracy": 0.98123, "test_loss": 0.07, "parameters": 407050, "seconds": 83.4}
    done |= {"flops": 813_000, "share_of_peak": 0.254}
    make(models / "dense/one", "dense", config={"hidden": [512], "dropout": 0.0, "l2": 0.0}, metrics=done)
    make(
        models / "dense/two", "dense", config={"hidden": [], "dropout": 0.5, "l2": 0.0},
        metrics={**done, "test_accuracy": 0.9}, dataset={"name": "digits", "embedded": True},
    )  # fmt: skip
    make(
        models / "prices/one", "prices", config={"window": 60, "epochs": 1},
        history={"loss": [3.0], "val_loss": [float("nan")], "mae": [1.0], "val_mae": [2.0]},
        metrics={"test_mase": 1.001, "parameters": 71051},
    )  # fmt: skip
    make(models / "dense/killed", "dense", config={"hidden": [512], "epochs": 10})
    parent = models / "sizes/2026"
    rows = {}
    for name, value in (("small", 0.8), ("large, L2", 0.9)):
        folder = parent / name.replace(",", "").replace(" ", "_")
        rows[name] = {"test_accuracy": value}
        make(folder, "sizes", metrics=rows[name])
    Run(parent, "sizes").write_json("config", {"seed": 0, "epochs": 2})
    Run(parent, "sizes").complete_with({"variants": rows, "conclusion": "larger is better"})
    return models


def rows_of(models, *specs, **settings):
    return compare.main(compare.Config(specs, models_dir=models, **settings))


def test_the_table_shows_what_differs_and_what_came_out(models, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    first, second = rows_of(models, "dense/one", str(models / "dense" / "two"))
    assert first == {
        "run": "dense/one",
        "hidden": "512",
        "dropout": "0.0",
        "data": "mnist",
        "epochs": "2",
        "best validation": "accuracy 0.8500 at epoch 2",
        "test_accuracy": "0.9812",
        "test_loss": "0.0700",
        "parameters": "407,050",
        "seconds": "83",
        "flops": "813,000",
        "share of peak": "25%",
    }
    assert (second["hidden"], second["dropout"]) == ("none", "0.5")
    assert second["data"] == "digits (embedded stand-in data)"
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [*(word for name in first for word in name.split())]
    assert lines[1].startswith("dense/one  ") and lines[2].startswith("dense/two  ")
    assert lines[-1] == f"figure: {models / 'compare' / 'compare.png'}"
    with Image.open(models / "compare" / "compare.png") as picture:
        assert picture.width > 600


def test_runs_of_different_apps_have_blank_cells(models):
    dense, prices = rows_of(models, "dense/one", "prices/one")
    assert "window" not in dense and "hidden" not in dense  # no difference among the runs that have it
    assert (dense["test_accuracy"], dense["test_mase"]) == ("0.9812", "")
    assert (prices["test_accuracy"], prices["test_mase"]) == ("", "1.0010")
    assert prices["best validation"] == "" and prices["seconds"] == ""
    assert prices["epochs"] == "1"


def test_an_incomplete_run_is_said(models, capsys):
    row = rows_of(models, "dense/killed")[0]
    assert row["epochs"] == "2 of 10"
    assert row["parameters"] == "5"  # from the card
    out = capsys.readouterr().out
    assert "note: dense/killed is incomplete: without metrics.json there are no test results\n" in out


def test_a_parent_stands_for_its_variants(models, capsys):
    rows = rows_of(models, "sizes")
    assert [(row["run"], row["test_accuracy"]) for row in rows] == [
        ("small", "0.8000"),
        ("large_L2", "0.9000"),
    ]
    assert "note" not in capsys.readouterr().out


def test_a_parent_among_others_names_its_variants_in_full(models):
    names = [row["run"] for row in rows_of(models, "sizes", "dense/one")]
    assert names == ["sizes/2026/small", "sizes/2026/large_L2", "dense/one"]


def test_a_parent_that_was_killed(models, capsys):
    (models / "sizes/2026/metrics.json").unlink()
    assert len(rows_of(models, "sizes/2026")) == 2
    assert "note: sizes/2026 is incomplete" in capsys.readouterr().out


def test_the_same_run_twice_is_shown_once(models, capsys):
    assert len(rows_of(models, "dense/one", str(models / "dense/../dense/one"))) == 1
    assert "note: dense/one is named twice and shown once" in capsys.readouterr().out


def test_equal_names_in_two_places_are_told_apart(models, tmp_path):
    other = make(tmp_path / "elsewhere/dense/one", "dense", metrics={"test_accuracy": 0.5}).path
    names = [row["run"] for row in rows_of(models, "dense/one", str(other))]
    assert names == ["dense/one", str(other)]


def test_the_metric_drawn(models):
    rows_of(models, "dense/one", metric="val_loss")  # as history.csv names it
    with pytest.raises(UserError, match="'nosuch'; known: accuracy, loss"):
        rows_of(models, "dense/one", metric="nosuch")


def test_output(models, tmp_path, capsys):
    rows_of(models, "dense/one", output=tmp_path / "new" / "curves.pdf")
    assert (tmp_path / "new" / "curves.pdf").read_bytes().startswith(b"%PDF")
    rows_of(models, "dense/one", output=tmp_path / "bare")
    assert capsys.readouterr().out.splitlines()[-1] == f"figure: {tmp_path / 'bare.png'}"
    assert (tmp_path / "bare.png").is_file()


def test_no_curves_at_all(models):
    make(models / "empty/one", "empty", history=None, metrics={})
    with pytest.raises(UserError, match=r"none of these runs has a history\.csv"):
        rows_of(models, "empty")


def student(folder, accuracy, *, author="", app="dense", sha256="0", **config):
    run = make(
        folder, app, config={"author": author, "hidden": [512], **config},
        metrics={"test_accuracy": accuracy}, dataset={"sha256": sha256, "name": f"data {sha256}"},
    )  # fmt: skip
    return run


@pytest.fixture
def students(tmp_path):
    """Two students' folders: runs of one app on the same data and on others, one pretrained, one killed."""
    student(tmp_path / "ada/models/dense/one", 0.97, author="Ada L.", name="wide", dropout=0.5)
    student(tmp_path / "ada/models/dense/pretrained", 0.999)
    student(tmp_path / "bob/models/dense/one", 0.98, dropout=0.0)
    student(tmp_path / "bob/models/dense/two", 0.97, dropout=0.0)
    student(tmp_path / "bob/models/dense/other", 0.99, sha256="1")
    make(tmp_path / "bob/models/dense/killed", "dense")
    parent = student(tmp_path / "bob/models/sizes/2026", 0.5, app="sizes")
    make(parent.path / "small", "sizes", metrics={"test_accuracy": 0.6})
    return tmp_path / "ada/models", tmp_path / "bob"


def test_the_leaderboard_ranks_runs_of_one_app_on_the_same_data(students, capsys, tmp_path):
    rows = compare.main(compare.Config(leaderboard=students, csv=tmp_path / "board.csv"))
    dense = [row for row in rows if row["app"] == "dense" and row["sha256"] == "0"]
    assert [(row["rank"], row["author"], row["name"], row["test_accuracy"]) for row in dense] == [
        ("1", "bob", "", "0.9800"),
        ("2=", "Ada L.", "wide", "0.9700"),
        ("2=", "bob", "", "0.9700"),
    ]
    assert [row["dropout"] for row in dense] == ["0.0", "0.5", "0.0"] and "hidden" not in dense[0]
    assert len(rows) == 5  # other data, and another app: no variant, no killed run, nothing pretrained
    out = capsys.readouterr().out
    assert "dense on data 0: 3 runs by test_accuracy" in out and "dense on data 1: 1 run by" in out
    assert "apart from other runs of dense, which are on other data" in out
    assert len((tmp_path / "board.csv").read_text().splitlines()) == 6


def test_a_lower_error_ranks_higher(tmp_path):
    for name, ratio in (("one", 1.02), ("two", 0.99)):
        make(tmp_path / "stock" / name, "stock", metrics={"rmse_ratio": ratio})
    rows = compare.main(compare.Config(leaderboard=(tmp_path,)))
    assert [row["rmse_ratio"] for row in rows] == ["0.9900", "1.0200"]


def test_csv_has_all_columns(models, tmp_path, capsys):
    rows_of(models, "dense/one", "dense/two", csv=tmp_path / "new/table.csv")
    head, first, _ = (tmp_path / "new/table.csv").read_text().splitlines()
    assert head.startswith("run,hidden,dropout,data,") and "407050" in first
    assert f"table: {tmp_path / 'new/table.csv'}" in capsys.readouterr().out


def test_a_wide_table_goes_on_below(models, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    rows_of(models, "dense/one", "dense/two")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("run", "dense/"))]
    assert max(map(len, lines)) <= 80
    assert len(lines) > 3 and any("test_loss" in line for line in lines)


def test_different_data_are_said(models, capsys, tmp_path):
    student(models / "dense/three", 0.9, sha256="1")
    rows_of(models, "dense/one", "dense/three")
    assert "different data (mnist, data 1): their results cannot be compared" in capsys.readouterr().out


def test_the_figure_names_what_differs(models):
    found, _ = compare.collect(["dense/one", "dense/two"], models)
    assert list(table.names(found).values()) == ["hidden 512, dropout 0.0", "hidden none, dropout 0.5"]
    again = make(
        models / "dense/again", "dense", config={"hidden": [512], "name": "again", "author": "Ada"}
    ).path
    found, _ = compare.collect(["dense/one", str(again)], models)
    assert list(table.names(found).values()) == ["(dense/one)", "Ada, again"]
    found, _ = compare.collect(["sizes"], models)
    assert list(table.names(found).values()) == ["small", "large_L2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to compare"),
        (["--leaderboard", "nosuch"], "there is no such folder"),
        (["--leaderboard", "tests"], "nothing to rank"),
        (["dense/one", "--leaderboard", "tests"], "not both"),
        (["nosuch"], "'nosuch'"),
        (["dense/one", "--output", "figure.nosuch"], "figure.nosuch: no figure can be written as .nosuch"),
        (["dense/one", "--output", "."], ". is a folder"),
        (["dense/one", "--output", "/dev/null/curves.png"], "/dev/null"),
    ],
)
def test_a_users_error_is_one_line(program, models, arguments, words):
    done = program("apps.compare", *arguments, "--models-dir", models)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1 and words in done.stderr


def test_as_a_program(program, models):
    done = program("apps.compare", "sizes", "dense/one", "--models-dir", models)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"figure: {models / 'compare' / 'compare.png'}"


def test_keras_is_not_imported(models):
    code = (
        "import sys; from pathlib import Path; from apps import compare;"
        f"compare.main(compare.Config(('sizes',), models_dir=Path({str(models)!r})));"
        "assert not {'keras', 'tensorflow', 'jax', 'torch', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
