"""The attention lab under a reader's hands: drags, keys, a thumb, squares; what is drawn and said is Python's."""

import numpy as np
import pytest
from harness import page
from screen import value_of
from test_attention_lab import gpt, heads_of

from backprop.widgets.attention_lab import KEYS, RATE, TEXTS, AttentionLab, Heads

ROOM = 1.15 * 3


def places(screen):
    """From points of the plane to pixels of its canvas."""
    width, height = screen.tab.locator(".bp-plane").evaluate("node => [node.clientWidth, node.clientHeight]")
    return lambda x, y: (width / 2 + x * height / 2 / ROOM, height / 2 - y * height / 2 / ROOM)


def said(screen):
    return screen.tab.locator(".bp-told:not([hidden]) p").all_inner_texts()


def to_the_page(screen, at):
    box = screen.tab.locator(".bp-plane").bounding_box()
    return box["x"] + 1 + at[0], box["y"] + 1 + at[1]


@pytest.mark.parametrize("setting", [{}, {"query": [2.0, -1.0], "loudness": 2.0, "key": "1"}, {"query": [-1.0, -1.0]}])
def test_lines_bars_and_arrows_are_the_shares_and_gradients_of_python(show, setting):
    lab = AttentionLab(**setting)
    screen = show(lab)
    drawing, found, at = screen.drawn(0), lab.look_up, places(screen)
    blue = [op for op in drawing if op["op"] == "stroke" and op["stroke"] == "blue"]
    np.testing.assert_allclose([op["width"] for op in blue], 0.5 + 11 * found.shares, atol=1e-6)
    for op, key in zip(blue, KEYS, strict=True):
        np.testing.assert_allclose([point[1:3] for point in op["path"]], [at(*lab.query), at(*key)], atol=1e-6)
    key = int(lab.key) - 1
    shafts = {(6, 4): (KEYS[key], found.dk[key]), (): (lab.query, found.dq)}
    for dash, (start, gradient) in shafts.items():
        end = np.array(start) - RATE * gradient
        long = np.hypot(*np.subtract(at(*start), at(*end))) >= 5
        lines = [line for line in drawing.lines("red", dash=list(dash)) if len(line) == 2]
        assert len(lines) == long
        for line in lines:
            np.testing.assert_allclose(line, [at(*start), at(*end)], atol=1e-6)
    widths = screen.tab.locator(".bp-bar i").evaluate_all("nodes => nodes.map(node => parseFloat(node.style.width))")
    np.testing.assert_allclose(widths, 100 * found.shares, atol=1e-3)


def test_a_hand_drags_the_query_and_points_at_a_key(show):
    screen = show(AttentionLab())
    at, mouse = places(screen), screen.tab.mouse
    mouse.move(*to_the_page(screen, at(0, 1)))
    mouse.down()
    mouse.move(*to_the_page(screen, at(-2, 1.5)), steps=4)
    mouse.up()
    np.testing.assert_allclose(screen.get("query"), [-2, 1.5], atol=0.02)
    mouse.move(*to_the_page(screen, at(*KEYS[0])))
    assert screen.get("key") == "1"
    assert "k₁" in said(screen)[1]


def test_the_query_stays_within_reach_of_hand_and_keys(show):
    screen = show(AttentionLab(query=[2.95, -2.95]))
    plane = screen.tab.locator(".bp-plane")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        plane.press(key)
    assert screen.get("query") == [3, -3]
    plane.press("Shift+ArrowLeft")
    plane.press("ArrowUp")
    assert screen.get("query") == [2.5, -2.9]
    box = plane.bounding_box()
    screen.tab.mouse.click(box["x"] + 3, box["y"] + 3)
    assert screen.get("query") == [-3, 3]


def test_a_step_goes_down_the_gradient_and_a_loud_query_does_not_move(show):
    screen = show(AttentionLab())
    first = AttentionLab().look_up
    screen.press("one step downhill")
    np.testing.assert_allclose(screen.get("query"), np.array([0, 1]) - RATE * first.dq, atol=6e-4)
    screen.press("reset")
    assert screen.get("query") == [0, 1]
    screen = show(AttentionLab(loudness=10))
    screen.press("one step downhill")
    np.testing.assert_allclose(screen.get("query"), [0, 1], atol=0.002)
    assert said(screen)[3].startswith("A hard look-up")


@pytest.mark.parametrize(
    ("setting", "words", "alarm"),
    [
        ({}, "A soft look-up", False),
        ({"loudness": 10.0}, "A hard look-up", True),
        ({"query": [0.0, 0.0]}, "Every key fits alike", False),
        ({"query": [0.0, 0.0], "target": 3.0}, "The answer is the target", False),
    ],
)
def test_the_verdict_is_told_and_only_a_dead_gradient_alarms(show, setting, words, alarm):
    screen = show(AttentionLab(**setting))
    told = screen.tab.locator(".bp-told:not([hidden]) p").nth(3)
    assert told.inner_text().startswith(words)
    assert ("bp-alarm" in (told.get_attribute("class") or "")) is alarm


@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_a_score_should_rise_where_python_has_a_negative_gradient(show, key):
    lab = AttentionLab(key=key)
    dz = lab.look_up.dz[int(key) - 1]
    words = said(show(lab))[1]
    assert ("should rise" if dz < 0 else "should fall") in words
    assert f"{dz:.2f}".replace("-", "−") in words


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_the_squares_of_a_text_are_pythons(show, text, causal):
    lab = AttentionLab(mode="text", text=text, causal=causal, loudness=2)
    screen, found = show(lab), lab.read_back
    cells = screen.tab.locator("[role=gridcell]")
    assert cells.count() == found.shares.size
    shown = cells.evaluate_all("nodes => nodes.map(node => [node.firstChild.data ?? '', node.innerText.slice(-1)])")
    for (share, sign), p, dz in zip(shown, found.shares.ravel(), found.dz.ravel(), strict=True):
        assert share == ("" if p <= 0.0005 else "<1" if p < 0.005 else f"{p * 100 + 1e-9:.0f}")
        assert (sign if sign in "▲▼" else "") == ("" if abs(dz) < 0.005 else "▲" if dz < 0 else "▼")
    assert f"{found.losses.sum():.2f}" in said(screen)[3]
    assert ("says nothing" in said(screen)[3]) is not causal


def test_a_square_is_pointed_at_with_the_mouse_tapped_and_walked_to(show):
    screen = show(AttentionLab(mode="text"))
    square = screen.tab.locator("[data-row='2'][data-column='1']")
    square.hover()
    assert (screen.get("row"), screen.get("column")) == (2, 1)
    square.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        screen.tab.keyboard.press(key)
    assert (screen.get("row"), screen.get("column")) == (4, 1)
    assert screen.tab.locator("[role=gridcell][tabindex='0']").count() == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((3, 2), "n is what comes next: this score should rise."),
        ((3, 1), "a is not what comes next: this score should fall."),
        ((4, 1), "a is what comes next: this score should rise."),
        ((0, 0), "Nothing flows through this square"),
        ((1, 4), "Step 5 is the future of step 2"),
    ],
)
def test_each_kind_of_pair_has_its_words(show, place, words):
    screen = show(AttentionLab(mode="text", row=place[0], column=place[1]))
    assert said(screen)[1].startswith(words)
    flows = "Nothing" not in words and "future" not in words
    assert said(screen)[2].startswith("∂L/∂z = ") is flows


def test_a_pair_beyond_a_shorter_text_is_its_last_one(show):
    screen = show(AttentionLab(mode="text", row=9, column=10))
    assert said(screen)[0].startswith("Step 5 is n, and a comes next. From step 6, a after n,")


def test_the_future_is_hidden_and_shown_by_a_button(show):
    screen = show(AttentionLab(mode="text", loudness=10))
    button = screen.tab.get_by_role("button", name="hide the future")
    assert button.get_attribute("aria-pressed") == "true"
    button.press("Enter")
    assert screen.get("causal") is False
    assert screen.tab.locator(".bp-future").count() == 0


@pytest.mark.parametrize("mode", ["plane", "text"])
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_a_small_phone_shows_everything(open_page, mode, lang):
    lab = AttentionLab(mode=mode, text="mississippi", query=[3, 3], loudness=10)
    tab = open_page(page(lab, lang=lang, theme="dark"), width=320, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    visible = tab.locator(".bp-attention > :not([hidden])")
    assert all(visible.nth(k).is_visible() for k in range(visible.count()))


@pytest.mark.parametrize("width", [600, 714, 900])
def test_the_map_of_a_long_text_fits_its_column(open_page, width):
    tab = open_page(page(AttentionLab(mode="text", text="mississippi")), width=width)
    tab.wait_for_selector(".bp-map")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("text", TEXTS)
def test_a_page_keeps_as_much_room_as_a_text_takes(show, text):
    lab = AttentionLab(mode="text", text=text)
    for width, room in zip((714, 384), AttentionLab.room({"mode": "text", "text": text}), strict=True):
        height = show(lab, width=width).tab.locator(".bp").bounding_box()["height"] / 16
        assert height == pytest.approx(room, rel=0.14)


def test_a_thumb_drags_the_query_from_where_it_stands(show):
    screen = show(AttentionLab(), width=390, has_touch=True)
    finger, at = screen.tab.context.new_cdp_session(screen.tab), places(screen)
    way = [at(0, 1), at(-0.5, 0.8), at(-1.5, 0.5)]
    for kind, points in [("Start", way[:1]), *(("Move", [point]) for point in way[1:]), ("End", [])]:
        spots = [dict(zip("xy", to_the_page(screen, point), strict=True)) for point in points]
        finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": spots})
    np.testing.assert_allclose(screen.get("query"), [-1.5, 0.5], atol=0.02)


def test_an_address_opens_a_setting_and_nonsense_in_it_is_left_out(open_page):
    html = page(AttentionLab())
    tab = open_page(html, fragment="#w1.loudness=10&w1.target=2")
    assert "the target 2," in tab.locator(".bp-told p").first.inner_text()
    assert "A hard look-up" in tab.locator(".bp-told:not([hidden])").inner_text()
    tab = open_page(html, fragment="#w1.loudness=100&w1.target=0")
    assert "the target 5," in tab.locator(".bp-told p").first.inner_text()


HEADS = heads_of(gpt())
NAMES = ["1.1", "1.2", "2.1", "2.2"]


def choose(screen, head):
    screen.tab.locator(f"input[value='{head}']").evaluate("node => node.click()")


def test_each_head_of_a_model_shows_its_shares_and_which_scores_should_rise(show):
    screen = show(AttentionLab(heads=HEADS))
    for name, shares, dz in zip(NAMES, HEADS.shares.reshape(4, 6, 6), HEADS.dz.reshape(4, 6, 6), strict=True):
        choose(screen, name)
        assert screen.get("head") == name
        cells = screen.tab.locator("[role=gridcell]")
        shown = cells.evaluate_all("nodes => nodes.map(node => [node.firstChild.data ?? '', node.innerText.slice(-1)])")
        weak = np.abs(dz).max() / 50
        for (share, sign), p, slope in zip(shown, shares.ravel(), dz.ravel(), strict=True):
            assert share == ("" if p <= 0.0005 else "<1" if p < 0.005 else f"{p * 100 + 1e-9:.0f}")
            assert (sign if sign in "▲▼" else "") == ("" if abs(slope) <= weak else "▲" if slope < 0 else "▼")
    assert screen.tab.locator(".bp-future:visible").count() == 15


def test_a_button_of_a_head_shows_its_shares_at_a_glance(show):
    screen = show(AttentionLab(heads=HEADS))
    seen = screen.tab.locator(".bp-heads canvas").evaluate_all(
        "nodes => nodes.map(n => [...n.getContext('2d').getImageData(0, 0, n.width, n.height).data])"
    )
    alphas = np.reshape(seen, (2, 2, 6, 6, 4))[..., 3]
    np.testing.assert_allclose(alphas, 255 * HEADS.shares, atol=1.01)


@pytest.mark.parametrize("head", NAMES)
def test_each_square_of_a_head_is_told_with_its_gradient(show, head):
    screen = show(AttentionLab(heads=HEADS, head=head))
    dz = HEADS.dz.reshape(4, 6, 6)[NAMES.index(head)]
    kinds = set()
    for row, column in np.ndindex(6, 6):
        screen.set(row=row, column=column)
        first, second, third, last = said(screen)
        slope, weak = dz[row, column], np.abs(dz).max() / 50
        assert first.startswith(
            f"Step {row + 1} is {['the start', *'gauss'][row]}, and {[*'gauss', 'the end'][row]} comes"
        )
        assert last == ""
        kind = "future" if column > row else "hardly" if abs(slope) <= weak else "rise:" if slope < 0 else "fall:"
        kinds.add(kind)
        assert f" {kind} " in f"{second} "
        assert bool(third) is (kind in ("rise:", "fall:"))
        if third:
            assert third.startswith("∂L/∂z = −" if slope < 0 else "∂L/∂z = ")
            assert ("all steps from" in third) is head.startswith("1")
    assert kinds == {"future", "hardly", "rise:", "fall:"}


def test_a_gradient_of_a_head_is_told_with_three_digits(show):
    row, column = np.unravel_index(HEADS.dz[0, 1].argmax(), (6, 6))
    screen = show(AttentionLab(heads=HEADS, head="1.2", row=int(row), column=int(column)))
    shown = said(screen)[2].removeprefix("∂L/∂z = ").partition(":")[0]
    assert value_of(shown) == pytest.approx(HEADS.dz[0, 1].max(), rel=5.01e-3)


def test_a_map_of_a_head_is_walked_with_keys_and_tapped_and_has_no_loudness(show):
    screen = show(AttentionLab(heads=HEADS), width=390, has_touch=True)
    screen.tab.locator("[data-row='5'][data-column='1']").tap()
    assert (screen.get("row"), screen.get("column")) == (5, 1)
    for key in ("ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown"):
        screen.tab.keyboard.press(key)
    assert (screen.get("row"), screen.get("column")) == (5, 2)
    assert screen.tab.locator("input[type=range]:visible, button:visible").count() == 0
    screen.tab.locator("label:has([value='2.1'])").tap()
    assert screen.get("head") == "2.1"
    screen.tab.keyboard.press("ArrowRight")
    assert screen.get("head") == "2.2"


LONG = Heads("·magnusson", np.tile(np.tri(10) / np.arange(1, 11)[:, None], (2, 4, 1, 1)), np.zeros((2, 4, 10, 10)))


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390, 600, 714])
def test_the_heads_of_a_long_text_fit_any_page(open_page, width, lang):
    tab = open_page(page(AttentionLab(heads=LONG), lang=lang, theme="dark"), width=width, has_touch=True)
    tab.wait_for_selector(".bp-map")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    thumbs = tab.locator(".bp-heads label").evaluate_all("nodes => nodes.map(n => n.getBoundingClientRect().height)")
    assert min(thumbs) >= 40


TALL = Heads("·ab", np.tile(np.tri(3) / np.arange(1, 4)[:, None], (4, 1, 1, 1)), np.zeros((4, 1, 3, 3)))


@pytest.mark.parametrize("heads", [HEADS, LONG, TALL], ids=["short", "long", "tall"])
def test_a_page_keeps_as_much_room_as_heads_take(show, heads):
    lab = AttentionLab(heads=heads, row=1, column=0)
    for width, room in zip((714, 384), AttentionLab.room(lab.get_state()), strict=True):
        height = show(lab, width=width).tab.locator(".bp").bounding_box()["height"] / 16
        assert height == pytest.approx(room, rel=0.14)


def test_an_address_leads_to_a_head_that_is_given(open_page):
    html = page(AttentionLab(heads=HEADS))
    for asked, chosen in (("2.1", "2.1"), ("3.1", "1.1")):
        tab = open_page(html, fragment=f"#w1.head={asked}")
        assert tab.locator(".bp-heads input:checked").get_attribute("value") == chosen
