"""Tell cats from dogs, or whatever is in your folder of photos: a ConvNet that overfits, and what helps against it.

Slide: deck 3, "Convolution Neural Network"; deck 1, "Convolution Neural Network (ConvNet)";
    deck 3, "Image classification", "Data Augmentation" `--augment affine`,
    "Generation of cat pictures via random data augmentation" `--augment affine`;
    deck 2, "Data augmentation" `--compare-augmentation`;
    deck 1, "Visualizing Convolutional Networks" `--dataset drawn --image-size 96 --epochs 8`

Group: photos

Run:
    python -m apps.cats_dogs                                            the slides' network, which overfits
    python -m apps.cats_dogs --augment affine --dropout 0.5 --schedule cosine --epochs 100    and what helps
    python -m apps.cats_dogs --augment affine --model modern            the best result with so few photos
    python -m apps.cats_dogs --compare-augmentation                     none, the slides' and ours side by side
    python -m apps.cats_dogs --model MobileNetV2 --epochs 5             a network trained on a million photos
    python -m apps.cats_dogs --dataset drawn --image-size 96 --epochs 8    drawn ones, in a minute: 99 % right
    python -m apps.cats_dogs --dataset my_photos                        a folder with a folder of photos per class

Try:
    --augment affine    with dropout and 100 epochs (the command above): how much better? And in 15 epochs?
    --augment generator the slides' ImageDataGenerator: how many photos a second, and how many with affine?
    --model modern      a residual network with a third of the parameters: better or worse?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.augmentation import Augmentation
from keras_course.experiment import command

from . import recipes


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a photo classifier."""

    dataset: str = "auto"
    """auto (Google's cats and dogs, else drawn ones), cats_dogs, drawn, or a folder with one folder per class."""
    model: str = "slides"
    """slides (the slides' network), modern (a compact residual one), or a network of keras.applications."""
    weights: str = "imagenet"
    """Of a network of keras.applications: imagenet (downloaded), a file's path, or none (train from scratch)."""
    fine_tune: int = 0
    """Of a network of keras.applications: how many of its last layers are trained too."""
    augment: Literal["none", "generator", "affine"] = "none"
    """How training photos are varied: generator is the slides' ImageDataGenerator, affine the faster RandomAffine."""
    compare_augmentation: bool = False
    """Train once with each of the three, and show their learning curves side by side."""
    augmentation: Annotated[Augmentation, tyro.conf.OmitArgPrefixes] = Augmentation()
    epochs: int | None = None
    """Passes over the training set. (The default of this and of each None below is the model's: see recipes.py.)"""
    image_size: int | None = None
    """Height and width that photos are scaled to, in pixels."""
    color: float | None = None
    """Vary brightness, contrast and saturation of training photos by up to this fraction."""
    mixup: float | None = None
    """Train on mixtures of two photos: alpha of the beta distribution of their fractions; 0 for none."""
    cutmix: float | None = None
    """Put a box of another photo into half of the training photos: alpha of the beta distribution of their areas."""
    ema_momentum: float | None = None
    """Judge and keep the moving average of the weights, with this momentum: 0.998 reaches back about 500 steps."""
    filters: tuple[int, ...] | None = None
    """Of slides and modern: how many filters each of their stages has."""
    blocks_a_stage: int | None = None
    """Of modern: how many residual blocks each stage has; by default one."""
    mirror: bool | None = None
    """Test-time augmentation: predict the average over a photo and its mirror image; --no-mirror looks once."""
    dropout: float | None = None
    """Fraction of the flattened (or pooled) maps dropped in training."""
    l2: float = 0.0
    """L2 penalty: adds l2 * w**2 to the loss for every weight."""
    weight_decay: float | None = None
    """AdamW: every step shrinks every kernel by this times the learning rate."""
    label_smoothing: float | None = None
    """Fraction of each label's probability that is divided among all classes."""
    batch_size: int = 32
    """Photos in each step."""
    learning_rate: float | None = None
    """AdamW's initial learning rate."""
    schedule: Literal["constant", "cosine"] | None = None
    """Learning rate over time: constant, or falling to zero along a cosine."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge on the test set, save; return the metrics."""
    command.check(config)
    settings = recipes.complete(config)
    settings.run.configure_devices()
    from keras_course.augmentation import image_data_generator
    from keras_course.datasets import photos
    from keras_course.experiment import results, runs

    from . import comparison, mirror, network, training

    if settings.augment == "generator" or settings.compare_augmentation:
        image_data_generator(settings.augmentation)  # refuses now what it would refuse after an hour

    # Data: uint8 photos on disk, read batch by batch.
    data = photos.load(
        settings.dataset,
        settings.run.data_dir,
        image_size=settings.image_size,
        seed=settings.run.seed,
        limit=settings.run.limit,
    )

    # Model: what cannot be built is refused before the run's folder is made.
    model = network.build(settings, data)
    run = runs.start("cats_dogs", settings, data)
    left_out = {name: getattr(data, name) for name in ("skipped", "duplicates", "near_duplicates")}
    run.write_json("skipped", left_out)

    # Compile, fit, judge: all in training.py.
    if settings.compare_augmentation:
        metrics = comparison.compare(run, settings, data)
    else:
        metrics = training.train(run, settings, data, model)
    telling = "augmentation_accuracy" if settings.compare_augmentation else "mistakes"
    print(mirror.sentence(metrics))
    note = mirror.AVERAGED if settings.mirror else ""
    return results.finish(run, metrics, "test_accuracy", figure=telling, note=note)
