"""Attention with several heads as what happens to the columns: cut, attend, put back, mix."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from backprop.plots.palette import FORWARD, GREY, LINES
from backprop.plots.style import sheet, text_options

GAP = 0.1  # inches between the parts of a head, and between a grid and its name


def heads_diagram(ax: Axes, n_steps: int, n_dim: int, n_heads: int) -> Axes:
    """Draw q, k and v as grids of steps × columns, the parts that each head gets of them, their shares, answers, and y.

    What belongs to a head has its colour and its number. ValueError unless n_heads divides n_dim.
    """
    if n_dim % n_heads:
        raise ValueError(f"{n_heads} heads cannot share {n_dim} columns equally")
    width, height = sheet(ax)
    part = n_dim // n_heads
    gaps = 0.15 + 6 * GAP + 4 * 0.36  # the margins, what stands close together, and four arrows
    cell = min((width - gaps) / (3 * n_dim + 4 * part + n_steps), (height - 1.05) / (3 * n_steps))
    cell = min(cell, (height - 0.3 * n_heads) / (n_heads * n_steps))
    tall, wide = n_steps * cell, part * cell
    arrow = (width - 0.15 - 6 * GAP - (3 * n_dim + 4 * part + n_steps) * cell) / 4
    whole = [range(n_dim // part)] * n_steps

    def grid(left: float, middle: float, heads: list, size: int, name: str) -> float:
        """Rows of runs of cells in the colours of their heads, None for grey; what the right edge is."""
        bottom = middle - tall / 2
        for r, row in enumerate(heads):
            for k, head in enumerate(row):
                for c in range(size):
                    colour = GREY if head is None else LINES[head % len(LINES)]["color"]
                    corner = left + (k * size + c) * cell, bottom + tall - (r + 1) * cell
                    look = {"facecolor": colour, "alpha": 0.55, "edgecolor": "none"}
                    ax.add_patch(Rectangle(corner, 0.88 * cell, 0.88 * cell, **look))
        right = left + max(len(row) for row in heads) * size * cell
        look = text_options(ha="center", va="bottom", color=FORWARD)
        ax.text((left + right) / 2, bottom + tall + 0.04, name, **look)
        return right

    def point(left: float, y: float, end: float, to: float) -> None:
        look = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (end - 0.05, to), (left + 0.05, y), arrowprops=look)

    middle = height / 2 - 0.1
    levels = [middle + (1 - k) * (tall + 0.3) for k in range(3)]
    rows = [middle + ((n_heads - 1) / 2 - h) * (tall + 0.5) for h in range(n_heads)]
    for name, level in zip("qkv", levels, strict=True):
        start = grid(0.08, level, whole, part, f"${name}$")
    joined = start + 2 * arrow + 3 * wide + 2 * GAP + GAP * 3 + tall + wide + arrow
    for h, row in enumerate(rows):
        left = start + arrow
        point(start, middle, left, row)
        for name in "qkv":
            right = grid(left, row, [[h]] * n_steps, part, f"${name}_{h + 1}$")
            left = right + GAP
        point(right, row, right + arrow, row)
        right = grid(right + arrow, row, [[h] * (t + 1) for t in range(n_steps)], 1, f"$p_{h + 1}$")
        right = grid(right + 2 * GAP, row, [[h]] * n_steps, part, f"$a_{h + 1}$")
        point(right, row, joined, middle)
    right = grid(joined, middle, whole, part, "$a$")
    point(right, middle, right + arrow, middle)
    ax.text(right + arrow / 2, middle + 0.06, r"$W_\mathrm{out}$", **text_options(ha="center", va="bottom"))
    grid(right + arrow, middle, [[None] * n_dim] * n_steps, 1, "$y$")
    return ax
