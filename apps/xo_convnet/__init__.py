"""Is it an X or an O? Deck 4's ConvNet by hand, each step printed and drawn.

Slide: deck 4, "Computers are literal"; deck 4, "ConvNets match pieces of the image"; deck 4, "Features match pieces
    of the image"; deck 4, "Filtering: The math behind the match"; deck 4, "Normalization"; deck 4, "Rectified Linear
    Units (ReLUs)"; deck 4, "Pooling: Shrinking the image stack"; deck 4, "Pooling layer"; deck 4, "Learning"

Run:
    python -m apps.xo_convnet
    python -m apps.xo_convnet --letters 100                 small
    python -m apps.xo_convnet --picture my_letter.txt       nine lines of # and ., or a picture file

Try:
    --picture O         which features does an O have, and where?
    --noise 20          how many spoilt pixels until you cannot read it? And the network?
    --shift 2           pooling forgives one pixel: does it forgive two?
"""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from keras_course.datasets.dataset import Dataset
from keras_course.experiment import command

if TYPE_CHECKING:
    import numpy as np


@dataclasses.dataclass(frozen=True)
class Config:
    """Tell X from O by hand, and see where it fails."""

    picture: str = "X"
    """What goes through the steps: X, O, or a file: .txt with nine lines of # and ., or a picture."""
    noise: int = 8
    """Pixels spoilt, of 81, in the noisy letters that are shown and judged."""
    shift: int = 1
    """Pixels that letters are moved by, at most."""
    letters: int = 1000
    """Letters drawn for every amount of noise; an even number."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Drawn(Dataset):
    """Letters that the code draws."""

    terms: str = "drawn by the course"


LEVELS = tuple(
    range(0, 41, 4)
)  # spoilt pixels of 81: at 40 about half are wrong, and nothing is left to read
TAUGHT = LEVELS[:7]  # the learnt votes see letters with up to 24 of them


def main(config: Config) -> dict[str, Any]:
    """Print and draw each step, then judge the network on letters that are changed."""
    import hashlib

    from apps.xo_convnet import cases as cases
    from apps.xo_convnet import steps as steps
    from keras_course.experiment import results, runs
    from keras_course.plots.noise import accuracy_against_noise

    check(config)
    picture = chosen(config.picture)
    data = Drawn(name="x_and_o", sha256=hashlib.sha256(picture.tobytes()).hexdigest())
    named = dataclasses.replace(config, picture=Path(config.picture).name)  # no paths in a run
    run = runs.new("xo_convnet", named, config.run.models_dir, seed=config.run.seed, dataset=data.facts())
    agree = steps.print_literal(picture, config.shift)
    place = steps.print_match(picture)
    orders = steps.print_layers(picture)
    sums = steps.print_vote(picture)
    pictures = cases.changed(config.shift, config.noise, config.run.seed)
    table = cases.print_changed(pictures)
    curves, judged = judge(config)
    print_accuracy(config, curves, judged)

    run.save_figure("match", steps.match_figure(picture, place))
    run.save_figure("layers", steps.layers_figure(picture))
    run.save_figure("vote", steps.vote_figure(picture))
    run.save_figure("changed", cases.changed_figure(pictures, table))
    run.save_figure(
        "noise",
        accuracy_against_noise(
            LEVELS,
            curves,
            examples=config.letters,
            noise="pixels spoilt, of 81",
            title="X or O? Right answers on spoilt letters (bands: 2 standard errors)",
        ),
    )
    metrics = {
        "pixels_that_agree_after_the_shift": agree,
        "match": place,
        **orders,
        "votes": sums,
        "says": steps.winner(sums),
        "changed": table,
        "noise_levels": LEVELS,
        "accuracy_against_noise": curves,
        **judged,
    }
    return results.finish(run, metrics, "accuracy_set_votes")


def check(config: Config) -> None:
    """Refuse numbers that make no sense, before anything is written.

    Raises:
        ValueError: names the flag.
    """
    if not 0 <= config.noise <= 81:
        raise ValueError(f"--noise {config.noise}: a picture has 81 pixels; give 0 to 81")
    if not 0 <= config.shift <= 8:
        raise ValueError(f"--shift {config.shift}: a picture is 9 pixels wide; give 0 to 8")
    if config.letters < 2 or config.letters % 2:
        raise ValueError(f"--letters {config.letters}: give an even number from 2, half X and half O")


def chosen(name: str) -> "np.ndarray":
    """The course's X or O, or a letter from a file; (9, 9) of +1 and -1."""
    from keras_course.by_hand import x_and_o
    from keras_course.datasets.letters import read_letter

    known = {"X": x_and_o.X, "O": x_and_o.O}
    if name.upper() in known:
        return known[name.upper()]
    if not Path(name).exists():
        raise FileNotFoundError(f"--picture {name}: there is no such file; give X, O or a file")
    return read_letter(Path(name))


def judge(config: Config) -> tuple[dict[str, dict[str, list[float]]], dict[str, float]]:
    """Three ways to tell the letters apart, on letters in place and moved, at every level of noise.

    Returns:
        For each group of letters, by way, the accuracy at each level; and results at the noise asked for.
    """
    import numpy as np

    from keras_course.by_hand import letters

    def rng(*numbers: int) -> "np.random.Generator":
        return np.random.default_rng([config.run.seed, *numbers])

    taught = [letters.draw_letters(config.letters, level, config.shift, rng(1, level)) for level in TAUGHT]
    learnt = letters.learn_votes(
        letters.stacks(np.concatenate([pictures for pictures, _ in taught])),
        np.concatenate([labels for _, labels in taught]),
    )

    def answers(level: int, shift: int, number: int) -> tuple[dict[str, "np.ndarray"], "np.ndarray"]:
        pictures, labels = letters.draw_letters(config.letters, level, shift, rng(number, level))
        found = letters.stacks(pictures)
        says = {
            "pixel by pixel": letters.literal_says_x(pictures),
            "ConvNet, votes set by hand": letters.says_x(found, letters.votes_by_hand()),
            "ConvNet, votes learnt": letters.says_x(found, learnt),
        }
        return says, labels == 1

    groups = {"letters in their place": 0, f"letters moved by up to {config.shift} px": config.shift}
    curves: dict[str, dict[str, list[float]]] = {}
    for number, (group, shift) in enumerate(groups.items(), start=2):
        curves[group] = {}
        for level in LEVELS:
            says, is_x = answers(level, shift, number)
            for way, said in says.items():
                curves[group].setdefault(way, []).append(float((said == is_x).mean()))
    says, is_x = answers(config.noise, config.shift, 4)
    literal, by_hand, learnt_says = says.values()
    return curves, {
        "accuracy_literal": float((literal == is_x).mean()),
        "accuracy_set_votes": float((by_hand == is_x).mean()),
        "accuracy_learnt_votes": float((learnt_says == is_x).mean()),
        "set_votes_x_right": float(by_hand[is_x].mean()),
        "set_votes_o_right": float((~by_hand[~is_x]).mean()),
    }


def print_accuracy(
    config: Config, curves: dict[str, dict[str, list[float]]], judged: dict[str, float]
) -> None:
    """Print right answers against noise, and what the numbers say."""
    from apps.xo_convnet.steps import heading, say

    heading(f"How far does it hold? {config.letters:,} drawn letters for every number of spoilt pixels")
    for group, lines in curves.items():
        print(f"  {group:28} {' '.join(f'{level:5}' for level in LEVELS)}")
        for way, shares in lines.items():
            print(f"    {way:26} {' '.join(f'{share:5.0%}' for share in shares)}")
    for group, lines in curves.items():
        best = max(lines, key=lambda way: sum(lines[way]))
        ends = {
            way: next((level for level, share in zip(LEVELS, shares, strict=True) if share < 0.9), None)
            for way, shares in lines.items()
        }
        falls = ", ".join(
            f"{way} {f'from {level}' if level is not None else 'never'}" for way, level in ends.items()
        )
        say(f"{group}: best over all levels is {best}. Below 90 % right at so many spoilt pixels: {falls}.")
    say(
        f"At {config.noise} spoilt pixels and moved by up to {config.shift}, the votes set by hand get "
        f"{judged['set_votes_x_right']:.1%} of the X and {judged['set_votes_o_right']:.1%} of the O; "
        f"learnt votes get {judged['accuracy_learnt_votes']:.1%} of both. The features are the same; "
        "only the votes were learnt (from other letters)."
    )
