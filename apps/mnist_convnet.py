"""Train the slides' ConvNet on digits: the second step after the dense network.

Slide: deck 3, "Convolution Neural Network"; deck 3, "Convolutional Layer"; deck 3, "Max Pooling";
    deck 3, "Flattening"; deck 3, "Full Connection"; deck 1, "Convolution Neural Network (ConvNet)";
    deck 2, "Convolutional Neural Networks (CNN)"

Group: digits, 2

Run:
    python -m apps.mnist_convnet                                the slides' network
    python -m apps.mnist_convnet --dataset digits --epochs 5    small, without a network
    python -m apps.mnist_convnet --convolutions 2 --dropout 0.5 --epochs 15    without more data
    python -m apps.mnist_convnet --convolutions 2 --dropout 0.5 --augment affine --normalization --epochs 30

Try:
    --filters 8         fewer filters in one stage: how much of the result is left?
    --hidden 0          no dense layer: what do the maps alone know?
    --api functional    the other way to define it: is any number different?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a digit ConvNet."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 10
    """Passes over the training set."""
    api: Literal["sequential", "functional"] = "sequential"
    """Which of Keras' two ways to define a model."""
    filters: tuple[int, ...] = (32, 64)
    """Filters of each stage."""
    convolutions: int = 1
    """Convolutions in each stage before it pools."""
    hidden: int = 128
    """Units of the dense layer after flatten; 0 for none."""
    normalization: bool = False
    """Batch normalisation after each convolution."""
    dropout: float = 0.0
    """Fraction of the flattened maps, and of the dense layer's outputs, dropped in training."""
    l2: float = 0.0
    """L2 penalty: adds l2 * w**2 to the loss for every weight."""
    batch_size: int = 128
    """Examples in each step."""
    learning_rate: float = 0.001
    """Adam's initial learning rate."""
    schedule: Literal["constant", "cosine"] = "cosine"
    """Learning rate over time: constant, or falling to zero along a cosine."""
    augment: Literal["none", "affine"] = "none"
    """Training digits as they are, or slightly rotated, shifted, sheared and stretched, each time anew."""
    ema_momentum: float | None = None
    """Judge and keep the moving average of the weights, with this momentum: 0.998 reaches back about 500 steps."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, save; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    import keras

    from keras_course import augmentation, explain, plots, training
    from keras_course.datasets import digits
    from keras_course.experiment import card, judging, results, runs
    from keras_course.models import convnet

    # Data: uint8 pictures; the model itself turns 0..255 into 0..1, so a saved model takes raw pixels.
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
        labels=config.labels,
    )

    # Model.
    builder = convnet.convnet_sequential if config.api == "sequential" else convnet.convnet_functional
    classifier = builder(
        data.x_train.shape[1:],
        len(data.labels),
        config.filters,
        config.hidden,
        convolutions=config.convolutions,
        normalization=config.normalization,
        l2=config.l2,
        dropout=config.dropout,
    )
    model = keras.Sequential([keras.Input(data.x_train.shape[1:])], name="mnist_convnet")
    if config.augment == "affine":
        model.add(augmentation.RandomAffine(augmentation.DIGITS, name="random_affine"))  # in training only
    model.add(keras.layers.Rescaling(1 / 255, name="to_0_1"))
    model.add(classifier)
    model.summary(expand_nested=True)

    # Compile.
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = config.learning_rate
    if config.schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate, **training.ema_options(config.ema_momentum)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )

    # Fit, keeping the best epoch by validation accuracy.
    run = runs.start("mnist_convnet", config, data)
    card.write(run, model, data, kind=data.kind, returns="a probability for each label", labels=data.labels)
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
        callbacks=[watch],
    )

    # Judge the best epoch's model, read back from its file; the test set is used this once.
    judged = judging.judge_classifier(run, model, data, history, watch)

    # What the layers make of one digit, and what the first filters look for.
    title = f"mnist_convnet, {data.name}, seed {config.run.seed}"
    classifier = judged.model.layers[-1]
    names = [layer.name for layer in classifier.layers if layer.name.startswith(("relu", "pooling"))]
    outputs = explain.layer_outputs(classifier, data.x_validation[:1] / 255, names)
    maps = {name: output[0] for name, output in outputs.items()}
    run.save_figure("feature_maps", plots.feature_maps(data.x_validation[0], maps, title=title))
    kernel = keras.ops.convert_to_numpy(classifier.get_layer("convolution_1_1").kernel)
    run.save_figure("filters", plots.filters(kernel, title=title))
    return results.finish(run, judged.metrics, "test_accuracy", figure="mistakes")


if __name__ == "__main__":
    command.run(main, Config)
