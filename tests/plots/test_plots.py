import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from keras_course import plots
from keras_course.errors import UserError

HISTORY = {
    "accuracy": [0.80, 0.90, 0.99],
    "loss": [0.9, 0.4, 0.1],
    "val_accuracy": [0.75, 0.85, 0.84],
    "val_loss": [1.0, 0.5, 0.6],
}
BLUE, ORANGE = "#0072b2", "#d55e00"


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def title(figure):
    return figure.get_suptitle()


def saved(figure, tmp_path):
    """The figure's size in pixels after saving, which also lays it out (warnings are errors)."""
    assert isinstance(figure, Figure)
    path = tmp_path / "figure.png"
    figure.savefig(path)
    from PIL import Image

    with Image.open(path) as picture:
        return picture.size


def test_the_package_names_every_module():
    modules = {path.stem for path in Path(plots.__file__).parent.glob("[!_]*.py")}
    assert modules == set(re.findall(r"``(\w+)``", plots.__doc__))


def test_no_pyplot_and_nothing_heavy_at_import():
    code = (
        "import sys, keras_course.plots as p; assert 'matplotlib' not in sys.modules;"
        "p.curves({'loss': [1.0]}); assert 'matplotlib.pyplot' not in sys.modules;"
        "assert not {'keras', 'tensorflow', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# curves


def test_curves_draws_training_and_validation_side_by_side(tmp_path):
    figure = plots.curves(HISTORY, title="dense", best_epoch=1)
    loss, accuracy = figure.axes
    assert title(figure).startswith("validation accuracy peaks at epoch 2 of 3 (85.00 %); training ends at ")
    assert title(figure).endswith("\ndense")
    assert (loss.get_title(), accuracy.get_title()) == ("loss", "accuracy")
    assert loss.get_ylabel() == "loss (lower is better)"
    assert accuracy.get_ylabel() == "accuracy (higher is better)"
    assert loss.get_xlabel() == accuracy.get_xlabel() == "epoch"
    training, validation = loss.lines[:2]
    assert training.get_xdata().tolist() == [1, 2, 3]
    assert training.get_ydata().tolist() == HISTORY["loss"]
    assert validation.get_ydata().tolist() == HISTORY["val_loss"]
    assert (training.get_color().lower(), validation.get_color().lower()) == (BLUE, ORANGE)
    width, height = saved(figure, tmp_path)
    assert width > height
    assert accuracy.yaxis.get_major_formatter()(0.9).endswith(" %")


def test_curves_marks_and_names_the_best_epoch():
    loss, accuracy = plots.curves(HISTORY, best_epoch=1).axes  # index 1 is the second epoch
    assert legend(loss) == ["training", "validation", "epoch kept: 2 (0.5, highest validation accuracy)"]
    assert legend(accuracy)[2] == "epoch kept: 2 (85.00 %, highest validation accuracy)"
    mark = accuracy.lines[-1]
    assert (mark.get_xdata(), mark.get_ydata()) == ([2], [0.85])
    assert legend(plots.curves(HISTORY).axes[0]) == ["training", "validation"]


def test_curves_mark_the_lowest_loss_where_the_epoch_was_chosen_by_accuracy(tmp_path):
    history = {**HISTORY, "val_loss": [0.5, 0.6, 0.7]}
    figure = plots.curves(history, best_epoch=1)
    loss, accuracy = figure.axes
    assert legend(loss)[3] == "lowest validation loss: epoch 1 (0.5)"
    assert len(legend(accuracy)) == 3
    saved(figure, tmp_path)
    for axes in figure.axes:  # no curve is hidden
        box = axes.get_legend().get_window_extent()
        assert not box.overlaps(axes.get_window_extent()) and box.y0 > 0
    by_loss = plots.curves({"val_loss": [0.5, 0.4, 0.7]}, best_epoch=1)
    assert legend(by_loss.axes[0]) == ["validation", "epoch kept: 2 (0.4, lowest validation loss)"]
    assert title(by_loss) == "validation loss is lowest at epoch 2 of 3 (0.4)"


@pytest.mark.parametrize("best", [-1, 3])
def test_curves_refuses_a_best_epoch_that_there_is_not(best):
    with pytest.raises(UserError, match=rf"0 to 2, but is {best}"):
        plots.curves(HISTORY, best_epoch=best)


def test_curves_of_any_metrics(tmp_path):
    history = {
        "mae": [3, 2],
        "val_mae": [4, 3],
        "val_only": [1, 2],
        "loss": [1, 2],
        "b": [1, 2],
        "epoch": [1, 2],
    }
    figure = plots.curves(history)
    assert [axes.get_title() for axes in figure.axes] == ["loss", "mae", "only", "b"]
    assert legend(figure.axes[2]) == ["validation"]
    assert figure.axes[2].lines[0].get_color().lower() == ORANGE
    saved(figure, tmp_path)


def test_learning_rate_has_a_panel_only_if_it_changes():
    changing = plots.curves({**HISTORY, "learning_rate": [0.1, 0.05, 0.0]}, best_epoch=0)
    assert [axes.get_title() for axes in changing.axes] == ["loss", "accuracy", "learning rate"]
    assert changing.axes[2].lines[0].get_ydata().tolist() == [0.1, 0.05, 0.0]
    assert len(plots.curves({**HISTORY, "learning_rate": [0.1] * 3}).axes) == 2


def test_one_epoch_is_seen_as_points(tmp_path):
    figure = plots.curves({name: values[:1] for name, values in HISTORY.items()}, best_epoch=0)
    assert all(line.get_marker() == "o" for line in figure.axes[0].lines[:2])
    saved(figure, tmp_path)
    assert 1 in figure.axes[0].get_xticks()


def test_values_that_are_not_finite_leave_gaps_and_are_named(tmp_path):
    history = {"loss": [1.0, np.nan, np.inf, None], "val_loss": [np.nan] * 4}
    figure = plots.curves(history, best_epoch=2)
    drawn = figure.axes[0].lines[0].get_ydata()
    assert drawn[0] == 1 and np.isnan(drawn[1:]).all()
    assert legend(figure.axes[0]) == [
        "training (not finite at epoch 2 and 2 more)",
        "validation (not finite at epoch 1 and 3 more)",
        "epoch kept: 3",
    ]
    saved(figure, tmp_path)


@pytest.mark.parametrize("history", [{}, {"loss": []}, {"epoch": [1.0]}])
def test_curves_of_nothing(history):
    with pytest.raises(UserError, match="no epoch of any metric"):
        plots.curves(history)


# confusion


def test_confusion_writes_the_counts_and_leaves_zeros_blank(tmp_path):
    figure = plots.confusion(np.array([[9, 1, 0], [0, 8, 2], [0, 0, 1000]]), ["a", "b", "c"], title="letters")
    axes = figure.axes[0]
    cells = {tuple(text.get_position()): text.get_text() for text in axes.texts}  # (column, row)
    assert cells == {(0, 0): "9", (1, 0): "1", (1, 1): "8", (2, 1): "2", (2, 2): "1000"}
    assert title(figure) == "test: 3 of 1,020 wrong (0.29 %),\nmost often b taken for c (2 times)\nletters"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "c"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["right", "wrong"]
    saved(figure, tmp_path)


def test_confusion_colours_right_blue_wrong_orange_by_fraction_of_the_row():
    picture = (
        plots.confusion(np.array([[99, 1, 0], [0, 5, 5], [0, 0, 0]]), "abc").axes[0].images[0].get_array()
    )
    red, blue = picture[..., 0], picture[..., 2]
    assert blue[0, 0] > red[0, 0] and red[1, 2] > blue[1, 2]
    assert picture[0, 0].sum() < picture[1, 1].sum()  # 99 % of the row is darker than 50 %
    assert picture[1, 2].sum() < picture[0, 1].sum()  # and 50 % wrong darker than 1 %
    assert to_hex(picture[0, 2]) == to_hex(picture[2, 2]) == "#ffffff"


def test_confusion_of_twenty_long_names_is_not_cut_off(tmp_path):
    names = [f"a rather long class name {i}" for i in range(20)]
    figure = plots.confusion(np.full((20, 20), 123), names)
    saved(figure, tmp_path)
    window = figure.bbox.padded(1)
    boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    boxes += [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert all(box.x0 >= window.x0 and box.y0 >= window.y0 and box.x1 <= window.x1 for box in boxes)
    assert all(not left.overlaps(right) for left, right in itertools.pairwise(boxes[:20]))


def test_confusion_of_one_and_of_many_classes(tmp_path):
    saved(plots.confusion(np.array([[3]]), ["only"]), tmp_path)
    many = plots.confusion(np.eye(40, dtype=int), [str(i) for i in range(40)])
    assert not many.axes[0].texts  # too small for numbers
    assert title(many) == "test: all 40 right"
    assert title(plots.confusion(np.zeros((2, 2), int), "ab", split="validation")) == "no validation examples"


def test_one_mistake_is_paler_than_many_right_answers():
    counts = np.diag([36, 35, 1])
    counts[1, 0] = 1
    picture = plots.confusion(counts, "abc").axes[0].images[0].get_array()[..., :3]
    ink = 3 - picture.sum(axis=2)
    assert 0.1 < ink[1, 0] < ink[0, 0] / 2  # 1 of 36 is seen, and far from 36


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.zeros((2, 3)), r"\(2, 2\).*\(2, 3\)"),
        (np.zeros((3, 3)), r"\(3, 3\)"),
        (np.full((2, 2), 0.5), "counts"),
    ],
)
def test_confusion_refuses_what_is_no_confusion_matrix(matrix, words):
    with pytest.raises(UserError, match=words):
        plots.confusion(matrix, ["a", "b"])


# mistakes


def wrongs(count=6, confidence=0.98):
    """Pictures of which every second is taken for the other class."""
    images = np.zeros((2 * count, 28, 28), np.uint8)
    images += np.arange(2 * count, dtype=np.uint8)[:, None, None]
    probabilities = np.tile([confidence, 1 - confidence], (2 * count, 1))
    return images, np.arange(2 * count) % 2, probabilities


def test_mistakes_shows_the_most_confident_first_with_class_and_probability(tmp_path):
    images, y_true, probabilities = wrongs()
    probabilities[5] = [0.9999, 0.0001]
    probabilities[9] = [1, 0]
    figure = plots.mistakes(images, y_true, probabilities, ["4", "9"], count=5, title="test")
    shown = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in shown] == [
        "true 9,\npredicted 4 (100 %)", "true 9,\npredicted 4 (> 99 %)", *["true 9,\npredicted 4 (98 %)"] * 3
    ]  # fmt: skip
    order = [round(float(axes.images[0].get_array().max()) * 255) for axes in shown]
    assert order == [9, 5, 1, 3, 7]
    assert title(figure) == "6 of 12 test pictures classified wrongly; these 5 with most confidence\ntest"
    assert not any(axes.axison for axes in figure.axes)
    saved(figure, tmp_path)


def test_no_mistakes_is_said(tmp_path):
    figure = plots.mistakes(
        np.zeros((7, 28, 28)), np.zeros(7, int), np.tile([0.9, 0.1], (7, 1)), "ab", title="t"
    )
    assert [text.get_text() for text in figure.axes[0].texts] == ["No mistakes in 7 test pictures"]
    saved(figure, tmp_path)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (20, 30, 3)])
def test_mistakes_of_every_kind_of_picture(shape, tmp_path):
    images = np.random.default_rng(0).random((2, *shape)).astype(np.float32)
    figure = plots.mistakes(images, [1, 0], np.eye(2), ["a very long class name", "another long class name"])
    drawn = figure.axes[0].images[0]
    assert np.allclose(drawn.get_array(), images[0].squeeze())
    assert drawn.get_clim() == (0, 1)
    assert "\n" in figure.axes[0].get_title()
    saved(figure, tmp_path)
    left, right = (axes.title.get_window_extent() for axes in figure.axes[:2])
    assert not left.overlaps(right)


@pytest.mark.parametrize(
    ("images", "y_true", "probabilities", "words"),
    [
        (np.zeros((3, 4, 4)), np.zeros(2), np.zeros((3, 2)), r"\(3,\).*\(2,\)"),
        (np.zeros((3, 4, 4)), np.zeros(3), np.zeros((3, 5)), r"\(3, 2\).*\(3, 5\)"),
        (np.zeros((3, 16)), np.zeros(3), np.zeros((3, 2)), r"\(3, 16\)"),
    ],
)
def test_mistakes_refuses_shapes_that_do_not_match(images, y_true, probabilities, words):
    with pytest.raises(UserError, match=words):
        plots.mistakes(images, y_true, probabilities, ["a", "b"])


# first_layer_weights


def test_first_layer_weights_picks_the_largest_on_one_symmetric_scale(tmp_path):
    kernel = np.random.default_rng(0).normal(size=(12, 9)) * np.arange(1, 10)
    kernel[0, 0] = 1000  # the norm counts, and one extreme weight does not make the rest pale
    figure = plots.first_layer_weights(kernel, (3, 4), count=4, title="dense")
    panels = [axes for axes in figure.axes if axes.images]
    norms = np.linalg.norm(kernel, axis=0)
    assert [axes.get_title() for axes in panels] == [f"unit {unit}" for unit in np.argsort(-norms)[:4]]
    assert np.array_equal(panels[0].images[0].get_array(), kernel[:, 0].reshape(3, 4))
    limits = {axes.images[0].get_clim() for axes in panels}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high and high < 1000
    assert title(figure).startswith("Nothing to see: neighbouring weights do not agree")
    assert title(figure).endswith("\n4 of 9 first-layer units, those with the largest weights\ndense")
    label = figure.axes[-1].get_ylabel().replace("\n", " ")
    assert label == "weight (red: ink here raises the unit's activation, blue: lowers it)"
    red, _, blue, _ = panels[0].images[0].to_rgba(np.array([[high]]))[0, 0]
    assert red > blue
    saved(figure, tmp_path)


def test_first_layer_of_a_network_without_hidden_layers_shows_the_classes_in_order(tmp_path):
    rows = np.linspace(-1, 1, 28)
    kernel = np.stack([np.outer(rows, np.cos(k + rows)).ravel() * (k % 3 + 1) for k in range(14)], axis=1)
    figure = plots.first_layer_weights(kernel, (28, 28), labels=[f"class {k}" for k in range(14)])
    assert [axes.get_title() for axes in figure.axes if axes.images] == [f"class {k}" for k in range(14)]
    assert title(figure).startswith("Patches and strokes: neighbouring weights agree (correlation 0.9")
    saved(figure, tmp_path)


@pytest.mark.parametrize("units", [1, 3, 17])
def test_first_layer_weights_of_few_units_and_of_colour(units, tmp_path):
    kernel = np.random.default_rng(0).normal(size=(48, units))
    figure = plots.first_layer_weights(kernel, (4, 4, 3))
    panels = [axes for axes in figure.axes if axes.images]
    assert len(panels) == min(units, 12)
    best = int(np.argmax(np.linalg.norm(kernel, axis=0)))
    assert np.allclose(panels[0].images[0].get_array(), kernel[:, best].reshape(4, 4, 3).mean(2))
    saved(figure, tmp_path)


def test_weights_that_are_all_zero(tmp_path):
    saved(plots.first_layer_weights(np.zeros((4, 2)), (2, 2)), tmp_path)
    saved(plots.weight_histograms({"zero": np.zeros(10)}), tmp_path)


@pytest.mark.parametrize(
    ("kernel", "shape", "words"),
    [
        (np.zeros((784, 5)), (28, 27), r"\(756, units\).*\(784, 5\)"),
        (np.zeros(784), (28, 28), r"\(784,\)"),
        (np.full((4, 2), np.nan), (2, 2), "8 values that are not finite"),
    ],
)
def test_first_layer_weights_refuses(kernel, shape, words):
    with pytest.raises(UserError, match=words):
        plots.first_layer_weights(kernel, shape)


# compare_curves


def test_compare_curves_draws_validation_solid_and_training_dotted(tmp_path):
    other = {"val_loss": [2.0, 1.5]}
    figure = plots.compare_curves({"a": HISTORY, "b": other, "c": {"mae": [1.0]}}, "loss", title="Which?")
    (axes,) = figure.axes
    dotted, solid, second = axes.lines
    assert (dotted.get_linestyle(), solid.get_linestyle()) == (":", "-")
    assert dotted.get_color() == solid.get_color() != second.get_color()
    assert solid.get_ydata().tolist() == HISTORY["val_loss"]
    assert dotted.get_ydata().tolist() == HISTORY["loss"]
    assert second.get_ydata().tolist() == [2.0, 1.5]
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    # in the order of the lines' right ends, top to bottom
    assert texts == ["b", "a", "c\n(no loss)", "solid: validation", "dotted: training"]
    assert (axes.get_xlabel(), axes.get_ylabel(), title(figure)) == (
        "epoch",
        "loss (lower is better)",
        "lowest validation loss: 0.5, epoch 2 of a\nWhich?",
    )
    saved(figure, tmp_path)
    assert not figure.legends[0].get_window_extent().overlaps(axes.get_window_extent())


def test_compare_curves_takes_the_metric_with_val_too():
    assert len(plots.compare_curves({"a": HISTORY}, "val_accuracy").axes[0].lines) == 2


def test_many_long_named_variants_look_different_and_nothing_is_cut_off(tmp_path):
    names = [f"regularization/2026-11-20_150300_seed{i}/large_L2_and_dropout" for i in range(20)]
    figure = plots.compare_curves({name: {"val_loss": [1.0, i]} for i, name in enumerate(names)}, "loss")
    looks = {(line.get_color(), line.get_marker()) for line in figure.axes[0].lines}
    assert len(looks) == 20
    saved(figure, tmp_path)
    box = figure.legends[0].get_window_extent()
    assert box.x1 <= figure.bbox.x1 + 1 and box.y0 >= figure.bbox.y0 - 1
    assert figure.axes[0].get_window_extent().width > 500


def test_compare_curves_without_the_metric_names_those_there_are():
    with pytest.raises(UserError, match="'mae'; known: accuracy, loss"):
        plots.compare_curves({"a": HISTORY}, "mae")
    with pytest.raises(UserError, match="none"):
        plots.compare_curves({}, "loss")


def test_the_common_metric():
    histories = {"a": HISTORY, "b": {"loss": [1.0], "val_mae": [1.0]}}
    assert plots.common_metric({"a": HISTORY}) == "accuracy"
    assert plots.common_metric(histories) == "loss"
    with pytest.raises(UserError, match="no curves to draw"):
        plots.common_metric({"a": {"epoch": [1.0]}})


def test_a_variant_with_nothing_but_nan(tmp_path):
    figure = plots.compare_curves({"a": HISTORY, "broken": {"val_loss": [np.nan, np.nan]}}, "loss")
    assert "broken\n(no loss)" in [text.get_text() for text in figure.legends[0].get_texts()]
    saved(figure, tmp_path)


# weight_histograms


def test_weight_histograms_share_axes_and_name_the_deviation(tmp_path):
    rng = np.random.default_rng(0)
    weights = {f"layer {i}": rng.normal(0, i, (20, 10 * i)) for i in range(1, 6)}
    figure = plots.weight_histograms(weights, title="weights")
    assert len(figure.axes) == 5
    assert (
        len({axes.get_xlim() for axes in figure.axes}) == len({axes.get_ylim() for axes in figure.axes}) == 1
    )
    for axes, (name, array) in zip(figure.axes, weights.items(), strict=True):
        assert axes.get_yscale() == "log"
        assert axes.get_title() == f"{name}\nstandard deviation {array.std():.3g}"
        heights = [bar.get_height() for bar in axes.patches]
        assert sum(heights) == array.size and max(heights) < axes.get_ylim()[1]
    assert (figure.get_supxlabel(), figure.get_supylabel()) == ("weight", "number of weights (log scale)")
    saved(figure, tmp_path)


def test_weight_histograms_count_what_is_not_finite():
    figure = plots.weight_histograms({"w": np.array([1, -1, np.nan, np.inf])})
    assert figure.axes[0].get_title() == "w\nstandard deviation 1, 2 not finite"


@pytest.mark.parametrize("weights", [{}, {"w": np.zeros(0)}, {"w": np.array([np.nan])}])
def test_weight_histograms_of_nothing(weights):
    with pytest.raises(UserError, match="no finite weights"):
        plots.weight_histograms(weights)


# side_by_side


def test_side_by_side_has_a_panel_a_group_on_one_scale_with_one_colour_a_variant(tmp_path):
    rising = {"val_loss": [1.0, 0.5, 0.6, 0.8]}
    falling = {"val_loss": [2.0, 1.0, 0.5, 0.3], "loss": [0.1, 0.1, 0.1, 0.1]}
    figure = plots.side_by_side(
        {"left": {"a": rising, "b": falling}, "right": {"c": falling, "a": rising}}, "loss", title="Two"
    )
    left, right = figure.axes
    assert title(figure) == "Two"
    assert [axes.get_title() for axes in figure.axes] == ["left", "right"]
    assert legend(left) == ["a", "b", "lowest point"]  # in the order of the right end: 0.8 above 0.3
    assert legend(right) == ["a", "c", "lowest point"]
    assert left.get_ylim() == right.get_ylim()
    assert left.get_yscale() == "log"
    assert to_hex(left.lines[0].get_color()) == to_hex(right.lines[0].get_color())
    ring = left.lines[1]
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (2, 0.5)
    saved(figure, tmp_path)
    assert len(left.get_yticks()) >= 2


@pytest.mark.parametrize("history", [{}, {"val_loss": [np.nan]}, {"loss": [1.0]}])
def test_side_by_side_names_a_variant_without_numbers(history):
    with pytest.raises(UserError, match="'broken' has no positive value of val_loss"):
        plots.side_by_side({"left": {"a": HISTORY, "broken": history}}, "loss")


# filters, feature_maps, patches


@pytest.mark.parametrize(("channels", "bars"), [(1, 1), (3, 0), (5, 1)])
def test_filters_shows_the_strongest_first(tmp_path, channels, bars):
    kernel = np.random.default_rng(0).normal(size=(3, 3, channels, 10)) * np.arange(1, 11)
    figure = plots.filters(kernel, count=6, title="Net")
    assert title(figure).startswith("Net\n6 of 10 filters of 3x3, those with the largest norm")
    names = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert names[0] == "filter 9" and len(names) == 6
    assert len(figure.axes) == 6 + bars
    saved(figure, tmp_path)


@pytest.mark.parametrize(
    "kernel", [np.zeros((3, 3, 10)), np.full((3, 3, 1, 2), np.nan), np.zeros((3, 3, 1, 0))]
)
def test_filters_refuses_what_is_no_kernel(kernel):
    with pytest.raises(UserError, match="a kernel must be"):
        plots.filters(kernel)


def test_filters_and_feature_maps_refuse_a_count_below_1():
    with pytest.raises(UserError, match="count must be 1 or more, but is 0"):
        plots.filters(np.ones((3, 3, 1, 2)), count=0)
    with pytest.raises(UserError, match="count must be 1 or more, but is -1"):
        plots.feature_maps(np.zeros((8, 8)), {"convolution_1": np.zeros((6, 6, 2))}, count=-1)


def test_feature_maps_has_a_row_a_layer_the_most_varied_map_first(tmp_path):
    generator = np.random.default_rng(0)
    maps = {"relu_1": generator.random((28, 28, 3)) * [1, 3, 2], "pooling_1": generator.random((14, 14, 12))}
    figure = plots.feature_maps(generator.integers(0, 255, (28, 28)), maps, count=4, title="Net")
    names = [axes.get_title() for axes in figure.axes]
    assert names[1:4] == ["filter 1", "filter 2", "filter 0"]
    assert sum(name.startswith("filter") for name in names) == 3 + 4
    text = [axes.get_ylabel() for axes in figure.axes if "x" in axes.get_ylabel()]
    assert text == ["relu 1\n28x28x3", "pooling 1\n14x14x12"]
    saved(figure, tmp_path)


def test_feature_maps_are_at_most_twelve_panels_and_say_which_are_0(figure_problems):
    maps = {
        f"convolution_{n}": np.random.default_rng(n).random((8, 8, 2 if n == 2 else 20)) for n in range(3)
    }
    maps["convolution_2"][..., 1] = 0
    figure = plots.feature_maps(np.zeros((8, 8, 3)), maps, title="Net")
    assert figure_problems(figure) == []
    assert title(figure).endswith(
        "the 3 maps of each layer that vary most over the picture; 1 of all 42 are 0 everywhere"
    )
    assert figure.axes[-2].get_title() == "filter 1 (0)"  # beside it: the row's colour bar
    assert all(axes.images[0].get_cmap().name == "viridis" for axes in figure.axes[1:4])


def test_dead_filters_are_labelled(figure_problems):
    kernel = np.random.default_rng(0).normal(size=(3, 3, 3, 20))
    kernel[..., 7] *= 9
    figure = plots.filters(kernel, dead=[7, 8], title="Net")
    assert figure_problems(figure) == [] and figure.axes[0].get_title() == "filter 7 (dead)"
    assert title(figure).endswith("2 of 20 are dead: 0 wherever they were tried")
    figure = plots.patches({"convolution_1": {3: np.zeros((0, 5, 5, 3))}}, title="Net")
    assert figure_problems(figure) == [] and "dead" in figure.axes[0].texts[0].get_text()


def test_feature_maps_names_a_layer_without_maps():
    with pytest.raises(UserError, match=r"'dense': \(10,\)"):
        plots.feature_maps(np.zeros((28, 28)), {"dense": np.zeros(10)})


def test_patches_has_a_row_a_layer_and_a_block_a_filter(tmp_path):
    found = {
        "convolution_1": {3: np.full((9, 5, 5, 3), 200), 7: np.full((4, 5, 5, 3), 90)},
        "convolution_2": {0: np.zeros((9, 11, 11, 3), np.uint8)},
    }
    figure = plots.patches(found, title="Net")
    assert title(figure).startswith("Net\nthe patches that activate each filter most")
    blocks = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in blocks] == ["filter 3", "filter 7", "filter 0"]
    mosaic = blocks[1].images[0].get_array()
    assert mosaic.shape == (
        82,
        82,
        3,
    )  # two patches of 5 a side, enlarged to 40, and a line of 2 between them
    np.testing.assert_allclose(mosaic[40], 0.7)
    np.testing.assert_allclose(mosaic[0, 0], [90 / 255] * 3)
    rows = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert rows == ["convolution 1\n5x5 pixels", "convolution 2\n11x11 pixels"]
    saved(figure, tmp_path)


def test_patches_that_are_not_square():
    figure = plots.patches({"wide": {0: np.ones((3, 20, 30, 3))}})
    assert figure.axes[0].images[0].get_array().shape == (2 * 40 + 2, 2 * 60 + 2, 3)
    assert [text.get_text() for axes in figure.axes for text in axes.texts] == ["wide\n20x30 pixels"]


@pytest.mark.parametrize("found", [{}, {"convolution_1": {}}])
def test_patches_refuses_nothing(found):
    with pytest.raises(UserError, match="no patches to show"):
        plots.patches(found)


# pictures


def test_pictures_have_their_texts_and_outlines(tmp_path, figure_problems):
    images = np.random.default_rng(0).integers(0, 256, (7, 20, 30, 3), dtype=np.uint8)
    texts = [f"picture {i}" for i in range(7)]
    square = np.array([[5, 5], [25, 5], [25, 40], [5, 40]])
    figure = plots.pictures(
        images, texts, outlines=[None, *[square] * 6], columns=4, title="Net", summary="what it sees"
    )
    assert title(figure) == "Net\nwhat it sees"
    assert [axes.get_title() for axes in figure.axes] == texts
    assert [len(axes.lines) for axes in figure.axes] == [0] + [2] * 6
    assert figure.axes[1].get_ylim() == (19.5, -0.5)
    assert figure_problems(figure) == []
    saved(figure, tmp_path)


def test_heat_maps_show_picture_map_and_both_on_one_scale(tmp_path, figure_problems):
    images = np.random.default_rng(0).integers(0, 256, (4, 20, 30, 3), dtype=np.uint8)
    heat = np.random.default_rng(1).random((4, 3, 4))
    texts = ["cats (> 99 %)\nWRONG: true dogs"] * 4
    figure = plots.heat_maps(images, heat, texts, meaning="evidence", title="Net", summary="what it sees")
    assert [len(axes.images) for axes in figure.axes[:12]] == [1] * 8 + [2] * 4
    maps = [axes.images[-1] for axes in figure.axes[4:12]]
    assert {one.get_cmap().name for one in maps} == {"viridis"}
    assert {one.get_clim() for one in maps} == {(0, 1)}
    assert maps[0].get_extent() == [-0.5, 29.5, 19.5, -0.5]
    assert figure.axes[12].get_ylabel() == "evidence"
    assert figure_problems(figure) == []
    square = plots.heat_maps(
        np.zeros((4, 64, 64, 3)), heat, texts, meaning="evidence\n(1: largest)", title="Net\n\n"
    )
    saved(square, tmp_path)  # the second layout moves the panels
    assert figure_problems(square) == []
    saved(figure, tmp_path)


@pytest.mark.parametrize(
    ("count", "texts", "heat", "words"),
    [
        (0, [], None, "no pictures to show"),
        (2, ["one"], [1, 2], "2 pictures have 1 texts"),
        (1, ["one"], [], "1 pictures have 1 texts and 0 heat maps"),
    ],
)
def test_pictures_need_as_many_texts_and_maps(count, texts, heat, words):
    with pytest.raises(UserError, match=words):
        plots.heat_maps(np.zeros((count, 4, 4)), heat or [], texts)


def test_pictures_refuse_a_grid_without_columns():
    with pytest.raises(UserError, match="columns must be 1 or more, but is 0"):
        plots.pictures(np.zeros((1, 4, 4)), ["one"], columns=0)
