import hashlib
import os
import time

import pytest

from keras_course.datasets import cache
from keras_course.datasets.download import fetch
from tests.datasets.conftest import BODY

SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("kind", ["good", "nolength"])
def test_fetch_puts_the_file_in_place_and_leaves_nothing_else(server, tmp_path, kind):
    path = fetch(server.url + kind, tmp_path / "new" / "file.bin", sha256=SHA256, size=len(BODY))
    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]


def test_fetch_without_checksum(server, tmp_path):
    assert fetch(server.url + "good", tmp_path / "file.bin", sha256=None).read_bytes() == BODY


def test_fetch_gives_others_the_usual_permissions(server, tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    path = fetch(server.url + "good", tmp_path / "file.bin", sha256=None)
    assert path.stat().st_mode == usual.stat().st_mode


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("missing", OSError, "404"),
        ("truncated", ValueError, "cut off after 128,000 of 256,000 bytes"),
        ("stalled", OSError, "broke off"),
        ("silent", OSError, "no response within 0.3 seconds|cannot be reached"),
    ],
)
def test_faults_of_the_server(server, tmp_path, kind, error, words):
    start = time.perf_counter()
    with pytest.raises(error, match=words) as caught:
        fetch(server.url + kind, tmp_path / "file.bin", sha256=SHA256, timeout=0.3)
    assert time.perf_counter() - start < 3
    assert server.url + kind in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_network(unplugged, tmp_path):
    with pytest.raises(OSError, match=r"cannot be reached .*is there a network"):
        fetch(unplugged, tmp_path / "file.bin", sha256=SHA256)
    assert list(tmp_path.iterdir()) == []


def test_no_such_host(tmp_path):
    with pytest.raises(OSError, match=r"http://no-such-host\.invalid/x: "):
        fetch("http://no-such-host.invalid/x", tmp_path / "file.bin", sha256=None, timeout=2)


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"sha256": "0" * 64}, "not the expected file .its sha256"),
        ({"sha256": SHA256, "size": 1000}, "more than its 1,000 bytes"),
        ({"sha256": SHA256, "size": 300_000}, "cut off after 256,000 of 300,000"),
    ],
)
def test_another_file_than_expected_never_replaces_the_one_there(server, tmp_path, expected, words):
    path = tmp_path / "file.bin"
    path.write_text("mine")
    with pytest.raises(ValueError, match=words):
        fetch(server.url + "good", path, **expected)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")  # noqa: PTH110
def test_full_disk(server, tmp_path, monkeypatch):
    def full(**more):
        (tmp_path / "file.bin.abcd_123.part").mkdir()
        (tmp_path / "file.bin.abcd_123.part/file.bin").symlink_to("/dev/full")
        return str(tmp_path / "file.bin.abcd_123.part")

    monkeypatch.setattr(cache.tempfile, "mkdtemp", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        fetch(server.url + "good", tmp_path / "file.bin", sha256=None)
    assert "file.bin" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(server, tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(OSError, match="data"):
        fetch(server.url + "good", tmp_path / "data" / "file.bin", sha256=None)


def test_not_an_address(tmp_path):
    with pytest.raises(ValueError, match="mnist"):
        fetch("mnist", tmp_path / "file.bin", sha256=None)
