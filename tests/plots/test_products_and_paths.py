"""Products, paths and nudges are drawn with the sizes and the numbers that they have."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from backprop.plots import (
    bracketing,
    figure,
    nudge_on_lines,
    palette,
    paths_apart,
    paths_together,
    unit_length_back,
)

TABLES = {"r": (1, 4), "B": (4, 12), "A": (12, 30)}
LINES = {"links": {"u": lambda t: 2 * t, "v": lambda u: 1 - u / 4}, "start": "t", "nudge": (0.25, 0.75), "span": (0, 2)}


@pytest.mark.parametrize(
    ("from_front", "counts"),
    [
        (False, ["1 · 2 · 3 = 6", "1 · 3 · 500 = 1,500", "together 1,506"]),
        (True, ["2 · 3 · 500 = 3,000", "1 · 2 · 500 = 1,000", "together 4,000"]),
    ],
)
def test_a_product_counts_its_multiplications_from_either_end(from_front, counts):
    _, ax = figure()
    bracketing(ax, {"r": (1, 2), "B": (2, 3), "A": (3, 500)}, from_front=from_front)
    assert [text.get_text() for text in ax.texts] == ["r", "B", "A", *counts]


def test_the_tables_of_a_product_are_drawn_to_scale_and_its_rows_are_red():
    _, ax = figure(5.6, 6)
    bracketing(ax, TABLES, from_front=True)
    sizes = ((box.get_width(), box.get_height(), box.get_edgecolor()) for box in ax.patches)
    a, b, r, product, again, row = sizes  # from the right
    assert a[0] / b[0] == pytest.approx(30 / 12)
    assert a[1] / b[1] == pytest.approx(12 / 4)
    assert b[0] / b[1] == pytest.approx(12 / 4)
    assert product[:2] == pytest.approx((a[0], b[1]))
    assert again == r
    assert row[:2] == pytest.approx((a[0], r[1]))
    assert {r[2], row[2]} == {(*to_rgb(palette.BACKWARD), 1)}


def test_paths_apart_repeat_what_lies_behind_the_stop_and_paths_together_do_not():
    said = []
    for draw in (paths_apart, paths_together):
        _, ax = figure()
        draw(ax, "xuL", (1, 2), (4, 5, 6))
        said.append([text.get_text() for text in ax.texts if text.get_text()])
        shaded = [patch for patch in ax.patches if isinstance(patch, mpl.patches.Rectangle)]
        arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
        assert (len(shaded), len(arrows)) == ((2, 8) if draw is paths_apart else (1, 5))
    assert {"1 · 4 = 4", "2 · 6 = 12", "45", "sum 45"} <= set(said[0])
    assert {"45", "15", "1", "u:  1 · 4 + 1 · 5 + 1 · 6 = 15", "x:  15 · 1 + 15 · 2 = 45"} <= set(said[1])


def test_a_nudge_on_lines_grows_and_turns_with_the_slopes_of_its_links():
    _, ax = figure()
    nudge_on_lines(ax, points=[], **LINES)
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    lengths = [arrow.xy[0] - arrow.xyann[0] for arrow in arrows]
    assert np.array(lengths) / lengths[0] == pytest.approx([1, 2, -1 / 2])
    assert [text.get_text() for text in ax.texts if text.get_color() == palette.FORWARD] == ["0.25", "0.5", "0.88"]


def test_an_arrow_too_short_for_a_dot_at_its_tail_goes_without():
    for nudge, dots in (((0.25, 0.75), 3), ((0.25, 0.3), 1)):  # the second is long enough on the middle line alone
        _, ax = figure()
        nudge_on_lines(ax, points=[], **LINES | {"nudge": nudge})
        assert sum(line.get_marker() == "o" for line in ax.lines) == dots


def test_what_comes_back_through_a_layer_of_unit_length_is_the_rest_of_dy_over_r():
    _, ax = figure()
    unit_length_back(ax, (0, 2), (3, 5))
    (arrows,) = (found for found in ax.collections if isinstance(found, mpl.quiver.Quiver))
    assert np.stack([arrows.U, arrows.V], axis=1).tolist() == [[3, 5], [0, 5], [3, 0], [1.5, 0]]  # dy, part, rest, dx
    assert arrows.XY.tolist() == [[0, 1], [0, 1], [0, 6], [0, 2]]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax: bracketing(ax, {"A": (2, 3), "B": (2, 3)}), "A has 3 columns and B 2 rows"),
        (lambda ax: bracketing(ax, {"A": (2, 3)}), "at least two factors"),
        (lambda ax: paths_apart(ax, "xuvL", (1,), (2,)), "three names"),
        (lambda ax: paths_together(ax, "xuL", (1,), ()), "at least one arrow"),
        (lambda ax: unit_length_back(ax, (0.3, 0.4), (0, 1)), "a length above 1, got \\[0.3 0.4\\] of length 0.5"),
        (lambda ax: nudge_on_lines(ax, points=[0.5, 1.5], **LINES), "go from 0 to 2"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    _, ax = figure()
    with pytest.raises(ValueError, match=message):
        draw(ax)
