"""Lines: how training went, how a function and its slope run, how gradients change from layer to layer."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from backprop.plots.palette import BACKWARD, FORWARD, line
from backprop.plots.style import label_lines


def learning_curves(axes: Sequence[Axes], epochs: Sequence) -> Sequence[Axes]:
    """Loss on the first of two axes, accuracy on the second; `epochs` are the records that `train` yields."""
    if len(axes) != 2:
        raise ValueError(f"learning_curves draws on two axes, got {len(axes)}: figure(ncols=2)")
    loss_curves(axes[0], epochs)
    accuracy_curve(axes[1], epochs)
    return axes


def loss_curves(ax: Axes, epochs: Sequence) -> Axes:
    """Training and validation loss against the epoch; ValueError without a single epoch."""
    numbers = _numbers(epochs)
    names = {}
    for index, (name, values) in enumerate(
        (("training", [e.loss for e in epochs]), ("validation", [e.val_loss for e in epochs]))
    ):
        names[_series(ax, numbers, values, index)] = name
    ax.set(xlabel="epoch", ylabel="loss")
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    return label_lines(ax, names)


def accuracy_curve(ax: Axes, epochs: Sequence) -> Axes:
    """Validation accuracy, in per cent, against the epoch; its last value stands at the end of the line.

    ValueError where the records hold no accuracy, as after training on targets that are not class labels.
    """
    numbers = _numbers(epochs)
    percent = [100 * e.accuracy for e in epochs]
    if np.isnan(percent).any():
        raise ValueError("these epochs have no accuracy (nan): draw loss_curves alone")
    drawn = _series(ax, numbers, percent, 1)
    ax.set(xlabel="epoch", ylabel="validation accuracy (%)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    return label_lines(ax, {drawn: f"{percent[-1]:.1f} %"})


def function_and_slope(
    ax: Axes,
    f: Callable,
    slope: Callable,
    z_range: tuple[float, float] = (-6.0, 6.0),
    *,
    name: str = "f",
    at: float | None = None,
) -> Axes:
    """f(z) as a solid blue line and f′(z) as a dashed red one; `at` marks both at one z, with the tangent of f.

    `f` and `slope` take an array and return an array of the same shape.
    """
    if not z_range[0] < z_range[1]:
        raise ValueError(f"z_range must run from low to high, got {z_range}")
    z = np.linspace(*z_range, 601)
    (f_line,) = ax.plot(z, f(z), color=FORWARD, linewidth=2)
    (slope_line,) = ax.plot(z, slope(z), color=BACKWARD, linewidth=2, linestyle="--")
    if at is not None:
        point = np.array([at])
        value, steepness = float(f(point)[0]), float(slope(point)[0])
        reach = 0.12 * (z_range[1] - z_range[0])
        ends = np.array([at - reach, at + reach])
        limits = ax.get_ylim()
        ax.plot(ends, value + steepness * (ends - at), color=BACKWARD, linewidth=1.2)
        ax.plot([at], [value], marker="o", color=FORWARD)
        ax.plot([at], [steepness], marker="v", color=BACKWARD)
        ax.set_ylim(limits)
    ax.set(xlabel="z", xlim=z_range)
    return label_lines(ax, {f_line: f"{name}(z)", slope_line: f"{name}′(z)"})


def chords(
    ax: Axes, f: Callable, slope: Callable, at: float, ends: Mapping[str, tuple[float, float]], x_range: tuple = (-6, 6)
) -> Axes:
    """f(x) in blue, its red tangent at one x, and straight lines through two points of f, each named with its slope.

    `f` and `slope` take an array and return an array of the same shape; `ends` holds the two x of each line by name.
    """
    x, reach, here = np.linspace(*x_range, 601), np.array(x_range, dtype=float), np.array([at])
    ax.plot(x, f(x), color=FORWARD, linewidth=2.5)
    lines = {"tangent": (here, float(slope(here)[0]), {"color": BACKWARD, "linewidth": 1.5})}
    for index, (name, pair) in enumerate(ends.items(), start=1):
        two = np.array(pair, dtype=float)
        if two[0] == two[1]:
            raise ValueError(f"{name!r} needs two different points, got {pair}")
        lines[name] = two, float(np.diff(f(two))[0] / np.diff(two)[0]), line(index) | {"marker": ""}
    names = {}
    for name, (points, rise, look) in lines.items():
        (drawn,) = ax.plot(reach, f(points[:1]) + rise * (reach - points[0]), **look)
        ax.plot(points, f(points), "o", color=look["color"], markersize=5)
        names[drawn] = f"{name}: {rise:.2f}"
    ax.set(xlabel="x", xlim=x_range)
    return label_lines(ax, names)


def gradient_norms(ax: Axes, norms: Mapping[str, Sequence[float]]) -> Axes:
    """Size of the gradient in each layer, on a log axis: one line per named network, layers numbered from 1.

    Zero has no logarithm: a vanished gradient leaves a gap. ValueError when nothing can be drawn.
    """
    if not norms:
        raise ValueError("gradient_norms needs at least one named list of norms")
    names = {}
    for index, (name, values) in enumerate(norms.items()):
        values = np.asarray(values, dtype=float)
        if values.ndim != 1 or not np.any(values > 0):
            raise ValueError(f"norms of {name!r} must be a list with a positive number, got {values}")
        layers = np.arange(1, len(values) + 1)
        names[_series(ax, layers, np.where(values > 0, values, np.nan), index)] = name
    ax.set_yscale("log")
    ax.set(xlabel="layer", ylabel="norm of ∂L/∂W")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return label_lines(ax, names)


def values_by_step(
    ax: Axes, series: Mapping[str, Sequence[float]], *, xlabel: str = "step", ylabel: str = "loss", start: int = 0
) -> Axes:
    """One named line per list of numbers, steps counted from `start`; ValueError without a list or for an empty one."""
    if not series:
        raise ValueError("values_by_step needs at least one named list of numbers")
    names = {}
    for index, (name, values) in enumerate(series.items()):
        if not len(values):
            raise ValueError(f"{name!r} has no value to draw")
        names[_series(ax, range(start, start + len(values)), values, index)] = name
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return label_lines(ax, names)


def _numbers(epochs: Sequence) -> list[int]:
    if not len(epochs):
        raise ValueError("no epoch to draw: pass list(train(...))")
    return [e.number for e in epochs]


def _series(ax: Axes, x: Sequence, y: Sequence, index: int):
    every = max(1, len(x) // 8)
    (drawn,) = ax.plot(x, y, linewidth=2, markersize=5, markevery=every, **line(index))
    ax.margins(x=0.03)  # names stand at the right edge, so lines end near it
    return drawn
