"""The paths from a number over a stop to the loss: each of them on its own, or every arrow once."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, Rectangle

from backprop.plots.palette import BACKWARD, GREY, ORANGE
from backprop.plots.style import SIZE, sheet, write


def paths_apart(ax: Axes, names: Sequence[str], into: Sequence[int], onward: Sequence[int]) -> Axes:
    """Draw every path from a number over a stop to the loss on its own, its product in red at its end.

    `names` are those of the number, the stop and the loss; `into` and `onward` hold the local slopes of the arrows
    into the stop and on from it. What lies behind the stop is shaded: it is there once for every arrow into it.
    ValueError for other than three names, or no arrow at all.
    """
    _check(names, into, onward)
    width, height = sheet(ax)
    radius, rows = 0.14, np.linspace(height - 0.2, 0.5, len(into) * len(onward))
    x, stop, end = 0.2, 0.36 * width, width - 0.98
    middle, pitch = rows.mean(), rows[0] - rows[1]
    for slope, ends in zip(into, rows.reshape(len(into), -1), strict=True):
        here = stop, ends.mean()
        _shade(ax, (stop - radius - 0.06, ends[-1] - 0.44 * pitch), (end + radius + 0.04, ends[0] + 0.44 * pitch))
        _arrow(ax, (x, middle), here, slope, radius)
        _circle(ax, here, names[1], radius)
        for other, y in zip(onward, ends, strict=True):
            _arrow(ax, here, (end, y), other, radius, share=0.6)
            _circle(ax, (end, y), names[2], radius - 0.02)
            write(ax, end + 0.22, y, f"{slope} · {other} = {slope * other}", ha="left", color=BACKWARD)
    _circle(ax, (x, middle), names[0], radius)
    write(ax, x, middle - radius - 0.13, f"{sum(into) * sum(onward)}", fontweight="bold", color=BACKWARD)
    write(ax, end + 0.22, 0.16, f"sum {sum(into) * sum(onward)}", ha="left", fontweight="bold", color=BACKWARD)
    return ax


def paths_together(ax: Axes, names: Sequence[str], into: Sequence[int], onward: Sequence[int]) -> Axes:
    """Draw the same paths with every arrow once, the gradient of each number in red below it and how it came about."""
    _check(names, into, onward)
    width, height = sheet(ax)
    radius, y = 0.2, height - 1.25
    places = [(x, y) for x in (0.3, 0.5 * width, width - 0.3)]
    _shade(ax, (places[1][0] - radius - 0.06, y - 0.6), (places[2][0] + radius + 0.06, y + 0.6))
    for start, end, slopes in ((*places[:2], into), (*places[1:], onward)):
        for slope, bend in zip(slopes, np.linspace(0.55, -0.55, len(slopes)), strict=True):
            _arrow(ax, start, end, slope, radius, bend)
    reds = sum(into) * sum(onward), sum(onward), 1
    for place, name, red in zip(places, names, reds, strict=True):
        _circle(ax, place, name, radius)
        write(ax, place[0], y - radius - 0.13, str(red), fontweight="bold", color=BACKWARD)
    for line, (name, slopes, red) in enumerate(((names[1], onward, 1), (names[0], into, sum(onward)))):
        terms = " + ".join(f"{red} · {slope}" for slope in slopes)
        write(ax, 0.1, y - 0.9 - 0.26 * line, f"{name}:  {terms} = {red * sum(slopes)}", ha="left", color=BACKWARD)
    return ax


def _check(names: Sequence[str], into: Sequence[int], onward: Sequence[int]) -> None:
    if len(names) != 3 or not len(into) or not len(onward):
        raise ValueError(f"three names and at least one arrow to each side are wanted, got {names}, {into}, {onward}")


def _arrow(ax: Axes, start, end, slope: int, radius: float, bend: float = 0.0, share: float = 0.5) -> None:
    """An arrow between two circles, its slope above it after a `share` of its way; `bend` inches lift its middle."""
    start, end = np.array(start), np.array(end)
    along = (end - start) / np.linalg.norm(end - start)
    above = np.array([-along[1], along[0]])
    look = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.2, "shrinkA": 72 * radius, "shrinkB": 72 * radius + 1}
    curve = f"arc3,rad={-bend / np.linalg.norm(end - start)}"  # matplotlib counts downwards, in lengths of the arrow
    ax.annotate("", end, start, arrowprops=look | {"connectionstyle": curve}, zorder=1)
    write(ax, *(start + share * (end - start) + (bend / 2 + 0.09) * above), str(slope))


def _circle(ax: Axes, centre, name: str, radius: float) -> None:
    ax.add_patch(Circle(centre, radius, facecolor=to_rgba(GREY, 0.12), edgecolor=GREY, linewidth=1.4, zorder=2))
    write(ax, *centre, name, fontsize=SIZE)


def _shade(ax: Axes, low, high) -> None:
    ax.add_patch(Rectangle(low, *np.subtract(high, low), facecolor=ORANGE, alpha=0.15, linewidth=0, zorder=0))
