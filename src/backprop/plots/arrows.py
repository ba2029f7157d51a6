"""A gradient on its way back through a layer that divides a row by its length, as arrows in the plane."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from backprop.plots.palette import BACKWARD, FORWARD, GREY, ORANGE
from backprop.plots.style import text_options

MARK = 0.08  # sides of the little square that marks a right angle, where the circle has radius 1


def unit_length_back(ax: Axes, x: Sequence[float], dy: Sequence[float]) -> Axes:
    """Draw the point x, the point y = x/r on the circle of radius 1, and what the gradient dy at y leaves at x.

    The part of dy along y is orange, the rest of it grey, with a right angle between them; the rest divided by r is
    dx. ValueError if x is no point of the plane outside the circle, since inside it the arrows would cover each other.
    """
    x, dy = np.asarray(x, dtype=float), np.asarray(dy, dtype=float)
    r = np.linalg.norm(x)
    if x.shape != (2,) or r <= 1:
        raise ValueError(f"x is to be two numbers of a length above 1, got {x} of length {r:g}")
    y = x / r
    part = (dy @ y) * y
    rest = dy - part
    aside = np.array([y[1], -y[0]])  # at a right angle to y, on its right
    up = rest / max(np.linalg.norm(rest), 1e-12)

    ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor=GREY))
    ax.plot(*np.stack([0 * x, y, x]).T, "o-", color=FORWARD, linewidth=1)
    ax.plot(*(y + part + MARK * np.stack([up, up - y, -y])).T, color=GREY, linewidth=1)
    ruler = {"arrowstyle": "|-|,widthA=0.3,widthB=0.3", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", x + 0.22 * aside, 0.22 * aside, arrowprops=ruler)
    starts, steps = np.stack([y, y, y + part, x]), np.stack([dy, part, rest, rest / r])
    look = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.011, "zorder": 3}
    ax.quiver(*starts.T, *steps.T, color=[BACKWARD, ORANGE, GREY, BACKWARD], **look)
    beside = {"r": 0.6 * x + 0.33 * aside, "x": x + 0.13 * y, "y": 0.89 * y + 0.08 * aside}
    beside |= {"dy": y + dy / 2 - 0.14 * aside - 0.08 * y, "dx": x + rest / (2 * r) + 0.16 * y}
    for name, place in beside.items():
        ax.text(*place, name, **text_options(ha="center", va="center"))
    ends = np.concatenate([starts, starts + steps, [0 * x, 0.22 * aside]])
    ax.set(aspect="equal", xlim=(ends[:, 0].min() - 0.1, ends[:, 0].max() + 0.25))
    ax.set_ylim(ends[:, 1].min() - 0.1, ends[:, 1].max() + 0.1)
    ax.set_axis_off()
    return ax
