"""Every results file names a commit that can be looked up, and a benchmark refuses to measure anything else."""

import json
import subprocess

import pytest

from benchmarks import files
from keras_course.experiment import machine

# Measured with code that was never committed, before that was refused. This list may only become shorter.
UNCOMMITTED: set[str] = set()


@pytest.mark.parametrize("path", sorted(files.RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_the_commit_is_in_the_history(path):
    commit = json.loads(path.read_text())["commit"]
    if path.name in UNCOMMITTED:
        pytest.xfail("measured with uncommitted code")
    assert not commit.endswith("+changes"), f"measure {path.name} with committed code"
    shallow = machine._output("git", "rev-parse", "--is-shallow-repository")
    if shallow != "false":
        pytest.skip("no git history here")
    command = ["git", "merge-base", "--is-ancestor", commit, "HEAD"]
    known = subprocess.run(command, cwd=files.ROOT, capture_output=True)
    assert known.returncode == 0, f"{path.name}: {commit} is not in the history of HEAD"


def test_the_exceptions_are_not_added_to():
    assert not UNCOMMITTED  # the last one has been measured anew
    for name in UNCOMMITTED:
        commit = json.loads((files.RESULTS / name).read_text())["commit"]
        assert commit.endswith("+changes"), f"{name} has been measured anew: take it off the list"


@pytest.mark.parametrize(
    ("commit", "words"), [("a" * 40 + "+changes", "uncommitted"), (None, "no git checkout")]
)
def test_code_that_is_not_committed_is_not_measured(monkeypatch, committed, commit, words):
    monkeypatch.setattr(machine, "commit", lambda: commit)
    with pytest.raises(SystemExit, match=words):
        committed()


def test_a_file_names_the_commit_of_its_beginning(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    monkeypatch.setattr(machine, "commit", lambda: "b" * 40)  # committed while the benchmark ran
    found = json.loads(files.save("one", {"metric": 1}).read_text())
    assert found["commit"] == found["environment"]["commit"] == "0" * 40


@pytest.mark.parametrize("program", sorted(files.ROOT.glob("benchmarks/*.py")), ids=lambda path: path.stem)
def test_a_program_that_saves_asks_before_it_measures(program):
    text = program.read_text()
    if "files.save(" in text and program.name != "files.py":
        assert 0 < text.find("files.committed()") < text.find("files.save(")
