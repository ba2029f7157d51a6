"""How numbers spread: weights, activations or gradients as histograms, the runs of an experiment as rows of dots."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import GREY, ORANGE, line
from backprop.plots.style import legend


def histogram(ax: Axes, values: Mapping[str, Sequence[float]], *, bins: int = 40) -> Axes:
    """The spread of one or more named lists of numbers over common bins, as shares of each list.

    Arrays of any shape are flattened. ValueError for an empty list or numbers that are not finite.
    """
    if not values:
        raise ValueError("histogram needs at least one named list of numbers")
    flat = {name: np.ravel(np.asarray(array, dtype=float)) for name, array in values.items()}
    for name, array in flat.items():
        if not len(array) or not np.isfinite(array).all():
            raise ValueError(f"{name!r} must be finite numbers, at least one, got {array}")
    edges = np.histogram_bin_edges(np.concatenate(list(flat.values())), bins=bins)
    for index, (name, array) in enumerate(flat.items()):
        look = line(index)
        share = np.histogram(array, edges)[0] / len(array)
        ax.stairs(share, edges, fill=True, color=look["color"], alpha=0.22)
        ax.stairs(share, edges, color=look["color"], linestyle=look["linestyle"], linewidth=1.8, label=name)
    ax.set_ylabel("share")
    ax.set_ylim(bottom=0)
    legend(ax, min(len(flat), 3))
    return ax


def dot_rows(ax: Axes, rows: Mapping[str, Sequence[float]], *, xlabel: str = "", level: float | None = None) -> Axes:
    """One row for each named list of numbers, from the top: a ring for each number, an upright bar at their mean.

    ``level`` draws a dashed upright line to compare with. ValueError for an empty list or numbers that are not finite.
    """
    if not rows:
        raise ValueError("dot_rows needs at least one named list of numbers")
    for place, (name, values) in enumerate(rows.items()):
        numbers = np.ravel(np.asarray(values, dtype=float))
        if not len(numbers) or not np.isfinite(numbers).all():
            raise ValueError(f"{name!r} must be finite numbers, at least one, got {numbers}")
        ax.plot(numbers, np.full(len(numbers), place), "o", mfc="none", mec=line(0)["color"], mew=1.2, markersize=6)
        ax.plot([numbers.mean()], [place], "|", color=ORANGE, markersize=15, markeredgewidth=2.5)
    if level is not None:
        ax.axvline(level, color=GREY, linestyle="--", linewidth=1, zorder=0)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    ax.grid(axis="y", visible=False)
    return ax
