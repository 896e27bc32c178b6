"""What a row of the worked examples is, and how arithmetic is written on a board."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Say = Callable[[str], None]


class Compared(NamedTuple):
    """A slide's number and the computed one."""

    slide: Any
    """What the slide prints, or what its formula gives: numbers, words, or lists or dictionaries of them."""
    computed: Any
    """What the code gives, in the same form."""
    digits: int | None = None
    """How many decimals the slide prints; None if the two must be equal but for rounding errors."""
    note: str = ""
    """What else the reader should know."""
    errs: str = ""
    """What is right, where the slide errs."""
    by_formula: bool | tuple[str, ...] = False
    """Whether ``slide`` is on no slide but worked out by its formula; of a dictionary the names that are."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One worked example."""

    number: int
    title: str
    slide: str
    """Where it is from, as in a docstring: ``deck 1, "Pooling layer"``."""
    work: Callable[[Say], Compared]
    """Says the steps, and returns the result."""
    draw: Callable[[], "Figure"]
    """Draws the picture."""


def agree(slide: Any, computed: Any, digits: int | None) -> bool:
    """Whether the two are equal, to the decimals that the slide prints.

    Args:
        slide: numbers, text, or lists or dictionaries of them.
        computed: in the same form.
        digits: decimals that the slide prints; None if all count.
    """
    if isinstance(slide, dict):
        return (
            isinstance(computed, dict)
            and slide.keys() == computed.keys()
            and all(agree(slide[name], computed[name], digits) for name in slide)
        )
    a, b = np.asarray(slide), np.asarray(computed)
    if a.shape != b.shape:
        return False
    if a.dtype.kind not in "fiub":
        return bool(np.all(a == b))
    near = 1e-9 * max(1.0, float(np.abs(a).max(initial=0))) if digits is None else 0.5 * 10**-digits + 1e-9
    return bool(np.all(np.abs(a.astype(float) - b.astype(float)) <= near))


def plain(value: Any) -> Any:
    """A value with lists and numbers instead of arrays, for JSON."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value


def grid(array: Any, decimals: int = 2) -> str:
    """An array as lines of numbers, aligned in columns.

    >>> print(grid(np.array([[1, -20], [3, 4]])))
     1 -20
     3   4
    """
    array = np.atleast_2d(np.asarray(array))
    texts = [[number(value, decimals) for value in row] for row in array]
    widths = [max(len(row[column]) for row in texts) for column in range(array.shape[1])]
    return "\n".join(
        " ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in texts
    )


def number(value: Any, decimals: int = 2) -> str:
    """A number as text, without trailing zeros.

    >>> number(2.0), number(0.948846), number(-3)
    ('2', '0.95', '-3')
    """
    text = f"{float(value):.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def beside(*blocks: Any, decimals: int = 2) -> str:
    """Arrays and words side by side, centred vertically.

    >>> print(beside(np.array([[1], [2]]), "x", np.array([[3], [4]])))
    1 x 3
    2   4
    """
    lines = [(block if isinstance(block, str) else grid(block, decimals)).split("\n") for block in blocks]
    height = max(len(block) for block in lines)
    columns = []
    for block in lines:
        width = max(len(line) for line in block)
        above = (height - len(block)) // 2
        padded = [""] * above + block + [""] * (height - len(block) - above)
        columns.append([line.ljust(width) for line in padded])
    gap = " "
    return "\n".join(gap.join(parts).rstrip() for parts in zip(*columns, strict=True))
