"""plots.regions and plots.separation: what stands in the figures."""

import numpy as np
import pytest
from PIL import Image

from keras_course.errors import UserError
from keras_course.plots import regions, separation

X, Y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 2


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def left(x):
    """Class 1 left of 0.2, softly."""
    return 1 / (1 + np.exp(20 * (x[:, 0] - 0.2)))


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def size(figure, tmp_path):
    """Saving lays the figure out, and warnings are errors."""
    figure.savefig(tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as picture:
        return picture.size


def test_plane_goes_around_the_points():
    across, up, points = regions.plane(X, 5)
    assert across[0] < X[:, 0].min() and across[-1] > X[:, 0].max()
    assert up[0] < X[:, 1].min() and up[-1] > X[:, 1].max()
    np.testing.assert_allclose(points.reshape(5, 5, 2)[2, 3], [across[3], up[2]])
    assert len(regions.plane(np.ones((1, 2)), 4)[2]) == 16


def test_decision_regions_fills_probabilities_and_rings_what_is_wrong(tmp_path):
    figure = regions.decision_regions(
        {"left": left, "all": lambda x: np.ones(len(x))}, X, Y, title="Who?", marked={"left": (0.2, 0.0)}
    )
    first, second, bar = figure.axes
    assert figure.get_suptitle() == "Who?"
    assert [first.get_title(), second.get_title()] == ["left", "all"]
    assert first.get_xlabel() == "$x_1$" and first.get_ylabel() == "$x_2$"
    assert bar.get_ylabel() == "probability of class 1 (line: 0.5)"
    assert legend(figure) == ["class 0", "class 1", "misclassified"]
    ringed = {len(c.get_offsets()) for c in first.collections if len(c.get_facecolor()) == 0} - {1}
    assert int(np.sum((left(X) >= 0.5) != Y)) in ringed
    assert [text.get_text() for text in first.texts] == ["0.5"] and not second.texts
    width, height = size(figure, tmp_path)
    assert width > height


def test_the_boundary_is_drawn_at_one_half():
    figure = regions.decision_regions({"left": left}, X, Y)
    (line,) = [c for c in figure.axes[0].collections if list(getattr(c, "levels", [])) == [0.5]]
    np.testing.assert_allclose(line.get_paths()[0].vertices[:, 0], 0.2, atol=0.02)


def test_decision_regions_without_points():
    figure = regions.decision_regions({"left": left}, X)
    assert not figure.legends
    assert all(c.get_zorder() < 3 for c in figure.axes[0].collections)


@pytest.mark.parametrize(
    ("classifiers", "x", "y", "words"),
    [
        ({}, X, Y, "no classifier"),
        ({"left": left}, X[:, :1], Y, r"not \(30, 1\)"),
        ({"left": left}, X, Y[:4], r"not \(30, 2\) and \(4,\)"),
    ],
)
def test_decision_regions_refuses_what_does_not_fit(classifiers, x, y, words):
    with pytest.raises(UserError, match=words):
        regions.decision_regions(classifiers, x, y)


def test_learning_is_a_gif_of_all_frames(tmp_path):
    points = regions.plane(X, 20)[2]
    frames = {epoch: 1 / (1 + np.exp(epoch * points[:, 0])) for epoch in (0, 1, 3)}
    path = tmp_path / "learning.gif"
    regions.save_learning(path, frames, [0.7, 0.5, 0.4], X, Y, title="Net", frames_a_second=2)
    with Image.open(path) as picture:
        assert picture.format == "GIF" and picture.is_animated and picture.n_frames >= 3
        lasted = []
        for frame in range(picture.n_frames):
            picture.seek(frame)
            lasted.append(picture.info["duration"])
    assert sum(lasted) == (3 + 4) * 500  # the last one stays for two seconds more
    assert path.stat().st_size < 200_000


@pytest.mark.parametrize("frames", [{}, {0: np.zeros(3)}])
def test_learning_refuses_frames_that_are_no_grid(tmp_path, frames):
    with pytest.raises(UserError, match="at least one is needed, each of steps"):
        regions.save_learning(tmp_path / "learning.gif", frames, [1.0], X, Y)


def test_errors_and_log_loss_stand_side_by_side(tmp_path):
    fractions = np.linspace(0, 1, 5)
    figure = separation.errors_against_log_loss(
        fractions,
        [3, 3, 2, 2, 0],
        [1.0, 0.8, 0.5, 0.3, 0.1],
        {"number of errors": [3, 3], "log-loss": [3, 0]},
    )
    count, smooth, steps = figure.axes
    assert (count.get_ylabel(), smooth.get_ylabel()) == ("errors", "log-loss, mean over the points")
    assert count.lines[0].get_drawstyle().startswith("steps")
    assert [text.get_text() for text in steps.get_legend().get_texts()] == [
        "on the number of errors",
        "on the log-loss",
    ]
    size(figure, tmp_path)
    with pytest.raises(UserError, match="5 positions, 1 errors and 1 losses"):
        separation.errors_against_log_loss(fractions, [1], [1.0], {})


def test_layers_says_what_it_draws(tmp_path, rng):
    flat = rng.normal(size=(30, 2)) @ rng.normal(size=(2, 7))  # seven units, but two directions
    figure = separation.layers({"points": X, "layer": flat, "score": X[:, :1]}, Y, title="Net")
    points, layer, score = figure.axes
    assert points.get_title() == "points"
    assert layer.get_title() == "layer\ntwo principal components: 100% of the variance"
    assert (layer.get_xlabel(), points.get_xlabel()) == ("first component", "first coordinate")
    assert score.get_ylabel() == "points"
    assert sum(bar.get_height() for bar in score.patches) == 30
    assert legend(figure) == ["class 0", "class 1"]
    size(figure, tmp_path)


def test_principal_components_are_sklearns(rng):
    from sklearn.decomposition import PCA

    values = rng.normal(size=(40, 5)) * [5, 1, 3, 0.5, 0.1] + 7
    found, fraction = separation.principal_components(values)
    theirs = PCA(2).fit(values)
    np.testing.assert_allclose(np.abs(found), np.abs(theirs.transform(values)), atol=1e-9)
    assert fraction == pytest.approx(theirs.explained_variance_ratio_.sum())
    assert separation.principal_components(np.ones((4, 3)))[1] == 1.0


@pytest.mark.parametrize("outputs", [{}, {"layer": np.zeros((4, 2))}, {"layer": np.zeros(30)}])
def test_layers_refuses_what_does_not_fit(outputs):
    with pytest.raises(UserError, match=r"30 points need layers' outputs of \(30, units\)"):
        separation.layers(outputs, Y)
