"""How unlike the training data an input is, as a classifier sees it: the energy of its logits.

energy = -log(sum over the classes of exp(logit)): low for what the network knows. It needs no training data at
prediction, only quantiles of the validation data's energies. It is no proof: a network can be sure of what it has never
seen. Above the 99 % quantile are, for the pretrained dense network and the ConvNet, 1 % and 1 % of MNIST's test digits,
24 % and 52 % of printed letters, 57 % and 99 % of pairs of digits, 67 % and 99 % of drawn cats and dogs, 16 % and 27 %
of digits upside down (``python -m benchmarks.energy``).

Paper: Liu, Wang, Owens, Li 2020, "Energy-based Out-of-distribution Detection".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)


def energies(model: "keras.Model", **inputs: Any) -> np.ndarray | None:
    """The energy of each input; None where the model does not end in a dense layer with softmax.

    Args:
        model: Sequential or functional; its last layer may be a network that ends so.
        inputs: ``x`` and ``batch_size``, as for ``predict``.

    Returns:
        (n,) float64.
    """
    import keras

    network = model.layers[-1]
    last = network.layers[-1] if isinstance(network, keras.Model) else network
    if not isinstance(last, keras.layers.Dense) or last.activation is not keras.activations.softmax:
        return None
    features = last.input
    if isinstance(network, keras.Model):
        before = model.layers[-2].output if len(model.layers) > 1 else model.inputs[0]
        features = keras.Model(network.inputs, features)(before)
    found = np.asarray(keras.Model(model.inputs, features).predict(**inputs, verbose=0), dtype=np.float64)
    kernel, bias = (np.asarray(weights, dtype=np.float64) for weights in last.get_weights())
    logits = found @ kernel + bias  # (n, classes)
    largest = logits.max(axis=1)
    result: np.ndarray = -(largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1)))
    return result


def quantiles(values: np.ndarray) -> dict[str, list[float]]:
    """What a card keeps of the validation data's energies."""
    return {"levels": list(LEVELS), "values": [float(value) for value in np.quantile(values, LEVELS)]}


def rank(values: np.ndarray, known: Mapping[str, list[float]]) -> np.ndarray:
    """The fraction of the validation data that each input is more unlike than, from 0.5 (or less) to 0.999 (or more).

    Args:
        values: (n,) energies.
        known: what :func:`quantiles` gave.
    """
    found: np.ndarray = np.interp(values, known["values"], known["levels"])
    return found
