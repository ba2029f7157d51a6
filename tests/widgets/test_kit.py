"""The kit alone: numbers, ticks, scales, functions, and the worked example of CONTRIBUTING in a browser."""

import math
import re

import numpy as np
import pytest
import traitlets
from harness import ROOT, run_node
from screen import Axis

from backprop.layers.activations import GELU, Identity, ReLU, Sigmoid, Tanh
from backprop.widgets import base
from backprop.widgets.backprop_stepper import BackpropStepper
from backprop.widgets.base import Widget
from backprop.widgets.descent_explorer import DescentExplorer

NUMBERS = [
    (0, "0"), (0.1, "0.1"), (0.12345, "0.123"), (-0.5, "−0.5"), (1, "1"), (1247, "1250"), (12345, "12300"),
    (99999, "10⁵"), (123456, "1.23×10⁵"), (1e6, "10⁶"), (3.2e-7, "3.2×10⁻⁷"), (-1e-9, "−1×10⁻⁹"), (0.001, "0.001"),
    (0.0009, "9×10⁻⁴"), (1e300, "10³⁰⁰"), ("NaN", "?"), ("Infinity", "∞"), ("-Infinity", "−∞"),
]  # fmt: skip


def test_a_number_has_three_meaningful_digits(tmp_path):
    script = "const result = data.map((value) => widget.number(Number(value)));"
    found = run_node(DescentExplorer, tmp_path, script, [value for value, _ in NUMBERS])
    assert found == [text for _, text in NUMBERS]


def test_digits_keep_three_decimals_and_give_a_small_number_its_power(tmp_path):
    values = [0, 0.004, 0.0004, -0.0004, 0.0005, 99.96, 100, -123.45, 0.62]
    found = run_node(BackpropStepper, tmp_path, "const result = data.map(widget.digits);", values)
    assert found == ["0.000", "0.004", "4.0e−4", "−4.0e−4", "0.001", "99.960", "100.0", "−123.5", "0.620"]


def test_a_negative_number_stands_in_brackets_inside_a_product(tmp_path):
    script = "const result = data.map((value) => widget.inside(widget.digits(value)));"
    found = run_node(BackpropStepper, tmp_path, script, [-0.5, 0.5, -123.45, 0])
    assert found == ["(−0.500)", "0.500", "(−123.5)", "0.000"]


def test_the_labels_of_an_axis_keep_clear_of_its_title(tmp_path):
    script = """
      const told = [];
      const pen = new Proxy({}, {
        get: (_, name) => (...what) => name === "fillText" && told.push(what),
        set: () => true,
      });
      const side = (title, ...ends) => ({ scale: widget.scale([0, 10], ends), ticks: [0, 2, 4, 6, 8, 10], title });
      const ui = { colour: () => "", font: () => "" };
      widget.axes(ui, pen, [40, 20, 240, 120], side("steps", 40, 240), side("loss", 120, 20), data);
      const result = told;
    """
    beside = {text: (x, y) for text, x, y in run_node(DescentExplorer, tmp_path, script, False) if text != "0"}
    # At the bottom, 70 pixels before the right end are the title's, but the last label may stand under the very end.
    bottom = run_node(DescentExplorer, tmp_path, script, False)
    assert [text for text, x, y in bottom if y == 132] == ["0", "2", "4", "6", "10", "steps"]
    assert [text for text, x, y in bottom if x == 34] == ["0", "2", "4", "6", "8", "10"]
    assert beside["loss"] == (5, 6)
    inner = run_node(DescentExplorer, tmp_path, script, True)
    assert [text for text, x, y in inner if y == 110 and text != "steps"] == ["0", "2", "4", "6", "8"]
    assert [text for text, x, y in inner if x == 5 and text != "loss"] == ["4", "6", "8"]


TICKS = [
    ((0, 0.3, 5), [0, 0.1, 0.2, 0.3]), ((0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ((-6, 6, 6), [-6, -4, -2, 0, 2, 4, 6]),
    ((0, 200, 4), [0, 50, 100, 150, 200]), ((1e-3, 1, 4, True), [1e-3, 0.01, 0.1, 1]),
    ((1e-6, 1e6, 6, True), [1e-6, 1e-4, 0.01, 1, 100, 1e4, 1e6]), ((0.7, 2.4, 3), [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "wanted"), TICKS)
def test_ticks_are_round_and_reach_the_end(asked, wanted, tmp_path):
    found = run_node(DescentExplorer, tmp_path, "const result = widget.ticks(...data);", asked)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("log", [False, True])
def test_a_scale_meets_both_ends_and_its_middle(log, tmp_path):
    script = "const at = widget.scale([1, 100], [200, 40], data); const result = [1, 10, 50.5, 100].map(at);"
    found = run_node(DescentExplorer, tmp_path, script, log)
    middle = found[1] if log else found[2]
    assert (found[0], middle, found[3]) == (200, pytest.approx(120), 40)


@pytest.mark.parametrize(
    ("name", "layer"), [("linear", Identity), ("relu", ReLU), ("sigmoid", Sigmoid), ("tanh", Tanh), ("gelu", GELU)]
)
def test_functions_and_slopes_are_the_packages(name, layer, tmp_path):
    z = np.linspace(-9, 9, 41)
    script = (
        "const { f, slope } = widget.FUNCTIONS[data.name];const result = data.z.map((z) => [f(z), slope(z, f(z))]);"
    )
    found = np.array(run_node(BackpropStepper, tmp_path, script, {"name": name, "z": z.tolist()}))
    unit = layer()
    np.testing.assert_allclose(found[:, 0], unit.forward(z[None])[0], rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found[:, 1], unit.backward(np.ones((1, 41)))[0], rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("broken", ["NaN", "Infinity", "-Infinity"])
def test_a_line_is_broken_at_what_is_no_number_and_ends_beyond_any_screen(broken, tmp_path):
    script = """
      const told = [];
      const pen = new Proxy({}, { get: (_, name) => (...at) => told.push([name, ...at]), set: () => true });
      widget.line(pen, [[0, 1], [2, 3], [4, data], [6, 7], [8, 9], [8, 4e4], [9, 9]].map((p) => p.map(Number)), "red", 2);
      const result = told.filter(([name]) => name.endsWith("To"));
    """  # noqa: E501
    found = run_node(DescentExplorer, tmp_path, script, broken)
    assert found[:4] == [["moveTo", 0, 1], ["lineTo", 2, 3], ["moveTo", 6, 7], ["lineTo", 8, 9]]
    assert found[4] == ["lineTo", 8, pytest.approx(9 + 2e4)]
    assert len(found) == 5


def test_the_worked_example_for_authors_of_widgets_runs(show, tmp_path, monkeypatch):
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## A widget")[1].split("\n## ")[0]
    words, view = re.findall(r"```js\n(// words\.js\n.*?|// view\.js\n.*?)```", section, re.DOTALL)
    (tmp_path / "dial").mkdir()
    (tmp_path / "dial" / "words.js").write_text(words, encoding="utf-8")
    (tmp_path / "dial" / "view.js").write_text(view, encoding="utf-8")
    (tmp_path / "dial" / "look.css").write_text("", encoding="utf-8")
    (tmp_path / "kit").symlink_to(base.HERE / "kit")
    monkeypatch.setattr(base, "HERE", tmp_path)

    class Dial(Widget):
        _esm = base.join("dial")
        _css = base.styles("dial")
        rate = traitlets.Float(0.1).tag(sync=True)

    screen = show(Dial())
    knob = screen.tab.get_by_role("slider", name="learning rate η")
    assert knob.get_attribute("aria-valuetext") == "0.1"
    knob.press("End")
    assert screen.get("rate") == 10
    drawing = screen.drawn()
    assert drawing.words() == ["10"]
    assert drawing.texts()[0]["fill"] == "blue"
    assert screen.label() == "A rate of 10."


def test_an_axis_between_labels_is_read_evenly_or_by_decades():
    assert Axis([10, 30], [0, 4], False)(15) == 1
    assert Axis([10, 30], [1, 100], True)(20) == pytest.approx(10)
    assert not Axis([10, 12, 30], [0, 2, 4], False).is_even()
    assert math.isclose(Axis([30, 10], [0, 4], False)(20), 2)
