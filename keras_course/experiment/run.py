"""The folder of one run, and what is read from it and written into it."""

import csv
import dataclasses
import json
import math
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError
from keras_course.experiment import efficiency
from keras_course.experiment.files import write_atomically

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

# Settings that belong to one machine or one call, not to the experiment.
LOCAL_SETTINGS = ("data_dir", "models_dir", "resume", "open")
# Settings that may be a path; a run keeps the file's name only.
PATH_SETTINGS = ("dataset", "weights")


@dataclasses.dataclass(frozen=True)
class Run:
    """The folder of one run: its settings, results, figures and variants.

    Args:
        path: the folder.
        app: the app's name.
        seed: the run's seed, which also orders the training examples.
        parent: the folder of the run that this one is a variant of, if it is one.
        open_report: open report.html when the run is complete.
    """

    path: Path
    app: str
    seed: int = 0
    parent: Path | None = None
    open_report: bool = False

    @property
    def resume_path(self) -> Path:
        """The folder to name in ``--resume``: a variant is resumed through its parent."""
        return self.parent or self.path

    def refuse_variant(self) -> None:
        """Raise a UserError that names the whole run, if this folder is a variant's."""
        parent = self.path.resolve().parent
        if (parent / "config.json").is_file():
            raise UserError(f"{self.path} is a variant: resume the whole run, {parent}")

    @property
    def complete(self) -> bool:
        """True once metrics.json is there: it is written last."""
        return (self.path / "metrics.json").is_file()

    @property
    def model_path(self) -> Path:
        """The path of the best epoch's model."""
        return self.path / "model.keras"

    def variant(self, name: str, config: Any, changed: Mapping[str, Any]) -> "Run":
        """The run of one variant, a folder inside this one; an app with several trainings has several.

        When this run is resumed, the variant may be there already: complete (its ``metrics()`` and ``history()`` are
        the results), or interrupted (``training.fit`` continues it).

        Args:
            name: of the variant; the folder's name is made from it.
            config: the app's settings.
            changed: the settings of this variant alone.
        """
        run = Run(self.path / folder_name(name), self.app, self.seed, parent=self.path)
        if not run.complete:
            run.path.mkdir(exist_ok=True)
            run.write_json("config", {**settings(config), **changed})
        return run

    def variants(self) -> "list[Run]":
        """The variants' runs: those of the table in metrics.json in its order, then the others by name."""
        listed = [folder_name(name) for name in self.metrics().get("variants", {})]
        found = sorted(path.parent.name for path in self.path.glob("*/config.json"))
        found.sort(key=lambda name: listed.index(name) if name in listed else len(listed))
        return [Run(self.path / name, self.app, self.seed, parent=self.path) for name in found]

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write ``name``.json atomically.

        Raises:
            UserError: a value is infinite or not a number, which JSON cannot hold: a training has diverged.
        """
        for place, value in _floats(content):
            if not math.isfinite(value):
                raise UserError(
                    f"{place} is {value}, so {name}.json cannot be written: the numbers have grown out of range; "
                    "lower the learning rate or the noise"
                )
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_atomically(self.path / f"{name}.json", lambda path: path.write_text(text, encoding="utf-8"))

    def read_json(self, name: str) -> dict[str, Any]:
        """Read ``name``.json; ``{}`` where there is none.

        Raises:
            UserError: the file is not JSON.
        """
        path = self.path / f"{name}.json"
        if not path.is_file():
            return {}
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise UserError(f"{path} is not readable JSON ({error}); the run cannot be used") from None
        if not isinstance(content, dict):
            raise UserError(f"{path} does not hold a JSON object; the run cannot be used")
        return content

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
        """The learning curves: of every metric its value after each epoch (``{}`` before the first)."""
        path = self.path / "history.csv"
        if not path.is_file():
            return {}
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            names = [name for name in rows[0] if name != "epoch"] if rows else []
            return {name: [float(row[name]) for row in rows] for name in names}
        except (TypeError, ValueError) as error:  # a short row, a blank cell, no text at all
            raise UserError(
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

    def write_file(self, name: str, write: Callable[[Path], object]) -> Path:
        """Write any other file of the run atomically: ``write`` is called with the path to write to."""
        path = self.path / name
        write_atomically(path, write)
        return path

    def write_arrays(self, **arrays: "np.ndarray") -> None:
        """Write NumPy arrays into arrays.npz: what a parent run needs of a variant beyond its metrics and history."""
        import numpy as np

        self.write_file("arrays.npz", lambda path: np.savez(path, **arrays))  # type: ignore[arg-type]

    def read_arrays(self) -> "dict[str, np.ndarray]":
        """The arrays in arrays.npz by name; ``{}`` where there is none.

        Raises:
            UserError: the file cannot be read.
        """
        import numpy as np

        path = self.path / "arrays.npz"
        if not path.is_file():
            return {}
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                return dict(file)
        except Exception as error:  # np.load raises many kinds for a broken file
            raise UserError(f"{path} is not a readable file of arrays ({error})") from None

    def save_figure(self, name: str, figure: "Figure") -> Path:
        """Save a matplotlib Figure as ``figures/NAME.png``, with its title in the file: ``report`` reads it there."""
        title = (
            figure.get_suptitle().replace(" \n", " ").replace("\n", "; ").replace("; (", " (")
        )  # a line too long; a second line
        about = {"Title": " ".join(title.split())}
        return self.write_file(
            f"figures/{name}.png", lambda path: figure.savefig(path, dpi=150, metadata=about)
        )

    def complete_with(self, metrics: Mapping[str, Any]) -> None:
        """Write metrics.json, which makes the run complete, and delete the backup.

        The metrics get ``flops`` and ``share_of_peak``, where a model was trained (see ``experiment.efficiency``).
        """
        self.write_json("metrics", {**metrics, **efficiency.of(self, metrics)})
        shutil.rmtree(self.path / "backup", ignore_errors=True)


def folder_name(variant: str) -> str:
    """The folder of a variant: ``"large, L2"`` becomes ``large_L2``."""
    return variant.replace(",", "").replace(" ", "_")


def settings(config: Any) -> dict[str, Any]:
    """An app's config as plain JSON values, with the shared options among the others and without folders.

    Of a dataset that was given as a path only the file's name is kept; its sha256 stands in environment.json.
    """
    flat: dict[str, Any] = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        flat.update(settings(value) if dataclasses.is_dataclass(value) else {field.name: value})
    flat = {name: value for name, value in flat.items() if name not in LOCAL_SETTINGS}
    flat |= {name: Path(flat[name]).name for name in PATH_SETTINGS if flat.get(name)}
    plain: dict[str, Any] = json.loads(json.dumps(flat, default=str))
    return plain


def _floats(content: Any, place: str = "") -> Iterator[tuple[str, float]]:
    """Every float in nested dictionaries and lists, with the keys that lead to it."""
    if isinstance(content, float):
        yield place or "a value", content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _floats(value, f"{place}.{key}" if place else str(key))
    elif isinstance(content, list | tuple):
        for index, value in enumerate(content):
            yield from _floats(value, f"{place}[{index}]")
