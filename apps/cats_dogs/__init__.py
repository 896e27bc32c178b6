"""Tell cats from dogs, or whatever is in your folder of photos: a ConvNet that overfits, and what mends it.

Slide: deck 3, "Convolution Neural Network"; deck 1, "Convolution Neural Network (ConvNet)";
    deck 3, "Data Augmentation"; deck 2, "Data augmentation"; deck 1, "Visualizing Convolutional Networks"

Group: photos

Run:
    python -m apps.cats_dogs                                            the slides' network, which overfits
    python -m apps.cats_dogs --augment affine --dropout 0.5 --schedule cosine --epochs 100    and what mends it
    python -m apps.cats_dogs --augment affine --model modern            the best from so few photos
    python -m apps.cats_dogs --compare-augmentation                     none, the slides' and ours side by side
    python -m apps.cats_dogs --model MobileNetV2 --epochs 5             a network that has seen a million photos
    python -m apps.cats_dogs --dataset drawn --epochs 3                 small, without a network
    python -m apps.cats_dogs --dataset my_photos                        a folder with a folder of photos a class

Try:
    --augment affine    does the gap between training and validation close? From which epoch on does it pay?
    --augment generator the slides' ImageDataGenerator: as good? How much slower?
    --model modern      a residual network with a third of the parameters: better or worse?
"""

import dataclasses
import time
from typing import Annotated, Any, Literal

import tyro

from apps.cats_dogs import comparison as _three_ways
from apps.cats_dogs import figures as _photo_figures
from keras_course.augmentation import Augmentation
from keras_course.experiment import command

# What each model is trained with unless a flag says otherwise: the slides' plain way, and what was best for the modern
# network on validation photos.
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


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a photo classifier."""

    dataset: str = "auto"
    """auto (Google's cats and dogs, else drawn ones), cats_dogs, drawn, or a folder with a folder a class."""
    model: str = "slides"
    """slides (the slides' network), modern (a compact residual one), or a network of keras.applications."""
    weights: str = "imagenet"
    """Of a network of keras.applications: imagenet (downloaded), a file's path, or none (learn from scratch)."""
    fine_tune: int = 0
    """How many of its last layers learn too."""
    augment: Literal["none", "generator", "affine"] = "none"
    """Vary the training photos: not, by ImageDataGenerator as on the slides, or by the faster RandomAffine."""
    compare_augmentation: bool = False
    """Train with each of the three, and lay their curves side by side."""
    augmentation: Annotated[Augmentation, tyro.conf.OmitArgPrefixes] = Augmentation()
    epochs: int | None = None
    """Passes over the training set. (This and what follows, left out: as RECIPES in this file says for the model.)"""
    image_size: int | None = None
    """Height and width that photos are brought to, in pixels."""
    color: float | None = None
    """Vary brightness, contrast and saturation of training photos by up to this share."""
    mixup: float | None = None
    """Learn from mixtures of two photos: alpha of the beta distribution of their shares; 0 mixes none."""
    mirror: bool | None = None
    """Predict the average over a photo and its mirror image."""
    dropout: float | None = None
    """Share of the flattened (or pooled) maps dropped in training."""
    l2: float = 0.0
    """L2 penalty: adds l2 * w**2 to the loss for every weight."""
    weight_decay: float | None = None
    """AdamW: every step shrinks every kernel by this times the learning rate."""
    label_smoothing: float | None = None
    """Learn from labels that are so much less than certain."""
    batch_size: int = 32
    """Photos a step."""
    learning_rate: float | None = None
    """Adam's step size, at the start."""
    schedule: Literal["constant", "cosine"] | None = None
    """Learning rate over time: as it is, or falling to zero along a cosine."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def with_recipe(config: Config) -> Any:
    """The settings, with what was left out taken from the model's recipe."""
    recipe = RECIPES.get(config.model, RECIPES["a network of keras.applications"])
    return dataclasses.replace(
        config, **{name: value for name, value in recipe.items() if getattr(config, name) is None}
    )


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, save; return the metrics."""
    config = with_recipe(config)
    config.run.configure_devices()
    from keras_course.augmentation import generator
    from keras_course.datasets import photos
    from keras_course.experiment import results, runs

    if config.augment == "generator" or config.compare_augmentation:
        generator.image_data_generator(config.augmentation)  # refuses now what it would refuse after an hour
    if config.fine_tune and config.model in ("slides", "modern"):
        raise ValueError(
            f"--fine-tune is for a network of keras.applications; all of --model {config.model} learns"
        )

    # Data: uint8 photos on disk, read batch by batch.
    data = photos.load(
        config.dataset,
        config.run.data_dir,
        image_size=config.image_size,  # type: ignore[arg-type]  # the recipe has one
        seed=config.run.seed,
        limit=config.run.limit,
    )
    run = runs.start("cats_dogs", config, data)
    run.write_json("skipped", {"skipped": data.skipped, "duplicates": data.duplicates})
    if config.compare_augmentation:
        metrics = _three_ways.compare(run, config, data, train)
    else:
        metrics, _ = train(run, config, data)
    return results.finish(run, metrics, "test_accuracy")


def train(run: Any, config: Any, data: Any) -> tuple[dict[str, Any], Any]:
    """Train one network, judge it, draw its figures; return its metrics and its curves."""
    import keras

    from keras_course import losses, plots, saving, training
    from keras_course.augmentation import generator
    from keras_course.evaluation import classification
    from keras_course.experiment import results

    config.run.configure_devices()  # the same seed for every variant
    model = build(config, data.x_train.shape[1:], len(data.labels))
    loss = loss_for(len(data.labels), config.label_smoothing)
    if config.mixup:
        loss = losses.MixedLoss(loss, model.get_layer("mixup"))

    # Compile.
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = config.learning_rate
    if config.schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=config.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gain", "gamma", "beta"])
    model.compile(optimizer, loss=loss, metrics=["accuracy"])

    # Fit.
    card = {"kind": "photo", "returns": "a probability for each label", "labels": data.labels, "model": model}
    results.write_card(run, data, **card)
    begun = time.perf_counter()
    watch = training.Stopwatch()
    arguments = {
        "batch_size": config.batch_size,
        "epochs": config.epochs,
        "validation_data": (data.x_validation, data.y_validation),
        "callbacks": [watch],
    }
    if config.augment == "generator":
        varied = generator.image_data_generator(config.augmentation)
        flow = varied.flow(data.x_train, data.y_train, batch_size=config.batch_size, seed=config.run.seed)
        history = training.fit(model, run, flow, **arguments)
    else:
        history = training.fit(model, run, data.x_train, data.y_train, **arguments)
    seconds = time.perf_counter() - begun

    # Judge: the best epoch by validation, read back from its file; the test set is used this once.
    best = saving.best_model(run, model)
    metrics, outputs = results.judge_classifier(best, data)
    probabilities = classification.class_probabilities(outputs)
    metrics |= {
        "best_epoch": training.best_epoch(history) + 1,
        "seconds": seconds,
        "samples_per_second": watch.samples_per_second(len(data.x_train)),
        "parameters": model.count_params(),
        "skipped": len(data.skipped),
    }

    # Figures.
    figure = plots.curves(
        history.history, title=f"cats_dogs on {data.name}", best_epoch=training.best_epoch(history)
    )
    run.save_figure("curves", figure)
    _photo_figures.save(run, best, data, probabilities, config.augmentation)
    results.write_card(run, data, **card, metrics=metrics)
    return metrics, history.history


def build(config: Any, shape: tuple[int, ...], num_classes: int) -> Any:
    """The whole model: it takes raw pixels, and varies them in training only."""
    import keras

    from keras_course import layers
    from keras_course.models import cats_dogs, transfer

    parts = [keras.Input(shape)]
    if config.augment == "affine":
        parts.append(layers.RandomAffine(config.augmentation))
    if config.color:
        parts.append(layers.RandomColor(config.color))
    if config.mixup:
        parts.append(layers.MixUp(config.mixup, name="mixup"))
    knobs = {"l2": config.l2, "dropout": config.dropout}
    if config.model in ("slides", "modern"):
        builder = cats_dogs.slides_sequential if config.model == "slides" else cats_dogs.modern
        parts.append(keras.layers.Rescaling(1 / 255, name="to_0_1"))
        classifier = builder(shape, num_classes, **knobs)
    else:  # its own preprocessing is inside
        weights = None if config.weights == "none" else config.weights
        classifier = transfer.transfer(shape, num_classes, config.model, weights, config.fine_tune, **knobs)
    classifier.summary()
    parts.append(layers.MirrorAverage(classifier) if config.mirror else classifier)
    return keras.Sequential(parts, name="cats_dogs")


def loss_for(num_classes: int, label_smoothing: float) -> Any:
    """Cross entropy of one probability (two classes) or of many, with labels that may be less than certain."""
    import keras

    from keras_course import losses

    if num_classes == 2:
        return keras.losses.BinaryCrossentropy(label_smoothing=label_smoothing)
    return losses.SmoothedCrossEntropy(label_smoothing)
