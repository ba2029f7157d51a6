"""Tables of counts: which class was taken for which."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from backprop.plots.palette import SEQUENTIAL, ink_on
from backprop.plots.style import SIZE, SMALL, text_options


def confusion_matrix(
    ax: Axes, y: Sequence[int], predicted: Sequence[int], *, names: Sequence[str] | None = None
) -> Axes:
    """Counts of (true class, predicted class): rows are what is true, columns what the network said.

    A cell is as light as its share of the row, on a scale that brings out rare mistakes; empty cells stay blank.

    Shapes: y (N,), predicted (N,), both int from 0. ValueError when they differ in length, are empty, are not
    whole numbers from 0, or go beyond `names`.
    """
    y, predicted = np.asarray(y), np.asarray(predicted)
    if y.ndim != 1 or y.shape != predicted.shape or not len(y):
        raise ValueError(f"y and predicted must be lists of one length, got {y.shape} and {predicted.shape}")
    if not all(np.issubdtype(a.dtype, np.integer) and a.min() >= 0 for a in (y, predicted)):
        raise ValueError("y and predicted must be class numbers: integers from 0")
    highest = int(max(y.max(), predicted.max()))
    names = [str(k) for k in range(highest + 1)] if names is None else list(names)
    if highest >= len(names):
        raise ValueError(f"class {highest} has no name: names has {len(names)} entries")

    k = len(names)
    counts = np.bincount(y * k + predicted, minlength=k * k).reshape(k, k)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    norm = PowerNorm(0.4, vmin=0.0, vmax=1.0)  # 1 % of a row is already a visible tint
    ax.imshow(share, cmap=SEQUENTIAL, norm=norm)
    size = SMALL if k > 6 else SIZE
    for i, j in zip(*np.nonzero(counts), strict=True):
        ink = ink_on(SEQUENTIAL(norm(share[i, j])))
        weight = "bold" if i == j else "normal"
        look = text_options(color=ink, fontsize=size, fontweight=weight, ha="center", va="center")
        ax.text(j, i, str(counts[i, j]), **look)
    ax.set_xticks(range(k), names)
    ax.set_yticks(range(k), names)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="predicted", ylabel="true")
    return ax
