"""What is looked into: a run's network or one of keras.applications, and the pictures it is shown."""

import dataclasses
import difflib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain, folders
from keras_course.datasets import digits, photos, weights
from keras_course.datasets.dataset import LabelledDataset
from keras_course.errors import UserError
from keras_course.explain.copies import changed

from . import Config

if TYPE_CHECKING:
    import keras

    from keras_course import saving

EXPLAINED = 4  # pictures
KINDS = ("digit", "picture", "photo")
WORKS = (
    "give a run of mnist_convnet, architectures or cats_dogs (cats_dogs/pretrained is always there), or a network of "
    "keras.applications such as VGG16"
)


@dataclasses.dataclass(frozen=True)
class Subject:
    """A network, and how raw pixels become its input."""

    name: str
    kind: str
    """Of its inputs, as a run's card has it."""
    network: "keras.Model"
    """A classifier, or, without ``has_classes``, what precedes one."""
    prepare: Callable[[np.ndarray], np.ndarray]
    """From pixels of 0 to 255 to what the network takes; linear."""
    labels: tuple[str, ...]
    without_classes: str = ""
    """Why there are no classes."""
    card: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def has_classes(self) -> bool:
        """Whether the network ends in classes."""
        return not self.without_classes

    @property
    def takes(self) -> tuple[int, ...]:
        """The shape of one picture as it is given to the run's model, before it is prepared."""
        shape = self.card.get("input", {}).get("shape") or self.network.input_shape[1:]
        return tuple(shape)

    def fitted(self, pixels: np.ndarray) -> np.ndarray:
        """Pictures in the size that the network sees, with an axis for the channel where it has one."""
        from keras import ops

        shape = self.network.input_shape[1:]
        if len(shape) == 3 and pixels.ndim == 3:
            pixels = pixels[..., None]
        if pixels.shape[1:3] != shape[:2]:
            pixels = ops.convert_to_numpy(ops.image.resize(pixels.astype("float32"), shape[:2]))
        return pixels

    @cached_property
    def base(self) -> "keras.Model":
        """The network whose filters are looked at: of transfer learning the one inside."""
        import keras

        return next((one for one in self.network.layers if isinstance(one, keras.Model)), self.network)

    def prepare_for_base(self, pixels: np.ndarray) -> np.ndarray:
        """From pixels to what :attr:`base` takes."""
        x = self.prepare(pixels)
        return (
            x
            if self.base is self.network
            else explain.layer_outputs(self.network, x, ["prepared"])["prepared"]
        )

    def pixels(self, x: np.ndarray) -> np.ndarray:
        """Inputs of the base as pictures again, 0 to 1."""
        black, colours = self._colours
        if x.ndim == 3:
            return np.asarray((x - black) / colours).clip(0, 1)
        return np.asarray((x - black) @ np.linalg.inv(colours)).clip(0, 1)

    def slopes(self, gradient: np.ndarray) -> np.ndarray:
        """A gradient with respect to the base's inputs as one with respect to pixels: red is red again."""
        _, colours = self._colours
        return np.asarray(gradient * colours if gradient.ndim == 3 else gradient @ colours.T)

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value of the base's inputs."""
        shape = self.network.input_shape[1:]
        both = self.prepare_for_base(np.stack([np.zeros(shape), np.full(shape, 255.0)]).astype("float32"))
        return float(both.min()), float(both.max())

    @cached_property
    def _colours(self) -> tuple[Any, Any]:
        """What black becomes, and how much full red, green and blue add to it, ``(3, channels)``."""
        shape = self.network.input_shape[1:]
        if len(shape) == 2:  # grey, without an axis for its one channel
            black, white = self.prepare_for_base(
                np.stack([np.zeros(shape), np.full(shape, 255.0)]).astype("float32")
            )
            return black[0, 0], white[0, 0] - black[0, 0]
        probes = np.zeros((shape[-1] + 1, *shape), "float32")
        for channel in range(shape[-1]):
            probes[channel + 1, ..., channel] = 255
        black, *full = self.prepare_for_base(probes)[:, 0, 0]
        return black, np.stack(full) - black


@dataclasses.dataclass(frozen=True)
class Pictures:
    """The pictures that are shown to a network, as pixels of 0 to 255."""

    data: LabelledDataset
    searched: np.ndarray
    """Those that are searched for patches."""
    explained: np.ndarray
    texts: tuple[str, ...]
    """What the explained ones are."""


def load(config: Config) -> Subject:
    """Load the network that is named.

    Raises:
        UserError: there is no such run or network, its weights are not to be had, or it has no convolutions.
    """
    known = {name.lower(): name for name in weights.NETWORKS}
    if config.model.lower() in known and not Path(config.model).exists():
        from . import applications

        return applications.load(config, known[config.model.lower()])
    from keras_course import saving

    # This run goes into --models-dir; the one that is named may lie where runs usually do.
    there = (config.run.models_dir / config.model).exists()
    try:
        loaded = saving.load(config.model, config.run.models_dir if there else None)
    except UserError as error:
        near = difflib.get_close_matches(config.model.lower(), known, n=3, cutoff=0.5)
        names = ", ".join(known[name] for name in near) or "VGG16, ResNet50, MobileNetV2"
        raise UserError(f"{error}; or name a network of keras.applications: {names}") from None
    print(loaded.describe(), flush=True)
    return _of_run(loaded)


def _of_run(loaded: "saving.Loaded") -> Subject:
    """The classifier in a run's model, after the layers that prepare its input."""
    import keras

    from ..cats_dogs.figures import prepared
    from ..cats_dogs.network import classifier_of

    model: Any = loaded.model
    network = classifier_of(model)
    inside = isinstance(model, keras.Sequential) and isinstance(network, keras.Model)
    network = network if inside else model
    path = loaded.run.path.resolve() if loaded.run else Path("model")
    name = f"{path.parent.name}/{path.name}"
    layers = [one for layer in network.layers for one in getattr(layer, "layers", [layer])]
    if loaded.card.get("kind") not in KINDS or not any(
        isinstance(one, keras.layers.Conv2D) for one in layers
    ):
        raise UserError(f"{name} has no convolutions over a picture, and so no maps to look into: {WORKS}")
    if str(loaded.card.get("returns")).startswith("a logit"):
        raise UserError(f"{name} returns logits: {WORKS}")
    return Subject(
        name,
        str(loaded.card["kind"]),
        changed(network, lambda layer: None),  # in float32, whatever it was trained in
        (lambda pixels: prepared(model, pixels))
        if inside
        else (lambda pixels: np.asarray(pixels, "float32")),
        tuple(loaded.card["labels"]),
        card=loaded.card,
    )


def pictures(config: Config, subject: Subject) -> Pictures:
    """The test examples that are searched, and what is explained: the photo, or one example of each of some classes.

    Raises:
        UserError, OSError: a dataset or the photo cannot be read, or does not fit the network.
    """
    height = subject.network.input_shape[1]
    data: LabelledDataset
    if subject.kind == "photo":
        data = photos.load(config.dataset, config.data_dir, image_size=height, seed=config.run.seed)
    else:
        data = digits.load(config.dataset, config.data_dir, seed=config.run.seed)
    taken = subject.takes
    if data.x_test.shape[1:] != taken:
        raise UserError(
            f"{data.name} has pictures of {data.x_test.shape[1:]}, and {subject.name} takes {taken}: give another "
            "--dataset"
        )
    rows = _spread(np.asarray(data.y_test), config.searched)
    searched = subject.fitted(np.asarray(data.x_test[np.sort(rows)]))
    if config.photo is not None:
        from keras_course.saving import inputs

        one = inputs.read(config.photo, {"kind": subject.kind, "input": {"shape": list(taken)}})[0]
        return Pictures(data, searched, subject.fitted(one[None]), (Path(config.photo).name,))
    few = rows[:EXPLAINED]
    texts = tuple(f"test example: {data.labels[data.y_test[row]]}" for row in few)
    return Pictures(data, searched, subject.fitted(np.asarray(data.x_test[few])), texts)


def _spread(labels: np.ndarray, count: int) -> np.ndarray:
    """The numbers of the first examples, the classes taking turns."""
    turn = np.zeros(len(labels), int)
    for label in np.unique(labels):
        turn[labels == label] = np.arange((labels == label).sum())
    return np.lexsort((labels, turn))[:count]


def other_data(subject: Subject, shown: Pictures) -> str:
    """A line where the pictures are not of the data that the run was trained on; empty where they are."""
    trained = (subject.card.get("dataset") or {}).get("name")
    if not trained or trained == shown.data.name:
        return ""
    return f"note: {subject.name} was trained on {trained} and sees {shown.data.name} here (--dataset, --data-dir)"


def no_such_weights(name: str, reason: str, asked: weights.Asked | None, data_dir: Path) -> UserError:
    """What to do where a network's weights cannot be had."""
    where = f"get {asked.url} elsewhere and put it into {data_dir / weights.FOLDER}, or " if asked else ""
    return UserError(
        f"the ImageNet weights of {name} cannot be downloaded ({reason}): {where}look into a run that is here, "
        f"{folders.command('look_inside')} cats_dogs/pretrained"
    )
