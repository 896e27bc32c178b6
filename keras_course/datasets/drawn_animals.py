"""Cats and dogs drawn by the code: they stand in for photos where there is no network.

Cats have pointed ears, whiskers and mostly narrow pupils in green or yellow eyes; dogs have drooping ears, a snout and
a large black nose. Both have the same furs and backgrounds. Position, size, tilt, light, sharpness and noise vary, now
and then an ear or the whiskers are hidden, and some dogs' ears stand. They are easier than photos.
"""

import math
from typing import Any

import numpy as np

LABELS = ("cats", "dogs")

Colour = tuple[int, int, int]

FURS: tuple[Colour, ...] = (
    (205, 140, 80),
    (190, 110, 50),
    (150, 100, 60),
    (110, 105, 105),
    (170, 165, 160),
    (225, 205, 175),
    (80, 65, 60),
)


def draw(label: str, seed: int, image_size: int) -> np.ndarray:
    """Draw one animal's head.

    Args:
        label: ``"cats"`` or ``"dogs"``.
        seed: the same seed draws the same picture.
        image_size: side of the picture, in pixels.

    Returns:
        ``(image_size, image_size, 3)`` uint8.
    """
    from PIL import Image, ImageDraw, ImageFilter

    random = np.random.default_rng([seed, LABELS.index(label)])
    side = 2 * image_size  # drawn at twice the size: smooth edges
    picture = Image.new("RGB", (side, side), _colour(random, 120, 240))
    pen = ImageDraw.Draw(picture)
    _background(pen, random, side)

    fur = _fur(random)
    dark, pale = _mixed(fur, 0.6, 0), _mixed(fur, 0.5, 120)
    head = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    face = ImageDraw.Draw(head)
    radius = side * random.uniform(0.22, 0.32)
    middle = side / 2
    width, height = radius * random.uniform(0.85, 1.1), radius * random.uniform(0.85, 1.1)
    _ears(face, random, label, middle, width, height, fur, dark)
    _oval(face, middle, middle, width, height, fur)
    if random.random() < 0.4:  # a patch around one eye
        _oval(face, middle - 0.4 * width, middle - 0.2 * height, 0.35 * width, 0.35 * height, dark)
    _eyes(face, random, label, middle, width, height)
    _muzzle(face, random, label, middle, width, height, pale)
    head = head.rotate(random.uniform(-25, 25), Image.Resampling.BICUBIC)
    reach = int(side / 2 - 0.8 * radius)
    right, down = (int(value) for value in random.integers(-reach, reach + 1, 2))
    picture.paste(head, (right, down), head)

    picture = picture.resize((image_size, image_size), Image.Resampling.LANCZOS)
    picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0, 0.012) * image_size))
    pixels = np.asarray(picture, dtype=np.float32)
    light = (
        random.uniform(0.75, 1.15) + random.uniform(-0.2, 0.2) * np.linspace(-1, 1, image_size)[None, :, None]
    )
    noise = random.normal(0, random.uniform(2, 14), pixels.shape)
    pixels = (pixels * light + noise).clip(0, 255).astype(np.uint8)
    return pixels[:, ::-1] if random.random() < 0.5 else pixels


def _colour(random: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = (int(value) for value in random.integers(low, high, 3))
    return red, green, blue


def _fur(random: np.random.Generator) -> Colour:
    red, green, blue = (
        min(value + int(random.integers(-15, 16)), 255) for value in FURS[random.integers(len(FURS))]
    )
    return red, green, blue


def _mixed(colour: Colour, fraction: float, light: float) -> Colour:
    red, green, blue = (int(fraction * value + light) for value in colour)
    return red, green, blue


def _oval(pen: Any, x: float, y: float, across: float, down: float, colour: Colour) -> None:
    pen.ellipse((x - across, y - down, x + across, y + down), fill=colour)


def _background(pen: Any, random: np.random.Generator, side: int) -> None:
    """Boxes, spots and triangles, some with the outline of an ear."""
    for _ in range(random.integers(2, 7)):
        x, y = random.uniform(0, side, 2)
        size = side * random.uniform(0.05, 0.2)
        colour = _colour(random, 90, 240)
        kind = random.integers(3)
        if kind == 0:
            pen.rectangle((x, y, x + size, y + size * random.uniform(0.3, 2)), fill=colour)
        elif kind == 1:
            _oval(pen, x, y, size / 2, size / 2 * random.uniform(0.5, 1.5), colour)
        else:
            pen.polygon([(x, y), (x + size, y), (x + size / 2, y - size)], fill=colour)


def _eyes(
    pen: Any, random: np.random.Generator, label: str, middle: float, width: float, height: float
) -> None:
    high = middle - 0.2 * height
    green = label == "cats" and random.random() > 0.1
    iris = (int(random.integers(130, 230)), int(random.integers(190, 230)), int(random.integers(30, 90)))
    pupil = random.uniform(0.04, 0.09) if label == "cats" else random.uniform(0.08, 0.12)
    for direction in (-1, 1):
        eye = middle + direction * 0.4 * width
        if green:
            _oval(pen, eye, high, 0.2 * width, 0.2 * height, iris)
            _oval(pen, eye, high, pupil * width, 0.17 * height, (20, 20, 20))
        else:
            _oval(pen, eye, high, 0.15 * width, 0.15 * height, (250, 250, 240))
            _oval(pen, eye, high, pupil * width, 0.12 * height, (20, 20, 20))


def _ears(
    pen: Any,
    random: np.random.Generator,
    label: str,
    middle: float,
    width: float,
    height: float,
    fur: Colour,
    dark: Colour,
) -> None:
    pointed = label == "cats"
    for direction in (-1, 1):
        if random.random() < 0.06:  # hidden
            continue
        x, y = middle + direction * 0.65 * width, middle - 0.6 * height
        if pointed or random.random() < 0.06:  # some dogs' ears stand
            length = height * random.uniform(0.55, 0.95)
            tip = (x + direction * 0.25 * width, y - length)
            pen.polygon(
                [(x - 0.35 * width, y + 0.1 * height), (x + 0.35 * width, y + 0.25 * height), tip], fill=fur
            )
            inner = (x + direction * 0.2 * width, y - 0.6 * length)
            pen.polygon(
                [(x - 0.15 * width, y + 0.1 * height), (x + 0.18 * width, y + 0.2 * height), inner], fill=dark
            )
        else:
            drop = height * random.uniform(0.5, 0.95)
            _oval(
                pen,
                middle + direction * 0.98 * width,
                middle - 0.25 * height + 0.5 * drop,
                0.26 * width,
                drop,
                dark,
            )


def _muzzle(
    pen: Any,
    random: np.random.Generator,
    label: str,
    middle: float,
    width: float,
    height: float,
    pale: Colour,
) -> None:
    nose = middle + 0.3 * height
    if label == "dogs":
        _oval(pen, middle, nose + 0.18 * height, random.uniform(0.4, 0.55) * width, 0.45 * height, pale)
        _oval(pen, middle, nose, 0.24 * width, 0.17 * height, (25, 20, 20))
        if random.random() < 0.5:  # tongue
            _oval(pen, middle, nose + 0.62 * height, 0.14 * width, 0.25 * height, (220, 90, 110))
    else:
        _oval(pen, middle, nose + 0.12 * height, random.uniform(0.22, 0.42) * width, 0.22 * height, pale)
        _oval(pen, middle, nose, 0.09 * width, 0.07 * height, (200, 110, 120))
        if random.random() < 0.85:  # whiskers
            for direction in (-1, 1):
                for angle in (-0.2, 0.05, 0.3):
                    length = random.uniform(0.8, 1.2) * width
                    end = (middle + direction * length, nose + math.sin(angle) * length)
                    pen.line(
                        [(middle + direction * 0.15 * width, nose + 0.1 * height), end],
                        fill=(240, 240, 235),
                        width=3,
                    )
