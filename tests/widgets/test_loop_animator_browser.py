"""The loop animator under a reader's hands: stepping, dragging and playing show the package's numbers."""

import re

import pytest
from harness import page

from backprop.widgets.loop_animator import ROUNDS, STEPS, LoopAnimator, rounds


def numbers(text):
    return [float(part) for part in re.findall(r"-?\d+\.\d+", text.replace("−", "-"))]


def press(tab, name, times=1):
    for _ in range(times):
        tab.get_by_role("button", name=name, exact=True).click()


def box(tab, k, part):
    return tab.locator("section").nth(k).locator(f".bp-{part} span").all_inner_texts()


def caches(tab):
    return [
        name.rsplit("-", 1)[1] for name in tab.locator(".bp-cache").evaluate_all("all => all.map((n) => n.className)")
    ]


def report(tab):
    return tab.locator(".bp-report").inner_text()


def test_forward_fills_every_cache_with_the_packages_numbers(open_page):
    tab = open_page(page(LoopAnimator()))
    assert caches(tab) == ["empty"] * 5
    press(tab, "step", 5)
    assert caches(tab) == ["full"] * 5
    first = rounds(1.0, 0)[0]
    for k, name in enumerate(("x", "a1", "a1", "guess", "error")):
        assert numbers(box(tab, k, "cache")[0]) == pytest.approx(first[name], abs=5e-4)
    for k, name in enumerate(("z1", "a1", "z2", "guess")):
        assert numbers(box(tab, k, "out")[0]) == pytest.approx(first[name], abs=5e-4)
    assert "Loss 0.196" in report(tab)


def test_backward_reads_them_and_leaves_the_packages_gradients(open_page):
    tab = open_page(page(LoopAnimator(position=5)))
    press(tab, "step", 2)
    assert caches(tab) == ["full", "full", "full", "read", "read"]
    press(tab, "step", 3)
    assert caches(tab) == ["read"] * 5
    first = rounds(1.0, 0)[0]
    for k, layer in ((0, "1"), (2, "2")):
        dW, db = box(tab, k, "slope")
        assert numbers(dW) == pytest.approx(first["dW" + layer].ravel(), abs=5e-4)
        assert numbers(db) == pytest.approx(first["db" + layer], abs=5e-4)
    assert "0.196" in report(tab)


def test_the_update_changes_the_parameters_and_the_next_round_has_a_smaller_loss(open_page):
    tab = open_page(page(LoopAnimator(position=10)))
    before = box(tab, 2, "value")[0]
    press(tab, "step")
    assert box(tab, 2, "value")[0] != before
    assert numbers(box(tab, 2, "value")[0]) == pytest.approx(rounds(1.0, 1)[1]["W2"].ravel(), abs=5e-4)
    press(tab, "whole round")
    assert numbers(report(tab).split("Loss")[1])[0] == pytest.approx(rounds(1.0, 1)[1]["loss"], rel=6e-3)


@pytest.mark.parametrize("rate", [0.1, 10])
def test_at_both_ends_of_both_sliders_the_page_shows_what_python_computes(open_page, rate):
    tab = open_page(page(LoopAnimator()))
    tab.get_by_label("learning rate η").press("Home" if rate < 1 else "End")
    steps = tab.get_by_role("slider", name="step (drag")
    steps.press("End")
    assert f"Round {ROUNDS}, step {STEPS} of {STEPS}" in report(tab)
    assert numbers(report(tab).split("Loss")[1])[0] == pytest.approx(rounds(rate)[ROUNDS - 1]["loss"], rel=6e-3)
    assert numbers(box(tab, 0, "value")[0]) == pytest.approx(rounds(rate)[ROUNDS]["W1"].ravel(), abs=5e-4)
    assert tab.get_by_role("button", name="step", exact=True).is_disabled()
    steps.press("Home")
    assert "Nothing has run yet" in report(tab)
    assert tab.get_by_role("button", name="back").is_disabled()


def test_keys_step_and_dragging_back_drains_what_had_been_filled(open_page):
    tab = open_page(page(LoopAnimator()))
    steps = tab.get_by_role("slider", name="step (drag")
    for _ in range(3):
        steps.press("ArrowRight")
    assert caches(tab) == ["full", "full", "full", "empty", "empty"]
    steps.fill("130")
    steps.fill("1")
    assert caches(tab) == ["full", "empty", "empty", "empty", "empty"]
    assert "Round 1, step 1 of 11" in report(tab)


def test_playing_moves_on_by_itself_until_it_is_paused(open_page):
    tab = open_page(page(LoopAnimator()))
    press(tab, "play")
    tab.wait_for_function("document.querySelector('.bp-title').textContent.includes('step 1 of')")
    press(tab, "pause")
    stopped = report(tab)
    tab.wait_for_timeout(1100)
    assert report(tab) == stopped
    press(tab, "play")
    press(tab, "reset")
    tab.wait_for_timeout(1100)
    assert "Nothing has run yet" in report(tab)


def test_the_chart_has_a_loss_for_each_measured_round(open_page):
    tab = open_page(page(LoopAnimator(position=2 * STEPS + 5)))
    label = tab.locator("canvas").get_attribute("aria-label")
    assert numbers(label) == pytest.approx([entry["loss"] for entry in rounds(1.0, 2)], rel=6e-3)
    before = tab.locator("canvas").evaluate("node => node.toDataURL()")
    press(tab, "whole round")
    press(tab, "whole round")
    tab.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_cut_off_at_any_step(open_page, width, lang):
    tab = open_page(page(LoopAnimator(learning_rate=10.0), lang=lang, theme="dark"), width=width)
    steps = tab.get_by_role("slider").first
    for position in (0, 4, 8, 10, 11, 131):
        steps.fill(str(position))
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        box_of = "n.closest('section').getBoundingClientRect()"
        wide = f"all => all.filter((n) => n.getBoundingClientRect().right > {box_of}.right + 1).length"
        assert tab.locator("section span").evaluate_all(wide) == 0
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


def test_the_address_brings_a_reader_to_the_step_that_was_linked_to_and_nonsense_is_ignored(open_page):
    tab = open_page(page(LoopAnimator()), fragment="#w1.position=8&w1.learning_rate=3")
    assert "Round 1, step 8 of 11" in report(tab)
    tab = open_page(page(LoopAnimator()), fragment="#w1.position=8.5&w1.learning_rate=1000")
    assert "Nothing has run yet" in report(tab)
