"""The schedule painter under a reader's hands: painting, keys and named schedules show what Python computes."""

import math
import re
from itertools import pairwise

import pytest
from harness import page

from backprop.widgets.schedule_painter import COLUMNS, NAMED, SchedulePainter


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
