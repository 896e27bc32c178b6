"""README's snippet, commands and index are true."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_snippet_runs():
    (snippet,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    done = subprocess.run([sys.executable, "-c", snippet], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    parameters, prediction = done.stdout.splitlines()
    assert parameters == str(785 * 64 + 65 * 10)
    assert re.fullmatch(r"\d [01]\.\d+", prediction)


def test_the_index_agrees_with_the_search_for_a_slide():
    from keras_course.experiment import course

    places = course.places(ROOT)
    rows = re.findall(r"^\| (deck .*?) \| `python -m apps\.(.*?)` \| `(.*?)` \|$", README, flags=re.M)
    assert len(rows) >= 8
    for slides, program, file in rows:
        assert (ROOT / file).is_file()
        for slide in course.slides(f"Slide: {slides}"):
            printed = course.programs([place for place in places if place.slide == slide])
            assert program in printed, f"--slide does not print `{program}` for {slide}"


def test_both_commands_stand_alone_on_a_line():
    assert "\npython -m pip install -e . && python -m apps.quickstart\n" in README
    assert '\npython -m pip install -e ".[test]" && python -m pytest\n' in README
