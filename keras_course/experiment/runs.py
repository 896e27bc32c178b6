"""One run is one folder: ``models/APP/2026-11-20_150300_seed0/``.

    config.json        every setting, as given (without the folders of this machine)
    environment.json   commit, versions, backend, device, dataset by name and sha256
    history.csv        a row an epoch
    model.keras        the best epoch by validation
    card.json          what the model expects and returns: all that a reload needs
    figures/*.png
    report.html        all of that in one file, to read, print and send
    metrics.json       the results, the network's FLOPs, and the share of the device's peak that training has reached
                       (see ``efficiency``); written last, so its presence means that the run is complete
    backup/            what ``--resume`` needs; deleted when the run is complete
    VARIANT/           an app with several trainings has a run folder for each, inside its own

Runs are made or resumed by :func:`start`, and found again by :func:`find`.
"""

import contextlib
import datetime
import re
from pathlib import Path
from typing import Any, Literal

from keras_course import folders
from keras_course.datasets.dataset import Dataset
from keras_course.errors import UserError
from keras_course.experiment import choosing, cleanup
from keras_course.experiment.files import shipped, sweep
from keras_course.experiment.run import Run, folder_name, settings

__all__ = ["Run", "find", "folder_name", "new", "newer", "pretrained", "settings", "start"]

# Settings that may differ when a run is resumed. (The data's content is compared by its sha256.)
FREE_TO_CHANGE = ("epochs", "device", "dataset", "labels", "name", "author")


def start(app: str, config: Any, data: Dataset) -> Run:
    """Make the folder of a new run, or return the run that ``config.run.resume`` names.

    Args:
        app: the app's name, a folder in ``config.run.models_dir``.
        config: the app's dataclass; ``config.run`` holds models_dir, resume and seed.
        data: what the run is trained on.

    Raises:
        OSError: the folder cannot be made.
        UserError: the run to resume is complete, or was started with other settings or other data.
    """
    if config.run.resume is not None:
        return _resumed(Path(config.run.resume), config, data)
    dataset = {**data.facts(), "by_path": _given_by_path(config)}
    return new(app, config, config.run.models_dir, seed=config.run.seed, dataset=dataset)


def new(app: str, config: Any, models_dir: str | Path, *, seed: int = 0, **facts: Any) -> Run:
    """Make the folder of a new run, with its settings and its environment.

    Args:
        app: the app's name, a folder in ``models_dir``.
        config: the app's dataclass.
        models_dir: where runs are written.
        seed: stands in the folder's name.
        **facts: written into environment.json too.

    Raises:
        OSError: the folder cannot be made.
        UserError: ``config.run.name`` cannot be part of a folder's name.
    """
    from keras_course.experiment import machine

    options = getattr(config, "run", None)
    given = getattr(options, "name", "")
    check_name(given)
    name = f"{datetime.datetime.now():%Y-%m-%d_%H%M%S}_seed{seed}{given and '_' + given}"
    parent = Path(models_dir) / app
    try:
        run = Run(_new_folder(parent, name), app, seed, open_report=getattr(options, "open", False))
        cleanup.made(run.path)
        sweep(parent)
        facts |= {key: value for key in ("name", "author") if (value := getattr(options, key, ""))}
        run.write_json("config", settings(config))
        run.write_json("environment", {**machine.environment(), **facts})
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot write a run into {parent}: {reason}; choose another models_dir") from None
    return run


def check_name(name: str) -> None:
    """Raise a UserError unless a run's name can be part of a folder's name on every system."""
    if not re.fullmatch(r"([\w.-]{0,59}[\w-])?", name):
        raise UserError(
            f"name={name!r} cannot be part of a folder's name: give at most 60 letters, digits, - _ or ., "
            "without spaces"
        )


def _given_by_path(config: Any) -> bool:
    """Whether the config's dataset is a path: a run keeps its last part only."""
    dataset = str(getattr(config, "dataset", ""))
    return bool(dataset) and (Path(dataset).name != dataset or Path(dataset).exists())


def _new_folder(parent: Path, name: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", *(f"_{number}" for number in range(2, 1000))):  # several runs in one second
        with contextlib.suppress(FileExistsError):
            (parent / f"{name}{suffix}").mkdir()
            return parent / f"{name}{suffix}"
    raise FileExistsError(f"{parent / name} and 998 like it exist")


def _resumed(path: Path, config: Any, data: Dataset) -> Run:
    """The run to resume, after checking that it can be, with the same settings and data."""
    run = Run(path, _app_of(path), config.run.seed, open_report=getattr(config.run, "open", False))
    run.refuse_variant()
    if run.complete:
        raise UserError(f"{path} is complete: there is nothing to resume")
    before, now = run.config(), settings(config)
    different = [name for name in now if name not in FREE_TO_CHANGE and before.get(name) != now[name]]
    if different:
        changes = ", ".join(f"{name} was {before.get(name)!r} and is {now[name]!r}" for name in different)
        raise UserError(
            f"{path} was started with other settings: {changes}; leave these settings as they were"
        )
    old = run.read_json("environment").get("dataset", {})
    if old.get("sha256") != data.sha256:
        raise UserError(
            f"{path} was started on other data ({old.get('name')}) than this ({data.name}): "
            "give the same dataset and data_dir again"
        )
    if "epochs" in now and before.get("epochs") != now["epochs"]:
        finished = [variant.path.name for variant in run.variants() if variant.complete]
        if finished:
            raise UserError(
                f"{path}: its variants {', '.join(finished)} are finished, with epochs={before.get('epochs')}; "
                "the others must have as many"
            )
        run.write_json("config", {**before, "epochs": now["epochs"]})
    sweep(path)
    return run


def find(
    spec: str | Path,
    models_dir: str | Path | None = None,
    *,
    choose: Literal["best", "newest"] = "best",
    fits: choosing.Fits | None = None,
) -> Run:
    """Find a run by path, by app or by ``APP/NAME``.

    An app's bare name means its best complete run, by the validation data, of those that are trained on the app's own
    real data, all of them, and whose card fits; the pretrained run competes. If there is none, it means the pretrained
    run, and else the newest complete one.

    With the default models_dir, ``folders.models_dir()``, the committed pretrained runs are found too where the package
    is installed without its checkout.

    Args:
        spec: a run's folder, an app's name, or ``APP/NAME``.
        models_dir: where apps and names are looked up.
        choose: what an app's name means; ``newest``: its newest complete run, else the pretrained one.
        fits: whether a card (of a run with several trainings, its best variant's) suits what is to be predicted.

    Raises:
        UserError: there is none; the message lists what there is.
    """
    given, models_dir = models_dir, Path(models_dir or folders.models_dir())
    for path in (Path(spec), models_dir / spec):
        path = path.parent if path.name == "model.keras" else path
        if (path / "config.json").is_file() or (path / "card.json").is_file():
            return _existing(path)
    found = _newest_first(models_dir / spec)
    fallback = [path for path in [models_dir / spec / "pretrained"] if Run(path, "").complete]
    if not fallback and (given is None or models_dir == folders.models_dir()):
        for name in (Path(spec), Path(spec, "pretrained")):
            shipped_run = None if name.is_absolute() else shipped("models", *name.parts)
            if shipped_run is not None and Run(shipped_run, "").complete:
                fallback = [shipped_run]
    if choose == "best":
        best = choosing.best([Run(path, "") for path in [*found, *fallback]], fits)
        found = [best.path] if best else [*fallback, *found]
    for path in [*found, *fallback]:
        return _existing(path)
    known = sorted(path.parent.name for path in models_dir.glob("*/*/") if Run(path, "").complete)
    have = f"there are runs of: {', '.join(dict.fromkeys(known))}" if known else "there is no run yet"
    raise UserError(f"no complete run {str(spec)!r} in {models_dir}: {have} (train one: {folders.command()})")


def newer(app: str, chosen: Run, models_dir: str | Path | None = None) -> list[Run]:
    """The complete runs of an app that are newer than the chosen one, the newest first.

    Args:
        app: the app's name, as given to :func:`find`; a path or ``APP/NAME`` has no newer ones.
        chosen: what :func:`find` returned for it.
        models_dir: where it was looked up.
    """
    found = _newest_first(Path(models_dir or folders.models_dir()) / app)
    names = [path.name for path in found]
    until = names.index(chosen.path.name) if chosen.path.name in names else len(found)  # all: pretrained
    return [_existing(path) for path in found[:until]]


def _newest_first(app: Path) -> list[Path]:
    """The complete runs in an app's folder, but for the pretrained one."""
    paths = sorted((path for path in app.glob("*/") if path.name != "pretrained"), reverse=True)
    return [path for path in paths if Run(path, "").complete]


def pretrained(app: str) -> Run:
    """The run of an app that is committed with the course.

    Raises:
        UserError: there is none.
    """
    path = shipped("models", app, "pretrained")
    if path is None:
        raise UserError(f"there is no pretrained run of {app} here: train one, and give its folder")
    return _existing(path)


def _existing(path: Path) -> Run:
    return Run(path, _app_of(path), int(Run(path, "").config().get("seed", 0)))


def _app_of(path: Path) -> str:
    app: str = Run(path, "").card().get("app") or path.resolve().parent.name
    return app
