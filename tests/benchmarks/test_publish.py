"""A published run is small, loads, and shows nobody's photos."""

import keras
import numpy as np
import pytest

from benchmarks import publish
from keras_course import saving
from keras_course.experiment import runs


@pytest.mark.parametrize(
    ("kind", "left"), [("photo", {"confusion", "curves"}), ("digit", {"confusion", "curves", "mistakes"})]
)
def test_a_published_run_has_no_optimizer_and_no_photos(tmp_path, kind, left):
    run = runs.Run(tmp_path / "models/pets/2026-11-21_000000_seed0", "pets")
    run.path.mkdir(parents=True)
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    x = np.random.default_rng(0).random((4, 8, 8, 3)).astype("float32")
    model.fit(x, np.zeros(4), verbose=0)
    saving.save(model, run.model_path)
    card = {"kind": kind, "input": {"shape": [8, 8, 3]}, "labels": ["cat", "dog"]}
    run.write_json("card", card)
    run.write_json("config", {"seed": 0, "dataset": "/home/me/pets"})
    (run.path / "figures").mkdir()
    for name in ("confusion", "curves", "mistakes"):
        (run.path / f"figures/{name}.png").write_bytes(b"a figure")
    run.complete_with({"test_accuracy": 0.5})
    (run.path.parent / "environment.json").write_text('{"device": "CPU"}')  # a variant's parent has it

    publish.main([str(run.path), "--models-dir", str(tmp_path / "models")])
    target = tmp_path / "models/pets/pretrained"
    assert {path.stem for path in target.glob("figures/*")} == left
    assert runs.Run(target, "pets").config() == {"seed": 0, "dataset": "pets"}
    assert runs.Run(target, "pets").read_json("environment") == {"device": "CPU"}
    loaded = saving.load("pets", tmp_path / "models")
    np.testing.assert_array_equal(loaded.model.predict(x, verbose=0), model.predict(x, verbose=0))
    assert (target / "model.keras").stat().st_size < run.model_path.stat().st_size


def test_an_unfinished_run_is_not_published(tmp_path, capsys):
    run = runs.Run(tmp_path / "models/pets/one", "pets")
    run.path.mkdir(parents=True)
    run.write_json("config", {"seed": 0})
    with pytest.raises(SystemExit):
        publish.main([str(run.path), "--models-dir", str(tmp_path / "models")])
    assert "is not complete" in capsys.readouterr().err


def test_a_network_of_mixed_precision_is_published_in_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        inner = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()])
        model = keras.Sequential([keras.Input((8, 8, 3)), inner, keras.layers.Dense(1, dtype="float32")])
    finally:
        keras.config.set_dtype_policy(before)
    twin = publish.in_float32(model)
    assert twin.layers[0].layers[0].compute_dtype == "float32"
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    x = np.random.default_rng(0).random((4, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(twin.predict(x, verbose=0), model.predict(x, verbose=0), atol=0.02)
    assert publish.in_float32(twin) is twin
