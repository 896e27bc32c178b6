"""A run is a folder: named, found, resumed, and never half finished."""

import dataclasses
import os
import subprocess
import sys
import time

import pytest

from keras_course.datasets.dataset import Dataset
from keras_course.errors import UserError
from keras_course.experiment import command, files, results, runs


@dataclasses.dataclass(frozen=True)
class Config:
    dataset: str = "auto"
    hidden: tuple[int, ...] = (512,)
    epochs: int = 3
    run: command.RunOptions = command.RunOptions()


def Data(name="digits", *, embedded=True, **more):  # noqa: N802
    return Dataset(**{"name": name, "sha256": "abc", "terms": "free", "embedded": embedded, **more})


def config(tmp_path, **options):
    return Config(run=command.RunOptions(models_dir=tmp_path, **options))


def test_a_new_run_holds_settings_and_environment_but_no_paths(tmp_path):
    chosen = dataclasses.replace(
        config(tmp_path, seed=4, data_dir=tmp_path / "d"), dataset="/some/where/fashion.npz"
    )
    run = runs.start("app", chosen, Data())
    assert run.path.parent == tmp_path / "app"
    assert run.path.name.endswith("_seed4")
    assert run.config()["dataset"] == "fashion.npz"
    assert run.config()["hidden"] == [512]
    environment = run.read_json("environment")
    assert environment["dataset"] == {**Data().facts(), "by_path": True}
    text = "".join(path.read_text() for path in run.path.glob("*.json"))
    assert "/some" not in text and str(tmp_path) not in text
    assert not run.complete


def test_several_runs_in_one_second(tmp_path):
    paths = {runs.start("app", config(tmp_path), Data()).path for _ in range(4)}
    assert len(paths) == 4


def test_finding_runs(tmp_path):
    old, new = (runs.start("app", config(tmp_path), Data()) for _ in range(2))
    pretrained = runs.Run(tmp_path / "app" / "pretrained", "app")
    pretrained.write_json("card", {"app": "app"})
    pretrained.write_json("metrics", {})
    assert runs.find("app", tmp_path).path == pretrained.path  # nothing else is complete yet
    assert runs.find("app", tmp_path, choose="newest").path == pretrained.path
    old.complete_with({"test_accuracy": 0.5})
    assert runs.find("app", tmp_path, choose="newest").path == old.path
    new.complete_with({"test_accuracy": 0.6})
    assert runs.find("app", tmp_path, choose="newest").path == new.path
    assert runs.find("app", tmp_path).path == pretrained.path  # the others know stand-in data only
    assert runs.newer("app", pretrained, tmp_path) == [new, old]
    assert runs.newer("app", old, tmp_path) == [new]
    assert runs.newer(f"app/{old.path.name}", old, tmp_path) == []
    assert runs.find(f"app/{old.path.name}", tmp_path).path == old.path
    assert runs.find("app/pretrained", tmp_path).app == "app"
    assert runs.find(old.path).path == old.path
    assert runs.find(old.path / "model.keras").path == old.path
    with pytest.raises(ValueError, match=r"no complete run 'other' in .*: there are runs of: app"):
        runs.find("other", tmp_path)


def test_history_keeps_every_digit(tmp_path):
    run = runs.Run(tmp_path, "app")
    history = {"loss": [1 / 3, 0.1], "val_loss": [1e-12, 2.0]}
    run.write_history(history)
    assert run.history() == history
    assert (tmp_path / "history.csv").read_text().splitlines()[0] == "epoch,loss,val_loss"


@pytest.mark.parametrize("row", ["2,0.1", "2,,0.3", "2,low,0.3"])
def test_a_history_that_is_no_table_says_which(tmp_path, row):
    (tmp_path / "history.csv").write_text(f"epoch,loss,val_loss\n1,0.5,0.6\n{row}\n")
    with pytest.raises(ValueError, match=r"history\.csv is not a table of numbers"):
        runs.Run(tmp_path, "app").history()


def test_a_metric_that_is_no_number_is_no_result(tmp_path):
    with pytest.raises(UserError, match=r"table\[0\]\.loss is inf, so metrics.json cannot be written"):
        runs.Run(tmp_path, "app").complete_with({"table": [{"loss": float("inf")}]})
    assert not (tmp_path / "metrics.json").exists()


def test_an_unwritable_models_dir_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"cannot write a run into .*file.app: .*; choose another models_dir"):
        runs.start("app", config(tmp_path / "file"), Data())


def test_a_full_disk_leaves_no_half_file(tmp_path):
    """A real limit on file sizes, as a full disk would be."""
    script = (
        "import resource, signal, pathlib; from keras_course.experiment import runs\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"run = runs.Run(pathlib.Path({str(tmp_path)!r}), 'app')\n"
        "run.write_json('small', {})\n"
        "try: run.complete_with({'long': 'x' * 100_000})\n"
        "except OSError as error: print('refused', error.strerror)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused")
    assert [path.name for path in tmp_path.iterdir()] == ["small.json"]


def test_resume_checks_settings_and_data(tmp_path):
    run = runs.start("app", config(tmp_path), Data())
    again = config(tmp_path, resume=run.path)
    assert runs.start("app", dataclasses.replace(again, epochs=9), Data()) == run
    with pytest.raises(ValueError, match=r"other settings: hidden was \[512\] and is \[3\]"):
        runs.start("app", dataclasses.replace(again, hidden=(3,)), Data())
    with pytest.raises(ValueError, match="started on other data"):
        runs.start("app", again, Data(sha256="def"))
    run.complete_with({})
    with pytest.raises(ValueError, match="is complete: there is nothing to resume"):
        runs.start("app", again, Data())


def test_more_epochs_on_resume_stand_in_config(tmp_path):
    """The band and `compare` read the epochs there."""
    run = runs.start("app", config(tmp_path), Data())
    runs.start("app", dataclasses.replace(config(tmp_path, resume=run.path), epochs=9), Data())
    assert run.config()["epochs"] == 9
    assert run.config()["hidden"] == [512]


def parent_with_variants(tmp_path):
    """A parent with one finished variant, and one that was interrupted."""
    parent = runs.start("app", config(tmp_path), Data())
    parent.variant("small, L1", config(tmp_path), {"units": 4}).complete_with({"test_accuracy": 0.5})
    return parent, parent.variant("large", config(tmp_path), {"units": 64})


def test_a_parent_resumes_and_keeps_its_finished_variants(tmp_path):
    parent, interrupted = parent_with_variants(tmp_path)
    assert interrupted.resume_path == parent.path
    again = runs.start("app", config(tmp_path, resume=parent.path), Data())
    assert again.path == parent.path
    small = again.variant("small, L1", config(tmp_path), {"units": 4})
    assert small.complete and small.metrics() == {"test_accuracy": 0.5}
    large = again.variant("large", config(tmp_path), {"units": 64})
    assert not large.complete and large.path == interrupted.path
    assert [variant.path.name for variant in again.variants()] == ["large", "small_L1"]
    again.complete_with({"variants": {"small, L1": {}, "large": {}}})
    assert [variant.path.name for variant in again.variants()] == ["small_L1", "large"]


def test_a_variant_is_resumed_through_its_parent(tmp_path):
    parent, interrupted = parent_with_variants(tmp_path)
    with pytest.raises(UserError, match=rf"is a variant: resume the whole run, {parent.path}"):
        runs.start("app", config(tmp_path, resume=interrupted.path), Data())


def test_finished_variants_fix_the_epochs(tmp_path):
    parent, _ = parent_with_variants(tmp_path)
    more = dataclasses.replace(config(tmp_path, resume=parent.path), epochs=9)
    with pytest.raises(UserError, match="variants small_L1 are finished, with epochs=3"):
        runs.start("app", more, Data())
    assert parent.config()["epochs"] == 3


def test_what_a_killed_process_left_is_swept_but_nothing_in_use(tmp_path):
    run = runs.start("app", config(tmp_path), Data())
    left = run.path / "figures" / f"{files.PREFIX}abc.png"
    left.parent.mkdir()
    left.write_text("half")
    os.utime(left, (0, 0))
    fresh = run.path / f"{files.PREFIX}new.json"
    fresh.write_text("half")
    os.utime(fresh, (time.time() + 60, time.time() + 60))  # of a process that started after this one
    seen = []

    def write(path):
        path.write_text("text")
        os.utime(path, (0, 0))  # a slow writer: older than the run that is started meanwhile
        runs.start("app", config(tmp_path), Data())
        seen.append(path.exists())

    files.write_atomically(run.path / "slow.txt", write)
    assert seen == [True]
    assert not left.exists() and fresh.exists()
    assert (run.path / "slow.txt").read_text() == "text"


def test_two_processes_share_a_folder(tmp_path):
    """One writes slowly, the other starts runs and sweeps: nothing is lost."""
    code = (
        "import pathlib, os, time, sys; from keras_course.experiment import files\n"
        "def write(path):\n"
        "    path.write_text('x'); os.utime(path, (0, 0)); print('writing', flush=True); sys.stdin.readline()\n"
        f"files.write_atomically(pathlib.Path({str(tmp_path)!r}) / 'app' / 'slow.txt', write)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout.readline() == "writing\n"
        runs.start("app", config(tmp_path), Data())
        writer.communicate("\n")
    assert writer.returncode == 0
    assert (tmp_path / "app" / "slow.txt").read_text() == "x"
    killed = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with killed:
        assert killed.stdout.readline() == "writing\n"
        killed.kill()
    assert list((tmp_path / "app").glob(f"{files.PREFIX}*"))
    runs.start("app", config(tmp_path), Data())
    assert not list((tmp_path / "app").glob(f"{files.PREFIX}*"))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (Data(), "embedded stand-in"),
        (Data("mnist", embedded=False, limited=100), "trained on 100 examples only"),
    ],
)
def test_a_result_on_less_is_stamped(tmp_path, data, word):
    run = runs.start("app", config(tmp_path), data)
    assert word in results.against_band(run, {"test_accuracy": 0.98}, "test_accuracy", tmp_path)
