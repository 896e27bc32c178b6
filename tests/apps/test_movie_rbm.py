"""apps.movie_rbm: nothing of the test leaks, planted tastes are found, the table is what was measured."""

import dataclasses
import json

import numpy as np
import pytest

from apps import movie_rbm
from apps.movie_rbm import comparison, machine, recommending, report
from keras_course import recommenders, saving
from keras_course.datasets import rating_splits, ratings
from keras_course.evaluation import auc
from keras_course.evaluation.bootstrap import Difference
from keras_course.experiment import command, runs


def settings(folder, *, seed=0, limit=None, **changed):
    options = command.RunOptions(models_dir=folder, seed=seed, limit=limit)
    return movie_rbm.Config(**{"dataset": "toy", "hidden": 12, "run": options, **changed})


def trained(parts, config):
    """The machine of some parts, trained by the app's own fit, as a recommender."""
    run = runs.start("movie_rbm", config, parts.known)
    return machine.fit(run, machine.settled(config), parts)[1]


@pytest.fixture(scope="module")
def parts():
    return rating_splits.split(ratings.load("toy"), validation=machine.VALIDATION)


def test_a_small_run_from_the_command_line(tmp_path, capsys, saved_figures, figure_problems):
    flags = "--dataset toy --limit 60 --epochs 2 --hidden 4 --task rank --like hobbit --dislike titanic"
    command.run(movie_rbm.main, movie_rbm.Config, [*flags.split(), "--models-dir", str(tmp_path)])
    printed = capsys.readouterr().out
    run = runs.find("movie_rbm", tmp_path)
    metrics = run.metrics()
    for row in (metrics, *metrics["baselines"].values()):
        for name in ("ndcg_at_10", "precision_at_10", "recall_at_10", "map_at_10", "auc"):
            assert 0 <= row[name] <= 1
    assert list(metrics["baselines"]) == list(comparison.GRIDS["rank"])
    assert (
        f"verdict: {metrics['verdict'][:40]}" in printed
        and "The Hobbit (2012)" not in printed.split("recommended to you")[1]
    )
    assert "only counts as one that you have seen" in printed
    result, last = printed.splitlines()[-2:]
    assert result.startswith(f"ndcg_at_10 {metrics['ndcg_at_10']:.4f} (embedded stand-in data")
    assert last == f"run: {run.path}"
    assert set(saved_figures) == {"comparison", "free_energy", "factors", "activations", "path"}
    for name, figure in saved_figures.items():
        assert figure_problems(figure) == [], name
    again = saving.load(run).predict(["+hobbit", "+harry potter"])
    assert len(again) == 10 and 0 <= again[0].probability <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stop", "broken_in", "epochs"), [({"patience": 3}, 6, 7), ({"patience": 4, "max_gap": 0.0}, 27, 29)]
)
def test_broken_in_both_trainings_it_ends_as_if_unbroken(
    interrupt, same_end, tmp_path, stop, broken_in, epochs
):
    """While it waits for validation, or for the gap: what has been waited is not forgotten."""

    def run(folder, resume=None):
        config = settings(
            tmp_path / folder, limit=80, epochs=40, hidden=6, batch_size=8, learning_rate=0.3, **stop
        )
        movie_rbm.main(dataclasses.replace(config, run=dataclasses.replace(config.run, resume=resume)))
        return runs.find("movie_rbm", tmp_path / folder)

    unbroken = run("unbroken")
    assert len(unbroken.variants()[0].history()["loss"]) == epochs  # it was stopped
    with interrupt(0, broken_in):
        run("broken")
    (path,) = (tmp_path / "broken" / "movie_rbm").iterdir()
    with interrupt(1, 1):  # the training on all that is known
        run("broken", path)
    same_end(run("broken", path), unbroken)


@pytest.mark.slow
@pytest.mark.parametrize("visible", ["masked", "softmax"])
def test_planted_tastes_are_found_and_beat_every_baseline_without_taste(parts, tmp_path, visible):
    found = trained(parts, settings(tmp_path, visible=visible))
    judged = comparison.judge(found, parts)
    for name in ("popularity", "item mean", "user + item logit"):
        assert judged.differences[name].low > 0.1, name
    factors = recommending.factors(found, parts)
    assert {factor.genre for factor in factors} == {"Drama", "Fantasy", "Science Fiction"}
    for liked, genre in (("hobbit", "Fantasy"), ("alien", "Science Fiction")):
        mates = {"hobbit": "harry potter", "alien": "star wars"}[liked]
        offered = found.recommend_for([liked, mates], count=4)
        kinds = [parts.known.genres[parts.known.titles.index(one.title)][0] for one in offered]
        assert kinds.count(genre) >= 3, offered


@pytest.mark.slow
def test_of_coin_flips_nothing_can_be_known_and_a_leak_would_show(parts, tmp_path):
    """The leak test: a coin draws the test's likes. Only who is given these ratings can score above chance."""
    found = trained(parts, settings(tmp_path, visible="softmax"))
    coins = np.random.default_rng(0).random(len(parts.test.rating)) < 0.5
    test = dataclasses.replace(parts.test, rating=np.where(coins, 5, 1).astype(np.float32))
    honest, leaking = (
        auc(coins, found.alone(recommenders.visible_units(part, "like"))[test.user, test.item])
        for part in (parts.known, test)
    )
    error = np.sqrt((len(coins) + 1) / 12 / (coins.sum() * (~coins).sum()))  # of an area by chance
    assert abs(honest - 0.5) < 4 * error
    assert leaking > 0.5 + 6 * error


@pytest.mark.slow
def test_the_scores_do_not_depend_on_the_test_ratings(parts, tmp_path):
    config = settings(tmp_path, epochs=1, visible="softmax")
    other = dataclasses.replace(parts.test, rating=parts.test.rating[::-1].copy())
    changed = parts._replace(test=other)
    first, second = (trained(one, config) for one in (parts, changed))
    visible = recommenders.visible_units(parts.known, "like")
    np.testing.assert_array_equal(first.scores(visible), second.scores(visible))


def test_measures_are_of_what_was_set_aside(parts):
    wanted = {task: comparison.relevant(parts.test, task) for task in ("rank", "like")}
    assert wanted["rank"].sum() == len(parts.test.rating) and wanted["like"].sum() == parts.test.liked.sum()
    assert not (wanted["rank"] & parts.known.rated).any()
    for task, table in wanted.items():
        perfect = comparison.measured(table.astype(float), parts.known, parts.test, task)
        assert perfect.metrics["ndcg_at_10"] == perfect.metrics["auc"] == 1
        random = np.random.default_rng(0).random(table.shape)
        assert abs(comparison.measured(random, parts.known, parts.test, task).metrics["auc"] - 0.5) < 0.05


def test_the_verdict_follows_the_intervals():
    rows = {name: {"auc": value} for name, value in (("popularity", 0.6), ("SVD", 0.79), ("EASE", 0.85))}
    metrics = {"auc": 0.8, "baselines": rows}
    apart = {
        "popularity": Difference(0.2, 0.1, 0.3),
        "SVD": Difference(0.01, -0.1, 0.1),
        "EASE": Difference(-0.05, -0.1, -0.01),
    }
    said = comparison.verdict("like", metrics, apart)
    assert said == (
        "The RBM is significantly better than popularity, about as good as SVD, and significantly worse than EASE. "
        "It reaches 94.1% of the best baseline's auc, EASE's 0.850."
    )
    none = comparison.verdict(
        "like", {**metrics, "auc": 0.5}, dict.fromkeys(rows, Difference(-0.1, -0.2, -0.05))
    )
    assert none.startswith(
        "The RBM is significantly better than none, and significantly worse than popularity, SVD and EASE."
    )
    assert none.endswith("Nothing speaks for taking the machine here.")


def test_training_stops_when_validation_or_the_gap_says_so(parts, tmp_path, capsys):
    settled = machine.settled(settings(tmp_path, patience=2))
    units = machine.units_of(settled, parts)
    model = machine.build(settled, parts.train, units)
    table = recommenders.visible_units(parts.train, "like")
    model.fit(table[:32, units], verbose=0)  # the optimizer's averages begin
    watcher = machine.watch_users(settled, parts, table, units)
    watcher.set_model(model)
    watcher.best = 2.0  # better than can be
    for epoch in range(2):
        watcher.on_epoch_end(epoch, {})
    assert model.stop_training and "validation has not improved for 2 epochs" in capsys.readouterr().out
    model.stop_training, watcher.wait, watcher.best, watcher.max_gap = False, -10, -1.0, -1e9
    logs: dict = {}
    for epoch in range(2):
        watcher.on_epoch_end(epoch, logs)
    assert model.stop_training and "the free-energy gap is too wide for 2 epochs" in capsys.readouterr().out
    assert set(logs) == {"validation_auc", "free_energy", "validation_free_energy", "free_energy_gap"}


def test_what_is_printed_of_the_data(parts, capsys):
    report.print_data(ratings.load("toy"), parts)
    printed = capsys.readouterr().out
    assert "ratings of 24 films by 400 users" in printed and "3.5 or more of 0.5 to 5" in printed


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("--like zardoz", "no title like 'zardoz'; nearest: "),
        ("--like hobbit --dislike hobbit", "The Hobbit (2012) is both liked and disliked"),
        ("--user 4000", "user=4000: no such user has rated anything; there are 400, such as 1, 2, 3"),
        ("--user 1 --like hobbit", "give --user, or titles with --like and --dislike: not both"),
        ("--task rank --visible softmax", "visible=softmax is for the task like"),
        ("--least 5000", "least=5000: 0 films have so many ratings to learn from"),
        ("--hidden 0", "hidden=0 must be a whole number, at least 1"),
        ("--cd-steps 0", "cd_steps=0 must be at least 1"),
        ("--dataset nothing.csv", "no dataset 'nothing.csv'"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_run(flags, words, tmp_path, capsys):
    arguments = ["--models-dir", str(tmp_path), *flags.split()]
    if "--dataset" not in flags:
        arguments += ["--dataset", "toy"]
    with pytest.raises(SystemExit) as left:
        command.run(movie_rbm.main, movie_rbm.Config, arguments)
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.realdata
def test_on_movielens_the_machine_ranks_better_than_popularity_and_knows_science_fiction(real_data, tmp_path):
    config = settings(tmp_path, dataset="movielens", task="rank", hidden=100, epochs=45)
    data = ratings.load("movielens", real_data / "movielens")
    parts = rating_splits.split(data, validation=machine.VALIDATION)
    judged = comparison.judge(trained(parts, config), parts)
    assert judged.differences["popularity"].low > 0.05
    assert judged.metrics["ndcg_at_10"] > 0.9 * judged.metrics["baselines"]["EASE"]["ndcg_at_10"]
    assert json.dumps(judged.metrics)
