"""What Ctrl-C prints: the folder to name in ``--resume`` is one that can be resumed."""

import dataclasses

import keras
import numpy as np
import pytest

from keras_course import training
from keras_course.experiment.run import Run


@dataclasses.dataclass(frozen=True)
class Config:
    epochs: int = 3


class Interrupt(keras.callbacks.Callback):
    """Ctrl-C after some epochs, in the middle of the next one."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def on_train_batch_end(self, batch, logs=None):
        if self.after == 0:
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch, logs=None):
        self.after -= 1


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("is_variant", [False, True])
def test_the_folder_that_can_be_resumed_is_named(tmp_path, capsys, after, is_variant):
    parent = Run(tmp_path, "app")
    run = parent.variant("large", Config(), {}) if is_variant else parent
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(KeyboardInterrupt):
        training.fit(model, run, np.ones((8, 2)), np.ones(8), epochs=3, callbacks=[Interrupt(after)])
    out = capsys.readouterr().out
    assert "interrupted" in out
    assert f"--resume {tmp_path}" in out.splitlines()[-1]
    assert "large" not in out.splitlines()[-1]
