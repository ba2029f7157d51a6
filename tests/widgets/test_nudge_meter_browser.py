"""The nudge meter under a reader's hands: any number can be pushed, and the page says what Python computes."""

import re

import numpy as np
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
    assert "Not nudged yet" in told(tab)
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
    assert "Not nudged yet" in told(tab)


def test_a_kept_push_becomes_the_value_and_reset_brings_the_book_back(open_page):
    tab = open_page(page(NudgeMeter(chosen="a01")))
    assert tab.get_by_role("button", name="keep this nudge").is_disabled()
    press(tab, "−1")
    press(tab, "keep this nudge")
    assert told(tab).startswith("x₁ = 0.000")
    choose(tab, "W111")
    press(tab, "+1")
    assert "did not move" in told(tab)
    assert "multiplied by 0" in told(tab)
    choose(tab, "z11")
    assert tab.get_by_role("button", name="keep this nudge").is_disabled()
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


@pytest.mark.parametrize(("chosen", "nudge"), [("b21", 0.5), ("W112", -1.0), ("y22", 0.25)])
def test_curve_tangent_and_points_are_drawn_in_the_units_of_push_and_loss(show, chosen, nudge):
    meter = NudgeMeter(chosen=chosen, nudge=nudge)
    screen = show(meter)
    drawing = screen.drawn(1)
    x, y = drawing.axis("x"), drawing.axis("y")
    assert x.is_even()
    assert y.is_even()
    loss = lambda h: NudgeMeter(chosen=chosen, nudge=h).loss  # noqa: E731
    (curve,) = drawing.lines("blue", [], 2.5)
    np.testing.assert_allclose([x(px) for px, _ in curve], np.linspace(-2, 2, 81), atol=1e-6)
    for px, py in curve[::20]:
        assert y(py) == pytest.approx(loss(round(x(px), 6)), rel=1e-6, abs=1e-9)
    (tangent,) = drawing.lines("red", [7, 5])
    np.testing.assert_allclose(
        [(x(px), y(py)) for px, py in tangent], [(h, loss(0.0) + h * meter.gradient) for h in (-2, 2)], atol=1e-6
    )
    (gap,) = drawing.lines("ink", [], 3)
    wanted = [(nudge, loss(0.0) + nudge * meter.gradient), (nudge, meter.loss)]
    np.testing.assert_allclose([(x(px), y(py)) for px, py in gap], wanted, atol=1e-6)
    (start,), (here,) = drawing.markers("circle", "soft"), drawing.markers("circle", "blue")
    np.testing.assert_allclose((x(start["at"][0]), y(start["at"][1])), (0, loss(0.0)), atol=1e-4)
    np.testing.assert_allclose((x(here["at"][0]), y(here["at"][1])), (nudge, meter.loss), atol=1e-4)
    assert f"slope {screen.number(meter.gradient)}" in screen.label(1)


def test_the_meter_is_as_full_as_the_loss_and_its_mark_stays_at_the_unpushed_one(show):
    meter = NudgeMeter(chosen="b21", nudge=-1.5)
    screen = show(meter)
    fill, mark = screen.tab.locator(".bp-bar i"), screen.tab.locator(".bp-bar b")
    width = float(fill.evaluate("node => node.style.width").rstrip("%"))
    left = float(mark.evaluate("node => node.style.left").rstrip("%"))
    assert width == pytest.approx(200 * meter.loss, rel=1e-3)
    assert left == pytest.approx(200 * NudgeMeter(chosen="b21").loss, rel=1e-3)
    assert screen.tab.locator(".bp-bar").get_attribute("aria-label") == f"Loss meter: {meter.loss:.3f}"
    assert screen.tab.locator(".bp-wide > output").first.inner_text() == f"{meter.loss:.4f}"
    screen.set(nudge=0)
    assert float(fill.evaluate("node => node.style.width").rstrip("%")) == pytest.approx(left, rel=1e-3)


def test_what_moves_is_marked_with_the_way_it_went_and_nothing_else(show):
    """A push of b⁽²⁾₁ by 1 raises z⁽²⁾₁ and ŷ₁; the edges to them do not move."""
    screen = show(NudgeMeter(chosen="b21", nudge=1.0))
    cells = screen.tab.locator(".bp-net input")
    texts = dict(
        zip(
            cells.evaluate_all("nodes => nodes.map(node => node.value)"),
            cells.evaluate_all("nodes => nodes.map(node => node.nextSibling.textContent)"),
            strict=True,
        )
    )
    assert {name for name, text in texts.items() if set("↑↓") & set(text)} == {"b21", "z21", "a21"}
    assert {texts[name][:2] for name in ("b21", "z21", "a21")} == {"b↑", "z↑", "ŷ↑"}
    assert texts["b21"] == "b↑1.200"
    assert (texts["a01"], texts["a11"][0], texts["a22"][0], texts["y21"], texts["W111"]) == (
        "x 1.000", "a", "ŷ", "y 1.000", "0.200",
    )  # fmt: skip
    screen.set(nudge=-1.0)
    assert cells.nth(0).evaluate("node => node.className.trim()") == ""
    assert screen.tab.locator(".bp-net input[value=a21] + span").inner_text().startswith("ŷ↓")
    label = screen.tab.locator(".bp-net input[value=z21]").get_attribute("aria-label")
    assert re.fullmatch(r"z⁽²⁾₁ −?\d\.\d{3}", label)


def test_edges_that_carry_the_push_are_blue(show):
    screen = show(NudgeMeter(chosen="a11", nudge=1.0))
    moved = screen.drawn(0).lines("blue", [], 3)
    still = screen.drawn(0).lines("line", [], 1.5)
    assert (len(moved), len(still)) == (2, 6)
    assert len({line[0] for line in moved}) == 1  # both leave the first hidden unit
    assert moved[0][0][1] == min(line[0][1] for line in still if line[0][0] == moved[0][0][0]) or len(still) == 6
    boxes = [op["stroke"] for op in screen.drawn(0) if op["op"] == "stroke" and op["path"][0][0] == "roundRect"]
    assert boxes == ["soft", "soft", "blue", "soft", "blue", "blue"]


def test_the_push_is_fine_near_zero_and_each_button_pushes_what_it_says(show):
    screen = show(NudgeMeter())
    bar = screen.tab.get_by_role("slider", name="nudge h")
    for knob, push in ((1, 2), (0.5, 0.5), (-0.5, -0.5), (0.1, 0.02), (-1, -2)):
        bar.fill(str(knob))
        assert screen.get("nudge") == pytest.approx(push)
        assert float(bar.input_value()) == pytest.approx(knob)
        assert bar.get_attribute("aria-valuetext") == ("+" if push > 0 else "−") + f"{abs(push):g}"
    for name, push in (("−1", -1), ("−0.1", -0.1), ("−0.01", -0.01), ("+0.01", 0.01), ("+0.1", 0.1), ("+1", 1)):
        screen.press(name)
        assert screen.get("nudge") == push


@pytest.mark.parametrize(
    ("chosen", "trait", "k"), [("a02", "x", 1), ("y21", "y", 0), ("W121", "weights", 2), ("b22", "weights", 11)]
)
def test_a_push_that_is_kept_goes_into_its_own_number(show, chosen, trait, k):
    screen = show(NudgeMeter(chosen=chosen, nudge=0.5))
    before = screen.get(trait)
    screen.press("keep this nudge")
    assert screen.get(trait) == pytest.approx([v + 0.5 * (j == k) for j, v in enumerate(before)])
    assert screen.get("nudge") == 0
    assert screen.tab.get_by_role("button", name="keep this nudge").is_disabled()
    screen.press("reset")
    assert screen.get(trait) == before


@pytest.mark.parametrize("chosen", ["z11", "a12", "z22", "a21"])
def test_a_push_on_what_a_formula_gives_cannot_be_kept(show, chosen):
    screen = show(NudgeMeter(chosen=chosen, nudge=0.5))
    assert screen.tab.get_by_role("button", name="keep this nudge").is_disabled()
    assert "is added to what the formula" in screen.tab.locator(".bp-told").inner_text()


def test_the_sentences_hold_the_numbers_of_the_package(show):
    meter = NudgeMeter(chosen="W211", nudge=0.1)
    screen = show(meter)
    told = screen.tab.locator(".bp-told").inner_text()
    before, number = NudgeMeter(chosen="W211").loss, screen.number
    change = meter.loss - before
    assert f"w⁽²⁾₁₁ = 0.700, a weight. The loss is {before:.4f}." in told
    assert f"Nudged by +0.1, the loss fell by {number(-change)}, from {before:.4f} to {meter.loss:.4f}." in told
    assert f"Per unit that is {number(meter.per_unit)}; backpropagation says {number(meter.gradient)}." in told
    promise = 0.1 * meter.gradient
    off = float(f"{abs(change - promise):.1e}")  # two digits
    assert f"The straight line promised {number(promise)}; it is off by {off:g}." in told
    screen.press("−0.1")
    assert "the loss rose by" in screen.tab.locator(".bp-told").inner_text()


def test_before_the_prediction_the_answer_is_hidden_everywhere(show):
    screen = show(NudgeMeter(predict=True, nudge=0.5))
    drawing = screen.drawn(1)
    assert "?" in drawing.words()
    assert drawing.lines("blue") == []
    assert screen.label(1) == "The curve appears after your prediction."
    assert screen.tab.get_by_role("slider", name="nudge h").is_disabled()
    assert screen.tab.get_by_role("button", name="+0.1", exact=True).is_disabled()
    assert screen.tab.locator(".bp-told p").all_inner_texts() == [""] * 4
    screen.set(guess="0.03")
    assert screen.tab.get_by_role("slider", name="nudge h").is_enabled()
    assert "?" not in screen.drawn(1).words()
