"""Labelled pictures in .npz files: what is read, and one line for what is not."""

import io
import os
import zipfile

import numpy as np
import pytest

from keras_course.datasets.npz import KEYS, read_npz
from keras_course.errors import UserError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.npz"


def one_line_about(error, path, words):
    message = str(error.value)
    assert words in message
    assert str(path) in message
    assert "\n" not in message


def test_reads_what_keras_writes(path, arrays):
    np.savez(path, **arrays)
    for key, array in read_npz(path).items():
        np.testing.assert_array_equal(array, arrays[key])
        assert array.dtype == np.uint8


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x[..., None],
        lambda x: x.astype(np.int64),
        lambda x: x.astype(np.float32),
        lambda x: x.astype(np.float32) / 255,
        lambda x: (x / 255.0)[..., None],
    ],
    ids=["channel", "int64", "float 255", "float 1", "float64 1 with channel"],
)
def test_other_forms_of_the_same_pictures(path, arrays, change):
    changed = {
        key: change(array) if key[0] == "x" else array.astype(np.int64) for key, array in arrays.items()
    }
    np.savez_compressed(path, **changed, note="more")
    for key, array in read_npz(path).items():
        np.testing.assert_array_equal(array, arrays[key])
        assert array.dtype == np.uint8


def with_value(value, dtype):
    def change(array):
        array = array.astype(dtype)
        array.flat[5] = value
        return array

    return change


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("x_train", lambda x: x[:, :27], "(n, 28, 28)"),
        ("x_test", lambda x: np.zeros((30, 32, 32, 3), np.uint8), "(30, 32, 32, 3)"),
        ("x_train", lambda x: x.reshape(len(x), -1), "(120, 784)"),
        ("x_train", lambda x: x[:0], "x_train is empty"),
        ("x_train", lambda x: x[:7], "x_train has 7 pictures and y_train 120 labels"),
        ("x_test", with_value(np.nan, np.float32), "x_test holds NaN"),
        ("x_test", with_value(np.inf, np.float32), "x_test holds NaN or infinity"),
        ("x_train", with_value(-1, np.int16), "from -1 to 255"),
        ("x_train", with_value(256, np.int16), "from 0 to 256"),
        ("x_train", lambda x: x / 127.5 - 1, "from -1 to 1"),
        ("x_train", lambda x: x.astype(str), "must hold numbers"),
        ("x_train", lambda x: x * 0, "x_train is 0 everywhere"),
        ("x_test", lambda x: x / 255, "scale both alike"),
        ("y_train", with_value(-1, np.int64), "from -1 to 2"),
        ("y_train", with_value(256, np.int64), "from 0 to 256"),
        ("y_train", lambda y: y.astype(np.float32), "must hold integers"),
        ("y_train", lambda y: np.eye(3, dtype=np.uint8)[y], "argmax(axis=1)"),
        ("y_test", lambda y: y.astype(str), "must hold integers"),
        ("y_test", with_value(3, np.uint8), "y_test has the label 3, but y_train goes to 2"),
        ("y_train", lambda y: y * 0 + 1, "one class only"),
        ("y_test", lambda y: np.uint8(1), "must be (n,)"),
    ],
)
def test_wrong_content_is_named(path, arrays, key, change, words):
    np.savez(path, **{**arrays, key: change(arrays[key])})
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, words)


@pytest.mark.parametrize("key", KEYS)
def test_missing_key(path, arrays, key):
    del arrays[key]
    np.savez(path, **arrays)
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, f"no array {key} in it; it holds ")


def test_pickled_objects_are_not_opened(path, arrays):
    np.savez(path, **{**arrays, "y_train": np.array([{"a": 1}] * 120)}, allow_pickle=True)
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, "allow_pickle=False")


@pytest.mark.parametrize("fraction", [0, 0.001, 0.3, 0.9, 0.9999])
def test_cut_off(path, arrays, fraction):
    np.savez_compressed(path, **arrays)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * fraction)])
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, "not an .npz file, or cut off")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_damaged_inside(path, arrays, save):
    save(path, **arrays)
    content = bytearray(path.read_bytes())
    content[2000:2100] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, "a broken .npz file")


def test_other_kinds_of_file(path, arrays):
    for content in (b"not a zip at all", b"\x89PNG\r\n", _npy(arrays["x_train"])):
        path.write_bytes(content)
        with pytest.raises(UserError) as error:
            read_npz(path)
        one_line_about(error, path, "not an .npz file")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(UserError) as error:
        read_npz(path)
    one_line_about(error, path, "it holds readme.txt")


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_missing_file_and_folder(path, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        read_npz(path)
    one_line_about(error, path, "no such file")
    with pytest.raises(IsADirectoryError) as error:
        read_npz(tmp_path)
    one_line_about(error, tmp_path, "a folder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_permission_denied(path, arrays):
    np.savez(path, **arrays)
    path.chmod(0)
    with pytest.raises(PermissionError, match=r"mine\.npz"):
        read_npz(path)
