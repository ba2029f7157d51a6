"""The digit pad under a reader's hands: mouse, finger and keys draw, and the page says what the network makes of it."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.digit_pad import DigitPad

ONE = [(0.5, y / 20) for y in range(3, 18)]  # a straight line down: a 1
SEVEN = [(x / 20, 0.2) for x in range(6, 15)] + [(0.7 - 0.02 * k, 0.2 + 0.06 * k) for k in range(1, 11)]


def told(tab):
    return tab.locator(".bp-told").inner_text()


def press(tab, name):
    tab.get_by_role("button", name=name).click()


def answers(tab):
    """The ten percentages, as the bars' labels say them."""
    labels = tab.locator(".bp-bars input").evaluate_all("nodes => nodes.map((node) => node.ariaLabel)")
    return [int(re.search(r"(\d+) per cent", label)[1]) for label in labels]


def places(tab, points):
    tab.locator(".bp-pad").scroll_into_view_if_needed()
    box = tab.locator(".bp-pad").bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(tab, points):
    first, *rest = places(tab, points)
    tab.mouse.move(*first)
    tab.mouse.down()
    for point in rest:
        tab.mouse.move(*point)
    tab.mouse.up()


def picture(tab, place):
    return tab.locator("canvas").nth(place).evaluate("node => node.toDataURL()")


def test_a_real_digit_is_read_as_the_package_reads_it(open_page):
    tab = open_page(page(DigitPad()))
    for sample in "0123456789":
        tab.locator(f'.bp-start input[value="{sample}"]').check()
        wanted = 100 * DigitPad(sample=sample).probabilities
        assert np.abs(answers(tab) - wanted).max() <= 1
        assert f"{wanted.argmax()}" in told(tab).split(".")[0]


def test_a_mouse_draws_live_and_undo_and_clear_take_it_back(open_page):
    tab = open_page(page(DigitPad(sample="")))
    assert told(tab).startswith("There is no ink. The network must answer all the same")
    empty = answers(tab)
    first, *rest = places(tab, ONE)
    tab.mouse.move(*first)
    tab.mouse.down()
    tab.mouse.move(*rest[-1], steps=12)
    assert answers(tab)[1] > 80  # before the button is released
    tab.mouse.up()
    assert told(tab).startswith("The network reads 1")
    one = answers(tab)
    draw(tab, [(0.2, 0.2), (0.2, 0.8)])
    assert answers(tab) != one
    press(tab, "undo")
    assert answers(tab) == one
    press(tab, "clear")
    assert answers(tab) == empty
    assert tab.get_by_role("button", name="clear").is_disabled()


def test_the_same_drawing_in_a_corner_and_small_is_the_same_to_the_network(open_page):
    tab = open_page(page(DigitPad(sample="")))
    draw(tab, SEVEN)
    assert told(tab).startswith("The network reads 7")
    press(tab, "clear")
    draw(tab, [(0.6 * x - 0.05, 0.6 * y + 0.3) for x, y in SEVEN])
    assert told(tab).startswith("The network reads 7")


def test_a_finger_draws_and_does_not_scroll_the_page(open_page):
    tab = open_page(page(DigitPad(sample="")), width=390, height=600, has_touch=True, is_mobile=True)
    touch, points = tab.context.new_cdp_session(tab), places(tab, SEVEN)
    before = tab.evaluate("scrollY")
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * (len(points) - 1)], points, strict=True):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert told(tab).startswith("The network reads 7")
    assert tab.evaluate("scrollY") == before


def test_keys_draw_a_one(open_page):
    tab = open_page(page(DigitPad(sample="")))
    pad = tab.locator(".bp-pad")
    pad.focus()
    for _ in range(8):
        pad.press("ArrowUp")
    assert told(tab).startswith("There is no ink")
    pad.press(" ")
    for _ in range(17):
        pad.press("ArrowDown")
    pad.press(" ")
    assert told(tab).startswith("The network reads 1")
    one = answers(tab)
    pad.press("ArrowRight")
    assert answers(tab) == one  # the pen is up
    press(tab, "undo")
    assert told(tab).startswith("There is no ink")


def test_a_wish_turns_the_gradient_and_steps_on_the_pixels_fulfil_it(open_page):
    tab = open_page(page(DigitPad(sample="4", digit="8")))
    tab.wait_for_timeout(100)
    before = picture(tab, 1)
    tab.locator('.bp-bars input[value="7"]').check()
    assert "more of a 7" in told(tab)
    tab.wait_for_function("before => document.querySelectorAll('canvas')[1].toDataURL() !== before", arg=before)
    mine, pad = answers(tab), picture(tab, 0)
    press(tab, "one step")
    first, then = re.search(r"Steps on the pixels: 1\. They took 7 from (.+) % to (.+) %\.", told(tab)).groups()
    assert first != then  # two numbers below one per cent, but not the same
    press(tab, "make it a 7")
    tab.wait_for_function("document.querySelector('.bp-told').innerText.startsWith('The network reads 7, with 99 %')")
    assert re.search(r"pixels: \d+\. They took 7 from .+ % to 99 %\. The picture moved by [\d.]+;", told(tab))
    assert picture(tab, 0) == pad  # the drawing stays
    press(tab, "back to my drawing")
    assert answers(tab) == mine


def test_another_wish_ends_a_walk(open_page):
    tab = open_page(page(DigitPad(sample="4", digit="7")))
    press(tab, "make it a 7")
    tab.wait_for_function("document.querySelector('.bp-told').innerText.includes('Steps on the pixels: 2')")
    tab.locator('.bp-bars input[value="0"]').check()
    assert tab.get_by_role("button", name="make it a 0").is_visible()
    now = answers(tab)
    tab.wait_for_timeout(300)
    assert answers(tab) == now


def test_with_reduced_motion_a_press_goes_ten_steps_at_once(open_page):
    tab = open_page(page(DigitPad(sample="4", digit="7")), reduced_motion="reduce")
    press(tab, "make it a 7")
    first = told(tab)
    assert "Steps on the pixels: 10." in first
    tab.wait_for_timeout(300)
    assert told(tab) == first


def test_drawing_after_a_descent_starts_from_the_drawing(open_page):
    tab = open_page(page(DigitPad(sample="", digit="7")))
    draw(tab, ONE)
    press(tab, "one step")
    draw(tab, [(0.2, 0.5), (0.2, 0.5)])
    assert "Steps on the pixels" not in told(tab)
    press(tab, "undo")
    assert told(tab).startswith("The network reads 1")


def test_an_image_that_python_sets_is_shown(open_page):
    pad = DigitPad(sample="")
    pad.image = DigitPad(sample="6").image
    tab = open_page(page(pad))
    assert told(tab).startswith("The network reads 6")
    press(tab, "back to my drawing")
    assert told(tab).startswith("There is no ink")


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390, 1000])
def test_it_fits(open_page, width, lang):
    tab = open_page(page(DigitPad(digit="8"), lang=lang, theme="dark"), width=width)
    tab.locator(".bp-deeds button").nth(1).click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    rows = tab.locator(".bp-bars label").evaluate_all("nodes => nodes.map((n) => [n.scrollWidth, n.clientWidth])")
    assert all(inner <= outer for inner, outer in rows)
    assert tab.locator(".bp.bp-dark").count() == 1
