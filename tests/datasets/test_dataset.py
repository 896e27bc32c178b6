"""What every dataset tells about itself, and what the package imports."""

import json
import subprocess
import sys

import numpy as np
import pytest

from keras_course import datasets
from keras_course.datasets import digits, photos, prices, rating_sources, ratings
from keras_course.datasets.dataset import Dataset, check_integer
from keras_course.errors import UserError


def test_facts_of_the_embedded_datasets(tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "DRAWN", {"train": 2, "validation": 1, "test": 1})
    found = [
        digits.load("digits", limit=10),
        photos.load("drawn", tmp_path, image_size=8),
        prices.load("embedded", tmp_path),
        ratings.load("toy", tmp_path),
    ]
    for data in found:
        assert isinstance(data, Dataset)
        facts = json.loads(json.dumps(data.facts()))
        assert list(facts) == ["name", "sha256", "embedded", "limited", "terms"]
        assert facts["embedded"] is True and len(facts["sha256"]) == 64
        assert all(facts[key] == getattr(data, key) for key in facts)
    assert [data.limited for data in found] == [10, None, None, None]


def test_importing_the_base_class_imports_nothing_heavy():
    code = (
        "import sys; from keras_course.datasets.dataset import Dataset;"
        "print({'numpy', 'PIL', 'pandas', 'filelock', 'keras'} & set(sys.modules));"
        "from keras_course.datasets import Digits; print('numpy' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\nTrue False\n"


def test_the_package_re_exports_what_it_names():
    for name in datasets.__all__:
        assert getattr(datasets, name).__doc__
    assert datasets.Digits is digits.Digits
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        datasets.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "seed=0 must be at least 1"),
        (-(10**30), "must be at least 1"),
        (10**30, "must be at most 9"),
        (2.0, "seed=2.0 must be an integer"),
        ("3", "seed='3' must be an integer"),
        (None, "seed=None must be an integer"),
    ],
)
def test_integers_are_checked(value, words):
    with pytest.raises(UserError, match=words):
        check_integer("seed", value, 1, 9)


def test_integers_of_numpy_are_integers():
    check_integer("seed", np.int64(3), 1, 9)


@pytest.mark.parametrize("load", [digits.load, photos.load, ratings.load])
@pytest.mark.parametrize(
    "arguments", [{"seed": -1}, {"seed": 10**30}, {"limit": 0}, {"limit": 10**30}, {"limit": 2.5}]
)
def test_numbers_out_of_range(load, arguments, tmp_path):
    (name,) = arguments
    with pytest.raises(UserError, match=f"^{name}=.* must be"):
        load("auto", tmp_path, **arguments)
    assert not list(tmp_path.iterdir())  # before anything is downloaded


@pytest.mark.parametrize(
    ("load", "name"),
    [
        (digits.load, "auto"),
        (digits.load, "mnist"),
        (photos.load, "auto"),
        (photos.load, "cats_dogs"),
        (prices.load, "auto"),
        (prices.load, "yahoo"),
        (ratings.load, "auto"),
        (ratings.load, "movielens"),
        (digits.MNIST.obtain, None),
        (photos.CATS_DOGS.obtain, None),
        (prices.SHARES.obtain, None),
        (rating_sources.MOVIELENS.obtain, None),
    ],
)
@pytest.mark.parametrize("inside", ["", "deeper/folder"])
def test_a_file_where_the_folder_for_downloads_should_be(load, name, inside, tmp_path, monkeypatch):
    monkeypatch.setattr(
        prices.yahoo, "fetch", lambda symbol: pytest.fail("asked before the folder was checked")
    )
    (tmp_path / "data").touch()
    arguments = [tmp_path / "data" / inside] if name is None else [name, tmp_path / "data" / inside]
    with pytest.raises(NotADirectoryError, match="data: a file, where the folder for downloads is wanted"):
        load(*arguments)


@pytest.mark.parametrize("load", [digits.load, photos.load, prices.load, ratings.load])
def test_a_home_folder_of_nobody(load, tmp_path):
    with pytest.raises(UserError, match=r"~nobody-here/x.*home directory"):
        load("~nobody-here/x", tmp_path)
