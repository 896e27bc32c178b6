"""Guided back-propagation, deconvnet, ascent, occlusion and the sanity check, held against cases worked by hand."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_course import explain
from keras_course.errors import UserError
from keras_course.explain import sanity
from keras_course.explain.backpropagation import with_rule
from keras_course.models import cats_dogs, convnet


def worked():
    """One pixel with two channels, x = (1, 2).

    h1 = relu(x1 - x2) = 0, h2 = relu(x1 + x2) = 3, h3 = relu(2 x1) = 2; logit of class 1: 5 h1 + 4 h2 - 7 h3.
    """
    model = keras.Sequential(
        [
            keras.Input((1, 1, 2)),
            layers.Conv2D(3, 1, use_bias=False, activation="relu", name="hidden"),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid", use_bias=False, name="predictions"),
        ]
    )
    model.set_weights([np.array([[[[1.0, 1, 2], [-1, 1, 0]]]]), np.array([[5.0], [4], [-7]])])
    return model, np.array([[[[1.0, 2]]]], "float32")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("gradient", [4 - 14, 4]),  # h2 and h3 are on
        ("deconvnet", [5 + 4, -5 + 4]),  # the slopes 5 and 4 are above 0, whatever is on
        ("guided", [4, 4]),  # both: h2 alone
    ],
)
def test_the_three_rules_by_hand(rule, expected):
    model, x = worked()
    np.testing.assert_allclose(explain.input_gradient(model, x, [1], rule).ravel(), expected, rtol=1e-6)


def test_class_0_of_one_output_is_the_opposite_of_class_1():
    model, x = worked()
    np.testing.assert_allclose(explain.input_gradient(model, x, [0]).ravel(), [10, -4], rtol=1e-6)


@pytest.mark.parametrize("kind", ["layer", "argument", "activation", "relu6"])
def test_every_way_of_writing_a_relu(kind):
    relu = {
        "layer": layers.ReLU(),
        "argument": layers.Conv2D(3, 1, activation="relu", use_bias=False),
        "activation": layers.Activation("relu"),
        "relu6": layers.ReLU(max_value=6.0),
    }[kind]
    before = [] if kind == "argument" else [layers.Conv2D(3, 1, use_bias=False)]
    model = keras.Sequential(
        [
            keras.Input((1, 1, 2)),
            *before,
            relu,
            layers.Flatten(),
            layers.Dense(2, use_bias=False, activation="softmax"),
        ]
    )
    weights, x = worked()[0].get_weights(), worked()[1]
    model.set_weights([weights[0], np.concatenate([-weights[1], weights[1]], axis=1)])
    np.testing.assert_allclose(explain.input_gradient(model, x, [1], "guided").ravel(), [4, 4], rtol=1e-6)
    np.testing.assert_allclose(with_rule(model, "guided")(x), model(x), rtol=1e-6)  # it computes the same
    if kind == "relu6":  # h2 = 9 is cut off at 6: its slope is 0
        assert not explain.input_gradient(model, 3 * x, [1], "guided").any()


def test_max_pooling_leads_back_to_where_the_maximum_was():
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(1, 1, use_bias=False, activation="relu"),
            layers.MaxPooling2D(2, name="pooling"),
        ]
    )
    model.set_weights([np.full((1, 1, 1, 1), 2.0)])
    x = np.zeros((2, 4, 4, 1), "float32")
    x[0, 1, 2], x[0, 0, 3], x[1, 3, 0] = 3, 1, 5
    for rule in ("gradient", "deconvnet", "guided"):
        found = explain.input_gradient(model, x, [0, 0], rule, layer="pooling")
        assert np.argwhere(found[..., 0]).tolist() == [[0, 1, 2], [1, 3, 0]]
        assert found.max() == 2


def test_the_gradient_of_a_filters_strongest_value_lies_in_its_patch():
    keras.utils.set_random_seed(0)
    model = convnet.convnet_sequential((28, 28), filters=(4, 6), hidden=8)
    x = np.random.default_rng(0).random((5, 28, 28), dtype="float32")
    found = explain.strongest_places(model, x, "relu_2_1", list(range(6)), count=2)
    index = next(index for index, places in found.items() if places)  # some may be dead
    place, second = found[index]
    assert place.activation >= second.activation > 0
    slope = explain.input_gradient(model, x[[place.photo]], [index], "guided", layer="relu_2_1")[0]
    assert slope.any()
    assert explain.cut(slope, place).any() and np.isclose(
        explain.cut(slope, place).sum(), slope.sum(), rtol=1e-4
    )


def test_a_network_of_half_precision_and_of_models_in_models():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        inner = cats_dogs.modern((32, 32, 3), None, filters=(4, 6))
        model = keras.Sequential([keras.Input((32, 32, 3)), inner, layers.Dense(2, activation="softmax")])
    finally:
        keras.config.set_dtype_policy("float32")
    x = np.random.default_rng(0).random((2, 32, 32, 3), dtype="float32")
    plain, guided = (explain.input_gradient(model, x, [0, 1], rule) for rule in ("gradient", "guided"))
    assert plain.dtype == "float32" and plain.any() and guided.any()
    assert not np.allclose(plain, guided)


@pytest.mark.parametrize(
    ("targets", "settings", "words"),
    [
        ([1], {"rule": "deep"}, "rule='deep' is unknown: choose one of gradient, deconvnet, guided"),
        ([2], {}, "the classes of .* are 0 to 1"),
        ([3], {"layer": "hidden"}, "from 0 to 2: those of layer 'hidden'"),
        ([0], {"layer": "gone"}, "has no layer 'gone'"),
    ],
)
def test_input_gradient_refuses_what_is_not_there(targets, settings, words):
    with pytest.raises(UserError, match=words):
        explain.input_gradient(*worked(), targets, **settings)


def test_a_network_without_relu_has_nothing_to_replace():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(1, 3, activation="tanh")])
    with pytest.raises(UserError, match=r"has no ReLU .* use rule='gradient'"):
        with_rule(model, "guided")


def test_grad_cam_of_a_layer_that_a_shortcut_goes_around():
    """logit = sum over the places of (2 x + x): of the first convolution the derivative is 1, whatever the shortcut."""
    inputs = keras.Input((2, 2, 1))
    doubled = layers.Conv2D(1, 1, use_bias=False, name="doubled")(inputs)
    x = layers.Flatten()(layers.Add(name="sum")([doubled, inputs]))
    model = keras.Model(inputs, layers.Dense(1, use_bias=False, activation="sigmoid")(x))
    model.set_weights([np.full((1, 1, 1, 1), 2.0), np.ones((4, 1))])
    picture = np.array([[1.0, 2], [-3, 4]], "float32").reshape(1, 2, 2, 1)
    seen = explain.grad_cam(model, picture, [1], layer="doubled")
    np.testing.assert_allclose(seen[0], [[0.25, 0.5], [0, 1]])


def left_half():
    """The probability of class 1 is the fraction of ink in the left half, of a picture of ones."""
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1, use_bias=False)])
    left = np.zeros((8, 8))
    left[:, :4] = 1 / 32
    model.set_weights([left.reshape(64, 1)])
    return model


@pytest.mark.parametrize("batch_size", [1, 5, 64])
def test_occlusion_by_hand(batch_size):
    found = explain.occlusion_map(
        left_half(), np.ones((8, 8, 1)), 1, side=4, stride=4, grey=0, batch_size=batch_size
    )
    np.testing.assert_allclose(found, [[0.5, 1], [0.5, 1]])  # a quarter of the picture, a half of what counts
    opposite = explain.occlusion_map(left_half(), np.ones((8, 8, 1)), 0, side=4, stride=4, grey=0)
    np.testing.assert_allclose(opposite, 1 - found)


def test_the_square_is_centred_on_its_part_of_the_picture_and_cut_at_the_edge():
    found = explain.occlusion_map(left_half(), np.ones((8, 8, 1)), 1, side=4, stride=2, grey=0)
    # columns -1 to 2, 1 to 4, 3 to 6, 5 to 8; rows -1 to 2 and 5 to 8 have three in the picture
    hidden = np.outer([3, 4, 4, 3], [3, 3, 1, 0])
    np.testing.assert_allclose(found, 1 - hidden / 32, rtol=1e-6)


def test_a_square_of_the_mean_changes_nothing_in_an_even_picture():
    found = explain.occlusion_map(left_half(), np.full((8, 8, 1), 0.5), 1, side=3)
    np.testing.assert_allclose(found, 0.5, rtol=1e-6)
    for wrong in ({"side": 0}, {"side": 9}, {"side": 2, "stride": 0}):
        with pytest.raises(UserError, match="give 1 to 8 pixels"):
            explain.occlusion_map(left_half(), np.ones((8, 8, 1)), 1, **wrong)


def test_ascent_finds_the_kernel_of_a_filter():
    kernel = np.random.default_rng(1).standard_normal((5, 5, 1, 2))
    model = keras.Sequential([keras.Input((5, 5, 1)), layers.Conv2D(2, 5, activation="relu", name="filters")])
    model.set_weights([kernel, np.full(2, -100.0)])  # the ReLU is off: it has no slope
    found = explain.exciting_pictures(model, [1, 0], layer="filters", jitter=0, blur=0, steps=12)
    for picture, index in zip(found, (1, 0), strict=True):
        assert np.corrcoef(picture.ravel(), kernel[..., index].ravel())[0, 1] > 0.95
    assert found.min() >= 0 and found.max() <= 1


def test_ascent_raises_the_classes_logit_and_follows_its_seed():
    model = convnet.convnet_sequential((28, 28), filters=(4, 6), hidden=8)
    settings = {"steps": 10, "jitter": 1}
    found = explain.exciting_pictures(model, [3, 8], **settings)
    assert found.shape == (2, 28, 28)
    start = explain.exciting_pictures(model, [3, 8], **{**settings, "steps": 1})
    before, after = (keras.ops.convert_to_numpy(model(x)) for x in (start, found))
    assert after[0, 3] > before[0, 3] and after[1, 8] > before[1, 8]
    np.testing.assert_array_equal(found, explain.exciting_pictures(model, [3, 8], **settings))
    assert (found != explain.exciting_pictures(model, [3, 8], **settings, seed=1)).any()


@pytest.mark.parametrize(
    ("targets", "settings", "words"),
    [
        ([10], {}, "from 0 to 9: those of 'predictions'"),
        ([], {}, "from 0 to 9"),
        ([4], {"layer": "relu_1_1"}, "from 0 to 3: those of 'relu_1_1'"),
        ([0], {"steps": 0}, "at least one step"),
        ([0], {"decay": 1}, "a decay from 0 to below 1"),
    ],
)
def test_ascent_refuses_what_is_not_there(targets, settings, words):
    with pytest.raises(UserError, match=words):
        explain.exciting_pictures(
            convnet.convnet_sequential((28, 28), filters=(4, 6), hidden=8), targets, **settings
        )


def test_random_weights_from_the_top_down():
    model = convnet.convnet_sequential(filters=(4, 6), hidden=8, normalization=True)
    names = [layer.name for layer in model.layers if layer.weights]
    twin, same, other = (explain.randomized(model, "convolution_2_1", seed=seed) for seed in (0, 0, 1))

    def equal(a, b, name):
        pairs = zip(a.get_layer(name).get_weights(), b.get_layer(name).get_weights(), strict=True)
        return all(np.array_equal(one, two) for one, two in pairs)

    kept = names[: names.index("convolution_2_1")]
    assert all(equal(model, twin, name) for name in kept)
    drawn = [name for name in names if name not in kept and not name.startswith("normalization")]
    assert not any(equal(model, twin, name) or equal(twin, other, name) for name in drawn)
    assert all(equal(twin, same, name) for name in names)
    with pytest.raises(UserError, match="no layer 'flatten' with weights: it has convolution_1_1, "):
        explain.randomized(model, "flatten")
    assert sanity.layers_from_the_top(model) == [
        "predictions",
        "convolution_2_1",
        "convolution_1_1",
    ]


def test_the_sanity_check_tells_the_picture_from_the_network():
    """An edge detector shows the same whatever the weights; the gradient of a linear network is its weights."""
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2, name="only")])
    x = np.random.default_rng(0).random((1, 8, 8, 1), dtype="float32")
    found = explain.sanity_check(
        model,
        {
            "edges": lambda model: np.abs(np.diff(x, axis=1)),
            "gradient": lambda model: explain.input_gradient(model, x, [0]),
        },
        ["only"],
    )
    assert explain.rank_correlation(*found["edges"]) == pytest.approx(1)
    assert abs(explain.rank_correlation(*found["gradient"])) < 0.4


def test_rank_correlation_and_structural_similarity_by_hand():
    a = np.arange(12.0).reshape(3, 4)
    assert explain.rank_correlation(a, -(a**3)) == pytest.approx(1)  # magnitudes, and their order only
    assert explain.rank_correlation(a + 1, 1 / (a + 1)) == pytest.approx(-1)
    assert explain.rank_correlation(a, np.ones((3, 4))) == 0
    assert explain.rank_correlation(np.array([0, 0, 1.0]), np.array([0, 1.0, 2])) == pytest.approx(3**0.5 / 2)
    picture = np.random.default_rng(0).random((32, 32))
    assert explain.structural_similarity(picture, -3 * picture) == pytest.approx(1)
    assert explain.structural_similarity(picture, np.random.default_rng(1).random((32, 32))) < 0.3
    for function in (explain.rank_correlation, explain.structural_similarity):
        with pytest.raises(UserError, match="two pictures"):
            function(picture, picture[:8])
