"""plots.rbm: what its titles say, rows with names, and a GIF of as many frames as there are stages."""

import numpy as np
import pytest
from PIL import Image

from keras_course.errors import UserError
from keras_course.plots import rbm

DIGITS = (np.random.default_rng(0).random((10, 8, 6)) < 0.3).astype(float)
CHAINS = np.random.default_rng(1).random((4, 7, 8, 6))


def test_a_mosaic_has_every_picture_in_its_place():
    whole = rbm.mosaic(CHAINS)
    side = 8 + rbm.GAP, 6 + rbm.GAP
    assert whole.shape == (4 * side[0] - rbm.GAP, 7 * side[1] - rbm.GAP)
    np.testing.assert_array_equal(
        whole[2 * side[0] : 2 * side[0] + 8, 5 * side[1] : 5 * side[1] + 6], CHAINS[2, 5]
    )
    assert (whole[8] == rbm.BETWEEN).all()


def test_reconstructions_say_how_many_pixels_are_wrong(figure_problems):
    found = DIGITS.copy()
    found[0, 0, :] = 1 - found[0, 0, :]  # 6 of 480
    figure = rbm.reconstructions(DIGITS, found, title="trial")
    assert "1.2% of these pixels" in figure.get_suptitle() and "trial" in figure.get_suptitle()
    assert not figure_problems(figure)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "test digit",
        "reconstruction",
    ]


def test_fantasies_name_the_steps(figure_problems):
    figure = rbm.fantasies(CHAINS, [0, 1, 30, 1000], CHAINS[0], title="trial")
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["0 steps", "1 step", "30 steps", "1,000 steps", "nearest\ntraining digit"]
    assert not figure_problems(figure)


def test_the_animation_has_a_frame_for_each_stage(tmp_path):
    rbm.save_chains(tmp_path / "chains.gif", CHAINS, [0, 1, 30, 1000])
    with Image.open(tmp_path / "chains.gif") as animation:
        assert animation.n_frames == 4 and animation.info["loop"] == 0
        rows = 2 * 8 + rbm.GAP  # seven chains, five in a row
        assert animation.height == rbm.SCALE * rows + rbm.BAR
        shown = np.asarray(animation.convert("L")).astype(float)
    first = shown[rbm.BAR : rbm.BAR + 8 * rbm.SCALE : rbm.SCALE, : 6 * rbm.SCALE : rbm.SCALE]
    np.testing.assert_allclose(first, 255 * (1 - CHAINS[0, 0]), atol=3)


@pytest.mark.parametrize(
    "call",
    [
        lambda path: rbm.reconstructions(DIGITS, DIGITS[:3]),
        lambda path: rbm.reconstructions(DIGITS[:0], DIGITS[:0]),
        lambda path: rbm.fantasies(CHAINS, [1, 2]),
        lambda path: rbm.fantasies(CHAINS, [1, 2, 3, 4], DIGITS),
        lambda path: rbm.save_chains(path / "chains.gif", CHAINS, [1]),
    ],
)
def test_what_does_not_match_is_one_line(call, tmp_path):
    with pytest.raises(UserError, match="do not match"):
        call(tmp_path)
