"""A nudge on its way through a chain of functions, on number lines of one scale."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from backprop.plots.palette import FORWARD, GREY
from backprop.plots.style import SIZE, SMALL, sheet, text_options


def nudge_on_lines(
    ax: Axes,
    links: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    *,
    start: str,
    nudge: tuple[float, float],
    span: tuple[float, float],
    points: Sequence[float] = (),
    says: Sequence[str] = (),
) -> Axes:
    """Draw a nudge on its way through a chain of functions, on number lines that all have one scale.

    The first line is that of `start`; the next ones bear the names in `links`, whose functions lead there from the
    line above. The `nudge`, (from, to), is a blue arrow on each line, its first end written below the name, and its
    way from line to line is shaded. Grey threads follow `points` of the first line to the last. `span` holds the ends
    of the lines, `says` the words beside the links. ValueError where a number leaves the span.
    """
    arrows, threads = [np.asarray(nudge, dtype=float)], [np.asarray(points, dtype=float)]
    for f in links.values():
        arrows.append(f(arrows[-1]))
        threads.append(f(threads[-1]))
    everything = np.concatenate(arrows + threads)
    if (outside := everything[(everything < span[0]) | (everything > span[1])]).size:
        raise ValueError(f"the lines go from {span[0]} to {span[1]}, and a number on its way is at {outside[0]:g}")

    width, height = sheet(ax)
    left, right = 0.6, width - 0.1
    levels = np.linspace(height - 0.3, 0.25, len(links) + 1)

    def across(numbers):
        return left + (np.asarray(numbers) - span[0]) / (span[1] - span[0]) * (right - left)

    ticks = np.arange(np.ceil(2 * span[0]) / 2, span[1] + 1e-9, 0.5)
    for level, name, arrow in zip(levels, [start, *links], arrows, strict=True):
        ax.plot([left, right], [level, level], color=GREY, linewidth=1.2, zorder=3)
        ax.plot([across(ticks)] * 2, [[level] * len(ticks), [level - 0.05] * len(ticks)], color=GREY, linewidth=0.8)
        ax.text(0.25, level + 0.02, name, **text_options(ha="center", va="bottom", fontsize=SIZE + 1))
        tail, head = across(arrow)
        look = {"arrowstyle": "-|>,head_width=2.2,head_length=3", "mutation_scale": 1, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (head, level), (tail, level), arrowprops=look | {"color": FORWARD, "linewidth": 2.4}, zorder=5)
        if abs(head - tail) > 0.15:  # on a shorter arrow the dot would hide which way it points
            ax.plot(tail, level, "o", color=FORWARD, markersize=4, zorder=6)
        said = text_options(color=FORWARD, fontweight="bold", ha="center", va="top", zorder=6)
        ax.text(0.25, level - 0.02, f"{arrow[0]:.2g}", **said)
    for tick in ticks:
        ax.text(across(tick), levels[-1] - 0.08, f"{tick:g}", **text_options(ha="center", va="top", fontsize=SMALL - 1))
    for two_levels, two_threads in zip(pairwise(levels), pairwise(threads), strict=True):
        ax.plot(across(np.stack(two_threads)), two_levels, color=GREY, linewidth=0.6, alpha=0.7, zorder=1)
    for (upper, lower), (before, after) in zip(pairwise(levels), pairwise(arrows), strict=True):
        corners = np.array([*across(before), *across(after)[::-1]])
        ax.add_patch(
            Polygon(np.stack([corners, [upper, upper, lower, lower]], axis=1), color=FORWARD, alpha=0.25, lw=0)
        )
    for (upper, lower), words in zip(pairwise(levels), says, strict=False):
        ax.text(right, (upper + lower) / 2, words, **text_options(ha="right", va="center"))
    return ax
