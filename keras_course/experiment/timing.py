"""The time that is left, in words."""

WORTH_SAYING = 10.0  # seconds


def left(seconds: float) -> str:
    """``"about 3 min left"``; empty where it is only seconds.

    Args:
        seconds: that are left.
    """
    if not seconds >= WORTH_SAYING:
        return ""
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"
