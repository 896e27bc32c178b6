import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from keras_course.datasets import digits
from keras_course.errors import UserError


@pytest.fixture
def mnist(monkeypatch, arrays, tmp_path, unplugged):
    """A small stand-in plays MNIST; its file, not yet in the data folder. The network is unplugged."""
    path = tmp_path / "elsewhere" / "mnist.npz"
    path.parent.mkdir()
    np.savez(path, **arrays)
    content = path.read_bytes()
    source = replace(
        digits.MNIST, url=unplugged, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    monkeypatch.setattr(digits, "MNIST", source)
    monkeypatch.setattr(digits, "MNIST_CONTENT", digits.content_sha256(arrays))
    return path


def test_a_file_in_the_data_folder_in_any_container(mnist, arrays, tmp_path, capfd):
    np.savez_compressed(
        tmp_path / "mnist.npz", **{key: arrays[key] for key in reversed(arrays)}, comment="mine"
    )
    for dataset in ("auto", "mnist", str(mnist)):
        data = digits.load(dataset, tmp_path)
        assert (data.name, data.embedded, data.sha256) == ("mnist", False, digits.MNIST_CONTENT)
        assert data.labels == ("0", "1", "2")
        np.testing.assert_array_equal(data.x_test, arrays["x_test"])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
@pytest.mark.parametrize("fault", ["other content", "cut off", "wrong size", "folder"])
def test_a_wrong_file_in_the_data_folder_is_refused_and_left(mnist, arrays, tmp_path, dataset, fault):
    path = tmp_path / "mnist.npz"
    if fault == "folder":
        path.mkdir()
        with pytest.raises(OSError, match=r"mnist\.npz: a folder"):
            digits.load(dataset, tmp_path)
        return
    if fault == "other content":
        arrays["y_test"][0] = (arrays["y_test"][0] + 1) % 3
    if fault == "wrong size":
        arrays["x_test"] = arrays["x_test"][:, 1:]
    np.savez(path, **arrays)
    if fault == "cut off":
        path.write_bytes(path.read_bytes()[:-100])
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"mnist\.npz: .*move it away"):
        digits.load(dataset, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_download(mnist, server, monkeypatch, tmp_path, dataset, arrays):
    server.body = mnist.read_bytes()
    monkeypatch.setattr(digits, "MNIST", replace(digits.MNIST, url=server.url + "good"))
    data = digits.load(dataset, tmp_path / "data")
    assert data.name == "mnist"
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["mnist.npz"]
    server.body = b"gone"
    assert digits.load(dataset, tmp_path / "data").sha256 == data.sha256


@pytest.mark.parametrize("fault", ["unplugged", "missing", "truncated", "other"])
def test_no_download(mnist, server, monkeypatch, tmp_path, capfd, fault):
    server.body = (
        mnist.read_bytes() if fault != "other" else b"<html>Please log in to this hotel's network</html>"
    )
    if fault != "unplugged":
        monkeypatch.setattr(digits, "MNIST", replace(digits.MNIST, url=server.url + fault))
    data = digits.load("auto", tmp_path / "data")
    assert (data.name, data.embedded) == ("digits", True)
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("warning: no MNIST: ")
    assert printed.err.count("\n") == 1
    with pytest.raises(OSError) as error:
        digits.load("mnist", tmp_path / "data")
    for word in (digits.MNIST.url, str(tmp_path / "data" / "mnist.npz"), "dataset='digits'"):
        assert word in str(error.value)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_file_where_the_data_folder_should_be(mnist, tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(OSError, match="data: a file"):
        digits.load("auto", tmp_path / "data")


def test_any_file_by_path(arrays, tmp_path):
    path = tmp_path / "fashion.npz"
    np.savez(path, **arrays)
    data = digits.load(str(path))
    assert (data.name, data.embedded, data.limited) == ("fashion", False, None)
    assert len(data.x_train) == len(data.y_train) == 96
    assert len(data.x_validation) == len(data.y_validation) == 24
    both = np.concatenate([data.x_train, data.x_validation])
    assert {picture.tobytes() for picture in both} == {picture.tobytes() for picture in arrays["x_train"]}
    by_picture = {x.tobytes(): y for x, y in zip(arrays["x_train"], arrays["y_train"], strict=True)}
    labels = np.concatenate([data.y_train, data.y_validation])
    assert [by_picture[picture.tobytes()] for picture in both] == labels.tolist()


def test_the_two_known_names_stand_for_their_content(arrays, tmp_path):
    path = tmp_path / "mnist.npz"
    np.savez(path, **arrays)
    assert digits.load(str(path)).name == "mnist.npz"


@pytest.mark.parametrize("dataset", ["minst", "", "mnist.csv"])
def test_unknown_name(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, OSError), match=r"auto, mnist, digits|folder"):
        digits.load(dataset)


def test_missing_path():
    with pytest.raises(FileNotFoundError, match=r"nothing\.npz"):
        digits.load("nothing.npz")


@pytest.mark.parametrize("limit", [0, -5])
def test_limit_below_one(limit):
    with pytest.raises(ValueError, match="at least 1"):
        digits.load("digits", limit=limit)


def test_embedded_digits(capfd):
    data = digits.load("digits")
    assert (data.name, data.embedded, data.limited) == ("digits", True, None)
    assert (len(data.x_train), len(data.x_validation), len(data.x_test)) == (1150, 287, 360)
    assert data.labels == tuple("0123456789")
    assert data.x_train.dtype == data.y_train.dtype == np.uint8
    assert min(np.bincount(data.y_test)) >= 34
    everything = np.concatenate([data.x_train, data.x_validation, data.x_test])
    assert (everything.max(axis=(1, 2)) == 255).all()
    mass = everything.sum(axis=(1, 2))
    for axis in (1, 2):  # row and column 14, to half a pixel, as in all of MNIST
        assert abs(everything.sum(axis=axis) @ np.arange(28) / mass - 14).max() <= 0.51
    assert 0.7 < everything.mean() / 33.3 < 1.3  # as much ink as MNIST has
    assert capfd.readouterr().err == ""


def test_seed_and_limit():
    data, other = digits.load("digits", seed=0), digits.load("digits", seed=1, limit=100)
    np.testing.assert_array_equal(data.x_test, other.x_test)
    assert data.sha256 == other.sha256
    assert other.limited == len(other.x_train) == 100
    assert np.bincount(other.y_train).tolist() == [10] * 10
    assert len(other.x_validation) == 287
    assert not np.array_equal(data.x_validation, other.x_validation)
    whole = digits.load("digits", seed=1, limit=5000)
    assert whole.limited is None
    assert len(whole.x_train) == 1150


def test_neither_keras_nor_tensorflow_is_imported():
    code = (
        "import sys; from keras_course.datasets import digits, handwriting; print('sklearn' in sys.modules);"
        "digits.load('digits'); print({'keras', 'tensorflow', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["False", "set()", ""]


@pytest.mark.realdata
def test_mnist_itself(real_data):
    data = digits.load("mnist", real_data, seed=3)
    assert (data.name, data.sha256, data.embedded) == ("mnist", digits.MNIST_CONTENT, False)
    assert (len(data.x_train), len(data.x_validation), len(data.x_test)) == (55_000, 5_000, 10_000)
    train = np.bincount(data.y_train) + np.bincount(data.y_validation)
    assert train.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert abs(np.bincount(data.y_validation) - train / 12).max() <= 1


def test_an_npz_names_its_classes_or_they_have_numbers(arrays, tmp_path):
    path = tmp_path / "fashion.npz"
    np.savez(path, **arrays)
    data = digits.load(str(path))
    assert data.labels == ("class 0", "class 1", "class 2") and data.kind == "picture"
    data = digits.load(str(path), labels=("shirt", "bag", "boot"))
    assert data.labels == ("shirt", "bag", "boot") and data.kind == "picture"
    assert digits.load(str(path), labels="012").kind == "digit"  # one's own digits
    np.savez(path, **arrays, labels=np.array(["a", "b", "c"]))
    assert digits.load(str(path)).labels == ("a", "b", "c")
    np.savez(path, **arrays, labels=np.arange(3))
    with pytest.raises(UserError, match=r"fashion\.npz: labels must be \(n,\), a text for each class"):
        digits.load(str(path))
    with pytest.raises(UserError, match=r"2 labels are given \(shirt, bag\), and fashion has 3 classes"):
        digits.load(str(path), labels=("shirt", "bag"))
    with pytest.raises(UserError, match="a label is given twice: bag, bag, boot"):
        digits.load(str(path), labels=("bag", "bag", "boot"))
    with pytest.raises(
        UserError, match=r"labels name the classes of an \.npz file; those of digits are its digits"
    ):
        digits.load("digits", labels=("shirt", "bag"))
