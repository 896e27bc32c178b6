"""How far training photos are varied: one description, :class:`Augmentation`, for two engines.

It drives ``RandomAffine`` and, through ``image_data_generator``, the slides' ``ImageDataGenerator``. The same words
mean different things elsewhere:

================  =======================  ====================================  ==================================
here              unit                     ImageDataGenerator                    Keras' layers
================  =======================  ====================================  ==================================
rotation          degrees, -r to r         ``rotation_range``, degrees           ``RandomRotation``, turns (r / 360)
width_shift       fraction of the width    ``height_shift_range``: it shifts     ``RandomTranslation``'s
                                           along the width (Keras 3.15)          ``width_factor``
height_shift      fraction of the height   ``width_shift_range``                 ``height_factor``
shear             degrees, -s to s         ``shear_range``, degrees: its usual   ``RandomShear``, a factor (tan s)
                                           0.2 does almost nothing
zoom              fraction: 1-z to 1+z,    ``zoom_range``                        ``RandomZoom``'s ``height_factor``
                  each axis by itself;                                           and ``width_factor``, -z to z
                  below 1 enlarges
horizontal_flip   in half of all cases     ``horizontal_flip``                   ``RandomFlip("horizontal")``
fill              beyond the photo's edge  ``fill_mode``                         ``fill_mode``
================  =======================  ====================================  ==================================

For photos that are not square the results differ: ImageDataGenerator rotates them about a point beside their centre.
"""

import dataclasses
from typing import Any, Literal

from keras_course.errors import UserError

FILLS = ("nearest", "constant", "reflect")


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How far a photo may be rotated, shifted, sheared and zoomed: each time by new random amounts.

    Every amount within the limits is equally likely.

    The defaults were chosen on validation photos of cats and dogs. (The usual recipe, Chollet, 2017, rotates and
    shifts photos further, and fills with the edge.)

    Raises:
        UserError: for a value that is out of its range.

    Example:
        >>> Augmentation(rotation=40, fill="nearest").zoom
        0.3
    """

    rotation: float = 20.0
    """Rotate photos by up to this many degrees, to either side."""
    width_shift: float = 0.15
    """Shift them to either side by up to this fraction of their width."""
    height_shift: float = 0.15
    """Shift them up or down by up to this fraction of their height."""
    shear: float = 15.0
    """Shear them by up to this many degrees."""
    zoom: float = 0.3
    """Stretch or shrink each axis by up to this fraction."""
    horizontal_flip: bool = True
    """Mirror half of them."""
    fill: Literal["nearest", "constant", "reflect"] = "reflect"
    """What lies beyond a photo's edge: the edge repeated, black, or the photo mirrored."""

    def __post_init__(self) -> None:
        """Check that every value is in its range."""
        for name, top in (
            ("rotation", 180),
            ("width_shift", 1),
            ("height_shift", 1),
            ("shear", 89),
            ("zoom", 0.99),
        ):
            value: Any = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value <= top:
                raise UserError(f"{name}={value} is out of range: give a number from 0 to {top}")
        if self.fill not in FILLS:
            raise UserError(f"fill={self.fill!r} is unknown: choose one of {', '.join(FILLS)}")


DIGITS = Augmentation(
    rotation=10.0,
    width_shift=0.08,
    height_shift=0.08,
    shear=10.0,
    zoom=0.12,
    horizontal_flip=False,
    fill="constant",
)
"""For digits of 28x28 pixels on black: as another hand would have written them (LeCun et al., 1998, section III.B)."""
