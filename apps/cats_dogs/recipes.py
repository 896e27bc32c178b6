"""What each model of apps.cats_dogs is trained with unless a flag says otherwise, and which settings are possible."""

import dataclasses
from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError

if TYPE_CHECKING:
    from . import Config

# The slides' plain training, and what was best for the modern network on validation photos.
RECIPES: dict[str, dict[str, Any]] = {
    "slides": {
        "epochs": 30,
        "image_size": 150,
        "dropout": 0.0,
        "color": 0.0,
        "mixup": 0.0,
        "mirror": False,
        "learning_rate": 0.001,
        "schedule": "constant",
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
    },
    "modern": {
        "epochs": 160,
        "image_size": 144,
        "dropout": 0.3,
        "color": 0.3,
        "mixup": 0.2,
        "mirror": True,
        "learning_rate": 0.002,
        "schedule": "cosine",
        "weight_decay": 0.02,
        "label_smoothing": 0.05,
    },
}
RECIPES["a network of keras.applications"] = {**RECIPES["slides"], "epochs": 10}


def complete(config: "Config") -> Any:
    """The settings, with each that was omitted taken from the model's recipe.

    Raises:
        UserError: a setting does nothing with this model.
    """
    recipe = RECIPES.get(config.model, RECIPES["a network of keras.applications"])
    completed = dataclasses.replace(
        config, **{name: value for name, value in recipe.items() if getattr(config, name) is None}
    )
    if completed.fine_tune and completed.model in ("slides", "modern"):
        raise UserError(
            f"--fine-tune is for a network of keras.applications: with --model {completed.model} all layers "
            "are trained"
        )
    if completed.filters and completed.model not in ("slides", "modern"):
        raise UserError(f"--filters is for slides and modern: {completed.model} has filters of its own")
    if completed.blocks_a_stage and completed.model != "modern":
        raise UserError(f"--blocks-a-stage is for --model modern, not {completed.model}")
    if completed.weights != "imagenet" and completed.model in ("slides", "modern"):
        raise UserError(
            f"--weights is for a network of keras.applications: --model {completed.model} starts from random weights"
        )
    if completed.compare_augmentation and completed.augment != "none":
        raise UserError("--compare-augmentation trains with each kind of augmentation: omit --augment")
    return completed
