"""How numbers spread: weights, activations or gradients as histograms."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import line
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
