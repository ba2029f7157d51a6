"""The book's colours, named by what they mean; figures, style sheet and widgets share them.

Every hue is a mid-tone: at least 3:1 against white and against the dark page `DARK_PAGE`, so one picture serves
both. The hues are about equally light, hence equal in grey print: colour always comes with a dash, a marker or
a label (`LINES`), and the colour maps run from dark to light, so that a sign or a size survives without colour.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

BLUE = "#3b82c4"
RED = "#d9534f"
ORANGE = "#d97706"
GREEN = "#2e9e6b"
PURPLE = "#9467bd"
GREY = "#7f8790"

FORWARD = BLUE  # values on their way to the loss
BACKWARD = RED  # gradients on their way back
TRAIN = BLUE
VALIDATION = ORANGE

TEXT = "#70757b"  # 4.6:1 on white, 3.9:1 on DARK_PAGE; the site puts its own colour in its place
DARK_PAGE = "#14171a"
LIGHT_INK = "#f2f5f8"

# One row per line or class: the dash and the marker tell them apart in grey.
LINES = (
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": ORANGE, "linestyle": "--", "marker": "^"},
    {"color": GREEN, "linestyle": "-.", "marker": "s"},
    {"color": PURPLE, "linestyle": ":", "marker": "D"},
    {"color": RED, "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v"},
    {"color": GREY, "linestyle": (0, (8, 3)), "marker": "X"},
)

SEQUENTIAL = LinearSegmentedColormap.from_list(
    "backprop-sequential", ["#151c24", "#234a72", BLUE, "#a9cdec", "#ffffff"]
)
DIVERGING = LinearSegmentedColormap.from_list("backprop-diverging", ["#2d1450", "#644394", GREY, "#e0a85a", "#fff0cf"])


def contrast(one, other) -> float:
    """How well two colours stand out from each other, from 1 (equal) to 21 (black on white), as WCAG 2 defines it.

    Text wants 4.5, lines and large letters 3.
    """
    luminances = []
    for colour in (one, other):
        srgb = np.array(to_rgb(colour))
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        luminances.append(linear @ (0.2126, 0.7152, 0.0722))
    return float((max(luminances) + 0.05) / (min(luminances) + 0.05))


def ink_on(colour) -> str:
    """Dark or light ink, whichever reads better on this colour."""
    return max((DARK_PAGE, LIGHT_INK), key=lambda ink: contrast(ink, colour))


def line(index: int) -> dict:
    """Colour, dash and marker of the line or class number `index`, from 0; ValueError beyond the last."""
    if not 0 <= index < len(LINES):
        raise ValueError(f"the palette tells {len(LINES)} lines apart, number {index} is not one of them")
    return dict(LINES[index])
