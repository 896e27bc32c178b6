"""recommenders.titles: what somebody types, and which film is meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_course.datasets import rating_toy
from keras_course.errors import UserError
from keras_course.recommenders import find_title

TITLES = (
    "Star Wars: Episode IV - A New Hope (1977)",
    "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Matrix, The (1999)",
    "Matrix Reloaded, The (2003)",
    "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
    "Amélie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
    "2001: A Space Odyssey (1968)",
    "1984 (1984)",
    "Sabrina (1995)",
    "Sabrina (1954)",
    "Se7en (a.k.a. Seven) (1995)",
    "Fast & Furious (2009)",
    "A.I. Artificial Intelligence (2001)",
)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ("The Matrix", 2),
        ("matrix", 2),
        ("MATRIX (1999)", 2),
        ("matrix reloaded", 3),
        ("reloaded", 3),
        ("star wars", 0),
        ("empire strikes back", 1),
        ("new hope star wars", 0),
        ("amelie", 5),
        ("Amelié", 5),
        ("lost children", 4),
        ("2001 a space odyssey", 6),
        ("2001: A Space Odyssey", 6),
        ("1984", 7),
        ("sabrina 1954", 9),
        ("Sabrina (1954)", 9),
        ("fast and furious", 11),
        ("matirx", 2),
        ("ai artificial inteligence", 12),
    ],
)
def test_forgiving(wanted, number):
    assert find_title(wanted, TITLES) == number, TITLES[find_title(wanted, TITLES)]


def test_the_more_popular_one_of_two_that_fit():
    popularity = np.zeros(len(TITLES))
    popularity[1] = 5
    assert find_title("star wars", TITLES, popularity) == 1
    popularity[9] = 2
    assert find_title("sabrina", TITLES, popularity) == 9


@pytest.mark.parametrize("wanted", ["Zardoz", "", "???", "(1999)"])
def test_an_unknown_title_names_the_nearest(wanted):
    with pytest.raises(UserError, match=r"no title like .*; nearest: .") as error:
        find_title(wanted, TITLES)
    assert "\n" not in str(error.value)


@given(st.sampled_from(range(24)))
def test_every_film_of_the_toy_is_found_by_its_own_title(number):
    films = [film for those in rating_toy.FILMS.values() for film in those]
    assert find_title(films[number], films) == number
    assert find_title(films[number].lower()[:-7], films) == number


@given(st.text("aeztTß éÉ́İ2019.,:&()[]-+_'\"\n\t\0中", max_size=30))
def test_any_text_is_a_film_or_one_line(text):
    try:
        assert 0 <= find_title(text, TITLES) < len(TITLES)
    except UserError as error:
        assert "\n" not in str(error).replace(repr(text), "")
