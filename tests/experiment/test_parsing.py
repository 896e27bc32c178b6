"""A command line that cannot be parsed: one line, with the right way to write it."""

import pytest

from apps import cats_dogs, filters, mnist_dense, optimizers, predict
from keras_course.experiment import command


@pytest.mark.parametrize("columns", ["30", "80", "200"])
@pytest.mark.parametrize(
    ("app", "flags", "line"),
    [
        (mnist_dense, "--epochs x", "--epochs x: give a whole number"),
        (mnist_dense, "--batch-size 1.5", "--batch-size 1.5: give a whole number"),
        (mnist_dense, "--l2 much", "--l2 much: give a number"),
        (
            mnist_dense,
            "--hidden 512,256",
            "--hidden 512,256: write the numbers with spaces between them: --hidden 512 256",
        ),
        (
            mnist_dense,
            "--hidden=[512, 256]",
            "--hidden [512, 256]: write the numbers with spaces between them: --hidden 512 256",
        ),
        (mnist_dense, "--hidden a b", "--hidden a b: give whole numbers"),
        (mnist_dense, "--dropout 0,5", "--dropout 0,5: give a number with a point: --dropout 0.5"),
        (mnist_dense, "--dropout 50%", "--dropout 50%: give a fraction: --dropout 0.5"),
        (mnist_dense, "--schedule cos", "--schedule cos: choose one of constant, cosine"),
        (mnist_dense, "--epoch 3", "there is no flag --epoch; the nearest: --epochs; "),
        (mnist_dense, "extra", "extra: no flag stands before it that takes it; "),
        (mnist_dense, "--epochs", "Missing value for argument '--epochs'"),
        (cats_dogs, "--rotation 400", "rotation=400.0 is out of range: give a number from 0 to 180"),
        (cats_dogs, "--epochs x", "--epochs x: give a whole number"),
        (
            filters,
            "--crop 1,2,3",
            "--crop 1,2,3: write the numbers with spaces between them: --crop 1 2 3",
        ),
        (
            optimizers,
            "--landscapes saddle,valley",
            "--landscapes saddle,valley: write them with spaces between them: --landscapes saddle valley",
        ),
        (optimizers, "--landscapes hill", "--landscapes hill: choose one of saddle, valley, ravine"),
        (predict, "", "RUN is missing: "),
    ],
)
def test_one_line(app, flags, line, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    words = flags.split() if "[" not in flags else [flags]
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, words)
    said = capsys.readouterr()
    assert left.value.code == 2 and said.out == ""
    assert said.err.startswith(f"error: {line}") and said.err.count("\n") == 1
    assert line.endswith("; ") or "--help" in said.err or said.err == f"error: {line}\n"


def test_help_is_printed(capsys):
    with pytest.raises(SystemExit) as left:
        command.run(mnist_dense.main, mnist_dense.Config, ["--help"])
    assert left.value.code == 0
    assert "Passes over the training set" in capsys.readouterr().out
