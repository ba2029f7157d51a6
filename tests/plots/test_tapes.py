"""The tape of a number, drawn: which circle stands where, and what is written on it."""

from backprop.plots import figure, tape_graph
from backprop.value import Value


def test_a_tape_is_drawn_from_its_leaves_to_its_end_with_slopes_and_gradients():
    w, x, b = Value(0.4), Value(2.0), Value(0.1)
    z = w * x + b
    end = z * z
    end.backward()
    _, ax = figure()
    tape_graph(ax, end, {"w": w, "x": x, "b": b, "z": z, "L": end})
    written = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert {"w", "x", "b", "z", "L", "$u_{1}$", "0.9 and 0.9", "3.6", "0.72", "1.8"} <= set(written)
    across = {name: written[name].get_position()[0] for name in ("w", "x", "$u_{1}$", "b", "z", "L")}
    assert across["w"] == across["x"] < across["$u_{1}$"] == across["b"] < across["z"] < across["L"]


def test_what_is_given_and_used_twice_stands_before_its_first_use():
    w, x = Value(0.4), Value(2.0)
    z = w * x
    end = z * z * w
    _, ax = figure()
    tape_graph(ax, end, {"w": w, "x": x, "z": z, "L": end})
    across = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert across["w"] == across["x"] < across["z"] < across["L"]


def test_a_long_tape_is_dots_and_one_line_for_each_edge():
    end = Value(1.0)
    for _ in range(30):
        end = end * 0.5 + Value(0.1)
    _, ax = figure()
    tape_graph(ax, end, numbers=False)
    dots = [drawn for drawn in ax.lines if drawn.get_marker() == "o"]
    assert len(ax.lines) - len(dots) == 90  # a product has one edge here, a sum two
    assert [len(drawn.get_xdata()) for drawn in dots] == [31, 60]  # what was given, what was computed
