"""apps.architectures: the classic ConvNets counted, and trained side by side."""

import dataclasses
import json

import pytest

from apps import architectures
from apps.architectures import networks, report
from keras_course import saving
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def small(folder, **changed):
    settings = architectures.Config(
        networks=("lenet5", "resnet18"), dataset="digits", epochs=1, width=0.0625, **changed
    )
    return dataclasses.replace(settings, run=command.RunOptions(models_dir=folder, limit=200))


def test_the_counts_as_json(capsys):
    architectures.main(architectures.Config(networks=("lenet5", "inception_v1"), count=True, json=True))
    lenet, inception = json.loads(capsys.readouterr().out)
    # C1 28x28x6 of 25 weights, C3 10x10x16 of 150, C5 1x1x120 of 400, F6 and the last layer
    adds = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 150 + 120 * 400 + 120 * 84 + 84 * 10
    assert lenet == {"network": "lenet5", "parameters": 61_706, "multiply_adds": adds}
    assert inception["parameters"] == 6_998_552
    assert set(inception) == {"network", "parameters", "multiply_adds"}


def test_the_counts_as_a_table(capsys):
    architectures.main(architectures.Config(networks=("lenet5",), count=True))
    head, row, *_, reduced = capsys.readouterr().out.splitlines()
    assert row.split() == ["lenet5", "LeCun", "et", "al.", "1998", "32x32x1", "61,706", "416,520"]
    assert reduced.endswith(" 128,049,152 multiply-adds")  # the paper's "128M"
    assert head.index("parameters") + len("parameters") == row.index("61,706") + len("61,706")


@pytest.mark.slow
def test_a_whole_run(tmp_path, capsys):
    metrics = architectures.main(small(tmp_path, augment="affine", ema_momentum=0.9))
    parent = runs.find("architectures", tmp_path)
    assert list(metrics["variants"]) == ["lenet5", "resnet18"]
    row = metrics["variants"]["lenet5"]
    assert (row["parameters"], row["multiply_adds"]) == (61_706, 416_520)
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == f"run: {parent.path}"
    assert "one seed" in metrics["conclusion"]
    names = {path.stem for path in (parent.path / "figures").iterdir()}
    assert names >= {"accuracy_against_multiply_adds", "growth", "maps_lenet5", "maps_resnet18"}
    loaded = saving.load(parent.path / "lenet5")
    assert loaded.model.input_shape == (None, 28, 28)
    assert "random_affine" in {layer.name for layer in loaded.model.layers}


@pytest.mark.slow
def test_broken_twice_in_different_networks_it_ends_as_if_unbroken(tmp_path, interrupt, same_end):
    def run(folder, resume=None):
        config = small(tmp_path / folder, augment="affine", ema_momentum=0.9, weight_decay=0.1)
        options = dataclasses.replace(config.run, resume=resume)
        architectures.main(dataclasses.replace(config, epochs=3, run=options))
        return runs.find("architectures", tmp_path / folder)

    unbroken = run("unbroken")
    with interrupt(0, 1):
        run("broken")
    (path,) = (tmp_path / "broken" / "architectures").iterdir()
    with interrupt(1, 2):
        run("broken", path)
    same_end(run("broken", path), unbroken)


def test_a_conclusion_names_the_cheapest_that_is_not_surely_worse():
    import numpy as np

    table = {
        "lenet5": {"multiply_adds": 1, "validation_accuracy": 0.5},
        "alexnet": {"multiply_adds": 10, "validation_accuracy": 0.89},
        "vgg11": {"multiply_adds": 100, "validation_accuracy": 0.9},
    }
    right = np.arange(1000)
    correct = {"lenet5": right < 500, "alexnet": right < 890, "vgg11": (right < 880) | (right >= 980)}
    said = report.conclusion(table, "vgg11", correct)
    assert said.startswith("The best on the validation examples is vgg11, 90.00%. alexnet with 89.00% is not")
    said = report.conclusion(table, "vgg11", {**correct, "alexnet": right < 600})
    assert "Every network with fewer multiply-adds is significantly worse." in said


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"networks": ("resnet19",)}, "resnet18"),
        ({"networks": ("lenet5", "lenet5")}, "once"),
        ({"width": 0.0}, "width=0.0"),
        ({"image_size": 4}, "image_size=4"),
        ({"json": True}, "--count"),
        ({"networks": ("resnet18",), "activation": "tanh"}, "lenet5"),
        ({"networks": ("lenet5",), "activation": "tahn"}, "tahn"),
    ],
)
def test_one_line_for_bad_settings(changed, message):
    with pytest.raises(UserError) as raised:
        architectures.main(architectures.Config(**{"dataset": "digits", **changed}))
    assert message in str(raised.value) and "\n" not in str(raised.value)


def test_a_network_that_cannot_be_built_is_refused_before_the_first_is_trained(tmp_path):
    with pytest.raises(UserError, match=r"lenet5: a picture of 12x12 is too small .*--image-size"):
        architectures.main(dataclasses.replace(small(tmp_path, image_size=12), networks=("lenet5", "vgg11")))
    assert not (tmp_path / "architectures").exists()


def test_every_network_has_a_builder():
    from keras_course import models

    assert all(hasattr(models, name) for name in networks.NETWORKS)
