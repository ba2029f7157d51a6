"""One look for every figure: transparent ground, quiet axes, text that reads on a white and on a dark page.

Sizes are chosen for a phone: a figure 5.6 inches wide fills a 390-pixel screen with letters of about 9 pixels.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backprop.plots.palette import GREY, TEXT

FONT = ["DejaVu Sans", "sans-serif"]  # the first ships with matplotlib, so a figure is the same on every machine
SIZE, SMALL = 11, 10  # points
AS_LINES = {
    "svg.fonttype": "none",
    "svg.hashsalt": "backprop",
}  # letters stay letters; names stay the same
DPI = 144  # of a figure saved as pixels, and of the pictures inside one drawn as lines


def draw_lines_in_notebooks() -> None:
    """A figure in a notebook comes out as SVG, its letters as letters: sharp at any size, and a fifth of the bytes.

    Outside IPython nothing happens: there `savefig` decides.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None or not hasattr(shell, "kernel"):
        return
    from matplotlib_inline.config import InlineBackend

    rcParams.update(AS_LINES)
    InlineBackend.instance(parent=shell).set_trait("figure_formats", {"svg"})


def figure(
    width: float = 5.6, height: float = 3.4, *, nrows: int = 1, ncols: int = 1, **options
) -> tuple[Figure, Axes | np.ndarray]:
    """A transparent figure of `width` × `height` inches and its styled axes: one `Axes`, or an array of them.

    `options` go to `matplotlib.pyplot.subplots` (for example `sharex=True`).
    """
    fig, axes = plt.subplots(
        nrows, ncols, figsize=(width, height), dpi=DPI, layout="constrained", facecolor="none", **options
    )
    fig.get_layout_engine().set(w_pad=0.08)
    for ax in fig.axes:
        style(ax)
    return fig, axes


def style(ax: Axes) -> Axes:
    """Give existing axes the book's look: two quiet spines, a faint grid, readable text."""
    ax.set_facecolor("none")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=GREY, linewidth=0.8)
    ax.tick_params(
        which="both", color=GREY, labelcolor=TEXT, labelsize=SMALL, labelfontfamily=FONT, width=0.8, length=3
    )
    ax.grid(color=GREY, alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
    for text in (ax.xaxis.label, ax.yaxis.label, ax.title, ax.xaxis.offsetText, ax.yaxis.offsetText):
        text.set(color=TEXT, fontsize=SIZE, fontfamily=FONT, math_fontfamily="dejavusans")
    ax.title.set_fontweight("bold")
    return ax


def text_options(**changes) -> dict:
    """Keyword arguments for `ax.text` and `ax.annotate` in the book's look."""
    return {
        "color": TEXT, "fontsize": SMALL, "fontfamily": FONT, "math_fontfamily": "dejavusans", **changes
    }  # fmt: skip


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height that axes without ticks fill: their cell of the figure's grid, less the padding."""
    nrows, ncols = ax.get_gridspec().get_geometry()
    return ax.figure.get_figwidth() / ncols - 0.2, ax.figure.get_figheight() / nrows - 0.1


def sheet(ax: Axes) -> tuple[float, float]:
    """Make the axes a sheet of paper: units are inches, so that shapes and letters fit; return its width and height."""
    width, height = inches(ax)
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return width, height


def write(ax: Axes, x: float, y: float, text: str, **changes) -> None:
    """Write on a sheet, around a point, above what is drawn there."""
    ax.text(x, y, text, **text_options(**{"ha": "center", "va": "center", "zorder": 3, **changes}))


def label_lines(ax: Axes, names: dict) -> Axes:
    """Write each name beside the right-hand end of its line, moved apart where two would overlap.

    `names` maps a `Line2D` of `ax` to its name; a line without one finite point stays unnamed. Names stay at their
    ends when limits or scale change later, but are moved apart for those of the moment.
    """
    ax.get_ylim()  # settles limits that matplotlib would compute only when drawing
    to_fraction = ax.transData + ax.transAxes.inverted()
    ends = []
    for line, name in names.items():
        points = line.get_xydata()
        points = points[np.isfinite(points).all(axis=1)]  # a run that diverged ends in inf or nan
        if len(points):
            ends.append((float(to_fraction.transform(points[-1])[1]), float(points[-1][1]), name))
    ends.sort()

    axes_points = ax.get_position().height * ax.figure.get_figheight() * 72
    gap, lowest = 1.25 * SMALL / axes_points, -np.inf
    moves = []
    for fraction, _, _ in ends:
        lowest = max(fraction, lowest + gap)
        moves.append(lowest - fraction)
    for move, (_, y, name) in zip(moves, ends, strict=True):
        up = axes_points * (move - np.mean(moves))  # centred: pushing apart moves names both up and down
        ax.annotate(
            name, (1.0, y), xycoords=("axes fraction", "data"), xytext=(5, up), textcoords="offset points",
            va="center", ha="left", **text_options(),
        )  # fmt: skip
    return ax


def legend(ax: Axes, ncols: int) -> None:
    """A frameless row of names above the axes, for marks that have no end to be labelled at."""
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=ncols, frameon=False, borderpad=0, handletextpad=0.3,
        columnspacing=1.2, labelcolor=TEXT, prop={"family": FONT, "size": SMALL},
    )  # fmt: skip
