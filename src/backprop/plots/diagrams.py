"""A network or a computation as circles and lines, with the numbers that flow through it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle

from backprop.plots.palette import BACKWARD, FORWARD, GREY, ORANGE
from backprop.plots.style import SIZE, sheet, write
from backprop.value import order

MAX_NODES = 5  # a layer with more nodes shows three, dots, and the last one
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DASHES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the first, second and third path that is lit


def network_diagram(
    ax: Axes,
    sizes: Sequence[int],
    *,
    values: Sequence[Sequence[float]] | None = None,
    gradients: Sequence[Sequence[float] | None] | None = None,
    weights: Sequence[np.ndarray] | None = None,
    biases: Sequence[Sequence[float]] | None = None,
    weight_gradients: Sequence[np.ndarray] | None = None,
    output: str = "ŷ",
) -> Axes:
    """Draw layers of `sizes` from left to right with the book's names: x₁, a₁⁽¹⁾, …, ŷ₁.

    Blue numbers go forward: `values` in the node, `weights` above the edge, `biases` above the node they enter.
    Red numbers come back: `gradients` of the loss below the node, `weight_gradients` below the edge.
    In place of a number a name may stand, such as "$w_{11}$". `output` names the last layer, for example `"z"` when
    the network ends in logits.

    Shapes: values and gradients hold one list per layer, inputs included (None in gradients: nothing to write),
    biases one list per layer after the inputs; weights and weight_gradients one (n_in, n_out) array per step.
    ValueError for other shapes, or for numbers on edges when a layer has more nodes than are drawn.
    """
    sizes = [int(n) for n in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must name at least two layers of one node or more, got {sizes}")
    _check_layers("values", values, sizes)
    _check_layers("gradients", gradients, sizes)
    _check_layers("biases", biases, sizes[1:])
    _check_edges("weights", weights, sizes)
    _check_edges("weight_gradients", weight_gradients, sizes)

    columns = [_column(n) for n in sizes]
    rows = max(len(column) for column in columns)
    width, height = sheet(ax)
    below = 0.55 + (0.25 if gradients is not None else 0.1)  # captions, and what hangs under the last node
    share = 0.4 if gradients is None and biases is None else 0.3
    radius = min(0.38, share * (height - below) / (rows - 1 + 2 * share))
    top = height - (0.05 if biases is None else 0.25)
    pitch = (top - below - 2 * radius) / max(rows - 1, 1)
    middle = (top + below) / 2
    xs = np.linspace(radius + 0.1, width - radius - 0.1, len(sizes))
    # Where each drawn node stands: (layer, index from 0) -> centre, in inches from the lower left.
    centres = {
        (layer, index): np.array([xs[layer], middle + pitch * ((len(column) - 1) / 2 - row)])
        for layer, column in enumerate(columns)
        for row, index in enumerate(column)
    }
    for layer in range(len(sizes) - 1):
        for i in filter(lambda i: i is not None, columns[layer]):
            for j in filter(lambda j: j is not None, columns[layer + 1]):
                _edge(
                    ax, centres[layer, i], centres[layer + 1, j], radius,
                    weights and weights[layer][i][j], weight_gradients and weight_gradients[layer][i][j],
                )  # fmt: skip
    for (layer, index), centre in centres.items():
        if index is None:
            write(ax, *centre, "⋮", fontsize=18)
            continue
        symbol = _symbol(layer, index, len(sizes) - 1, output)
        value = None if values is None else values[layer][index]
        gradient = None if gradients is None or gradients[layer] is None else gradients[layer][index]
        _node(ax, centre, radius, symbol, value, gradient)
        if biases is not None and layer > 0:
            bias = f"b = {_number(biases[layer - 1][index])}"
            write(ax, centre[0], centre[1] + radius + 0.13, bias, color=FORWARD)
    for layer, n in enumerate(sizes):
        role = "input" if layer == 0 else "output" if layer == len(sizes) - 1 else "hidden"
        for y, caption in ((0.26, role), (0.08, str(n))):
            write(ax, xs[layer], y, caption, va="baseline")

    return ax


def computation_graph(
    ax: Axes,
    places: Mapping[str, tuple[float, float]],
    edges: Mapping[tuple[str, str], float | str | None],
    *,
    values: Mapping[str, float | str] | None = None,
    gradients: Mapping[str, float | str] | None = None,
    symbols: Mapping[str, str] | None = None,
    paths: Sequence[Sequence[str]] = (),
    digits: int | None = None,
    radius: float = 0.24,
) -> Axes:
    """Draw a computation: every circle is one number, its value in blue above it, its gradient in red below.

    `places` maps each number's name to (x, y), in any unit: the picture is stretched until it fills the axes. `edges`
    maps (from, to) to the local slope that is written along the arrow, or to None. `symbols` says what stands in a
    circle where that is not the name, for example "×"; the name then stands above the value. Each of up to three
    `paths`, a list of names, is lit: the first is drawn solid, the second dashed, the third dotted. Numbers are
    rounded to `digits` decimals; a string such as "?" stands as it is. `radius` is in inches.
    ValueError for a name that has no place and a path along an arrow that is not there.
    """
    symbols = symbols or {}
    named = [name for edge in edges for name in edge] + [name for path in paths for name in path]
    for name in [*named, *(values or ()), *(gradients or ()), *symbols]:
        if name not in places:
            raise ValueError(f"{name!r} has no place; places has {list(places)}")
    if len(paths) > len(DASHES):
        raise ValueError(f"up to {len(DASHES)} paths can be told apart, got {len(paths)}")
    lit = {}
    for path, dash in zip(paths, DASHES, strict=False):
        for edge in pairwise(path):
            if edge not in edges:
                raise ValueError(f"the path {list(path)} goes along {edge}, which is no edge")
            lit[edge] = dash

    width, height = sheet(ax)
    above = radius + 0.25 * (values is not None) + 0.2 * any(name in symbols for name in values or ())
    below = radius + 0.25 * (gradients is not None)
    low, high = np.min(list(places.values()), axis=0), np.max(list(places.values()), axis=0)
    first, last = np.array([radius + 0.15, below + 0.05]), np.array([width - radius - 0.15, height - above - 0.05])
    size = np.where(high > low, high - low, 1)
    centres = {
        name: np.where(high > low, first + (np.array(place) - low) / size * (last - first), (first + last) / 2)
        for name, place in places.items()
    }
    for (start, end), slope in edges.items():
        _arrow(ax, centres[start], centres[end], radius, slope, digits, lit.get((start, end)))
    for name, (x, y) in centres.items():
        ax.add_patch(Circle((x, y), radius, facecolor=to_rgba(GREY, 0.12), edgecolor=GREY, linewidth=1.4, zorder=2))
        write(ax, x, y, symbols.get(name, name), fontsize=SIZE)
        if name in (values or ()):
            write(ax, x, y + radius + 0.13, _text(values[name], digits), color=FORWARD, fontweight="bold")
        if name in symbols:
            write(ax, x, y + radius + (0.33 if name in (values or ()) else 0.13), name, style="italic")
        if name in (gradients or ()):
            write(ax, x, y - radius - 0.14, _text(gradients[name], digits), color=BACKWARD, fontweight="bold")
    return ax


def tape_graph(ax: Axes, end, names: Mapping[str, object] | None = None, *, numbers: bool = True, **look) -> Axes:
    """Draw the tape of `end`, a `Value` or what has edges like it: each number right of all that went into it.

    `names` says what the nodes are called, {"w": w, "L": end}; the others are u₁, u₂, … in the order in which they
    were computed. With `numbers` it is a `computation_graph`, and `look` goes there; without, dots and lines.
    """
    nodes = order(end)
    called = {id(node): name for name, node in (names or {}).items()}
    unnamed = iter(range(1, len(nodes) + 1))
    for node in nodes:
        if id(node) not in called:
            called[id(node)] = f"$u_{{{next(unnamed)}}}$" if node.edges else f"{node.data:.3g}"
    users: dict[int, list[int]] = {id(node): [] for node in nodes}
    column: dict[int, int] = {}
    for node in nodes:
        column[id(node)] = 1 + max((column[id(parent)] for parent, _ in node.edges), default=-1)
        for parent, _ in node.edges:
            users[id(parent)].append(id(node))
    for node in nodes:
        if not node.edges and users[id(node)]:  # what is given stands just before its first use
            column[id(node)] = min(column[user] for user in users[id(node)]) - 1
    row = {}
    for x in range(max(column.values()), -1, -1):  # from the end: each near those that use it
        here = [node for node in column if column[node] == x]
        here.sort(key=lambda node: np.mean([row.get(user, 0.0) for user in users[node]] or [0.0]))
        row |= {node: (place + 0.5) / len(here) for place, node in enumerate(here)}
    places = {node: (column[node], row[node]) for node in column}
    if not numbers:
        for node in nodes:
            for parent, _ in node.edges:
                ax.plot(*zip(places[id(parent)], places[id(node)], strict=True), color=GREY, linewidth=0.9, zorder=1)
        for given, colour in ((True, ORANGE), (False, FORWARD)):
            spots = [places[id(node)] for node in nodes if bool(node.edges) != given]
            ax.plot(*zip(*spots, strict=True), "o", color=colour, markersize=6, zorder=2)
        ax.set_axis_off()
        return ax
    edges: dict[tuple[str, str], str] = {}
    for node in nodes:
        for parent, slope in node.edges:
            edge = called[id(parent)], called[id(node)]
            edges[edge] = f"{edges[edge]} and {slope:.3g}" if edge in edges else _number(slope)
    values = {called[id(node)]: float(f"{node.data:.3g}") for node in nodes}
    gradients = {called[id(node)]: float(f"{node.grad:.3g}") for node in nodes if node.grad is not None}
    placed = {called[node]: place for node, place in places.items()}
    return computation_graph(ax, placed, edges, values=values, gradients=gradients or None, **look)


def _arrow(ax: Axes, start, end, radius: float, slope, digits: int | None, dash) -> None:
    """An arrow between two circles, its local slope beside it; lit where it has a dash."""
    along = (end - start) / np.linalg.norm(end - start)
    tail, head = start + radius * along, end - (radius + 0.02) * along
    look = {"color": GREY, "linewidth": 1.2} if dash is None else {"color": ORANGE, "linewidth": 2.4, "linestyle": dash}
    ax.annotate("", head, tail, arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **look}, zorder=1)
    if slope is not None:
        level = abs(along[1]) < 0.01
        # Before the middle of a slanted arrow, where it may cross another one.
        x, y = tail + (0.5 if level else 0.33) * (head - tail) + 0.05 * np.array([-along[1], along[0]])
        turn = {"rotation": np.degrees(np.arctan2(along[1], along[0])), "rotation_mode": "anchor"}
        write(ax, x, y, _text(slope, digits), va="baseline", **turn)


def _text(number: float | str, digits: int | None) -> str:
    """A number with a real minus sign; text as it is."""
    if isinstance(number, str):
        return number
    return f"{number if digits is None else round(number, digits):g}".replace("-", "−")


def _column(n: int) -> list[int | None]:
    """The nodes to draw of a layer of n, from the top; None stands for the dots."""
    return list(range(n)) if n <= MAX_NODES else [0, 1, 2, None, n - 1]


def _symbol(layer: int, index: int, last: int, output: str) -> str:
    if layer == 0:
        return rf"$x_{{{index + 1}}}$"
    if layer == last:  # not as a formula, whose hat would be a sign of its own, beside the y in another font
        return output + str(index + 1).translate(SUBSCRIPTS)
    return rf"$a_{{{index + 1}}}^{{({layer})}}$"


def _node(ax: Axes, centre, radius: float, symbol: str, value, gradient) -> None:
    ax.add_patch(Circle(centre, radius, facecolor=to_rgba(FORWARD, 0.12), edgecolor=FORWARD, linewidth=1.6, zorder=2))
    x, y = centre
    lift, size = (0.0, SIZE + 3 if radius > 0.25 else SIZE + 1) if value is None else (0.38 * radius, SIZE + 2)
    write(ax, x, y + lift, symbol, fontsize=size)
    if value is not None:
        write(ax, x, y - 0.32 * radius, _number(value), color=FORWARD, fontweight="bold")
    if gradient is not None:
        write(ax, x, y - radius - 0.14, _number(gradient), color=BACKWARD, fontweight="bold")


def _edge(ax: Axes, start, end, radius: float, weight, gradient) -> None:
    along = (end - start) / np.linalg.norm(end - start)
    tail, head = start + radius * along, end - radius * along
    alpha = 0.45 if weight is None and gradient is None else 0.8
    ax.plot(*np.stack([tail, head]).T, color=GREY, linewidth=1, alpha=alpha, zorder=1)
    # Labels of level edges stand at the middle. Those of slanted edges keep clear of the crossing, near the node that
    # the weight multiplies; weight and gradient stay together, so that nobody reads one with the other's line.
    near = 0.5 if abs(along[1]) < 0.01 else 0.28
    aside = 0.05 * np.array([-along[1], along[0]])
    slant = {"rotation": np.degrees(np.arctan2(along[1], along[0])), "rotation_mode": "anchor"}
    if weight is not None:
        write(ax, *(tail + near * (head - tail) + aside), _number(weight), va="baseline", color=FORWARD, **slant)
    if gradient is not None:
        write(ax, *(tail + near * (head - tail) - aside), _number(gradient), va="top", color=BACKWARD, **slant)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}".replace("-", "−")


def _check_layers(name: str, numbers: Sequence | None, sizes: list[int]) -> None:
    if numbers is None:
        return
    got = [None if layer is None and name == "gradients" else len(layer) for layer in numbers]
    if len(got) != len(sizes) or any(n is not None and n != size for n, size in zip(got, sizes, strict=True)):
        raise ValueError(f"{name} must hold one list per layer of sizes {sizes}, got lengths {got}")


def _check_edges(name: str, arrays: Sequence | None, sizes: list[int]) -> None:
    if arrays is None:
        return
    wanted, got = list(pairwise(sizes)), [np.shape(array) for array in arrays]
    if got != wanted:
        raise ValueError(f"{name} must have the shapes {wanted}, one (n_in, n_out) per step, got {got}")
    if max(sizes) > MAX_NODES:
        raise ValueError(f"{name} need layers of at most {MAX_NODES} nodes, got {sizes}")
