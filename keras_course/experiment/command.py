"""From ``main(config)`` to a program: flags from a dataclass, one line for a user's error.

An app ends with ``command.run(main, Config)``. Exit status: 0; 2 for what the user can put right (a bad flag, a bad
file, an unwritable folder, too little memory); 130 after Ctrl-C. Any other exception is a bug of the course and shows
its traceback.
"""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from keras_course.errors import UserError
from keras_course.experiment import answers, cleanup, packages, parsing, runs, streams
from keras_course.experiment.options import (
    DeviceOptions,
    HandDataOptions,
    HandOptions,
    OutputOptions,
    RunOptions,
)
from keras_course.experiment.run import Run
from keras_course.experiment.settings import check

__all__ = [
    "DeviceOptions",
    "HandDataOptions",
    "HandOptions",
    "OutputOptions",
    "RunOptions",
    "check",
    "from_settings",
    "run",
]

ConfigType = TypeVar("ConfigType")
# The package that `apps` is called in a wheel: a name that collides with nothing.
INSTALLED_APPS = "keras_course_apps"


def run(
    main: Callable[[ConfigType], object],
    config_type: type[ConfigType],
    arguments: Sequence[str] | None = None,
) -> None:
    """Parse the command line into ``config_type``, call ``main``, and leave with an exit status.

    With ``--resume RUN`` the run's own settings are the defaults. ``--answers`` prints the answers to what the app's
    docstring asks under ``Try:``.

    Args:
        main: the experiment.
        config_type: a dataclass; its fields' docstrings are the help.
        arguments: instead of ``sys.argv[1:]``.
    """
    streams.make_printable()
    import tyro

    module = sys.modules[main.__module__]
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    cleanup.forget()  # the folders of earlier calls in this process
    config = None
    try:
        if "--answers" in arguments and (name := _app(module)):
            print(answers.show(name))
            sys.exit(0)
        default = _resumed_default(config_type, arguments)
        config = parsing.parse(
            config_type,
            arguments,
            prog=_program(module),
            description=_description(module),
            default=tyro.MISSING_NONPROP if default is None else default,
        )
        check(config)
        _check_name(config)
        _say_where(config)
        main(config)
    except KeyboardInterrupt as stop:
        if not stop.args:  # training.fit says itself how to continue
            _say_how_to_continue(getattr(config, "run", None))
        cleanup.remove_failed()
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone: `... | head`
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        cleanup.remove_failed()
        line = _one_line(error)
        if line is None:
            raise
        print(f"error: {line}", file=sys.stderr)
        sys.exit(2)


def _app(module: ModuleType) -> str | None:
    """The app's name, if the module is a program of the course."""
    package, _, name = (module.__spec__.name if module.__spec__ else "").partition(".")
    return name.partition(".")[0] or None if package in ("apps", INSTALLED_APPS) else None


def _program(module: ModuleType) -> str | None:
    """What was typed to start the app: ``python -m apps.NAME``, or ``keras-course NAME``."""
    if module.__spec__ is None:
        return None
    package, _, name = module.__spec__.name.partition(".")
    return f"keras-course {name}" if package == INSTALLED_APPS else f"python -m {module.__spec__.name}"


def _description(module: ModuleType) -> str | None:
    """The app's docstring, with the commands as this user types them, and where its answers are."""
    text = module.__doc__
    name = _app(module)
    if text and name and answers.path(name).is_file():
        text = f"{text.rstrip()}\n\nThe answers, with measured numbers: python -m apps.{name} --answers\n"
    if text and module.__name__.startswith(INSTALLED_APPS):
        return text.replace("python -m apps.", "keras-course ")
    return text


def _say_where(config: Any) -> None:
    """The first line of an experiment: where its data come from and its results go."""
    options = getattr(config, "run", None)
    if isinstance(options, OutputOptions):
        data = getattr(options, "data_dir", None)
        print(f"runs go into {options.models_dir}" + (f", data lie in {data}" if data else ""), flush=True)


def _say_how_to_continue(options: Any) -> None:
    """After Ctrl-C outside ``training.fit``: which folder to name in ``--resume``, if this app's runs have it."""
    if not isinstance(options, RunOptions):
        return
    for folder in [Path(options.resume)] if options.resume else cleanup.noted():
        if cleanup.will_go(folder):
            print("\ninterrupted before the first result: there is nothing to continue", flush=True)
        elif not Run(folder, "").complete:
            print(f"\ninterrupted; continue with --resume {folder}", flush=True)


def _one_line(error: Exception) -> str | None:
    """What to tell the user; None if the error is a bug of ours."""
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    if isinstance(error, UserError | OSError):
        return " ".join(str(error).split())
    if isinstance(error, ModuleNotFoundError):
        return packages.missing(error)
    # A full memory, as NumPy, JAX and TensorFlow report it; they share no class.
    full = isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)
    if full or type(error).__name__ == "ResourceExhaustedError":
        return "there is not enough memory for these settings: choose a smaller network or a smaller batch"
    return None


def _check_name(config: Any) -> None:
    """Refuse a run's name that cannot be part of its folder's, before anything is computed."""
    options = getattr(config, "run", None)
    if isinstance(options, OutputOptions):
        runs.check_name(options.name)


def _resumed_default(config_type: type[ConfigType], arguments: Sequence[str]) -> ConfigType | None:
    """The settings of the run that ``--resume`` names, as the defaults of this call."""
    path = _flag(arguments, "--resume")
    if path is None:
        return None
    resumed = Run(Path(path), "")
    if not (resumed.path / "config.json").is_file():
        raise UserError(f"--resume {path}: there is no run in that folder (it has no config.json)")
    resumed.refuse_variant()  # a variant's settings are not those of the app
    dataset = resumed.read_json("environment").get("dataset", {})
    name = resumed.config().get("dataset", "")
    # A name that exists here is used: whether it is the same data, their sha256 tells.
    if dataset.get("by_path") and _flag(arguments, "--dataset") is None and not Path(name).exists():
        raise UserError(
            f"--resume {path}: this run was started with --dataset PATH, and a run keeps no paths: "
            f"give --dataset again, with the path of {name}"
        )
    return from_settings(config_type, resumed.config())


def _flag(arguments: Sequence[str], name: str) -> str | None:
    """The value of a flag on the command line, given as ``--name value`` or ``--name=value``."""
    for index, word in enumerate(arguments):
        flag, equals, value = word.partition("=")
        if flag.replace("_", "-") == name:
            return value if equals else next(iter(arguments[index + 1 : index + 2]), None)
    return None


def from_settings(config_type: type[ConfigType], saved: dict[str, Any]) -> ConfigType:
    """Make a config from what config.json holds; lists become tuples, unknown names are ignored."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(config_type):  # type: ignore[arg-type]
        if dataclasses.is_dataclass(field.default):
            values[field.name] = from_settings(type(field.default), saved)
        elif field.name in saved:
            value = saved[field.name]
            values[field.name] = tuple(value) if isinstance(value, list) else value
    return config_type(**values)
