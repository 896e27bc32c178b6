"""RandomAffine: the picture ImageDataGenerator gives, drawn faster; nothing at inference."""

import keras
import numpy as np
import pytest

from keras_course import saving
from keras_course.augmentation import DIGITS, Augmentation, RandomAffine
from keras_course.augmentation.random_affine import affine_matrices, affine_warp

NOTHING = Augmentation(0, 0, 0, 0, 0, False)
SIZE = 40


def picture(height=SIZE, width=SIZE):
    """A smooth picture without any symmetry, (height, width, 3) uint8."""
    y, x = np.mgrid[:height, :width] / max(height, width)
    red = np.exp(-((x - 0.3) ** 2 + (y - 0.2) ** 2) * 20)
    green = 0.5 + 0.5 * np.sin(4 * x + 9 * y)
    return (255 * np.stack([red, green, x * (1 - y)], axis=-1)).astype(np.uint8)


def warp(images, numbers, augmentation):
    """What RandomAffine makes of (n, h, w, c) pictures for the numbers (7, n)."""
    matrices = affine_matrices(np.asarray(numbers, "float32"), augmentation, *images.shape[1:3])
    return keras.ops.convert_to_numpy(affine_warp(images, matrices, augmentation.fill))


USUAL = Augmentation(
    rotation=40, width_shift=0.2, height_shift=0.2, shear=10, zoom=0.2, fill="nearest"
)  # Chollet's


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
@pytest.mark.parametrize("fill", ["nearest", "constant", "reflect"])
@pytest.mark.parametrize(
    ("place", "value", "theirs"),
    [
        (0, 0.7, {"theta": 0.7 * 30}),
        (0, -0.3, {"theta": -0.3 * 30}),
        (1, 0.6, {"tx": 0.6 * 0.2 * SIZE}),
        (2, 0.6, {"ty": 0.6 * 0.1 * SIZE}),
        (3, -0.8, {"shear": -0.8 * 20}),
        (4, 0.9, {"zx": 1 + 0.9 * 0.4}),
        (5, -0.9, {"zy": 1 - 0.9 * 0.4}),
        (6, -1.0, {"flip_horizontal": True}),
    ],
    ids=["rotation", "rotation back", "width shift", "height shift", "shear", "zoom x", "zoom y", "flip"],
)
def test_the_same_picture_as_image_data_generator_axis_by_axis(place, value, theirs, fill):
    from keras_course.augmentation.generator import image_data_generator

    augmentation = Augmentation(30, 0.2, 0.1, 20, 0.4, True, fill)
    numbers = np.zeros((7, 1))
    numbers[6] = 1  # no flip
    numbers[place] = value
    ours = warp(picture()[None], numbers, augmentation)[0]
    generator = image_data_generator(augmentation)
    expected = generator.apply_transform(picture().astype("float32"), theirs)
    assert np.abs(expected - picture()).mean() > 3  # something happened
    assert np.abs(ours - expected).max() < 0.05


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_the_same_picture_for_everything_together(seed):
    from keras_course.augmentation.generator import image_data_generator

    numbers = np.random.default_rng(seed).uniform(-1, 1, (7, 1))
    ours = warp(picture()[None], numbers, USUAL)[0]
    turn, right, down, lean, wide, high, mirror = numbers[:, 0]
    theirs = {
        "theta": 40 * turn,
        "tx": 0.2 * SIZE * right,
        "ty": 0.2 * SIZE * down,
        "shear": 10 * lean,
        "zx": 1 + 0.2 * wide,
        "zy": 1 + 0.2 * high,
        "flip_horizontal": mirror < 0,
    }
    expected = image_data_generator(USUAL).apply_transform(picture().astype("float32"), theirs)
    assert np.abs(ours - expected).max() < 0.05


@pytest.mark.tensorflow
def test_both_engines_draw_from_the_same_distributions():
    from scipy import stats

    from keras_course.augmentation.generator import image_data_generator

    augmentation = Augmentation(rotation=30, width_shift=0.3, height_shift=0.1, shear=5, zoom=0.25)
    generator = image_data_generator(augmentation)
    np.random.seed(0)
    drawn = [generator.get_random_transform((50, 80, 3)) for _ in range(2000)]
    numbers = np.random.default_rng(0).uniform(-1, 1, (7, 2000))
    turn, _, _, lean, wide, high, mirror = numbers
    ours = {
        "theta": 30 * turn,
        "shear": 5 * lean,
        "zx": 1 + 0.25 * wide,
        "zy": 1 + 0.25 * high,
    }
    for name, values in ours.items():
        assert stats.ks_2samp(values, [one[name] for one in drawn]).pvalue > 0.001, name
    # The legacy engine takes the height for the shift along the width, and the other way round: equal for squares.
    assert np.ptp([one["tx"] for one in drawn]) == pytest.approx(2 * 0.3 * 50, rel=0.02)
    assert np.ptp([one["ty"] for one in drawn]) == pytest.approx(2 * 0.1 * 80, rel=0.02)
    assert np.mean([one["flip_horizontal"] for one in drawn]) == pytest.approx(0.5, abs=0.05)
    assert np.mean(mirror < 0) == pytest.approx(0.5, abs=0.05)


def test_what_the_layer_draws_fills_its_ranges():
    """A bright dot off the centre tells where each of many copies was moved."""
    keras.utils.clear_session()
    images = np.zeros((400, 33, 65, 1), "float32")
    images[:, 16, 32] = 1
    moved = RandomAffine(Augmentation(0, 0.2, 0.3, 0, 0, False, "constant"), seed=3)(images, training=True)
    moved = keras.ops.convert_to_numpy(moved)[..., 0]
    weight = moved.sum(axis=(1, 2))
    columns = (moved.sum(axis=1) * np.arange(65)).sum(axis=1) / weight - 32
    rows = (moved.sum(axis=2) * np.arange(33)).sum(axis=1) / weight - 16
    assert np.abs(columns).max() == pytest.approx(0.2 * 65, rel=0.05)
    assert np.abs(rows).max() == pytest.approx(0.3 * 33, rel=0.05)
    assert abs(columns.mean()) < 1 and abs(rows.mean()) < 1
    assert abs(np.corrcoef(columns, rows)[0, 1]) < 0.15


def test_moves_turns_and_zooms_go_the_way_they_say():
    dot = np.zeros((1, 21, 21, 1), "float32")
    dot[0, 10, 15] = 1  # right of the centre

    def place(index, value, augmentation):
        numbers = np.zeros((7, 1))
        numbers[6], numbers[index] = 1, value
        drawn = warp(dot, numbers, augmentation)[0, ..., 0]
        return np.unravel_index(drawn.argmax(), drawn.shape)

    constant = {"fill": "constant", "horizontal_flip": True}
    assert place(6, -1, Augmentation(0, 0, 0, 0, 0, **constant)) == (10, 5)
    assert place(0, 1, Augmentation(90, 0, 0, 0, 0, **constant)) == (
        5,
        10,
    )  # where it comes from turns clockwise
    assert place(1, -1, Augmentation(0, 4 / 21, 0, 0, 0, **constant)) == (10, 19)
    assert place(2, -1, Augmentation(0, 0, 4 / 21, 0, 0, **constant)) == (14, 15)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_no_change_is_no_change_for_any_type_and_shape(dtype, channels):
    images = np.random.default_rng(0).integers(0, 256, (3, 9, 14, channels)).astype(dtype)
    numbers = np.ones((7, 3))
    np.testing.assert_allclose(warp(images, numbers, NOTHING), images, atol=1e-3)


def test_packed_bytes_and_floats_give_the_same():
    images = np.random.default_rng(0).integers(0, 256, (4, 17, 12, 3), dtype=np.uint8)
    numbers = np.random.default_rng(1).uniform(-1, 1, (7, 4))
    np.testing.assert_allclose(
        warp(images, numbers, USUAL),
        warp(images.astype("float32"), numbers, USUAL),
        atol=1e-3,
    )


def test_one_pixel_high_or_wide():
    for shape in ((2, 1, 7, 3), (2, 7, 1, 3), (2, 1, 1, 1)):
        images = np.full(shape, 9, np.uint8)
        numbers = np.random.default_rng(0).uniform(-1, 1, (7, 2))
        np.testing.assert_allclose(warp(images, numbers, USUAL), images, atol=1e-3)


def test_inference_changes_nothing():
    images = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    layer = RandomAffine(seed=1)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(images)), images)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(images, training=False)), images)


def test_each_photo_and_each_call_is_new_and_a_seed_repeats():
    images = np.repeat(picture()[None], 4, axis=0)
    layer, same, other = RandomAffine(seed=1), RandomAffine(seed=1), RandomAffine(seed=2)
    first, second = (keras.ops.convert_to_numpy(layer(images, training=True)) for _ in range(2))
    assert all(np.abs(first[i] - first[j]).mean() > 1 for i in range(4) for j in range(i))
    assert np.abs(first - second).mean() > 1
    np.testing.assert_array_equal(first, keras.ops.convert_to_numpy(same(images, training=True)))
    assert np.abs(first - keras.ops.convert_to_numpy(other(images, training=True))).mean() > 1


def network():
    return keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            RandomAffine(Augmentation(rotation=10, fill="reflect"), seed=5),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


def test_pictures_without_channels():
    digits = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    grey, coloured = RandomAffine(DIGITS, seed=1), RandomAffine(DIGITS, seed=1)
    moved = keras.ops.convert_to_numpy(grey(digits, training=True))
    assert moved.shape == digits.shape
    np.testing.assert_array_equal(
        moved, keras.ops.convert_to_numpy(coloured(digits[..., None], training=True))[..., 0]
    )
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(grey(digits)), digits)


def test_it_trains_saves_and_reloads(tmp_path):
    model = network()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    images = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 3), dtype=np.uint8)
    model.fit(images, np.arange(40) % 2, batch_size=16, epochs=2, verbose=0)  # a smaller last batch too
    saving.save(model, tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")
    assert again.layers[0].augmentation == model.layers[0].augmentation
    np.testing.assert_array_equal(model.predict(images, verbose=0), again.predict(images, verbose=0))


def test_in_half_precision_it_gives_half_precision():
    layer = RandomAffine(seed=1, dtype="mixed_bfloat16")
    images = np.repeat(picture()[None], 2, axis=0)
    assert keras.backend.standardize_dtype(layer(images, training=True).dtype) == "bfloat16"


def test_a_quarter_turn_keeps_the_rim():
    numbers = np.ones((7, 1))
    turned = warp(
        np.ones((1, 31, 31, 1), "float32"), numbers, Augmentation(90, 0, 0, 0, 0, False, "constant")
    )
    np.testing.assert_allclose(turned, 1, atol=1e-4)


def test_the_copy_for_export_takes_bytes():
    layers = [keras.Input((8, 8, 3), dtype="uint8"), RandomAffine(), keras.layers.Conv2D(2, 3)]
    model = keras.Sequential(layers)
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    still = saving.without_augmentation(model)
    np.testing.assert_allclose(still.predict(images, verbose=0), model.predict(images, verbose=0), rtol=1e-5)


def test_the_copy_for_export_does_not_vary():
    model = network()
    images = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    still = saving.without_augmentation(model)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(still(images, training=True)), model.predict(images, verbose=0), atol=1e-6
    )
