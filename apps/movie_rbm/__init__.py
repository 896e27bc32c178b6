"""Recommend films with a restricted Boltzmann machine, and say honestly how well it does.

Slide: deck 3, "Collaborative Filtering with Restricted Boltzmann Machines",
    "Recognizing Latent Factors in The Data", "Identification of Latent factor",
    "Using Latent Factors for Prediction", "Using the hidden neuron for inference",
    "To summarize the process from training to the prediction phase"

Group: films, 1

Run:
    python -m apps.movie_rbm                                    the slide's machine: will a user like a film?
    python -m apps.movie_rbm --visible softmax                  the same, and a dislike counts as one
    python -m apps.movie_rbm --task rank                        which films will a user see? The ten best
    python -m apps.movie_rbm --like "Star Wars" --like "The Matrix" --dislike Titanic    recommends to you
    python -m apps.movie_rbm --dataset my_ratings.csv           any table of user, item, rating
    python -m apps.movie_rbm --dataset toy                      small, without a network

Try:
    --visible softmax   does the machine gain when a dislike speaks?
    --task rank         does it name what will be seen better than popularity does?
    --hidden 3          how much do as few hidden units as there are tastes in the toy know?
    --cd-steps 5        is a longer Markov chain worth its time?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a restricted Boltzmann machine on ratings, judge it beside simpler recommenders, and recommend."""

    dataset: str = "auto"
    """auto (MovieLens latest-small, else the toy), movielens, toy, a CSV file, or a folder of MovieLens."""
    task: Literal["like", "rank"] = "like"
    """like: which of the films that a user sees will he or she like? rank: which films will a user see?"""
    visible: Literal["masked", "softmax"] = "masked"
    """For the task like. masked: one unit a film, as on the slide. softmax: one for each of like and dislike."""
    hidden: int = 100
    """Hidden units, the latent factors."""
    cd_steps: int = 1
    """Steps of Gibbs sampling in each step of contrastive divergence."""
    epochs: int = 60
    """Passes over the users at most."""
    patience: int = 30
    """Stop after that many epochs in which validation has not improved, or the free-energy gap is beyond --max-gap."""
    max_gap: float = 1.0
    """How far above that of users trained on the free energy of others may be, in nats for each of their ratings."""
    least: int = 3
    """Ratings to learn from that a film needs to get a visible unit; a film without one is known by its bias alone."""
    l2: float = 0.003
    """Weight decay: adds l2 * w**2 to the loss for every weight."""
    batch_size: int = 32
    """Users in each step."""
    learning_rate: float | None = None
    """Of gradient descent with momentum 0.9, falling to 0 along a cosine; default: 0.1 for like, 0.05 for rank."""
    split: Literal["random", "last"] = "random"
    """What judges. random: a quarter of each user's ratings; last: each user's last one by time."""
    scale: tuple[float, float] | None = None
    """The lowest and the highest possible rating of a file; default: 0.5 to 5, MovieLens'."""
    user: str | None = None
    """Recommend to this user of the data, and draw what the machine makes of him or her; default: the first."""
    like: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Recommend to somebody who likes this title; may be given several times."""
    dislike: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """... and does not like this one."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, judge beside the baselines, show the hidden units, recommend; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    from keras_course.datasets import rating_splits, ratings
    from keras_course.experiment import card, results, runs

    from . import comparison, figures, machine, recommending, report

    # Data: of every user's ratings a part to learn from, one to choose by, and one that judges.
    settings = machine.settled(config)
    data = ratings.load(
        config.dataset,
        config.run.data_dir,
        scale=config.scale,
        seed=config.run.seed,
        limit=config.run.limit,
    )
    parts = rating_splits.split(data, config.split, validation=machine.VALIDATION, seed=config.run.seed)
    asked = recommending.asked(
        config, parts
    )  # an unknown title or user is refused before anything is trained
    report.print_data(data, parts)

    # Model: a unit for each film; training contrasts the data with the machine's own samples.
    machine.build(settings, parts.train, machine.units_of(settings, parts)).summary()
    run = runs.start("movie_rbm", settings, data)

    # Fit until validation or the free energy of users held out says to stop; then as long on all that is known.
    model, recommender, watch = machine.fit(run, settings, parts)
    chosen = run.variants()[0].metrics()

    # Judge the machine beside the baselines; the test ratings are used this once.
    judged = comparison.judge(recommender, parts)
    metrics = {**judged.metrics, **chosen, "seconds": watch.total, "parameters": model.count_params()}
    report.print_table(judged)

    # What the hidden units stand for, and what the machine recommends.
    factors = recommending.factors(recommender, parts)
    report.print_factors(factors)
    recommended = recommending.recommend(recommender, parts, asked)
    report.print_recommendations(recommended, config.task)

    # Figures.
    figures.save(run, judged, factors, recommended)
    card.complete(run, metrics)
    return results.finish(
        run, metrics, comparison.HEADLINE[config.task], figure="comparison", note=comparison.in_short(judged)
    )
