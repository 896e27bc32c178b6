"""What a loader says when it uses something other than it was asked for."""

import sys

from keras_course import folders


def fallback(lacking: str, reason: object, instead: str, download: str) -> None:
    """Say on stderr that other data are used, why, and what to type for the real ones.

    Args:
        lacking: what there is not, such as ``MNIST``.
        reason: why not: an exception, or text.
        instead: what is used, such as ``the embedded digits``.
        download: the name that brings the real data, for the app ``download``.

    Example:
        >>> fallback("MNIST", "no network", "the embedded digits", "mnist")  # doctest: +SKIP
        warning: no MNIST: no network; using the embedded digits instead (python -m apps.download mnist)
    """
    text = " ".join(str(reason).split()).rstrip(".?")
    command = f"{folders.command('download')} {download}"
    print(f"warning: no {lacking}: {text}; using {instead} instead ({command})", file=sys.stderr)
