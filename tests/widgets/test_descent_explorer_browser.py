"""The explorer under a reader's hands, in a real browser: what the page says is what Python computes."""

import math
import re
import statistics

import numpy as np
import pytest
from harness import page

from backprop.widgets.descent_explorer import SURFACES, DescentExplorer

ALL_RULES = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam"]
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
# How long each frame's work took, in milliseconds.
STOPWATCH = """
window.frames = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (work) => ask((now) => {
  const began = performance.now();
  work(now);
  window.frames.push(performance.now() - began);
});
"""


def read_number(text: str) -> float:
    if text == "?":  # beyond the edge of the measured surface
        return math.nan
    mantissa, _, power = text.partition("10") if re.search(r"10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", text) else (text, "", "")
    value = float(mantissa.translate(RAISED).rstrip("×") or 1)
    return value * 10 ** int(power.translate(RAISED)) if power else value


def last_points(tab):
    """[(step, w1, w2, loss)] as the page prints them, one for each optimizer."""
    texts = tab.locator(".bp-said small").all_inner_texts()
    found = [re.fullmatch(r"step (\d+): w = \((.+), (.+)\), loss (.+)", text).groups() for text in texts]
    return [(int(step), *map(read_number, numbers)) for step, *numbers in found]


def assert_page_agrees(tab, explorer):
    f = explorer._surface.f
    tab.wait_for_function("n => document.querySelectorAll('.bp-said small').length === n", arg=len(explorer.paths))
    for (step, w1, w2, loss), path in zip(last_points(tab), explorer.paths.values(), strict=True):
        assert step == len(path) - 1
        assert (w1, w2, loss) == pytest.approx((*path[-1], f(path[-1])), rel=6e-3, abs=1e-300, nan_ok=True)


def start_of(tab):
    return tuple(
        map(
            read_number,
            re.findall(r"\(([^,]+), ([^)]+)\)", tab.locator(".bp-map canvas").get_attribute("aria-label"))[0],
        )
    )


def drag(tab, explorer, to):
    """Drag the start point to `to`, in the map's units."""
    box = tab.locator(".bp-map canvas").bounding_box()
    (x0, x1), (y0, y1) = SURFACES[explorer.surface]().domain

    def pixel(w):
        x, y = (w[0] - x0) / (x1 - x0), (y1 - w[1]) / (y1 - y0)
        return box["x"] + 1 + x * (box["width"] - 2), box["y"] + 1 + y * (box["height"] - 2)

    tab.mouse.move(*pixel(explorer.start))
    tab.mouse.down()
    tab.mouse.move(*pixel(to), steps=8)
    tab.mouse.up()


@pytest.mark.parametrize("surface", SURFACES)
def test_the_numbers_on_the_page_are_pythons_on_every_surface(open_page, surface):
    explorer = DescentExplorer(surface=surface, optimizer=ALL_RULES, learning_rate=SURFACES[surface]().lr / 2, steps=30)
    assert_page_agrees(open_page(page(explorer)), explorer)


@pytest.mark.parametrize("momentum", [0, 0.99])
@pytest.mark.parametrize("rate", [1e-4, 10])
@pytest.mark.parametrize("surface", ["bowl", "saddle"])
def test_at_the_ends_of_both_sliders_the_page_agrees_and_stays_alive(open_page, surface, rate, momentum):
    explorer = DescentExplorer(surface=surface, optimizer=ALL_RULES)
    tab = open_page(page(explorer))
    for slider, value in (("learning rate", rate), ("momentum β", momentum)):
        tab.get_by_label(slider).press("Home" if value < 0.1 else "End")
    explorer.learning_rate, explorer.momentum = rate, momentum
    if surface == "bowl":  # on the saddle, a step of 10 bounces about chaotically
        assert_page_agrees(tab, explorer)
    assert tab.locator(".bp-knobs output").all_inner_texts() == ["10⁻⁴" if rate < 1 else "10", f"{momentum:g}"]
    assert len(last_points(tab)) == 6


def test_dragging_the_start_moves_every_path(open_page):
    explorer = DescentExplorer(surface="himmelblau", learning_rate=0.01)
    tab = open_page(page(explorer))
    drag(tab, explorer, (4.0, -3.0))
    x, y = start_of(tab)
    assert (x, y) == pytest.approx((4.0, -3.0), abs=0.03)
    tab.wait_for_timeout(400)
    explorer.start = tuple(map(float, re.search(r"w1\.start=([-\d.]+),([-\d.]+)", tab.url).groups()))
    assert_page_agrees(tab, explorer)


def test_a_click_places_the_start_and_a_drag_beyond_the_edge_stops_at_it(open_page):
    explorer = DescentExplorer(surface="bowl")
    tab = open_page(page(explorer))
    box = tab.locator(".bp-map canvas").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    assert start_of(tab) == pytest.approx((0, 1), abs=0.02)
    tab.mouse.down()
    tab.mouse.move(box["x"] - 50, box["y"] - 5)
    tab.mouse.up()
    assert start_of(tab) == (-3, 2)


def test_arrow_keys_move_the_start_and_do_not_reach_the_page(open_page):
    tab = open_page(page(DescentExplorer(surface="bowl", start=(1, 1))))
    tab.evaluate("window.heard = 0; addEventListener('keydown', () => window.heard++)")
    place = tab.locator(".bp-map canvas")
    place.focus()
    place.press("ArrowLeft")
    place.press("Shift+ArrowUp")
    assert start_of(tab) == pytest.approx((0.95, 1.25))
    assert tab.evaluate("window.heard") == 0
    tab.keyboard.press("Control+k")
    assert tab.evaluate("window.heard") > 0  # the page's own shortcuts still work


def test_a_finger_elsewhere_on_the_map_places_the_start_with_a_tap(open_page):
    tab = open_page(page(DescentExplorer(surface="bowl")), width=390, has_touch=True, is_mobile=True)
    box = tab.locator(".bp-map canvas").bounding_box()
    tab.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    assert start_of(tab) == pytest.approx((0, 1), abs=0.05)


@pytest.mark.parametrize(
    ("surface", "start", "words"),
    [
        ("bowl", (0, 0), "stays at the minimum: the gradient is zero."),
        ("saddle", (0, 0), "stays, though this is no minimum: the gradient is zero."),
        ("himmelblau", (3, 2), "stays at the minimum: the gradient is zero."),
    ],
)
def test_where_the_gradient_is_zero_the_page_says_that_nothing_moves(open_page, surface, start, words):
    tab = open_page(page(DescentExplorer(surface=surface, start=start, optimizer=ALL_RULES)))
    assert all(words in text for text in tab.locator(".bp-said li").all_inner_texts())
    assert tab.locator(".bp-said li").count() == 6


def test_a_setting_lives_in_the_address_and_comes_back_from_it(open_page):
    html = page(DescentExplorer())
    tab = open_page(html)
    tab.get_by_label("Rosenbrock").check()
    tab.get_by_label("Adam", exact=True).check()
    tab.get_by_label("learning rate").press("End")
    words = tab.locator(".bp-said").inner_text()
    tab.wait_for_function("() => location.hash.includes('w1.learning_rate=10')")
    fragment = tab.url[tab.url.index("#") :]
    assert "w1.surface=rosenbrock" in fragment
    assert "w1.optimizer=SGD,Momentum,Adam" in fragment
    again = open_page(html, fragment=fragment)
    assert again.locator(".bp-said").inner_text() == words
    again.get_by_role("button", name="reset").click()
    again.wait_for_function("() => !location.hash.includes('w1.')")
    assert again.get_by_label("ravine").is_checked()


def test_following_a_link_inside_the_page_keeps_the_setting_and_a_link_to_a_setting_takes_it(open_page):
    tab = open_page(page(DescentExplorer()))
    tab.get_by_label("learning rate").press("End")
    tab.wait_for_function("() => location.hash.includes('w1.learning_rate=10')")
    tab.evaluate("location.hash = '#some-section'")
    tab.wait_for_timeout(100)
    assert tab.locator(".bp-knobs output").first.inner_text() == "10"
    tab.evaluate("location.hash = '#w1.momentum=0.5'")
    tab.wait_for_function("() => document.querySelectorAll('.bp-knobs output')[1].value === '0.5'")
    assert tab.locator(".bp-knobs output").first.inner_text() == "0.09"


def test_two_explorers_share_the_address_without_fighting(open_page):
    html = page(DescentExplorer(), DescentExplorer(surface="bowl"))
    tab = open_page(html, height=1800)
    tab.get_by_label("learning rate").nth(1).press("End")
    tab.get_by_label("momentum β").nth(0).press("Home")
    tab.wait_for_function(
        "() => location.hash.includes('w2.learning_rate=10') && location.hash.includes('w1.momentum=0')"
    )
    again = open_page(html, fragment=tab.url[tab.url.index("#") :])
    again.locator(".bp-knobs output").nth(3).wait_for()
    assert again.locator(".bp-knobs output").all_inner_texts() == ["0.09", "0", "10", "0.8"]


@pytest.mark.parametrize(
    "fragment",
    [
        "#a-section",
        "#w1.learning_rate=NaN&w1.momentum=2&w1.surface=hill&w1.optimizer=LBFGS&w1.start=x,y&w1.steps=1e9",
        "#w1.learning_rate=&w1.start=1&w1.steps=2.5&w1.optimizer=,&w1.momentum=-1&w1.start=1e999,0",
        "#w1.surface=toString&w1.optimizer=constructor",
    ],
)
def test_nonsense_in_the_address_is_ignored(open_page, fragment):
    plain = open_page(page(DescentExplorer()))
    tab = open_page(page(DescentExplorer()), fragment=fragment)
    assert tab.locator(".bp-said").inner_text() == plain.locator(".bp-said").inner_text()
    if fragment == "#a-section":
        tab.wait_for_timeout(400)
        assert tab.url.endswith(fragment)


def test_the_picture_follows_the_theme(open_page):
    tab = open_page(page(DescentExplorer()))
    corner = """() => {
      const map = document.querySelector(".bp-map canvas");
      const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      pen.drawImage(map, 30 - map.width, -12);
      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }"""
    tab.wait_for_timeout(200)
    light = tab.evaluate(corner)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_timeout(200)
    dark = tab.evaluate(corner)
    assert min(light) > 200
    assert max(dark) < 110


def test_play_runs_to_the_end_step_goes_on_by_one_and_reset_goes_back(open_page):
    tab = open_page(page(DescentExplorer(steps=12)))
    button = {name: tab.get_by_role("button", name=name) for name in ("play", "step", "reset")}
    button["step"].click()
    assert [point[0] for point in last_points(tab)] == [0, 0]
    button["step"].click()
    assert [point[0] for point in last_points(tab)] == [1, 1]
    button["play"].click()
    assert tab.get_by_role("button", name="pause").is_visible()
    button["play"].wait_for()
    assert [point[0] for point in last_points(tab)] == [12, 12]
    tab.get_by_label("learning rate").press("End")
    button["reset"].click()
    assert tab.locator(".bp-knobs output").first.inner_text() == "0.09"


def test_a_chinese_page_speaks_chinese_and_a_chosen_language_wins(open_page):
    tab = open_page(page(DescentExplorer(), DescentExplorer(language="en"), lang="zh-CN"))
    assert "步收敛" in tab.locator(".bp-said").nth(0).inner_text()
    assert "converges in" in tab.locator(".bp-said").nth(1).inner_text()


def test_the_last_optimizer_cannot_be_switched_off(open_page):
    tab = open_page(page(DescentExplorer(optimizer="Adam")))
    tab.get_by_label("Adam", exact=True).click()
    assert tab.get_by_label("Adam", exact=True).is_checked()


def test_screen_readers_hear_the_sentence_once_the_hand_rests(open_page):
    tab = open_page(page(DescentExplorer(optimizer="SGD")))
    tab.get_by_label("learning rate").press("End")
    tab.wait_for_function("() => document.querySelector('[aria-live=polite]').textContent.includes('SGD diverges')")


def test_the_view_that_ends_leaves_nothing_behind(open_page):
    tab = open_page(page(DescentExplorer()))
    left = tab.evaluate(
        """async () => {
          const { state } = JSON.parse(document.querySelector('script[type*="state+json"]').textContent);
          const traits = Object.values(state).find((one) => one.state._esm).state, listeners = new Set();
          const url = URL.createObjectURL(new Blob([traits._esm], { type: "text/javascript" }));
          const model = {
            get: (name) => traits[name], set: (name, value) => { traits[name] = value; }, save_changes() {},
            on: (event, react) => listeners.add(react), off: (event, react) => listeners.delete(react),
          };
          const el = document.createElement("div");
          document.body.append(el);
          const end = (await import(url)).default.render({ model, el });
          const before = listeners.size;
          end();
          return [before, listeners.size];
        }"""
    )
    assert left[0] > 0
    assert left[1] == 0


def test_a_redraw_is_timed_and_printed(open_page, capsys):
    """Not asserted: a clock says more about the machine than about the book."""
    explorer = DescentExplorer(surface="mnist", optimizer=ALL_RULES, learning_rate=0.3)
    tab = open_page(page(explorer).replace("<script>", f"<script>{STOPWATCH}</script><script>", 1))
    tab.wait_for_timeout(300)
    tab.evaluate("window.frames.length = 0")
    for k in range(6):
        drag(tab, explorer, (3 - k, -2 + 0.7 * k))
    frames = tab.evaluate("window.frames")
    assert len(frames) > 10
    median = statistics.median(frames)
    with capsys.disabled():
        print(f"\nredraw of six paths on the MNIST slice: median {median:.1f} ms of {len(frames)} frames")


LOOKS = {
    "SGD": ("red", [], "circle"), "Momentum": ("orange", [7, 3], "square"), "Nesterov": ("purple", [2, 3], "triangle"),
    "AdaGrad": ("grey", [9, 3, 2, 3], "diamond"), "RMSProp": ("green", [4, 4], "plus"),
    "Adam": ("blue", [12, 4], "cross"),
}  # fmt: skip


@pytest.mark.parametrize("surface", ["rosenbrock", "mnist"])
def test_the_map_is_as_light_as_the_loss_is_high_or_low_there(show, surface):
    """Shades are logarithmic in the loss; level lines and labels disturb some of the places, so the median counts."""
    shown = SURFACES[surface]()
    screen = show(DescentExplorer(surface=surface, optimizer=["SGD"], steps=1))
    screen.drawn()
    across, up = np.meshgrid(np.linspace(0.05, 0.95, 19), np.linspace(0.05, 0.95, 15))
    pixels, low, high = screen.tab.evaluate(
        """places => {
          const canvas = document.querySelector("canvas");
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const style = getComputedStyle(document.querySelector(".bp"));
          const colour = (name) => style.getPropertyValue(name).match(/\\w\\w/g).map((part) => parseInt(part, 16));
          const at = ([x, y]) => {
            const k = 4 * (Math.floor((1 - y) * height) * width + Math.floor(x * width));
            return [...data.slice(k, k + 3)];
          };
          return [places.map(at), colour("--bp-low"), colour("--bp-high")];
        }""",
        np.stack([across.ravel(), up.ravel()], axis=1).tolist(),
    )
    pixels, low, high = (np.array(colour, dtype=float) for colour in (pixels, low, high))
    found = (pixels - low) @ (high - low) / ((high - low) @ (high - low))
    (x0, x1), (y0, y1) = shown.domain
    fine = np.stack(np.meshgrid(np.linspace(x0, x1, 300), np.linspace(y0, y1, 300)), axis=-1)
    losses = shown.f(np.stack([x0 + (x1 - x0) * across.ravel(), y0 + (y1 - y0) * up.ravel()], axis=1))
    least, most = shown.f(fine).min(), shown.f(fine).max()
    wanted = np.log1p(1000 * (losses - least) / (most - least)) / np.log1p(1000)
    assert np.median(np.abs(found - wanted)) < 0.03


@pytest.mark.parametrize("surface", ["ravine", "bowl", "saddle"])
def test_paths_minima_and_start_are_drawn_where_the_package_has_them(show, surface):
    explorer = DescentExplorer(surface=surface, optimizer=list(LOOKS), learning_rate=0.02, steps=30)
    drawing = show(explorer).drawn()
    x, y = drawing.axis("x"), drawing.axis("y")
    assert x.is_even()
    assert y.is_even()
    for name, (colour, dash, shape) in LOOKS.items():
        (line,) = (line for line in drawing.lines(colour, dash, 2) if len(line) > 20)
        np.testing.assert_allclose([(x(px), y(py)) for px, py in line], explorer.paths[name], atol=1e-6)
        end = drawing.markers(shape, colour)[-1]
        np.testing.assert_allclose((x(end["at"][0]), y(end["at"][1])), explorer.paths[name][-1], atol=1e-3)
        assert end["size"] == pytest.approx(6)
    stars = [(x(m["at"][0]), y(m["at"][1])) for m in drawing.markers("star", "ink")]
    np.testing.assert_allclose(stars, SURFACES[surface]().minima, atol=1e-3)
    (ring,) = drawing.markers("ring", "ink")
    np.testing.assert_allclose((x(ring["at"][0]), y(ring["at"][1])), explorer.start, atol=1e-3)


def test_losses_are_drawn_by_step_with_the_marker_at_the_step_that_is_shown(show):
    explorer = DescentExplorer(surface="bowl", optimizer=["SGD", "Adam"], learning_rate=0.1, steps=20)
    screen = show(explorer)
    surface = SURFACES["bowl"]()
    for shown in (20, 0, 1, 2):
        drawing = screen.drawn(2)
        x, y = drawing.axis("x"), drawing.axis("y", log=True)
        assert x.is_even()
        assert y.is_even()
        for name in ("SGD", "Adam"):
            colour, dash, shape = LOOKS[name]
            (line,) = drawing.lines(colour, dash)
            losses = [surface.f(w) for w in explorer.paths[name]]
            np.testing.assert_allclose([x(px) for px, _ in line], np.arange(21), atol=1e-6)
            np.testing.assert_allclose([y(py) for _, py in line], losses, rtol=1e-6)
            (marker,) = drawing.markers(shape, colour)
            assert x(marker["at"][0]) == pytest.approx(shown, abs=1e-3)
            said = screen.tab.locator(".bp-said li", has_text=name).locator("small").inner_text()
            w = explorer.paths[name][shown]
            number = screen.number
            assert said == f"step {shown}: w = ({number(w[0])}, {number(w[1])}), loss {number(losses[shown])}"
        screen.press("step")


@pytest.mark.parametrize(
    ("rules", "used"),
    [(["SGD"], False), (["Adam"], True), (["Momentum"], True), (["Nesterov"], True), (["AdaGrad", "RMSProp"], False)],
)
def test_the_momentum_slider_is_pale_where_no_optimizer_uses_it(show, rules, used):
    screen = show(DescentExplorer(optimizer=rules))
    box = screen.tab.locator(".bp-slider", has=screen.tab.get_by_label("momentum β"))
    assert ("bp-off" in box.get_attribute("class")) is not used


@pytest.mark.parametrize("rate", [0.0005, 0.004])
def test_the_share_that_is_left_is_told_in_per_cent(show, rate):
    explorer = DescentExplorer(surface="ravine", optimizer="SGD", learning_rate=rate, steps=40)
    screen = show(explorer)
    surface = SURFACES["ravine"]()
    share = surface.f(explorer.path[-1]) / surface.f(explorer.path[0])
    told = screen.tab.locator(".bp-said li").inner_text()
    assert f"{screen.number(100 * share)} % of the loss left after 40 of about" in told
    slow = 1 - rate * 1
    need = np.ceil(np.log(1e-4) / (2 * np.log(slow)))
    assert f"of about {screen.number(need)} steps" in told
    assert f"the limit 2/λ = {screen.number(2 / 20)}" in told
    assert f"In the long run the flat direction keeps {slow:g} of its error per step." in told


def test_reset_brings_every_trait_back_and_shows_the_whole_path(show):
    explorer = DescentExplorer(surface="saddle", optimizer=["Adam"], learning_rate=0.3, steps=50)
    screen = show(explorer)
    screen.slide("learning rate η", 0)
    screen.tab.get_by_label("himmelblau").check(force=True)
    screen.press("step")
    screen.press("reset")
    assert [screen.get(name) for name in ("surface", "optimizer", "learning_rate", "steps")] == [
        "saddle",
        ["Adam"],
        0.3,
        50,
    ]
    assert screen.get("start") == list(explorer.start)
    assert "step 50:" in screen.tab.locator(".bp-said").inner_text()


def test_a_new_surface_comes_with_its_own_start_and_rate(show):
    screen = show(DescentExplorer())
    for name, label in (("bowl", "bowl"), ("rosenbrock", "Rosenbrock"), ("mnist", "MNIST slice")):
        screen.tab.get_by_label(label).check(force=True)
        surface = SURFACES[name]()
        assert screen.get("start") == pytest.approx(list(surface.start))
        assert screen.get("learning_rate") == pytest.approx(surface.lr)


def test_arrow_keys_move_the_start_by_a_120th_of_the_map_and_five_with_shift(show):
    screen = show(DescentExplorer(surface="bowl"))
    low, high = SURFACES["bowl"]().domain[0]
    step = (high - low) / 120
    screen.tab.locator("canvas").first.focus()
    for key, way in (
        ("ArrowRight", (1, 0)),
        ("ArrowUp", (0, 1)),
        ("Shift+ArrowLeft", (-5, 0)),
        ("Shift+ArrowDown", (0, -5)),
    ):
        before = screen.get("start")
        screen.tab.keyboard.press(key)
        moved = np.subtract(screen.get("start"), before)
        np.testing.assert_allclose(moved, step * np.array(way), atol=2e-3)
        x, y = (screen.number(v) for v in screen.get("start"))
        assert f"Start ({x}, {y})" in screen.label()


def test_play_goes_on_at_its_pace_and_ends_with_the_whole_path(show):
    screen = show(DescentExplorer(steps=12))
    screen.press("play")
    screen.tab.get_by_role("button", name="play", exact=True).wait_for()
    assert screen.tab.evaluate("paces") == [50]
    assert screen.tab.locator(".bp-said small").first.inner_text().startswith("step 12:")
    paused = show(DescentExplorer(steps=300))
    paused.press("play")
    paused.tab.wait_for_function("() => !document.querySelector('.bp-said small').textContent.startsWith('step 0:')")
    paused.press("pause")
    step = paused.tab.locator(".bp-said small").first.inner_text()
    assert not step.startswith("step 300:")  # a pause keeps the step that it came at
    calm = show(DescentExplorer(steps=20), reduced_motion="reduce")
    calm.tab.evaluate("""() => { paces = []; window.seen = []; const said = document.querySelector(".bp-said");
        new MutationObserver(() => seen.push(said.querySelector("small").textContent.split(":")[0]))
            .observe(said, { childList: true, subtree: true }) }""")
    calm.press("play")
    calm.tab.wait_for_function("() => seen.includes('step 4')")
    assert calm.tab.evaluate("seen.slice(0, 3)") == ["step 0", "step 2", "step 4"]
    assert calm.tab.evaluate("paces") == [800]
