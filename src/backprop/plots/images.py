"""Pictures made of numbers: digits, weights and gradients as rows of tiles."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop.plots.palette import DIVERGING, SEQUENTIAL
from backprop.plots.style import SMALL, inches, style, text_options


def image_grid(
    ax: Axes,
    images: np.ndarray,
    *,
    titles: Sequence[str] | None = None,
    ncols: int | None = None,
    signed: bool = False,
) -> Axes:
    """Draw images in a grid, row by row, each under its title.

    Unsigned values run from black to white over the range of all images together. With `signed=True` the scale
    is symmetric about zero and shown in a bar: dark purple is negative, grey is zero, pale gold is positive.

    Shapes: images (N, height, width). ValueError for another shape, or titles of another number.
    """
    images = np.asarray(images, dtype=float)
    if images.ndim != 3 or 0 in images.shape:
        raise ValueError(f"images must have shape (N, height, width), N > 0, got {images.shape}")
    n, height, width = images.shape
    if titles is not None and len(titles) != n:
        raise ValueError(f"{n} images need {n} titles, got {len(titles)}")
    ncols = ncols or min(n, 8)
    nrows = math.ceil(n / ncols)

    # One mosaic, because a hundred small axes are slow; the gaps are NaN, which stays transparent.
    gap = max(1, round(0.08 * width))
    head = gap
    if titles is not None:  # room for a line of text, in pixels of the images
        tile = inches(ax)[0] / ncols
        head = round(2.2 * SMALL / 72 / tile * width)
    mosaic = np.full((nrows * (height + head), ncols * (width + gap) - gap), np.nan)
    for i, image in enumerate(images):
        top, left = (i // ncols) * (height + head) + head, (i % ncols) * (width + gap)
        mosaic[top : top + height, left : left + width] = image
        if titles is not None:
            ax.text(
                left + width / 2 - 0.5, top - 0.06 * height - 0.5, titles[i],
                **text_options(ha="center", va="bottom", fontsize=SMALL),
            )  # fmt: skip

    limit = float(np.abs(images).max()) or 1.0
    low, high = (-limit, limit) if signed else (float(images.min()), float(images.max()))
    drawn = ax.imshow(mosaic, cmap=DIVERGING if signed else SEQUENTIAL, vmin=low, vmax=high, interpolation="nearest")
    ax.set_axis_off()
    if signed:
        bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8, aspect=16, pad=0.02, ticks=[-limit, 0, limit])
        style(bar.ax)
        bar.outline.set_visible(False)
        bar.ax.grid(visible=False)
        bar.ax.set_yticklabels([f"−{limit:.2g}", "0", f"+{limit:.2g}"])
    return ax
