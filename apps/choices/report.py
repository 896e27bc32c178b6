"""What apps.choices prints: the table, what each layer passes on, and a sentence that the numbers made."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Table = dict[str, dict[str, Any]]


def print_table(table: Table, config: Any) -> None:
    """Print a line a variant, then two lines a variant with its layers.

    Args:
        table: a row a variant, as ``apps.choices.train`` gives it.
        config: the app's settings.
    """
    line = "{:20} {:>10} {:>10}  {:>9} {:>10}  {:>10} {:>10}"
    print(f"\n{'':43}{'right answers':>20}  {'epochs to':>10} {'':>10}")
    heads = ("rate", "parameters", "training", "validation", f"{config.reach:.0%}", "loss")
    print(line.format(config.vary.replace("_", " "), *heads))
    for name, row in table.items():
        broke_off = row["finished_epochs"] < config.epochs
        print(
            line.format(
                name,
                f"{row['learning_rate']:g}",
                f"{row['parameters']:,}",
                f"{row['training_accuracy']:.2%}",
                f"{row['validation_accuracy']:.2%}",
                row["epochs_to_reach"] or "never",
                "no number" if broke_off or row["loss"] is None else f"{row['loss']:.4g}",
            )
        )
    print("(the last epoch's models; loss: of the training digits, in the unit of each variant's own loss)")
    if config.vary == "optimizer":
        print("(each optimizer at the rate that Keras gives it if none is asked for; none of them is tuned)")
    if config.vary == "loss":
        print("(numbers of different losses cannot be compared; right answers can)")

    print(
        "\nspread of each hidden layer's answers from digit to digit, first layer to last; dead units in all layers"
    )
    for name, row in table.items():
        print(f"{name:20} before  {_spreads(row['before'])}")
        print(f"{'':20} after   {_spreads(row['after'])}  dead {np.mean(row['dead']):.0%}")


def _spreads(spreads: Sequence[float | None]) -> str:
    return " ".join(f"{'none' if spread is None else f'{spread:.2g}':>7}" for spread in spreads)


def conclusion(vary: str, table: Table, right: dict[str, Any], labels: Any) -> str:
    """Return what the numbers support, and no more: a difference within chance is called a tie.

    Chance is up to 2.5 standard errors on the same digits. How another seed would have it, one run cannot say.

    Args:
        vary: what was changed.
        table: a row a variant.
        right: for every variant and validation digit, whether the network is right; shape ``(digits,)``.
        labels: the validation digits' labels, ``(digits,)``.
    """
    from keras_course.evaluation.classification import significantly_better

    ranked = sorted(table, key=lambda name: -right[name].mean())
    best = ranked[0]
    always = labels == np.bincount(labels).argmax()  # the answer of who has learnt nothing
    blind = [name for name in ranked if not significantly_better(right[name], always)]
    if best in blind:
        return f"No variant learnt anything: none beats one and the same answer to all ({always.mean():.1%})."

    def shown(names: Sequence[str]) -> str:
        return ", ".join(f"{name} ({right[name].mean():.1%})" for name in names)

    ties = [
        name
        for name in ranked[1:]
        if name not in blind and not significantly_better(right[best], right[name])
    ]
    worse = [name for name in ranked[1:] if name not in ties and name not in blind]
    said = [f"Of {len(labels):,} digits not trained on, {shown([best])} gets most right at the end."]
    if ties:
        said.append(f"Within chance of it: {shown(ties)}.")
    if worse:
        said.append(f"Clearly behind: {shown(worse)}.")
    if blind:
        said.append(f"Learnt nothing, no better than one answer to all: {shown(blind)}.")
    reached = {name: row["epochs_to_reach"] for name, row in table.items() if row["epochs_to_reach"]}
    if reached and len(set(reached.values())) > 1:
        first = min(reached.values())
        fastest = [name for name, epoch in reached.items() if epoch == first]
        said.append(f"First at the mark, after epoch {first}: {', '.join(fastest)}.")
    if vary in ("initializer", "activation", "depth"):
        said += _signal(table)
    said.append("All this is one seed; what is close may change places with another.")
    return " ".join(said)


def _signal(table: Table) -> list[str]:
    """Where the signal fades most and least on its way up, before training."""
    kept = {
        name: row["before"][-1] / row["before"][0]
        for name, row in table.items()
        if len(row["before"]) > 1 and None not in row["before"] and row["before"][0] > 0
    }
    said = []
    if len(kept) > 1:
        least, most = min(kept, key=lambda name: kept[name]), max(kept, key=lambda name: kept[name])
        said.append(
            f"Before training, the last hidden layer's spread is {kept[least]:.2g} of the first's with {least}, and "
            f"{kept[most]:.2g} with {most}."
        )
    silent = [name for name, row in table.items() if row["before"][-1] == 0]
    if silent:
        said.append(f"With {', '.join(silent)} the last hidden layer gives one answer to all digits.")
    return said
