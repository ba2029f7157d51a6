"""A small picture with its numbers written into its cells, and a kernel that lies on some of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from backprop.plots.palette import BACKWARD, FORWARD, GREY
from backprop.plots.style import SMALL, text_options


def number_grid(
    ax: Axes,
    numbers: np.ndarray,
    *,
    title: str = "",
    kernel: np.ndarray | None = None,
    at: tuple[int, int] = (0, 0),
    marked: Sequence = (),
    side: int = 0,
) -> Axes:
    """Draw whole numbers in square cells, row by row; a cell that holds nan stays empty.

    A ``kernel`` lies with its upper left corner on the cell ``at``: its window is framed, and each cell in it shows
    number times weight, an empty one the weight alone. ``marked``, a cell or several, are framed in red. Grids of
    different shapes get cells of one size when ``side`` is the longest side of all.

    Shapes: numbers (rows, columns), kernel (height, width). ValueError for other shapes, or a kernel that does not fit.
    """
    numbers = np.asarray(numbers, dtype=float)
    if numbers.ndim != 2 or numbers.size == 0:
        raise ValueError(f"numbers must have shape (rows, columns), got {numbers.shape}")
    texts = [[_whole(number) for number in row] for row in numbers]
    rows, columns = numbers.shape
    height, width = (0, 0) if kernel is None else np.shape(kernel)
    if at[0] + height > rows or at[1] + width > columns:
        raise ValueError(f"a kernel of {height} × {width} at {at} leaves the grid of {rows} × {columns}")
    for u, v in np.ndindex(height, width):
        texts[at[0] + u][at[1] + v] = _product(texts[at[0] + u][at[1] + v], _whole(kernel[u][v]))

    across, down = (max(0, side - count) / 2 + 0.1 for count in (columns, rows))
    ax.set(xlim=(-across, columns + across), ylim=(rows + down, -down), aspect="equal")
    ax.set_axis_off()
    for r, c in np.ndindex(rows, columns):
        under = at[0] <= r < at[0] + height and at[1] <= c < at[1] + width
        ax.add_patch(Rectangle((c, r), 1, 1, fill=False, edgecolor=GREY, linewidth=0.6))
        look = {"fontweight": "bold"} if under else {}
        size = SMALL if len(texts[r][c]) < 5 else SMALL - 1
        ax.text(c + 0.5, r + 0.5, texts[r][c], **text_options(ha="center", va="center", fontsize=size, **look))
    if kernel is not None:
        ax.add_patch(Rectangle(at[::-1], width, height, facecolor=FORWARD, alpha=0.15, linewidth=0))
        ax.add_patch(Rectangle(at[::-1], width, height, fill=False, edgecolor=FORWARD, linewidth=2))
    for row, column in np.reshape(marked, (-1, 2)):
        corner = (column + 0.06, row + 0.06)
        ax.add_patch(Rectangle(corner, 0.88, 0.88, fill=False, edgecolor=BACKWARD, linewidth=2.4, linestyle="--"))
    ax.set_title(title)
    return ax


def _whole(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.0f}".replace("-", "−")


def _product(number: str, weight: str) -> str:
    if not number:
        return weight
    return f"{number}·({weight})" if weight.startswith("−") else f"{number}·{weight}"
