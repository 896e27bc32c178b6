"""recommenders.recommender: scores, biases, and what somebody new is offered; the same after a reload from a card."""

import dataclasses
import json

import numpy as np
import pytest

from keras_course.datasets import ratings
from keras_course.errors import UserError
from keras_course.models import binary_rbm, masked_rbm, softmax_rbm
from keras_course.recommenders import Recommender, item_biases, user_item_logit, visible_units
from keras_course.recommenders.recommender import log_odds

UNITS = np.array([0, 2, 3])
BUILDERS = {
    "masked": ("like", masked_rbm, {}),
    "softmax": ("like", softmax_rbm, {"levels": 2}),
    "binary": ("rank", binary_rbm, {}),
}


def made(kind, weight=0.5):
    """A machine of three of five films, with weights that are not small."""
    task, build, options = BUILDERS[kind]
    model = build(3, 4, seed=0, **options)
    rng = np.random.default_rng(0)
    model.kernel.assign(rng.normal(size=model.kernel.shape))
    model.visible_bias.assign(rng.normal(size=model.visible_bias.shape))
    biases = np.array([0.3, -1, 0.5, 1, -0.2]) if task == "like" else None
    titles = ("Alien (1979)", "Heat (1995)", "Titanic (1997)", "Matrix, The (1999)", "Jaws (1975)")
    return Recommender(model, task, titles, np.array([30, 1, 25, 40, 2]), UNITS, biases, weight)


def test_visible_units_of_both_tasks():
    data = ratings.load("toy")
    likes, rated = visible_units(data, "like"), visible_units(data, "rank")
    assert likes.dtype == rated.dtype == np.int8 and likes.shape == data.shape
    np.testing.assert_array_equal(likes >= 0, rated == 1)
    assert (likes[data.user, data.item] == data.liked).all()
    with pytest.raises(UserError, match="task='love' must be one of like, rank"):
        visible_units(data, "love")


@pytest.mark.parametrize("kind", ["masked", "softmax"])
def test_without_the_machine_s_word_the_scores_are_the_logit_s(kind):
    visible = np.array([[1, 0, -1, 1, -1], [0, 0, 1, -1, 0], [1, 1, 1, 0, 1]], np.int8)
    table = np.where(visible > 0, 1, np.where(visible < 0, 0, -1))
    mute = dataclasses.replace(made(kind, weight=0.0), biases=item_biases(table, sweeps=100))
    np.testing.assert_allclose(log_odds(mute.scores(visible)), user_item_logit(table, sweeps=100), atol=1e-4)


@pytest.mark.parametrize("kind", ["masked", "softmax"])
def test_what_the_machine_adds_is_its_log_odds_less_its_bias(kind):
    machine = made(kind)
    visible = np.array([[1, -1, 0, -1, -1]], np.int8)
    added = log_odds(machine.scores(visible)) - log_odds(
        dataclasses.replace(machine, weight=0.0).scores(visible)
    )
    expected = np.zeros(5)
    expected[UNITS] = 0.5 * (machine.hidden(visible) @ machine.kernel()[UNITS].T)[0]
    np.testing.assert_allclose(added[0], expected, atol=1e-4)


@pytest.mark.parametrize("kind", list(BUILDERS))
def test_an_item_without_a_unit_neither_speaks_nor_is_spoken_of(kind):
    machine = made(kind)
    visible = machine.visible_of({0: True})
    other = visible.copy()
    other[0, 1] = 1
    np.testing.assert_array_equal(machine.hidden(visible), machine.hidden(other))
    np.testing.assert_array_equal(machine.alone(visible), machine.alone(other))
    assert not machine.kernel()[[1, 4]].any()
    expected = 0 if machine.task == "rank" else 1 / (1 + np.exp(-machine.biases[[1, 4]]))
    np.testing.assert_allclose(machine.alone(visible)[0, [1, 4]], expected, rtol=1e-6)


def test_on_the_slide_a_dislike_says_no_more_than_silence_and_softmax_units_mend_that():
    for kind, same in (("masked", True), ("softmax", False)):
        machine = made(kind)
        silent, dislikes = machine.visible_of({}), machine.visible_of({2: False})
        assert np.array_equal(machine.hidden(silent), machine.hidden(dislikes)) == same


@pytest.mark.parametrize("kind", list(BUILDERS))
def test_recommendations_leave_out_what_is_known(kind):
    machine = made(kind)
    visible = machine.visible_of({0: True, 2: False})
    found = machine.recommend(visible, 10)
    assert {one.title for one in found} <= {"Heat (1995)", "Matrix, The (1999)", "Jaws (1975)"}
    scores = machine.scores(visible)[0]
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    for one in found:
        assert one.probability == pytest.approx(scores[machine.titles.index(one.title)])
    lifted = machine.recommend(visible, 1, by="lift")
    assert [one.title for one in lifted] == ["Matrix, The (1999)"]  # the only one that enough have rated


def test_somebody_new_names_titles():
    machine = made("softmax")
    found = machine.recommend_for(["the alien"], ["titanic"], count=1)
    assert found == machine.recommend(machine.visible_of({0: True, 2: False}), 1, by="lift")
    with pytest.raises(UserError, match="no title like 'Zardoz'; nearest: "):
        machine.recommend_for(["Zardoz"])
    with pytest.raises(UserError, match="name at least one title"):
        machine.recommend_for([])


@pytest.mark.parametrize("kind", list(BUILDERS))
def test_a_card_keeps_all_but_the_model(kind):
    machine = made(kind)
    card = json.loads(json.dumps(machine.to_card()))
    back = Recommender.from_card(machine.model, card)
    assert back.titles == tuple(machine.titles[item] for item in UNITS) and back.weight == machine.weight
    tastes = {0: True, 1: False}  # of its three
    mine = machine.scores(machine.visible_of({0: True, 2: False}))[:, UNITS]
    np.testing.assert_allclose(back.scores(back.visible_of(tastes)), mine, atol=1e-5)
    with pytest.raises(UserError, match="it has no 'biases'"):
        Recommender.from_card(machine.model, {"kind": "digit"})
