"""The doctor: real crashes, hangs and exceptions become lines with a fix."""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps import doctor
from apps.doctor import Config, main, trials
from apps.doctor.checks import Check
from keras_course.errors import UserError

ROOT = Path(__file__).resolve().parents[2]

FINE = Check("fine", "print('first'); print('loss 0.50')", "nothing")
CRASH = Check("crash", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "restart")
HANG = Check("hang", "import time; time.sleep(60)", "wait")
RAISE = Check("raise", "raise RuntimeError('DNN library\\nis gone')", "update")
MISSING = Check("missing", "import a_package_that_nobody_has", "update")
QUIET = Check("quiet", "sys.exit(3)", "ask")


def report(checks: list[Check], capsys: pytest.CaptureFixture[str], **settings: object) -> tuple[dict, int]:
    """What the doctor prints as JSON, and its exit status."""
    status = 0
    try:
        main(Config(json=True, **settings), checks)
    except SystemExit as end:
        status = end.code
    return json.loads(capsys.readouterr().out), status


def test_a_crash_an_exception_and_a_missing_package(capsys: pytest.CaptureFixture[str]) -> None:
    result, status = report([FINE, CRASH, RAISE, MISSING, QUIET], capsys)
    assert status == 1
    fine, crash, raised, missing, quiet = result["checks"]
    assert (fine["name"], fine["ok"], fine["message"]) == ("fine", True, "loss 0.50")
    assert not any(check["ok"] for check in (crash, raised, missing, quiet))
    assert (crash["message"], crash["fix"]) == ("crashed with SIGSEGV", "restart")
    assert raised["message"] == "RuntimeError: DNN library"
    assert "--device cpu" in raised["fix"]
    assert missing["message"] == "ModuleNotFoundError: No module named 'a_package_that_nobody_has'"
    assert missing["fix"].startswith("python -m pip install -e .")
    assert (quiet["message"], quiet["fix"]) == ("ended with status 3", "ask")


def test_a_hang_ends_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    result, status = report([HANG, FINE, FINE], capsys, seconds=4)
    assert time.monotonic() - start < 8
    assert status == 1
    assert [check["ok"] for check in result["checks"]] == [False, True, True]
    assert result["checks"][0]["message"] == "not finished after 2 s"
    assert "wait" in result["checks"][0]["fix"]


def test_checks_that_all_hang_stay_within_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    result, _ = report([HANG] * 6, capsys, seconds=1)
    assert time.monotonic() - start < 5
    assert result["checks"][-1]["message"].startswith("not tried")


def test_words_before_a_crash_are_kept_and_log_noise_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    noise = "I0000 00:00:1795209805.486335    3695 port.cc:153] oneDNN custom operations are on."
    code = (
        f"print('Check failed: cuDNN', file=sys.stderr); print({noise!r}, file=sys.stderr);"
        "sys.stderr.flush(); import os; os.abort()"
    )
    result, _ = report([Check("abort", code, "")], capsys)
    assert result["checks"][0]["message"] == "crashed with SIGABRT; its last line: Check failed: cuDNN"


def test_text_has_a_line_each_and_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(Config(), [FINE, CRASH])
    assert end.value.code == 1
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0].startswith("python 3.")
    assert lines[2].startswith("ok    fine")
    assert lines[3].startswith("FAIL  crash")
    assert lines[4] == "      try: restart"
    assert lines[5].startswith("1 of 2 failed (crash), ")
    assert "\033" not in printed
    assert main(Config(), [FINE])["checks"][0]["ok"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("all 1 passed, ")


def test_colour_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"name": "fine", "ok": True, "seconds": 1.0, "message": "", "fix": ""}
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert doctor.line(entry).startswith("\033[32mok")
    assert doctor.line({**entry, "ok": False}).startswith("\033[31mFAIL")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in doctor.line(entry)


def test_a_gpu_that_keras_does_not_use_fails() -> None:
    gpus = [{"name": "NVIDIA H200", "driver": "570", "memory": "141 GiB"}]
    seen = {"backend": "tensorflow", "devices": ["cpu:0"], "name": "CPU"}
    (result,) = trials.gpu_in_use("auto", gpus, seen)
    assert not result.ok
    assert result.message == "tensorflow does not use the NVIDIA H200"
    assert '".[gpu]"' in result.fix
    assert trials.gpu_in_use("auto", gpus, {**seen, "name": "NVIDIA H200"})[0].ok
    assert trials.gpu_in_use("cpu", gpus, seen) == []
    assert trials.gpu_in_use("auto", [], seen) == []


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_no_time_at_all_is_refused(seconds: float) -> None:
    with pytest.raises(UserError, match="leaves no time for the checks: give a number above 0"):
        main(Config(seconds=seconds), [FINE])


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_limit_that_is_none_is_one_line(program, seconds: str) -> None:
    done = program("apps.doctor", "--seconds", seconds)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: seconds=") and done.stderr.count("\n") == 1


def test_config_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().device = "gpu"


@pytest.mark.slow
@pytest.mark.timed
def test_the_whole_examination_takes_less_than_a_minute() -> None:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "apps.doctor", "--json"], cwd=ROOT, capture_output=True, text=True
    )
    seconds = time.monotonic() - start
    result = json.loads(done.stdout)
    assert done.returncode == 0, result
    names = [check["name"] for check in result["checks"] if check["name"] != "gpu"]
    assert names == ["keras", "dense", "convolution", "lstm", "xla"]
    assert set(result["checks"][0]) == {"name", "ok", "seconds", "message", "fix"}
    assert all(check["ok"] for check in result["checks"])
    assert result["devices"]
    assert seconds < 60


def test_unknown_flag_is_status_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "apps.doctor", "--colour"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
