"""The plane as a classifier sees it: which class it gives to every point."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from backprop.plots.palette import TEXT, line
from backprop.plots.style import legend


def decision_regions(
    ax: Axes,
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    *,
    names: Sequence[str] | None = None,
    steps: int = 200,
) -> Axes:
    """Tint the plane by predicted class, draw the border, and put the examples on top, one marker per class.

    `predict` gets (M, 2) points and returns M class numbers; it is asked on a `steps` × `steps` grid.

    Shapes: x (N, 2), y (N,) int from 0. ValueError for other shapes, classes without a name, or more classes
    than the palette tells apart.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != (len(x),) or not len(x):
        raise ValueError(f"decision_regions wants x (N, 2) and y (N,), got {x.shape} and {y.shape}")
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0:
        raise ValueError("y must be class numbers: integers from 0")
    margin = 0.12 * np.ptp(x, axis=0)
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    across, up = (np.linspace(low[i], high[i], steps) for i in (0, 1))
    points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    labels = np.asarray(predict(points.astype(x.dtype)))
    if labels.shape != (steps * steps,):
        raise ValueError(f"predict must return {steps * steps} class numbers, got shape {labels.shape}")
    classes = int(max(y.max(), labels.max())) + 1
    names = [f"class {k}" for k in range(classes)] if names is None else names
    if classes > len(names):
        raise ValueError(f"{classes} classes need {classes} names, got {len(names)}")

    labels = labels.reshape(steps, steps)
    tints = ListedColormap([line(k)["color"] for k in range(classes)])
    ax.imshow(
        labels, cmap=tints, vmin=-0.5, vmax=classes - 0.5, alpha=0.22, origin="lower", aspect="auto",
        extent=(low[0], high[0], low[1], high[1]), interpolation="nearest",
    )  # fmt: skip
    for k in range(classes):
        if 0 < np.mean(labels == k) < 1:
            ax.contour(across, up, labels == k, levels=[0.5], colors=TEXT, linewidths=1.2)
        mine = x[y == k]
        ax.scatter(*mine.T, s=22, color=line(k)["color"], marker=line(k)["marker"], label=names[k],
                   edgecolors="white", linewidths=0.4)  # fmt: skip
    ax.set(xlabel="x₁", ylabel="x₂")
    ax.grid(visible=False)
    legend(ax, classes)
    return ax
