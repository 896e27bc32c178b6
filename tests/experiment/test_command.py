"""From main(config) to a program: one line for what the user can put right, a traceback for our bugs."""

import dataclasses
import json
from typing import Annotated

import pytest
import tyro

from keras_course.errors import UserError
from keras_course.experiment import cleanup, command

FULL = "error: there is not enough memory for these settings: choose a smaller network or a smaller batch\n"


@dataclasses.dataclass(frozen=True)
class Config:
    """A trial."""

    dataset: str = "auto"
    """Data."""
    rate: float = 0.1
    """A number."""
    sizes: tuple[int, ...] = (1, 2)
    """Some numbers."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def fails_with(error):
    def main(config):
        raise error

    return main


class ResourceExhaustedError(Exception):
    """As TensorFlow's."""


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (UserError("rate=0\n must be above 0"), "error: rate=0 must be above 0\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a.csv"),
            "error: a.csv: No such file or directory\n",
        ),
        (ConnectionError("no answer"), "error: no answer\n"),
        (
            MemoryError(),
            FULL,
        ),
        (
            ResourceExhaustedError("OOM"),
            FULL,
        ),
    ],
)
def test_what_the_user_can_put_right_is_one_line(error, line, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(fails_with(error), Config, [])
    assert left.value.code == 2
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    "error", [ValueError("shapes (3,) and (4,) are incompatible"), KeyError("x"), TypeError("y")]
)
def test_a_bug_of_ours_shows_its_traceback(error):
    """Keras and NumPy raise ValueError about our own shapes: nothing that the user could put right."""
    with pytest.raises(type(error)):
        command.run(fails_with(error), Config, [])


def test_ctrl_c_is_130():
    with pytest.raises(SystemExit) as left:
        command.run(fails_with(KeyboardInterrupt()), Config, [])
    assert left.value.code == 130


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--rate", "nan"], "error: rate=nan: give a finite number\n"),
        (["--rate", "-inf"], "error: rate=-inf: give a finite number\n"),
        (
            ["--sizes", "1", "1" + 30 * "0"],
            f"error: sizes={10**30} is too large: give a number below 2**63\n",
        ),
        (["--seed", "1" + 30 * "0"], f"error: seed={10**30} is too large: give a number below 2**63\n"),
    ],
)
def test_numbers_that_no_setting_can_have(arguments, line, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(fails_with(AssertionError("main was called")), Config, arguments)
    assert (left.value.code, capsys.readouterr().err) == (2, line)


@pytest.fixture
def interrupted(tmp_path):
    """The folder of a run that was started with other settings than the defaults."""
    (tmp_path / "config.json").write_text(
        json.dumps({"dataset": "good.npz", "rate": 0.5, "sizes": [7], "seed": 3})
    )
    (tmp_path / "environment.json").write_text(json.dumps({"dataset": {"name": "good", "by_path": True}}))
    return tmp_path


def test_resume_takes_the_runs_own_settings(interrupted):
    seen = []

    def main(config):
        seen.append(config)

    command.run(main, Config, ["--resume", str(interrupted), "--dataset=x/good.npz", "--rate", "0.7"])
    assert seen == [Config("x/good.npz", 0.7, (7,), command.RunOptions(seed=3, resume=interrupted))]


def test_resume_of_a_run_on_a_path_asks_for_the_path(interrupted, capsys):
    with pytest.raises(SystemExit):
        command.run(fails_with(AssertionError), Config, [f"--resume={interrupted}"])
    assert capsys.readouterr().err == (
        f"error: --resume {interrupted}: this run was started with --dataset PATH, and a run keeps no paths: "
        "give --dataset again, with the path of good.npz\n"
    )


def test_resume_finds_a_dataset_that_lies_here(interrupted, tmp_path, monkeypatch):
    seen = []

    def main(config):
        seen.append(config.dataset)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.npz").touch()
    command.run(main, Config, [f"--resume={interrupted}"])
    assert seen == ["good.npz"]


def test_resume_of_no_run(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.run(fails_with(AssertionError), Config, ["--resume", str(tmp_path)])
    assert "there is no run in that folder (it has no config.json)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["config.json", "large/metrics.json"], "interrupted; continue with --resume {}"),
        (["config.json"], "interrupted before the first result: there is nothing to continue"),
        (["config.json", "metrics.json"], ""),
    ],
)
def test_ctrl_c_outside_fit_says_how_to_continue(tmp_path, capsys, files, words):
    folder = tmp_path / "run"

    def main(config):
        (folder / "large").mkdir(parents=True)
        cleanup.made(folder)
        for name in files:
            (folder / name).write_text("{}")
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as left:
        command.run(main, Config, [])
    assert left.value.code == 130
    said = capsys.readouterr().out.splitlines()[1:]  # after where the runs go
    assert said == (["", words.format(folder)] if words else [])
    assert folder.exists() == (len(files) > 1)


def test_ctrl_c_in_a_resumed_run_names_it_and_what_fit_has_said_is_not_said_again(tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}")
    for stop, words in (
        (KeyboardInterrupt(), f"continue with --resume {tmp_path}"),
        (KeyboardInterrupt("said"), ""),
    ):
        with pytest.raises(SystemExit):
            command.run(fails_with(stop), Config, ["--resume", str(tmp_path)])
        assert "".join(capsys.readouterr().out.splitlines()[1:]).removeprefix("interrupted; ") == words
