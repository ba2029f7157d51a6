"""The digit pad under a reader's hands: mouse, finger and keys draw, and the page says what the network makes of it."""

import re

import numpy as np
import pytest
from harness import page, run_node

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
    tab.wait_for_function(
        "() => document.querySelector('.bp-told').innerText.startsWith('The network reads 7, with 99 %')"
    )
    assert re.search(
        r"pixels: \d+\. They took 7 from .+ % to 99 %\. The picture walked [\d.]+ of the [\d.]+ to", told(tab)
    )
    assert picture(tab, 0) == pad  # the drawing stays
    press(tab, "back to my drawing")
    assert answers(tab) == mine


def test_another_wish_ends_a_walk(open_page):
    tab = open_page(page(DigitPad(sample="4", digit="7")))
    press(tab, "make it a 7")
    tab.wait_for_function("() => document.querySelector('.bp-told').innerText.includes('Steps on the pixels: 2')")
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


def test_more_ink_is_blue_with_a_plus_and_less_is_orange_with_a_minus(show):
    pad = DigitPad(sample="3", digit="8")
    drawing = show(pad).drawn(1)
    rects = [op for op in drawing if op["op"] == "fillRect"]
    cell = rects[0]["box"][2] - 0.5
    tints = {}
    for op in rects:
        if op["fill"] in ("#3b8fe0", "#ef8a17"):
            column, row = (round(v / cell) for v in op["box"][:2])
            tints[28 * row + column] = (op["fill"], op["alpha"])
    strength = np.abs(pad.gradient) / np.abs(pad.gradient).max()
    room = np.where(pad.gradient < 0, 1 - pad.image, pad.image)
    for k, (colour, alpha) in tints.items():
        assert colour == ("#3b8fe0" if pad.gradient[k] < 0 else "#ef8a17")
        assert alpha == pytest.approx(0.85 * strength[k] * (1 if room[k] > 0.1 else 0.3), abs=1e-4)
    greys = [op for op in rects if op["alpha"] == 1 and op["box"][2] > cell]
    assert len(greys) == len(tints) == 784
    assert [int(re.match(r"#(..)", hexed(op["fill"]))[1], 16) for op in greys] == [round(255 * v) for v in pad.image]
    marked = (strength >= 0.35) & (room > 0.1)
    bars = [op for op in rects if op["box"][2] < cell]
    assert len(bars) == marked.sum() + (marked & (pad.gradient < 0)).sum()


def hexed(colour: str) -> str:
    """A colour of the palette is met by its name; all greys here are plain."""
    return {"paper": "#ffffff"}.get(colour, colour)


def test_bars_show_the_packages_probabilities_and_the_best_is_marked(show):
    pad = DigitPad(sample="5")
    screen = show(pad)
    p = pad.probabilities
    widths = screen.tab.locator(".bp-bars i").evaluate_all("nodes => nodes.map(node => parseFloat(node.style.width))")
    np.testing.assert_allclose(widths, 100 * p, atol=1e-3)
    labels = screen.tab.locator(".bp-bars input").evaluate_all("n => n.map(node => node.getAttribute('aria-label'))")
    for digit, (label, text) in enumerate(
        zip(labels, screen.tab.locator(".bp-bars output").all_inner_texts(), strict=True)
    ):
        shown = "99" if 0.9949 < p[digit] < 1 else f"{round(100 * p[digit])}"
        assert label == f"{digit}, {shown} per cent"
        assert text == f"{shown} %"
    best = screen.tab.locator(".bp-bars .bp-best input").evaluate_all("nodes => nodes.map(node => node.value)")
    assert best == [str(p.argmax())]
    assert f"The network reads {p.argmax()}" in screen.tab.locator(".bp-told").inner_text()


def test_buttons_are_on_exactly_where_they_can_do_something(show):
    screen = show(DigitPad(sample=""))
    names = ("undo", "clear", "one step", "back to my drawing")
    on = {name: screen.tab.get_by_role("button", name=name, exact=True) for name in names}
    assert [node.is_enabled() for node in on.values()] == [False, False, True, False]
    screen.set(sample="3")
    assert [node.is_enabled() for node in on.values()] == [False, True, True, False]
    screen.press("one step")
    assert [node.is_enabled() for node in on.values()] == [False, True, True, True]
    screen.press("back to my drawing")
    assert screen.get("_pixels") == []
    assert on["back to my drawing"].is_disabled()
    screen.set(digit="3")  # it is sure of this: nothing to walk for
    assert [screen.tab.get_by_role("button", name=name).is_disabled() for name in ("one step", "make it a 3")] == [
        True
    ] * 2


def test_python_gets_the_image_that_the_network_sees_after_every_stroke(show):
    screen = show(DigitPad(sample=""))
    screen.tab.locator(".bp-pad").focus()
    images = []
    for way in ("ArrowDown", "ArrowRight"):
        for key in (" ", *[way] * 8, " "):
            screen.tab.keyboard.press(key)
        images.append(screen.get("_pixels"))
        pad = DigitPad(sample="")
        pad.image = np.array(images[-1])
        assert pad.image.max() > 0.9
        said = screen.tab.locator(".bp-bars output").all_inner_texts()
        assert [float(text.removesuffix(" %")) for text in said] == pytest.approx(list(100 * pad.probabilities), abs=1)
    assert images[0] != images[1]
    for image in (images[0], []):
        screen.press("undo")
        assert screen.get("_pixels") == image


@pytest.mark.parametrize(("share", "sure"), [(0.45, False), (0.5, True)])
def test_the_network_is_torn_below_sixty_per_cent(show, share, sure):
    four, nine = (DigitPad(sample=digit).image for digit in "49")
    pad = DigitPad(sample="")
    pad.image = (1 - share) * four + share * nine
    assert bool(pad.probabilities.max() >= 0.6) is sure
    assert pad.probabilities.max() > 0.5
    told = show(pad).tab.locator(".bp-told").inner_text()
    assert told.startswith("The network reads 9" if sure else "The network is torn: 9 with")


def test_clear_takes_the_sample_and_the_strokes_away(show):
    screen = show(DigitPad(sample="4"))
    pad = screen.tab.locator("canvas").first
    pad.focus()
    for key in (" ", "ArrowRight", "ArrowRight", "ArrowDown", " "):
        screen.tab.keyboard.press(key)
    assert len(screen.get("_strokes")) == 1
    assert screen.get("_strokes")[0][:2] == [56, 56]
    assert screen.get("_strokes")[0][-2:] == [64, 60]
    screen.press("clear")
    assert [screen.get(name) for name in ("sample", "_strokes", "_pixels")] == ["", [], []]
    assert "There is no ink" in screen.tab.locator(".bp-told").inner_text()


def test_a_pen_moved_by_keys_is_shown_thick_when_it_is_down(show):
    screen = show(DigitPad(sample=""))
    assert [op for op in screen.drawn() if op["op"] == "stroke"] == []
    screen.tab.locator("canvas").first.focus()
    screen.tab.keyboard.press("ArrowLeft")
    width = screen.tab.locator("canvas").first.evaluate("node => node.clientWidth")
    (ring,) = (op for op in screen.drawn() if op["op"] == "stroke")
    assert (ring["stroke"], ring["width"]) == ("orange", 2)
    np.testing.assert_allclose(ring["path"][0][1:3], [52 / 112 * width, width / 2], atol=1e-3)
    screen.tab.keyboard.press(" ")
    (ring,) = (op for op in screen.drawn() if op["op"] == "stroke")
    assert ring["width"] == 4
    assert screen.announced() == "The pen is down."


def test_walking_goes_at_its_pace_until_it_is_sure_and_tells_how_far(show):
    pad = DigitPad(sample="3", digit="8")
    screen = show(pad)
    screen.press("make it an 8")
    screen.tab.get_by_role("button", name="make it an 8").wait_for(timeout=60_000)
    screen.tab.wait_for_function("() => document.querySelector('.bp-told').textContent.includes('Steps on the pixels')")
    assert screen.tab.evaluate("paces") == [40]
    after = DigitPad(sample="3", digit="8")
    after.image = screen.get("_pixels")
    assert after.probabilities[8] >= 0.99
    told, number = screen.tab.locator(".bp-told").inner_text(), screen.number
    far = np.linalg.norm(after.image - pad.image)
    whole = np.linalg.norm(DigitPad(sample="8").image - pad.image)
    assert f"They took 8 from {number(100 * pad.probabilities[8])} % to 99 %." in told
    assert f"The picture walked {number(far)} of the {number(whole)} to the real 8 below." in told
    assert int(re.search(r"Steps on the pixels: (\d+)", told)[1]) > 1


@pytest.mark.parametrize(("shares", "texts"), [([0.996, 0.5, 1, 0.994, 0.0049], ["99", "50", "100", "99", "0"])])
def test_a_share_just_below_one_is_never_shown_as_all(shares, texts, tmp_path):
    assert run_node(DigitPad, tmp_path, "const result = data.map(widget.percent);", shares) == texts


def test_a_walk_to_the_digit_that_it_is_says_how_far_and_not_of_what(show):
    screen = show(DigitPad(sample="5", digit="5"))  # the network is not sure of it yet
    screen.press("one step")
    assert "The picture moved by " in screen.tab.locator(".bp-told").inner_text()


def to_the_rim(tab):
    draw(tab, [(0.5, 0.5), (0.9, 0.5)])


def test_a_one_that_is_dragged_to_the_rim_stays_a_one_as_long_as_it_is_centred_first(open_page):
    tab = open_page(page(DigitPad(sample="")))
    draw(tab, ONE)
    one, there = answers(tab), picture(tab, 0)
    press(tab, "move it")
    to_the_rim(tab)
    tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=there)
    assert answers(tab) == one
    tab.get_by_label("off", exact=True).check()
    assert answers(tab)[1] < 50
    assert "reads 1" not in told(tab)
    tab.get_by_label("on", exact=True).check()
    assert answers(tab) == one
    press(tab, "undo")  # the stroke, wherever it was moved to
    assert told(tab).startswith("There is no ink")


def test_a_finger_moves_the_drawing(open_page):
    pad = DigitPad(sample="1", centring="off")
    tab = open_page(page(pad), width=390, height=600, has_touch=True, is_mobile=True)
    before = answers(tab)
    tab.get_by_role("button", name="move it").tap()
    points = places(tab, [(0.5 + 0.05 * k, 0.5) for k in range(8)])
    touch = tab.context.new_cdp_session(tab)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 7], points, strict=True):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert answers(tab)[1] < before[1] - 40


def test_an_arrow_moves_the_drawing_by_a_pixel_and_python_gets_it(show):
    screen = show(DigitPad(sample="1", centring="off"))
    mover = screen.tab.get_by_role("button", name="move it")
    assert mover.get_attribute("aria-pressed") == "false"
    mover.click()
    assert mover.get_attribute("aria-pressed") == "true"
    screen.tab.locator(".bp-pad").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", " "):
        screen.tab.keyboard.press(key)
    assert screen.get("_shift") == [8, 4]
    moved = DigitPad()
    moved.image = screen.get("_pixels")
    wanted = np.roll(DigitPad(sample="1").image.reshape(28, 28), (1, 2), axis=(0, 1))
    np.testing.assert_allclose(moved.image.reshape(28, 28), wanted, atol=1e-4)
    assert [op for op in screen.drawn() if op["op"] == "stroke"] == []  # no pen to show
    screen.press("clear")
    assert [screen.get(name) for name in ("sample", "_shift", "_pixels")] == ["", [], []]


def test_ink_goes_where_the_pen_is_also_on_a_drawing_that_was_moved(show):
    screen = show(DigitPad(sample="", centring="off"))
    screen.press("move it")
    screen.tab.locator(".bp-pad").focus()
    for _ in range(5):
        screen.tab.keyboard.press("ArrowRight")
    screen.press("move it")
    screen.tab.locator(".bp-pad").focus()
    for key in (" ", *["ArrowDown"] * 4, " "):
        screen.tab.keyboard.press(key)
    assert screen.get("_strokes")[0][:2] == [36, 56]  # 20 cells to the left of the pen, which is in the middle
    image = np.array(screen.get("_pixels")).reshape(28, 28)
    assert image.sum(axis=0) @ np.arange(28) / image.sum() == pytest.approx(13.5, abs=0.01)


def test_another_sample_begins_in_the_middle(show):
    screen = show(DigitPad(sample="1"))
    screen.press("move it")
    screen.tab.locator(".bp-pad").focus()
    screen.tab.keyboard.press("ArrowUp")
    assert screen.get("_shift") == [0, -4]
    screen.tab.locator('.bp-start input[value="2"]').check()
    assert [screen.get(name) for name in ("_shift", "_pixels")] == [[], []]
