"""One run is one folder: ``models/APP/2026-11-20_150300_seed0/``.

    config.json        every setting, as given (folders of this machine left out)
    environment.json   commit, versions, backend, device, dataset by name and sha256
    history.csv        a row an epoch
    model.keras        the best epoch by validation
    card.json          what the model expects and returns: all that a reload needs
    metrics.json       the results; written last, so its presence means that the run is complete
    figures/*.png
    backup/            what ``--resume`` needs; gone after a finished run

Every file is written beside its place and then moved into it, so a kill never leaves half a file.
"""

import contextlib
import csv
import dataclasses
import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

# Settings that belong to one machine or one call, not to the experiment.
LOCAL_SETTINGS = ("data_dir", "models_dir", "resume")


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then move it there in one step.

    Args:
        path: the file to make or replace; its folder is created.
        write: called with the temporary path, which has the same ending as ``path``.

    Raises:
        OSError: when the disk is full or the folder cannot be written; ``path`` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@dataclasses.dataclass(frozen=True)
class Run:
    """The folder of one run, and the few things to do with it.

    Args:
        path: the folder.
        app: the app's name.
        seed: the run's seed, which also orders the training examples.
    """

    path: Path
    app: str
    seed: int = 0

    @property
    def complete(self) -> bool:
        """True once metrics.json is there: it is written last."""
        return (self.path / "metrics.json").is_file()

    @property
    def model_path(self) -> Path:
        """Where the best epoch's model lies."""
        return self.path / "model.keras"

    def variant(self, name: str, config: Any, changed: Mapping[str, Any]) -> "Run":
        """Make the run folder of one variant inside this one (for an app with several trainings).

        Args:
            name: the folder's name.
            config: the app's settings.
            changed: what this variant has of its own.
        """
        run = Run(self.path / name, self.app, self.seed)
        run.path.mkdir(exist_ok=True)
        run.write_json("config", {**settings(config), **changed})
        return run

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write ``name``.json atomically."""
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_atomically(self.path / f"{name}.json", lambda path: path.write_text(text, encoding="utf-8"))

    def read_json(self, name: str) -> dict[str, Any]:
        """Read ``name``.json; ``{}`` where there is none.

        Raises:
            ValueError: if the file is not JSON.
        """
        path = self.path / f"{name}.json"
        if not path.is_file():
            return {}
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path} is not readable JSON ({error}); the run cannot be used") from None

    def config(self) -> dict[str, Any]:
        """The run's settings."""
        return self.read_json("config")

    def card(self) -> dict[str, Any]:
        """What the model expects and returns."""
        return self.read_json("card")

    def metrics(self) -> dict[str, Any]:
        """The results; ``{}`` while the run is not complete."""
        return self.read_json("metrics")

    def history(self) -> dict[str, list[float]]:
        """The curves: for every metric its value after each epoch (``{}`` before the first)."""
        path = self.path / "history.csv"
        if not path.is_file():
            return {}
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            names = [name for name in rows[0] if name != "epoch"] if rows else []
            return {name: [float(row[name]) for row in rows] for name in names}
        except (TypeError, ValueError) as error:  # a short row, a blank cell, no text at all
            raise ValueError(
                f"{path} is not a table of numbers ({error}); the run itself is not affected"
            ) from None

    def write_history(self, history: Mapping[str, Sequence[float]]) -> None:
        """Write history.csv: a row an epoch, counted from 1."""

        def write(path: Path) -> None:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["epoch", *history])
                for epoch, values in enumerate(zip(*history.values(), strict=True), start=1):
                    writer.writerow([epoch, *values])

        write_atomically(self.path / "history.csv", write)

    def save_figure(self, name: str, figure: Any) -> Path:
        """Save a matplotlib Figure as ``figures/NAME.png``."""
        path = self.path / "figures" / f"{name}.png"
        write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=150))
        return path

    def complete_with(self, metrics: Mapping[str, Any]) -> None:
        """Write metrics.json, which makes the run complete, and drop the backup."""
        self.write_json("metrics", metrics)
        shutil.rmtree(self.path / "backup", ignore_errors=True)


def settings(config: Any) -> dict[str, Any]:
    """Return an app's config as plain JSON values, the shared options among the others, without folders.

    A dataset given as a path is kept by its file name: its content stands in environment.json as sha256.
    """
    flat: dict[str, Any] = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        flat.update(settings(value) if dataclasses.is_dataclass(value) else {field.name: value})
    flat = {name: value for name, value in flat.items() if name not in LOCAL_SETTINGS}
    if flat.get("dataset"):
        flat["dataset"] = Path(flat["dataset"]).name
    return json.loads(json.dumps(flat, default=str))


def start(app: str, config: Any, data: Any) -> Run:
    """Make the folder of a new run, or return the one that ``--resume`` names.

    Args:
        app: the app's name, a folder in ``config.run.models_dir``.
        config: the app's dataclass; ``config.run`` holds models_dir, resume and seed.
        data: a dataset with ``name``, ``sha256``, ``embedded`` and ``limited``.

    Raises:
        OSError: if the folder cannot be made.
        ValueError: if the run to resume is complete, or was started with other settings or other data.
    """
    dataset = dataset_facts(data)
    if config.run.resume is not None:
        return _resumed(config.run.resume, config, dataset)
    return folder(app, config, config.run.models_dir, seed=config.run.seed, dataset=dataset)


def folder(app: str, config: Any, models_dir: str | Path, *, seed: int = 0, **facts: Any) -> Run:
    """Make the folder of a new run, with its settings and its environment.

    Args:
        app: the app's name, a folder in ``models_dir``.
        config: the app's dataclass.
        models_dir: where runs are written.
        seed: stands in the folder's name.
        **facts: stand in environment.json too.

    Raises:
        OSError: if the folder cannot be made.
    """
    from keras_course.experiment import machine

    name = f"{datetime.datetime.now():%Y-%m-%d_%H%M%S}_seed{seed}"
    parent = Path(models_dir) / app
    try:
        run = Run(_new_folder(parent, name), app, seed)
        run.write_json("config", settings(config))
        run.write_json("environment", {**machine.environment(), **facts})
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot write a run into {parent}: {reason}; choose another --models-dir") from None
    return run


def dataset_facts(data: Any) -> dict[str, Any]:
    """What a run keeps of its dataset: no path, but name and content."""
    return {name: getattr(data, name) for name in ("name", "sha256", "embedded", "limited", "terms")}


def _new_folder(parent: Path, name: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", *(f"_{number}" for number in range(2, 1000))):  # several runs in one second
        with contextlib.suppress(FileExistsError):
            (parent / f"{name}{ending}").mkdir()
            return parent / f"{name}{ending}"
    raise FileExistsError(f"{parent / name} and 998 like it exist")


def _resumed(path: Path, config: Any, dataset: Mapping[str, Any]) -> Run:
    """The run to go on with, after checking that settings and data are the same."""
    run = Run(Path(path), _app_of(Path(path)), config.run.seed)
    if run.complete:
        raise ValueError(f"{path} is complete: there is nothing to resume")
    before, now = run.config(), settings(config)
    free = ("epochs", "device", "dataset")  # the data's content is compared below
    different = [name for name in now if name not in free and before.get(name) != now[name]]
    if different:
        changes = ", ".join(f"{name} was {before.get(name)!r} and is {now[name]!r}" for name in different)
        raise ValueError(f"{path} was started with other settings: {changes}; leave these flags away")
    old = run.read_json("environment").get("dataset", {})
    if old.get("sha256") != dataset["sha256"]:
        raise ValueError(
            f"{path} was started on other data ({old.get('name')}) than this ({dataset['name']}): "
            "give the same --dataset and --data-dir again"
        )
    return run


def find(spec: str | Path, models_dir: str | Path = "models") -> Run:
    """Find a run by path, by app (its newest complete run, else ``pretrained``) or by ``APP/NAME``.

    Raises:
        ValueError: if there is none; the message lists what there is.
    """
    for path in (Path(spec), Path(models_dir) / spec):
        path = path.parent if path.name == "model.keras" else path
        if (path / "config.json").is_file() or (path / "card.json").is_file():
            return Run(path, _app_of(path), int(Run(path, "").config().get("seed", 0)))
    app = Path(models_dir) / spec
    names = sorted((path for path in app.glob("*/") if path.name != "pretrained"), reverse=True)
    for path in [*names, app / "pretrained"]:
        run = Run(path, app.name)
        if run.complete:
            return dataclasses.replace(run, seed=int(run.config().get("seed", 0)))
    known = sorted(path.parent.name for path in Path(models_dir).glob("*/*/") if Run(path, "").complete)
    have = f"there are runs of: {', '.join(dict.fromkeys(known))}" if known else "there is no run yet"
    raise ValueError(f"no complete run {str(spec)!r} in {models_dir}: {have} (train one: python -m apps)")


def _app_of(path: Path) -> str:
    card = Run(path, "").card()
    return card.get("app") or path.resolve().parent.name
