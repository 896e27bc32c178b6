"""quantile_dense: it starts as EWMA's forecast, and its members learn each for itself."""

import keras
import numpy as np
import pytest

from keras_course import losses
from keras_course.errors import UserError
from keras_course.layers.prices import Volatility
from keras_course.models import blocks, dense_functional
from keras_course.models.quantiles import quantile_dense

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
RESIDUALS = (-2.3, -1.2, 0.02, 1.1, 2.1)
PRICES = (100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (64, 261)), axis=1))).astype(
    "float32"
)
TARGETS = np.random.default_rng(1).normal(0, 0.02, 64).astype("float32")


def test_with_nothing_learnt_it_is_ewma_times_the_residuals_quantiles():
    found = quantile_dense(residuals=RESIDUALS).predict(PRICES, verbose=0)
    returns = np.diff(np.log(PRICES.astype(float)), axis=1).astype("float32")
    volatility = keras.ops.convert_to_numpy(Volatility()(returns))
    np.testing.assert_allclose(found, volatility * np.array(RESIDUALS), atol=2e-6)


def test_trained_quantiles_rise_and_do_not_know_the_currency():
    model = quantile_dense(members=2, units=4)
    trained = blocks.members_of(model)
    trained.compile(keras.optimizers.Adam(0.05), losses.PinballLoss(LEVELS))
    trained.fit(PRICES, TARGETS, epochs=3, verbose=0)
    found = model.predict(PRICES, verbose=0)
    assert (np.diff(found, axis=1) > 0).all()
    np.testing.assert_allclose(model.predict(20 * PRICES, verbose=0), found, atol=1e-5)
    each = trained.predict(PRICES, verbose=0)
    assert each.shape == (64, 2, 5) and np.abs(each[:, 0] - each[:, 1]).max() > 1e-4
    np.testing.assert_allclose(found, each.mean(axis=1), atol=1e-7)  # the layers are shared


def test_a_member_learns_as_it_would_alone():
    """The members' loss is the mean of their own: no member's gradient depends on another's output."""
    loss = losses.PinballLoss(LEVELS)
    one, other = np.sort(np.random.default_rng(2).normal(0, 0.02, (2, 64, 5)).astype("float32"), axis=-1)
    both = float(loss(TARGETS, np.stack([one, other], axis=1)))
    assert both == pytest.approx((float(loss(TARGETS, one)) + float(loss(TARGETS, other))) / 2, rel=1e-5)


def test_it_is_saved_and_loaded(tmp_path):
    model = quantile_dense(members=2)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(PRICES, verbose=0), model.predict(PRICES, verbose=0))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: quantile_dense(members=0), "members"),
        (lambda: quantile_dense(units=0), "units"),
        (lambda: quantile_dense(levels=(0.5, 0.4)), "numbers between 0 and 1 that rise"),
        (lambda: quantile_dense(residuals=(1.0, 2.0)), "one number for each of the 5 levels"),
        (lambda: quantile_dense(residuals=(0.0, 0.0, 1.0, 2.0, 3.0)), "must rise"),
        (lambda: quantile_dense((2,)), r"input_shape\[0\]"),
        (lambda: blocks.members_of(dense_functional()), "has no layer 'members'"),
    ],
)
def test_bad_arguments(build, message):
    with pytest.raises(UserError, match=message):
        build()
