"""Runs as dots: one row for each setting, one circle for each seed, and what was printed elsewhere beside them."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import BLUE, ORANGE
from backprop.plots.style import legend


def dot_rows(
    ax: Axes,
    runs: Mapping[str, Sequence[float]],
    *,
    printed: Mapping[str, float] | None = None,
    xlabel: str = "",
    ticks: Sequence[float] | None = None,
) -> Axes:
    """A circle for each run in the row of its setting, the first row on top; a triangle for a `printed` number.

    `ticks` makes the axis logarithmic, with these numbers written at it. ValueError without a run, or for a printed
    number of a setting that has no row.
    """
    printed = printed or {}
    if not runs or not all(len(values) for values in runs.values()):
        raise ValueError("dot_rows needs at least one named list of numbers, and no empty one")
    if strange := printed.keys() - runs.keys():
        raise ValueError(f"printed numbers without a row: {', '.join(sorted(strange))}")
    rows = {name: -place for place, name in enumerate(runs)}
    for first, (name, values) in zip([True] + [False] * len(runs), runs.items(), strict=False):
        label = "our runs" if first and printed else None
        ax.plot(values, np.full(len(values), rows[name]), "o", color=BLUE, alpha=0.7, label=label)
    for name, value in printed.items():
        label = "printed" if name == next(iter(printed)) else None
        ax.plot([value], [rows[name]], "^", color=ORANGE, label=label)
    if ticks is not None:
        ax.set_xscale("log")
        ax.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    ax.set_yticks(list(rows.values()), labels=list(rows))
    ax.set(xlabel=xlabel, ylim=(0.6 - len(runs), 0.4))
    if printed:
        legend(ax, 2)
    return ax
