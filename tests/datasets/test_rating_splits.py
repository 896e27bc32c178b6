"""datasets.rating_splits: every user keeps something, nothing is in two parts, and the last is the last."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_course.datasets import ratings
from keras_course.datasets.rating_splits import last_of_users, split, within_users
from keras_course.errors import UserError

users = st.lists(st.integers(0, 6), min_size=1, max_size=60).map(np.array)


@given(users, st.floats(0.01, 0.99), st.integers(0, 5))
def test_a_rounded_fraction_of_every_user(user, fraction, seed):
    chosen = within_users(user, fraction, seed)
    for one in np.unique(user):
        count, held = (user == one).sum(), chosen[user == one].sum()
        assert held == min(int(np.floor(fraction * count + 0.5)), count - 1)
    np.testing.assert_array_equal(chosen, within_users(user, fraction, seed))


@given(users, st.data())
def test_the_last_by_time(user, data):
    time = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(user), max_size=len(user))))
    chosen = last_of_users(user, time)
    for one in np.unique(user):
        mine = np.flatnonzero(user == one)
        picked = mine[chosen[mine]]
        assert len(picked) == (len(mine) > 1)
        if len(picked):
            assert (time[mine] <= time[picked[0]]).all()
            assert (time[mine[mine > picked[0]]] < time[picked[0]]).all()  # of ties the last


def pairs(part):
    return set(zip(part.user.tolist(), part.item.tolist(), part.rating.tolist(), strict=True))


@pytest.mark.parametrize("how", ["random", "last"])
def test_parts_are_apart_and_together_everything(how):
    data = ratings.load("toy")
    found = split(data, how, seed=3)
    parts = [pairs(part) for part in found]
    assert parts[0] | parts[1] == parts[3] and not parts[0] & parts[1]
    assert parts[3] | parts[2] == pairs(data) and not parts[3] & parts[2]
    assert all(part.shape == data.shape for part in found)
    assert found.train.rated.any(axis=1).all()
    if how == "random":
        share = [len(part.user) / len(data.user) for part in found]
        assert share == pytest.approx([0.6, 0.15, 0.25, 0.75], abs=0.02)
    else:
        by_user = np.bincount(found.test.user, minlength=data.shape[0])
        assert set(by_user) <= {0, 1}
        later = np.full(data.shape[0], -1)
        later[found.validation.user] = found.validation.time
        assert (later[found.test.user] <= found.test.time).all()


def test_seeds_differ():
    data = ratings.load("toy")
    assert pairs(split(data, seed=0).test) != pairs(split(data, seed=1).test)
    assert pairs(split(data, seed=1).test) == pairs(split(data, seed=1).test)


def test_bad_input(tmp_path):
    data = ratings.load("toy")
    for fraction in (0, 1, -0.5, float("nan")):
        with pytest.raises(UserError, match="must be above 0 and below 1"):
            split(data, test=fraction)
    with pytest.raises(UserError, match="how='first' must be random or last"):
        split(data, "first")
    with pytest.raises(UserError, match="seed=-1"):
        split(data, seed=-1)
    path = tmp_path / "mine.csv"
    path.write_text("user,item,rating\na,x,4\nb,y,2\n")
    with pytest.raises(UserError, match="mine: its 2 users have rated too little to set ratings aside"):
        split(ratings.load(str(path)))
    with pytest.raises(UserError, match="have no time, so none is the last"):
        split(ratings.load(str(path)), "last")
