"""Train the slides' dense digit classifier, judge it, save it.

Slide: deck 1, "Deep Learning as a classifier", "Neural Network" `--hidden`, "Maxout" `--activation maxout`;
    deck 2, "Neural Networks for Image Classification"; deck 3, "Anatomy of a neural network", "Keras",
    "A network definition using the Sequential model" `--api sequential`,
    "A network definition using the functional API" `--api functional`, "Weight regularization" `--l2 0.001`,
    "Dropout" `--dropout 0.5`

Group: digits, 1

Run:
    python -m apps.mnist_dense                                  the slides' network
    python -m apps.mnist_dense --dataset digits --epochs 5      small, without a network
    python -m apps.mnist_dense --dropout 0.3 --input-dropout 0.2 --max-norm 2 --epochs 60
                                                                the best of one hidden layer of 512
    python -m apps.mnist_dense --hidden 480 480 --activation maxout --dropout 0.4 --input-dropout 0.3 \\
        --max-norm 1.5 --epochs 80                              the best with dropout, as deck 1's Maxout
    python -m apps.mnist_dense --hidden 400 400 --activation maxout --adversarial 0.1 --batch-size 256 \\
        --learning-rate 0.002 --epochs 32                       the best of all: adversarial examples, no dropout

Try:
    --schedule constant the learning rate never falls: what do the last epochs look like, and the best one?
    --hidden            no hidden layer at all: how much of the result is the one matrix?
    --dropout 0.5       does the gap between training and validation close? What does it cost in epochs?
    --api functional    the other way to define it: is any number different?
    --adversarial 0.1   trained on adversarial examples too: does it overfit less, and what can still mislead it?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a dense digit classifier."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 10
    """Passes over the training set."""
    api: Literal["sequential", "functional"] = "sequential"
    """Which of Keras' two ways to define a model."""
    hidden: tuple[int, ...] = (512,)
    """Units of each hidden layer."""
    activation: str = "relu"
    """Any activation of Keras, or maxout."""
    dropout: float = 0.0
    """Fraction of each hidden layer's outputs dropped in training."""
    input_dropout: float = 0.0
    """Fraction of the pixels dropped in training."""
    l1: float = 0.0
    """L1 penalty: adds l1 * |w| to the loss for every weight."""
    l2: float = 0.0
    """L2 penalty: adds l2 * w**2 to the loss for every weight."""
    max_norm: float | None = None
    """Upper limit of the norm of each hidden unit's incoming weights."""
    adversarial: float | None = None
    """Train on adversarial examples too, in which each pixel may differ by this fraction of white, such as 0.1."""
    batch_size: int = 128
    """Examples in each step."""
    learning_rate: float = 0.001
    """Adam's initial learning rate."""
    schedule: Literal["constant", "cosine"] = "cosine"
    """Learning rate over time: constant, or falling to zero along a cosine."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, save; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    import keras

    from keras_course import plots, training
    from keras_course.datasets import digits
    from keras_course.experiment import card, judging, results, runs
    from keras_course.models import dense

    from . import attack

    # Data: uint8 pictures; the model itself turns 0..255 into 0..1, so a saved model takes raw pixels.
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
        labels=config.labels,
    )

    # Model.
    builder = dense.dense_sequential if config.api == "sequential" else dense.dense_functional
    classifier = builder(
        data.x_train.shape[1:],
        len(data.labels),
        config.hidden,
        config.activation,
        l1=config.l1,
        l2=config.l2,
        dropout=config.dropout,
        input_dropout=config.input_dropout,
        max_norm=config.max_norm,
    )
    model = keras.Sequential(
        [keras.Input(data.x_train.shape[1:]), keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier],
        name="mnist_dense",
    )
    model.summary(expand_nested=True)
    learner = model
    if config.adversarial:  # the same network with another loss
        learner = training.AdversarialTraining(model, epsilon=255 * config.adversarial)

    # Compile: the loss to minimise, the optimizer that minimises it, the metric for people.
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = config.learning_rate
    if config.schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    learner.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )

    # Fit, keeping the best epoch by validation accuracy.
    run = runs.start("mnist_dense", config, data)
    card.write(run, model, data, kind=data.kind, returns="a probability for each label", labels=data.labels)
    watch = training.Stopwatch()
    history = training.fit(
        learner,
        run,
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
        callbacks=[watch],
    )

    # Judge the best epoch's model, read back from its file; the test set is used this once.
    judged = judging.judge_classifier(run, learner, data, history, watch)

    # What the first layer looks for.
    kernel = next(layer.kernel for layer in classifier.layers if hasattr(layer, "kernel"))
    figure = plots.first_layer_weights(
        kernel,
        data.x_train.shape[1:],
        labels=() if config.hidden else data.labels,
        title=f"mnist_dense, {data.name}",
    )
    run.save_figure("first_layer", figure)
    metrics = judged.metrics
    if config.adversarial:  # how far the pictures can be changed now
        metrics = {**metrics, **attack.judge(run, judged.model, data, config.adversarial)}
    return results.finish(run, metrics, "test_accuracy", figure="mistakes")
