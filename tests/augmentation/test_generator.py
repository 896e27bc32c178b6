"""The adapter to ImageDataGenerator."""

import numpy as np
import pytest

from keras_course.augmentation import Augmentation, generator


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
def test_it_gives_varied_batches_of_everything():
    flow = generator.image_data_generator(Augmentation(), rescale=1 / 255).flow(
        np.random.default_rng(0).integers(0, 256, (10, 16, 16, 3), dtype=np.uint8),
        np.arange(10),
        batch_size=4,
    )
    batches = [flow[i] for i in range(len(flow))]
    assert [len(x) for x, _ in batches] == [4, 4, 2]
    assert sorted(np.concatenate([y for _, y in batches])) == list(range(10))
    assert max(x.max() for x, _ in batches) <= 1


@pytest.mark.tensorflow
def test_several_devices_are_refused():
    import tensorflow as tf

    with (
        tf.distribute.MirroredStrategy(["CPU:0"]).scope(),
        pytest.raises(ValueError, match="several devices"),
    ):
        generator.image_data_generator(Augmentation())


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(ValueError, match="needs the TensorFlow backend, not jax: use RandomAffine"):
        generator.image_data_generator(Augmentation())
