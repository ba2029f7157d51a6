"""The loop animator under a reader's hands: stepping, dragging and playing show the package's numbers."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.loop_animator import ROUNDS, STEPS, LoopAnimator, rounds


def numbers(text):
    return [float(part) for part in re.findall(r"-?\d+\.\d+", text.replace("−", "-"))]


def press(tab, name, times=1):
    for _ in range(times):
        tab.get_by_role("button", name=name, exact=True).click()


def box(tab, k, part):
    tab.locator("section").nth(k).wait_for(state="attached")
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
    tab.wait_for_function("() => document.querySelector('.bp-title').textContent.includes('step 1 of')")
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


def test_the_losses_so_far_are_drawn_by_round(show):
    screen = show(LoopAnimator(position=26))  # the loss of the third round is its fifth step, the 27th
    losses = [found["loss"] for found in rounds(1.0, 12)]
    for position, count in ((26, 2), (27, 3), (132, 12)):
        screen.set(position=position)
        drawing = screen.drawn()
        x, y = drawing.axis("x"), drawing.axis("y")
        assert x.is_even()
        assert y.is_even()
        (line,) = drawing.lines("blue")
        np.testing.assert_allclose([x(px) for px, _ in line], np.arange(1, count + 1), atol=1e-6)
        np.testing.assert_allclose([y(py) for _, py in line], losses[:count], atol=1e-6)
        dots = [marker["at"] for marker in drawing.markers("circle", "blue")]
        np.testing.assert_allclose(dots, line, atol=1e-3)
        assert screen.label().count(",") == count - 1


def test_buttons_are_off_where_there_is_no_way_and_each_goes_where_it_says(show):
    screen = show(LoopAnimator())
    nodes = {name: screen.tab.get_by_role("button", name=name, exact=True) for name in ("step", "back", "whole round")}

    def off() -> list[str]:
        return [name for name, node in nodes.items() if node.is_disabled()]

    assert off() == ["back"]
    seen = []
    for name in ("step", "step", "back", "whole round", "whole round", "back", "whole round", "reset"):
        screen.press(name)
        seen.append(screen.get("position"))
    assert seen == [1, 2, 1, 11, 22, 21, 22, 0]
    screen.set(position=132)
    assert off() == ["step", "whole round"]


def test_the_box_at_work_is_framed_and_at_the_update_those_with_parameters(show):
    screen = show(LoopAnimator())
    for position in range(12):
        screen.set(position=position)
        names = screen.tab.locator(".bp-boxes section").evaluate_all("nodes => nodes.map((node) => node.className)")
        found = {(k, name.split("bp-")[-1]) for k, name in enumerate(names) if "bp-now" in name}
        forward, backward = {(position - 1, "forward")}, {(10 - position, "backward")}
        update = {(0, "update"), (2, "update")}
        assert found == (set() if not position else forward if position <= 5 else backward if position < 11 else update)


def test_playing_takes_a_step_at_its_pace_until_a_hand_stops_it(show):
    screen = show(LoopAnimator(position=128))
    screen.press("play")
    screen.tab.wait_for_function("() => model.get('position') === 132")
    screen.tab.get_by_role("button", name="play", exact=True).wait_for()
    assert screen.tab.evaluate("paces") == [900]
    screen.press("play")  # from the end it begins anew
    screen.tab.wait_for_function("() => model.get('position') > 2")
    assert screen.get("position") < 100
    screen.slide("step (drag to go back and forth)", 100)
    screen.tab.wait_for_timeout(150)
    assert screen.get("position") == 100
    assert screen.tab.get_by_role("button", name="pause").count() == 0
