"""What apps.classic_learning prints and draws: the choice of features, the table, and a sentence from the numbers."""

from typing import Any

Row = dict[str, Any]

WITHOUT = "classic, raw pixels"
BY_HAND = "classic, hand-made features"
NETWORKS = "network, raw pixels"

DENSE = "dense network, pixels"
CONVNET = "ConvNet, pixels"


def print_choice(choice: dict[str, float], described: dict[str, dict[str, Any]], chosen: str) -> None:
    """Print how good logistic regression is with each set of features, on validation digits."""
    print("\nhand-made features, judged on validation digits by logistic regression:")
    for name, share in choice.items():
        numbers = described[name]["train"].shape[1]
        print(
            f"    {name:10} {numbers:6,} numbers a digit  {share:7.2%}{'  taken' if name == chosen else ''}"
        )
    print()


def print_table(table: dict[str, Row], training_digits: int, test_digits: int) -> None:
    """Print a line a contestant."""
    print(f"\n{'':34}{'right answers':>21} {'standard':>9}  {'seconds to':>21}  {'numbers':>11}")
    heads = ("contestant", "validation", "test", "error", "train", "answer", "kept")
    print("{:34}{:>12}{:>9} {:>9}  {:>10} {:>10}  {:>11}".format(*heads))
    for name, row in table.items():
        print(
            f"{name:34}{row['validation_accuracy']:12.2%}{row['test_accuracy']:9.2%} "
            f"{row['standard_error']:9.2%}  {row['training_seconds']:10.2f} {row['prediction_seconds']:10.2f}  "
            f"{row['numbers_kept']:11,}"
        )
    print(
        f"(trained on {training_digits:,} digits, answers to {test_digits:,} test digits; making the features counts)"
    )


def groups(table: dict[str, Row]) -> dict[str, str]:
    """Return for every contestant which kind it is."""
    return {
        name: NETWORKS if name in (DENSE, CONVNET) else BY_HAND if row["features"] else WITHOUT
        for name, row in table.items()
    }


def conclusion(table: dict[str, Row], right: dict[str, Any]) -> str:
    """Return what the numbers support: a difference within 2.5 standard errors on the same digits is called a tie.

    The best of a kind is the best on validation; what is said of it is said of test digits.

    Args:
        table: a row a contestant.
        right: for every contestant and test digit, whether the answer is right; shape ``(digits,)``.
    """
    from keras_course.evaluation.classification import significantly_better

    helped: dict[str, list[str]] = {"help": [], "make no difference beyond chance for": [], "hurt": []}
    for name in table:
        kind, _, inputs = name.rpartition(", ")
        if inputs != "features":
            continue
        pixels = f"{kind}, pixels"
        better, worse = (
            significantly_better(right[name], right[pixels]),
            significantly_better(right[pixels], right[name]),
        )
        verdict = "help" if better else "hurt" if worse else "make no difference beyond chance for"
        helped[verdict].append(f"{kind} ({right[pixels].mean():.2%} to {right[name].mean():.2%})")
    said = [
        f"Hand-made features {verdict}: {', '.join(names)}." for verdict, names in helped.items() if names
    ]

    kinds = groups(table)
    best = {
        kind: max(
            (name for name in table if kinds[name] == kind),
            key=lambda name: table[name]["validation_accuracy"],
        )
        for kind in (WITHOUT, BY_HAND, NETWORKS)
    }
    by_hand, learnt = best[BY_HAND], best[NETWORKS]
    shown = {name: f"{name.rpartition(', ')[0]} ({right[name].mean():.2%})" for name in best.values()}
    if significantly_better(right[learnt], right[by_hand]):
        verdict = "gets clearly more right than"
    elif significantly_better(right[by_hand], right[learnt]):
        verdict = "gets clearly less right than"
    else:
        verdict = "is level, within chance, with"
    said.append(
        f"Without anybody's features, {shown[learnt]} {verdict} the best on hand-made features, {shown[by_hand]}; "
        f"the best classic one on pixels is {shown[best[WITHOUT]]}."
    )
    return " ".join(said)


def features_figure(pictures: Any, cell: int) -> Any:
    """Return the figure of one digit and what is measured in it.

    Args:
        pictures: (n, 28, 28), 0 to 1; of the first hundred the one with the most holes is shown.
        cell: side of a cell for the oriented gradients.
    """
    from keras_course.by_hand import features
    from keras_course.plots.features import hand_made_features

    most = int(features.holes(pictures[:100]).argmax())
    pictures = pictures[most : most + 1]
    profiles = features.ink_profiles(pictures)[0]
    names = ("ink", "symmetry left-right", "symmetry up-down", "holes / 2", "slant")
    return hand_made_features(
        pictures[0],
        (profiles[: pictures.shape[1]], profiles[pictures.shape[1] :]),
        features.orientation_histograms(pictures, cell)[0],
        dict(zip(names, map(float, features.shape_numbers(pictures)[0]), strict=True)),
        title="What a person may measure in a digit",
    )
