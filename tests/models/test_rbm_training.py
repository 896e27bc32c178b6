"""models.rbm in training: scikit-learn's update under the same noise, files that go on, the compiled loop."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from keras_course import saving, training
from keras_course.by_hand import boltzmann as by_hand
from keras_course.experiment import runs
from keras_course.models import rbm
from keras_course.training import compiled
from tests.models.test_rbm import array, as_machine

PATTERNS = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], "float32")
DATA = PATTERNS[np.random.default_rng(0).integers(0, 3, 300)]
STARS = np.random.default_rng(0).integers(-1, 3, (300, 4)).astype("int8")
EVERY = {
    "binary": (lambda: rbm.binary_rbm(4, 3, seed=0), DATA),
    "persistent": (lambda: rbm.binary_rbm(4, 3, persistent=20, l2=1e-4, seed=0), DATA),
    "masked": (lambda: rbm.masked_rbm(4, 3, seed=0), np.minimum(STARS, 1)),
    "softmax": (lambda: rbm.softmax_rbm(4, 3, 3, cd_steps=2, seed=0), STARS),
}


@pytest.fixture(params=EVERY)
def machine(request):
    build, v = EVERY[request.param]
    model = build()
    model.compile(keras.optimizers.Adam(0.02))
    return model, v


@pytest.mark.parametrize(
    ("options", "optimizer"),
    [
        pytest.param({}, lambda: keras.optimizers.SGD(0.2), marks=pytest.mark.slow),
        pytest.param({"cd_steps": 3}, lambda: keras.optimizers.Adam(0.02), marks=pytest.mark.slow),
        pytest.param(
            {"persistent": 60}, lambda: keras.optimizers.SGD(0.1, momentum=0.5), marks=pytest.mark.slow
        ),
    ],
)
def test_fit_makes_the_data_probable_with_any_optimizer(options, optimizer):
    """Three patterns of four units: after learning they are the machine's most probable states."""
    model = rbm.binary_rbm(4, 3, seed=1, **options)
    model.compile(optimizer())
    guessing = model.evaluate(DATA, verbose=0)
    history = model.fit(DATA, validation_data=(DATA,), batch_size=20, epochs=60, verbose=0).history
    p = by_hand.joint(as_machine(model)).sum(axis=1)
    likeliest = by_hand.states(4)[np.argsort(p)[-3:]]
    assert {tuple(row) for row in likeliest} == {tuple(row) for row in PATTERNS}
    assert by_hand.log_likelihood(DATA, as_machine(model)) > -1.7  # three states alike would be -log 3 = -1.1
    assert guessing == pytest.approx(np.log(2), abs=0.02)
    assert history["val_loss"][-1] < 0.4 * guessing


def test_under_the_same_noise_the_update_is_scikit_learns():
    """Its BernoulliRBM: persistent chains, as many as a batch has examples, one Gibbs step an update, plain SGD."""
    v = (np.random.default_rng(3).random((60, 12)) < 0.4).astype(float)
    theirs = BernoulliRBM(5, learning_rate=0.1, batch_size=10, n_iter=4, random_state=7).fit(v)

    rng = np.random.RandomState(7)
    model = rbm.binary_rbm(12, 5, persistent=10)
    model.kernel.assign(rng.normal(0, 0.01, (5, 12)).T)  # the first that it draws
    model.uniform = lambda shape: rng.uniform(size=[int(size) for size in shape]).astype("float32")
    model.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
    model.fit(v, batch_size=10, epochs=4, shuffle=False, verbose=0)

    np.testing.assert_allclose(array(model.kernel), theirs.components_.T, atol=1e-5)
    np.testing.assert_allclose(array(model.visible_bias), theirs.intercept_visible_, atol=1e-5)
    np.testing.assert_allclose(array(model.hidden_bias), theirs.intercept_hidden_, atol=1e-5)
    np.testing.assert_array_equal(array(model.chain_states), theirs.h_samples_)
    assert abs(theirs.components_).max() > 0.05  # it has learnt something
    np.testing.assert_allclose(array(model.free_energy(v)), theirs._free_energy(v), atol=1e-4)


def test_weight_decay_is_l2_in_the_loss_and_shrinks_the_weights():
    model = rbm.binary_rbm(4, 3, l2=0.01, seed=0)
    assert float(sum(model.losses)) == pytest.approx(0.01 * (array(model.kernel) ** 2).sum(), rel=1e-5)
    sizes = []
    for l2 in (0, 0.1):
        model = rbm.binary_rbm(4, 3, l2=l2, seed=0)
        model.compile(keras.optimizers.SGD(0.1))
        model.fit(DATA, epochs=10, verbose=0)
        sizes.append(np.linalg.norm(array(model.kernel)))
    assert sizes[1] < 0.7 * sizes[0]


def test_every_step_draws_new_noise(machine):
    model, v = machine
    model.compile(keras.optimizers.SGD(0.0))  # nothing is learnt: only the noise differs
    losses = model.fit(v, epochs=4, shuffle=False, verbose=0).history["loss"]
    assert len(set(losses)) == 4


def test_a_saved_file_goes_on_as_if_nothing_had_happened(machine, tmp_path):
    model, v = machine
    model.fit(v, epochs=1, shuffle=False, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model) and loaded.get_config() == model.get_config()
    for one in (model, loaded):
        one.fit(v, epochs=1, shuffle=False, verbose=0)
    for mine, theirs in zip(model.variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(array(mine), array(theirs))  # chains and the noise's state among them
    np.testing.assert_array_equal(model.predict(v, verbose=0), loaded.predict(v, verbose=0))


@pytest.mark.slow
def test_it_opens_in_a_fresh_process(tmp_path):
    model = rbm.softmax_rbm(4, 3, 3, seed=0)
    model.save(tmp_path / "model.keras")
    code = (
        f"from keras_course import saving; print(saving.load_model({str(tmp_path / 'model.keras')!r}).levels)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3"]


def run(folder):
    folder.mkdir()
    return runs.Run(folder, "test", 3)


@pytest.mark.slow
def test_the_courses_fit_runs_it_in_one_compiled_call_and_resumes_exactly(machine, tmp_path, capsys):
    model, v = machine
    assert compiled.can_serve(model, (v,))
    options = {"batch_size": 32, "validation_data": (v,)}
    start = [array(value) for value in model.variables]
    training.fit(model, run(tmp_path / "whole"), v, epochs=4, **options)
    assert "steps in one XLA call" in capsys.readouterr().out
    assert "uniform" not in vars(model)  # plain Keras again
    whole = [array(value) for value in model.variables]

    for variable, value in zip(model.variables, start, strict=True):
        variable.assign(value)
    model.compile(keras.optimizers.Adam(0.02))
    broken = run(tmp_path / "broken")
    training.fit(model, broken, v, epochs=2, verbose=False, **options)
    for variable in model.variables:
        variable.assign(np.zeros(variable.shape))
    training.fit(model, broken, v, epochs=4, verbose=False, **options)
    for mine, theirs in zip(model.variables, whole, strict=True):
        np.testing.assert_array_equal(array(mine), theirs)
    assert saving.load_model(tmp_path / "whole" / "model.keras").visible == 4


@pytest.mark.slow
def test_the_compiled_loop_learns_what_plain_fit_learns(tmp_path):
    for fit in (
        lambda model: training.fit(
            model, run(tmp_path / "run"), DATA, batch_size=20, epochs=60, verbose=False
        ),
        lambda model: model.fit(DATA, batch_size=20, epochs=60, verbose=0),
    ):
        model = rbm.binary_rbm(4, 3, seed=1)
        model.compile(keras.optimizers.SGD(0.2))
        fit(model)
        assert by_hand.log_likelihood(DATA, as_machine(model)) > -1.7


def test_a_sample_weight_is_refused():
    with pytest.raises(ValueError, match="an RBM takes no sample_weight"):
        rbm.binary_rbm(4, 3).compute_loss(DATA, sample_weight=np.ones(len(DATA)))


@pytest.mark.tensorflow
def test_the_loops_uniform_numbers_are_uniform_and_new():
    import tensorflow as tf

    from keras_course.training import dropout

    draw = tf.function(lambda key: dropout.uniform((1001, 1001), key), jit_compile=True)
    one, other = draw(tf.constant([1, 0])).numpy(), draw(tf.constant([1, 1])).numpy()
    assert one.min() >= 0 and one.max() < 1 and one.dtype == "float32"
    counts, _ = np.histogram(one, 100, (0, 1))
    chi_square = ((counts - one.size / 100) ** 2 / (one.size / 100)).sum()
    assert abs(chi_square - 99) < 4 * (2 * 99) ** 0.5
    for a, b in ((one, other), (one[1:], one[:-1]), (one[:, 1:], one[:, :-1]), (one[:500], one[501:])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4 / a.size**0.5
