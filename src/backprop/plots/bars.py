"""Lying bars: how an amount is shared out among named rows."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import BLUE
from backprop.plots.style import SMALL, text_options


def bar_rows(ax: Axes, values: Mapping[str, float], *, title: str = "") -> Axes:
    """A bar in the row of each name, the first row on top, with its number at its end; the largest is the darkest.

    Zero gets neither a bar nor a number. Several axes with the same names may share their y.
    ValueError without a row, for a number below 0, or if all of them are 0.
    """
    numbers = np.array([*values.values()], dtype=float)
    if not numbers.size or not (np.isfinite(numbers).all() and numbers.min() >= 0 < numbers.max()):
        raise ValueError(f"bar_rows needs named numbers from 0, at least one of them above 0, got {dict(values)}")
    rows = -np.arange(len(numbers))
    for row, number in zip(rows, numbers, strict=True):
        if number > 0:
            ax.barh(row, number, height=0.62, color=BLUE, alpha=1.0 if number == numbers.max() else 0.4)
            look = text_options(fontsize=SMALL - 1, va="center")
            ax.annotate(f"{number:,.0f}", (number, row), xytext=(3, 0), textcoords="offset points", **look)
    ax.set_yticks(rows, labels=list(values))
    ax.set(title=title, xlim=(0, 1.75 * numbers.max()), ylim=(0.5 - len(rows), 0.5), xticks=[])
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    return ax
