"""The explorer's plane of learning rate and momentum and its eigendirections, in a real browser."""

import math
import re

import numpy as np
import pytest
from harness import page
from test_descent_explorer_browser import ALL_RULES, LOOKS, assert_page_agrees, drag

from backprop.widgets.descent_explorer import SURFACES, DescentExplorer


def handle_of(drawing):
    """(η, β) of the ring in the plane, read from the plane's axes."""
    x, y = drawing.axis("x"), drawing.axis("y")
    (ring,) = drawing.markers("ring", "ink")
    return x(ring["at"][0]), y(ring["at"][1])


def pull(screen, to, **options):
    """Drag the ring of the plane to (η, β)."""
    drawing = screen.drawn(1)
    x, y = drawing.axis("x"), drawing.axis("y")
    box = screen.tab.locator(".bp-plane canvas").bounding_box()

    def pixel(place):
        (p, q), (a, b) = (x.pixels[0], x.pixels[-1]), (x.values[0], x.values[-1])
        (r, s), (c, d) = (y.pixels[0], y.pixels[-1]), (y.values[0], y.values[-1])
        left, top = p + (place[0] - a) / (b - a) * (q - p), r + (place[1] - c) / (d - c) * (s - r)
        return box["x"] + 1 + left, box["y"] + 1 + top

    screen.tab.mouse.move(*pixel(handle_of(drawing)))
    screen.tab.mouse.down()
    screen.tab.mouse.move(*pixel(to), steps=5)
    screen.tab.mouse.up()


def test_the_plane_and_both_sliders_are_one_state(show):
    screen = show(DescentExplorer(optimizer="Momentum", learning_rate=0.05, momentum=0.5))
    assert handle_of(screen.drawn(1)) == pytest.approx((0.05, 0.5), abs=1e-6)
    pull(screen, (0.08, 0.9))
    assert (screen.get("learning_rate"), screen.get("momentum")) == pytest.approx((0.08, 0.9), abs=4e-3)
    shown = screen.tab.locator(".bp-knobs output").all_inner_texts()
    assert [float(text) for text in shown] == pytest.approx([0.08, 0.9], abs=4e-3)
    screen.slide("momentum β (β₁ of Adam)", 0.25)
    screen.slide("learning rate η", -1)
    assert handle_of(screen.drawn(1)) == pytest.approx((0.1, 0.25), abs=1e-6)
    assert "η = 0.1, β = 0.25" in screen.label(1)


def test_a_rate_beyond_the_plane_waits_at_its_edge(show):
    drawing = show(DescentExplorer(optimizer="Momentum", learning_rate=3, momentum=0.5)).drawn(1)
    assert handle_of(drawing) == pytest.approx((4.4 / 20, 0.5), abs=1e-6)


def test_arrow_keys_move_the_pair_and_stop_at_the_ends_of_the_traits(show):
    screen = show(DescentExplorer(optimizer="Momentum", learning_rate=0.05, momentum=0.5))
    screen.tab.locator(".bp-plane canvas").focus()
    for key, pair in (
        ("ArrowRight", (0.051, 0.5)),
        ("Shift+ArrowRight", (0.056, 0.5)),
        ("ArrowUp", (0.056, 0.51)),
        ("Shift+ArrowDown", (0.056, 0.46)),
    ):
        screen.tab.keyboard.press(key)
        assert (screen.get("learning_rate"), screen.get("momentum")) == pytest.approx(pair)
    for key in ("ArrowLeft", "ArrowUp"):
        for _ in range(15):
            screen.tab.keyboard.press("Shift+" + key)
    assert (screen.get("learning_rate"), screen.get("momentum")) == (1e-4, 0.99)


def test_the_handle_clicks_into_the_best_pair_and_the_sentence_agrees_with_the_theorem(show):
    screen = show(DescentExplorer(optimizer="Momentum", learning_rate=0.05, momentum=0.5))
    root = 20**0.5
    best = 4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2
    drawing = screen.drawn(1)
    x, y = drawing.axis("x"), drawing.axis("y")
    (star,) = drawing.markers("star", "ink")
    assert (x(star["at"][0]), y(star["at"][1])) == pytest.approx(best, abs=1e-6)
    pull(screen, (best[0] + 0.003, best[1] - 0.02))
    assert (screen.get("learning_rate"), screen.get("momentum")) == pytest.approx(best, rel=1e-12)
    assert "each direction keeps 0.635 of its error per step" in screen.tab.locator(".bp-said").inner_text()
    assert "★ keeps 0.635" in screen.tab.locator(".bp-plane small").inner_text()
    pull(screen, (best[0] - 0.03, best[1]))
    assert screen.get("learning_rate") == pytest.approx(best[0] - 0.03, abs=2e-3)


def test_the_plane_is_bounded_where_each_chosen_rule_diverges(show):
    drawing = show(DescentExplorer(optimizer=["SGD", "Momentum", "Nesterov"])).drawn(1)
    x, y = drawing.axis("x"), drawing.axis("y")
    limits = {
        "SGD": lambda beta: 2 / 20,
        "Momentum": lambda beta: 2 * (1 + beta) / 20,
        "Nesterov": lambda beta: 2 * (1 + beta) / (1 + 2 * beta) / 20,
    }
    for rule, limit in limits.items():
        (edge,) = drawing.lines(*LOOKS[rule][:2], 2)
        for px, py in edge:
            assert x(px) == pytest.approx(limit(y(py)), abs=1e-6)
        assert y(edge[0][1]) == pytest.approx(0, abs=1e-6)
        assert y(edge[-1][1]) == pytest.approx(1, abs=1e-6)


SHADES = """
([index, places]) => {
  const canvas = document.querySelectorAll("canvas")[index];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const style = getComputedStyle(document.querySelector(".bp"));
  const colour = (name) => style.getPropertyValue(name).match(/\\w\\w/g).map((part) => parseInt(part, 16));
  const at = ([x, y]) => [...data.slice(4 * (Math.round(y) * canvas.width + Math.round(x))).slice(0, 4)];
  return [places.map(at), colour("--bp-low"), colour("--bp-high"), colour("--bp-red")];
}
"""


def shades(screen, pairs):
    """The colours of the plane at pairs (η, β), with how much they cover, and those called low, high and red."""
    drawing = screen.drawn(1)
    x, y = drawing.axis("x"), drawing.axis("y")
    across = np.interp([lr for lr, _ in pairs], x.values, x.pixels)
    up = np.interp([beta for _, beta in pairs], y.values[::-1], y.pixels[::-1])
    found = screen.tab.evaluate(SHADES, [1, np.stack([across, up], axis=1).tolist()])
    return [np.array(colour, dtype=float) for colour in found]


def test_the_plane_is_as_dark_as_a_pair_is_fast_and_red_where_it_diverges(show):
    """Away from the level lines, whose ink is no shade."""
    pairs = [(lr, beta) for lr in np.arange(0.007, 0.14, 0.009) for beta in np.arange(0.04, 0.78, 0.045)]
    pixels, low, high, red = shades(show(DescentExplorer(optimizer="Momentum", start=(1, 1))), pairs)

    def steps(lr, beta):
        roots = [np.roots([1, lr * k - 1 - beta, beta]) for k in (1, 20)]
        return -1 / np.log(np.abs(roots).max())

    assert (pixels[:, 3] == 255).all()
    best = steps(4 / (1 + 20**0.5) ** 2, ((20**0.5 - 1) / (20**0.5 + 1)) ** 2)
    off = []
    for pixel, (lr, beta) in zip(pixels[:, :3], pairs, strict=True):
        if abs(lr - 2 * (1 + beta) / 20) < 0.006:  # under the edge
            continue
        if lr > 2 * (1 + beta) / 20:
            np.testing.assert_allclose(pixel, 0.75 * (high + (low - high) / 16) + 0.25 * red, atol=4)
            continue
        level = np.log2(steps(lr, beta) / best)
        off.append(np.abs(pixel - (low + (high - low) * level / 8)).max())
    assert np.median(off) < 2
    assert len(off) > 150


def test_on_other_surfaces_the_plane_shows_what_was_measured_from_this_start(show):
    explorer = DescentExplorer(surface="rosenbrock", optimizer="Momentum", learning_rate=0.0005, steps=12)
    screen = show(explorer)
    assert "measured from this start" in screen.tab.locator(".bp-plane small").inner_text()
    assert screen.drawn(1).markers("star") == []
    top = 4.4 / np.linalg.eigvalsh(SURFACES["rosenbrock"]().hessian([1.0, 1.0]))[-1]
    cells = [(i, j) for i in range(1, 16, 2) for j in range(1, 24, 5)]
    pairs = [((i + 0.5) * top / 36, (j + 0.5) / 24) for i, j in cells]
    screen.set(learning_rate=10)  # the ring steps aside
    for _ in range(60):
        pixels, low, _, red = shades(screen, pairs)
        if pixels[:, 3].all():  # all of them are measured
            break
        screen.tab.wait_for_timeout(500)
    f, off = SURFACES["rosenbrock"]().f, []
    for pixel, (lr, beta) in zip(pixels, pairs, strict=True):
        path = DescentExplorer(
            surface="rosenbrock", optimizer="Momentum", learning_rate=lr, momentum=beta, steps=12
        ).path
        left = f(path[-1]) / f(path[0]) if len(path) == 13 else np.inf
        strength, colour = (0.25, red) if left > 1 else (min(1, -np.log10(left) / 8) ** 0.5, low)
        off.append(np.abs(pixel - [*colour, 255 * strength]).max())
    assert np.mean(np.array(off) < 4) > 0.9  # at larger rates paths bounce about chaotically


def test_the_loss_is_split_into_the_two_eigendirections_of_the_rule_that_the_plane_shows(show):
    explorer = DescentExplorer(optimizer=["SGD", "Momentum"], learning_rate=0.03, momentum=0.5, angle=30, steps=25)
    screen = show(explorer)
    drawing = screen.drawn(2)
    y = drawing.axis("y", log=True)
    turn = np.radians(30)
    u, v = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) @ explorer.paths["Momentum"].T
    for dash, part in (([10, 4], 0.5 * u**2), ([2, 3], 10 * v**2)):
        (line,) = drawing.lines("ink", dash, 1)
        np.testing.assert_allclose([y(py) for _, py in line], part, rtol=1e-5)
    assert screen.tab.locator(".bp-loss small b").inner_text() == "Momentum"
    (total,) = drawing.lines(*LOOKS["Momentum"][:2], 2)
    np.testing.assert_allclose([y(py) for _, py in total], 0.5 * u**2 + 10 * v**2, rtol=1e-5)


def test_a_surface_without_eigendirections_shows_no_parts_and_no_shape_sliders(show):
    screen = show(DescentExplorer(surface="himmelblau", learning_rate=0.005))
    assert screen.drawn(2).lines("ink", [10, 4]) == []
    assert not screen.tab.locator(".bp-loss small").is_visible()
    assert not screen.tab.get_by_label("condition number κ").is_visible()


def test_the_ravine_takes_the_shape_that_its_sliders_say(open_page):
    explorer = DescentExplorer(optimizer=ALL_RULES, learning_rate=0.01, steps=30)
    tab = open_page(page(explorer))
    tab.get_by_label("condition number κ").press("End")
    tab.get_by_label("angle (°)").fill("35")
    explorer.kappa, explorer.angle = 1000, 35
    assert_page_agrees(tab, explorer)
    assert tab.locator(".bp-valley output").all_inner_texts() == ["1000", "35"]


HOLD_THE_REST = """() => {
  const wait = setTimeout;
  const held = [];
  window.setTimeout = (act, time) => (time === 200 ? void held.push(act) : wait(act, time));
  window.rest = () => held.forEach((act) => act());
}"""


def test_while_its_shape_changes_the_map_is_rough_and_it_is_sharp_again_when_the_hand_rests(show):
    screen = show(DescentExplorer())
    (first,) = [op["image"] for op in screen.drawn(0) if op["op"] == "drawImage"]
    screen.tab.evaluate(HOLD_THE_REST)
    screen.slide("angle (°)", 40)
    (rough,) = [op["image"] for op in screen.drawn(0) if op["op"] == "drawImage"]
    assert rough == [math.floor(side / 2) for side in first]
    screen.tab.evaluate("() => (rest(), new Promise(requestAnimationFrame))")
    assert [op["image"] for op in screen.drawn(0) if op["op"] == "drawImage"] == [first]


@pytest.mark.parametrize(("surface", "angle"), [("ravine", 0), ("ravine", 25), ("saddle", 0)])
def test_a_start_dropped_beside_an_eigendirection_lies_exactly_on_it(open_page, surface, angle):
    explorer = DescentExplorer(surface=surface, optimizer="SGD", learning_rate=0.11, start=(-2, 1), angle=angle)
    tab = open_page(page(explorer))
    turn = np.radians(angle)
    drag(tab, explorer, (2 * np.cos(turn) - 0.03 * np.sin(turn), 2 * np.sin(turn) + 0.03 * np.cos(turn)))
    tab.wait_for_timeout(600)  # the address follows when the hand rests
    x, y = map(float, re.search(r"w1\.start=([-\d.e]+),([-\d.e]+)", tab.url).groups())
    assert abs(y * np.cos(turn) - x * np.sin(turn)) < 1e-12
    assert math.hypot(x, y) == pytest.approx(2, abs=0.03)
    if surface == "ravine":  # although 0.11 is above the limit 0.1 of the steep direction
        assert "SGD converges" in tab.locator(".bp-said").inner_text()


TOUCH = """
([selector, from, to]) => {
  const node = document.querySelector(selector);
  const { left, top } = node.getBoundingClientRect();
  const send = (kind, [x, y]) => node.dispatchEvent(new PointerEvent(kind, {
    pointerId: 7, pointerType: "touch", clientX: left + x, clientY: top + y, bubbles: true,
  }));
  node.setPointerCapture = () => {};
  send("pointerdown", from);
  const scrolls = node.dispatchEvent(new Event("touchstart", { cancelable: true }));
  send("pointermove", to);
  send("lostpointercapture", to);
  return scrolls;
}
"""


def test_a_thumb_moves_the_handle_of_the_plane_and_scrolls_the_page_from_anywhere_else(show):
    screen = show(DescentExplorer(optimizer="Momentum"), width=390, has_touch=True, is_mobile=True)
    (ring,) = screen.drawn(1).markers("ring", "ink")
    place = list(ring["at"])
    before = (screen.get("learning_rate"), screen.get("momentum"))
    assert screen.tab.evaluate(TOUCH, [".bp-plane canvas", [place[0] + 60, place[1]], [90, 90]]) is True
    assert (screen.get("learning_rate"), screen.get("momentum")) == before
    assert screen.tab.evaluate(TOUCH, [".bp-plane canvas", place, [90, 90]]) is False
    assert (screen.get("learning_rate"), screen.get("momentum")) != before
    assert screen.tab.evaluate("getComputedStyle(document.querySelector('.bp-plane canvas')).touchAction") == "pan-y"
