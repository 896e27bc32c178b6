"""Saved models work again: in a fresh process, with plain Keras, and not when they are broken or hold code."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_course import saving
from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.layers import BatchMixup
from keras_course.models import dense

X = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)


def digit_model(**arguments):
    return keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Rescaling(1 / 255), dense.dense_sequential(**arguments)]
    )


def digit_run(path, **arguments):
    run = runs.Run(path, "mnist_dense")
    saving.save(digit_model(**arguments), run.model_path)
    run.write_json("card", {"app": "mnist_dense", "kind": "digit", "labels": list("0123456789")})
    return run


IN_A_NEW_PROCESS = """
import sys, numpy as np
x = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
if sys.argv[2] == "course":
    from keras_course import saving
    model = saving.load(sys.argv[1]).model
else:
    import keras
    model = keras.saving.load_model(sys.argv[1] + "/model.keras")
np.save(sys.argv[3], model.predict(x, verbose=0))
"""


@pytest.mark.parametrize("way", ["course", pytest.param("plain Keras", marks=pytest.mark.slow)])
def test_bit_equal_in_a_new_process(tmp_path, way):
    run = digit_run(tmp_path, hidden=(32,), dropout=0.3)
    here = saving.load(run).model.predict(X, verbose=0)
    subprocess.run(
        [sys.executable, "-c", IN_A_NEW_PROCESS, str(tmp_path), way, str(tmp_path / "there.npy")], check=True
    )
    np.testing.assert_array_equal(here, np.load(tmp_path / "there.npy"))


@pytest.mark.slow
def test_a_course_layer_loads(tmp_path):
    run = digit_run(tmp_path, hidden=(8,), activation="maxout", max_norm=2.0)
    script = IN_A_NEW_PROCESS.replace("    import keras\n", "    import keras, keras_course.layers\n")
    for way in ("course", "plain Keras"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path), way, str(tmp_path / "there.npy")], check=True
        )
        np.testing.assert_array_equal(
            saving.load(run).model.predict(X, verbose=0), np.load(tmp_path / "there.npy")
        )


def test_predict_takes_one_or_many(tmp_path):
    loaded = saving.load(digit_run(tmp_path))
    one = loaded.predict(X[0])
    many = loaded.predict(list(X))
    assert one.label == many[0].label
    assert one.probability == max(one.probabilities.values()) == one.probabilities[one.label]
    assert list(one.probabilities) == list("0123456789")
    assert sum(one.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert loaded.predict([]) == []
    for count in (1, 3):  # an array of several is several pictures
        several = loaded.predict(X[:count])
        assert [each.probability for each in several] == pytest.approx([m.probability for m in many[:count]])
    with pytest.raises(
        UserError, match=r"an array of shape \(28, 27\) was given; this model takes \(28, 28\)"
    ):
        loaded.predict(X[0][:, 1:])


def point_run(path):
    run = runs.Run(path, "decision_regions")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    saving.save(model, run.model_path)
    run.write_json("card", {"app": "decision_regions", "kind": "point", "labels": ["0", "1"]})
    return run


def test_points_are_predicted_as_text_file_or_array(tmp_path):
    loaded = saving.load(point_run(tmp_path))
    one = loaded.predict("0.5, -1")
    assert one.file == "0.5, -1"
    assert loaded.predict(np.array([0.5, -1], "float32")).probabilities == one.probabilities
    assert [each.label for each in loaded.predict(np.array([[0.5, -1]] * 2, "float32"))] == [one.label] * 2
    assert loaded.predict(["0.5 -1", "2,3"])[0].probabilities == one.probabilities
    (tmp_path / "points.csv").write_text("x,y\n0.5,-1\n2,3\n")
    assert [each.probabilities for each in loaded.predict(tmp_path / "points.csv")] == [
        each.probabilities for each in loaded.predict(["0.5,-1", "2,3"])
    ]
    with pytest.raises(UserError, match=r"'a, b' is no point: write numbers"):
        loaded.predict("a, b")
    with pytest.raises(UserError, match=r"an array of shape \(3,\) was given; this model takes \(2,\)"):
        loaded.predict("1, 2, 3")


def test_a_run_of_prices_says_what_it_takes(tmp_path):
    run = digit_run(tmp_path)
    run.write_json("card", {**run.card(), "kind": "prices", "symbol": "GOOGL"})
    with pytest.raises(
        UserError, match=r"from a CSV file or a datasets\.prices\.Prices, .*, not from ndarray"
    ):
        saving.load(run).predict(np.ones(60))


def test_a_run_with_several_trainings_is_loaded_by_its_best(tmp_path):
    parent = runs.Run(tmp_path, "choices")
    parent.write_json("config", {})
    for name in ("a_b", "c"):
        digit_run(tmp_path / name, hidden=(3 if name == "c" else 5,)).write_json("config", {})
    with pytest.raises(UserError, match="has several models: name one of a_b, c in that folder"):
        saving.load(parent)
    parent.complete_with({"best_variant": "c"})
    assert saving.load(tmp_path).model.count_params() == saving.load(tmp_path / "c").model.count_params()
    parent.complete_with({"best_variant": "a, b"})
    assert saving.load(tmp_path).model.count_params() == saving.load(tmp_path / "a_b").model.count_params()


def test_predict_refuses_a_kind_it_does_not_know(tmp_path):
    run = digit_run(tmp_path)
    run.write_json("card", {**run.card(), "kind": "smell"})
    with pytest.raises(ValueError, match="kind 'smell'"):
        saving.load(run).predict(X[0])


def test_a_truncated_file(tmp_path):
    run = digit_run(tmp_path)
    run.model_path.write_bytes(run.model_path.read_bytes()[:2000])
    with pytest.raises(ValueError, match=r"model\.keras is not a whole \.keras file"):
        saving.load(run)


def test_a_foreign_file(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("not a model")
    with pytest.raises(ValueError, match=r"is not a whole \.keras file"):
        saving.load_model(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "a zip, but no model")
    with pytest.raises(ValueError, match="is not a Keras model that can be read here"):
        saving.load_model(path)


def test_a_damaged_inside(tmp_path):
    """The zip is whole, but its weights are not."""
    whole, damaged = tmp_path / "whole.keras", tmp_path / "damaged.keras"
    saving.save(digit_model(), whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if name.endswith(".h5") else content)
    with pytest.raises(ValueError, match="is not a Keras model that can be read here"):
        saving.load_model(damaged)


def test_a_lambda_layer_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x + 1)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="holds code"):
        saving.load_model(tmp_path / "model.keras")


def test_no_file_no_card_no_run(tmp_path):
    with pytest.raises(ValueError, match="there is no model file"):
        saving.load_model(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="no complete run 'mnist_dense'"):
        saving.load("mnist_dense", tmp_path)
    run = digit_run(tmp_path / "run")
    (run.path / "card.json").write_text("{")
    with pytest.raises(ValueError, match=r"card\.json is not readable JSON"):
        saving.load(run)
    (run.path / "card.json").unlink()
    with pytest.raises(ValueError, match=r"has no card\.json"):
        saving.load(run)


def test_only_keras_files(tmp_path):
    with pytest.raises(ValueError, match=r"saved as a \.keras file"):
        saving.save(digit_model(), tmp_path / "model.h5")


def test_a_failed_save_leaves_the_old_file(tmp_path):
    class Broken:
        def save(self, path):
            Path(path).write_bytes(b"half")
            raise OSError(28, "No space left on device")

    run = digit_run(tmp_path)
    before = run.model_path.read_bytes()
    with pytest.raises(OSError, match="No space left"):
        saving.save(Broken(), run.model_path)
    assert run.model_path.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.json", "model.keras"]


@pytest.mark.tensorflow
def test_the_export_does_not_augment(tmp_path):
    import tensorflow as tf

    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.RandomTranslation(0.3, 0.3),
            BatchMixup(0.2),
            keras.layers.Reshape((28, 28)),
            digit_model(hidden=(16,), dropout=0.5),
        ]
    )
    x = X.astype("float32")
    saving.export(model, tmp_path / "served")
    served = tf.saved_model.load(tmp_path / "served")
    np.testing.assert_allclose(served.serve(x), model.predict(x, verbose=0), atol=1e-5)
    np.testing.assert_array_equal(served.serve(x), served.serve(x))
    assert any(type(layer).__name__ == "RandomTranslation" for layer in model.layers)  # ours is as it was


def test_the_card_is_json_a_person_can_read(tmp_path):
    text = (digit_run(tmp_path).path / "card.json").read_text()
    assert json.loads(text)["kind"] == "digit"
    assert text.startswith("{\n  ")
