"""benchmarks.accelerator: it runs small on a CPU."""

import json

import pytest

from benchmarks import accelerator, files


@pytest.mark.slow
def test_it_runs_small(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    monkeypatch.setattr(files, "committed", lambda: "a commit")
    accelerator.main(["--small", "--networks", "dense", "lstm", "--seconds", "0.2"])
    found = json.loads((tmp_path / "accelerator_cpu.json").read_text())
    for precision in ("float32", "bfloat16"):
        assert found[precision]["peak_gflops"]["matmul"] > 0
        for name in ("dense", "lstm"):
            row = found[precision][name]
            assert 0 < row["share_of_peak"] < 2 and row["samples_per_second"] > 0


def test_a_batch_that_does_not_fit_is_halved(monkeypatch):
    tried = []

    def trained(work, batch_size, peak):
        tried.append(batch_size)
        if batch_size > 16:
            raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate")
        return {"batch_size": batch_size}

    monkeypatch.setattr(accelerator, "trained", trained)
    work = accelerator.Work(None, (1,), 2, 64, 1)
    assert accelerator.train(work, 1.0) == {"batch_size": 16}
    assert tried == [64, 32, 16]
    monkeypatch.setattr(accelerator, "trained", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        accelerator.train(work, 1.0)
