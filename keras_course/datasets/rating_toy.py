"""A small world of film lovers, made by the code: three tastes are planted, for a machine to find.

Slide: deck 3, "Recognizing Latent Factors in The Data", "Identification of Latent factor"
"""

import numpy as np

from keras_course.datasets.rating_files import HALF_STARS, Table
from keras_course.datasets.rating_titles import Titles

FILMS = {
    "Drama": (
        "Titanic (1997)", "Forrest Gump (1994)", "The Godfather (1972)", "Casablanca (1942)",
        "Dead Poets Society (1989)", "Schindler's List (1993)", "A Beautiful Mind (2001)", "The Green Mile (1999)",
    ),
    "Fantasy": (
        "The Hobbit (2012)", "Harry Potter (2001)", "The Lord of the Rings (2001)", "The Chronicles of Narnia (2005)",
        "The Princess Bride (1987)", "Pan's Labyrinth (2006)", "Stardust (2007)", "Willow (1988)",
    ),
    "Science Fiction": (
        "Star Wars (1977)", "The Matrix (1999)", "Blade Runner (1982)", "Alien (1979)", "Interstellar (2014)",
        "2001: A Space Odyssey (1968)", "Back to the Future (1985)", "Arrival (2016)",
    ),
}  # fmt: skip
"""The films of each taste; The Hobbit, Harry Potter and the three tastes are the slide's."""
USERS = 400
FIRST = 946_684_800  # seconds since 1970: the year 2000 begins


def make(users: int = USERS, seed: int = 0) -> tuple[Table, np.ndarray]:
    """Make up ratings: who has a film's taste sees it more often, and likes it.

    Each user has each of the three tastes with probability .4. A film of a taste that the user has is seen with
    probability .8 and gets 3.5 to 5 stars nine times in ten; any other is seen with probability .2 and gets .5 to 3
    stars nine times in ten.

    Args:
        users: how many.
        seed: draws everything.

    Returns:
        The ratings, and the planted tastes: (users, 3) of 0 and 1.
    """
    rng = np.random.default_rng(seed)
    tastes = rng.random((users, len(FILMS))) < 0.4
    films = [film for those in FILMS.values() for film in those]
    genre = np.repeat(np.arange(len(FILMS)), [len(those) for those in FILMS.values()])
    has = tastes[:, genre]  # (users, films)
    seen = rng.random(has.shape) < np.where(has, 0.8, 0.2)
    seen[np.arange(users), rng.integers(len(films), size=users)] = True  # everybody has seen something
    likes = has ^ (rng.random(has.shape) < 0.1)
    stars = np.where(likes, rng.integers(7, 11, has.shape), rng.integers(1, 7, has.shape)) / 2
    user, item = np.nonzero(seen)
    time = FIRST + 60 * rng.permutation(len(user))
    names = [str(number + 1) for number in range(max(users, len(films)))]
    titles: Titles = {
        names[i]: (film, (list(FILMS)[kind],))
        for i, (film, kind) in enumerate(zip(films, genre, strict=True))
    }
    table = Table(
        np.array(names)[user], np.array(names)[item], stars[user, item], time, titles, HALF_STARS, ()
    )
    return table, tastes.astype(np.int8)
