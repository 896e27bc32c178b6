import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apps import download
from keras_course.datasets import copying, digits
from keras_course.datasets.download import Source
from keras_course.errors import UserError
from keras_course.experiment import command


@pytest.fixture
def sources(monkeypatch, tmp_path):
    """Three files to download, the second with a wrong checksum."""
    found = []
    for name in ("one", "two", "three"):
        path = tmp_path / "web" / f"{name}.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_text(name * 100)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

        def check(path: Path, expected: str = sha256) -> None:
            if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                raise UserError(f"{path}: not the right file")

        found.append(
            replace(
                digits.MNIST,
                name=name,
                url=path.as_uri(),
                path=f"{name}/file.bin",
                sha256=sha256 if name != "two" else "0" * 64,
                size=path.stat().st_size,
                terms=f"terms of {name}",
                check=check,
            )
        )
    monkeypatch.setattr(download, "SOURCES", tuple(found))
    return found


def test_download_then_present(sources, tmp_path, capsys):
    config = download.Config(("one", "three"), tmp_path)
    assert download.main(config) == {"one": "downloaded", "three": "downloaded"}
    assert "terms of three" in capsys.readouterr().out
    assert (tmp_path / "one" / "file.bin").read_text() == "one" * 100
    assert download.main(config) == {"one": "present", "three": "present"}


def test_one_failure_does_not_stop_the_others(sources, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(download.main, download.Config, ["--data-dir", str(tmp_path)])
    assert left.value.code == 2
    printed = capsys.readouterr()
    assert "three: downloaded" in printed.out
    assert printed.err.splitlines()[-1] == "error: 1 of 3 not obtained: two"
    assert "sha256" in printed.err.splitlines()[0]
    assert not (tmp_path / "two" / "file.bin").exists()


def test_a_wrong_file_is_named_and_left(sources, tmp_path, capsys):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file.bin").write_text("mine")
    with pytest.raises(UserError, match="1 of 1 not obtained: one"):
        download.main(download.Config(("one",), tmp_path))
    assert "not the right file" in capsys.readouterr().err
    assert (tmp_path / "one" / "file.bin").read_text() == "mine"


def test_unknown_name(sources, tmp_path):
    with pytest.raises(UserError, match="unknown: four, five; choose from all, one, two, three, and the"):
        download.main(download.Config(("one", "four", "five"), tmp_path))
    assert not (tmp_path / "one").exists()


def test_sources_are_distinct_and_in_the_data_folder_s_readme():
    assert len({source.name for source in download.SOURCES}) == len(download.SOURCES)
    readme = (Path(__file__).parents[2] / "data" / "README.md").read_text(encoding="utf-8")
    for source in download.SOURCES:
        words = [source.terms, source.path]
        if isinstance(source, Source):
            words += [source.url, source.sha256 or "none published", f"{source.size:,}"]
        for word in words:
            assert word in readme


def test_from_the_command_line(program, tmp_path):
    done = program("apps.download", "mnits", "--data-dir", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: unknown: mnits; choose from all, mnist, cats_dogs, prices, movielens, and the networks of "
        "keras.applications such as MobileNetV2\n"
    )


@pytest.mark.parametrize(
    ("folder", "reason"), [("/dev/null", "it is not a folder"), ("/dev/null/data", "Not a directory")]
)
def test_a_data_folder_that_cannot_be_is_one_line(program, folder, reason):
    done = program("apps.download", "--data-dir", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: cannot download into {folder}: {reason}; choose another --data-dir\n"


def test_a_bug_of_ours_is_not_taken_for_a_failed_download(sources, tmp_path, monkeypatch):
    def broken(path):
        raise ValueError("shapes (3,) and (4,)")

    monkeypatch.setattr(download, "SOURCES", (replace(sources[0], check=broken),))
    with pytest.raises(ValueError, match="shapes"):
        download.main(download.Config(("one",), tmp_path))


@pytest.mark.realdata
def test_mnist_that_is_there_is_checked_by_its_content(real_data):
    assert download.main(download.Config(("mnist",), real_data)) == {"mnist": "present"}


def test_mnist_of_other_content(tmp_path, capsys):
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros(3))
    with pytest.raises(ValueError, match="mnist"):
        download.main(download.Config(("mnist",), tmp_path))
    assert "no array y_train, x_test, y_test" in capsys.readouterr().err


def stick(tmp_path):
    """A stick with one of each, and what does not belong."""
    folder = tmp_path / "stick"
    for name in (
        "mnist.npz",
        "cats_dogs/train/cats/1.jpg",
        "prices/TSLA.csv",
        "aapl.csv",
        "weights/net.h5",
        "notes.txt",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "._mnist.npz").write_text("of a Mac")
    return folder


def test_copied_from_a_stick(tmp_path, capsys):
    config = download.Config(source=stick(tmp_path), data_dir=tmp_path / "data")
    names = ["mnist.npz", "cats_dogs", str(Path("prices/TSLA.csv")), "aapl.csv", str(Path("weights/net.h5"))]
    assert download.main(config) == dict.fromkeys(names, "copied")
    assert (tmp_path / "data/cats_dogs/train/cats/1.jpg").read_text() == "cats_dogs/train/cats/1.jpg"
    sha256 = hashlib.sha256(b"mnist.npz").hexdigest()[:16]
    assert f"mnist.npz: copied (0.0 MiB, sha256 {sha256}...)" in capsys.readouterr().out
    (tmp_path / "data/aapl.csv").write_text("mine")
    assert download.main(config) == dict.fromkeys(names, "present") | {"aapl.csv": "differs, left as it is"}
    assert (tmp_path / "data/aapl.csv").read_text() == "mine"
    assert not list((tmp_path / "data").rglob("*.part"))


def test_only_what_is_named_is_copied(tmp_path):
    config = download.Config(("mnist",), tmp_path / "data", stick(tmp_path))
    assert download.main(config) == {"mnist.npz": "copied"}


def test_a_copy_that_differs_is_not_kept(tmp_path, monkeypatch):
    folder = stick(tmp_path)
    monkeypatch.setattr(copying.shutil, "copyfile", lambda source, target: target.write_text("faulty"))
    with pytest.raises(UserError, match="the copy differs from it"):
        download.main(download.Config(("mnist",), tmp_path / "data", folder))
    assert not (tmp_path / "data/mnist.npz").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("none", "no such folder"), ("empty", r"looked for mnist\.npz, cats_")]
)
def test_a_stick_with_nothing_on_it(tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=words):
        download.main(download.Config(source=tmp_path / name, data_dir=tmp_path / "data"))


def test_what_lies_there_is_listed(tmp_path, capsys):
    folder = stick(tmp_path)
    (folder / "mnist.npz").write_bytes(bytes(2**20))
    (folder / "weights/net.h5").unlink()
    download.main(download.Config(list=True, data_dir=folder))
    lines = capsys.readouterr().out.splitlines()
    assert "     1.0 MiB   mnist.npz" in lines and "     0.0 MiB   cats_dogs/   1 files" in lines
    assert lines[-1] == "not there: movielens, weights (python -m apps.download brings them)"


def test_weights_are_named_as_in_keras_in_any_case():
    assert [source.name for source in download.chosen(["mobilenetv2", "vgg16"])] == ["MobileNetV2", "VGG16"]
    assert [source.name for source in download.chosen(["all", "VGG16"])][-2:] == ["MobileNetV2", "VGG16"]
