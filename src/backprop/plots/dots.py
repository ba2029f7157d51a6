"""Runs as dots: one row for each setting, a ring for each seed, and what they are compared with."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import BLUE, GREY, ORANGE, TEXT
from backprop.plots.style import legend


def dot_rows(
    ax: Axes,
    runs: Mapping[str, Sequence[float]],
    *,
    printed: Mapping[str, float] | None = None,
    xlabel: str = "",
    ticks: Sequence[float] | None = None,
    level: float | None = None,
    reach: Mapping[str, float] | None = None,
) -> Axes:
    """A ring for each run in the row of its setting, the first row on top, and an upright bar at the mean of a row.

    `printed` numbers get a triangle; `level` is a dashed upright line to compare with; a pale bar goes as far as the
    `reach` of a row to both sides of its mean. `ticks` makes the axis logarithmic, with these numbers written at it.
    ValueError without a run, for a number that is not finite, or for a printed number or a reach without a row.
    """
    printed, reach = printed or {}, reach or {}
    if not runs or not all(len(values) for values in runs.values()):
        raise ValueError("dot_rows needs at least one named list of numbers, and no empty one")
    if not all(np.isfinite(values).all() for values in runs.values()):
        raise ValueError("dot_rows needs finite numbers, a run that broke down has none")
    if strange := printed.keys() - runs.keys():
        raise ValueError(f"printed numbers without a row: {', '.join(sorted(strange))}")
    if strange := reach.keys() - runs.keys():
        raise ValueError(f"a reach without a row: {', '.join(sorted(strange))}")
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
