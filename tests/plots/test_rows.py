"""Dots and bars: what stands in which row or on which curve, and what is refused."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from backprop.plots import bar_rows, dot_rows, figure, signed_rows, trials_below_curve
from backprop.plots.palette import BLUE, ORANGE


def test_rows_of_dots_run_from_the_top_and_mark_their_means():
    _, ax = figure()
    dot_rows(ax, {"above": [1.0, 2.0], "below": [5.0]}, level=3)
    runs, mean, below, *_ = ax.lines
    assert runs.get_xydata().tolist() == [[1, 0], [2, 0]]
    assert mean.get_xydata().tolist() == [[1.5, 0]]
    assert below.get_ydata()[0] < 0
    assert [label.get_text() for label in ax.get_yticklabels()] == ["above", "below"]


def test_bars_lie_in_rows_from_the_top_and_the_largest_is_the_darkest():
    _, ax = figure()
    bar_rows(ax, {"above": 1200, "none": 0, "below": 3})
    above, below = ax.patches
    assert (above.get_width(), below.get_width()) == (1200, 3)
    assert above.get_y() > below.get_y()
    assert above.get_alpha() > below.get_alpha()
    assert [text.get_text() for text in ax.texts] == ["1,200", "3"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["above", "none", "below"]


def test_a_bar_reaches_as_far_to_both_sides_of_the_mean_of_its_row():
    _, ax = figure()
    dot_rows(ax, {"above": [5.0], "below": [1.0, 2.0]}, reach={"below": 4})
    (bar,) = (drawn for drawn in ax.lines if drawn.get_linewidth() == 7)
    assert bar.get_xydata().tolist() == [[-2.5, -1], [5.5, -1]]


def test_groups_part_the_rows_from_the_top_and_are_named_in_their_middle():
    _, ax = figure()
    dot_rows(ax, {"a": [1.0], "b": [2.0], "c": [3.0]}, groups={"1998": 2, "2003": 1})
    assert [(text.get_text(), text.get_position()[1]) for text in ax.texts] == [("1998", -0.5), ("2003", -2)]
    assert [line.get_ydata()[0] for line in ax.lines if len(line.get_ydata()) == 2] == [-1.5]


WRONG = {
    "no row at all": (lambda ax: dot_rows(ax, {}), "at least one"),
    "a row without a run": (lambda ax: dot_rows(ax, {"L2": []}), "no empty one"),
    "a run that broke down": (lambda ax: dot_rows(ax, {"L2": [1.0, np.inf]}), "finite numbers"),
    "a printed number without a row": (lambda ax: dot_rows(ax, {"L2": [1.0]}, printed={"L1": 2}), "row: L1"),
    "a reach without a row": (lambda ax: dot_rows(ax, {"L2": [1.0]}, reach={"L1": 2}), "reach without a row: L1"),
    "groups of too few rows": (
        lambda ax: dot_rows(ax, {"L2": [1.0]}, groups={"1998": 2}),
        "hold 2 rows, and there are 1",
    ),
    "no bar at all": (lambda ax: bar_rows(ax, {}), "at least one of them above 0"),
    "bars of nothing": (lambda ax: bar_rows(ax, {"Dense": 0}), "at least one of them above 0"),
    "a bar below 0": (lambda ax: bar_rows(ax, {"Dense": 3, "ReLU": -1}), "numbers from 0"),
    "a bar without an end": (lambda ax: bar_rows(ax, {"Dense": np.inf}), "numbers from 0"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_wrong_rows_are_refused_with_a_clear_message(case):
    draw, message = WRONG[case]
    _, ax = figure()
    with pytest.raises(ValueError, match=message):
        draw(ax)


def test_a_trial_has_its_mark_on_the_curve_halfway_in_the_logarithm():
    _, axes = figure(nrows=2)
    trials_below_curve(axes, np.array([[10.0, 3.0], [100.0, 4.0]]), [1, 100], [20, 40])
    curve, marks = axes[0].lines
    assert curve.get_xydata().tolist() == [[1, 20], [100, 40]]
    assert marks.get_xydata().tolist() == [[10, 30], [100, 40]]
    assert axes[1].lines[0].get_xydata().tolist() == [[10, 3], [100, 4]]


def test_a_trial_outside_the_curve_is_refused():
    _, axes = figure(nrows=2)
    with pytest.raises(ValueError, match="outside"):
        trials_below_curve(axes, np.array([[0.5, 3.0]]), [1, 100], [20, 40])


def test_signed_bars_go_to_both_sides_and_are_as_thick_beside_a_longer_list():
    _, (short, long) = figure(ncols=2)
    signed_rows(short, ["so", "so"], [1.0, -2.0], rows=3, reach=4)
    signed_rows(long, ["a", "b", "c"], [4.0, 0.0, -1.0], rows=3, reach=4)
    assert [bar.get_width() for bar in short.patches] == [1, -2]
    assert [to_hex(bar.get_facecolor()) for bar in short.patches] == [BLUE, ORANGE]
    assert short.patches[0].get_y() > short.patches[1].get_y()
    assert [text.get_text() for text in short.texts] == ["+1.0", "−2.0"]
    assert [label.get_text() for label in short.get_yticklabels()] == ["so", "so"]
    assert (short.get_xlim(), short.get_ylim()) == (long.get_xlim(), long.get_ylim())


@pytest.mark.parametrize(("names", "values"), [([], []), (["a"], [1.0, 2.0])])
def test_signed_bars_without_a_name_each_are_refused(names, values):
    _, ax = figure()
    with pytest.raises(ValueError, match="as many numbers"):
        signed_rows(ax, names, values)
