"""datasets.ratings: from a name or path to ratings, and what is said where there are none."""

import hashlib
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from keras_course.datasets import rating_sources, rating_toy, ratings
from keras_course.errors import UserError

TEXT = "userId,movieId,rating,timestamp\n2,9,4,5\n10,9,3.5,7\n10,11,0.5,6\n9,1,5,8\n"


@pytest.fixture
def movielens(monkeypatch, tmp_path, unplugged):
    """A small stand-in plays MovieLens; its zip, not yet in the data folder. The network is unplugged."""
    path = tmp_path / "elsewhere" / "ml-latest-small.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ml-latest-small/ratings.csv", TEXT)
        archive.writestr(
            "ml-latest-small/movies.csv", "movieId,title,genres\n9,Heat (1995),Action\n12,Unseen,Drama\n"
        )
    content = path.read_bytes()
    source = replace(
        ratings.MOVIELENS, url=unplugged, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    monkeypatch.setattr(rating_sources, "MOVIELENS", source)
    csv_file = path.with_name("mine.csv")
    csv_file.write_text(TEXT)
    monkeypatch.setattr(rating_sources, "LATEST_SMALL_CONTENT", ratings.load(str(csv_file)).sha256)
    return path


def test_what_ratings_tell(movielens):
    data = ratings.load(str(movielens), movielens.parent)
    assert (data.name, data.embedded, data.limited, data.scale) == ("ml-latest-small", False, None, (0.5, 5))
    assert data.users.tolist() == ["2", "9", "10"]  # numbers are in the order of numbers
    assert data.items.tolist() == ["1", "9", "11"] and data.titles == ("1", "Heat (1995)", "11")
    assert data.genres == ((), ("Action",), ())
    assert data.notes == ("1 titles that nobody has rated are left out",)
    np.testing.assert_array_equal(data.matrix(), [[0, 4, 0], [5, 0, 0], [0, 3.5, 0.5]])
    np.testing.assert_array_equal(data.matrix(data.liked, -1), [[-1, 1, -1], [1, -1, -1], [-1, 1, 0]])
    np.testing.assert_array_equal(data.rated, data.matrix() > 0)
    part = data.part(data.item == 1)
    assert part.shape == data.shape and part.rating.tolist() == [4, 3.5] and part.time.tolist() == [5, 7]


@pytest.mark.parametrize(("scale", "threshold"), [((0.5, 5), 3.5), ((1, 5), 11 / 3), ((0, 1), 2 / 3)])
def test_a_like_is_two_thirds_of_the_scale(scale, threshold, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("user,item,rating\na,x,1\nb,y,1\n")
    data = ratings.load(str(path), scale=scale)
    assert data.threshold == pytest.approx(threshold)
    assert data.liked.all() == (scale == (0, 1))
    given = replace(data, rating=np.full(2, threshold, np.float32))
    assert given.liked.all()  # exactly on the threshold


@pytest.mark.parametrize("dataset", ["auto", "movielens"])
@pytest.mark.parametrize("how", ["folder", "zip", "download"])
def test_movielens_in_the_data_folder_or_downloaded(
    movielens, server, monkeypatch, tmp_path, dataset, how, capfd
):
    data_dir = tmp_path / "data"
    if how == "folder":
        with zipfile.ZipFile(movielens) as archive:
            archive.extractall(data_dir)
    if how == "zip":
        data_dir.mkdir()
        (data_dir / movielens.name).write_bytes(movielens.read_bytes())
    if how == "download":
        server.body = movielens.read_bytes()
        source = replace(rating_sources.MOVIELENS, url=server.url + "good")
        monkeypatch.setattr(rating_sources, "MOVIELENS", source)
    for _ in range(2):
        data = ratings.load(dataset, data_dir)
        assert (data.name, data.embedded, data.shape) == ("ml-latest-small", False, (3, 3))
        server.body = b"gone"
    assert server.requests == (how == "download")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("fault", ["unplugged", "missing", "truncated", "other"])
def test_no_download(movielens, server, monkeypatch, tmp_path, capfd, fault):
    server.body = movielens.read_bytes() if fault != "other" else b"<html>Please log in</html>"
    if fault != "unplugged":
        source = replace(rating_sources.MOVIELENS, url=server.url + fault)
        monkeypatch.setattr(rating_sources, "MOVIELENS", source)
    data = ratings.load("auto", tmp_path / "data")
    assert (data.name, data.embedded) == ("toy", True)
    printed = capfd.readouterr()
    assert printed.out == "" and printed.err.startswith("warning: no MovieLens: ")
    assert printed.err.count("\n") == 1
    with pytest.raises(OSError) as error:
        ratings.load("movielens", tmp_path / "data")
    for word in (rating_sources.MOVIELENS.url, "ml-latest-small.zip", "dataset='toy'"):
        assert word in str(error.value)


def test_other_content_under_its_name_is_refused_and_left(movielens, tmp_path):
    folder = tmp_path / "data" / "ml-latest-small"
    folder.mkdir(parents=True)
    (folder / "ratings.csv").write_text(TEXT.replace("3.5", "3"))
    for dataset in ("auto", "movielens"):
        with pytest.raises(UserError, match="not MovieLens latest-small of 2018, its ratings differ"):
            ratings.load(dataset, tmp_path / "data")
    assert ratings.load(str(folder)).name == "ml-latest-small (given)"  # by its own path it is itself
    other = tmp_path / "zip" / "ml-latest-small.zip"
    other.parent.mkdir()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(UserError, match=r"no ml-latest-small/ratings\.csv in it; move it away"):
        ratings.load("movielens", other.parent)
    other.write_bytes(b"no zip")
    with pytest.raises(UserError, match=r"not a whole zip file .*; move it away"):
        ratings.load("movielens", other.parent)


def test_the_content_counts_and_not_the_file(movielens, tmp_path):
    first = ratings.load(str(movielens), tmp_path)
    rows = TEXT.splitlines()
    shuffled = tmp_path / "other.csv"
    shuffled.write_text("\n".join([rows[0], *rows[:0:-1]]))
    assert ratings.load(str(shuffled)).sha256 == first.sha256
    shuffled.write_text(TEXT.replace("0.5", "1"))
    changed = ratings.load(str(shuffled))
    assert changed.sha256 != first.sha256 and changed.name == "other"


@pytest.mark.parametrize("dataset", ["movilens", "", "nothing.csv"])
def test_unknown_names(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"give auto, movielens, toy|looked for ratings\.csv"):
        ratings.load(dataset)


@pytest.mark.parametrize("scale", [(5, 1), (1, 1), (1, float("inf"))])
def test_a_scale_goes_up(scale):
    with pytest.raises(UserError, match="the lowest rating, then the highest"):
        ratings.load("toy", scale=scale)


def test_limit_takes_whole_users_and_what_they_rated():
    whole, data = ratings.load("toy"), ratings.load("toy", limit=3, seed=1)
    assert data.limited == 3 and data.shape[0] == 3 and data.rated.any(axis=0).all()
    assert data.rated.any(axis=1).all()
    for number, user in enumerate(data.users):
        row = whole.users.tolist().index(user)
        mine = {data.titles[i] for i in data.item[data.user == number]}
        assert mine == {whole.titles[i] for i in whole.item[whole.user == row]}
    assert ratings.load("toy", limit=5000).limited is None
    assert ratings.load("toy", limit=3, seed=2).users.tolist() != data.users.tolist()


def test_the_toy_has_the_planted_tastes():
    data = ratings.load("toy")
    table, tastes = rating_toy.make()
    assert (data.name, data.embedded, data.shape) == ("toy", True, (rating_toy.USERS, 24))
    assert data.sha256 == rating_sources.content_sha256(table) == ratings.load("toy").sha256
    kinds = list(rating_toy.FILMS)
    genre = np.array([kinds.index(names[0]) for names in data.genres])
    has = tastes[data.user, genre[data.item]] == 1
    assert 0.87 < data.liked[has].mean() < 0.93 and 0.07 < data.liked[~has].mean() < 0.13
    assert data.titles[8] == "The Hobbit (2012)" and genre.tolist() == [0] * 8 + [1] * 8 + [2] * 8
    assert data.rating.min() == 0.5 and data.rating.max() == 5


@pytest.mark.realdata
def test_movielens_latest_small_itself(real_data):
    data = ratings.load("movielens", real_data / "movielens")
    assert (data.name, data.shape, len(data.rating)) == ("ml-latest-small", (610, 9724), 100_836)
    assert data.sha256 == rating_sources.LATEST_SMALL_CONTENT
    assert ratings.load(str(real_data / "movielens" / "ml-latest-small")).name == "ml-latest-small"
    assert (data.rating.min(), data.rating.max()) == (0.5, 5) and data.titles[0] == "Toy Story (1995)"
    assert data.liked.mean() == pytest.approx(0.6120, abs=1e-4)
    assert data.notes == ("18 titles that nobody has rated are left out",)
    assert min(np.bincount(data.user)) == 20
