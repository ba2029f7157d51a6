"""What blocks add: a model whose arms add to a stream from top to bottom, and one block from left to right."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, FancyBboxPatch

from backprop.plots.palette import BACKWARD, FORWARD, GREY, ORANGE
from backprop.plots.style import sheet, write

BOX, ARM = 0.3, 0.52  # inches: how high a box is, and how far a plus stands below the start of its arm
STREAM, OUT = 1.9, 0.38  # inches from the left edge to the stream, and from there to the first box of an arm
ASIDE, PLUS = 0.13, 0.1  # inches between a way and the way back, and half a plus
LETTER = 0.078  # inches that a letter takes in a box


def stream_diagram(
    ax: Axes,
    stops: Sequence[str | Sequence[str]],
    *,
    values: Mapping[int, str] | None = None,
    gradients: Mapping[int, str] | None = None,
    letters: Mapping[int, str] | None = None,
    notes: Mapping[int, str] | None = None,
    groups: Mapping[str, tuple[int, int]] | None = None,
    marked: Collection[str] = (),
) -> Axes:
    """Draw what the stream passes: a word is a box on it, and several words are the boxes of an arm that adds to it.

    Stops are counted from 0, and what stands below stop i has its key: `values` in blue at the left, `letters` at the
    right, and `gradients` in red for the way back, with or without a text. `notes` stand at the right of a box.
    `groups` names runs of stops, from the first to the last. A box whose word is in `marked` has a thick edge.
    ValueError for a key without a stop, arms of different lengths, and a first or last stop that is an arm.
    """
    values, gradients, letters = values or {}, gradients or {}, letters or {}
    notes, groups = notes or {}, groups or {}
    if not (isinstance(stops[0], str) and isinstance(stops[-1], str)):
        raise ValueError(f"a stream begins and ends with a box, got {stops[0]!r} and {stops[-1]!r}")
    arms = [stop for stop in stops if not isinstance(stop, str)]
    if len({len(arm) for arm in arms}) > 1:
        raise ValueError(f"all arms have the same number of boxes, got {[len(arm) for arm in arms]}")
    for key in [*values, *gradients, *letters, *notes, *(stop for group in groups.values() for stop in group)]:
        if not 0 <= key < len(stops):
            raise ValueError(f"there are {len(stops)} stops, none has the number {key}")

    width, height = sheet(ax)
    columns = _columns(arms, STREAM + OUT, width - 0.06)
    sizes = [BOX if isinstance(stop, str) else ARM for stop in stops]
    link = (height - 0.1 - sum(sizes)) / (len(stops) - 1)
    tops = [height - 0.05 - sum(sizes[:i]) - link * i for i in range(len(stops))]
    for i, (stop, top, size) in enumerate(zip(stops, tops, sizes, strict=True)):
        bottom, back = top - size, i in gradients
        if isinstance(stop, str):
            _box(ax, STREAM, top - size / 2, stop, stop in marked)
            write(ax, STREAM + _width(stop) / 2 + 0.12, top - size / 2, notes.get(i, ""), ha="left", style="italic")
        else:
            _arm(ax, top, bottom, columns, width - 0.06, stop, marked, back)
        if i + 1 == len(stops):
            break
        start, below = bottom - PLUS * (size == ARM), bottom - link
        _way(ax, [(STREAM, start), (STREAM, below)], FORWARD, head=isinstance(stops[i + 1], str))
        if back:
            _way(ax, [(STREAM - ASIDE, below), (STREAM - ASIDE, bottom)], BACKWARD, head=isinstance(stop, str))
        for x, texts, look in (
            (STREAM - 0.65, values, {"ha": "right", "color": FORWARD}),
            (STREAM - ASIDE - 0.1, gradients, {"ha": "right", "color": BACKWARD, "fontweight": "bold"}),
            (STREAM + 0.12, letters, {"ha": "left", "style": "italic"}),
        ):
            write(ax, x, bottom - link / 2, texts.get(i, ""), **look)
    for name, (first, last) in groups.items():
        top, bottom = tops[first] + 0.08, tops[last] - sizes[last] - PLUS
        ax.plot([0.38, 0.3, 0.3, 0.38], [top, top, bottom, bottom], color=GREY, linewidth=1.2)
        write(ax, 0.14, (top + bottom) / 2, name, rotation=90)
    return ax


def block_diagram(ax: Axes, f: Sequence[str], shortcut: Sequence[str] = (), last: str = "ReLU") -> Axes:
    """Draw y = last(z), z = f₀(x) + f(x), from left to right: the boxes of f below, those of f₀ on the shortcut above.

    Values go in blue and gradients come back in red, dashed: dz down both ways, what the ways make of it meets at x.
    ValueError without a box in f.
    """
    if not f:
        raise ValueError("a block needs at least one box in f")
    width, height = sheet(ax)
    high, low, fork, plus, end = height - 0.55, 0.6, 0.62, width - 1.45, width - 0.72
    back, side = 0.75 * ASIDE, ASIDE
    _rail(ax, high, 0.28, fork, ())
    _rail(ax, high, fork, plus - PLUS, shortcut, joint=True)
    _rail(ax, high, plus + PLUS, width - 0.28, [last], at=[end])
    _way(ax, [(fork, high), (fork, low)], FORWARD)
    _rail(ax, low, fork, plus, f)
    _way(ax, [(plus, low), (plus, high - PLUS)], FORWARD, head=True)
    _way(ax, [(plus + side, high - back), (plus + side, low - back), (plus, low - back)], BACKWARD)
    _way(ax, [(fork, low - back), (fork - side, low - back), (fork - side, high - back)], BACKWARD, head=True)
    ax.add_patch(Circle((plus, high), PLUS, facecolor=to_rgba(GREY, 0.12), edgecolor=GREY, linewidth=1.4, zorder=3))
    write(ax, plus, high, "+", zorder=4)
    said = {"x": 0.16, "z": (plus + end - _width(last) / 2) / 2 + 0.05, "y": width - 0.14}
    for letter, x in said.items():
        write(ax, x, high + 0.17, letter, color=FORWARD)
        write(ax, x, high - 0.27, f"d{letter}", color=BACKWARD)
    above = ("f₀", "dz J₀") if shortcut else ("", "dz")
    for (name, gradient), y in ((above, high), (("f", "dz J"), low)):
        write(ax, (fork + plus) / 2, y + 0.29, name, color=FORWARD)
        write(ax, fork + 0.26, y - 0.27, gradient, color=BACKWARD)
    return ax


def _rail(ax: Axes, y: float, left: float, right: float, words: Sequence[str], at=None, *, joint: bool = False) -> None:
    """Boxes in a row with the way through them, and below it the way back."""
    gap = (right - left - sum(map(_width, words))) / (len(words) + 1)
    ends, start, back = [left], left, y - 0.75 * ASIDE
    for k, word in enumerate(words):
        middle = at[k] if at else start + gap + _width(word) / 2
        start = middle + _width(word) / 2
        ends += [middle - _width(word) / 2, start]
        _box(ax, middle, y, word, False)
    ends.append(right)
    for begin, stop in zip(ends[::2], ends[1::2], strict=True):
        inner = stop < right
        _way(ax, [(begin, y), (stop, y)], FORWARD, head=inner or joint)
        _way(ax, [(stop, back), (begin, back)], BACKWARD, head=begin > left)


def _columns(arms, left: float, right: float) -> list[float]:
    """The middles of the boxes of all arms, first to last, as wide as the widest needs."""
    wide = [max(_width(word) for word in column) for column in zip(*arms, strict=True)]
    gap = (right - ASIDE - left - sum(wide)) / max(len(wide), 1)
    return [left + sum(wide[:k]) + gap * k + size / 2 for k, size in enumerate(wide)]


def _arm(ax: Axes, top: float, plus: float, columns, right: float, words, marked: Collection[str], back: bool) -> None:
    """Out of the stream through the boxes, down at the far end, and back to a plus; and the same way in red."""
    _way(ax, [(STREAM, top), (STREAM, plus + PLUS)], FORWARD)
    up, down, end = top - 0.75 * ASIDE, plus + ASIDE, STREAM
    if back:
        _way(ax, [(STREAM - ASIDE, plus), (STREAM - ASIDE, top)], BACKWARD)
    for x, word in zip(columns, words, strict=True):
        half = _width(word) / 2
        _box(ax, x, top, word, word in marked)
        _way(ax, [(end, top), (x - half, top)], FORWARD, head=True)
        if back:
            _way(ax, [(x - half, up), (end - ASIDE * (end == STREAM), up)], BACKWARD, head=True)
        end = x + half
    _way(ax, [(end, top), (right, top), (right, plus), (STREAM + PLUS, plus)], FORWARD, head=True)
    if back:
        inner = right - ASIDE
        _way(ax, [(STREAM - ASIDE, down), (inner, down), (inner, up), (end, up)], BACKWARD, head=True)
    ax.add_patch(Circle((STREAM, plus), PLUS, facecolor=to_rgba(GREY, 0.12), edgecolor=GREY, linewidth=1.4, zorder=3))
    write(ax, STREAM, plus, "+", zorder=4)


def _way(ax: Axes, points, colour: str, *, head: bool = False) -> None:
    """A broken line, dashed for the way back, with a head at its end where it has one."""
    look = {"color": colour, "linewidth": 1.5, "linestyle": "-" if colour == FORWARD else (0, (3, 1.2))}
    ax.plot(*zip(*points, strict=True), solid_capstyle="butt", zorder=1, **look)
    if head:
        arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "color": colour, "linewidth": 0.1}
        ax.annotate("", points[-1], points[-2], arrowprops={**arrow, "mutation_scale": 9}, zorder=2)


def _box(ax: Axes, x: float, y: float, word: str, marked: bool) -> None:
    edge, wide = (ORANGE, 2.2) if marked else (GREY, 1.2)
    corner = (x - _width(word) / 2, y - BOX / 2)
    look = {"facecolor": to_rgba(edge, 0.12), "edgecolor": edge, "linewidth": wide, "zorder": 2}
    ax.add_patch(FancyBboxPatch(corner, _width(word), BOX, boxstyle="round,pad=0,rounding_size=0.05", **look))
    write(ax, x, y, word)


def _width(word: str) -> float:
    return LETTER * len(word) + 0.18
