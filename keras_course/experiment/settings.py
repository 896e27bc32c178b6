"""Settings that cannot work are refused before anything is loaded, printed or written.

The apps' settings share their names, so one table of what each may be holds for all of them. What depends on the data
or on the network (a window longer than the series, a kernel larger than the picture), the app checks itself.
"""

import dataclasses
import math
import numbers
from collections.abc import Iterator
from typing import Any

from keras_course.errors import UserError

MOST = 2**31 - 1  # what the backends' 32-bit counters hold
LARGEST = 3.4e38  # what float32 holds
COUNTS = (
    "epochs", "batch_size", "limit", "image_size", "filters", "hidden", "units", "convolutions", "window", "horizon",
    "relearn", "blocks_a_stage", "ascent_steps", "searched", "cd_steps", "gibbs_steps", "patience", "least",
)  # fmt: skip
FRACTIONS = ("dropout", "input_dropout", "wrong_labels", "ema_momentum")
POSITIVE = ("learning_rate", "max_norm")
RANGES: dict[str, tuple[float, float]] = {
    "l1": (0, LARGEST),
    "l2": (0, LARGEST),
    "weight_decay": (0, LARGEST),
    "adversarial": (0, 1),
    "mixup": (0, 1000),
    "cutmix": (0, 1000),
    "color": (0, 1),
    "label_smoothing": (0, 1),
    "fine_tune": (0, MOST),
    "shifts": (0, MOST),
    "chains": (0, 2**20),
    "annealing_steps": (2, MOST),
    "square": (0.01, 1),
    "seed": (0, 2**32 - 1),
}


def check(config: Any) -> None:
    """Refuse a setting with which no experiment can work; every app's ``main`` begins with it.

    Args:
        config: an app's settings, a dataclass; the shared ones in it are checked too.

    Raises:
        UserError: one line that names the setting, and says what it may be.
    """
    for name, given, value in _values(config):
        if isinstance(value, float) and not math.isfinite(value):
            raise UserError(f"{name}={value}: give a finite number")
        if isinstance(value, int) and abs(value) >= 2**63:
            raise UserError(f"{name}={value} is too large: give a number below 2**63")
        several = isinstance(given, tuple | list)
        wrong = _wrong(name, value, none_allowed=name == "hidden" and not several)
        if wrong:
            raise UserError(f"{name}={_shown(given)}{': each' if several else ''} {wrong}")


def _values(config: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every setting that is given: its name, its value, and each number where that is a tuple."""
    for field in dataclasses.fields(config):
        given = getattr(config, field.name)
        if dataclasses.is_dataclass(given):
            yield from _values(given)
        for value in given if isinstance(given, tuple | list) else (given,):
            if value is not None:
                yield field.name, given, value


def _wrong(name: str, value: Any, none_allowed: bool) -> str:
    """What is wrong with a value of that setting; empty if nothing is."""
    if name not in (*COUNTS, *FRACTIONS, *POSITIVE, *RANGES):
        return ""
    if name in COUNTS:
        least = 0 if none_allowed else 1
        if not _is(value, numbers.Integral):
            return "must be a whole number"
        if value < least:
            return f"must be at least {least}"
        return f"must be at most {MOST}" if value > MOST else ""
    if not _is(value, numbers.Real):
        return "must be a number"
    if name in FRACTIONS and not 0 <= value < 1:
        percent = (
            f"write {value / 100:g} for {value:g} %" if 1 < value < 100 else "give a number from 0 to below 1"
        )
        return f"is not a fraction: {percent}"
    if name in POSITIVE and not 0 < value < LARGEST:
        return "must be above 0" if value <= 0 else "is too large for float32"
    if name in RANGES:
        low, most = RANGES[name]
        if not low <= value <= most:
            return (
                f"must be {'0 or above' if (low, most) == (0, LARGEST) else f'from {low:g} to {most:.10g}'}"
            )
    return ""


def _shown(given: Any) -> str:
    return f"{given:g}" if isinstance(given, float) else repr(given)


def _is(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
