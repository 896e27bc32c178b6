"""Look inside a ConvNet: what its filters respond to, where it sees a class, and which of these pictures to trust.

Slide: deck 1, "Visualizing Convolutional Networks" `cats_dogs/pretrained`

Group: photos

Run:
    python -m apps.look_inside cats_dogs/pretrained               the committed run, on cats and dogs (else drawn ones)
    python -m apps.look_inside cats_dogs/pretrained my_cat.jpg    where it looks in your photo
    python -m apps.look_inside mnist_convnet/pretrained --dataset digits    small, without a network
    python -m apps.look_inside VGG16                              a network of keras.applications, with its weights
    python -m apps.look_inside RUN|NETWORK [PHOTO]

For a few layers: the patches that a filter responds to most, what in them spoke (deconvnet, guided back-propagation),
and a picture made to excite it. For a few pictures: how the class's probability falls while a grey square hides a part
(occlusion), and what spoke for the class (Grad-CAM). And a check: which of these pictures change when the weights are
random? Those that do not, show the photo rather than the network.

Try:
    --square 0.1                a small square: does the network still need any one part?
    --ascent-steps 5            what do the other 95 steps add to the pictures that excite a filter?
    mnist_convnet/pretrained    does the same method mislead in a network of digits?
"""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import tyro

from keras_course import folders
from keras_course.errors import UserError
from keras_course.experiment import command

MOST = 3  # layers, and filters of each: more is not read from a figure


@dataclasses.dataclass(frozen=True)
class Config:
    """Look inside a ConvNet."""

    model: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="RUN|NETWORK")] = "cats_dogs/pretrained"
    """A run with convolutions (its folder, APP/NAME or an app's name), or a network of keras.applications."""
    photo: Annotated[tyro.conf.Positional[str | None], tyro.conf.arg(metavar="PHOTO")] = None
    """A picture file to explain; if omitted, test examples are explained."""
    dataset: str = "auto"
    """Whose test examples are searched for patches: auto (the run's own, else a stand-in), a name or a path, as the
    run's app takes it; for a network of keras.applications, as apps.cats_dogs takes it."""
    layers: tuple[str, ...] = ()
    """The layers to look into, at most three; if omitted, an early one, one in the middle and a late one."""
    filters: int = 3
    """Filters of each layer, at most three: those whose largest activation varies most from picture to picture."""
    searched: int = 500
    """How many test examples are searched for patches."""
    ascent_steps: int = 100
    """Steps of the ascent to a picture that excites a filter most."""
    square: float = 0.25
    """Side of the grey square, as a fraction of the picture's."""
    weights: str = "imagenet"
    """Of a network of keras.applications: imagenet (downloaded), a file's path, or none (random ones)."""
    data_dir: Path = dataclasses.field(default_factory=folders.data_dir)
    """Folder that holds downloads."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


def main(config: Config) -> dict[str, Any]:
    """Look into the layers, explain the pictures, check the explanations; return what was measured."""
    command.check(config)
    check(config)
    from keras_course.experiment import devices, results, runs

    devices.configure(seed=config.run.seed)
    from . import explained, filters, sanity, subjects

    subject = subjects.load(config)
    pictures = subjects.pictures(config, subject)
    names = filters.layers_of(config, subject)
    print(f"{subject.name}: looking into {', '.join(names)}, on pictures of {pictures.data.name}")
    if note := subjects.other_data(subject, pictures):
        print(note)
    run = runs.new(
        "look_inside",
        dataclasses.replace(config, model=subject.name, photo=config.photo and Path(config.photo).name),
        config.run.models_dir,
        seed=config.run.seed,
        dataset=pictures.data.facts(),
    )

    metrics: dict[str, Any] = {"layers": {}}
    for number, name in enumerate(names, start=1):
        figure, metrics["layers"][name] = filters.look(config, subject, pictures, name)
        run.save_figure(f"filters_{number}_{name}", figure)
    if not subject.has_classes:
        print(subject.without_classes)
        return results.finish(run, {**metrics, "layers_seen": len(names)}, "layers_seen")
    figure, metrics["grad_cam"] = explained.grad_cam(subject, pictures)
    run.save_figure("grad_cam", figure)
    figure, metrics["occlusion"] = explained.occlusion(config, subject, pictures)
    run.save_figure("occlusion", figure)
    figure, metrics["sanity_check"] = sanity.check(config, subject, pictures)
    run.save_figure("sanity_check", figure)
    metrics["similarity_random_last_layer"] = max(sanity.at_step(metrics["sanity_check"], 1).values())
    return results.finish(run, metrics, "similarity_random_last_layer", figure="sanity_check")


def check(config: Config) -> None:
    """Refuse settings that cannot work with any network.

    Raises:
        UserError: names the flag.
    """
    if len(config.layers) > MOST or config.filters > MOST:
        raise UserError(
            f"--layers {' '.join(config.layers)} --filters {config.filters}: a figure holds at most {MOST} of each"
        )
    if config.photo is not None and not Path(config.photo).is_file():
        raise UserError(
            f"{config.photo}: there is no such picture file; omit it, and test examples are explained"
        )
