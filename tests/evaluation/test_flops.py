"""evaluation.flops: every kind of layer by its arithmetic, the published figures, and XLA's own count."""

import math

import keras
import numpy as np
import pytest
from keras import layers

from keras_course import models
from keras_course.errors import UserError
from keras_course.evaluation import flops
from keras_course.layers import HorizontalFlipAverage, Maxout, RandomAffine, StandardizedConv2D


def one(layer, *shapes):
    """A model of one layer; several inputs go to it as a list."""
    inputs = [keras.Input(shape) for shape in shapes]
    return keras.Model(inputs, layer(inputs if len(inputs) > 1 else inputs[0]))


SPACE = (9, 8, 7)  # of three dimensions
LAYERS = {  # layer, input shape(s), multiply-adds: places * weights
    "dense": (layers.Dense(5), [(3,)], 3 * 5),
    "dense on a sequence": (layers.Dense(5), [(7, 3)], 7 * 3 * 5),
    "einsum": (layers.EinsumDense("bmu,mul->bml", (4, 6)), [(4, 5)], 4 * 5 * 6),
    "einsum with an ellipsis": (layers.EinsumDense("...x,xy->...y", 6), [(7, 3)], 7 * 3 * 6),
    "einsum to numbers": (layers.EinsumDense("bmu,mu->bm", (4,)), [(4, 5)], 4 * 5),
    "valid": (layers.Conv2D(6, 5), [(32, 32, 3)], 28 * 28 * 6 * 25 * 3),
    "same": (layers.Conv2D(6, (5, 3), padding="same"), [(32, 32, 3)], 32 * 32 * 6 * 15 * 3),
    "strided": (layers.Conv2D(6, 3, strides=2, padding="same"), [(9, 9, 3)], 5 * 5 * 6 * 9 * 3),
    "dilated": (layers.Conv2D(6, 3, dilation_rate=2), [(9, 9, 3)], 5 * 5 * 6 * 9 * 3),
    "grouped": (layers.Conv2D(8, 3, groups=4), [(9, 9, 12)], 7 * 7 * 8 * 9 * 3),
    "one dimension": (layers.Conv1D(6, 3), [(9, 4)], 7 * 6 * 3 * 4),
    "causal": (layers.Conv1D(6, 3, padding="causal"), [(9, 4)], 9 * 6 * 3 * 4),
    "three dimensions": (layers.Conv3D(6, 3), [(*SPACE, 4)], 7 * 6 * 5 * 6 * 27 * 4),
    "depthwise": (layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"), [(9, 9, 5)], 81 * 10 * 9),
    "depthwise, one dimension": (layers.DepthwiseConv1D(3), [(9, 5)], 7 * 5 * 3),
    "separable": (
        layers.SeparableConv2D(7, 3, depth_multiplier=2, strides=2, padding="same"),
        [(9, 9, 5)],
        25 * (10 * 9 + 10 * 7),
    ),
    "separable, one dimension": (layers.SeparableConv1D(7, 3), [(9, 5)], 7 * (5 * 3 + 5 * 7)),
    "transposed": (layers.Conv2DTranspose(7, 3, strides=2), [(9, 9, 5)], 81 * 5 * 9 * 7),
    "transposed, one dimension": (layers.Conv1DTranspose(7, 3), [(9, 5)], 9 * 5 * 3 * 7),
    "transposed, three dimensions": (layers.Conv3DTranspose(2, 3), [(*SPACE, 4)], 504 * 4 * 27 * 2),
    "standardized": (StandardizedConv2D(6, 5), [(32, 32, 3)], 28 * 28 * 6 * 25 * 3),
    "simple recurrent": (layers.SimpleRNN(4), [(7, 3)], 7 * (3 * 4 + 4 * 4)),
    "LSTM": (layers.LSTM(4), [(7, 3)], 7 * 4 * (3 * 4 + 4 * 4)),
    "LSTM that tells its state": (layers.LSTM(4, return_state=True), [(7, 3)], 7 * 4 * (3 * 4 + 4 * 4)),
    "GRU": (layers.GRU(4, return_sequences=True), [(7, 3)], 7 * 3 * (3 * 4 + 4 * 4)),
    "cells": (
        layers.RNN([layers.LSTMCell(4), layers.GRUCell(5)]),
        [(7, 3)],
        7 * (16 * (3 + 4) + 15 * (4 + 5)),
    ),
    "both directions": (layers.Bidirectional(layers.LSTM(4)), [(7, 3)], 2 * 7 * 4 * (3 * 4 + 4 * 4)),
    "ConvLSTM": (layers.ConvLSTM2D(4, 3), [(7, 9, 9, 2)], 7 * 49 * 16 * 9 * (2 + 4)),
    "ConvLSTM, all steps": (
        layers.ConvLSTM1D(4, 3, padding="same", return_sequences=True),
        [(7, 9, 2)],
        7 * 9 * 16 * 3 * (2 + 4),
    ),
    "at every step": (layers.TimeDistributed(layers.Conv2D(6, 5)), [(7, 32, 32, 3)], 7 * 784 * 6 * 75),
    "spectral": (layers.SpectralNormalization(layers.Dense(5)), [(3,)], 3 * 5),
    "attention": (layers.Attention(), [(7, 4), (9, 4)], 7 * 9 * 8),
    "dot": (layers.Dot(axes=(2, 2)), [(7, 4), (9, 4)], 7 * 9 * 4),
    "cosine": (layers.Dot(axes=1), [(4,), (4,)], 4),
    "maxout": (Maxout(5, pieces=3), [(4,)], 4 * 15),
    "mirrored": (HorizontalFlipAverage(layers.Conv2D(6, 5)), [(32, 32, 3)], 2 * 784 * 6 * 75),
    **{
        f"free: {type(layer).__name__}": (layer, [shape], 0)
        for layer, shape in (
            (layers.Embedding(9, 5), (7,)),
            (layers.BatchNormalization(), (9, 9, 3)),
            (layers.LayerNormalization(), (9, 9, 3)),
            (layers.MaxPooling2D(), (9, 9, 3)),
            (layers.GlobalAveragePooling2D(), (9, 9, 3)),
            (layers.Dropout(0.5), (9,)),
            (layers.ReLU(), (9,)),
            (layers.Activation("tanh"), (9,)),
            (layers.PReLU(), (9,)),
            (layers.ZeroPadding2D(), (9, 9, 3)),
            (layers.UpSampling2D(), (9, 9, 3)),
            (layers.Flatten(), (9, 9, 3)),
            (layers.Rescaling(1 / 255), (9, 9, 3)),
            (layers.Normalization(mean=0.0, variance=1.0), (9,)),
            (layers.RandomRotation(0.1), (9, 9, 3)),
            (RandomAffine(), (9, 9, 3)),
            (layers.Masking(), (7, 3)),
        )
    },
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_takes_as_many_as_its_arithmetic(name):
    layer, shapes, expected = LAYERS[name]
    model = one(layer, *shapes)
    assert flops.total(model) == expected
    assert sum(row.parameters for row in flops.count(model)) == model.count_params()


def test_multi_head_attention():
    query, value = keras.Input((7, 6)), keras.Input((9, 5))
    layer = layers.MultiHeadAttention(num_heads=3, key_dim=4, value_dim=2)
    projections = 7 * 6 * 12 + 9 * 5 * 12 + 9 * 5 * 6 + 7 * 6 * 6
    expected = projections + 3 * 7 * 9 * (4 + 2)
    assert flops.total(keras.Model([query, value], layer(value=value, query=query))) == expected
    grouped = layers.GroupQueryAttention(head_dim=4, num_query_heads=6, num_key_value_heads=2)
    projections = 7 * 6 * 24 + 2 * 7 * 6 * 8 + 7 * 24 * 6
    assert flops.total(keras.Model(query, grouped(query, query))) == projections + 6 * 7 * 7 * 8


def test_operations_of_the_graph():
    a, b = keras.Input((7, 4)), keras.Input((4, 9))
    product = keras.ops.matmul(a, b)
    by_letters = keras.ops.einsum("bij,bjk->bik", a, b)
    model = keras.Model([a, b], keras.ops.relu(product + by_letters) * 2)
    rows = {row.kind: row.multiply_adds for row in flops.count(model)}
    assert rows == {"Matmul": 7 * 4 * 9, "Einsum": 7 * 4 * 9, "Add": 0, "Relu": 0, "Multiply": 0}
    unknown = keras.Model(a, keras.ops.tensordot(a, np.ones((4, 2)), axes=1))
    assert not flops.count(unknown)[0].counted


def test_a_shared_layer_takes_its_time_twice_and_its_parameters_once():
    dense = layers.Dense(5, name="shared")
    a, b = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([a, b], layers.Add(name="sum")([dense(a), dense(b)]))
    rows = [(row.name, row.parameters, row.multiply_adds) for row in flops.count(model)]
    assert rows == [("shared", 20, 15), ("shared", 0, 15), ("sum", 0, 0)]
    assert model.count_params() == 20


def test_models_within_models_and_within_wrappers():
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="conv")], name="inner")
    x = keras.Input((5, 8, 8, 3))
    steps = layers.TimeDistributed(inner, name="steps")(x)
    model = keras.Model(x, [steps, inner(x[:, 0])])
    rows = {row.name: row for row in flops.count(model)}
    assert rows["steps/inner/conv"].multiply_adds == 5 * 36 * 4 * 27
    assert rows["inner/conv"].multiply_adds == 36 * 4 * 27
    assert rows["steps/inner/conv"].output_shape == (6, 6, 4)
    assert sum(row.parameters for row in rows.values()) == model.count_params()


def test_open_sizes_are_asked_for():
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(6, 5), layers.GlobalMaxPooling2D()])
    with pytest.raises(UserError, match=r"leaves sizes open: .* give input_shape, such as \(224, 224, 3\)"):
        flops.count(model)
    assert flops.total(model, (32, 32, 3)) == 784 * 6 * 75
    assert (
        flops.total(keras.Sequential([keras.Input((32, 32, 3)), model])) == 784 * 6 * 75
    )  # in a model that tells
    with pytest.raises(UserError, match="does not fit"):
        flops.count(model, (32, 32, 1))
    with pytest.raises(UserError, match="is not built"):
        flops.count(keras.Sequential([layers.Dense(3)], name="lazy"))


class Doubled(layers.Layer):
    """A layer of somebody's own."""

    def call(self, x):
        return x * 2

    def compute_output_shape(self, input_shape):
        return input_shape


class Told(Doubled):
    def multiply_adds(self, input_shape, output_shape):
        return math.prod(output_shape) * input_shape[-1]


class Net(keras.Model):
    """A subclassed model, whose graph nobody knows."""

    def __init__(self):
        super().__init__(name="net")
        self.dense = layers.Dense(5)

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, x):
        return self.dense(x)


def test_a_layer_that_no_rule_knows_is_named():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(5), Doubled(name="mine")], name="net")
    assert [row.counted for row in flops.count(model)] == [True, False]
    assert flops.table(model).splitlines()[-1] == "not counted: mine (Doubled)"
    with pytest.raises(
        UserError, match=r"'net' has layers that no rule counts: mine \(Doubled\); give their"
    ):
        flops.total(model)
    assert flops.total(keras.Sequential([keras.Input((3,)), Told()])) == 9
    net = Net()
    net.build((None, 3))
    assert flops.count(net, (3,)) == [flops.Row("net", "Net", (5,), 20, 0, 0, counted=False)]


def test_the_table_adds_up():
    model = keras.Sequential(
        [keras.Input((784,)), layers.Dense(512, name="hidden"), layers.Dense(10, name="out")]
    )
    lines = [line.split() for line in flops.table(model).splitlines()]
    assert lines == [
        ["layer", "kind", "output", "shape", "parameters", "multiply-adds"],
        ["hidden", "Dense", "512", "401,920", "401,408"],
        ["out", "Dense", "10", "5,130", "5,120"],
        ["total", "407,050", "406,528"],
    ]


def test_training_is_three_passes_less_what_is_not_needed():
    a, b, c = (layers.Dense(4, name=name) for name in "abc")
    model = keras.Sequential([keras.Input((3,)), a, b, c])
    assert [row.training for row in flops.count(model)] == [2 * 12, 3 * 16, 3 * 16]
    a.trainable = False
    assert [row.training for row in flops.count(model)] == [12, 2 * 16, 3 * 16]
    b.trainable = False
    c.trainable = False
    assert flops.of_training(model) == flops.total(model)
    a.trainable = True
    assert [row.training for row in flops.count(model)] == [2 * 12, 2 * 16, 2 * 16]
    assert flops.of_training(one(layers.LSTM(4), (7, 3))) == 3 * 7 * 16 * 7
    assert flops.of_training(one(HorizontalFlipAverage(layers.Conv2D(6, 5)), (32, 32, 3))) == 2 * 784 * 6 * 75


def test_the_lower_bound():
    assert flops.fastest_seconds(50e9, peak_gflops=100) == 1
    with pytest.raises(UserError, match="peak_gflops=0"):
        flops.fastest_seconds(1, 0)


# Of transfer a photo network must be given; a Boltzmann machine has no layers, and a step of its own.
UNCOUNTED = ("transfer", "binary_rbm", "masked_rbm", "softmax_rbm")
COUNTED = [name for name in models.__all__ if name not in UNCOUNTED]


@pytest.mark.parametrize("builder", COUNTED)
def test_every_builder_of_the_course_can_be_counted(builder, zero_weights):
    model = getattr(models, builder)()
    assert flops.total(model) > 0
    assert sum(row.parameters for row in flops.count(model)) == model.count_params()


def test_lenet_5():
    """32 px, with 16 maps that see all 6: 117,600 + 240,000 + 48,000 + 10,080 + 840."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(120, 5, activation="tanh"),
            layers.Flatten(),
            layers.Dense(84, "tanh"),
            layers.Dense(10, "softmax"),
        ]
    )
    counted = [row.multiply_adds for row in flops.count(model) if row.multiply_adds]
    assert counted == [28**2 * 6 * 25, 10**2 * 16 * 25 * 6, 120 * 25 * 16, 120 * 84, 84 * 10]
    assert sum(counted) == 416_520


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "billions"), [(1, 1.135), (2, 0.724)])
def test_alexnet(groups, billions):
    """In one tower, and with its paper's two: their maps meet in the third convolution only."""
    split = {"padding": "same", "groups": groups}
    model = keras.Sequential(
        [
            keras.Input((227, 227, 3)),
            layers.Conv2D(96, 11, strides=4),
            layers.MaxPooling2D(3, 2),
            layers.Conv2D(256, 5, **split),
            layers.MaxPooling2D(3, 2),
            layers.Conv2D(384, 3, padding="same"),
            layers.Conv2D(384, 3, **split),
            layers.Conv2D(256, 3, **split),
            layers.MaxPooling2D(3, 2),
            layers.Flatten(),
            *(layers.Dense(units) for units in (4096, 4096, 1000)),
        ]
    )
    assert flops.total(model) == (
        55**2 * 96 * 363
        + 27**2 * 256 * 25 * 96 // groups
        + 13**2 * 9 * (384 * 256 + 384 * 384 // groups + 256 * 384 // groups)
        + 9216 * 4096 + 4096 * 4096 + 4096 * 1000
    )  # fmt: skip
    assert flops.total(model) / 1e9 == pytest.approx(billions, abs=5e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "billions"),
    # VGG: the paper's convolutions and its dense layers. ResNet-50 as Keras has it, stride in the first 1x1
    # convolution of a block: He et al. say 3.8. MobileNetV2: its paper says 300 million.
    [("VGG16", 15.470), ("ResNet50", 3.858), ("MobileNetV2", 0.301), ("ResNet152", 11.28)],
)
def test_published_networks(network, billions):
    model = getattr(keras.applications, network)(weights=None)
    rows = flops.count(model)
    assert all(row.counted for row in rows)
    assert sum(row.parameters for row in rows) == model.count_params()
    assert sum(row.multiply_adds for row in rows) / 1e9 == pytest.approx(billions, rel=2e-3)


def xla_flops(model):
    """What XLA counts for one example of a model on JAX."""
    import jax

    trainable, other = (
        [v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables)
    )
    inputs = [np.zeros((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]

    def forward(inputs):
        return model.stateless_call(trainable, other, inputs if len(inputs) > 1 else inputs[0])[0]

    return jax.jit(forward).lower(inputs).cost_analysis()["flops"]


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="JAX tells XLA's own count")
@pytest.mark.parametrize(
    "name",
    ["dense", "dense on a sequence", "einsum", "valid", "dilated", "grouped", "one dimension", "three dimensions",
     "depthwise, one dimension", "separable, one dimension", "maxout", "dot"],
)  # fmt: skip
def test_xla_counts_the_same(name):
    layer, shapes, expected = LAYERS[name]
    layer = type(layer).from_config(layer.get_config())
    model = one(layer, *shapes)
    # XLA counts every addition, of the bias too, and a comparison: a few for each value of the output.
    values = math.prod(model.output_shape[1:])
    assert 0 <= xla_flops(model) - 2 * expected + values <= 4 * values


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="JAX tells XLA's own count")
def test_xla_counts_the_same_for_whole_networks():
    dense = models.dense_sequential()
    assert xla_flops(dense) == pytest.approx(2 * flops.total(dense), rel=0.01)
    lstm = one(layers.LSTM(64, unroll=True), (2, 32))
    assert xla_flops(lstm) == pytest.approx(2 * flops.total(lstm), rel=0.05)
    # It leaves out products with padded zeros: of the 3 * 28 rows that a 3x3 kernel meets in 28 pixels, two are such.
    convnet = models.convnet_sequential()
    padded = (84**2 - 82**2) * 32 + (42**2 - 40**2) * 32 * 64
    assert xla_flops(convnet) == pytest.approx(2 * (flops.total(convnet) - padded), rel=0.01)
