"""The knob board under a reader's hands: what the page says is what Python computes, and the best by hand is kept."""

import re

import pytest
from harness import page

from backprop.widgets.knob_board import NAMES, START, KnobBoard, descend, loss_and_slopes

LABELS = ["w₁₁", "w₂₁", "b₁", "w₁₂", "w₂₂", "b₂", "w₁₃", "w₂₃", "b₃"]
STEPS = 'document.querySelector(".bp-rest p").textContent'


def losses(tab):
    """The loss now, and the reader's best, None before there is one."""
    text = tab.locator(".bp-read").inner_text()
    now, best = re.search(r"Loss ([\d.]+),", text), re.search(r"by hand: ([\d.]+),", text)
    return float(now[1]), best and float(best[1])


def drag_to(tab, label, value):
    tab.get_by_label(label).fill(str(value))


def press(tab, name):
    tab.get_by_role("button", name=name).click()


def test_the_loss_on_the_page_is_pythons_while_the_knobs_are_turned(open_page):
    knobs = list(START)
    tab = open_page(page(KnobBoard()))
    assert losses(tab) == (pytest.approx(loss_and_slopes(knobs)[0], rel=6e-3), None)
    for k, value in ((8, 0.5), (6, 1.2), (1, 2.0), (3, -4.0), (5, 4.0)):
        drag_to(tab, LABELS[k], value)
        knobs[k] = value
        assert losses(tab)[0] == pytest.approx(loss_and_slopes(knobs)[0], rel=6e-3)


def test_keys_move_a_knob_and_the_picture_follows(open_page):
    tab = open_page(page(KnobBoard()))
    before = tab.locator("canvas").first.evaluate("node => node.toDataURL()")
    for _ in range(4):
        tab.get_by_label("b₃").press("ArrowRight")
    assert losses(tab)[0] == pytest.approx(loss_and_slopes([*START[:8], 0.2])[0], rel=6e-3)
    tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)


@pytest.mark.parametrize(("key", "value"), [("Home", -4.0), ("End", 4.0)])
def test_at_the_ends_of_all_sliders_the_page_agrees_and_descent_still_runs(open_page, key, value):
    tab = open_page(page(KnobBoard()))
    for label in LABELS:
        tab.get_by_label(label).press(key)
    assert losses(tab)[0] == pytest.approx(loss_and_slopes([value] * 9)[0], rel=6e-3)
    press(tab, "let descent do it")
    tab.wait_for_function(f"/ [1-9]/.test({STEPS})")
    assert losses(tab)[0] < loss_and_slopes([value] * 9)[0]


def test_the_best_by_hand_is_kept_and_can_be_taken_up_again(open_page):
    tab = open_page(page(KnobBoard()))
    assert tab.get_by_role("button", name="back to my best").is_disabled()
    drag_to(tab, "b₃", 0.5)
    best = losses(tab)[0]
    drag_to(tab, "b₃", 3)
    assert losses(tab) == (pytest.approx(loss_and_slopes([*START[:8], 3.0])[0], rel=6e-3), best)
    press(tab, "reset")
    assert losses(tab) == (pytest.approx(loss_and_slopes(START)[0], rel=6e-3), best)
    press(tab, "back to my best")
    assert losses(tab) == (best, best)


def test_descent_arrives_where_python_does_and_what_it_found_is_not_the_readers(open_page):
    tab = open_page(page(KnobBoard()), reduced_motion="reduce")
    drag_to(tab, "b₃", 0.1)
    mine = losses(tab)[1]
    press(tab, "let descent do it")
    assert "1000 steps" in tab.locator(".bp-rest p").inner_text()
    arrived = loss_and_slopes(descend([*START[:8], 0.1])[-1])[0]
    assert losses(tab) == (pytest.approx(arrived, rel=6e-3), mine)
    tab.get_by_label("b₃").press("ArrowRight")
    assert losses(tab)[1] == mine
    press(tab, "reset")
    drag_to(tab, "b₃", 0.5)
    assert losses(tab)[1] < mine


def test_descent_can_be_paused_and_a_hand_on_a_knob_stops_it(open_page):
    tab = open_page(page(KnobBoard()))
    press(tab, "let descent do it")
    tab.wait_for_function(f"/ [1-9]/.test({STEPS})")
    tab.get_by_label("w₁₁").press("ArrowRight")
    stopped = tab.evaluate(STEPS)
    tab.wait_for_timeout(200)
    assert tab.evaluate(STEPS) == stopped
    press(tab, "let descent do it")
    press(tab, "pause")
    stopped = losses(tab)
    tab.wait_for_timeout(200)
    assert losses(tab) == stopped


def test_the_arrows_point_against_the_slope(open_page):
    tab = open_page(page(KnobBoard()))
    press(tab, "show the slopes")
    shown = tab.locator(".bp-slope").all_inner_texts()
    for text, slope, name in zip(shown, loss_and_slopes(START)[1], NAMES, strict=True):
        arrow, number = text.split()
        assert arrow == ("◀" if slope > 0 else "▶"), name
        assert float(number.replace("−", "-")) == pytest.approx(slope, abs=6e-4), name
    press(tab, "show the slopes")
    assert set(tab.locator(".bp-slope").all_inner_texts()) == {""}


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_cut_off_and_everything_is_named(open_page, width, lang):
    tab = open_page(page(KnobBoard(slopes=True), lang=lang, theme="dark"), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for label in LABELS:
        assert tab.get_by_label(label).is_visible()
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


def test_two_views_of_one_board_show_the_same(open_page):
    tab = open_page(page(KnobBoard(), copies=2))
    tab.get_by_label("b₃").first.fill("1")
    texts = tab.locator(".bp-read").all_inner_texts()
    assert len(texts) == 2
    assert texts[0] == texts[1]
