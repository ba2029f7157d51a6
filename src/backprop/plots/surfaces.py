"""A landscape seen from above, and the way an optimizer takes down it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from backprop.plots.palette import BLUE, GREY, LINES, TEXT, line
from backprop.plots.style import legend

_LEVELS = LinearSegmentedColormap.from_list("backprop-levels", [BLUE, GREY])


def contour(
    ax: Axes,
    f: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    *,
    paths: Mapping[str, np.ndarray] | None = None,
    minimum: Sequence[float] | None = None,
    levels: int = 14,
) -> Axes:
    """Lines of equal height of f(x, y), blue in the valley; named paths over it, and a star on the minimum.

    Levels are spaced so that a long valley shows as well as its walls. A path begins at its largest marker; what
    leaves the ranges is cut off.

    Shapes: f takes two (n, n) arrays and returns one; a path is (steps, 2). ValueError for other shapes or for
    heights that are not finite.
    """
    across, up = np.linspace(*x_range, 201), np.linspace(*y_range, 201)
    height = np.asarray(f(*np.meshgrid(across, up)), dtype=float)
    if height.shape != (201, 201) or not np.isfinite(height).all():
        raise ValueError(f"f must give a finite height at every point, got an array of shape {height.shape}")
    lowest, reach = height.min(), np.ptp(height) or 1.0
    steps = lowest + reach * np.linspace(0.03, 1.0, levels) ** 2.5
    ax.contour(across, up, height, levels=steps, cmap=_LEVELS, linewidths=0.9, alpha=0.75)
    if minimum is not None:
        ax.plot(*minimum, marker="*", markersize=13, color=TEXT, linestyle="none", label="minimum", zorder=4)
    for index, (name, path) in enumerate((paths or {}).items()):
        path = np.asarray(path, dtype=float)
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"path {name!r} must have shape (steps, 2), got {path.shape}")
        look = line((index + 1) % len(LINES))  # the first colour belongs to the contours
        ax.plot(*path.T, linewidth=1.6, markersize=4, markevery=max(1, len(path) // 40), label=name, zorder=3, **look)
        ax.plot(*path[0], color=look["color"], marker=look["marker"], markersize=9, zorder=3)
    ax.set(xlim=x_range, ylim=y_range, xlabel="w₁", ylabel="w₂")
    ax.grid(visible=False)
    if paths or minimum is not None:
        legend(ax, 4)
    return ax
