"""datasets.rating_files: MovieLens' layouts and CSV files are read alike, and what is wrong is named with its line."""

import numpy as np
import pytest

from keras_course.datasets import rating_files
from keras_course.errors import UserError

ROWS = [("1", "10", 4, 880606923), ("1", "9", 3, 886307828), ("2", "10", 1, 877000000), ("3", "9", 5, 5)]


def lines(separator, rows=ROWS):
    return "".join(separator.join(map(str, row)) + "\n" for row in rows)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def layouts(tmp_path):
    """The same ratings in the three layouts of MovieLens: folders by name."""
    for name in ("latest", "100k", "1m"):
        (tmp_path / name).mkdir()
    header = "userId,movieId,rating,timestamp\r\n"
    write(tmp_path / "latest" / "ratings.csv", header + lines(",").replace("\n", "\r\n"))
    titles = 'movieId,title,genres\r\n9,"Misérables, Les (1995)",Drama|War\r\n10,Alien (1979),(no genres listed)\r\n'
    write(tmp_path / "latest" / "movies.csv", titles)
    write(tmp_path / "100k" / "u.data", lines("\t"))
    flags = {"9": (8, 17), "10": ()}
    text = "".join(
        f"{item}|{title}|01-Jan-1995||http://a/b?c|{'|'.join(str(int(i in flags[item])) for i in range(19))}\n"
        for item, title in (("9", "Misérables, Les (1995)"), ("10", "Alien (1979)"))
    )
    write(tmp_path / "100k" / "u.item", text, "latin-1")
    write(tmp_path / "1m" / "ratings.dat", lines("::"))
    write(
        tmp_path / "1m" / "movies.dat",
        "9::Misérables, Les (1995)::Drama|War\n10::Alien (1979)::\n",
        "latin-1",
    )
    return {name: tmp_path / name for name in ("latest", "100k", "1m")}


@pytest.mark.parametrize("name", ["latest", "100k", "1m"])
@pytest.mark.parametrize("as_file", [False, True])
def test_three_layouts_hold_the_same(layouts, name, as_file):
    path = layouts[name]
    if as_file:
        path = path / {"latest": "ratings.csv", "100k": "u.data", "1m": "ratings.dat"}[name]
    table = rating_files.read(path)
    found = list(zip(table.user, table.item, table.rating, table.time, strict=True))
    assert found == ROWS
    assert table.titles == {"9": ("Misérables, Les (1995)", ("Drama", "War")), "10": ("Alien (1979)", ())}
    assert table.scale == ((0.5, 5) if name == "latest" else (1, 5)) and table.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "user,item,rating\nann,Alien,4\nann,Heat,2.5\nbob,Alien,0.5\n",
        "\ufeffUser ID;Film;Stars;Genre\nann;Alien;4;x\nann;Heat;2.5;x\n\nbob;Alien;0.5;x\n",
        "movie_id\tuser_id\trating\nAlien\tann\t4\nHeat\tann\t2.5\nAlien\tbob\t0.5\n",
    ],
)
def test_any_csv_file_with_ids_as_text(tmp_path, text):
    table = rating_files.read(write(tmp_path / "mine.csv", text))
    assert list(zip(table.user, table.item, table.rating, strict=True)) == [
        ("ann", "Alien", 4),
        ("ann", "Heat", 2.5),
        ("bob", "Alien", 0.5),
    ]
    assert table.time is None and table.titles == {}


def test_times_are_seconds_or_dates(tmp_path):
    text = "user,item,rating,time\na,x,4,1000000000\na,y,2,2001-09-09 01:46:41\nb,x,1,2001-09-10\n"
    table = rating_files.read(write(tmp_path / "mine.csv", text))
    assert table.time.tolist() == [1000000000, 1000000001, 1000080000]


def test_the_last_of_several_ratings_counts_and_blank_ones_are_omitted(tmp_path):
    text = "user,item,rating\na,x,4\na,y,2\na,x,1\nb,x,\nc,y,\nb,y,5\na,x,3\n"
    table = rating_files.read(write(tmp_path / "mine.csv", text))
    assert list(zip(table.user, table.item, table.rating, strict=True)) == [
        ("a", "y", 2),
        ("b", "y", 5),
        ("a", "x", 3),
    ]
    assert table.notes == (
        "2 rows without a rating omitted, and 1 users with no rating at all",
        "2 ratings omitted, of items that their user has rated again further down",
    )


HEADER = "user,item,rating,time\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        (HEADER, "no ratings below the first line"),
        (HEADER + "a,x,,1\n", "no row with a rating"),
        ("user,film,price\na,x,4\n", r"no column rating \(found: user, film, price\): write a first line"),
        ("1,2,3\n2,3,4\n", "no column user and no column item and no column rating"),
        (HEADER + "a,x,4,1\na,y,7,1\n", r"line 3: '7' is outside the scale of 0\.5 to 5; another scale"),
        (HEADER + "a,x,4,1\n\na,y,0,1\n", "line 4: '0' is outside the scale"),
        (HEADER + "a,x,good,1\n", "line 2: 'good' is not a rating"),
        (HEADER + "a,x,nan,1\n", "line 2: 'nan' is not a rating"),
        (HEADER + "a,x,inf,1\n", "line 2: 'inf' is not a rating"),
        (HEADER + ",x,4,1\n", "line 2: no user is named"),
        (HEADER + "a,,4,1\n", "line 2: no item is named"),
        (HEADER + "a,x,4,yesterday\nb,y,4,1\n", "line 2: 'yesterday' is no time"),
        (HEADER + "a,x,4,1\na,y,4,1\n", r"ratings of one user only \(a\); at least two"),
        (HEADER + "a,x,4,1\nb,x,4,1\n", r"ratings of one item only \(x\); at least two"),
        (HEADER + "a,x,4,1\nb,x,4,1,5\n", "not a table of ratings"),
        ("\0\1\2", "nor any text"),
    ],
)
def test_bad_input_is_one_line_that_names_the_file(tmp_path, text, words):
    path = write(tmp_path / "mine.csv", text)
    with pytest.raises(UserError, match=words) as error:
        rating_files.read(path)
    assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)


def test_another_scale(tmp_path):
    path = write(tmp_path / "mine.csv", "user,item,rating\na,x,10\nb,y,0\n")
    assert rating_files.read(path, (0, 10)).rating.tolist() == [10, 0]
    with pytest.raises(UserError, match="line 3: '0' is outside the scale of 1 to 10"):
        rating_files.read(path, (1, 10))


def test_broken_layouts(tmp_path, layouts):
    with pytest.raises(UserError, match=r"looked for ratings\.csv, u\.data \(ml-100k\) and ratings\.dat"):
        rating_files.read(tmp_path)
    write(layouts["100k"] / "u.item", "9\n")
    with pytest.raises(UserError, match=r"u\.item: line 1: a number and a title separated by \|"):
        rating_files.read(layouts["100k"])
    write(layouts["latest"] / "movies.csv", "a,b\n1,2\n")
    with pytest.raises(UserError, match=r"movies\.csv: no columns movieId and title"):
        rating_files.read(layouts["latest"])
    write(layouts["1m"] / "ratings.dat", "1::2\n")
    with pytest.raises(UserError, match="2 columns; user, item, rating and timestamp"):
        rating_files.read(layouts["1m"])
    write(layouts["1m"] / "ratings.dat", lines("::", [("1", "2", 6, 0)]))
    with pytest.raises(UserError, match="line 1: '6' is outside the scale of 1 to 5"):
        rating_files.read(layouts["1m"])


def test_a_layout_without_its_titles(layouts):
    (layouts["1m"] / "movies.dat").unlink()
    table = rating_files.read(layouts["1m"])
    assert table.titles == {} and np.array_equal(table.rating, [4, 3, 1, 5])
