import ast
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from keras_course import evaluation
from keras_course.errors import UserError
from keras_course.evaluation import classification
from keras_course.evaluation.classification import (
    accuracy,
    accuracy_interval,
    class_probabilities,
    confusion_matrix,
    most_confident_mistakes,
    significantly_better,
)


def labels(seed, n=500, k=10, dtype=np.int64):
    rng = np.random.default_rng(seed)
    return rng.integers(0, k, n).astype(dtype), rng.integers(0, k, n).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_same_as_scikit_learn(dtype):
    true, predicted = labels(0, k=25, dtype=dtype)  # 24 * 25 overflows uint8
    expected = metrics.confusion_matrix(true, predicted, labels=range(25))
    assert np.array_equal(confusion_matrix(true, predicted, 25), expected)
    assert accuracy(true, predicted) == pytest.approx(metrics.accuracy_score(true, predicted))


def test_rows_are_true_columns_are_predicted():
    matrix = confusion_matrix([4, 4, 9], [9, 4, 9], 10)
    assert (matrix[4, 9], matrix[9, 4], matrix[4, 4], matrix[9, 9]) == (1, 0, 1, 1)
    assert matrix.sum() == 3 and matrix.shape == (10, 10)
    assert np.issubdtype(matrix.dtype, np.integer)


def test_classes_that_never_occur_have_rows_too():
    assert confusion_matrix([0, 1], [1, 1], 4).tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [0] * 4, [0] * 4]


def test_accuracy_is_a_plain_float():
    assert accuracy([1, 2, 3, 4], [1, 2, 3, 0]) == 0.75
    assert type(accuracy([1], [1])) is float


def test_mistakes_most_confident_first():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7], [0.01, 0.99]])
    true = [1, 1, 0, 1, 1]  # wrong at 0 (.9), 1 (.6), 2 (.8)
    assert most_confident_mistakes(true, probabilities, 10).tolist() == [0, 2, 1]
    assert most_confident_mistakes(true, probabilities, 2).tolist() == [0, 2]
    assert most_confident_mistakes(true, probabilities, 0).tolist() == []


def test_mistakes_of_equal_confidence_keep_their_order():
    probabilities = np.tile([0.7, 0.3], (6, 1))
    assert most_confident_mistakes([1, 0, 1, 1, 0, 1], probabilities, 3).tolist() == [0, 2, 3]


def test_no_mistakes():
    assert most_confident_mistakes([0, 1], np.eye(2), 5).tolist() == []
    assert most_confident_mistakes([], np.empty((0, 2)), 5).tolist() == []


def test_all_mistakes_are_wrong_and_all_wrong_are_found():
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(5), 200).astype(np.float32)
    true = rng.integers(0, 5, 200).astype(np.uint8)
    found = most_confident_mistakes(true, probabilities, 1000)
    assert set(found) == set(np.flatnonzero(probabilities.argmax(1) != true))
    assert np.all(np.diff(probabilities[found].max(1)) <= 0)


def test_one_output_is_the_second_classs_probability():
    np.testing.assert_allclose(class_probabilities([[0.25], [1.0]]), [[0.75, 0.25], [0, 1]])
    several = np.array([[0.2, 0.3, 0.5]])
    np.testing.assert_array_equal(class_probabilities(several), several)


def test_significantly_better_is_a_paired_z_test():
    right = np.arange(1000) < 900
    assert significantly_better(
        right, np.arange(1000) < 880
    )  # 20 more, none lost: 20 against a standard error of 4.4
    assert not significantly_better(np.arange(1000) < 880, right)
    assert not significantly_better(right, right)
    other = np.roll(right, 100)  # as many right, others wrong
    assert not significantly_better(right, other)
    lucky = other.copy()
    lucky[np.flatnonzero(~other)[:20]] = True  # 20 more, but 180 differ: 20 against a standard error of 13.4
    assert not significantly_better(lucky, right)
    assert significantly_better(lucky, right, z=1)


@pytest.mark.parametrize(("correct", "examples"), [(0, 1), (0, 50), (17, 50), (50, 50), (9_921, 10_000)])
def test_the_interval_of_an_accuracy_is_wilsons(correct, examples):
    expected = stats.binomtest(correct, examples).proportion_ci(method="wilson")
    assert accuracy_interval(correct, examples) == pytest.approx((expected.low, expected.high), abs=1e-7)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: accuracy(np.zeros(3, int), np.zeros(4, int)), ["(3,)", "(4,)"]),
        (lambda: accuracy(np.zeros(3, int), np.zeros((3, 10))), ["(3,)", "(3, 10)"]),
        (lambda: accuracy(np.zeros((3, 1)), np.zeros((3, 1))), ["(3, 1)"]),
        (lambda: accuracy([], []), ["no examples", "(0,)"]),
        (lambda: confusion_matrix(np.zeros(3, int), np.zeros((3, 2), int), 2), ["(3,)", "(3, 2)"]),
        (lambda: confusion_matrix([0, 10], [0, 1], 10), ["y_true", "0..9", "10"]),
        (lambda: confusion_matrix([0, 1], [0, -1], 10), ["y_predicted", "0..9", "-1"]),
        (lambda: confusion_matrix([0.0, 1.5], [0, 1], 10), ["y_true", "float64"]),
        (lambda: most_confident_mistakes(np.zeros(3, int), np.zeros((4, 2)), 1), ["(3,)", "(4, 2)"]),
        (lambda: most_confident_mistakes(np.zeros(3, int), np.zeros(3), 1), ["(3,)"]),
        (lambda: most_confident_mistakes([2], np.zeros((1, 2)), 1), ["0..1", "2"]),
        (lambda: most_confident_mistakes([1], np.full((1, 2), np.nan), 1), ["2 NaN", "(1, 2)"]),
        (lambda: most_confident_mistakes([1], np.zeros((1, 2)), -1), ["count", "-1"]),
        (lambda: accuracy_interval(0, 0), ["correct=0", "examples=0"]),
        (lambda: accuracy_interval(4, 3), ["correct=4", "examples=3"]),
        (lambda: significantly_better([True], [True, False]), ["correct", "baseline", "(1,)", "(2,)"]),
        (lambda: significantly_better([], []), ["no examples", "baseline"]),
    ],
)
def test_bad_input_is_one_clear_line(call, words):
    with pytest.raises(UserError) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    assert all(word in text for word in words), text


def test_imports_numpy_alone():
    tree = ast.parse(Path(classification.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert modules == {"numpy", "numpy.typing", "keras_course.errors"}


def test_the_package_exports_every_measure():
    assert evaluation.accuracy is accuracy
    defined = {
        node.name
        for path in Path(evaluation.__file__).parent.glob("[!_]*.py")
        if path.stem
        in (
            "activations",
            "bootstrap",
            "classification",
            "ranking",
            "shifting",
        )  # of others the module is used
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert set(evaluation.__all__) == defined
