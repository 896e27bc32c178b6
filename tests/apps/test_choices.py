"""apps.choices: one thing changed, all else the same, and a conclusion from the numbers."""

import dataclasses
import math

import numpy as np
import pytest

from apps import choices
from apps.choices import report, training, variants
from keras_course import saving
from keras_course.datasets import digits
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def settings(folder, **arguments):
    options = command.RunOptions(models_dir=folder)
    return choices.Config(
        dataset="digits", run=options, **{"layers": 2, "units": 8, "epochs": 1, **arguments}
    )


def built(vary, name, **arguments):
    """A variant's network and model as they are before training."""
    config, data = settings(".", vary=vary, **arguments), digits.load("digits", limit=40)
    return training.build(variants.variants(vary)[name], config, data)


@pytest.mark.parametrize(
    ("vary", "one", "other"),
    [
        ("activation", "sigmoid", "leaky relu"),
        ("optimizer", "SGD", "Adam"),
        ("loss", "cross entropy", "hinge"),
        ("learning_rate", "0.001", "1"),
    ],
)
def test_variants_begin_with_the_same_weights(vary, one, other):
    first, second = (built(vary, name)[1].get_weights() for name in (one, other))
    assert len(first) == len(second) == 6
    for weight, same in zip(first, second, strict=True):
        np.testing.assert_array_equal(weight, same)


def test_hinge_does_not_speak_for_the_app_nor_pass_logits_as_probabilities(tmp_path):
    changes = variants.variants("loss")
    assert variants.with_probabilities(changes) == [name for name in changes if name != "hinge"]
    data = digits.load("digits", limit=40)
    _, model = training.build(changes["hinge"], settings(tmp_path), data)
    returns = training.returned(changes["hinge"])
    loaded = saving.Loaded(model, {"kind": "digit", "labels": data.labels, "returns": returns})
    with pytest.raises(UserError, match="returns logits, not probabilities"):
        loaded.predict(np.zeros((28, 28), np.uint8))


def test_initializers_change_the_kernels_and_nothing_else():
    pictures = digits.load("digits").x_validation
    made = {name: built("initializer", name)[0] for name in ("zeros", "small uniform", "He normal")}
    zeros, small, he = (network.get_weights() for network in made.values())
    assert not any(weight.any() for weight in zeros)
    assert 0.045 < np.abs(small[0]).max() <= 0.05
    assert he[0].std() == pytest.approx(math.sqrt(2 / 784), rel=0.1)
    assert not any(weight.any() for weight in he if weight.ndim == 1)
    assert training.by_layer(made["zeros"], pictures) == ([0, 0], [1, 1])
    faint, strong = (training.by_layer(made[name], pictures)[0] for name in list(made)[1:])
    assert strong[1] / strong[0] > 3 * faint[1] / faint[0]


def test_depth_and_prelu_are_seen_layer_by_layer():
    pictures = digits.load("digits").x_validation
    deviations, _ = training.by_layer(built("depth", "6 hidden", activation="sigmoid")[0], pictures)
    assert len(deviations) == 6 and deviations[-1] < 0.02 * deviations[0]  # the signal fades
    network, model = built("activation", "prelu")
    assert model.count_params() == 784 * 8 + 8 + 72 + 90 + 16
    deviations, _ = training.by_layer(network, pictures)
    relu, _ = training.by_layer(built("activation", "relu")[0], pictures)
    assert deviations == relu  # alpha begins at zero, and the outputs of the PReLU layers are used


def test_every_optimizer_has_its_own_default_rate():
    changes = variants.variants("optimizer")
    made = {name: variants.optimizer(changed, "adam") for name, changed in changes.items()}
    rates = {name: round(float(optimizer.learning_rate), 6) for name, optimizer in made.items()}
    assert rates["SGD"] == rates["momentum"] == rates["Nesterov"] == 0.01
    assert rates["Adam"] == rates["RMSprop"] == 0.001
    assert made["momentum"].momentum == 0.9 and not made["momentum"].nesterov and made["Nesterov"].nesterov
    slow = variants.optimizer({"learning_rate": 1e-5}, "sgd")
    assert type(slow).__name__ == "SGD" and float(slow.learning_rate) == pytest.approx(1e-5)


@pytest.mark.slow
def test_a_variant_that_diverges_in_its_first_epoch_is_a_result(tmp_path, monkeypatch):
    monkeypatch.setattr(variants, "LEARNING_RATES", ("0.001", "1e30"))
    metrics = choices.main(settings(tmp_path, vary="learning_rate", examples=100))
    row = metrics["variants"]["1e30"]
    assert row["finished_epochs"] == 0 and row["loss"] is None and row["best_validation_accuracy"] == 0
    assert metrics["best_variant"] == "0.001"


def test_other_errors_are_not_results(monkeypatch):
    from keras_course import training as library

    monkeypatch.setattr(library, "fit", lambda *arguments, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        training.fit(None, None, settings("."), digits.load("digits", limit=40))


def numbers(digits=1000, **accuracies):
    """A table, correct predictions for the given accuracies, and labels of which a tenth is the most frequent one."""
    right = {name: np.arange(digits) % 100 < 100 * accuracy for name, accuracy in accuracies.items()}
    row = {"epochs_to_reach": None, "before": [1.0, 0.5]}
    labels = np.repeat(np.arange(10), digits // 10)
    return {name: dict(row) for name in accuracies}, right, labels


def test_the_sentence_ranks_ties_and_the_blind():
    table, right, labels = numbers(good=0.9, near=0.895, bad=0.7, blind=0.1)
    right["near"] = np.roll(right["near"], 1)  # right elsewhere: what they alone have right nearly balances
    table["bad"]["epochs_to_reach"], table["good"]["epochs_to_reach"] = 5, 2
    said = report.conclusion("loss", table, right, labels)
    assert "On 1,000 validation digits, the highest accuracy at the end is that of good (90.0%)." in said
    assert "Not significantly worse: near (90.0%)." in said
    assert "Significantly worse: bad (70.0%)." in said
    assert "Learnt nothing, no better than predicting one class for every digit: blind (10.0%)." in said
    assert "First to reach the mark, after epoch 2: good." in said
    assert "Before training" not in said and said.endswith("may change places.")


def test_the_sentence_says_where_the_signal_fades():
    table, right, labels = numbers(a=0.9, b=0.8, zeros=0.1)
    table["b"]["before"], table["zeros"]["before"] = [1.0, 0.001], [0.0, 0.0]
    said = report.conclusion("initializer", table, right, labels)
    assert "is 0.001 of the first's with b, and 0.5 with a" in said
    assert "With zeros the last hidden layer has the same activations for all digits" in said


def test_the_sentence_when_nobody_learns():
    said = report.conclusion("depth", *numbers(a=0.1, b=0.1))
    assert (
        said
        == "No variant learnt anything: none beats predicting the most frequent class for every digit (10.0%)."
    )


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--examples", "5"], "5 training digits are too few: give --examples 10 or more, one of each class"),
        (["--examples", "-1"], "-1 training digits are too few"),
        (["--epochs", "0"], "epochs=0"),
        (["--epochs", "-3"], "epochs=-3"),
        (["--batch-size", str(10**23)], "batch_size=100000000000000000000000 is too large"),
        (["--reach", "90"], "reach=90.0 must be above 0 and at most 1"),
        (["--layers", "0"], "layers=0 must be from 1 to 50"),
        (["--layers", "1000"], "layers=1000 must be from 1 to 50"),
        (["--units", "0"], "units=0 must be at least 1"),
        (["--units", "9999999"], "5 layers of units=9999999 have"),
        (["--vary", "depth", "--layers", "1", "--units", "3500"], "12 layers of units=3500 have"),
        (["--activation", "nonsense"], "nonsense"),
    ],
)
def test_bad_input_is_one_line(flags, words, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(
            choices.main, choices.Config, ["--dataset", "digits", "--models-dir", str(tmp_path), *flags]
        )
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_unknown_choice_gives_the_list(capsys):
    with pytest.raises(SystemExit) as left:
        command.run(choices.main, choices.Config, ["--vary", "weather"])
    assert left.value.code == 2
    assert "learning_rate" in capsys.readouterr().err


@pytest.mark.slow
def test_a_whole_run(tmp_path, capsys):
    metrics = choices.main(settings(tmp_path, vary="loss", epochs=4, units=32, reach=0.3))
    parent = runs.find("choices", tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == f"run: {parent.path}"
    assert parent.metrics() == metrics
    assert list(metrics["variants"]) == list(variants.LOSSES)
    for name, row in metrics["variants"].items():
        run = runs.find(parent.path / name.replace(" ", "_"))
        assert run.complete and run.metrics() == row
        curve = run.history()["val_accuracy"]
        assert row["validation_accuracy"] == pytest.approx(curve[-1])
        first = next((i for i, accuracy in enumerate(curve, 1) if accuracy >= 0.3), None)
        assert row["epochs_to_reach"] == first
        assert saving.load(run).model.count_params() == row["parameters"]
    assert metrics["variants"]["cross entropy"]["validation_accuracy"] > 0.5
    best = max(metrics["variants"], key=lambda name: metrics["variants"][name]["best_validation_accuracy"])
    assert metrics["best_variant"] == best and metrics["test_accuracy"] > 0.5
    assert {path.name for path in (parent.path / "figures").iterdir()} == {"accuracy.png", "spread.png"}


@pytest.mark.slow
def test_a_parent_resumes_and_ends_as_if_unbroken(tmp_path, monkeypatch, capsys, interrupt, same_end):
    monkeypatch.setattr(variants, "LEARNING_RATES", ("0.001", "0.01", "0.1"))

    def start(folder, **options):
        config = settings(folder, vary="learning_rate", epochs=3)
        choices.main(dataclasses.replace(config, run=dataclasses.replace(config.run, **options)))
        return runs.find("choices", folder)

    with interrupt(1, 0):  # after the first variant
        start(tmp_path / "broken")
    (parent,) = (tmp_path / "broken" / "choices").iterdir()
    assert f"nothing to keep yet; continue with --resume {parent}\n" in capsys.readouterr().out
    kept = (parent / "0.001" / "metrics.json").stat().st_mtime_ns
    with interrupt(0, 2):  # in the middle of the second, which is the first that is trained now
        start(tmp_path / "broken", resume=parent)
    printed = capsys.readouterr().out
    assert "0.001: learning_rate 0.001 (complete already)" in printed
    assert f"is kept; continue with --resume {parent}\n" in printed
    broken = start(tmp_path / "broken", resume=parent)
    assert "resuming after epoch 2 of 3" in capsys.readouterr().out
    assert (parent / "0.001" / "metrics.json").stat().st_mtime_ns == kept
    same_end(broken, start(tmp_path / "unbroken"))

    loaded = saving.load(parent)
    assert loaded.predict(np.zeros((28, 28), np.uint8)).label in "0123456789"
    best = runs.folder_name(broken.metrics()["best_variant"])
    assert loaded.card["metrics"] == runs.find(parent / best).metrics()


@pytest.mark.slow
def test_a_variant_is_resumed_through_its_parent(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(
        variants, "OPTIMIZERS", {"Adagrad": {"optimizer": "adagrad"}}
    )  # not among --optimizer's
    choices.main(settings(tmp_path, vary="optimizer", examples=20))
    parent = runs.find("choices", tmp_path).path
    capfd.readouterr()
    with pytest.raises(SystemExit) as left:
        command.run(choices.main, choices.Config, ["--resume", str(parent / "Adagrad")])
    assert left.value.code == 2
    said = capfd.readouterr().err
    assert said == f"error: {parent / 'Adagrad'} is a variant: resume the whole run, {parent}\n"
