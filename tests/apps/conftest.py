"""What the tests of several apps share: Ctrl-C in the middle of a run, and its end compared with an unbroken one."""

import contextlib
import itertools

import pytest


@pytest.fixture
def interrupt(monkeypatch):
    """A context manager: Ctrl-C at the start of an epoch of one of the trainings, all counted from 0."""
    import keras

    from keras_course import training

    class CtrlC(keras.callbacks.Callback):
        def __init__(self, at):
            super().__init__()
            self.at = at

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == self.at:
                raise KeyboardInterrupt

    @contextlib.contextmanager
    def ctrl_c(number, epoch):
        counter, real = itertools.count(), training.fit

        def fit(*arguments, callbacks=(), **named):
            stop = [CtrlC(epoch)] if next(counter) == number else []
            return real(*arguments, callbacks=[*callbacks, *stop], **named)

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(training, "fit", fit)
            yield

    return ctrl_c


def without_seconds(value):
    """Metrics without the times, which differ from run to run, and what is computed from them."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if "second" not in key and key != "share_of_peak"}
        return {key: without_seconds(one) for key, one in kept.items()}
    return value


@pytest.fixture
def same_end():
    """Two runs end alike: the same files, equal metrics but for the times, and the same figures to the byte."""

    def compare(broken, unbroken):
        assert without_seconds(broken.metrics()) == without_seconds(unbroken.metrics())
        found, expected = (
            {path.relative_to(run.path) for path in run.path.rglob("*") if path.is_file()}
            for run in (broken, unbroken)
        )
        assert found == expected
        for path in found:
            if path.suffix in (".png", ".csv"):
                assert (broken.path / path).read_bytes() == (unbroken.path / path).read_bytes(), path

    return compare
