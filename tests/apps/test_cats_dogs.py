"""apps.cats_dogs: trains on anybody's photos, saves what predicts a photo in a fresh process."""

import json

import pytest
from PIL import Image

from apps import cats_dogs
from keras_course import command, runs
from keras_course.datasets import drawn_animals, photos


def small(tmp_path, **arguments):
    options = command.RunOptions(models_dir=tmp_path / "models", data_dir=tmp_path / "data")
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
    figures = {path.stem for path in (run.path / "figures").iterdir()}
    assert figures == {
        "augmentation",
        "confusion",
        "curves",
        "feature_maps",
        "filters",
        "grad_cam",
        "mistakes",
    }
    if augment == "affine":
        photo = folder / "foxes/1.jpg"
        done = program("apps.predict", run.path, photo, "--json")
        (answer,) = json.loads(done.stdout)
        assert answer["label"] in run.card()["labels"]
        assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)


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
