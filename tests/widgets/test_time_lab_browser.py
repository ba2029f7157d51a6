"""The time lab under a reader's hands: sliders, presets, a phone, an address; what is said is Python's."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.time_lab import ACTIVATIONS, TimeLab


def factor(tab):
    return float(re.search(r"in size by ([\d.]+) on average\.$", tab.locator(".bp-factor").inner_text())[1])


def wanted(**setting):
    factors = abs(TimeLab(**setting).along.factors)
    return pytest.approx(np.exp(np.log(factors).mean()), rel=6e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_factor_on_the_page_is_pythons(activation, open_page):
    tab = open_page(page(TimeLab(activation=activation, recurrent=1.2, steps=12)))
    assert factor(tab) == wanted(activation=activation, recurrent=1.2, steps=12)


def test_every_control_moves_the_picture_and_the_words(open_page):
    tab = open_page(page(TimeLab()))
    for label, value, setting in (("recurrent weight", "1.1", {}), ("steps T", "12", {"steps": 12})):
        before = tab.locator("canvas").first.evaluate("node => node.toDataURL()")
        tab.get_by_label(label).fill(value)
        tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)
        assert factor(tab) == wanted(recurrent=1.1, **setting)
    tab.get_by_label("recurrent weight").press("Home")
    assert "sign turns" in tab.locator(".bp-fate").inner_text()
    tab.get_by_role("radio", name="ReLU").locator("..").click()
    assert "Nothing arrives" in tab.locator(".bp-told").inner_text()


@pytest.mark.parametrize(
    ("unit", "preset", "said"),
    [
        ("rnn", "fade", "fades"), ("rnn", "keep", "arrives"), ("rnn", "explode", "grows"),
        ("rnn", "explode, with tanh", "fades"), ("rnn", "cut", "before step 41"), ("lstm", "gate half open", "fades"),
        ("lstm", "b = 1", "fades"), ("lstm", "b = 4", "arrives"), ("lstm", "u = 0", "arrives"),
    ],
)  # fmt: skip
def test_a_preset_shows_what_it_promises(open_page, unit, preset, said):
    tab = open_page(page(TimeLab(unit=unit, steps=5)))
    tab.get_by_role("button", name=preset, exact=True).press("Enter")
    assert said in tab.locator(".bp-fate").inner_text()
    assert said in tab.locator("canvas").first.get_attribute("aria-label")


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("unit", ["rnn", "lstm"])
def test_a_phone_shows_everything_and_takes_a_finger(open_page, lang, unit):
    lab = TimeLab(unit=unit, steps=60, recurrent=-2, piece=7, clip=True)
    tab = open_page(page(lab, lang=lang, theme="dark"), width=320, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.get_by_role("radio", name="LSTM").locator("..").tap()
    assert tab.get_by_role("radio", name="LSTM").is_checked()
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


def test_an_address_opens_a_setting_and_nonsense_in_it_is_left_out(open_page):
    html = page(TimeLab())
    tab = open_page(html, fragment="#w1.activation=tanh&w1.recurrent=0.7&w1.steps=9")
    assert factor(tab) == wanted(activation="tanh", recurrent=0.7, steps=9)
    tab = open_page(html, fragment="#w1.activation=step&w1.recurrent=7&w1.steps=500&w1.piece=0&w1.unit=gru")
    assert factor(tab) == wanted()


def test_each_kind_of_neuron_shows_its_own_controls(open_page):
    tab = open_page(page(TimeLab()))
    for unit, others in (("LSTM", "activation f"), ("RNN", "forget-gate bias b")):
        tab.get_by_role("radio", name=unit).locator("..").click()
        assert not tab.get_by_text(others).first.is_visible()
        assert tab.get_by_text("recurrent weight u").is_visible()


def in_data_units(drawing, colour, log=True):
    """The points of the one line of this colour, as the labels of the axes say."""
    x, y = drawing.axis("x"), drawing.axis("y", log)
    assert x.is_even()
    assert y.is_even()
    (line,) = drawing.lines(colour)
    return np.array([(x(px), y(py)) for px, py in line])


@pytest.mark.parametrize("recurrent", [0.9, -0.8, 1.4])
@pytest.mark.parametrize("kind", [{"activation": "linear"}, {"activation": "tanh"}, {"unit": "lstm"}], ids=str)
def test_values_and_gradients_are_drawn_by_step_without_their_signs(show, kind, recurrent):
    lab = TimeLab(**kind, recurrent=recurrent, steps=12)
    drawing = show(lab).drawn()
    shown = [("blue", lab.along.states), ("red", lab.along.deltas), ("green", lab.along.direct)][: 2 + len(kind) // 2]
    for colour, values in shown[: 2 + (lab.unit == "lstm")]:
        points = in_data_units(drawing, colour)
        np.testing.assert_allclose(points[:, 0], np.arange(1, 13), rtol=1e-6)
        np.testing.assert_allclose(points[:, 1], np.abs(values), rtol=1e-6)
    assert [op["dash"] for op in drawing if op["op"] == "stroke" and op["stroke"] == "red"] == [[7, 4]]
    signs = [(op["text"], op["fill"]) for op in drawing.texts() if op["font"].startswith("11px")]
    assert signs[:24] == [("●", "blue-text")] * 12 + [("▼", "red-text")] * 12
    assert signs[24:] == [("◆", "green-text")] * (12 * (lab.unit == "lstm"))


@pytest.mark.parametrize(("kind", "colour"), [({"activation": "tanh"}, "red"), ({"unit": "lstm"}, "green")])
def test_each_factor_is_a_bar_as_high_as_it_is_large(show, kind, colour):
    lab = TimeLab(**kind, steps=9, piece=6)
    screen = show(lab)
    drawing = screen.drawn(1)
    y = drawing.axis("y")
    boxes = drawing.boxes(colour=colour)
    np.testing.assert_allclose([y(top) for _, top, _, _ in boxes], np.abs(lab.along.factors[6:]), rtol=1e-6)
    np.testing.assert_allclose([y(top + height) for _, top, _, height in boxes], 0, atol=1e-9)
    x = screen.drawn().axis("x")
    np.testing.assert_allclose([x(left + width / 2) for left, _, width, _ in boxes], [7, 8], rtol=1e-6)
    low, high = (screen.number(size) for size in np.sort(np.abs(lab.along.factors))[[0, -1]])
    assert screen.label(1).endswith(f"smallest is {low}, the largest {high}.")


def test_a_cut_is_marked_at_every_border_and_named_where_it_stops_the_gradient(show):
    drawing = show(TimeLab(recurrent=1, steps=50, piece=20)).drawn()
    x = drawing.axis("x")
    borders = {round(x(line[0][0]), 6): line for line in drawing.lines("orange")}
    assert sorted(borders) == [20.5, 40.5]
    assert drawing.words().count("cut") == 1
    (red,) = drawing.lines("red")
    assert min(x(px) for px, _ in red) == pytest.approx(41)


def test_clipping_moves_the_line_down_and_keeps_its_shape(show):
    screen = show(TimeLab(recurrent=1.1, steps=20))
    free = in_data_units(screen.drawn(), "red")
    screen.press("clip at 1")
    assert screen.tab.get_by_role("button", name="clip at 1").get_attribute("aria-pressed") == "true"
    clipped = in_data_units(screen.drawn(), "red")
    gradient = TimeLab(recurrent=1.1, steps=20).along.gradient
    np.testing.assert_allclose(clipped[:, 1] * gradient, free[:, 1], rtol=1e-6)
    assert f"multiplies it by {screen.number(1 / gradient)}" in screen.tab.locator(".bp-sum").inner_text()
    screen.slide("recurrent weight u", 0.5)
    assert "changes nothing" in screen.tab.locator(".bp-sum").inner_text()


def test_each_preset_is_the_story_of_its_name(show):
    screen = show(TimeLab())
    seen = {}
    for name in ("fade", "keep", "explode", "explode, with tanh", "cut"):
        screen.press(name)
        seen[name] = [screen.get(trait) for trait in ("activation", "recurrent", "steps", "piece")]
    assert seen == {
        "fade": ["linear", 0.9, 50, 60],
        "keep": ["linear", 1, 50, 60],
        "explode": ["linear", 1.1, 50, 60],
        "explode, with tanh": ["tanh", 1.3, 50, 60],
        "cut": ["linear", 1, 50, 20],
    }
    screen.set(unit="lstm")
    seen = {}
    for name in ("gate half open", "b = 1", "b = 4", "u = 0"):
        screen.press(name)
        seen[name] = [screen.get(trait) for trait in ("forget", "recurrent", "steps", "piece")]
    assert seen == {
        "gate half open": [0, 0.5, 50, 60],
        "b = 1": [1, 0.5, 50, 60],
        "b = 4": [4, 0.5, 50, 60],
        "u = 0": [4, 0, 50, 60],
    }


@pytest.mark.parametrize(
    ("recurrent", "fate", "alarm"),
    [(0.5, "fades", True), (1.5, "grows", True), (1.0, "arrives", False), (0.0, "Nothing arrives", True)],
)
def test_the_fate_is_told_with_its_numbers_and_only_a_bad_one_alarms(show, recurrent, fate, alarm):
    lab = TimeLab(recurrent=recurrent, steps=30)
    screen = show(lab)
    told = screen.tab.locator(".bp-fate")
    assert fate in told.inner_text()
    assert ("bp-alarm" in told.get_attribute("class")) is alarm
    deltas = lab.along.deltas
    if recurrent:
        assert screen.number(abs(deltas[0] / deltas[-1])) in told.inner_text()
        factor = screen.tab.locator(".bp-factor").inner_text()
        assert factor.endswith(f"u = {recurrent:g} and by the slope f′(z): in size by {recurrent:g} on average.")
    first, last = lab.along.states[[0, -1]]
    heard = screen.tab.locator(".bp-told p").nth(2).inner_text()
    assert heard == f"Forward, the sound leaves {first:g} at step 1 and {screen.number(last)} at the end."
    told = screen.tab.locator(".bp-sum").inner_text()
    assert told == f"All uses of u added up, ∂L/∂u = {screen.number(lab.along.gradient)}."


def test_a_memory_is_told_by_its_own_path_and_by_all_ways(show):
    lab = TimeLab(unit="lstm", recurrent=0.5, forget=1)
    screen = show(lab)
    told = screen.tab.locator(".bp-told").inner_text()
    assert f"the direct path alone leaves {screen.number(lab.along.direct[0])} at step 1" in told
    assert f"From step 50 to step 1, {screen.number(lab.along.deltas[0])} of the gradient is left." in told
