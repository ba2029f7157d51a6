"""A landscape seen from above, and the way an optimizer takes down it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from backprop.plots.palette import BLUE, GREY, LINES, TEXT, line
from backprop.plots.style import SMALL, legend

_LEVELS = LinearSegmentedColormap.from_list("backprop-levels", [BLUE, GREY])


def contour(
    ax: Axes,
    f: Callable[[np.ndarray], np.ndarray],
    domain: tuple[tuple[float, float], tuple[float, float]],
    *,
    paths: Mapping[str, np.ndarray] | None = None,
    minima: Sequence[Sequence[float]] = (),
    levels: int | Sequence[float] = 14,
) -> Axes:
    """Lines of equal loss f(w) over `domain`, blue in the valley; named paths over them, and a star on each minimum.

    A `Surface` of the examples has all three: `contour(ax, surface.f, surface.domain, minima=surface.minima)`.
    Levels are spaced so that a long valley shows as well as its walls; levels that are given one by one are filled, and
    written on their lines. A path begins at its largest marker and
    has one marker per step, up to 100 steps; what leaves the domain is cut off.

    Shapes: f (…, 2) -> (…); domain ((w₁ from, to), (w₂ from, to)); a path (steps, 2). ValueError for other shapes
    or for losses that are not finite.
    """
    across, up = (np.linspace(*ends, 201) for ends in domain)
    losses = np.asarray(f(np.stack(np.meshgrid(across, up), axis=-1)), dtype=float)
    if losses.shape != (201, 201) or not np.isfinite(losses).all():
        raise ValueError(f"f must give one finite loss per point, got an array of shape {losses.shape}")
    spaced = isinstance(levels, int)
    if spaced:
        levels = losses.min() + (np.ptp(losses) or 1.0) * np.linspace(0.03, 1.0, levels) ** 2.5
    else:
        ax.contourf(across, up, losses, levels=[losses.min(), *levels], cmap=_LEVELS, alpha=0.3, extend="max")
    lines = ax.contour(across, up, losses, levels=levels, cmap=_LEVELS, linewidths=0.9, alpha=0.75)
    if not spaced:
        ax.clabel(lines, fontsize=SMALL, colors=[TEXT], fmt="%g")
    if len(minima):
        spots = np.asarray(minima, dtype=float).T
        ax.plot(*spots, marker="*", markersize=13, color=TEXT, linestyle="none", label="minimum", zorder=4)
    for index, (name, path) in enumerate((paths or {}).items()):
        path = np.asarray(path, dtype=float)
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"path {name!r} must have shape (steps, 2), got {path.shape}")
        look = line((index + 1) % len(LINES))  # the first colour belongs to the contours
        every = 1 if len(path) <= 100 else len(path)  # beyond, markers would merge into a band
        ax.plot(*path.T, linewidth=1.6, markersize=4, markevery=every, label=name, zorder=3, **look)
        ax.plot(*path[0], color=look["color"], marker=look["marker"], markersize=9, zorder=3)
    ax.set(xlim=domain[0], ylim=domain[1], xlabel="w₁", ylabel="w₂")
    ax.grid(visible=False)
    if paths or len(minima):
        legend(ax, 4)
    return ax
