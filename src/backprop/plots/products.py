"""A product of several matrices as rectangles drawn to scale, and what its multiplications leave."""

from collections.abc import Mapping
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from backprop.plots.palette import BACKWARD, GREY, ORANGE
from backprop.plots.style import SIZE, SMALL, sheet, write

GAP, LINE = 0.13, 0.22  # inches: between two rectangles, and of a line of letters
THIN = 0.03  # inches: as high as a row is drawn


def bracketing(ax: Axes, shapes: Mapping[str, tuple[int, int]], *, from_front: bool = False) -> Axes:
    """Draw a product, its factors to scale, and below it what each multiplication leaves of it.

    `shapes` maps the name of each factor, from left to right, to its (rows, columns). The two factors at the left
    end, or with `from_front` those at the right end, are joined by a bracket with the number of multiplications
    that their product takes: of m rows and n columns times n rows and k columns, m·n·k. A row is a red line, thicker
    than to scale; a factor is grey, and a product that is no row is orange. The last line adds up the
    multiplications. Two drawings of one product have one scale.
    ValueError for fewer than two factors, or for neighbours that do not fit.
    """
    if len(shapes) < 2:
        raise ValueError(f"a product has at least two factors, got {list(shapes)}")
    for (left, (_, n)), (right, (rows, _)) in pairwise(shapes.items()):
        if n != rows:
            raise ValueError(f"{left} has {n} columns and {right} {rows} rows: they have no product")
    width, height = sheet(ax)
    scale = (width - GAP * (len(shapes) - 1)) / sum(columns for _, columns in shapes.values())
    half = max(THIN, scale * max(rows for rows, _ in shapes.values())) / 2
    left_over = [(shape, GREY) for shape in shapes.values()]
    total, y = 0, height - LINE - half
    spots = _row(ax, left_over, width, y, scale)
    for (low, high), name in zip(spots, shapes, strict=True):
        write(ax, (low + high) / 2, y + half + 0.04, name, fontsize=SIZE, va="baseline")
    while len(left_over) > 1:
        first = len(left_over) - 2 if from_front else 0
        ((m, n), _), ((_, k), _) = left_over[first : first + 2]
        total += m * n * k
        y -= half + 0.06
        low, high = spots[first][0], spots[first + 1][1]
        ax.plot([low, low, high, high], [y, y - 0.05, y - 0.05, y], color=GREY, linewidth=1.2)
        write(ax, width, y - LINE, f"{m:,} · {n:,} · {k:,} = {m * n * k:,}", ha="right", va="baseline")
        left_over[first : first + 2] = [((m, k), ORANGE)]
        y -= LINE + half + 0.09
        spots = _row(ax, left_over, width, y, scale)
    write(ax, width, y - half - LINE, f"together {total:,}", ha="right", fontweight="bold", va="baseline")
    return ax


def _row(ax: Axes, factors: list, right: float, y: float, scale: float) -> list[tuple[float, float]]:
    """Draw what is left of the product, up to the right end; (left, right) of each factor."""
    spots = []
    for (rows, columns), colour in reversed(factors):
        wide, high = scale * columns, scale * rows
        look = {"facecolor": to_rgba(colour, 0.2), "edgecolor": colour}
        if rows == 1:
            high, look = THIN, {"facecolor": BACKWARD, "edgecolor": BACKWARD}
        ax.add_patch(Rectangle((right - wide, y - high / 2), wide, high, linewidth=0.8, **look))
        if high > 0.13 and wide > 0.7:
            write(ax, right - wide / 2, y, f"{rows} × {columns}", fontsize=SMALL - 1)
        spots.insert(0, (right - wide, right))
        right -= wide + GAP
    return spots
