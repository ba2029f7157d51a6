"""A convolutional network as the pictures that its layers hand on, with the window through which each is read."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from backprop.plots.palette import FORWARD, GREY, ORANGE, SEQUENTIAL
from backprop.plots.style import SMALL, sheet, text_options

BEHIND = 0.28, 0.045  # inches from the first picture of a stack to its last, at most in all and from each to the next
LETTER = 0.072  # inches that a letter takes
BAR = 0.09  # inches: how wide a row of numbers is drawn


def layer_planes(
    ax: Axes, image: np.ndarray, shapes: Sequence[tuple[int, ...]], words: Sequence[str], windows: Sequence[int]
) -> Axes:
    """Draw the image and, from left to right, what each step makes of it: a stack of pictures or a row of numbers.

    A shape is (channels, side, side) or (n,) and stands above what it belongs to, its step's word below. Window k is
    the side, in pixels, of the square of stack k, the image being stack 0, from which one number of stack k + 1 comes.

    Shapes: image (side, side). ValueError if there is not a word for each shape, or a window for each stack.
    """
    stacks = [shape for shape in shapes if len(shape) == 3]
    if len(words) != len(shapes) or len(windows) != len(stacks):
        raise ValueError(f"{len(shapes)} shapes, {len(stacks)} of stacks, came with {len(words)} words, {windows}")
    width, height = sheet(ax)
    everything = [(1, *image.shape), *shapes]
    across = sum(shape[1] for shape in everything if len(shape) == 3)
    pixel = min((height - 1.0) / image.shape[0], 0.55 * width / across)
    sizes = [shape[1] * pixel if len(shape) == 3 else BAR for shape in everything]
    depths = [min(BEHIND[0], BEHIND[1] * (shape[0] - 1)) if len(shape) == 3 else 0 for shape in everything]
    names = [" × ".join(str(n) for n in shape) for shape in everything]
    letters = [LETTER * max(map(len, said)) for said in zip(names, ["", *words], strict=True)]
    columns = [max(size + depth, said) for size, depth, said in zip(sizes, depths, letters, strict=True)]
    gap = (width - sum(columns)) / len(columns)
    middle, start, corners = height / 2, gap / 2, []
    for k, (shape, size, depth) in enumerate(zip(everything, sizes, depths, strict=True)):
        tall = size if len(shape) == 3 else min(height - 1.0, 0.25 + shape[0] / 200)
        bottom, across = middle - (tall + depth) / 2, start + columns[k] / 2
        left = across - (size + depth) / 2
        corners.append((left, bottom))
        pictures = shape[0] if depth else 1
        for shift in np.linspace(depth, 0, pictures):
            look = {"facecolor": SEQUENTIAL(0.8), "edgecolor": FORWARD, "linewidth": 0.7, "zorder": 2}
            ax.add_patch(Rectangle((left + shift, bottom + shift), size, tall, **look))
        for y, said in ((bottom + tall + depth + 0.08, names[k]), (0.05, ["", *words][k])):
            ax.text(across, y, said, **text_options(ha="center", va="bottom", fontsize=SMALL - 1))
        start += columns[k] + gap
    first, side = corners[0], sizes[0]
    ax.imshow(image, cmap=SEQUENTIAL, extent=(first[0], first[0] + side, first[1], first[1] + side), zorder=3)
    for k, window in enumerate(windows):
        (x, y), side = corners[k], window * pixel
        x, y = x + 0.5 * (sizes[k] - side), y + 0.5 * (sizes[k] - side)
        ax.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor=ORANGE, linewidth=1.3, zorder=4))
        goal = corners[k + 1][0] + 0.5 * sizes[k + 1], corners[k + 1][1] + 0.5 * sizes[k + 1]
        for corner in (y, y + side):
            ax.plot([x + side, goal[0]], [corner, goal[1]], color=ORANGE, linewidth=0.8, zorder=4)
    for k in range(len(windows), len(words)):
        ends = corners[k + 1][0] - 0.03, corners[k][0] + sizes[k] + depths[k] + 0.03
        arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "color": GREY}
        ax.annotate("", (ends[0], middle), (ends[1], middle), arrowprops=arrow)
    return ax
