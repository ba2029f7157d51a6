"""Points that carry their names, in groups: which of them lie together."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import line
from backprop.plots.style import SMALL, inches, legend, text_options


def named_points(ax: Axes, groups: Mapping[str, Mapping[str, Sequence[float]]], *, ncols: int = 3) -> Axes:
    """A mark at each named point (x, y), one colour and shape a group; `ncols` names of groups a row above the axes.

    A name stands beside its point, on the right for the right half of a group, and names of a side that would overlap
    are moved apart. ValueError without a point.
    """
    if not groups or not all(groups.values()):
        raise ValueError("named_points needs at least one named group of points, and no empty one")
    every = np.array([point for points in groups.values() for point in points.values()], dtype=float)
    reach = np.ptp(every[:, 1]) or 1.0
    gap = 1.1 * SMALL / 72 / (0.75 * inches(ax)[1]) * reach  # the height of a name, in units of y
    for index, (group, points) in enumerate(groups.items()):
        look = line(index) | {"linestyle": ""}
        places = np.array([*points.values()], dtype=float)
        ax.plot(*places.T, label=group, **look)
        right = places[:, 0] >= np.median(places[:, 0])
        for side in (False, True):
            lowest = -np.inf
            for i in sorted(np.flatnonzero(right == side), key=lambda i: places[i, 1]):
                lowest = max(places[i, 1], lowest + gap)
                away = {"xytext": (6 if side else -6, 0), "ha": "left" if side else "right", "va": "center"}
                words = text_options(color=look["color"])
                ax.annotate([*points][i], (places[i, 0], lowest), textcoords="offset points", **away, **words)
    ax.margins(x=0.12)
    legend(ax, ncols)
    return ax
