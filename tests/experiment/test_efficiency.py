"""flops and share_of_peak of a run: from the card and from what training.fit has noted."""

import keras
import numpy as np
import pytest

from keras_course import training
from keras_course.experiment import card, efficiency, runs

WORK = 2 * (4 * 8) + 3 * (8 * 2)  # multiply-adds of a training step on one example


class Data:
    """What a card tells of the data."""

    def facts(self):
        return {"name": "noise"}


def network():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(2, "softmax")]
    )


def trained(folder, model, watch=None):
    """A run that is trained on 100 random examples, and not complete yet."""
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(100, 4)).astype("float32"), generator.integers(0, 2, 100)
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)  # at once, without compiling
    run = runs.Run(folder, "app")
    callbacks = [watch] if watch else []
    training.fit(model, run, x, y, epochs=2, callbacks=callbacks, verbose=False)
    card.write(run, getattr(model, "network", model), Data(), kind="point", returns="two probabilities")
    return run


def test_a_trained_run_has_both(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(efficiency, "peak", lambda precision: asked.append(precision) or 50.0)
    watch = training.Stopwatch()
    run = trained(tmp_path, network(), watch)
    run.complete_with({"test_accuracy": 0.5})
    metrics = run.metrics()
    assert list(metrics) == ["test_accuracy", "flops", "share_of_peak"]
    assert metrics["flops"] == run.card()["flops"] == 2 * (4 * 8 + 8 * 2)
    share = 2 * WORK * watch.samples_per_second(100) / 50e9
    assert metrics["share_of_peak"] == pytest.approx(share, rel=5e-3)
    assert set(asked) == {"float32"}
    assert not (tmp_path / "backup").exists()


def test_the_clock_runs_without_one_of_the_app_s(tmp_path, monkeypatch):
    monkeypatch.setattr(efficiency, "peak", lambda precision: 50.0)
    assert 0 < efficiency.of(trained(tmp_path, network()), {})["share_of_peak"] < 1


def test_where_a_step_s_work_is_not_known_there_is_no_share(tmp_path):
    model = training.AdversarialTraining(network(), epsilon=0.1)
    run = trained(tmp_path, model)
    assert not (tmp_path / "backup" / "efficiency.json").exists()
    assert efficiency.of(run, {}) == {"flops": 2 * (4 * 8 + 8 * 2)}


def test_a_run_with_several_trainings_has_those_of_its_best_variant(tmp_path):
    parent = runs.Run(tmp_path, "app")
    (tmp_path / "large_L2").mkdir()
    found = {"flops": 96, "share_of_peak": 0.25}
    runs.Run(tmp_path / "large_L2", "app").complete_with({"test_accuracy": 0.5, **found})
    parent.complete_with({"best_variant": "large, L2"})
    assert parent.metrics() == {"best_variant": "large, L2", **found}


class Own(keras.layers.Layer):
    def call(self, x):
        return x * 2


def test_a_layer_that_no_rule_knows_is_no_reason_not_to_train(tmp_path):
    model = keras.Sequential([keras.Input((4,)), Own(), keras.layers.Dense(2, "softmax")])
    run = trained(tmp_path, model)
    assert efficiency.of(run, {}) == {}
    run.complete_with({"test_accuracy": 0.5})
    assert run.metrics() == {"test_accuracy": 0.5}


def test_a_run_without_a_network_has_neither(tmp_path):
    assert efficiency.of(runs.Run(tmp_path, "app"), {}) == {}


def test_the_peak_is_measured_once(monkeypatch):
    from keras_course.experiment import machine

    calls = []
    monkeypatch.setattr(machine, "peak_gflops", lambda *given, **named: calls.append(named) or 7.0)
    efficiency.peak.cache_clear()
    assert efficiency.peak("float32") == efficiency.peak("float32") == 7.0
    assert len(calls) == 1 and calls[0]["dtype"] == "float32"
    efficiency.peak.cache_clear()
