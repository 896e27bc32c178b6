"""apps.choices: one thing changed, all else the same, and a sentence that the numbers made."""

import math

import numpy as np
import pytest

from apps import choices
from apps.choices import report as _choices_report
from apps.choices import variants as _choices_variants
from keras_course import saving
from keras_course.datasets import digits
from keras_course.experiment import command, runs


def settings(folder, **arguments):
    options = command.RunOptions(models_dir=folder)
    return choices.Config(
        dataset="digits", run=options, **{"layers": 2, "units": 8, "epochs": 1, **arguments}
    )


def built(vary, name, **arguments):
    """A variant's network and model as they are before training."""
    config, data = settings(".", vary=vary, **arguments), digits.load("digits", limit=40)
    return choices.build(_choices_variants.variants(vary)[name], config, data)


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


def test_initializers_change_the_kernels_and_nothing_else():
    pictures = digits.load("digits").x_validation
    made = {name: built("initializer", name)[0] for name in ("zeros", "small uniform", "He normal")}
    zeros, small, he = (network.get_weights() for network in made.values())
    assert not any(weight.any() for weight in zeros)
    assert 0.045 < np.abs(small[0]).max() <= 0.05
    assert he[0].std() == pytest.approx(math.sqrt(2 / 784), rel=0.1)
    assert not any(weight.any() for weight in he if weight.ndim == 1)
    assert choices.activation_spread(made["zeros"], pictures) == ([0, 0], [1, 1])
    faint, strong = (choices.activation_spread(made[name], pictures)[0] for name in list(made)[1:])
    assert strong[1] / strong[0] > 3 * faint[1] / faint[0]


def test_depth_and_prelu_are_seen_layer_by_layer():
    pictures = digits.load("digits").x_validation
    spread, _ = choices.activation_spread(built("depth", "6 hidden", activation="sigmoid")[0], pictures)
    assert len(spread) == 6 and spread[-1] < 0.02 * spread[0]  # the signal fades
    network, model = built("activation", "prelu")
    assert model.count_params() == 784 * 8 + 8 + 72 + 90 + 16
    spread, _ = choices.activation_spread(network, pictures)
    relu, _ = choices.activation_spread(built("activation", "relu")[0], pictures)
    assert spread == relu  # its slopes begin at zero, and what is looked at lies behind them


def test_every_optimizer_has_its_own_default_rate():
    variants = _choices_variants.variants("optimizer")
    made = {name: _choices_variants.optimizer(changed, "adam") for name, changed in variants.items()}
    rates = {name: round(float(optimizer.learning_rate), 6) for name, optimizer in made.items()}
    assert rates["SGD"] == rates["momentum"] == rates["Nesterov"] == 0.01
    assert rates["Adam"] == rates["RMSprop"] == 0.001
    assert made["momentum"].momentum == 0.9 and not made["momentum"].nesterov and made["Nesterov"].nesterov
    slow = _choices_variants.optimizer({"learning_rate": 1e-5}, "sgd")
    assert type(slow).__name__ == "SGD" and float(slow.learning_rate) == pytest.approx(1e-5)


def test_a_run_that_breaks_off_in_its_first_epoch_is_a_result(monkeypatch):
    from keras_course import training

    def broken(*arguments, **named):
        raise ValueError("the loss is no longer a number in the first epoch: lower --learning-rate")

    monkeypatch.setattr(training, "fit", broken)
    data = digits.load("digits", limit=40)
    assert choices.fit(None, None, settings("."), data) == {}
    monkeypatch.setattr(training, "fit", lambda *arguments, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        choices.fit(None, None, settings("."), data)


def numbers(digits=1000, **shares):
    """A table, right answers for the given shares, and labels of which a tenth is the most frequent one."""
    right = {name: np.arange(digits) % 100 < 100 * share for name, share in shares.items()}
    row = {"epochs_to_reach": None, "before": [1.0, 0.5]}
    labels = np.repeat(np.arange(10), digits // 10)
    return {name: dict(row) for name in shares}, right, labels


def test_the_sentence_ranks_ties_and_the_blind():
    table, right, labels = numbers(good=0.9, near=0.895, bad=0.7, blind=0.1)
    right["near"] = np.roll(right["near"], 1)  # right elsewhere: what they alone have right nearly balances
    table["bad"]["epochs_to_reach"], table["good"]["epochs_to_reach"] = 5, 2
    said = _choices_report.conclusion("loss", table, right, labels)
    assert "Of 1,000 digits not trained on, good (90.0%) gets most right" in said
    assert "Within chance of it: near (90.0%)" in said
    assert "Clearly behind: bad (70.0%)" in said
    assert "Learnt nothing, no better than one answer to all: blind (10.0%)" in said
    assert "First at the mark, after epoch 2: good." in said
    assert "Before training" not in said and said.endswith("with another.")


def test_the_sentence_says_where_the_signal_fades():
    table, right, labels = numbers(a=0.9, b=0.8, zeros=0.1)
    table["b"]["before"], table["zeros"]["before"] = [1.0, 0.001], [0.0, 0.0]
    said = _choices_report.conclusion("initializer", table, right, labels)
    assert "is 0.001 of the first's with b, and 0.5 with a" in said
    assert "With zeros the last hidden layer gives one answer to all digits" in said


def test_the_sentence_when_nobody_learns():
    said = _choices_report.conclusion("depth", *numbers(a=0.1, b=0.1))
    assert said == "No variant learnt anything: none beats one and the same answer to all (10.0%)."


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--examples", "5"], "5 training digits are too few: give --examples 10 or more, one of each class"),
        (["--epochs", "0"], "epochs=0 and batch_size=64 must both be at least 1"),
        (["--reach", "90"], "reach=90.0 above 0 and up to 1"),
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
    assert list(metrics["variants"]) == list(_choices_variants.LOSSES)
    for name, row in metrics["variants"].items():
        run = runs.find(parent.path / name.replace(" ", "_"))
        assert run.complete and run.metrics() == row
        curve = run.history()["val_accuracy"]
        assert row["validation_accuracy"] == pytest.approx(curve[-1])
        assert row["epochs_to_reach"] == next((i for i, share in enumerate(curve, 1) if share >= 0.3), None)
        assert saving.load(run).model.count_params() == row["parameters"]
    assert metrics["variants"]["cross entropy"]["validation_accuracy"] > 0.5
    best = max(metrics["variants"], key=lambda name: metrics["variants"][name]["best_validation_accuracy"])
    assert metrics["best_variant"] == best and metrics["test_accuracy"] > 0.5
    assert {path.name for path in (parent.path / "figures").iterdir()} == {"accuracy.png", "spread.png"}
