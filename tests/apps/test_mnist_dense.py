"""apps.mnist_dense, as a user runs it."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps import mnist_dense
from keras_course import saving, training
from keras_course.experiment import command, runs

ROOT = Path(__file__).parents[2]
SMALL = ("--dataset", "digits", "--epochs", "2", "--hidden", "16")


def main_small(tmp_path, epochs=3, **arguments):
    options = command.RunOptions(models_dir=tmp_path)
    return mnist_dense.main(mnist_dense.Config(dataset="digits", epochs=epochs, run=options, **arguments))


@pytest.mark.slow
def test_as_a_program(program, tmp_path):
    done = program(
        "apps.mnist_dense", *SMALL, "--models-dir", tmp_path, "--l2", "0.001", "--schedule", "cosine"
    )
    assert done.returncode == 0, done.stderr
    before_last, last = done.stdout.splitlines()[-2:]
    assert before_last.startswith("test_accuracy 0.") and "embedded stand-in" in before_last
    run = runs.find(last.removeprefix("run: "))
    names = {path.relative_to(run.path).as_posix() for path in run.path.rglob("*") if path.is_file()}
    figures = {f"figures/{name}.png" for name in ("curves", "confusion", "mistakes", "first_layer")}
    files = {"config.json", "environment.json", "history.csv", "model.keras", "card.json", "metrics.json"}
    assert names == files | figures | {"report.html"}
    metrics = run.metrics()
    wanted = {
        "test_accuracy",
        "test_loss",
        "validation_accuracy",
        "seconds",
        "parameters",
        "samples_per_second",
        "share_of_peak",
    }
    assert wanted <= set(metrics)
    assert metrics["parameters"] == 785 * 16 + 17 * 10
    assert metrics["flops"] == run.card()["flops"] == 2 * (784 * 16 + 16 * 10)
    assert 0 < metrics["share_of_peak"] < 1
    assert run.card()["dataset"]["embedded"] is True
    assert "Alpaydin" in run.card()["dataset"]["terms"]
    assert run.card()["metrics"]["test_accuracy"] == metrics["test_accuracy"]
    assert done.stderr == ""


@pytest.mark.slow
def test_it_learns_and_both_ways_of_writing_agree(tmp_path):
    sequential = main_small(tmp_path / "a", epochs=6, api="sequential")
    functional = main_small(tmp_path / "b", epochs=6, api="functional")
    assert sequential["test_accuracy"] > 0.85
    assert sequential["test_accuracy"] == functional["test_accuracy"]
    assert sequential["test_loss"] == pytest.approx(functional["test_loss"], rel=1e-5)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"hidden": ()}, marks=pytest.mark.slow),
        pytest.param({"hidden": (16, 8), "activation": "maxout", "max_norm": 2.0}, marks=pytest.mark.slow),
        pytest.param({"dropout": 0.5, "input_dropout": 0.2, "l1": 1e-4}, marks=pytest.mark.slow),
        pytest.param({"adversarial": 0.1, "l2": 1e-4}, marks=pytest.mark.slow),
    ],
)
def test_every_knob_trains_and_reloads(tmp_path, arguments):
    metrics = main_small(tmp_path, **arguments)
    run = runs.find("mnist_dense", tmp_path)
    loaded = saving.load(run)
    from keras_course.datasets import digits

    data = digits.load("digits")
    accuracy = (loaded.model.predict(data.x_test, verbose=0).argmax(axis=1) == data.y_test).mean()
    assert accuracy == pytest.approx(metrics["test_accuracy"], abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_adversarial_training_tells_the_accuracy_under_attack(tmp_path, capsys, precision):
    import keras

    options = command.RunOptions(models_dir=tmp_path, precision=precision)
    config = mnist_dense.Config(dataset="digits", epochs=8, adversarial=0.1, run=options)
    metrics = mnist_dense.main(config)
    keras.config.set_dtype_policy("float32")
    assert metrics["attack_epsilon"] == 0.1
    assert 0.5 < metrics["accuracy_under_attack"] < metrics["test_accuracy"]
    assert "pretrained_accuracy_under_attack" not in metrics  # it has learnt MNIST, not these
    run = runs.find("mnist_dense", tmp_path)
    assert run.metrics()["accuracy_under_attack"] == metrics["accuracy_under_attack"]
    assert (run.path / "figures" / "adversarial.png").is_file()
    known = f"this network still knows {metrics['accuracy_under_attack']:.1%} of the test digits"
    assert f"Each pixel moved by at most 0.1 of white, {known}" in capsys.readouterr().out
    plain = keras.saving.load_model(run.model_path, compile=False)  # nothing of the course's is needed
    assert type(plain) is keras.Sequential


@pytest.mark.slow
def test_with_plain_fit_it_works_and_scores_alike(tmp_path, monkeypatch):
    """training.fit is Keras' fit: replaced by it, the app still works."""
    ours = main_small(tmp_path / "ours", epochs=6)
    monkeypatch.setattr(
        training, "fit", lambda model, run, x, y, **arguments: model.fit(x, y, verbose=0, **arguments)
    )
    plain = main_small(tmp_path / "plain", epochs=6)
    assert plain["test_accuracy"] == pytest.approx(ours["test_accuracy"], abs=0.06)  # 3 sd of 360 digits


def npz(path, classes=3, count=120):
    generator = np.random.default_rng(0)
    y = generator.integers(0, classes, count)
    x = generator.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    x[np.arange(count), 5 + 5 * y] = 255  # a line whose height tells the class
    np.savez(path, x_train=x[:90], y_train=y[:90], x_test=x[90:], y_test=y[90:])
    return path


@pytest.mark.slow
def test_your_own_npz(program, tmp_path):
    path = npz(tmp_path / "mine.npz")
    flags = ["--labels", "shirt", "bag", "boot", "--epochs", 10, "--models-dir", tmp_path / "models"]
    done = program("apps.mnist_dense", "--dataset", path, *flags)
    assert done.returncode == 0, done.stderr
    run = runs.find("mnist_dense", tmp_path / "models")
    assert run.card()["labels"] == ["shirt", "bag", "boot"]
    assert run.card()["kind"] == "picture"
    with np.load(path) as arrays:
        x, y = arrays["x_test"], arrays["y_test"]
    Image.fromarray(x[0]).save(tmp_path / "one.png")  # read as it was trained, not inverted and not centred
    loaded = saving.load(run)
    assert loaded.predict(tmp_path / "one.png").probabilities == loaded.predict(x[0]).probabilities
    assert loaded.predict(tmp_path / "one.png").label == ["shirt", "bag", "boot"][y[0]]
    assert run.card()["dataset"]["name"] == "mine"
    assert run.metrics()["test_accuracy"] > 0.8


@pytest.mark.slow
def test_killed_and_resumed_it_ends_as_if_unbroken(program, started, tmp_path):
    flags = [
        "--dataset",
        "digits",
        "--hidden",
        "16",
        "--dropout",
        "0.4",
        "--epochs",
        "30",
        "--batch-size",
        "16",
    ]
    flags += ["--models-dir", str(tmp_path)]
    process = started("-m", "apps.mnist_dense", *flags)
    for line in process.stdout:
        if line.split()[:2] == ["epoch", "5/30"]:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    broken = next((tmp_path / "mnist_dense").iterdir())
    assert not (broken / "metrics.json").exists()
    loaded = saving.load(broken)  # what it had learnt can be used at once
    assert loaded.predict(np.zeros((28, 28), np.uint8)).label in "0123456789"

    done = program("apps.mnist_dense", "--resume", broken, "--models-dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "resuming after epoch" in done.stdout
    whole = program("apps.mnist_dense", *flags)
    unbroken = Path(whole.stdout.splitlines()[-1].removeprefix("run: "))
    results = [json.loads((path / "metrics.json").read_text()) for path in (broken, unbroken)]
    for result in results:
        del result["seconds"], result["samples_per_second"], result["share_of_peak"]
    assert results[0] == results[1]
    assert (broken / "history.csv").read_text() == (unbroken / "history.csv").read_text()
    assert not (broken / "backup").exists()


@pytest.mark.slow
def test_ctrl_c(started, tmp_path):
    flags = ["--dataset", "digits", "--hidden", "16", "--epochs", "5000", "--models-dir", str(tmp_path)]
    process = started("-m", "apps.mnist_dense", *flags)
    for line in process.stdout:
        if line.startswith("speed"):
            break
    while not list(tmp_path.glob("mnist_dense/*/history.csv")):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: the best model so far (epoch" in out
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--dataset", "missing.npz"], "missing.npz"),
        (["--dropout", "1.5"], "dropout=1.5 is not a fraction"),
        (["--hidden", "0"], "each must be at least 1"),
        (["--adversarial", "25"], "adversarial=25 must be from 0 to 1"),
        (["--activation", "nonsense"], "nonsense"),
        (["--limit", "0"], "limit"),
        (["--epochs", "0"], "epochs"),
        (["--batch-size", "0"], "batch_size"),
        (["--device", "gpu"], "GPU"),
        (["--resume", "nowhere"], "there is no run in that folder"),
        (["--models-dir", "README.md"], "choose another models_dir"),
        (["--learning-rate", "1e30", "--epochs", "1"], "no longer a number"),
    ],
)
def test_a_users_error_is_one_line(tmp_path, capfd, flags, words):
    arguments = ["--dataset", "digits", "--epochs", "1", *flags]
    if "--models-dir" not in flags:
        arguments += ["--models-dir", str(tmp_path)]
    with pytest.raises(SystemExit) as left:
        command.run(mnist_dense.main, mnist_dense.Config, arguments)
    assert left.value.code == 2
    said = capfd.readouterr().err
    assert len(said.splitlines()) == 1, said
    assert said.startswith("error: ")
    assert words in said
    assert not list(tmp_path.rglob("metrics.json"))


def test_an_unknown_flag_says_so(program):
    done = program("apps.mnist_dense", "--hiden", "3")
    assert done.returncode == 2
    assert "--hiden" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.realdata
def test_mnist_in_ten_epochs(program, tmp_path, real_data):
    done = program(
        "apps.mnist_dense",
        "--dataset",
        "mnist",
        "--data-dir",
        real_data,
        "--epochs",
        10,
        "--models-dir",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert runs.find("mnist_dense", tmp_path).metrics()["test_accuracy"] >= 0.98
