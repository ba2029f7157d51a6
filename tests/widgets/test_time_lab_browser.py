"""The time lab under a reader's hands: sliders, presets, a phone, an address; what is said is Python's."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.time_lab import ACTIVATIONS, TimeLab


def factor(tab):
    return float(re.search(r"in size by ([\d.]+)\.$", tab.locator(".bp-factor").inner_text())[1])


def wanted(**setting):
    deltas = abs(TimeLab(**setting).along.deltas)
    return pytest.approx((deltas[0] / deltas[-1]) ** (1 / (len(deltas) - 1)), rel=6e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_factor_on_the_page_is_pythons(activation, open_page):
    tab = open_page(page(TimeLab(activation=activation, recurrent=1.2, steps=12)))
    assert factor(tab) == wanted(activation=activation, recurrent=1.2, steps=12)


def test_every_control_moves_the_picture_and_the_words(open_page):
    tab = open_page(page(TimeLab()))
    for label, value, setting in (("recurrent weight", "1.1", {}), ("steps T", "12", {"steps": 12})):
        before = tab.locator("canvas").evaluate("node => node.toDataURL()")
        tab.get_by_label(label).fill(value)
        tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)
        assert factor(tab) == wanted(recurrent=1.1, **setting)
    tab.get_by_label("recurrent weight").press("Home")
    assert "sign turns" in tab.locator(".bp-fate").inner_text()
    tab.get_by_role("radio", name="ReLU").locator("..").click()
    assert "Nothing arrives" in tab.locator(".bp-told").inner_text()


@pytest.mark.parametrize(
    ("preset", "said"),
    [("forget", "vanishes"), ("keep", "arrives"), ("explode", "explodes"), ("explode, with tanh", "vanishes")],
)
def test_a_preset_shows_what_it_promises(open_page, preset, said):
    tab = open_page(page(TimeLab(steps=5)))
    tab.get_by_role("button", name=preset, exact=True).press("Enter")
    assert said in tab.locator(".bp-fate").inner_text()
    assert said in tab.locator("canvas").get_attribute("aria-label")


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_a_phone_shows_everything_and_takes_a_finger(open_page, lang):
    tab = open_page(page(TimeLab(steps=60, recurrent=-2), lang=lang, theme="dark"), width=320, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.get_by_role("radio", name="tanh").locator("..").tap()
    assert tab.get_by_role("radio", name="tanh").is_checked()
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


def test_an_address_opens_a_setting_and_nonsense_in_it_is_left_out(open_page):
    html = page(TimeLab())
    tab = open_page(html, fragment="#w1.activation=tanh&w1.recurrent=0.7&w1.steps=9")
    assert factor(tab) == wanted(activation="tanh", recurrent=0.7, steps=9)
    tab = open_page(html, fragment="#w1.activation=step&w1.recurrent=7&w1.steps=500")
    assert factor(tab) == wanted()


def in_data_units(drawing, colour, log=True):
    """The points of the one line of this colour, as the labels of the axes say."""
    x, y = drawing.axis("x"), drawing.axis("y", log)
    assert x.is_even()
    assert y.is_even()
    (line,) = drawing.lines(colour)
    return np.array([(x(px), y(py)) for px, py in line])


@pytest.mark.parametrize("recurrent", [0.9, -0.8, 1.4])
@pytest.mark.parametrize("activation", ["linear", "tanh"])
def test_state_and_gradient_are_drawn_by_step_without_their_signs(show, activation, recurrent):
    lab = TimeLab(activation=activation, recurrent=recurrent, steps=12)
    drawing = show(lab).drawn()
    for colour, values in (("blue", lab.along.states), ("red", lab.along.deltas)):
        points = in_data_units(drawing, colour)
        np.testing.assert_allclose(points[:, 0], np.arange(1, 13), rtol=1e-6)
        np.testing.assert_allclose(points[:, 1], np.abs(values), rtol=1e-6)
    assert [op["dash"] for op in drawing if op["op"] == "stroke" and op["stroke"] == "red"] == [[7, 4]]
    signs = [(op["text"], op["fill"]) for op in drawing.texts() if op["font"].startswith("11px")]
    assert signs == [("●", "blue-text")] * 12 + [("▼", "red-text")] * 12
    assert drawing.words()[-26:-24] == ["step k", "size, without sign"]


def test_each_preset_is_the_story_of_its_name(show):
    screen = show(TimeLab())
    seen = {}
    for name in ("forget", "keep", "explode", "explode, with tanh"):
        screen.press(name)
        seen[name] = [screen.get(trait) for trait in ("activation", "recurrent", "steps")]
    assert seen == {
        "forget": ["linear", 0.6, 30],
        "keep": ["linear", 1, 60],
        "explode": ["linear", 1.3, 40],
        "explode, with tanh": ["tanh", 1.3, 40],
    }


@pytest.mark.parametrize(
    ("recurrent", "fate", "alarm"),
    [(0.5, "vanishes", True), (1.5, "explodes", True), (1.0, "arrives", False), (0.0, "Nothing arrives", True)],
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
        assert factor.endswith(
            f"u = {recurrent:g} and by the slope f′(z), here 1 on average: in size by {recurrent:g}."
        )
    first, last = lab.along.states[[0, -1]]
    heard = screen.tab.locator(".bp-told p").last.inner_text()
    assert f"size {first:g} at step 1" in heard
    assert heard.endswith(f"a state of {screen.number(last)} at the end.")
