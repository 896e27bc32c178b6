"""Settings that several apps share. An app's Config holds one of these classes as its field ``run``."""

import dataclasses
from pathlib import Path
from typing import Literal

from keras_course import folders


@dataclasses.dataclass(frozen=True)
class OutputOptions:
    """Settings of an experiment in which nothing is random."""

    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Folder that runs are written into."""
    name: str = ""
    """A name for this run, such as dropout50: it ends the folder's name, and stands in the report and in compare."""
    author: str = ""
    """Whose run this is, for the report and the leaderboard."""
    open: bool = False
    """Open the report when the run is complete."""


@dataclasses.dataclass(frozen=True)
class HandOptions(OutputOptions):
    """Settings of an experiment in NumPy alone: without Keras there is no device to choose and no precision."""

    seed: int = 0
    """Seed of everything random: initial weights, order of the examples, validation split."""


@dataclasses.dataclass(frozen=True)
class HandDataOptions(HandOptions):
    """Settings of an experiment in NumPy alone that is trained on a dataset."""

    limit: int | None = None
    """Train on the first N examples only (after the shuffle, balanced over classes)."""
    data_dir: Path = dataclasses.field(default_factory=folders.data_dir)
    """Folder that holds downloads."""


@dataclasses.dataclass(frozen=True)
class DeviceOptions(HandOptions):
    """Settings of an experiment with Keras."""

    device: Literal["auto", "cpu", "gpu"] = "auto"
    """Where to compute; auto takes a GPU if there is one."""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    """Precision of the hidden layers; the mixed ones are fast on GPUs, mixed_bfloat16 also on some CPUs (AMX)."""
    deterministic: bool = False
    """Bit-equal results in every run on a GPU too (slower)."""

    def configure_devices(self) -> None:
        """Seed everything, and choose device and precision; before a model is built."""
        from keras_course.experiment import devices

        devices.configure(
            seed=self.seed, device=self.device, precision=self.precision, deterministic=self.deterministic
        )


@dataclasses.dataclass(frozen=True)
class RunOptions(DeviceOptions):
    """Settings of an experiment that trains a network on a dataset."""

    limit: int | None = None
    """Train on the first N examples only (after the shuffle, balanced over classes)."""
    data_dir: Path = dataclasses.field(default_factory=folders.data_dir)
    """Folder that holds downloads."""
    resume: Path | None = None
    """Resume the interrupted or killed run in this folder."""
