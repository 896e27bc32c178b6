import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from keras_course import plots
from keras_course.by_hand import cake_walk, landscapes, optimizers
from keras_course.errors import UserError

RAVINE = landscapes.LANDSCAPES["ravine"]


def way(optimizer, steps=30, landscape=RAVINE):
    with np.errstate(all="ignore"):
        return optimizers.minimize(optimizer, landscape.gradient, landscape.start, steps)


PATHS = {"SGD": way(optimizers.sgd(0.01)), "momentum": way(optimizers.momentum(0.01))}


def saved(figure, tmp_path):
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "figure.png")  # lays it out; warnings are errors
    return tmp_path / "figure.png"


def line(axes, name):
    (found,) = (one for one in axes.lines if one.get_label() == name)
    return found


def test_descents_draw_the_paths_and_their_losses(tmp_path):
    figure = plots.descents(RAVINE, {"both": PATHS}, title="two")
    over, losses = figure.axes
    np.testing.assert_array_equal(line(over, "SGD").get_xydata(), PATHS["SGD"])
    np.testing.assert_allclose(line(losses, "momentum").get_ydata(), RAVINE.loss(PATHS["momentum"]))
    assert line(over, "start").get_xydata().tolist() == [RAVINE.start.tolist()]
    assert line(over, "lowest point").get_xydata().tolist() == RAVINE.minima.tolist()
    assert (
        line(over, "SGD").get_color() == line(losses, "SGD").get_color() != line(over, "momentum").get_color()
    )
    assert losses.get_yscale() == "log"
    (legend,) = figure.legends
    assert {text.get_text() for text in legend.get_texts()} == {"lowest point", "start", "SGD", "momentum"}
    saved(figure, tmp_path)


def test_both_weights_have_one_scale_the_same_in_all_panels(tmp_path):
    adagrad = way(optimizers.adagrad(7.5))  # leaves the landscape's view, and comes back
    lost = way(optimizers.sgd(1.0), 400)
    figure = plots.descents(RAVINE, {"a": PATHS, "b": {"Adagrad": adagrad, "lost": lost}})
    saved(figure, tmp_path)
    first, second, _ = figure.axes
    assert first.get_aspect() == second.get_aspect() == 1
    assert first.get_xlim() == second.get_xlim() == (-10, 4)
    assert first.get_ylim() == (-1.3, 1.3)
    assert second.get_ylim()[0] < adagrad[:, 1].min() < -6 and second.get_ylim()[1] == 1.3
    widths = [axes.get_position().width for axes in (first, second)]
    assert widths[0] == pytest.approx(widths[1], rel=0.02)
    assert figure.get_figwidth() == pytest.approx(10.7)


def test_square_landscapes_stand_beside_each_other(tmp_path):
    saddle = landscapes.LANDSCAPES["saddle"]
    paths = {"SGD": way(optimizers.sgd(0.5), 30, saddle)}
    figure = plots.descents(saddle, {"a": paths, "b": paths})
    saved(figure, tmp_path)
    first, second, losses = figure.axes
    assert first.get_position().y0 == pytest.approx(second.get_position().y0)
    assert losses.get_position().y1 < first.get_position().y0


def test_a_name_keeps_its_colour_in_all_panels():
    left, right, losses = plots.descents(RAVINE, {"a": {"SGD": PATHS["SGD"]}, "b": PATHS}).axes
    assert line(left, "SGD").get_color() == line(right, "SGD").get_color() == line(losses, "SGD").get_color()


def test_a_path_to_infinity_is_cut_and_can_be_drawn(tmp_path):
    lost = way(optimizers.sgd(1.0), 400)
    assert not np.isfinite(lost).all()
    figure = plots.descents(RAVINE, {"": {"lost": lost}})
    drawn = line(figure.axes[0], "lost").get_xydata()
    assert 1 <= len(drawn) < 10 and np.isfinite(drawn).all()
    saved(figure, tmp_path)


@pytest.mark.parametrize(
    ("paths", "message"), [({}, "no path"), ({"x": np.zeros((3, 3))}, r"'x' must be .*\(3, 3\)")]
)
def test_what_is_no_path_is_refused(paths, message):
    with pytest.raises(UserError, match=message):
        plots.descents(RAVINE, {"": paths})


def test_losses_by_step(tmp_path):
    figure = plots.losses_by_step(
        {"a": {"one": np.array([4.0, 2.0, 1.0])}, "b": {"two": np.array([4.0, 0.0])}}
    )
    assert line(figure.axes[0], "one").get_ydata().tolist() == [4, 2, 1]
    assert np.isnan(line(figure.axes[1], "two").get_ydata()).tolist() == [False, True]  # 0 has no logarithm
    saved(figure, tmp_path)
    with pytest.raises(UserError, match="no losses"):
        plots.losses_by_step({"a": {}})


def test_rolls_say_where_each_comes_to_rest(tmp_path):
    figure = plots.rolls(
        landscapes.double_well, {"a": np.array([-2.0, -1.5, -0.9]), "b": np.array([-2.0, 1.07])}
    )
    texts = [axes.get_legend().get_texts()[-1].get_text() for axes in figure.axes]
    assert texts == ["comes to rest: w = -0.90", "comes to rest: w = 1.07"]
    saved(figure, tmp_path)


def test_cake_walk_draws_every_try(tmp_path):
    place, directions = np.array([10.0, 4.0]), cake_walk.around(8)
    walk, _ = cake_walk.cake_walk(lambda w: cake_walk.distance(w, place), np.zeros(2), directions)
    look = landscapes.Landscape(
        lambda w: np.linalg.norm(w - place, axis=-1), np.zeros_like, np.zeros(2), place[None], RAVINE.view
    )
    table = [{"dimensions": n, "evaluations": n**3, "gradients": 11} for n in (2, 5)]
    figure = plots.cake_walk(look, walk, directions, walk[:3], table)
    left, middle, right = figure.axes
    assert len(line(left, "tried").get_xydata()) == 8 * (len(walk) - 1)
    assert middle.get_title() == "gradient descent: 2 steps"
    assert right.lines[0].get_ydata().tolist() == [8, 125]
    saved(figure, tmp_path)


def test_no_path_and_no_frame_are_refused(tmp_path):
    with pytest.raises(UserError, match="no path"):
        plots.rolls(landscapes.double_well, {})
    with pytest.raises(UserError, match="frames=0 must be at least 1"):
        plots.save_race(tmp_path / "race.gif", {"ravine": RAVINE}, {"ravine": PATHS}, frames=0)


def test_the_race_moves_and_keeps_its_colours(tmp_path):
    path = tmp_path / "race.gif"
    plots.save_race(path, {"ravine": RAVINE}, {"ravine": PATHS}, frames=5)
    with Image.open(path) as gif:
        assert gif.n_frames == 5 and gif.info["loop"] == 0
        gif.seek(4)
        assert gif.info["duration"] >= 2000  # the last picture stays
        frames = []
        for number in range(gif.n_frames):
            gif.seek(number)
            frames.append(np.asarray(gif.convert("RGB")).astype(int))
    assert all((one != other).any() for one, other in itertools.pairwise(frames))
    for colour in ((0, 114, 178), (213, 94, 0)):  # the two runners'
        counts = [int((np.abs(frame - colour).sum(axis=-1) < 6).sum()) for frame in frames]
        assert counts[-1] > counts[0] > 0
