"""The time lab under a reader's hands: sliders, presets, a phone, an address; what is said is Python's."""

import re

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
