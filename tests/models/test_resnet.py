import keras
import numpy as np
import pytest

from keras_course import saving
from keras_course.errors import UserError
from keras_course.models import resnet, resnet18, resnet50

SMALL = {"width": 2, "first_stride": 1, "first_pooling": False}


def test_the_maps_of_resnet18_are_those_of_table_1():
    model = resnet18(width=1)
    sides = [model.get_layer(f"stage_{stage}_block_2_relu").output.shape[1:] for stage in range(2, 6)]
    assert model.get_layer("relu_1").output.shape[1:] == (112, 112, 1)
    assert sides == [(56, 56, 1), (28, 28, 2), (14, 14, 4), (7, 7, 8)]


def test_the_maps_of_resnet50_are_those_of_table_1():
    model = resnet50(width=1)
    last = {2: 3, 3: 4, 4: 6, 5: 3}
    sides = [
        model.get_layer(f"stage_{stage}_block_{block}_relu").output.shape[1:] for stage, block in last.items()
    ]
    assert sides == [(56, 56, 4), (28, 28, 8), (14, 14, 16), (7, 7, 32)]
    # option B: a projection where the shape changes, in the first stage too
    projections = [layer.name for layer in model.layers if layer.name.endswith("shortcut")]
    assert len(projections) == 2 * 4  # its convolution and its normalization


def test_a_block_whose_convolutions_are_zero_is_a_relu():
    model = resnet((8, 8, 2), None, (1,), bottleneck=False, width=2, first_stride=1, first_pooling=False)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and "stage" in layer.name:
            layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    inside = keras.Model(
        model.input, [model.get_layer(name).output for name in ("relu_1", "stage_2_block_1_relu")]
    )
    before, after = inside(np.random.default_rng(0).normal(size=(2, 8, 8, 2)).astype("float32"))
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_the_stride_of_a_bottleneck_is_in_its_first_convolution():
    model = resnet50((64, 64, 3), 10, width=1)
    assert [model.get_layer(f"convolution_stage_3_block_1_{n}").strides for n in (1, 2, 3)] == [
        (2, 2),
        (1, 1),
        (1, 1),
    ]


@pytest.mark.slow
def test_it_learns_and_loads_again(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 8, 8, 1)).astype("float32")
    y = (x.mean(axis=(1, 2, 3)) > 0).astype("int32")
    model = resnet((8, 8, 1), 2, (1, 1), bottleneck=False, width=4, first_stride=1, first_pooling=False)
    model.compile("adam", "sparse_categorical_crossentropy")
    history = model.fit(x, y, epochs=3, batch_size=16, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    model.save(tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (28, 28, 1)}, "first_stride=1 and first_pooling=False, from 8 pixels"),
        ({"input_shape": (7, 7, 1), **SMALL}, "a side needs 8 pixels"),
        ({"input_shape": (32,)}, "height, width and channels"),
        ({"num_classes": 1}, "at least two classes"),
        ({"width": 2.5}, "width=2.5"),
        ({"width": 10_000}, "weights"),
    ],
)
def test_one_line_for_bad_arguments(arguments, message):
    with pytest.raises(UserError) as raised:
        resnet50(**arguments)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
