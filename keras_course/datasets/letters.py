"""Small letters of deck 4: 9x9 pixels, +1 ink and -1 paper, from a text or a picture file."""

from pathlib import Path

import numpy as np

from keras_course.errors import UserError

LETTER = 9  # pixels of a letter's side
SMALL_TEXT = 10_000  # bytes: a drawn letter is far smaller


def read_letter(path: Path) -> np.ndarray:
    """Read a letter for deck 4's network from nine lines of ``#`` and ``.`` in a .txt file, or from a picture file.

    In a picture the letter may be dark on light or light on dark, of any size and anywhere.

    Returns:
        (9, 9): +1 ink, -1 paper.

    Raises:
        OSError: the file is missing, a folder, or may not be read.
        UserError: it holds neither; one line that names it.
    """
    if path.suffix.lower() == ".txt":
        return _letter_from_text(path)
    from PIL import Image

    from keras_course.datasets.handwriting import read_digit

    field = read_digit(path)  # (28, 28), the letter 20 pixels tall or wide in its middle; these 20 become 7
    small = Image.fromarray(field).resize((LETTER, LETTER), Image.Resampling.BOX, box=(1, 1, 27, 27))
    ink = np.asarray(small, dtype=float)
    return np.where(ink > ink.max() / 2, 1.0, -1.0)


def _letter_from_text(path: Path) -> np.ndarray:
    if path.is_file() and path.stat().st_size > SMALL_TEXT:
        raise UserError(f"{path}: {path.stat().st_size:,} bytes are too many for a letter of {LETTER} lines")
    try:
        lines = path.read_text(encoding="utf-8").split()
    except UnicodeDecodeError:
        raise UserError(f"{path}: not a text file; draw the letter with # and .") from None
    signs = set("".join(lines))
    if signs - set("#."):
        other = sorted(signs - set("#."))[0]
        raise UserError(f"{path}: {other!r} is not a pixel; draw the letter with # (ink) and . (paper)")
    if len(lines) != LETTER or {len(line) for line in lines} != {LETTER}:
        widths = f"{min(map(len, lines))} to {max(map(len, lines))}" if lines else "no"
        raise UserError(
            f"{path}: {LETTER} lines of {LETTER} signs are needed, not {len(lines)} of {widths} signs"
        )
    return np.array([[1.0 if sign == "#" else -1.0 for sign in line] for line in lines])
