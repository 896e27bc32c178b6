"""How much arithmetic a run's network takes, and what share of the device's peak its training has reached.

Every run's metrics.json has both, where a Keras model was trained:

- ``flops``: floating point operations of one example's forward pass, two for each multiply-add that
  :mod:`keras_course.evaluation.flops` counts; the card has them, too.
- ``share_of_peak``: operations that training did a second, over the most that a matrix product does a second on this
  device, measured when the run is completed: ``samples_per_second * 2 * multiply_adds / peak``. A training step has
  about three times the forward pass's multiply-adds, as ``evaluation.flops.of_training`` counts them. The time is that
  of the training steps with all that feeds them, augmentation too, without validation and saving; the median epoch. It
  is rough where other programs compute at the same time: the peak is measured later than the training.

A run with several trainings has those of its best variant; one that is fitted again and again has its first training's
share. There is none where the work of a step is not known: with layers that are not counted, with a training step or a
loss of the model's own (adversarial training), where ``training.fit`` was given a dataset whose size it does not know,
and where training came out faster than the peak: then other programs were busy while that was measured.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError

if TYPE_CHECKING:
    import keras

    from keras_course.experiment.run import Run

NOTE = "backup/efficiency"  # in the run's folder; the backup goes when the run is complete
# What a model with layers of the user's own may raise: that is no reason not to train it.
UNCOUNTED = (UserError, AttributeError, NotImplementedError, TypeError, ValueError)


def flops(model: "keras.Model") -> dict[str, int]:
    """``{"flops": ...}`` of one example's forward pass; ``{}`` for a model that cannot be counted."""
    from keras_course.evaluation import flops

    try:
        return {"flops": 2 * flops.total(model)}
    except UNCOUNTED:
        return {}


def note(run: "Run", model: "keras.Model", samples_per_second: float) -> None:
    """Note in a trained run's backup what :func:`of` needs later; nothing where the work of a step is not known.

    Args:
        run: the run.
        model: as it was trained.
        samples_per_second: training examples.
    """
    import keras

    from keras_course.evaluation import flops

    own = [
        name
        for name in ("train_step", "compute_loss")
        if getattr(type(model), name) is not getattr(keras.Model, name)
    ]
    if own or not samples_per_second:
        return
    try:
        work = 2 * flops.of_training(model)
    except UNCOUNTED:
        return
    run.write_json(NOTE, {"flops_a_second": work * samples_per_second, "precision": model.compute_dtype})


def of(run: "Run", metrics: Mapping[str, Any]) -> dict[str, Any]:
    """``flops`` and ``share_of_peak`` of a run, or else of its best variant, as far as they are known.

    Args:
        run: not complete yet.
        metrics: its results; ``best_variant`` names that one.
    """
    from keras_course.experiment.run import Run, folder_name

    best = folder_name(str(metrics.get("best_variant", "")))
    inner = Run(run.path / best, run.app).metrics() if best else {}
    found: dict[str, Any] = {name: inner[name] for name in ("flops", "share_of_peak") if name in inner}
    noted, card = run.read_json(NOTE), run.card()
    found |= {"flops": card["flops"]} if "flops" in card else {}
    if noted:
        share = noted["flops_a_second"] / (peak(noted["precision"]) * 1e9)
        if share <= 1:
            found["share_of_peak"] = float(f"{share:.3g}")
    return found


@functools.cache
def peak(precision: str) -> float:
    """The device's peak in 10**9 operations a second, measured once a process, in about 0.2 seconds.

    Args:
        precision: of the training's products; on a CPU, which computes no faster in less, it is measured in float32.
    """
    from keras_course.experiment import devices, machine

    on_cpu = devices.device_name() == "CPU"
    size = 1024 if on_cpu else 4096
    return machine.peak_gflops(0.1, size=size, dtype="float32" if on_cpu else precision)
