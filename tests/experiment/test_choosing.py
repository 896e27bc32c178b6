"""An app's bare name means the best of its runs on real, full data; never one that answers another question."""

import pytest

from keras_course.experiment import runs

MNIST = {"name": "mnist", "embedded": False, "limited": None}


def a_run(folder, name, dataset=MNIST, *, card=None, **metrics):
    run = runs.Run(folder / "app" / name, "app")
    run.write_json("config", {})
    run.write_json("environment", {"dataset": dataset})
    run.write_json("card", {"app": "app", "kind": "digit", "dataset": dataset, **(card or {})})
    run.complete_with(metrics)
    return run


def found(folder, **options):
    return runs.find("app", folder, **options).path.name


def test_the_best_by_validation_wins_and_the_newest_of_equals(tmp_path):
    a_run(tmp_path, "pretrained", validation_accuracy=0.98, test_accuracy=0.9)
    a_run(tmp_path, "2026-01-01", validation_accuracy=0.97, test_accuracy=0.99)  # the test set has no say
    assert found(tmp_path) == "pretrained"
    a_run(tmp_path, "2026-01-02", validation_accuracy=0.99)
    a_run(tmp_path, "2026-01-03", validation_accuracy=0.99)
    a_run(tmp_path, "2026-01-04", validation_accuracy=0.5)
    assert found(tmp_path) == "2026-01-03"
    assert found(tmp_path, choose="newest") == "2026-01-04"


@pytest.mark.parametrize(
    "dataset",
    [
        {"name": "digits", "embedded": True, "limited": None},
        {**MNIST, "limited": 1000},
        {"name": "fashion_mnist", "embedded": False, "limited": None, "by_path": True},
        {"name": "fashion_mnist", "embedded": False, "limited": None},  # an old card
    ],
)
def test_stand_in_limited_and_own_data_do_not_answer_for_the_app(tmp_path, dataset):
    a_run(tmp_path, "2026-01-01", dataset, validation_accuracy=1.0)
    assert found(tmp_path) == "2026-01-01"  # all there is
    a_run(tmp_path, "pretrained", validation_accuracy=0.9)
    assert found(tmp_path) == "pretrained"
    assert found(tmp_path, choose="newest") == "2026-01-01"


def test_without_one_on_real_data_it_is_the_newest(tmp_path):
    for day in (1, 2):
        a_run(tmp_path, f"2026-01-0{day}", {"name": "digits", "embedded": True}, validation_accuracy=1 / day)
    assert found(tmp_path) == "2026-01-02"


def test_prices_are_compared_by_validation_loss_within_one_task(tmp_path):
    tsla = {"name": "TSLA", "embedded": False, "limited": None, "by_path": True}
    card = {"kind": "prices", "symbol": "TSLA", "target": "return"}
    for day, loss in (("01", 0.3), ("02", 0.1), ("03", 0.2)):
        a_run(tmp_path, f"2026-01-{day}", tsla, card=card).write_history({"val_loss": [9.0, loss]})
    other = a_run(tmp_path, "2026-01-00", tsla, card={**card, "target": "price"})
    other.write_history({"val_loss": [0.001]})  # of scaled prices: no less than a loss of returns
    a_run(tmp_path, "2025-01-01", {**tsla, "name": "GOOGL"}, card={**card, "symbol": "GOOGL"})
    assert found(tmp_path) == "2026-01-02"
    assert found(tmp_path, fits=lambda card: card["symbol"] == "GOOGL") == "2025-01-01"
    assert found(tmp_path, fits=lambda card: False) == "2026-01-03"  # the newest: there is no pretrained one


def test_a_run_with_several_trainings_is_as_good_as_its_best_variant(tmp_path):
    for name, best in (("2026-01-01", 0.9), ("2026-01-02", 0.8)):
        run = a_run(tmp_path, name)
        (run.path / "card.json").unlink()
        variant = runs.Run(run.path / "large_L2", "app")
        variant.write_json("config", {})
        variant.write_json("card", {"kind": "digit"})
        table = {"large, L2": {"best_validation_accuracy": best, "validation_accuracy": 1 - best}}
        run.complete_with({"variants": table, "best_variant": "large, L2"})
    assert found(tmp_path, fits=lambda card: card["kind"] == "digit") == "2026-01-01"


def test_one_broken_run_does_not_hide_the_others(tmp_path):
    a_run(tmp_path, "2026-01-01", validation_accuracy=0.9)
    broken = a_run(tmp_path, "2026-01-02", validation_accuracy=0.99)
    (broken.path / "card.json").write_text("{")
    assert found(tmp_path) == "2026-01-01"
