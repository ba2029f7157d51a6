"""The depth lab under a reader's hands: sliders, rules, presets; the factor on the page is Python's."""

import re

import numpy as np
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


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_values_and_gradients_are_drawn_at_their_layers(show, depth):
    lab = DepthLab(depth=depth, activation="tanh", std=0.3)
    drawing = show(lab).drawn()
    x, y = drawing.axis("x"), drawing.axis("y", log=True)
    assert x.is_even()
    assert y.is_even()
    wanted = {"blue": lab.sizes.values, "red": lab.sizes.deltas, "purple": lab.sizes.weights}
    dashes = {"blue": [], "red": [7, 4], "purple": [2, 3]}
    for colour, sizes in wanted.items():
        (line,) = drawing.lines(colour, dashes[colour])
        np.testing.assert_allclose([x(px) for px, _ in line], np.arange(len(sizes)) + (colour != "blue"), atol=1e-6)
        np.testing.assert_allclose([y(py) for _, py in line], sizes, rtol=1e-6)
    signs = {(op["text"], op["fill"]) for op in drawing.texts() if op["font"].startswith("11px")}
    assert signs == {("●", "blue-text"), ("▼", "red-text"), ("◆", "purple-text")}


def test_marks_and_labels_of_the_two_rules_follow_the_width(show):
    screen = show(DepthLab())
    screen.slide("width n, neurons per layer", 64)
    lab = DepthLab(width=64)
    for name, std in (("Glorot", lab.glorot), ("He", lab.he)):
        node = screen.tab.get_by_role("button", name=f"{name}:")
        assert node.get_attribute("aria-label") == f"{name}: set s to {std:.3g}"
        at = float(node.evaluate("node => node.style.getPropertyValue('--at')"))
        assert at == pytest.approx(np.log10(std / 0.005) / 3)
        node.click()
        assert screen.get("std") == pytest.approx(std, rel=5e-3)


def test_a_preset_sets_what_its_story_needs(show):
    screen = show(DepthLab())
    seen = []
    for name in ("fade", "healthy", "blow up", "s = 0.01"):
        screen.press(name)
        seen.append([screen.get(trait) for trait in ("activation", "depth", "std", "width")])
    assert seen == [["sigmoid", 20, 0.177, 32], ["relu", 50, 0.25, 32], ["tanh", 50, 1, 32], ["relu", 20, 0.01, 32]]


@pytest.mark.parametrize(
    ("setting", "words", "alarm"),
    [
        ({"activation": "relu", "depth": 20, "std": 0.25}, "It arrives", False),
        ({"depth": 2}, "It arrives", False),
        ({"activation": "sigmoid"}, "the first layer hardly hears", True),
        ({"activation": "relu", "std": 0.01}, "dW is small in all layers alike", True),
        ({"depth": 1}, "nothing to multiply", False),
    ],
)
def test_the_sentences_hold_the_numbers_of_the_package(show, setting, words, alarm):
    lab = DepthLab(**setting)
    screen = show(lab)
    fate = screen.tab.locator(".bp-fate")
    assert words in fate.inner_text()
    assert ("bp-alarm" in fate.get_attribute("class")) is alarm
    sizes, steps = lab.sizes, lab.depth - 1
    told = screen.tab.locator(".bp-told p").all_inner_texts()
    number = screen.number
    assert f"from {number(sizes.values[0])} to {number(sizes.values[-1])}" in told[2]
    if not steps:
        assert told[0] == ""
        return
    factor = (sizes.deltas[0] / sizes.deltas[-1]) ** (1 / steps)
    slope = np.exp(np.mean(np.log(sizes.slopes[:-1])))
    parts = [number(v) for v in (factor, lab.std * np.sqrt(lab.width), slope)]
    assert told[0] == (
        f"On its way back, δ is multiplied by about {parts[0]} per layer: {parts[1]} by the weights (s√n), "
        f"{parts[2]} by the slopes."
    )
    assert re.match(rf"At layer 1,? (it is )?{number(sizes.deltas[0] / sizes.deltas[-1])} (of it|times)", told[1])
    assert number(max(sizes.weights) / min(sizes.weights)) in told[2]
