"""Lying bars: how an amount is shared out among named rows, or what each row speaks for."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import BLUE, GREY, ORANGE
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


def signed_rows(
    ax: Axes, names: Sequence[str], values: Sequence[float], *, title: str = "", rows: int = 0, reach: float = 0
) -> Axes:
    """A bar to the right or left of 0 in the row of each name, the first on top, with its number at its end.

    For several axes with bars of one thickness and one scale: room for at least `rows` rows and for numbers up to
    `reach`. A name may occur more than once. ValueError without a row, or if names and values are not as many.
    """
    numbers = np.asarray(values, dtype=float)
    if not len(names) or numbers.shape != (len(names),):
        raise ValueError(f"signed_rows needs names and as many numbers, got {len(names)} and shape {numbers.shape}")
    places = -np.arange(len(names))
    ax.barh(places, numbers, height=0.62, color=np.where(numbers < 0, ORANGE, BLUE))
    for place, number in zip(places, numbers, strict=True):
        left = round(number, 1) < 0
        look = text_options(fontsize=SMALL - 1, va="center", ha="right" if left else "left")
        text = f"{number:+z.1f}".replace("-", "−")
        ax.annotate(text, (number, place), xytext=(-3 if left else 3, 0), textcoords="offset points", **look)
    far = 1.65 * max(np.abs(numbers).max(), reach, 1e-9)
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_yticks(places, labels=list(names))
    ax.set(title=title, xlim=(-far, far), ylim=(0.5 - max(rows, len(names)), 0.5), xticks=[])
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines[["bottom", "left"]].set_visible(False)
    return ax
