"""A restricted Boltzmann machine learns what digits look like, without labels, and draws digits of its own.

Slide: deck 3, "Restricted Boltzmann Machine", "An Energy-Based-Model", "A probabilistic Model", "Gibbs Sampling",
    "Contrastive Divergence"

Group: digits, 8

Run:
    python -m apps.digit_rbm                                    on MNIST, or else on the embedded digits
    python -m apps.digit_rbm --hidden 16                        small enough for its exact likelihood
    python -m apps.digit_rbm --dataset digits --epochs 10 --gibbs-steps 200 --annealing-steps 500
                                                                small, without a network

Try:
    --chains 0          contrastive divergence from the data instead of persistent chains: which draws better digits?
    --hidden 16         Z can be added up: how far off is annealed importance sampling?
    --cd-steps 5        more Gibbs steps for each update: worth five times the sampling?
"""

import dataclasses
from typing import Annotated, Any

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a Boltzmann machine on black and white digits, measure its likelihood, let it draw."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    epochs: int = 30
    """Passes over the training set."""
    hidden: int = 256
    """Hidden units; up to 20 the likelihood is computed exactly, too."""
    cd_steps: int = 1
    """Steps of Gibbs sampling for each update."""
    chains: int = 100
    """Persistent chains, which go on from update to update; 0: they start from the batch each time."""
    l2: float = 0.0
    """Weight decay: adds l2 * w**2 to the loss for every weight."""
    batch_size: int = 100
    """Examples in each step."""
    learning_rate: float = 0.1
    """Of plain gradient descent at the start; it falls to 0 along a line."""
    gibbs_steps: int = 1000
    """Steps of Gibbs sampling from noise to the machine's own digits."""
    annealing_steps: int = 5000
    """Steps of annealed importance sampling, which estimates the partition function Z."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, measure the likelihood of the test digits, draw; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    import keras

    from keras_course import plots, saving, training
    from keras_course.datasets import digits
    from keras_course.experiment import card, results, runs
    from keras_course.models import rbm

    from . import figures, measures

    # Data: each pixel is ink or not.
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
    )
    v, v_validation, v_test = (measures.binary(x) for x in (data.x_train, data.x_validation, data.x_test))

    # Model: the visible biases start as if pixels were independent.
    model = rbm.binary_rbm(
        v.shape[1],
        config.hidden,
        cd_steps=config.cd_steps,
        persistent=config.chains,
        l2=config.l2,
        data=v,
        seed=config.run.seed,
        name="digit_rbm",
    )

    # Compile: no loss is named, the machine has its own. Persistent chains need small steps at the end.
    steps = training.total_steps(len(v), config.batch_size, config.epochs)
    learning_rate = keras.optimizers.schedules.PolynomialDecay(config.learning_rate, steps, 0.0)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate))

    # Fit: no labels. What is watched is how well single validation pixels are told from all the others.
    run = runs.start("digit_rbm", config, data)
    returns = "the probability of ink at each pixel, from the pixels given"
    card.write(run, model, data, kind="states", returns=returns, dtype="float32", range=(0, 1))
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        v,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(v_validation,),
        callbacks=[watch],
    )
    best_epoch = training.best_epoch(history)

    # Judge the best epoch's machine, read back from its file; the test digits are used this once.
    best = saving.best_model(run, model)
    metrics = {
        **measures.likelihood(best, v, v_test, config),
        "reconstruction_error": measures.reconstruction_error(best, v_test),
        "test_loss": float(best.evaluate(v_test, batch_size=500, verbose=0)),
        "validation_loss": min(history.history["val_loss"]),
        "best_epoch": best_epoch + 1,
        "seconds": watch.total,
        "samples_per_second": watch.samples_per_second(len(v)),
        "parameters": model.count_params() - config.chains * config.hidden,
    }
    print(measures.said(metrics))
    card.complete(run, metrics)

    # Draw what it has learnt, and let it draw.
    title = f"digit_rbm, {'the embedded digits' if data.embedded else data.name}, seed {config.run.seed}"
    curves = {"val_loss": history.history["val_loss"]}
    what = f"loss: -log p(pixel | all other pixels), mean, in nats; {title}"
    run.save_figure("curves", plots.curves(curves, title=what, best_epoch=best_epoch))
    shape = data.x_train.shape[1:]
    run.save_figure("strokes", plots.first_layer_weights(best.kernel, shape, title=title))
    figures.reconstructions(run, best, data, v_test, title)
    figures.fantasies(run, best, v, shape, config.gibbs_steps, config.run.seed, title)
    return results.finish(run, metrics, "test_log_likelihood", figure="fantasies", note="nats a digit")
