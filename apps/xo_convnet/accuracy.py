"""apps.xo_convnet's last question: how accurate three ways are on noisy and shifted letters."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import letters
from keras_course.plots.noise import accuracy_against_noise

from . import Config
from .steps import heading, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Curves = dict[str, dict[str, list[float]]]  # by group of letters and way: the accuracy at each level

LEVELS = tuple(
    range(0, 41, 4)
)  # flipped pixels of 81: at 40 about half are wrong, and nothing is left to read
TAUGHT = LEVELS[:7]  # the learnt votes see letters with up to 24 of them


def judge(config: Config) -> tuple[Curves, dict[str, float]]:
    """Three ways to tell the letters apart, on letters in place and moved, at every level of noise.

    Returns:
        The accuracy by group of letters, way and level; and results at the noise and shift of the settings.
    """
    taught = [
        letters.draw_letters(config.letters, level, config.shift, rng(config, 1, level)) for level in TAUGHT
    ]
    learnt = letters.learn_votes(
        letters.stacks(np.concatenate([pictures for pictures, _ in taught])),
        np.concatenate([labels for _, labels in taught]),
    )

    def predictions(level: int, shift: int, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Which letters each way takes for an X, and which are one; drawn by the random numbers of this number."""
        pictures, labels = letters.draw_letters(config.letters, level, shift, rng(config, number, level))
        found = letters.stacks(pictures)
        says = {
            "pixel by pixel": letters.classify_literally(pictures),
            "ConvNet, votes set by hand": letters.classify(found, letters.votes_by_hand()),
            "ConvNet, votes learnt": letters.classify(found, learnt),
        }
        return says, labels == 1

    groups = {"letters in their place": 0, f"letters moved by up to {config.shift} px": config.shift}
    curves: Curves = {}
    for number, (group, shift) in enumerate(groups.items(), start=2):
        curves[group] = {}
        for level in LEVELS:
            says, is_x = predictions(level, shift, number)
            for way, said in says.items():
                curves[group].setdefault(way, []).append(float((said == is_x).mean()))
    says, is_x = predictions(config.noise, config.shift, 4)
    literal, by_hand, by_learning = says.values()
    return curves, {
        "accuracy_literal": float((literal == is_x).mean()),
        "accuracy_set_votes": float((by_hand == is_x).mean()),
        "accuracy_learnt_votes": float((by_learning == is_x).mean()),
        "set_votes_x_right": float(by_hand[is_x].mean()),
        "set_votes_o_right": float((~by_hand[~is_x]).mean()),
    }


def rng(config: Config, *numbers: int) -> np.random.Generator:
    """Random numbers for one purpose, which depend on the seed and on nothing drawn before."""
    return np.random.default_rng([config.run.seed, *numbers])


def print_accuracy(config: Config, curves: Curves, judged: dict[str, float]) -> None:
    """Print accuracy against noise, and what the numbers say."""
    heading(f"How robust is it? {config.letters:,} drawn letters for every number of flipped pixels")
    for group, lines in curves.items():
        print(f"  {group:28} {' '.join(f'{level:5}' for level in LEVELS)}")
        for way, accuracies in lines.items():
            print(f"    {way:26} {' '.join(f'{accuracy:5.0%}' for accuracy in accuracies)}")
    for group, lines in curves.items():
        best = max(lines, key=lambda way: sum(lines[way]))
        falls = ", ".join(f"{way} {first_below(accuracies, 0.9)}" for way, accuracies in lines.items())
        say(
            f"{group}: best over all levels is {best}. Accuracy below 90 %, by number of flipped pixels: {falls}."
        )
    say(
        f"With {config.noise} flipped pixels and a shift of up to {config.shift}, the votes set by hand get "
        f"{judged['set_votes_x_right']:.1%} of the X and {judged['set_votes_o_right']:.1%} of the O right; "
        f"learnt votes get {judged['accuracy_learnt_votes']:.1%} of both. The features are the same; "
        "only the votes were learnt (from other letters)."
    )


def first_below(accuracies: list[float], limit: float) -> str:
    """The first level of noise with an accuracy below the limit, as text."""
    below = [level for level, accuracy in zip(LEVELS, accuracies, strict=True) if accuracy < limit]
    return f"from {below[0]}" if below else "never"


def noise_figure(config: Config, curves: Curves) -> "Figure":
    """Accuracy against noise."""
    best = {group: max(lines, key=lambda way: sum(lines[way])) for group, lines in curves.items()}
    return accuracy_against_noise(
        LEVELS,
        curves,
        examples=config.letters,
        noise="flipped pixels, of 81",
        title="Best over all levels of noise: "
        + ", ".join(f"{way} on {group}" for group, way in best.items())
        + "\nbands: 2 standard errors",
    )
