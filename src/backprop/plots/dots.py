"""Runs as dots: in rows, one for each setting, with what they are compared with; or below the curve that they try."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import BLUE, GREY, ORANGE, TEXT, line
from backprop.plots.style import legend, text_options


def dot_rows(
    ax: Axes,
    runs: Mapping[str, Sequence[float]],
    *,
    printed: Mapping[str, float] | None = None,
    xlabel: str = "",
    ticks: Sequence[float] | None = None,
    level: float | None = None,
    reach: Mapping[str, float] | None = None,
    groups: Mapping[str, int] | None = None,
) -> Axes:
    """A ring for each run in the row of its setting, the first row on top, and an upright bar at the mean of a row.

    `printed` numbers get a triangle; `level` is a dashed upright line to compare with; a pale bar goes as far as the
    `reach` of a row to both sides of its mean. `ticks` makes the axis logarithmic, with these numbers written at it.
    `groups` part the rows from the top, each name with its number of rows, and are named on the right.
    ValueError without a run, for a number that is not finite, for a printed number or a reach without a row, or for
    groups that do not hold all rows.
    """
    printed, reach, groups = printed or {}, reach or {}, groups or {}
    if not runs or not all(len(values) for values in runs.values()):
        raise ValueError("dot_rows needs at least one named list of numbers, and no empty one")
    if not all(np.isfinite(values).all() for values in runs.values()):
        raise ValueError("dot_rows needs finite numbers, a run that broke down has none")
    if strange := printed.keys() - runs.keys():
        raise ValueError(f"printed numbers without a row: {', '.join(sorted(strange))}")
    if strange := reach.keys() - runs.keys():
        raise ValueError(f"a reach without a row: {', '.join(sorted(strange))}")
    if groups and sum(groups.values()) != len(runs):
        raise ValueError(f"the groups hold {sum(groups.values())} rows, and there are {len(runs)}")
    rows = {name: -place for place, name in enumerate(runs)}
    for name, values in runs.items():
        label = "our runs" if printed and rows[name] == 0 else None
        ax.plot(values, np.full(len(values), rows[name]), "o", mfc="none", mec=BLUE, mew=1.3, label=label)
        ax.plot([np.mean(values)], [rows[name]], "|", color=TEXT, markersize=15, markeredgewidth=2.5)
    for name, far in reach.items():
        ends = np.mean(runs[name]) - far, np.mean(runs[name]) + far
        ax.plot(ends, [rows[name]] * 2, color=BLUE, alpha=0.3, linewidth=7, solid_capstyle="butt", zorder=1)
    for name, value in printed.items():
        label = "printed" if name == next(iter(printed)) else None
        ax.plot([value], [rows[name]], "^", color=ORANGE, label=label)
    end = 0.5  # of the rows so far, half a row below the last
    for name, count in groups.items():
        if end < 0.5:
            ax.axhline(end, color=GREY, linewidth=0.8, zorder=0)
        middle = end - count / 2
        ax.text(1.02, middle, name, transform=ax.get_yaxis_transform(), **text_options(va="center"))
        end -= count
    if level is not None:
        ax.axvline(level, color=GREY, linestyle="--", linewidth=1, zorder=0)
    if ticks is not None:
        ax.set_xscale("log")
        ax.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    ax.set_yticks(list(rows.values()), labels=list(rows))
    ax.set(xlabel=xlabel, ylim=(0.4 - len(runs), 0.6))
    ax.grid(axis="y", visible=False)
    if printed:
        legend(ax, 2)
    return ax


def trials_below_curve(
    axes: Sequence[Axes], trials: np.ndarray, x: Sequence[float], y: Sequence[float], *, index: int = 0
) -> Sequence[Axes]:
    """Trials as dots on the lower of two `axes`, and what their first coordinate brings on the upper one.

    The curve `y` over the increasing `x` is grey, and straight between its points on the logarithmic axis; each trial
    has a mark on it. `index` chooses colour and marker. Shapes: `trials` (n, 2), `x` and `y` of one length. ValueError
    for a trial outside the curve.
    """
    trials = np.asarray(trials, float)
    if trials[:, 0].min() < x[0] or trials[:, 0].max() > x[-1]:
        raise ValueError(f"the curve goes from {x[0]:g} to {x[-1]:g}, a trial lies outside")
    above, below = axes
    look = line(index) | {"linestyle": "none"}
    brought = np.interp(np.log(trials[:, 0]), np.log(x), y)
    above.vlines(trials[:, 0], 0, brought, color=look["color"], alpha=0.4)
    above.plot(x, y, color=GREY, linewidth=2)
    above.plot(trials[:, 0], brought, **look)
    below.plot(*trials.T, **look)
    for ax in axes:
        ax.set(xscale="log", xlim=(x[0], x[-1]))
    above.set_ylim(bottom=0)
    return axes
