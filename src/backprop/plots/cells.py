"""One step of a recurrent network with gates, drawn with its ways and without numbers."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from backprop.plots.palette import FORWARD, GREEN, GREY
from backprop.plots.style import text_options

GATES = {"f": (26, "forget\nσ"), "i": (44, "input\nσ"), "g": (60, "proposal\ntanh"), "o": (76, "output\nσ")}
SIGNS = ((26, 44, "×"), (52, 44, "+"), (52, 30, "×"), (92, 31, "tanh"), (92, 17, "×"))
ENDS = ((5, 44, "$c_{k-1}$"), (109, 44, "$c_k$"), (109, 17, "$a_k$"), (8, 3, "$x_k, a_{k-1}$"))
MEMORY = ((11, 44, 22, 44), (30, 44, 48, 44), (56, 44, 105, 44))
WAYS = (
    (26, 21, 26, 40), (45, 21, 50, 26), (59, 21, 54, 26), (52, 34, 52, 40), (92, 44, 92, 35), (92, 27, 92, 21),
    (80, 17, 88, 17), (96, 17, 105, 17),
)  # fmt: skip


def lstm_cell(ax: Axes) -> Axes:
    """Draw one step of an LSTM: the memory from left to right on top, in green, and below it the gates that touch it.

    Under each gate stands its name and the function that it is made with.
    """
    entries = [(x, 3, x, 13) for x, _ in GATES.values()]
    for ways, colour, width in ((MEMORY, GREEN, 3.0), ((*WAYS, *entries), GREY, 1.2)):
        for *start, right, up in ways:
            look = {"arrowstyle": "->", "color": colour, "linewidth": width}
            ax.annotate("", (right, up), tuple(start), arrowprops=look)
    ax.plot([17, 76], [3, 3], color=GREY, linewidth=1.2)
    circles = [*SIGNS, *((x, 17, f"${gate}$") for gate, (x, _) in GATES.items())]
    for x, y, _ in circles:
        ax.add_patch(Circle((x, y), 4, facecolor="none", edgecolor=FORWARD, linewidth=1.4))
    for x, y, text in (*circles, *ENDS, *((x, -5, made_with) for x, made_with in GATES.values())):
        ax.text(x, y, text, **text_options(ha="center", va="center"))
    ax.set(xlim=(0, 114), ylim=(-10, 49), aspect="equal")
    ax.set_axis_off()
    return ax
