"""Training speed of the classic ConvNets on digits: the course's fit against Keras' fit, and PyTorch's loops.

Run:
    python -m benchmarks.classics_speed --data-dir data      digits in data/mnist.npz; pip install ".[benchmarks]"

Every network of ``apps.architectures``' default, as it trains them: 28x28 pixels, batch 64. ``plain_fit`` is Keras'
``fit``. LeNet-5 and the slides' ConvNet also against a loop in PyTorch, eager and compiled (``pytorch_convnets``).
The contestants take turns; a turn counts by the median of its epochs after the first, which compiles. The share of the
peak holds a training's operations against the fastest 3x3 convolution of this machine. Writes
``benchmarks/results/classics_speed.json``; a ratio above 1 means that the course is that many times as fast.
"""

import argparse
import importlib.util
from functools import partial
from typing import Any

from apps.architectures import networks
from benchmarks import accelerator, convnet_speed, files, pytorch_convnets, turns
from keras_course.datasets.dataset import LabelledDataset
from keras_course.experiment import devices

BATCH_SIZE = 64
# digits an epoch; the larger a network, the fewer
DIGITS = {"digits": 6400, "lenet5": 6400, "alexnet": 512, "vgg11": 512, "inception_v1": 512, "resnet18": 512}


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.classics_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", default="data")
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--networks", nargs="+", choices=list(DIGITS), default=list(DIGITS))
    parser.add_argument("--rounds", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=3, help="epochs a turn; the first is not counted")
    parser.add_argument("--name", default="classics_speed", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    from keras_course.datasets import digits
    from keras_course.evaluation import flops

    result: dict[str, Any] = {"batch_size": BATCH_SIZE, "networks": {}}
    peak = accelerator.convolution_peak("float32", 2.0)
    for name in options.networks:
        data = digits.load(options.dataset, options.data_dir, limit=DIGITS[name])
        later = turns.later(turns.take(contestants(name, data), options.rounds, options.epochs))
        spread = turns.spreads(later)
        rate = len(data.x_train) / spread["course"]["median"]
        operations = 2 * flops.of_training(network(name))
        result["networks"][name] = {
            "digits_an_epoch": len(data.x_train),
            "samples_per_second": round(rate),
            "epoch_seconds": turns.flat(later),
            "epoch_seconds_by_turn": spread,
            "ratio_of_course_to": turns.ratios(spread),
            "share_of_convolution_peak": round(operations * rate / 1e9 / peak, 3),
        }
        for other, ratio in result["networks"][name]["ratio_of_course_to"].items():
            print(f"{name}: course / {other}: {ratio:.2f}x")
    print(files.save(options.name, result | {"convolution_peak_gflops": round(peak, 1)}))


def contestants(name: str, data: LabelledDataset) -> dict[str, turns.Train]:
    """Who trains a network: the course, Keras, and PyTorch where it is installed and has the network."""
    found: dict[str, turns.Train] = {
        "course": lambda epochs: convnet_speed.course(network(name), data, BATCH_SIZE, epochs),
        "plain_fit": lambda epochs: convnet_speed.keras_fit(network(name), data, BATCH_SIZE, epochs),
    }
    if name in ("digits", "lenet5") and importlib.util.find_spec("torch"):
        train = partial(pytorch_convnets.train, name, data, BATCH_SIZE)
        found |= {"pytorch": train(compiled=False), "pytorch_compiled": train(compiled=True)}
    return found


def network(name: str) -> Any:
    """A compiled network that takes raw pixels."""
    import keras

    if name == "digits":
        return convnet_speed.digit_network()
    classifier = keras.Sequential(
        [keras.layers.Reshape((28, 28, 1)), networks.build(name, (28, 28, 1), 10)], name="classifier"
    )
    return convnet_speed.compiled([], (28, 28), classifier, "sparse_categorical_crossentropy")


if __name__ == "__main__":
    main()
