"""Every number in README's prose is held to a results file, or is on the short list of those that nobody measured.

The tables are held to the files by ``tests/benchmarks/test_tables.py``. Who changes a sentence of README changes the
list here: takes its words off, or writes how they are checked.
"""

import configparser
import json
import math
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = " ".join(
    re.sub(r"```.*?```|<!-- (\w+) -->.*?<!-- /\1 -->|^\|.*?$|`[^`]*`", " ", README, flags=re.S | re.M).split()
)
# Names and versions, and what the data's publishers tell.
NAMES = (
    "Keras 3",
    "Python 3.11 to 3.13",
    '1 "A gentle',
    '2 "A gentle',
    "2020; computer vision",
    '3 "Deep',
    '4 "Intro',
    '5 "Build',
    "Apache 2.0",
    "Corsi 2009",
    "GARCH(1,1)",
    "4,000 of Kaggle's photos",
    "at most 256 pixels",
    "2,000 to train on, 1,000 for validation, 1,000 for the test",
)


def result(name):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text())


def sampling(data, count):
    """Half the 95 % interval, in points, that a test set of so many examples gives each row's accuracy."""
    halves = []
    for path in (ROOT / "benchmarks" / "results").glob("*.json"):
        found = json.loads(path.read_text())
        if "metric" in found and found["dataset"] == data:
            mean = found["test_accuracy"]["mean"]
            halves.append(196 * math.sqrt(mean * (1 - mean) / count))
    return halves


def farthest(origin):
    """The share that the slides' network missed most, against persistence."""
    rows = result("forecasts")[origin]["price_single"]
    return max(rows, key=lambda row: row["rmse_ratio"])["symbol"]


def controls():
    found = result("controls")
    walks = [found["random walk, price"], found["random walk, return"]]
    memory = found["memory of 0.6, return"]
    none = sum(kind["shares"] for kind in walks) == 200 and sum(kind["skill"] for kind in walks) == 0
    return none and memory["shares"] == memory["skill"] == 100


def oracle(memory):
    """In how many cases skill was found in 250 and in 500 sessions, as README writes it."""
    found = [
        result("controls_oracle")["oracle"][f"memory of {memory}, {days} sessions"] for days in (250, 500)
    ]
    assert all(kind["shares"] == 2000 for kind in found)
    return [f"{kind['skill'] / kind['shares']:.0%}".replace("%", " %") for kind in found]


def skills():
    """Whether each two years' count of skill is no higher than that of lower errors with p < .01."""
    for name, years in result("forecasts").items():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", name):
            for target in ("return", "price"):
                rows = years[f"{target}_single"]
                skill = sum(row["rmse_ratio"] < 1 and row["dm_p"] < 0.01 for row in rows)
                yield years[target]["skill"] <= skill and years[target]["networks_judged"] == len(rows)


def ends(halves, digits):
    return [round(end, digits) for end in (min(halves), max(halves))]


def mirror():
    found = result("photo_mirror")
    names = [
        f"{split}_accuracy_{how}_mirror" for split in ("test", "validation") for how in ("with", "without")
    ]
    return found["seed"] == 1 and [round(100 * found[name], 1) for name in names] == [90.8, 90.4, 92.9, 91.5]


def periods():
    found = result("forecaster")
    return [found[name] for name in found if re.fullmatch(r"\d{4}-\d\d-\d\d", name)]


MEASURED = {
    "(seed 1) they are 90.8 % and 90.4 % on the test photos, 92.9 % and 91.5 % on those for validation": mirror,
    "at 95 %, 2 to 3 points either way for the 1,000 photos": lambda: (
        ends(sampling("cats_dogs", 1000), 0) == [2, 3]
    ),
    "0.1 to 0.3 for the 10,000 digits": lambda: ends(sampling("mnist", 10_000), 1) == [0.1, 0.3],
    '"95 % of new runs"': lambda: "| 95 % of new runs |" in README,
    "a pretrained network that saw 23 shares": lambda: result("forecaster")["settings"]["shares"] == 23,
    "below 1 where it is better, with 95 % intervals": lambda: (
        "| / HAR's | 95 % |" in README and len(periods()) == 6
    ),
    "The rows of 2012 to 2018 are development": lambda: len(periods()) == 6,
    "Those of 2010 and 2020 were looked at afterwards, and in the last HAR is not surely beaten": lambda: (
        periods()[-1]["har_95"][1] > 1 > periods()[-2]["har_95"][1]
    ),
    "its 80 % interval should hold 80 % of the days": lambda: "| in 80 % |" in README,
    "(p < .01)": lambda: all(skills()),
    "the verdict finds 5 % in 250 sessions and 9 % in 500": lambda: oracle(0.1) == ["5 %", "9 %"],
    "a memory of .2, 20 % and 46 %": lambda: oracle(0.2) == ["20 %", "46 %"],
    "with .6, 99 % and all (2,000 shares each": lambda: oracle(0.6) == ["99 %", "100 %"],
    "(30 epochs here)": lambda: result("forecasts")["settings"]["price_epochs"] == "30",
    "Tesla's had by 2014": lambda: farthest("2014-12-11") == "TSLA",
    "Microsoft's by 2018": lambda: farthest("2018-12-11") == "MSFT",
    "of 200 made-up random walks none came out as skill, of 100 shares with a memory of .6 all did": controls,
}


@pytest.mark.parametrize("words", MEASURED)
def test_a_number_is_what_its_file_tells(words):
    assert words in PROSE, "README no longer says this: take it off the list"
    assert MEASURED[words](), words


def test_no_number_is_without_a_source():
    rest = PROSE
    for words in sorted((*NAMES, *MEASURED), key=len, reverse=True):
        assert words in PROSE, f"README no longer says {words}: take it off the list"
        rest = rest.replace(words, " ")
    rest = re.sub(r"deck \d, |", "", rest)
    found = [rest[max(0, match.start() - 40) : match.end() + 20] for match in re.finditer(r"\d[\d.,]*", rest)]
    assert not found, f"no results file is named for {found}: see MEASURED"


def test_the_versions_are_those_that_pip_accepts():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options"]["python_requires"] == ">=3.11,<3.14"


def test_every_file_that_is_named_is_there():
    named = set(re.findall(r"`(\w+\.json)`", README)) - {"card.json", "metrics.json"}
    assert named and all((ROOT / "benchmarks" / "results" / name).is_file() for name in named)
