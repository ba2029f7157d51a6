"""The depth lab under a reader's hands: sliders, rules, presets; the factor on the page is Python's."""

import re

import pytest
from harness import page

from backprop.widgets.depth_lab import ACTIVATIONS, DepthLab


def factor(tab):
    return float(re.search(r"about ([\d.]+) per layer", tab.locator(".bp-factor").inner_text())[1])


def wanted(**setting):
    deltas = DepthLab(**setting).sizes.deltas
    return pytest.approx((deltas[0] / deltas[-1]) ** (1 / (len(deltas) - 1)), rel=6e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_factor_on_the_page_is_pythons(activation, open_page):
    tab = open_page(page(DepthLab(activation=activation, depth=8, std=0.1)))
    assert factor(tab) == wanted(activation=activation, depth=8, std=0.1)


def test_every_slider_moves_the_picture_and_the_words(open_page):
    tab = open_page(page(DepthLab()))
    for label, value, setting in (("depth, layers", "10", {"depth": 10}), ("width n", "16", {"width": 16})):
        before = tab.locator("canvas").evaluate("node => node.toDataURL()")
        tab.get_by_label(label).fill(value)
        tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)
        assert factor(tab) == wanted(**({"depth": 10} | setting))
    tab.get_by_label("spread s").press("End")
    assert factor(tab) == wanted(depth=10, width=16, std=5)
    tab.get_by_label("depth, layers").press("Home")
    assert "Add layers" in tab.locator(".bp-told").inner_text()


def test_the_rules_set_the_spread_for_the_width_at_hand(open_page):
    tab = open_page(page(DepthLab(width=64, activation="relu")))
    for rule, value in (("Glorot: ", "0.125"), ("He: ", "0.177")):
        tab.get_by_role("button", name=rule).click()
        assert tab.locator("output").nth(1).inner_text() == value
    tab.get_by_label("width n").fill("4")
    tab.get_by_role("button", name="He: ").press("Enter")
    assert tab.locator("output").nth(1).inner_text() == "0.707"


@pytest.mark.parametrize(
    ("preset", "said"),
    [("fade", "vanishes"), ("healthy", "arrives"), ("blow up", "explodes"), ("s = 0.01", "vanishes")],
)
def test_a_preset_shows_what_it_promises(open_page, preset, said):
    tab = open_page(page(DepthLab()))
    tab.get_by_role("button", name=preset, exact=True).click()
    assert said in tab.locator(".bp-fate").inner_text()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_a_phone_shows_everything_and_takes_a_finger(open_page, lang):
    tab = open_page(page(DepthLab(depth=50, std=5), lang=lang, theme="dark"), width=320, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.get_by_role("radio", name="ReLU").locator("..").tap()
    assert tab.get_by_role("radio", name="ReLU").is_checked()
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


def test_an_address_opens_a_setting_and_nonsense_in_it_is_left_out(open_page):
    html = page(DepthLab())
    tab = open_page(html, fragment="#w1.activation=tanh&w1.depth=9&w1.std=0.2&w1.width=16")
    assert factor(tab) == wanted(activation="tanh", depth=9, std=0.2, width=16)
    tab = open_page(html, fragment="#w1.activation=step&w1.depth=500&w1.std=-1&w1.width=0")
    assert factor(tab) == wanted()
