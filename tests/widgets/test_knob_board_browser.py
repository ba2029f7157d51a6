"""The knob board under a reader's hands: what the page says is what Python computes, and the best by hand is kept."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.knob_board import NAMES, START, KnobBoard, descend, loss_and_slopes, network, two_moons

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
    tab.wait_for_function(f"() => / [1-9]/.test({STEPS})")
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
    tab.wait_for_function(f"() => / [1-9]/.test({STEPS})")
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


BENT = [1.5, -2.0, 0.3, 1.0, 1.0, -0.5, 1.5, -1.0, 0.4]


def in_the_plane(drawing):
    return drawing.axis("x"), drawing.axis("y")


def test_the_border_runs_where_the_network_says_one_half(show):
    drawing = show(KnobBoard(knobs=BENT)).drawn()
    x, y = in_the_plane(drawing)
    (border,) = drawing.lines("ink", [], 2)
    points = np.array([(x(p[0]), y(p[1])) for p in border if p])
    guesses = network(BENT).forward(points)
    assert len(points) > 50
    np.testing.assert_allclose(guesses, 0.5, atol=0.02)


def test_each_side_has_the_colour_of_its_points(show):
    drawing = show(KnobBoard(knobs=BENT)).drawn()
    x, y = in_the_plane(drawing)
    sides = [op for op in drawing if op["op"] == "fill" and op["alpha"] == 0.2]
    assert [op["fill"] for op in sides] == ["blue", "orange"]
    for op, sign in zip(sides, (-1, 1), strict=True):
        places = np.array([(x(px), y(py)) for _, px, py in op["path"]])
        assert (sign * (network(BENT).forward(places) - 0.5)).min() > -0.05


def test_points_have_the_colour_and_shape_of_their_moon_and_a_dark_edge_on_the_wrong_side(show):
    screen = show(KnobBoard(knobs=BENT))
    drawing = screen.drawn()
    x, y = in_the_plane(drawing)
    points, moon = two_moons()
    markers = drawing.markers()
    np.testing.assert_allclose([(x(m["at"][0]), y(m["at"][1])) for m in markers], points, atol=1e-3)
    looks = [(m["shape"], m["fill"]) for m in markers]
    assert looks == [("triangle", "orange") if label else ("circle", "blue") for label in moon[:, 0]]
    right = (network(BENT).forward(points) > 0.5) == (moon > 0.5)
    edges = [op["stroke"] for op in drawing if op["op"] == "stroke" and "shape" in op]
    assert edges == ["paper" if fine else "ink" for fine in right[:, 0]]
    assert f"{right.sum()} of 100 points are on their side" in screen.label()


def test_a_hidden_neuron_is_drawn_where_it_changes_its_mind_with_its_number(show):
    drawing = show(KnobBoard(knobs=BENT)).drawn()
    x, y = in_the_plane(drawing)
    lines = drawing.lines("soft", [6, 5])
    assert len(lines) == 2
    for (w1, w2, b), line in zip((BENT[:3], BENT[3:6]), lines, strict=True):
        for px, py in line:
            assert w1 * x(px) + w2 * y(py) + b == pytest.approx(0, abs=1e-6)
    for text, (w1, w2, b) in (("1", BENT[:3]), ("2", BENT[3:6])):
        (name,) = (op for op in drawing.texts(text=text) if "bold" in op["font"])
        px, py = name["at"]
        assert w1 * x(px) + w2 * y(py) + b == pytest.approx(0, abs=1e-6)


def test_the_meter_shows_the_loss_and_the_readers_best_on_its_scale(show):
    screen = show(KnobBoard(knobs=BENT, best=list(START)))
    drawing = screen.drawn(1)
    x = drawing.axis("x", log=True)
    assert x.is_even()
    (bar,) = drawing.boxes("fillRect", "blue")
    assert x(bar[0] + bar[2]) == pytest.approx(loss_and_slopes(BENT)[0], rel=1e-6)
    (mark,) = drawing.boxes("fillRect", "ink")
    assert x(mark[0] + mark[2] / 2) == pytest.approx(loss_and_slopes(START)[0], rel=1e-6)
    assert screen.label(1) == f"Loss meter, logarithmic: {screen.number(loss_and_slopes(BENT)[0])}"
    assert show(KnobBoard()).drawn(1).boxes("fillRect", "ink") == []


def test_arrows_point_the_way_that_lowers_the_loss(show):
    screen = show(KnobBoard(knobs=BENT, slopes=True))
    texts = screen.tab.locator(".bp-slope").all_inner_texts()
    for text, slope in zip(texts, loss_and_slopes(BENT)[1], strict=True):
        assert text == f"{'◀' if slope > 0 else '▶'} {slope:.3f}".replace("-", "−")
    screen.press("show the slopes")
    assert set(screen.tab.locator(".bp-slope").all_inner_texts()) == {""}
    assert screen.tab.get_by_role("button", name="show the slopes").get_attribute("aria-pressed") == "false"


def test_descent_by_the_button_is_the_packages_and_counts_its_steps(show):
    screen = show(KnobBoard(), reduced_motion="reduce")  # all at once for a reader who wants no motion
    screen.press("let descent do it")
    assert "Descent has taken 1000 steps." in screen.tab.locator(".bp-rest").inner_text()
    knobs = [screen.get(name) for name in NAMES]
    np.testing.assert_allclose(knobs, descend(START)[-1], rtol=1e-6)
    assert screen.get("best") == []  # nothing of this is the reader's own
    screen.slide("w₁₁", 2)
    assert screen.get("best") == []
    screen.press("reset")
    assert [screen.get(name) for name in NAMES] == list(START)
    assert "Descent has" not in screen.tab.locator(".bp-rest").inner_text()
    screen.press("let descent do it")
    assert "Descent has taken 1000 steps." in screen.tab.locator(".bp-rest").inner_text()  # counted anew


def test_descent_is_watched_two_steps_at_a_time_and_stops_for_a_hand(show):
    screen = show(KnobBoard())
    screen.press("let descent do it")
    screen.tab.wait_for_function("() => document.querySelector('.bp-rest p').textContent.length > 0")
    screen.press("pause")
    taken = int(re.search(r"\d+", screen.tab.locator(".bp-rest p").inner_text())[0])
    assert taken % 2 == 0
    assert screen.tab.evaluate("paces") == [16]
    np.testing.assert_allclose([screen.get(name) for name in NAMES], descend(START, taken)[-1], rtol=1e-6)
    screen.press("let descent do it")
    screen.slide("w₁₁", 2)
    assert screen.tab.get_by_role("button", name="pause").count() == 0
    assert screen.get("w11") == 2


def test_back_is_off_before_the_first_move_and_brings_the_best_again(show):
    screen = show(KnobBoard())
    back = screen.tab.get_by_role("button", name="back to my best")
    assert back.is_disabled()
    screen.slide("w₁₁", 2)
    first = screen.get("best")
    assert first[0] == 2
    assert back.is_enabled()
    screen.slide("w₁₃", -4)  # worse
    assert screen.get("best") == first
    back.click()
    assert screen.get("w13") == first[6]


def test_the_curve_keeps_the_loss_of_every_move_by_hand_until_a_reset(show):
    screen = show(KnobBoard())
    knobs, wanted = list(START), [loss_and_slopes(START)[0]]
    for k, value in ((8, 0.5), (6, 1.2), (0, 2.0), (8, -4.0)):
        screen.slide(LABELS[k], value)
        knobs[k] = value
        wanted.append(loss_and_slopes(knobs)[0])
    drawing = screen.drawn(2)
    x, y = drawing.axis("x"), drawing.axis("y", log=True)
    (curve,) = drawing.lines("blue", [], 2)
    np.testing.assert_allclose([x(px) for px, _ in curve], range(5), atol=1e-6)
    np.testing.assert_allclose([y(py) for _, py in curve], wanted, rtol=1e-6)
    (last,) = drawing.markers("circle")
    assert last["at"] == pytest.approx(curve[-1])
    ends = f"from {screen.number(wanted[0])} to {screen.number(wanted[-1])}"
    assert screen.label(2) == f"Loss after each move since the last reset, 4 so far: {ends}"
    screen.press("back to my best")
    assert ", 5 so far" in screen.label(2)
    screen.press("reset")
    assert ", 0 so far" in screen.label(2)
    assert screen.drawn(2).axis("y", log=True).is_even()


def test_the_steps_of_descent_are_a_dashed_part_of_the_curve(show):
    screen = show(KnobBoard(), reduced_motion="reduce")
    screen.slide("b₃", 0.5)
    screen.press("let descent do it")
    screen.slide("b₃", 1)
    drawing = screen.drawn(2)
    x, y = drawing.axis("x"), drawing.axis("y", log=True)
    (dashed,) = drawing.lines("orange", [6, 3], 2)
    path = [loss_and_slopes(knobs)[0] for knobs in descend([*START[:8], 0.5])]
    assert len(dashed) == len(path) == 1001
    np.testing.assert_allclose([y(py) for _, py in dashed[::100]], path[::100], rtol=1e-4)
    assert [x(px) for px, _ in (dashed[0], dashed[-1])] == pytest.approx([1, 1001])
    (by_hand,) = drawing.lines("blue", [], 2)
    assert [None if p is None else round(x(p[0])) for p in by_hand] == [0, 1, None, 1001, 1002]
