"""The convolution explorer under a reader's hands: mouse, finger and keys move the kernel, and the numbers follow."""

import re

import numpy as np
import pytest
from harness import page

from backprop.widgets.convolution_explorer import KERNELS, ConvolutionExplorer


def told(tab):
    return tab.locator(".bp-told").inner_text()


def numbers(tab, place):
    """The nine numbers of a grid: 0 is x here, 2 is what goes to dx."""
    texts = tab.locator(".bp-nine").nth(place).locator("span").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def facts(tab):
    return tab.locator(".bp-facts > *").all_inner_texts()


def spot(tab, view, x, y):
    node = tab.locator("canvas").nth(view)
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def picture(tab, view):
    tab.wait_for_timeout(100)
    return tab.locator("canvas").nth(view).evaluate("node => node.toDataURL()")


def test_what_is_shown_is_what_the_package_computes(open_page):
    explorer = ConvolutionExplorer(row=18, column=49)
    tab = open_page(page(explorer))
    assert numbers(tab, 0) == explorer.x[18:21, 49:52].ravel().round(2).tolist()
    assert numbers(tab, 2) == list(KERNELS["edge"])
    assert f"y[18, 49] = {explorer.y[18, 49]:.2f}." in told(tab)
    assert "All other pixels have gradient 0" in told(tab)
    assert "(64 + 2·0 − 3) // 1 + 1 = 62" in facts(tab)[2]


def test_a_mouse_drags_the_kernel_and_all_three_pictures_follow(open_page):
    explorer = ConvolutionExplorer()
    tab = open_page(page(explorer))
    before = [picture(tab, view) for view in range(3)]
    tab.mouse.move(*spot(tab, 0, 0.2, 0.2))
    tab.mouse.down()
    tab.mouse.move(*spot(tab, 0, 30.5 / 64, 40.5 / 64), steps=5)
    assert "y[39, 29]" in told(tab)  # before the button is released: pixel (40, 30) in the middle
    tab.mouse.up()
    assert numbers(tab, 0) == explorer.x[39:42, 29:32].ravel().round(2).tolist()
    after = [picture(tab, view) for view in range(3)]
    assert all(old != new for old, new in zip(before, after, strict=True))
    tab.mouse.move(*spot(tab, 0, 0.5, 0.1))
    assert "y[39, 29]" in told(tab)  # a pointer that only passes by moves nothing
    tab.mouse.click(*spot(tab, 1, 10.5 / 62, 5.5 / 62))
    assert "y[5, 10]" in told(tab)


def test_a_finger_drags_it_and_does_not_scroll_the_page(open_page):
    tab = open_page(page(ConvolutionExplorer()), width=390, height=600, has_touch=True, is_mobile=True)
    touch, before = tab.context.new_cdp_session(tab), tab.evaluate("scrollY")
    for kind, place in (("touchStart", (0.5, 0.5)), ("touchMove", (0.3, 0.4)), ("touchMove", (1.5 / 64, 1.5 / 64))):
        x, y = spot(tab, 0, *place)
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert "y[0, 0]" in told(tab)
    assert tab.evaluate("scrollY") == before


def test_arrow_keys_move_it_and_stop_at_the_edge(open_page):
    tab = open_page(page(ConvolutionExplorer(row=1, column=60)))
    view = tab.locator("canvas").first
    view.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight"):
        view.press(key)
    assert "y[0, 61]" in told(tab)
    view.press("Shift+ArrowDown")
    view.press("ArrowLeft")
    assert "y[5, 60]" in told(tab)


def test_a_preset_and_a_number_change_the_kernel(open_page):
    tab = open_page(page(ConvolutionExplorer()))
    tab.get_by_role("button", name="identity").click()
    assert tab.locator("[aria-pressed=true]").all_inner_texts() == ["identity"]
    assert numbers(tab, 2) == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert "add up to 1" in tab.locator(".bp-sums p").inner_text()
    middle = tab.get_by_label("W, row 1, column 1")
    middle.fill("-2.5")
    assert numbers(tab, 2)[4] == -2.5
    assert tab.locator("[aria-pressed=true]").count() == 0
    assert "multiplied" in tab.locator(".bp-sums p").inner_text()
    for wrong in ("", "99"):
        middle.fill(wrong)
        assert middle.get_attribute("aria-invalid") == "true"
        assert numbers(tab, 2)[4] == -2.5
    middle.press("Tab")  # whoever leaves the field sees the weight that is in use
    assert middle.input_value() == "-2.5"
    assert middle.get_attribute("aria-invalid") != "true"
    middle.fill("99")
    tab.get_by_role("button", name="edge").click()
    assert middle.input_value() == "0"
    assert middle.get_attribute("aria-invalid") != "true"


def test_a_gradient_everywhere_adds_up_in_a_pixel(open_page):
    tab = open_page(page(ConvolutionExplorer()))
    before = picture(tab, 2)
    tab.get_by_label("dy = y everywhere").check()
    assert "lies under 9 windows, so its gradient is a sum of 9 terms" in told(tab)
    assert picture(tab, 2) != before
    sums = [part.split(" = ")[1] for part in facts(tab)[3].split(", ")]
    assert len(sums) == 3
    assert len(set(sums)) == 1
    tab.get_by_label("stride").fill("2")
    assert "// 2 + 1 = 31" in facts(tab)[2]
    assert "lies under this window alone" in told(tab)


def test_in_the_corner_of_a_frame_the_outside_is_named(open_page):
    tab = open_page(page(ConvolutionExplorer(picture="digit", padding=1, row=0, column=0)))
    assert "5 of the nine lie in the frame of zeros" in told(tab)
    assert tab.locator(".bp-nine .bp-out").count() == 10  # in x and in dx
    tab.get_by_label("padding").fill("2")
    assert "8 of the nine" in told(tab)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390, 1000])
def test_it_fits(open_page, width, lang):
    tab = open_page(page(ConvolutionExplorer(kernel=[-2.75] * 9, gradient="all"), lang=lang, theme="dark"), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    cells = tab.locator(".bp-nine > *").evaluate_all("nodes => nodes.map((n) => [n.scrollWidth, n.clientWidth])")
    assert all(inner <= outer for inner, outer in cells)
    assert tab.locator(".bp.bp-dark").count() == 1


TEAL = {"x": "#1f6cb0", "y": "#1f6cb0", "dx": "#b4530a"}


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_the_window_stands_on_the_pixels_that_meet(show, stride, padding):
    explorer = ConvolutionExplorer(picture="digit", stride=stride, padding=padding, row=3, column=5)
    screen = show(explorer)
    n, side = len(explorer.y), 28
    for index, name in enumerate(("x", "y", "dx")):
        drawing = screen.drawn(index)
        width = screen.tab.locator("canvas").nth(index).evaluate("node => node.clientWidth")
        frame, (step, span) = (0, (1, 1)) if name == "y" else (padding, (stride, 3))
        cell = width / ((n if name == "y" else side) + 2 * frame)
        (image,) = (op for op in drawing if op["op"] == "drawImage")
        assert image["smooth"] is False
        assert image["image"] == [n if name == "y" else side] * 2
        np.testing.assert_allclose(image["box"][:2], [frame * cell] * 2, atol=1e-3)
        np.testing.assert_allclose(image["box"][2:], [image["image"][0] * cell] * 2, atol=1e-3)
        outer, inner = drawing.boxes("strokeRect")
        wanted = [5 * step * cell - 2, 3 * step * cell - 2, span * cell + 4, span * cell + 4]
        np.testing.assert_allclose(outer, wanted, atol=1e-3)
        np.testing.assert_allclose(inner, wanted, atol=1e-3)
        colours = [op["stroke"] for op in drawing if op["op"] == "strokeRect"]
        assert colours[1] == TEAL[name]
        assert colours[0] in ("#ffffff", "paper")


def test_the_labels_tell_each_pictures_own_range(show):
    explorer = ConvolutionExplorer(picture="digit", gradient="all")
    screen = show(explorer)

    def short(v: float) -> str:
        return f"{v:.{2 if abs(v) < 10 else 1}f}".rstrip("0").rstrip(".").replace("-", "−")

    for index, values in ((1, explorer.y), (2, explorer.dx)):
        said = f"black {short(min(0, values.min()))}, white {short(max(0, values.max()))}"
        assert said in screen.label(index)
        assert screen.tab.locator("canvas").nth(index).locator("xpath=following-sibling::p").inner_text() == said


def test_both_grids_show_the_nine_numbers_in_the_greys_of_their_pictures(show):
    explorer = ConvolutionExplorer(picture="digit", padding=1, row=0, column=9, kernel=[1, 2, 3, 4, 5, 6, 7, 8, 9])
    screen = show(explorer)
    under, sent = (screen.tab.locator(".bp-nine").nth(k).locator("span") for k in (0, 2))
    padded = np.pad(explorer.x, 1)
    wanted = padded[:3, 9:12].ravel()
    assert [float(text.replace("−", "-")) for text in under.all_inner_texts()] == [round(v, 2) for v in wanted]
    assert [float(text) for text in sent.all_inner_texts()] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    out = [("bp-out" in (cell or "")) for cell in under.evaluate_all("nodes => nodes.map(node => node.className)")]
    assert out == [True] * 3 + [False] * 6
    levels = [int(re.search(r"\d+", found)[0]) for found in sent.evaluate_all("n => n.map(c => c.style.background)")]
    assert levels == sorted(levels)
    inks = sent.evaluate_all("nodes => nodes.map(node => node.style.color)")
    assert [ink == "rgb(0, 0, 0)" for ink in inks] == [level > 117 for level in levels]


def test_pressed_kernels_and_a_wrong_weight_are_marked(show):
    screen = show(ConvolutionExplorer())

    def pressed() -> list[str]:
        nodes = {name: screen.tab.get_by_role("button", name=name) for name in KERNELS}
        return [name for name, node in nodes.items() if node.get_attribute("aria-pressed") == "true"]

    assert pressed() == ["edge"]
    for name in KERNELS:
        screen.press(name)
        assert pressed() == [name]
        np.testing.assert_allclose(screen.get("kernel"), KERNELS[name])
    field = screen.tab.get_by_label("W, row 1, column 2")
    field.fill("9.5")
    assert field.get_attribute("aria-invalid") == "true"
    assert screen.get("kernel")[5] == KERNELS["emboss"][5]
    field.fill("-2.5")
    assert field.get_attribute("aria-invalid") == "false"
    assert screen.get("kernel")[5] == -2.5
    assert pressed() == []


def test_facts_and_sentences_are_the_packages(show):
    explorer = ConvolutionExplorer(picture="digit", stride=2, padding=1, row=4, column=6, gradient="all")
    screen = show(explorer)
    y, dx, x = explorer.y, explorer.dx, explorer.x
    number = screen.number
    facts = screen.tab.locator(".bp-facts")
    assert f"({28} + 2·1 − 3) // 2 + 1 = {len(y)}" in facts.inner_text()
    assert f"Σ y·dy = {number((y * explorer.dy).sum())}, Σ x·dx = {number((x * dx).sum())}" in facts.inner_text()
    assert f"Σ W·dW = {number((np.reshape(explorer.kernel, (3, 3)) * explorer.dW).sum())}" in facts.inner_text()
    assert "The weights add up to 0" in screen.tab.locator(".bp-sums").inner_text()
    screen.press("blur")
    assert "The weights add up to 1" in screen.tab.locator(".bp-sums").inner_text()
    screen.set(kernel=[1, 1, 1, 1, 1, 1, 1, 1, -6])
    assert "The weights add up to 2:" in screen.tab.locator(".bp-sums").inner_text()
    assert "Pixel x[8, 12], in the middle, lies under this window alone." in screen.tab.locator(".bp-told").inner_text()
    screen.set(stride=1)
    assert "Pixel x[4, 6], in the middle, lies under 9 windows" in screen.tab.locator(".bp-told").inner_text()


def test_what_was_gathered_and_what_is_scattered_are_told_apart(show):
    explorer = ConvolutionExplorer(picture="digit", row=9, column=12)
    screen = show(explorer)
    told = [screen.tab.locator(".bp-facts output").nth(k) for k in (0, 1)]
    for gradient in ("one", "all"):
        screen.set(gradient=gradient)
        explorer.gradient = gradient
        for node, name, values in zip(told, ("y", "dy"), (explorer.y, explorer.dy), strict=True):
            place, _, value = node.inner_text().partition(" = ")
            assert place == f"{name}[9, 12]"
            assert float(value.replace("−", "-")) == pytest.approx(values[9, 12], abs=5e-3)
        share = screen.tab.locator(".bp-nine").nth(2).locator("span").all_inner_texts()
        wanted = np.ravel(explorer.kernel) * explorer.dy[9, 12]
        np.testing.assert_allclose([float(text.replace("−", "-")) for text in share], wanted, atol=5e-3)


def test_arrow_keys_move_the_window_by_one_and_with_shift_by_five_and_stop_at_the_edge(show):
    screen = show(ConvolutionExplorer(picture="digit", row=10, column=10))
    screen.tab.locator("canvas").first.focus()
    seen = []
    for key in ("ArrowUp", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft", *["Shift+ArrowRight"] * 6):
        screen.tab.keyboard.press(key)
        seen.append((screen.get("row"), screen.get("column")))
    assert seen[:4] == [(9, 10), (9, 11), (14, 11), (14, 6)]
    assert seen[-1] == (14, 25)


def counted(tab) -> str:
    return tab.locator(".bp-sums .bp-name").nth(3).inner_text()


def test_a_pixel_that_is_pointed_at_lights_the_outputs_that_read_it(show):
    explorer = ConvolutionExplorer(picture="toy", gradient="ones", row=0, column=0)
    screen = show(explorer)
    tab = screen.tab
    tab.mouse.move(*spot(tab, 2, 0.5 / 7, 1.5 / 7))
    assert "Pixel x[1, 0] is read by y[0, 0], y[1, 0], each time under another weight" in told(tab)
    assert f"= {explorer.dx[1, 0]:.0f}.".replace("-", "−") in told(tab)
    cell = tab.locator("canvas").nth(1).evaluate("node => node.clientWidth") / 5
    boxes = screen.drawn(1).boxes("strokeRect")[2:]  # after the two of the window
    np.testing.assert_allclose(boxes, [[0, r * cell, cell, cell] for r in (0, 0, 1, 1)], atol=1e-3)
    tab.mouse.move(*spot(tab, 0, 0.5, 0.5))
    assert "Nine pixels times nine weights" in told(tab)  # whoever only passes by leaves nothing behind
    tab.mouse.click(*spot(tab, 2, 3.5 / 7, 3.5 / 7))
    tab.mouse.move(*spot(tab, 0, 0.5, 0.5))
    assert screen.get("seen") == 24
    assert told(tab).count("y[") == 9
    tab.locator("canvas").nth(2).press("ArrowUp")
    assert screen.get("seen") == 17
    tab.locator("canvas").first.press("ArrowRight")
    assert screen.get("seen") == -1
    screen.set(stride=3, padding=0, seen=48)
    assert "Pixel x[6, 6] lies under no window" in told(tab)
    screen.set(picture="toy", stride=1, seen=48)
    assert "Pixel x[6, 6] is read by y[4, 4] alone" in told(tab)


MIDWAY = """() => {
    const [count] = document.querySelectorAll('.bp-sums .bp-name')[3].textContent.match(/\\d+/);
    const cells = [...document.querySelectorAll('.bp-nine')[3].children].map((cell) => cell.textContent);
    return count > 6 && count < 25 && [count, model.get('row'), model.get('column'), ...cells];
}"""


def test_a_sweep_adds_up_one_place_after_the_other_and_ends_with_all(show):
    explorer = ConvolutionExplorer(picture="toy", row=3, column=3)
    screen = show(explorer)
    assert counted(screen.tab) == "dW: 1/25"
    screen.press("sweep all places")
    assert screen.get("gradient") == "ones"
    explorer.gradient = "ones"
    seen = screen.tab.wait_for_function(MIDWAY).json_value()  # all at once, for the sweep goes on
    count, row, column = (int(number) for number in seen[:3])
    assert count == 5 * row + column + 1
    assert [float(number) for number in seen[3:]] == explorer_after(explorer, count)
    screen.tab.wait_for_function("document.querySelectorAll('.bp-sums .bp-name')[3].textContent === 'dW: 25/25'")
    screen.tab.get_by_role("button", name="sweep all places").wait_for()
    assert numbers(screen.tab, 3) == explorer.dW.ravel().tolist()
    assert (screen.get("row"), screen.get("column")) == (4, 4)


def explorer_after(explorer: ConvolutionExplorer, count: int) -> list[float]:
    """dW when only the first places of y have handed back a 1."""
    places = [(r, c) for r in range(5) for c in range(5)][:count]
    return sum(explorer.x[r : r + 3, c : c + 3] for r, c in places).ravel().tolist()


def test_a_hand_on_the_window_ends_a_sweep_and_all_places_count_again(show):
    screen = show(ConvolutionExplorer(picture="toy"))
    screen.press("sweep all places")
    screen.tab.locator("canvas").first.press("ArrowDown")
    assert counted(screen.tab) == "dW: 25/25"
    screen.tab.get_by_role("button", name="sweep all places").wait_for()


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_the_numbers_of_the_toy_are_printed_and_fit_their_cells(show, width):
    explorer = ConvolutionExplorer(picture="toy", padding=2, gradient="all", kernel=[-2.75] * 9)
    screen = show(explorer, width=width)
    texts = [op["text"] for op in screen.drawn(0) if op["op"] == "fillText"]
    assert len(texts) == 11**2
    assert [int(text) for text in texts if text != "0"] == [int(v) for v in explorer.x.ravel() if v]


def test_on_a_phone_the_controls_stand_beside_a_picture_that_they_change(open_page):
    tab = open_page(page(ConvolutionExplorer()), width=390, height=844, has_touch=True, is_mobile=True)
    dx, beside = (tab.locator(name).bounding_box() for name in ("canvas >> nth=2", ".bp-beside"))
    assert beside["x"] > dx["x"] + dx["width"]
    assert beside["y"] < dx["y"] + dx["height"]
    assert tab.locator("canvas").first.bounding_box()["y"] + 844 > beside["y"] + beside["height"]
