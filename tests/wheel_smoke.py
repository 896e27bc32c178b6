"""The library as an importer has it: installed from a wheel, in a folder without a checkout (``.ci/run``)."""

import dataclasses
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import keras_course
from keras_course import explain, layers, models, saving, training
from keras_course.augmentation import Augmentation
from keras_course.datasets import digits
from keras_course.errors import UserError
from keras_course.experiment import card, judging, results, runs
from keras_course.experiment.options import RunOptions


@dataclasses.dataclass(frozen=True)
class Config:
    """Settings of a program of one's own."""

    epochs: int = 2
    run: RunOptions = RunOptions()


def refused(call, *arguments, **more):
    """The message of a UserError, which names arguments and no flags."""
    try:
        call(*arguments, **more)
    except UserError as error:
        assert "--" not in str(error), error
        return str(error)
    raise AssertionError(f"{call.__name__} refused nothing")


def main(folder: Path) -> None:
    """Build, load data, train, judge, save, reload, predict."""
    assert "site-packages" in keras_course.__file__, keras_course.__file__
    import keras

    data = digits.load("digits", folder / "data")
    network = models.dense_sequential(data.x_train.shape[1:], len(data.labels), (16,))
    model = keras.Sequential(
        [keras.Input((28, 28)), layers.Maxout(28), keras.layers.Rescaling(1 / 255), network]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

    run = runs.start("mine", Config(run=RunOptions(models_dir=folder / "models")), data)
    card.write(run, model, data, kind="digit", returns="a probability for each label", labels=data.labels)
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        data.x_train,
        data.y_train,
        epochs=2,
        validation_data=(data.x_validation, data.y_validation),
        callbacks=[watch],
    )
    judged = judging.judge_classifier(run, model, data, history, watch)
    results.finish(run, judged.metrics, "test_accuracy")
    line = results.against_band(run, judged.metrics, "test_accuracy", folder / "no such folder")
    assert "embedded stand-in" in line, line

    loaded = saving.load(run.path)
    assert loaded.predict(data.x_test[0]).label in data.labels
    assert saving.load("mine", folder / "models").card["app"] == "mine"
    outputs = explain.layer_outputs(network, np.zeros((1, 28, 28), "float32"), ["hidden_1"])
    assert outputs["hidden_1"].shape == (1, 16)

    pretrained = models.dense_sequential(weights="pretrained")
    accuracy = np.mean(pretrained.predict(data.x_test / 255, verbose=0).argmax(axis=1) == data.y_test)
    assert accuracy > 0.5, accuracy  # of small digits, which it has never seen
    assert saving.load("mnist_dense/pretrained").card["app"] == "mnist_dense"

    refused(models.dense_sequential, hidden=(0,))
    refused(digits.load, "no such data", folder)
    refused(saving.load, folder / "nothing")
    refused(Augmentation, rotation=-1)
    refused(training.total_steps, 10, 0, 1)


def console(folder: Path) -> None:
    """The command ``keras-course``: the apps, with models and data in the user's data folder."""
    program = str(Path(sys.executable).with_name("keras-course"))
    environment = {**os.environ, "KERAS_COURSE_HOME": str(folder)}

    def run(*arguments):
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, env=environment, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "keras-course NAME" in run()
    assert "keras-course regularization" in run("--slide", "Dropout")
    assert "keras-course stock_lstm" in run("--slide", "GOOGL")  # a word of the index
    assert "keras-course mnist_dense" in run("--word", "logits")
    assert "--picture O" in run("xo_convnet", "--answers")
    lines = run("mnist_dense", "--dataset", "digits", "--epochs", "1").splitlines()
    assert lines[0].startswith(f"runs go into {folder / 'models'}"), lines[0]
    assert lines[-1].startswith(f"run: {folder / 'models' / 'mnist_dense'}"), lines[-1]
    assert "keras-course worked_examples" in run("worked_examples", "--help")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
    with tempfile.TemporaryDirectory() as name:
        console(Path(name).resolve())
    print("the wheel works")
