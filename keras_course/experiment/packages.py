"""A package that is not installed: one line that says how to install it."""

from keras_course import folders

# The packages that the course declares or that a backend needs, by the name that is imported.
INSTALLED_AS = {
    **{name: name for name in (
        "filelock", "jax", "keras", "matplotlib", "numpy", "pandas", "platformdirs", "scipy", "tensorflow", "torch",
        "tyro", "yfinance",
    )},
    "PIL": "pillow",
    "exchange_calendars": "exchange-calendars",
    "sklearn": "scikit-learn",
}  # fmt: skip
BACKENDS = ("jax", "torch")  # not installed with the course


def missing(error: ModuleNotFoundError) -> str | None:
    """What to tell the user; None if the missing module is a bug of ours."""
    name = INSTALLED_AS.get(error.name or "")
    if name is None:
        return None
    whole = folders.checkout() is not None and name not in BACKENDS
    return f"{name} is not installed: python -m pip install {'-e .' if whole else name}"
