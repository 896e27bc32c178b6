"""apps.digit_rbm: what a run leaves, what is measured, and that a broken run ends like an unbroken one."""

import dataclasses

import numpy as np
import pytest

from apps import digit_rbm
from apps.digit_rbm import figures, measures
from keras_course import saving
from keras_course.datasets import digits
from keras_course.errors import UserError
from keras_course.evaluation import likelihood
from keras_course.experiment import command, runs


def run_small(folder, *, resume=None, **settings):
    given = {
        "dataset": "digits",
        "epochs": 4,
        "hidden": 10,
        "gibbs_steps": 40,
        "annealing_steps": 200,
        **settings,
    }
    options = command.RunOptions(models_dir=folder, resume=resume)
    digit_rbm.main(dataclasses.replace(digit_rbm.Config(**given), run=options))
    return runs.find("digit_rbm", folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return run_small(tmp_path_factory.mktemp("models"))


@pytest.mark.slow
def test_what_a_run_leaves_and_measures(finished):
    metrics, data = finished.metrics(), digits.load("digits")
    names = {path.name for path in (finished.path / "figures").iterdir()}
    assert names == {"curves.png", "strokes.png", "reconstructions.png", "fantasies.png", "chains.gif"}
    v, v_test = measures.binary(data.x_train), measures.binary(data.x_test)
    model = saving.load(finished).model
    weights = model.get_weights()[:3]
    exact = likelihood.log_partition(weights)
    assert metrics["log_z_exact"] == pytest.approx(exact)
    assert abs(metrics["log_z_estimate"] - exact) < 5 * metrics["log_z_standard_error"] + 0.01
    assert metrics["test_log_likelihood"] == pytest.approx(likelihood.log_likelihood(v_test, weights, exact))
    assert metrics["test_log_likelihood"] > metrics["independent_pixels_log_likelihood"]
    assert metrics["independent_pixels_log_likelihood"] == measures.independent_pixels(v, v_test)
    assert metrics["parameters"] == 784 * 10 + 784 + 10
    assert (
        metrics["reconstruction_error"] < (v_test > 0.5).mean()
    )  # a white page would be wrong as often as there is ink
    assert (
        finished.card()["kind"] == "states"
        and finished.card()["metrics"]["test_loss"] == metrics["test_loss"]
    )


@pytest.mark.slow
def test_what_it_learnt_is_not_predicted_as_a_class(finished):
    with pytest.raises(UserError, match="the kind 'states'"):
        saving.load(finished).predict("seven.png")


@pytest.mark.slow
@pytest.mark.parametrize("chains", [0, 20])
def test_a_broken_run_ends_as_if_unbroken(chains, interrupt, same_end, tmp_path):
    unbroken = run_small(tmp_path / "unbroken", chains=chains)
    with interrupt(0, 2):
        run_small(tmp_path / "broken", chains=chains)
    (path,) = (tmp_path / "broken" / "digit_rbm").iterdir()
    broken = run_small(tmp_path / "broken", chains=chains, resume=path)
    same_end(broken, unbroken)
    assert (broken.path / "figures" / "chains.gif").read_bytes() == (
        unbroken.path / "figures" / "chains.gif"
    ).read_bytes()


def test_stages_begin_with_noise_and_end_with_the_last_step():
    for steps in (1, 2, 7, 1000):
        found = figures.stages(steps, 6)
        assert found[0] == 0 and found[-1] == steps and len(found) <= 6 and found == sorted(set(found))


def test_independent_pixels_know_their_means_only():
    v = np.array([[1, 0], [1, 0], [1, 1], [1, 0]], "float32")
    found = measures.independent_pixels(np.tile(v, (5000, 1)), v)
    assert found == pytest.approx(0.25 * np.log(0.25) + 0.75 * np.log(0.75), abs=1e-3)


def test_pixels_lighter_than_half_are_ink():
    found = measures.binary(np.array([[[0, 127], [128, 255]]], "uint8"))
    assert found.tolist() == [[0, 0, 1, 1]] and found.dtype == "float32"
