"""How to vary training photos: one description, :class:`Augmentation`, for two engines.

It drives ``augmentation.RandomAffine`` and, through ``augmentation.generator``, the slides' ``ImageDataGenerator``.
The same words mean different things elsewhere:

================  =======================  ====================================  ==================================
here              unit                     ImageDataGenerator                    Keras' layers
================  =======================  ====================================  ==================================
rotation          degrees, -r to r         ``rotation_range``, degrees           ``RandomRotation``, turns (r / 360)
width_shift       share of the width       ``height_shift_range``: it moves      ``RandomTranslation``'s
                                           along the width (Keras 3.15)          ``width_factor``
height_shift      share of the height      ``width_shift_range``                 ``height_factor``
shear             degrees, -s to s         ``shear_range``, degrees: its usual   ``RandomShear``, a factor (tan s)
                                           0.2 is next to nothing
zoom              share: 1-z to 1+z, each  ``zoom_range``                        ``RandomZoom``'s ``height_factor``
                  axis by itself; below 1                                        and ``width_factor``, -z to z
                  the photo grows
horizontal_flip   in half of all cases     ``horizontal_flip``                   ``RandomFlip("horizontal")``
fill              beyond the photo's edge  ``fill_mode``                         ``fill_mode``
================  =======================  ====================================  ==================================

Photos that are not square come out otherwise: ImageDataGenerator turns them about a point beside their centre.
"""

import dataclasses
from typing import Literal

FILLS = ("nearest", "constant", "reflect")


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How far a photo may be turned, moved, sheared and zoomed; each time anew, every value equally likely.

    The defaults were chosen on validation photos of cats and dogs. (The usual recipe, Chollet, 2017, turns and moves
    photos further, and fills with the rim.)
    """

    rotation: float = 20.0
    """Turn photos by up to so many degrees, to either side."""
    width_shift: float = 0.15
    """Move them to either side by up to this share of their width."""
    height_shift: float = 0.15
    """Move them up or down by up to this share of their height."""
    shear: float = 15.0
    """Shear them by up to so many degrees."""
    zoom: float = 0.3
    """Stretch or shrink each axis by up to this share."""
    horizontal_flip: bool = True
    """Mirror every second one."""
    fill: Literal["nearest", "constant", "reflect"] = "reflect"
    """What lies beyond a photo's edge: its rim, black, or the photo mirrored."""

    def __post_init__(self) -> None:
        """Refuse a value out of its range, by a ValueError."""
        for name, top in (
            ("rotation", 180),
            ("width_shift", 1),
            ("height_shift", 1),
            ("shear", 89),
            ("zoom", 0.99),
        ):
            value = getattr(self, name)
            if not 0 <= value <= top:
                raise ValueError(f"{name}={value} is out of range: give a number from 0 to {top}")
        if self.fill not in FILLS:
            raise ValueError(f"fill={self.fill!r} is unknown: choose one of {', '.join(FILLS)}")
