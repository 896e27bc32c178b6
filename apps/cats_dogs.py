"""Tell cats from dogs, or whatever is in your folder of photos: a ConvNet that overfits, and what mends it.

Slide: deck 3, "Convolution Neural Network"; deck 1, "Convolution Neural Network (ConvNet)";
    deck 3, "Data Augmentation"; deck 2, "Data augmentation"

Run:
    python -m apps.cats_dogs                                            the slides' network, which overfits
    python -m apps.cats_dogs --augment affine --dropout 0.5 --epochs 60    and what mends it
    python -m apps.cats_dogs --dataset drawn --epochs 3                 small, without a network
    python -m apps.cats_dogs --dataset my_photos                        a folder with a folder of photos a class

Try:
    --augment affine    does the gap between training and validation close? From which epoch on does it pay?
    --augment generator the slides' ImageDataGenerator: as good? How much slower?
    --model modern      a residual network with a tenth of the parameters: better or worse?
"""

import dataclasses
import time
from typing import Annotated, Any, Literal

import tyro

from apps import _photo_figures
from keras_course import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a photo classifier."""

    dataset: str = "auto"
    """auto (Google's cats and dogs, else drawn ones), cats_dogs, drawn, or a folder with a folder a class."""
    epochs: int = 30
    """Passes over the training set."""
    model: Literal["slides", "modern"] = "slides"
    """The slides' network, or a compact residual one."""
    augment: Literal["none", "generator", "affine"] = "none"
    """Vary the training photos: not, by ImageDataGenerator as on the slides, or by the faster RandomAffine."""
    image_size: int = 150
    """Height and width that photos are brought to, in pixels."""
    dropout: float = 0.0
    """Share of the flattened (or pooled) maps dropped in training."""
    l2: float = 0.0
    """L2 penalty: adds l2 * w**2 to the loss for every weight."""
    batch_size: int = 32
    """Photos a step."""
    learning_rate: float = 0.001
    """Adam's step size, at the start."""
    schedule: Literal["constant", "cosine"] = "constant"
    """Learning rate over time: as it is, or falling to zero along a cosine."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, save; return the metrics."""
    config.run.configure_devices()
    import keras

    from keras_course import generator, plots, results, runs, saving, training
    from keras_course.datasets import photos
    from keras_course.evaluation import classification
    from keras_course.layers import Augmentation, RandomAffine
    from keras_course.models import cats_dogs

    # Data: uint8 photos on disk, read batch by batch.
    data = photos.load(
        config.dataset,
        config.run.data_dir,
        image_size=config.image_size,
        seed=config.run.seed,
        limit=config.run.limit,
    )
    run = runs.start("cats_dogs", config, data)
    run.write_json("skipped", {"skipped": data.skipped, "duplicates": data.duplicates})

    # Model: it takes raw pixels, and varies them in training only.
    build = cats_dogs.slides_sequential if config.model == "slides" else cats_dogs.modern
    shape = data.x_train.shape[1:]
    classifier = build(shape, len(data.labels), l2=config.l2, dropout=config.dropout)
    augmentation = Augmentation()
    vary = [RandomAffine(augmentation)] if config.augment == "affine" else []
    model = keras.Sequential(
        [keras.Input(shape), *vary, keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier],
        name="cats_dogs",
    )
    model.summary(expand_nested=True)

    # Compile.
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = config.learning_rate
    if config.schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    two = len(data.labels) == 2
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="binary_crossentropy" if two else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )

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
        varied = generator.image_data_generator(augmentation)
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
    title = f"cats_dogs on {data.name}"
    run.save_figure(
        "curves", plots.curves(history.history, title=title, best_epoch=training.best_epoch(history))
    )
    _photo_figures.save(run, best, data, probabilities, augmentation)

    # Finish.
    results.write_card(run, data, **card, metrics=metrics)
    return results.finish(run, metrics, "test_accuracy")


if __name__ == "__main__":
    command.run(main, Config)
