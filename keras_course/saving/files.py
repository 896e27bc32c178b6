"""A model as one ``.keras`` file: saved whole or not at all, and read in Keras' safe mode."""

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from keras_course.errors import UserError
from keras_course.experiment.files import write_atomically
from keras_course.experiment.run import Run

if TYPE_CHECKING:
    import keras

PathLike = str | os.PathLike[str]


def save(model: "keras.Model", path: PathLike) -> None:
    """Save a Keras model as one ``.keras`` file, written whole or not at all.

    Raises:
        UserError: the path does not end in ``.keras``.
        OSError: it cannot be written.
    """
    if Path(path).suffix != ".keras":
        raise UserError(f"a model is saved as a .keras file, not as {path}")
    write_atomically(Path(path), model.save)


def best_model(run: Run, model: "keras.Model") -> "keras.Model":
    """The best epoch's model, read back from the run's folder and compiled for ``evaluate``.

    Args:
        run: a trained run.
        model: the model after training, whose loss and metrics are used; it is saved first if the run holds none yet.
    """
    if not run.model_path.is_file():
        save(model, run.model_path)
    best = load_model(run.model_path)
    settings = model.get_compile_config()
    best.compile_from_config({**settings, "optimizer": "sgd"})  # evaluating needs no optimizer state
    return best


def load_model(path: PathLike) -> "keras.Model":
    """Read a ``.keras`` file in Keras' safe mode, with the course's layers registered.

    Raises:
        UserError: it is missing, truncated, no Keras model, or holds code (a Lambda layer).
    """
    import keras

    import keras_course.layers  # registers them
    import keras_course.models.boltzmann_ratings  # noqa: F401  and the Boltzmann machines

    if not Path(path).is_file():
        raise UserError(f"there is no model file {path}")
    if not zipfile.is_zipfile(path):
        raise UserError(
            f"{path} is not a whole .keras file: it is truncated or something else; train it again"
        )
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras raises many kinds for a foreign or broken file
        if "safe_mode" in str(error) or "Lambda" in str(error):
            raise UserError(
                f"{path} holds code (a Lambda layer), which could do anything: not loaded; "
                "ask its author for a model without Lambda layers"
            ) from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(f"{path} is not a Keras model that can be read here: {reason[:200]}") from None
