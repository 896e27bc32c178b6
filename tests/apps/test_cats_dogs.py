"""apps.cats_dogs: trains on anybody's photos, saves what predicts a photo in a fresh process."""

import json

import keras
import numpy as np
import pytest
from PIL import Image

from apps import cats_dogs
from apps.cats_dogs import comparison, figures, network
from keras_course import saving, training
from keras_course.augmentation import Augmentation
from keras_course.datasets import drawn_animals, photos
from keras_course.experiment import command, parsing, runs


def small(tmp_path, resume=None, **arguments):
    options = command.RunOptions(models_dir=tmp_path / "models", data_dir=tmp_path / "data", resume=resume)
    return cats_dogs.Config(**{"epochs": 1, "image_size": 64, "run": options, **arguments})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three classes of drawn heads: another subject than cats and dogs."""
    root = tmp_path_factory.mktemp("photos") / "creatures"
    for number in range(60):
        label = ("owls", "foxes", "bears")[number % 3]
        (root / label).mkdir(parents=True, exist_ok=True)
        pixels = drawn_animals.draw(drawn_animals.LABELS[number % 2], number, 80)
        Image.fromarray(pixels).save(root / label / f"{number}.jpg")
    (root / "owls/broken.jpg").write_bytes(b"no photo")
    return root


@pytest.mark.slow
@pytest.mark.parametrize("augment", ["none", "affine", "generator"])
@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Your `PyDataset` class should call:UserWarning")
def test_any_folder_of_photos_trains_and_predicts(folder, tmp_path, program, augment):
    model = "modern" if augment == "affine" else "slides"
    metrics = cats_dogs.main(small(tmp_path, dataset=str(folder), augment=augment, model=model, dropout=0.2))
    assert 0 <= metrics["test_accuracy"] <= 1 and metrics["skipped"] == 1
    run = runs.find("cats_dogs", tmp_path / "models")
    assert run.card()["labels"] == ["bears", "foxes", "owls"]
    assert run.read_json("skipped")["skipped"] == [
        ["owls/broken.jpg", "not read as a picture (not a picture)"]
    ]
    drawn = {path.stem for path in (run.path / "figures").iterdir()}
    assert drawn - {"augmentation"} == {
        "confusion",
        "curves",
        "feature_maps",
        "filters",
        "grad_cam",
        "mistakes",
        "patches",
    }
    assert ("augmentation" in drawn) == (augment != "none")  # drawn only where it is used
    if augment == "affine":
        photo = folder / "foxes/1.jpg"
        done = program("apps.predict", run.path, photo, "--json")
        (prediction,) = json.loads(done.stdout)
        assert prediction["label"] in run.card()["labels"]
        assert sum(prediction["probabilities"].values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_drawn_ones_are_learnt_in_few_epochs(tmp_path, saved_figures, figure_problems):
    metrics = cats_dogs.main(small(tmp_path, dataset="drawn", epochs=6))
    assert metrics["test_accuracy"] > 0.85
    ours = ("feature_maps", "filters", "grad_cam", "patches")
    assert {name: figure_problems(saved_figures[name]) for name in ours} == {name: [] for name in ours}


@pytest.mark.parametrize("fill", ["reflect", "nearest", "constant"])
def test_the_augmentation_figure_says_what_lies_beyond_the_edge(figure_problems, fill):
    photo = drawn_animals.draw("cats", 1, 48)
    figure = figures.augmented(photo, Augmentation(fill=fill), 0, "the network")
    assert f"--fill {fill}" in figure.get_suptitle()
    assert len(figure.axes) == 12 and figure_problems(figure) == []
    still = Augmentation(0, 0, 0, 0, 0, horizontal_flip=False, fill=fill)
    figure = figures.augmented(photo, still, 0, "the network")
    assert "; 0% of these lies beyond" in figure.get_suptitle()
    corners = figure.axes[1].lines[0].get_xydata()[:4]
    np.testing.assert_allclose(corners, [[-0.5, -0.5], [47.5, -0.5], [47.5, 47.5], [-0.5, 47.5]], atol=1e-4)


@pytest.mark.slow
def test_two_classes_have_one_output_and_two_probabilities(tmp_path, monkeypatch, program):
    monkeypatch.setattr(photos, "DRAWN", {"train": 12, "validation": 6, "test": 6})
    cats_dogs.main(small(tmp_path, dataset="drawn"))
    run = runs.find("cats_dogs", tmp_path / "models")
    Image.fromarray(drawn_animals.draw("dogs", 1, 100)).save(tmp_path / "rex.png")
    done = program("apps.predict", run.path, tmp_path / "rex.png", tmp_path / "rex.png", "--json")
    first, second = json.loads(done.stdout)
    assert first["probabilities"] == second["probabilities"]
    assert set(first["probabilities"]) == {"cats", "dogs"}
    assert sum(first["probabilities"].values()) == pytest.approx(1)
    assert first["probability"] == max(first["probabilities"].values())


def test_a_folder_of_one_class_is_one_line(folder, tmp_path, capfd):
    with pytest.raises(SystemExit) as left:
        command.run(
            cats_dogs.main,
            cats_dogs.Config,
            ["--dataset", str(folder / "owls"), "--data-dir", str(tmp_path), "--models-dir", str(tmp_path)],
        )
    assert left.value.code == 2
    assert "at least two classes" in capfd.readouterr().err.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Your `PyDataset` class should call:UserWarning")
def test_three_ways_to_augment_side_by_side(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(photos, "DRAWN", {"train": 20, "validation": 6, "test": 6})
    metrics = cats_dogs.main(
        small(tmp_path, dataset="drawn", compare_augmentation=True, augmentation=Augmentation(rotation=10))
    )
    assert list(metrics["variants"]) == ["none", "generator", "affine"]
    best = max(metrics["variants"].values(), key=lambda row: row["validation_accuracy"])
    assert metrics["validation_accuracy"] == best["validation_accuracy"]
    run = runs.find("cats_dogs", tmp_path / "models")
    assert {path.stem for path in (run.path / "figures").iterdir()} == {
        "augmentation_accuracy",
        "augmentation_loss",
    }
    assert saving.load(run).card["labels"] == ["cats", "dogs"]  # the best of the three
    printed = capsys.readouterr().out
    assert "photos/s" in printed and printed.splitlines()[-1] == f"run: {run.path}"


def without_times(content):
    """Metrics or their table, without what differs from run to run."""
    if isinstance(content, dict):
        times = ("seconds", "samples_per_second", "share_of_peak")
        return {name: without_times(value) for name, value in content.items() if name not in times}
    return content


@pytest.mark.slow
def test_an_interrupted_comparison_resumes_and_ends_as_the_unbroken_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(photos, "DRAWN", {"train": 20, "validation": 6, "test": 6})
    monkeypatch.setattr(comparison, "VARIANTS", ("none", "affine"))
    settings = {"dataset": "drawn", "compare_augmentation": True, "epochs": 2}
    unbroken = cats_dogs.main(small(tmp_path / "unbroken", **settings))

    class CtrlC(training.Stopwatch):
        """Ctrl-C in the second variant's second epoch."""

        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            if epoch == 1 and self.model.layers[0].name.startswith("random_affine"):
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "Stopwatch", CtrlC)
        with pytest.raises(KeyboardInterrupt):
            cats_dogs.main(small(tmp_path, **settings))
    (folder,) = (tmp_path / "models/cats_dogs").iterdir()
    assert capsys.readouterr().out.endswith(f"continue with --resume {folder}\n")
    assert (folder / "none/metrics.json").is_file() and not (folder / "affine/metrics.json").is_file()

    def kept():
        return {path.name: path.stat().st_mtime_ns for path in (folder / "none").rglob("*")}

    before = kept()
    with pytest.raises(SystemExit) as left:
        command.run(cats_dogs.main, cats_dogs.Config, ["--resume", str(folder / "none")])
    assert left.value.code == 2
    assert f"none is a variant: resume the whole run, {folder}" in capsys.readouterr().err
    resumed = cats_dogs.main(small(tmp_path, resume=folder, **settings))
    printed = capsys.readouterr().out
    assert "none: augment none (complete already)" in printed and "resuming after epoch 1 of 2" in printed
    assert kept() == before
    assert without_times(resumed) == without_times(unbroken)
    assert without_times(runs.Run(folder, "").metrics()) == without_times(unbroken)
    (whole,) = (tmp_path / "unbroken/models/cats_dogs").iterdir()
    photo = drawn_animals.draw("dogs", 1, 64)
    assert saving.load(folder).predict(photo) == saving.load(whole).predict(photo)
    for figure in (whole / "figures").iterdir():
        assert (folder / "figures" / figure.name).read_bytes() == figure.read_bytes()


@pytest.mark.slow
def test_averaged_weights_cutmix_and_mixup_resume_and_end_as_the_unbroken_run(tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "DRAWN", {"train": 20, "validation": 6, "test": 6})
    settings = {
        "dataset": "drawn",
        "model": "modern",
        "filters": (4, 8),
        "blocks_a_stage": 2,
        "image_size": 32,
        "epochs": 3,
        "cutmix": 1.0,
        "ema_momentum": 0.9,
    }
    unbroken = cats_dogs.main(small(tmp_path / "unbroken", **settings))

    class CtrlC(training.Stopwatch):
        """Ctrl-C in the third epoch."""

        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            if epoch == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "Stopwatch", CtrlC)
        with pytest.raises(KeyboardInterrupt):
            cats_dogs.main(small(tmp_path, **settings))
    (folder,) = (tmp_path / "models/cats_dogs").iterdir()
    resumed = cats_dogs.main(small(tmp_path, resume=folder, **settings))
    assert without_times(resumed) == without_times(unbroken)
    (whole,) = (tmp_path / "unbroken/models/cats_dogs").iterdir()
    assert (folder / "history.csv").read_text() == (whole / "history.csv").read_text()


@pytest.mark.slow
def test_a_training_that_diverges_is_one_line(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(photos, "DRAWN", {"train": 20, "validation": 6, "test": 6})
    folders = ["--data-dir", str(tmp_path), "--models-dir", str(tmp_path / "models")]
    flags = ["--dataset", "drawn", "--image-size", "64", "--epochs", "2", "--learning-rate", "1e30"]
    with pytest.raises(SystemExit) as left:
        command.run(cats_dogs.main, cats_dogs.Config, [*flags, *folders])
    assert left.value.code == 2
    error = capfd.readouterr().err
    assert "Traceback" not in error and "training has diverged" in error.splitlines()[-1]


@pytest.mark.slow
def test_a_network_of_keras_applications_with_weights_from_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "DRAWN", {"train": 8, "validation": 4, "test": 4})
    weights = tmp_path / "vgg.weights.h5"
    keras.applications.VGG16(include_top=False, weights=None, input_shape=(64, 64, 3)).save_weights(weights)
    config = small(
        tmp_path, dataset="drawn", model="vgg16", weights=str(weights), augment="affine", color=0.2
    )
    cats_dogs.main(config)
    run = runs.find("cats_dogs", tmp_path / "models")
    assert (run.path / "figures" / "patches.png").is_file()
    loaded = saving.load(run)
    trainable = sum(np.prod(weight.shape) for weight in loaded.model.trainable_weights)
    assert trainable == 512 + 1  # the last layer only
    assert 0 <= loaded.predict(drawn_animals.draw("dogs", 1, 64)).probability <= 1


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--model", "nosuch"], "no network 'nosuch' in keras.applications: choose one of"),
        (
            ["--model", "vgg16", "--weights", "no/such.h5"],
            "there is no file no/such.h5 with weights for VGG16",
        ),
        (["--fine-tune", "3"], "--fine-tune is for a network of keras.applications"),
        (["--weights", "none"], "--weights is for a network of keras.applications"),
        (["--compare-augmentation", "--augment", "affine"], "omit --augment"),
        (["--model", "vgg16", "--fine-tune", "-3"], "fine_tune=-3 must be from 0 to"),
        (["--image-size", "4"], "image_size=4 must be at least 8"),
        (["--image-size", "32"], "4 stages need photos of at least 64x64"),
        (["--image-size", str(10**23)], "image_size=100000000000000000000000 is too large"),
        (["--color", "2"], "color=2 must be from 0 to 1"),
        (["--mixup", "-1"], "mixup=-1 must be from 0 to 1000"),
        (["--cutmix", "-1"], "cutmix=-1 must be from 0 to 1000"),
        (["--ema-momentum", "1"], "ema_momentum=1 is not a fraction"),
        (["--model", "vgg16", "--filters", "8"], "--filters is for slides and modern"),
        (["--blocks-a-stage", "2"], "--blocks-a-stage is for --model modern"),
        (["--dropout", "1"], "dropout=1 is not a fraction"),
        (["--l2", "-1"], "l2=-1 must be 0 or above"),
        (["--weight-decay", "-1"], "weight_decay=-1 must be 0 or above"),
        (["--label-smoothing", "1.5"], "label_smoothing=1.5 must be from 0 to 1"),
        (["--learning-rate", "-1"], "learning_rate=-1 must be above 0"),
        (["--epochs", "-3"], "epochs=-3 must be at least 1"),
        (["--batch-size", "0"], "batch_size=0 must be at least 1"),
        (["--batch-size", str(10**23)], "batch_size=100000000000000000000000 is too large"),
        (["--limit", "0"], "limit=0 must be at least 1"),
    ],
)
def test_bad_flags_are_one_line_and_leave_no_folder(tmp_path, monkeypatch, capfd, flags, words):
    monkeypatch.setattr(photos, "DRAWN", {"train": 4, "validation": 2, "test": 2})
    folders = ["--dataset", "drawn", "--data-dir", str(tmp_path), "--models-dir", str(tmp_path / "models")]
    with pytest.raises(SystemExit) as left:
        command.run(cats_dogs.main, cats_dogs.Config, [*folders, "--image-size", "64", *flags])
    assert left.value.code == 2
    error = capfd.readouterr().err
    assert words in error.splitlines()[-1] and "Traceback" not in error
    assert not (tmp_path / "models").exists()


def test_label_smoothing():
    """With two classes and with three, the loss is that of labels moved towards all classes equally."""
    two = network.loss_for(2, 0.1)
    label, probability = np.array([[1.0]]), np.array([[0.7]])
    expected = -(0.95 * np.log(0.7) + 0.05 * np.log(0.3))
    assert float(two(label, probability)) == pytest.approx(expected, abs=1e-5)
    probabilities = np.array([[0.2, 0.5, 0.3]])
    three = network.loss_for(3, 0.3)(np.array([1]), probabilities)
    expected = -(0.1 * np.log(0.2) + 0.8 * np.log(0.5) + 0.1 * np.log(0.3))
    assert float(three) == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("flags", [["--no-mirror"], []])
def test_both_ways_to_look_are_measured_and_the_headline_says_which_it_is(
    tmp_path, monkeypatch, capsys, flags
):
    monkeypatch.setattr(photos, "DRAWN", {"train": 20, "validation": 20, "test": 20})
    folders = ["--data-dir", str(tmp_path), "--models-dir", str(tmp_path / "models"), "--seed", "1"]
    settings = ["--dataset", "drawn", "--model", "modern", "--image-size", "64", "--epochs", "2"]
    command.run(cats_dogs.main, cats_dogs.Config, [*settings, *flags, *folders])
    run = runs.find("cats_dogs", tmp_path / "models")
    metrics, way = run.metrics(), "without" if flags else "with"
    for split in ("test", "validation"):
        assert metrics[f"{split}_accuracy"] == metrics[f"{split}_accuracy_{way}_mirror"]
    assert run.card()["metrics"] == metrics
    (result, _), sentence = (lines := capsys.readouterr().out.splitlines())[-2:], lines
    assert any("on the photo alone" in line and "mirror image" in line for line in sentence)
    averaged = "averaged over the photo and its mirror image"
    assert result.endswith(averaged) == (not flags)
    assert run.card()["returns"].endswith(averaged) == (not flags)

    # The reloaded model predicts in the way that its card tells.
    data = photos.load("drawn", tmp_path, image_size=64)
    loaded = saving.load(run)
    once = network.classifier_of(loaded.model)
    looks = [data.x_test[:4], data.x_test[:4, :, ::-1]][: 1 if flags else 2]
    expected = np.mean([once.predict(np.asarray(x) / 255, verbose=0) for x in looks], axis=0)
    np.testing.assert_allclose(loaded.model.predict(data.x_test[:4], verbose=0), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("flags", "value"),
    [
        ([], None),
        (["--mirror"], True),
        (["--no-mirror"], False),
        (["--no_mirror", "--epochs", "3"], False),
        (["--mirror", "--epochs", "3"], True),
        (["--mirror", "False"], False),
        (["--mirror", "None"], None),
    ],
)
def test_the_mirror_is_switched_by_a_pair_of_flags(flags, value):
    assert parsing.parse(cats_dogs.Config, flags, prog=None).mirror is value


def test_the_two_looks_share_their_layers():
    keras.utils.set_random_seed(0)
    inside = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    )
    once = keras.Sequential([keras.Input((8, 8, 3)), inside])
    once.compile(loss="binary_crossentropy", metrics=["accuracy"])
    both = network.with_other_look(once)
    again = network.with_other_look(both)
    x = np.random.default_rng(0).random((5, 8, 8, 3)).astype("float32")
    average = (once.predict(x, verbose=0) + once.predict(x[:, :, ::-1], verbose=0)) / 2
    np.testing.assert_allclose(both.predict(x, verbose=0), average, atol=1e-6)
    np.testing.assert_array_equal(again.predict(x, verbose=0), once.predict(x, verbose=0))
    assert again.layers[-1] is inside and set(both.evaluate(x, np.ones(5), verbose=0, return_dict=True)) == {
        "accuracy",
        "loss",
    }
