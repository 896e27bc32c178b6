"""Settings that cannot work: refused by every app in one line, before data, model table and folder."""

import dataclasses
import importlib

import pytest

from apps.quickstart import SMALL
from keras_course.errors import UserError
from keras_course.experiment import command, settings

BAD = {
    "epochs": (-3, 0, 2**31),
    "batch_size": (0, -1),
    "dropout": (50.0, 1.0, -0.1),
    "input_dropout": (20.0,),
    "learning_rate": (0.0, -1.0, float("nan")),
    "l1": (-1.0,),
    "l2": (-1.0, float("inf")),
    "max_norm": (0.0,),
    "adversarial": (-0.1, 25.0),
    "mixup": (-1.0,),
    "label_smoothing": (1.5,),
    "weight_decay": (-1.0,),
    "rotation": (400.0,),
    "limit": (0, -5),
    "seed": (-1, 2**32),
    "filters": (0,),
    "units": (0,),
    "hidden": (-1,),
    "image_size": (0,),
    "window": (0,),
    "horizon": (0,),
    "shifts": (-1,),
    "cd_steps": (0,),
    "gibbs_steps": (0,),
    "annealing_steps": (1,),
    "chains": (-1,),
}


def names(config_type):
    """The names of all settings, each with its default."""
    for field in dataclasses.fields(config_type):
        if dataclasses.is_dataclass(field.default):
            yield from names(type(field.default))
        else:
            yield field.name, field.default


def refusals():
    """Every app with every shared setting that it has, and the values that cannot work."""
    for app in SMALL:
        config_type = importlib.import_module(f"apps.{app}").Config
        for name, _ in names(config_type):
            for value in BAD.get(name, ()):
                yield pytest.param(app, name, value, id=f"{app}-{name}-{value}")


@pytest.mark.parametrize(("app", "name", "value"), [*refusals()])
def test_every_app_refuses_it_in_one_line_and_leaves_nothing(app, name, value, tmp_path, capsys):
    module = importlib.import_module(f"apps.{app}")
    flags = [f"--{name.replace('_', '-')}", str(value), "--models-dir", str(tmp_path / "models")]
    with pytest.raises(SystemExit) as left:
        command.run(module.main, module.Config, flags)
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.err.startswith(f"error: {name}=") and said.err.count("\n") == 1
    assert said.out == "" and not (tmp_path / "models").exists()


@pytest.mark.parametrize("app", ["mnist_dense", "choices", "decision_regions"])
def test_a_mistyped_activation_is_answered_with_the_nearest(app, tmp_path, capsys):
    module = importlib.import_module(f"apps.{app}")
    data = ["--engine", "keras"] if app == "decision_regions" else ["--dataset", "digits"]
    flags = [*data, "--activation", "rellu", "--models-dir", str(tmp_path / "models")]
    with pytest.raises(SystemExit) as left:
        command.run(module.main, module.Config, flags)
    said = capsys.readouterr()
    assert left.value.code == 2
    assert "activation='rellu' is not a known activation; the nearest: relu, " in said.err
    assert said.err.count("\n") == 1 and said.out.count("\n") == 1  # where the runs would go
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("app", [app for app in SMALL if app != "worked_examples"])
def test_main_called_from_python_refuses_it_too(app, tmp_path):
    module = importlib.import_module(f"apps.{app}")
    options = next(field.default for field in dataclasses.fields(module.Config) if field.name == "run")
    wrong = {name: BAD[name][0] for name in ("epochs", "learning_rate") if name in dict(names(module.Config))}
    name, value = next(iter(wrong.items()), ("seed", -1))
    run = dataclasses.replace(options, models_dir=tmp_path / "models")
    if name in wrong:
        config = module.Config(**{name: value}, run=run)
    elif hasattr(run, "seed"):
        config = module.Config(run=dataclasses.replace(run, seed=value))
    else:
        name, config = "size", module.Config(size=float("inf"), run=run)
    with pytest.raises(UserError, match=f"^{name}="):
        module.main(config)
    assert not (tmp_path / "models").exists()


@dataclasses.dataclass(frozen=True)
class Config:
    """Some settings."""

    dropout: float = 0.0
    hidden: tuple[int, ...] | int = ()
    epochs: int = 1
    learning_rate: float = 0.1


@pytest.mark.parametrize(
    ("config", "line"),
    [
        (Config(dropout=50), "dropout=50 is not a fraction: write 0.5 for 50 %"),
        (Config(dropout=-1), "dropout=-1 is not a fraction: give a number from 0 to below 1"),
        (Config(hidden=(8, 0)), "hidden=(8, 0): each must be at least 1"),
        (Config(hidden=-1), "hidden=-1 must be at least 0"),
        (Config(epochs=2.5), "epochs=2.5 must be a whole number"),
        (Config(epochs="3"), "epochs='3' must be a whole number"),
        (Config(learning_rate=True), "learning_rate=True must be a number"),
        (Config(learning_rate=1e39), "learning_rate=1e+39 is too large for float32"),
    ],
)
def test_the_line_says_what_would_do(config, line):
    with pytest.raises(UserError) as refused:
        settings.check(config)
    assert str(refused.value) == line


def test_what_works_is_let_through():
    settings.check(Config())
    settings.check(Config(hidden=0))
    settings.check(Config(hidden=(), dropout=0.999))
