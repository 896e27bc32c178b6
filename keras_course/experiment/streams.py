"""Printing to streams whose encoding lacks a character: Windows' code pages, ``LANG=C``, old terminals.

UTF-8 streams are left as they are; elsewhere a character that the encoding lacks is replaced by the nearest one in
ASCII, so that ``> log.txt`` never ends a training.
"""

import codecs
import sys
import unicodedata

HANDLER = "nearest_ascii"
NEAREST = {
    **dict.fromkeys("─━═╌╍┄┅┈┉╴╶╸╺‐‑‒–—−", "-"),
    **dict.fromkeys("│┃║╎╏┆┇┊┋╵╷╹╻", "|"),
    "→": "->", "←": "<-", "↑": "^", "↓": "v", "⇒": "=>", "…": "...", "×": "x", "·": ".", "•": "*", "±": "+-",
    "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=", "°": " deg", "²": "^2", "³": "^3", "√": "sqrt", "∑": "sum", "Σ": "sum",
    "∂": "d", "σ": "sigma", "μ": "mu", "µ": "u", "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "η": "eta",
    "θ": "theta", "λ": "lambda", "π": "pi", "Δ": "delta", "∞": "inf", "✓": "ok", "✗": "x", "’": "'", "‘": "'",
    "“": '"', "”": '"', "█": "#", "▓": "#", "▒": "+", "░": ".", "■": "#", "□": ".", "●": "*", "○": "o",
}  # fmt: skip


def make_printable() -> None:
    """Let everything be printed to stdout and stderr, whatever their encoding; call it before the first print."""
    codecs.register_error(HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
        if hasattr(stream, "reconfigure") and encoding not in ("utf8", "utf8sig"):
            stream.reconfigure(errors=HANDLER)


def nearest_ascii(character: str) -> str:
    """The nearest to a character that ASCII has: ``→`` becomes ``->``, ``é`` becomes ``e``, the unknown ``?``."""
    if character in NEAREST:
        return NEAREST[character]
    if "\u2500" <= character <= "\u257f":  # the corners and crossings of boxes
        return "+"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return plain or "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(nearest_ascii, error.object[error.start : error.end])), error.end
