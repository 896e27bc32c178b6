"""What apps.digit_rbm measures: the likelihood of the test digits, and how well they are reconstructed."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.evaluation import likelihood as measured

from . import Config

if TYPE_CHECKING:
    from keras_course.models.boltzmann import BinaryRBM

EXACT = 20  # hidden units: adding up the states of more takes minutes
SAMPLE = 10_000  # training digits whose likelihood is held against the test digits'


def binary(pictures: np.ndarray) -> np.ndarray:
    """Black and white pictures in rows: 1 where a pixel is lighter than half, (n, height, width) to (n, pixels)."""
    return (pictures > 127).reshape(len(pictures), -1).astype("float32")


def likelihood(model: "BinaryRBM", v: np.ndarray, v_test: np.ndarray, config: Config) -> dict[str, Any]:
    """The mean log-likelihood of test and training digits, in nats, and that of independent pixels to compare with.

    ``log Z`` is estimated; of a small machine it is computed exactly, and the estimate stands beside it.
    """
    weights = model.get_weights()[:3]
    means = v.mean(axis=0)
    estimate = measured.annealed_log_partition(
        weights, means=means, steps=config.annealing_steps, seed=config.run.seed
    )
    log_z = estimate.log_z
    found: dict[str, Any] = {
        "log_z_estimate": estimate.log_z,
        "log_z_standard_error": estimate.standard_error,
    }
    if config.hidden <= EXACT:
        log_z = measured.log_partition(weights)
        found["log_z_exact"] = log_z
    return {
        **found,
        "test_log_likelihood": measured.log_likelihood(v_test, weights, log_z),
        "training_log_likelihood": measured.log_likelihood(v[:SAMPLE], weights, log_z),
        "independent_pixels_log_likelihood": independent_pixels(v, v_test),
    }


def independent_pixels(v: np.ndarray, v_test: np.ndarray) -> float:
    """The test digits' mean log-likelihood if each pixel had its own probability of ink, and knew of no other."""
    p = (v.sum(axis=0) + 1) / (len(v) + 2)
    return float((v_test @ np.log(p) + (1 - v_test) @ np.log1p(-p)).mean())


def reconstruction_error(model: "BinaryRBM", v: np.ndarray) -> float:
    """The fraction of pixels that the mean-field reconstruction has on the wrong side of one half."""
    found = model.predict(v, batch_size=500, verbose=0)
    return float(((found > 0.5) != (v > 0.5)).mean())


def said(metrics: dict[str, Any]) -> str:
    """The likelihoods in words."""
    error = metrics["log_z_standard_error"]
    exact = metrics.get("log_z_exact")
    how = f"Z estimated, standard error {error:.2f}" if exact is None else "Z added up exactly"
    lines = [
        f"log-likelihood of a test digit: {metrics['test_log_likelihood']:.2f} nats ({how}); "
        f"of a training digit {metrics['training_log_likelihood']:.2f}; "
        f"if pixels were independent {metrics['independent_pixels_log_likelihood']:.2f}"
    ]
    if exact is not None:
        lines.append(
            f"log Z: exactly {exact:.3f}; annealed importance sampling estimates {metrics['log_z_estimate']:.3f}, "
            f"standard error {error:.3f}"
        )
    lines.append(f"{metrics['reconstruction_error']:.2%} of the test pixels are reconstructed wrongly")
    return "\n".join(lines)
