"""Is it an X or an O? Deck 4's ConvNet by hand, each step printed and drawn.

Slide: deck 4, "Computers are literal"; deck 4, "ConvNets match pieces of the image"; deck 4, "Features match pieces
    of the image"; deck 4, "Filtering: The math behind the match"; deck 4, "Normalization"; deck 4, "Rectified Linear
    Units (ReLUs)"; deck 4, "Pooling: Shrinking the image stack"; deck 4, "Pooling layer"; deck 4, "Learning"

Group: by hand, 5

Run:
    python -m apps.xo_convnet
    python -m apps.xo_convnet --letters 100                 small
    python -m apps.xo_convnet --picture my_letter.txt       nine lines of # and ., or a picture file

Try:
    --picture O         which features does an O have, and where?
    --noise 20          how many flipped pixels until you cannot read it? And the network?
    --shift 2           pooling tolerates a shift of one pixel: does it tolerate two?
"""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Tell X from O by hand, and see where it fails."""

    picture: str = "X"
    """What goes through the steps: X, O, or a file: .txt with nine lines of # and ., or a picture."""
    noise: int = 8
    """Flipped pixels, of 81, in the noisy letters that are shown and judged."""
    shift: int = 1
    """Pixels by which letters are moved, at most."""
    letters: int = 1000
    """Letters drawn for every amount of noise; an even number."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


def main(config: Config) -> dict[str, Any]:
    """Print and draw each step, then judge the network on letters that are changed."""
    from keras_course.experiment import results, runs

    from . import accuracy, cases, inputs, steps

    inputs.check(config)
    picture = inputs.chosen(config.picture)
    data = inputs.drawn(picture)
    named = dataclasses.replace(config, picture=Path(config.picture).name)  # no paths in a run
    run = runs.new("xo_convnet", named, config.run.models_dir, seed=config.run.seed, dataset=data.facts())
    agree = steps.print_literal(picture, config.shift)
    place = steps.print_match(picture)
    orders = steps.print_layers(picture)
    sums = steps.print_vote(picture)
    pictures = cases.changed(config.shift, config.noise, config.run.seed)
    table = cases.print_changed(pictures)
    curves, judged = accuracy.judge(config)
    accuracy.print_accuracy(config, curves, judged)

    run.save_figure("match", steps.match_figure(picture, place))
    run.save_figure("layers", steps.layers_figure(picture))
    run.save_figure("vote", steps.vote_figure(picture))
    run.save_figure("changed", cases.changed_figure(pictures, table))
    run.save_figure("noise", accuracy.noise_figure(config, curves))
    metrics = {
        "pixels_that_agree_after_the_shift": agree,
        "match": place,
        **orders,
        "votes": sums,
        "says": steps.winner(sums),
        "changed": table,
        "noise_levels": accuracy.LEVELS,
        "accuracy_against_noise": curves,
        **judged,
    }
    return results.finish(run, metrics, "accuracy_set_votes", figure="noise")
