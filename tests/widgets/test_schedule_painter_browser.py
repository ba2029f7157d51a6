"""The schedule painter under a reader's hands: painting, keys and named schedules show what Python computes."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from harness import page

from backprop.widgets.schedule_painter import COLUMNS, CURVATURES, NAMED, SchedulePainter, expected, one_run


def said(tab):
    return tab.locator(".bp-why").inner_text()


def end_loss(tab):
    score = tab.locator(".bp-why + p").inner_text()
    return float(re.search(r"200 steps: ([\d.]+)\. ", score).group(1))


def paper(tab):
    return tab.locator("canvas").first


def spot(tab, column, rate):
    """The pixel of a column and of a rate on the painting area."""
    box = paper(tab).bounding_box()
    left, top, right, bottom = 47, 25, box["width"] - 15, box["height"] - 23
    x = left + (column + 0.5) / COLUMNS * (right - left)
    return box["x"] + x, box["y"] + bottom - (math.log10(rate) + 3) / 3 * (bottom - top)


def painted(tab):
    tab.wait_for_timeout(400)
    text = re.search(r"painted=([\d.,e-]+)", tab.url).group(1)
    return [float(part) for part in text.split(",")]


@pytest.mark.parametrize("name", NAMED)
def test_a_named_schedule_ends_where_python_says(open_page, name):
    tab = open_page(page(SchedulePainter(schedule=name, learning_rate=0.3)))
    assert end_loss(tab) == pytest.approx(SchedulePainter(schedule=name, learning_rate=0.3).loss, rel=6e-3)


def test_a_stroke_paints_every_column_that_it_crosses_and_the_loss_follows(open_page):
    tab = open_page(page(SchedulePainter()))
    tab.mouse.move(*spot(tab, 2, 0.3))
    tab.mouse.down()
    tab.mouse.move(*spot(tab, 37, 0.01), steps=3)
    tab.mouse.up()
    rates = painted(tab)
    assert tab.get_by_label("painted").is_checked()
    assert rates[2] == pytest.approx(0.3, rel=0.1)
    assert rates[37] == pytest.approx(0.01, rel=0.1)
    assert all(one > two for one, two in pairwise(rates[2:38]))
    assert end_loss(tab) == pytest.approx(SchedulePainter(schedule="painted", painted=rates).loss, rel=6e-3)
    tab.get_by_label("constant", exact=True).check(force=True)
    assert "noise floor of η = 0.2" in said(tab)


def test_painting_above_the_limit_late_is_told_with_its_step(open_page):
    tab = open_page(page(SchedulePainter(schedule="constant", learning_rate=0.1)))
    tab.mouse.move(*spot(tab, 20, 0.9))
    tab.mouse.down()
    tab.mouse.move(*spot(tab, 39, 0.9), steps=5)
    tab.mouse.up()
    assert "It diverges. At step 101 η passed 2/λ = 0.4" in said(tab)


def test_arrow_keys_choose_a_column_and_change_its_rate(open_page):
    tab = open_page(page(SchedulePainter(schedule="constant", learning_rate=0.1)))
    tab.evaluate("window.heard = 0; addEventListener('keydown', () => window.heard++)")
    paper(tab).focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft", "ArrowUp", "Shift+ArrowUp"):
        paper(tab).press(key)
    rates = painted(tab)
    assert rates[6] == pytest.approx(0.1 * 10**0.3, rel=0.01)
    assert set(rates[:6] + rates[7:]) == {0.1}
    assert "Steps 31 to 35: η = 0.199" in paper(tab).get_attribute("aria-label")
    for key in ("End", "ArrowRight", *["Shift+ArrowDown"] * 20):
        paper(tab).press(key)
    assert painted(tab)[39] == 0.001
    assert tab.evaluate("window.heard") == 0


def test_a_tap_of_a_finger_paints_one_column(open_page):
    widget = SchedulePainter(schedule="constant", learning_rate=0.1)
    tab = open_page(page(widget), width=390, has_touch=True, is_mobile=True)
    tab.touchscreen.tap(*spot(tab, 30, 0.005))
    rates = painted(tab)
    assert rates[30] == pytest.approx(0.005, rel=0.15)
    assert len(set(rates)) == 2


def test_both_pictures_change_with_the_schedule(open_page):
    tab = open_page(page(SchedulePainter()))
    before = [canvas.evaluate("node => node.toDataURL()") for canvas in tab.locator("canvas").all()]
    tab.get_by_label("first rate η₀").press("End")
    tab.wait_for_timeout(100)
    after = [canvas.evaluate("node => node.toDataURL()") for canvas in tab.locator("canvas").all()]
    assert all(one != two for one, two in zip(before, after, strict=True))
    assert "It diverges" in said(tab)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("rate", [0.001, 1.0])
def test_at_the_ends_nothing_is_cut_off_and_no_number_is_broken(open_page, rate, lang):
    for name in [*NAMED, "painted"]:
        widget = SchedulePainter(schedule=name, learning_rate=rate, painted=[rate] * COLUMNS)
        tab = open_page(page(widget, lang=lang, theme="dark"), width=320)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        text = tab.locator(".bp-painter").inner_text()
        assert not re.search(r"NaN|undefined|Infinity|\{", text)


def test_an_address_brings_back_a_painted_schedule_and_nonsense_is_ignored(open_page):
    rates = ",".join(["0.2"] * 20 + ["0.01"] * 20)
    tab = open_page(page(SchedulePainter()), fragment=f"#w1.schedule=painted&w1.painted={rates}")
    wanted = SchedulePainter(schedule="painted", painted=[0.2] * 20 + [0.01] * 20).loss
    assert end_loss(tab) == pytest.approx(wanted, rel=6e-3)
    tab = open_page(page(SchedulePainter()), fragment="#w1.schedule=zigzag&w1.painted=1,2&w1.learning_rate=7")
    assert end_loss(tab) == pytest.approx(SchedulePainter().loss, rel=6e-3)


def line_in_units(drawing, colour, dash, width=None):
    x, y = drawing.axis("x"), drawing.axis("y", log=True)
    assert x.is_even()
    assert y.is_even()
    lines = [line for line in drawing.lines(colour, dash, width)]
    return [np.array([(x(p[0]), y(p[1])) for p in line if p]) for line in lines]


def test_rates_the_limit_and_the_constant_are_drawn_by_step(show):
    painter = SchedulePainter(schedule="exponential", learning_rate=0.3)
    drawing = show(painter).drawn()
    (now,) = line_in_units(drawing, "blue", [])
    np.testing.assert_allclose(now[:, 0], np.repeat(np.arange(201), 2)[1:-1], atol=1e-6)
    np.testing.assert_allclose(now[::2, 1], painter.rates.clip(1e-3), rtol=1e-6)
    np.testing.assert_allclose(now[1::2, 1], painter.rates.clip(1e-3), rtol=1e-6)
    (limit,) = line_in_units(drawing, "red", [2, 3])
    np.testing.assert_allclose(limit, [(0, 2 / CURVATURES[0]), (200, 2 / CURVATURES[0])], atol=1e-6)
    (compare,) = line_in_units(drawing, "orange", [8, 4])
    np.testing.assert_allclose(compare, [(0, 0.3), (200, 0.3)], atol=1e-6)
    assert "2/λ = 0.4" in drawing.words()


def test_four_losses_are_drawn_by_step_each_in_its_colour(show):
    painter = SchedulePainter(schedule="cosine", learning_rate=0.2)
    drawing = show(painter).drawn(1)
    left, noise = expected(painter.rates)
    constant = sum(expected(np.full(200, 0.2)))
    run = one_run(painter.rates, np.array(painter.facts()["noise"]))
    for colour, dash, width, values in (
        ("blue", [], 3, left + noise), ("orange", [8, 4], 2, constant),
        ("red", [2, 3], 2, noise.clip(1e-9)), ("grey", [], 1, run.clip(1e-9)),
    ):  # fmt: skip
        (line,) = line_in_units(drawing, colour, dash, width)
        np.testing.assert_allclose(line[:, 0], np.arange(201), atol=1e-6)
        np.testing.assert_allclose(line[:, 1], values, rtol=1e-6)


def test_the_score_is_the_packages(show):
    painter = SchedulePainter(schedule="linear", learning_rate=0.25)
    screen = show(painter)
    left, noise = (part[-1] for part in expected(painter.rates))
    other, number = sum(expected(np.full(200, 0.25)))[-1], screen.number
    score = screen.tab.locator(".bp-painter > p").nth(2).inner_text()
    assert score == (
        f"Expected loss after 200 steps: {number(left + noise)}. Of this, {number(left)} is distance left, "
        f"{number(noise)} is noise. The constant η₀ = 0.25 ends at {number(other)}, the best constant at 0.0422, "
        "the best that can be painted at 0.0129."
    )
    assert screen.label(1) == (
        f"Expected loss over the steps: {number(left + noise)} at the end, {number(other)} with the constant rate"
    )


def test_two_strokes_leave_the_columns_between_them_alone(show):
    screen = show(SchedulePainter(schedule="painted"))
    box = screen.tab.locator("canvas").first.bounding_box()
    x, y = screen.drawn().axis("x"), screen.drawn().axis("y", log=True)
    before = screen.get("painted")
    mouse = screen.tab.mouse
    for column in (5, 30):
        px = np.interp((column + 0.5) * 5, [x(0), x(box["width"])], [0, box["width"]])
        mouse.move(box["x"] + 1 + px, box["y"] + 60)
        mouse.down()
        mouse.up()
    changed = [k for k, (a, b) in enumerate(zip(before, screen.get("painted"), strict=True)) if a != b]
    assert changed == [5, 30]
    assert screen.get("painted")[5] == pytest.approx(y(59), rel=0.05)
    mouse.move(box["x"] + 1 + np.interp(52.5, [x(0), x(box["width"])], [0, box["width"]]), box["y"] + 90)
    mouse.down()
    mouse.move(box["x"] + 1 + np.interp(77.5, [x(0), x(box["width"])], [0, box["width"]]), box["y"] + 90)
    mouse.up()
    after = screen.get("painted")
    assert len(set(after[10:16])) == 1  # one stroke leaves no gap
    assert after[16] == before[16]


def test_keys_choose_a_column_and_change_its_rate_and_shift_takes_larger_strides(show):
    screen = show(SchedulePainter(schedule="painted"))
    screen.tab.locator("canvas").first.focus()
    seen = []
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft"):
        screen.tab.keyboard.press(key)
        seen.append(int(re.search(r"Steps (\d+) to", screen.label())[1]))
    assert seen == [6, 31, 26, 196, 196, 1, 1]
    for key, factor in (("ArrowUp", 10**0.05), ("ArrowDown", 1), ("Shift+ArrowUp", 10**0.25), ("Shift+ArrowDown", 1)):
        screen.tab.keyboard.press(key)
        assert screen.get("painted")[0] == pytest.approx(0.1 * factor, rel=1e-2)
        assert screen.get("painted")[1:] == [0.1] * 39
    x = screen.drawn().axis("x")
    (column,) = screen.drawn().boxes("fillRect", "fill")
    assert (x(column[0]), x(column[0] + column[2])) == (pytest.approx(0), pytest.approx(5))
    screen.tab.locator("canvas").first.blur()
    assert screen.drawn().boxes("fillRect", "fill") == []
