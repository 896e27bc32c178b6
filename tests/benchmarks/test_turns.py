"""benchmarks.turns: contestants take turns, and a turn counts by its median; benchmarks.speeds wants committed code."""

import pytest

from benchmarks import speeds, turns
from keras_course.experiment import machine


def test_contestants_take_turns_and_the_first_epoch_does_not_count(capsys):
    order = []

    def contestant(name, seconds):
        return lambda epochs: order.append(name) or [9.0, *[seconds] * (epochs - 1)]

    both = {"course": contestant("course", 1.0), "plain_fit": contestant("plain_fit", 2.5)}
    found = turns.later(turns.take(both, turns=2, epochs=3))
    assert order == ["course", "plain_fit"] * 2
    assert found["plain_fit"] == [[2.5, 2.5]] * 2
    assert turns.ratios(turns.spreads(found)) == {"plain_fit": 2.5}
    assert turns.flat(found)["course"] == [1.0] * 4


def test_a_slow_epoch_does_not_move_its_turn():
    spread = turns.spreads({"course": [[1.0, 1.0, 7.0], [2.0, 2.0, 2.0], [3.0, 3.0, 1.0]]})
    assert spread == {"course": {"turns": 3, "minimum": 1.0, "median": 2.0, "interquartile_range": 1.0}}


def test_speeds_of_uncommitted_code_are_refused(monkeypatch, capsys):
    monkeypatch.setattr(machine, "commit", lambda: "0123abc+changes")
    with pytest.raises(SystemExit):
        speeds.main([])
    assert "commit first" in capsys.readouterr().err
