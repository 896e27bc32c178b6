"""apps.xo_convnet's steps: each printed as on a board, and drawn."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.by_hand import letters
from keras_course.by_hand.activations import relu
from keras_course.by_hand.normalization import normalize_map
from keras_course.by_hand.pooling import max_pool
from keras_course.by_hand.x_and_o import FEATURES, X, filtered, match, stack, votes, voting_weights
from keras_course.plots.cells import number_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray


def heading(text: str) -> None:
    """Print the name of a step."""
    print(f"\n== {text}")


def as_signs(picture: Array) -> str:
    """A picture as lines of # and ., indented."""
    return "\n".join("    " + "".join("#" if pixel > 0 else "." for pixel in row) for row in picture)


def as_numbers(array: Array) -> str:
    """An array as lines of numbers, indented."""
    return "\n".join("    " + " ".join(f"{value:5.2f}" for value in row) for row in array)


def say(text: str) -> None:
    """Print a paragraph, wrapped at 100 characters."""
    print(textwrap.fill(" ".join(text.split()), 100))


def print_literal(picture: Array, shift: int) -> int:
    """Print a picture, and return in how many pixels it agrees with itself after a shift down and right."""
    heading("Computers are literal")
    moved = letters.shifted(picture, shift, shift)
    agree = int((moved == picture).sum())
    print(as_signs(picture))
    say(
        f"Moved down and right by {shift}, {agree} of {picture.size} pixels are the same. "
        "A literal computer sees another picture; we see the same letter."
    )
    return agree


def best_place(picture: Array) -> tuple[str, int, int]:
    """The feature with the best match in the picture (the crossing if several are equal), and its row and column."""
    maps = {name: filtered(picture, FEATURES[name]) for name in sorted(FEATURES)}  # "crossing" is the first
    best = max(maps, key=lambda name: float(maps[name].max()))
    row, column = np.unravel_index(int(maps[best].argmax()), maps[best].shape)
    return best, int(row), int(column)


def print_match(picture: Array) -> dict[str, Any]:
    """Print the arithmetic of a match, at the best place and one pixel beside it; return both."""
    heading("Features match pieces of the image")
    for name, feature in FEATURES.items():
        print(f"  {name}\n{as_signs(feature)}")
    heading("Filtering: The math behind the match")
    name, row, column = best_place(picture)
    feature = FEATURES[name]
    beside = column + 1 if column + 1 + feature.shape[1] <= picture.shape[1] else column - 1
    found = {}
    for place in (column, beside):
        patch = picture[row : row + 3, place : place + 3]
        products = (patch * feature).astype(int)
        print(f"  {name}, on rows {row} to {row + 2}, columns {place} to {place + 2}")
        for image_row, feature_row, product_row in zip(patch, feature, products, strict=True):
            cells = (
                " ".join(f"{value:2.0f}" for value in part) for part in (image_row, feature_row, product_row)
            )
            print("    {}   times  {}   is  {}".format(*cells))
        sums = " + ".join(f"({value})" if value < 0 else str(value) for value in products.ravel())
        value = match(patch, feature)
        print(f"    ({sums}) / {feature.size} = {products.sum()}/{feature.size} = {value:.2f}")
        found[f"row {row}, column {place}"] = value
    return {"feature": name, "row": row, "column": column, "matches": found}


def match_figure(picture: Array, place: dict[str, Any]) -> "Figure":
    """Draw the picture with the patch framed, the patch, the feature, and their products."""
    row, column, feature = place["row"], place["column"], FEATURES[place["feature"]]
    patch = picture[row : row + 3, column : column + 3]
    total = int((patch * feature).sum())
    patched, products = "the patch", f"products: {total}/9 = {total / 9:.2f}"
    panels = {
        "the picture": picture,
        patched: patch,
        f"feature: {place['feature']}": feature,
        products: patch * feature,
    }
    return number_rows(
        {"": panels},
        boxes={"the picture": (row, column, 3, 3)},
        signs={f"feature: {place['feature']}": "×", products: "="},
        plain=["the picture"],
        limit=1,
        title=f"The best match: {place['feature']} at row {row}, column {column}: {total} / 9 = {total / 9:.2f}",
        summary="multiply pixel by pixel, add up, divide by the number of pixels; red: ink (1), blue: paper (-1)",
    )


def layers_of(picture: Array) -> dict[str, dict[str, Array]]:
    """For each feature the output of every layer; the normalised map is not used by the next one."""
    layers = {}
    for name, feature in FEATURES.items():
        found = filtered(picture, feature)
        flat = np.ptp(found) == 0  # blank paper; its standard deviation is 0 but for rounding
        layers[name] = {
            "feature": feature,
            "filtered": found,
            "normalised (not used further)": found * 0 if flat else normalize_map(found),
            "ReLU of the filtered map": relu(found),
            "pooled, 2x2": max_pool(relu(found), keep_edge=True),
        }
    return layers


def print_layers(picture: Array) -> dict[str, float]:
    """Print the filtered maps, normalisation, ReLU and pooling, and what the slides say about them."""
    layers = layers_of(picture)
    maps = np.stack([layer["filtered"] for layer in layers.values()])
    heading("Convolution layer: a picture becomes a stack of filtered pictures")
    for name, found in zip(layers, maps, strict=True):
        print(f"  {name}: best match {found.max():.2f}\n{as_numbers(found)}")

    heading("Normalization")
    say(
        'The slide says "change everything negative to zero" here. That is the ReLU, the next slide. To normalise '
        "is to subtract the mean and divide by the standard deviation."
    )
    kept, kept_normalised = {}, {}
    for name, found in zip(layers, maps, strict=True):
        if np.ptp(found) == 0:
            print(f"  {name}: the map is the same everywhere: nothing to normalise")
            continue
        standard = normalize_map(found)
        kept[name], kept_normalised[name] = int((found > 0).sum()), int((standard > 0).sum())
        print(
            f"  {name}: mean {found.mean():.2f}, standard deviation {found.std():.2f} -> {abs(standard.mean()):.2f}, "
            f"{standard.std():.2f}; above 0: {kept[name]} of {found.size} places -> {kept_normalised[name]}"
        )
    say(
        "It moves the zero, so a ReLU after it can keep other places. This small network does without it: "
        "divided by the number of pixels, every match is already between -1 and 1."
    )

    heading("ReLU layer: everything negative becomes zero")
    for name, layer in layers.items():
        print(f"  {name}\n{as_numbers(layer['ReLU of the filtered map'])}")
    heading("Pooling: Shrinking the image stack (windows of 2x2, stride 2, the largest value)")
    for name, layer in layers.items():
        print(f"  {name}\n{as_numbers(layer['pooled, 2x2'])}")
    other_order = np.abs(relu(max_pool(maps, keep_edge=True)) - max_pool(relu(maps), keep_edge=True)).max()
    print(f"The deck pools before the ReLU; the order does not matter: largest difference {other_order:.0f}.")
    return {"pooling_and_relu_swapped": float(other_order)}


def layers_figure(picture: Array) -> "Figure":
    """Draw the output of every layer: a row for each feature, a column for each layer."""
    names = {
        "feature": "feature", "filtered": "filtered", "ReLU of the filtered map": "ReLU", "pooled, 2x2": "pooled, 2x2"
    }  # fmt: skip
    layers = layers_of(picture)
    rows = {
        f"{feature}:\nbest match {outputs['filtered'].max():.2f}": {
            short: outputs[name] for name, short in names.items()
        }
        for feature, outputs in layers.items()
    }
    sizes = " to ".join(
        "x".join(map(str, next(iter(layers.values()))[name].shape)) for name in names if name != "feature"
    )
    return number_rows(
        rows,
        plain=("feature", "filtered", "ReLU"),
        limit=1,
        bar="match (feature: 1 ink, -1 paper)",
        signs={"filtered": "→", "ReLU": "→", "pooled, 2x2": "→"},
        title=f"Filter, set negative values to zero, pool: three features give three small maps ({sizes})",
    )


def print_vote(picture: Array) -> dict[str, float]:
    """Print the stack and the sums of the fully connected layer; return the votes."""
    heading("Stacking, and voting: the fully connected layer")
    found = stack(picture)
    print(
        f"  {X.shape[0]}x{X.shape[1]} -> 3 x 7x7 -> 3 x 4x4: a list of {found.size} numbers, which all vote."
    )
    for letter, weight in voting_weights().items():
        parts = [float(part) for part in (weight * found).sum(axis=(1, 2))]
        terms = " + ".join(f"{part:.2f} ({name})" for part, name in zip(parts, FEATURES, strict=True))
        print(
            f"  {letter}: {terms} = {sum(parts):.2f}, from {(weight > 0).sum()} places with a weight above 0"
        )
    print(f"  It says: {winner(votes(picture))}")
    say(
        "The weights are set by hand from one X and one O: a place votes for the letter that is stronger there. "
        "A network learns them (below)."
    )
    return votes(picture)


def vote_figure(picture: Array) -> "Figure":
    """Draw the stack and the weights of both letters, with what each map adds to each vote."""
    found, sums = stack(picture), votes(picture)
    rows = {"the stack\n(as pooled)": dict(zip(FEATURES, found, strict=True))}
    for letter, weight in voting_weights().items():
        parts = {
            f"adds {float((part * maps).sum()):.2f} for {letter} ({name})": part / weight.max()
            for name, part, maps in zip(FEATURES, weight, found, strict=True)
        }
        rows[f"weights for {letter}:\nvote {sums[letter]:.2f}"] = parts
    return number_rows(
        rows,
        plain=[name for row in rows.values() for name in row],
        limit=1,
        bar="stack: match; weights: fraction of the largest",
        title=f"It says {winner(sums)}: {', '.join(f'{letter} {vote:.2f}' for letter, vote in sums.items())}",
        summary="each place of the stack times its weight, and the sum over the three maps",
    )


def winner(sums: dict[str, float]) -> str:
    """The letter with the larger vote, or "neither" if they are equal."""
    if abs(sums["X"] - sums["O"]) < 1e-9:
        return "neither"
    return max(sums, key=lambda letter: sums[letter])
