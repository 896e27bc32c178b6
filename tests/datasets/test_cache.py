"""Several processes at one cache, what killed ones leave, and a folder that may only be read."""

import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_course.datasets import cache, photos
from keras_course.datasets.cache import building
from keras_course.datasets.download import fetch
from tests.datasets.conftest import BODY

ROOT = Path(__file__).parents[2]
# Each process gets ready, says so, and waits for the start; on demand all have the same process id, as in containers.
START = """
import os, sys, time
from pathlib import Path
from keras_course.datasets import cache, digits, download, photo_cache, photos, prices, yahoo
folder, same = Path(sys.argv[1]), sys.argv[2] == "same"
if same:
    os.getpid = lambda: 7
print("ready", flush=True)
while not (folder / "go").exists():
    time.sleep(0.001)
"""


def at_once(folder, program, same=False, count=4):
    """Run a program in several processes that start at the same moment; return what each has printed."""
    command = [sys.executable, "-c", START + program, str(folder), "same" if same else "own"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    processes = [
        subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    (folder / "go").touch()
    printed = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * count, printed
    return printed


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def zipped(tmp_path):
    """A zip of two classes, 12 photos each."""
    random = np.random.default_rng(0)
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for number in range(24):
            path = tmp_path / "photo.png"
            Image.fromarray(random.integers(0, 256, (20, 20, 3), np.uint8)).save(path)
            archive.write(path, f"pets/{'cats' if number % 2 else 'dogs'}/{number}.png")
    return tmp_path / "pets.zip"


PHOTOS = """
decode = photo_cache.decode
def slow(*arguments):
    time.sleep(0.02)
    return decode(*arguments)
photo_cache.decode = slow
data = photos.load(str(folder / "pets.zip"), folder / "data", image_size=16)
print(data.sha256, data.x_train.sum(), len(data.y_train))
"""


@pytest.mark.parametrize("same", [False, True])
def test_processes_that_unzip_and_decode_at_once(zipped, tmp_path, same):
    printed = at_once(tmp_path, PHOTOS, same)
    assert len({out for out, _ in printed}) == 1
    assert sum("decoded 24 photos once" in err for _, err in printed) == 1
    assert [name.split("_")[0] for name in names(tmp_path / "data/cache")] == ["photos", "unzipped"]


FETCH = """
path = download.fetch(sys.stdin.readline(), folder / "data/file.bin", sha256=None, replace=False)
print(len(path.read_bytes()))
"""


@pytest.mark.parametrize("same", [False, True])
def test_processes_that_download_at_once(server, tmp_path, same):
    printed = at_once(tmp_path, FETCH.replace("sys.stdin.readline()", repr(server.url + "good")), same)
    assert [out for out, _ in printed] == [f"{len(BODY)}\n"] * 4
    assert server.requests == 1
    assert names(tmp_path / "data") == ["file.bin"]


FAKE_YFINANCE = """
import pandas, pathlib, time, types
class exceptions: YFRateLimitError = YFTickerMissingError = YFException = ZeroDivisionError
config = types.SimpleNamespace(debug=types.SimpleNamespace(hide_exceptions=True))
class Ticker:
    def __init__(self, symbol, session=None): pass
    def history(self, **arguments):
        time.sleep(0.2)
        with (pathlib.Path(__file__).parent / "asked").open("a") as file: file.write("once ")
        days = pandas.to_datetime(["2019-02-14", "2019-02-15"])
        columns = ["Open", "High", "Low", "Close", "Adj Close", "Volume"]
        return pandas.DataFrame({name: [1.0, 2.0] for name in columns}, days)
"""
PRICES = """
found = prices.load("yahoo", folder / "data")
print(len(found.dates), found.sha256)
"""


def test_processes_that_ask_yahoo_at_once(tmp_path):
    (tmp_path / "yfinance.py").write_text(FAKE_YFINANCE)
    printed = at_once(tmp_path, PRICES)
    assert len({out for out, _ in printed}) == 1 and printed[0][0].startswith("2 ")
    assert (tmp_path / "asked").read_text() == "once "
    assert names(tmp_path / "data/prices") == ["GOOGL.csv", "GOOGL.json"]


def test_one_fails_and_the_next_one_builds(tmp_path):
    program = """
with cache.building(folder / "data/thing") as place:
    if not (folder / "data/thing").exists():
        place.write_text("half")
        if not (folder / "failed").exists():
            (folder / "failed").touch()
            os._exit(0)  # as a kill does: nothing is tidied
        place.replace(folder / "data/thing")
        print("built")
"""
    printed = at_once(tmp_path, program)
    assert sorted(out for out, _ in printed) == ["", "", "", "built\n"]
    assert names(tmp_path / "data") == ["thing"]


def test_what_killed_builds_left_is_swept_and_nothing_else(tmp_path):
    for name in ("thing.abcd_123.part", "other.wxyz_789.part", "busy.12345678.part", "old.4711.part"):
        (tmp_path / name / "deep").mkdir(parents=True)
    (tmp_path / "thing.4711.part").touch()  # a file of before, with a process id
    mine = ["film.4711.part", "photos.Ab3xYz9Q.zip.part", "photos.zip.part", "thing.zip"]
    for name in mine:  # what browsers and people call theirs
        (tmp_path / name).touch()
    program = """
with cache.building(folder / "busy") as place:
    print("building", place.parent.name, flush=True)
    time.sleep(60)
"""
    command = [sys.executable, "-c", START + program, str(tmp_path), "own"]
    (tmp_path / "go").touch()
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            busy = process.stdout.readline().split()[1]
            with building(tmp_path / "thing") as place:
                assert not place.exists() and place.parent.parent == tmp_path
                own = place.parent.name
                assert names(tmp_path) == sorted([*mine, own, busy, "go", ".busy.lock", ".thing.lock"])
        finally:
            process.kill()
    with building(tmp_path / "thing"):
        pass
    assert names(tmp_path) == sorted([*mine, "go"])


def test_what_is_there_is_read_where_nothing_can_be_written(zipped, tmp_path, monkeypatch, server):
    data = photos.load(str(zipped), tmp_path / "data", image_size=16)
    fetch(server.url + "good", tmp_path / "data/file.bin", sha256=None)

    def nothing(*arguments, **more):
        raise PermissionError(30, "Read-only file system", str(tmp_path))

    monkeypatch.setattr(cache, "FileLock", nothing)
    monkeypatch.setattr(cache.tempfile, "mkdtemp", nothing)
    monkeypatch.setattr(Path, "mkdir", nothing)
    again = photos.load(str(zipped), tmp_path / "data", image_size=16)
    np.testing.assert_array_equal(again.x_train, data.x_train)
    with pytest.raises(OSError, match="Read-only file system"):
        photos.load(str(zipped), tmp_path / "data", image_size=20)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission(zipped, tmp_path):
    photos.load(str(zipped), tmp_path / "data", image_size=16)
    (tmp_path / "data/cache").chmod(0o555)
    assert len(photos.load(str(zipped), tmp_path / "data", image_size=16).y_train) == 16
    with pytest.raises(PermissionError, match="cache"):
        photos.load(str(zipped), tmp_path / "data", image_size=20)
    (tmp_path / "data/cache").chmod(0o755)


def test_what_is_built_has_the_usual_permissions(tmp_path):
    (tmp_path / "usual").mkdir()
    with building(tmp_path / "thing") as place:
        place.mkdir()
        place.rename(tmp_path / "thing")
    assert (tmp_path / "thing").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_whoever_waits_long_says_so(tmp_path, monkeypatch, capsys):
    """A thread of the same process waits as another process does."""
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    order = []

    def second():
        with building(tmp_path / "thing"):
            order.append("second")

    with building(tmp_path / "thing"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert capsys.readouterr().err == f"another process is building {tmp_path / 'thing'}: waiting for it\n"
