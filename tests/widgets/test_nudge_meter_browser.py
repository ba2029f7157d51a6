"""The nudge meter under a reader's hands: any number can be pushed, and the page says what Python computes."""

import re

import pytest
from harness import page

from backprop.widgets.nudge_meter import NUMBERS, NudgeMeter


def told(tab):
    return tab.locator(".bp-told").inner_text().replace("−", "-")


def choose(tab, name):
    tab.locator(f'.bp-net input[value="{name}"]').check()


def press(tab, name):
    tab.get_by_role("button", name=name, exact=True).click()


def test_every_number_can_be_chosen_and_pushed(open_page):
    tab = open_page(page(NudgeMeter()))
    assert "Not pushed yet" in told(tab)
    press(tab, "+0.1")
    for name in NUMBERS:
        choose(tab, name)
        meter = NudgeMeter(chosen=name, nudge=0.1)
        loss, unit, says = re.search(
            r"from 0\.1957 to ([\d.]+)\.\s+Per unit that is (\S+); backpropagation says (\S+)\.\s", told(tab)
        ).groups()
        assert float(loss) == pytest.approx(meter.loss, abs=6e-5), name
        assert float(unit) == pytest.approx(meter.per_unit, rel=6e-3), name
        assert float(says) == pytest.approx(meter.gradient, rel=6e-3), name


def test_only_what_lies_to_the_right_moves(open_page):
    tab = open_page(page(NudgeMeter(chosen="W211", nudge=1.0)))
    moved = tab.locator(".bp-moved").evaluate_all("inputs => inputs.map((input) => input.value)")
    assert set(moved) == {"W211", "z21", "a21"}
    choose(tab, "a01")
    moved = tab.locator(".bp-moved").evaluate_all("inputs => inputs.map((input) => input.value)")
    assert set(moved) == {"a01", *(kind + unit for kind in "za" for unit in ("11", "12", "21", "22"))}


def test_keys_choose_a_number_and_move_the_slider(open_page):
    tab = open_page(page(NudgeMeter(chosen="a01")))
    before = tab.locator("canvas").last.evaluate("node => node.toDataURL()")
    tab.locator(".bp-net input:checked").press("ArrowRight")
    assert told(tab).startswith("x₂ = 0.500")
    slider = tab.get_by_role("slider")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "+2×10⁻⁴"
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "+2"
    wanted = NudgeMeter(chosen="a02", nudge=2.0)
    assert f"to {wanted.loss:.4f}" in told(tab)
    tab.wait_for_function("before => [...document.querySelectorAll('canvas')].pop().toDataURL() !== before", arg=before)


def test_a_prediction_comes_before_the_answer(open_page):
    tab = open_page(page(NudgeMeter()))
    press(tab, "predict first")
    choose(tab, "b22")
    assert "backpropagation" not in told(tab)
    assert tab.get_by_role("slider").is_disabled()
    tab.get_by_role("radio", name="−0.1", exact=True).check()
    assert "the sign is wrong" in told(tab)
    assert "backpropagation says 0.112" in told(tab)
    choose(tab, "W111")
    assert "backpropagation" not in told(tab)
    tab.get_by_role("radio", name="−0.03", exact=True).check()
    assert "sign and size are right" in told(tab)
    press(tab, "predict first")
    assert "Not pushed yet" in told(tab)


def test_a_kept_push_becomes_the_value_and_reset_brings_the_book_back(open_page):
    tab = open_page(page(NudgeMeter(chosen="a01")))
    assert tab.get_by_role("button", name="keep this push").is_disabled()
    press(tab, "−1")
    press(tab, "keep this push")
    assert told(tab).startswith("x₁ = 0.000")
    choose(tab, "W111")
    press(tab, "+1")
    assert "did not move" in told(tab)
    assert "multiplied by 0" in told(tab)
    choose(tab, "z11")
    assert tab.get_by_role("button", name="keep this push").is_disabled()
    press(tab, "reset")
    assert "The loss is 0.1957" in told(tab)


def test_a_line_below_zero_is_called_impossible(open_page):
    tab = open_page(page(NudgeMeter(nudge=2.0)))
    assert "below 0" in told(tab)
    press(tab, "+0.1")
    assert "The straight line promised -0.0106" in told(tab)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [280, 390, 1000])
def test_it_fits_and_no_number_hides_another(open_page, width, lang):
    tab = open_page(page(NudgeMeter(nudge=-2.0, chosen="a01"), lang=lang, theme="dark"), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    boxes = tab.locator(".bp-net span").evaluate_all(
        "nodes => nodes.map((node) => node.getBoundingClientRect().toJSON())"
    )
    assert all(box["left"] >= 0 and box["right"] <= width for box in boxes)
    centres = [((box["left"] + box["right"]) / 2, (box["top"] + box["bottom"]) / 2) for box in boxes]
    for (x, y), box in zip(centres, boxes, strict=True):
        over = [b for b in boxes if b is not box and b["left"] < x < b["right"] and b["top"] < y < b["bottom"]]
        assert not over
