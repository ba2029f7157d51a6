"""Named points: a colour a group, a name beside each point, and no name on another."""

import pytest

from backprop.plots import figure, named_points


def test_each_group_has_a_look_of_its_own_and_each_point_its_name():
    _, ax = figure()
    named_points(ax, {"left": {"a": (0, 0), "b": (1, 2)}, "right": {"c": (5, 1)}})
    left, right = ax.lines
    assert left.get_xydata().tolist() == [[0, 0], [1, 2]]
    assert left.get_color() != right.get_color()
    assert left.get_marker() != right.get_marker()
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["left", "right"]


def test_names_that_would_overlap_are_moved_apart():
    fig, ax = figure()
    named_points(ax, {"group": {"a": (0, 0), "b": (0, 0.01), "c": (0, 0.02), "d": (3, 1)}})
    fig.canvas.draw()
    low, middle, high = (text.get_window_extent() for text in ax.texts[:3])
    assert not low.overlaps(middle)
    assert not middle.overlaps(high)


@pytest.mark.parametrize("groups", [{}, {"empty": {}}])
def test_nothing_to_draw_is_refused(groups):
    _, ax = figure()
    with pytest.raises(ValueError, match="at least one"):
        named_points(ax, groups)
