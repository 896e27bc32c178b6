"""From ``main(config)`` to a program: flags from a dataclass, one line for a user's error.

An app ends with ``command.run(main, Config)``. Exit status: 0; 2 for a user's error (bad flag, bad file,
unwritable folder); 130 after Ctrl-C. Any other exception is our bug and shows its traceback.
"""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from keras_course.experiment import runs


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """What every app that trains can be told."""

    seed: int = 0
    """Seed of the weights, the examples' order and the validation split."""
    limit: int | None = None
    """Train on the first N examples only (after the shuffle, balanced over classes)."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    """Where to compute; auto takes a GPU if there is one."""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    """Numbers of the hidden layers; the mixed ones are fast on GPUs, mixed_bfloat16 also on some CPUs (AMX)."""
    deterministic: bool = False
    """Equal bits in every run on a GPU too (slower)."""
    data_dir: Path = Path("data")
    """Where downloads live."""
    models_dir: Path = Path("models")
    """Where runs are written."""
    resume: Path | None = None
    """Go on with this run's folder, which was interrupted or killed."""

    def configure_devices(self) -> None:
        """Seed everything, and choose device and precision; before a model is built."""
        from keras_course.experiment import devices

        devices.configure(
            seed=self.seed, device=self.device, precision=self.precision, deterministic=self.deterministic
        )


@dataclasses.dataclass(frozen=True)
class HandOptions:
    """What an app by hand can be told: without Keras there is no device, no precision, nothing to resume."""

    seed: int = 0
    """Seed of all that is drawn."""
    models_dir: Path = Path("models")
    """Where runs are written."""


def run(main: Callable[[Any], Any], config_type: type, arguments: Sequence[str] | None = None) -> None:
    """Parse the command line into ``config_type``, call ``main``, and leave with an exit status.

    With ``--resume RUN`` the run's own settings are the defaults.

    Args:
        main: the experiment.
        config_type: a dataclass; its fields' docstrings are the help.
        arguments: instead of ``sys.argv[1:]``.
    """
    import tyro

    module = sys.modules[main.__module__]
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        default = _resumed_default(config_type, arguments)
        config = tyro.cli(
            config_type,
            args=arguments,
            prog=f"python -m {module.__spec__.name}" if module.__spec__ else None,
            description=module.__doc__,
            **({} if default is None else {"default": default}),
        )
        main(config)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone: `... | head`
        sys.stderr.close()
        sys.exit(1)
    except (ValueError, OSError) as error:
        print(f"error: {_one_line(error)}", file=sys.stderr)
        sys.exit(2)


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    return " ".join(str(error).split())


def _resumed_default(config_type: type, arguments: Sequence[str]) -> Any:
    """The settings of the run that ``--resume`` names, as the defaults of this call."""
    path = next(
        (_value(arguments, i) for i, word in enumerate(arguments) if word.startswith("--resume")), None
    )
    if path is None:
        return None
    if not Path(path, "config.json").is_file():
        raise ValueError(f"--resume {path}: there is no run in that folder (it has no config.json)")
    return from_settings(config_type, runs.Run(Path(path), "").config())


def _value(arguments: Sequence[str], index: int) -> str | None:
    name, equals, value = arguments[index].partition("=")
    if name != "--resume":
        return None
    return value if equals else next(iter(arguments[index + 1 : index + 2]), None)


def from_settings(config_type: type, saved: dict[str, Any]) -> Any:
    """Make a config from what config.json holds; lists become tuples, unknown names are left out."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(config_type):
        if dataclasses.is_dataclass(field.default):
            values[field.name] = from_settings(type(field.default), saved)
        elif field.name in saved:
            value = saved[field.name]
            values[field.name] = tuple(value) if isinstance(value, list) else value
    return config_type(**values)
