"""Compile, fit and judge one network of apps.cats_dogs."""

from typing import TYPE_CHECKING, Any

from keras_course import training
from keras_course.datasets.photos import Photos
from keras_course.experiment import card, judging
from keras_course.experiment.run import Run

from . import figures, mirror, network

if TYPE_CHECKING:
    import keras


def train(run: Run, config: Any, data: Photos, model: "keras.Sequential") -> dict[str, Any]:
    """Train a model, judge it, draw its figures; return its metrics.

    Args:
        run: the run, or one variant of it.
        config: the app's settings, completed by their recipe.
        data: the photos.
        model: of ``network.build``, built from the same seed.
    """
    import keras

    from keras_course import augmentation

    network.classifier_of(model).summary()

    # Compile.
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = config.learning_rate
    if config.schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    optimizer = keras.optimizers.AdamW(
        learning_rate, weight_decay=config.weight_decay, **training.ema_options(config.ema_momentum)
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gain", "gamma", "beta"])
    loss = network.loss_for(len(data.labels), config.label_smoothing)
    mixing = {name: model.get_layer(name) for name in ("mixup", "cutmix") if getattr(config, name)}
    if mixing:
        loss = augmentation.MixedLoss(loss, **mixing)
    model.compile(optimizer, loss=loss, metrics=["accuracy"])

    # Fit, keeping the best epoch by validation accuracy.
    returns = "a probability for each label" + (f", {mirror.AVERAGED}" if config.mirror else "")
    card.write(run, model, data, kind="photo", returns=returns, labels=data.labels)
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        **_examples(config, data),
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
        callbacks=[watch],
    )

    # Judge the best epoch's model, read back from its file; the test set is used this once, in both ways to look at it.
    more = {"skipped": len(data.skipped)}
    judged = judging.judge_classifier(run, model, data, history, watch, more=more)
    augmentation_used = None if config.augment == "none" else config.augmentation
    figures.save(run, judged.model, data, judged.probabilities, augmentation_used)
    metrics = judged.metrics | mirror.both_ways(judged.model, data, judged.metrics, config.mirror)
    card.complete(run, metrics)
    return metrics


def _examples(config: Any, data: Photos) -> dict[str, Any]:
    """``x`` and ``y`` of ``fit``: the arrays, or the slides' generator, which yields both."""
    if config.augment != "generator":
        return {"x": data.x_train, "y": data.y_train}
    from keras_course.augmentation import image_data_generator

    generator = image_data_generator(config.augmentation)
    flow = generator.flow(data.x_train, data.y_train, batch_size=config.batch_size)
    return {"x": flow}  # fit draws its order and its variations from the run's seed
