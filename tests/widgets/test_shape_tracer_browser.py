"""The shape tracer under a reader's hands: pointer, finger, keys and sliders; the sum on the page is Python's."""

import numpy as np
import pytest
from harness import page

from backprop.widgets.shape_tracer import ShapeTracer


def entry(tab, name, row, column):
    return tab.locator(f".bp-{name} [data-row='{row}'][data-column='{column}']")


def lit(tab, name):
    places = f".bp-{name} .bp-met, .bp-{name} .bp-here"
    return tab.locator(places).evaluate_all("all => all.map((n) => [+n.dataset.row, +n.dataset.column])")


def total(tab):
    text = tab.locator(".bp-sum").inner_text().replace("−", "-")
    return text.split(" = ")[0], float(text.rsplit("= ", 1)[1])


def check_total(tab, row, column, **sizes):
    assert total(tab) == (f"z[{row}, {column}]", pytest.approx(ShapeTracer(**sizes).z[row, column], abs=1e-9))


def test_pointing_at_an_entry_of_z_lights_up_its_row_column_and_bias(open_page):
    tab = open_page(page(ShapeTracer()))
    entry(tab, "z", 2, 3).hover()
    assert lit(tab, "a") == [[2, 0], [2, 1]]
    assert lit(tab, "W") == [[0, 3], [1, 3]]
    assert lit(tab, "b") == [[0, 3]]
    assert lit(tab, "z") == [[2, 3]]
    check_total(tab, 2, 3)


def test_pointing_at_a_factor_lights_up_what_it_reaches(open_page):
    tab = open_page(page(ShapeTracer()))
    entry(tab, "W", 1, 2).hover()
    assert lit(tab, "z") == [[0, 2], [1, 2], [2, 2]]
    assert lit(tab, "a") == [[0, 1], [1, 1], [2, 1]]
    entry(tab, "a", 1, 0).hover()
    assert lit(tab, "z") == [[1, column] for column in range(4)]
    assert lit(tab, "W") == [[0, column] for column in range(4)]
    entry(tab, "b", 0, 1).hover()
    assert lit(tab, "z") == [[0, 1], [1, 1], [2, 1]]
    assert lit(tab, "a") == lit(tab, "W") == []


def test_a_tap_of_a_finger_is_enough(open_page):
    tab = open_page(page(ShapeTracer()), width=390, has_touch=True)
    entry(tab, "z", 1, 1).tap()
    check_total(tab, 1, 1)
    assert lit(tab, "z") == [[1, 1]]


def test_arrow_keys_walk_over_an_array_and_stop_at_its_edge(open_page):
    tab = open_page(page(ShapeTracer()))
    entry(tab, "z", 0, 0).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
    check_total(tab, 1, 2)
    for key in ("End", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):
        tab.keyboard.press(key)
    check_total(tab, 2, 3)
    assert tab.evaluate("document.activeElement.dataset.column") == "3"


def test_each_array_is_one_stop_of_the_tab_key(open_page):
    tab = open_page(page(ShapeTracer()))
    assert tab.locator("[role=gridcell][tabindex='0']").count() == 4
    tab.get_by_label("n_out, columns of W").focus()
    seen = []
    for _ in range(4):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("document.activeElement.closest('.bp-array').className.split('bp-').pop()"))
    assert seen == ["W", "b", "a", "z"]


@pytest.mark.parametrize("key", ["Home", "End"])
def test_at_the_ends_of_the_sliders_shapes_and_sums_are_pythons(open_page, key):
    size = 1 if key == "Home" else 5
    tab = open_page(page(ShapeTracer(row=4, column=4)))
    for slider in tab.get_by_role("slider").all():
        slider.press(key)
    sizes = {"N": size, "n_in": size, "n_out": size}
    assert (
        tab.locator(".bp-shapes").inner_text() == f"({size}, {size}) @ ({size}, {size}) + ({size},) → ({size}, {size})"
    )
    check_total(tab, size - 1, size - 1, **sizes)
    assert tab.locator(".bp-z [role=gridcell]").count() == size * size


def test_shrinking_an_array_moves_the_pointed_entry_inside(open_page):
    tab = open_page(page(ShapeTracer(N=5, n_in=3, n_out=5, row=4, column=4)))
    tab.get_by_label("N, rows").fill("2")
    tab.get_by_label("n_out").fill("1")
    check_total(tab, 1, 0, N=2, n_in=3, n_out=1)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 1000])
def test_the_largest_arrays_fit_and_every_entry_is_named(open_page, width, lang):
    tab = open_page(page(ShapeTracer(N=5, n_in=5, n_out=5), lang=lang, theme="dark"), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("[role=gridcell]:not([aria-label])").count() == 0
    cut = "all => all.filter((n) => n.scrollWidth > n.clientWidth + 2).map((n) => n.textContent)"
    assert tab.locator("[role=gridcell]").evaluate_all(cut) == []
    assert tab.locator(".bp").get_attribute("lang")[:2] == lang[:2]


@pytest.mark.parametrize(
    ("array", "row", "column", "met"),
    [
        ("z", 1, 2, {"a": {(1, 0), (1, 1)}, "W": {(0, 2), (1, 2)}, "b": {(0, 2)}, "z": set()}),
        ("a", 2, 1, {"a": set(), "W": {(1, j) for j in range(4)}, "b": set(), "z": {(2, j) for j in range(4)}}),
        ("W", 0, 3, {"a": {(n, 0) for n in range(3)}, "W": set(), "b": set(), "z": {(n, 3) for n in range(3)}}),
        ("b", 0, 1, {"a": set(), "W": set(), "b": set(), "z": {(n, 1) for n in range(3)}}),
    ],
)
def test_exactly_the_entries_that_meet_are_marked(show, array, row, column, met):
    screen = show(ShapeTracer(array=array, row=row, column=column))
    for name, wanted in met.items():
        cells = screen.tab.locator(f".bp-{name} [data-row]")
        found = cells.evaluate_all("n => n.map(c => [+c.dataset.row, +c.dataset.column, c.className, c.tabIndex])")
        assert {(r, c) for r, c, mark, _ in found if mark == "bp-met"} == wanted
        assert [(r, c) for r, c, mark, _ in found if mark == "bp-here"] == ([(row, column)] if name == array else [])
        tabbed = [(r, c) for r, c, _, tab in found if tab == 0]
        assert tabbed == [(row, column) if name == array else (0, 0)]


def test_the_sum_is_that_of_the_entry_or_of_the_first_that_it_reaches(show):
    tracer = ShapeTracer()
    for array, row, column, place in (
        ("z", 2, 3, (2, 3)),
        ("a", 2, 1, (2, 0)),
        ("W", 1, 3, (0, 3)),
        ("b", 0, 2, (0, 2)),
    ):
        screen = show(ShapeTracer(array=array, row=row, column=column))
        text = screen.tab.locator(".bp-sum").inner_text().replace("−", "-")
        assert text.startswith(f"z[{place[0]}, {place[1]}] = ")
        assert float(text.split(" = ")[-1]) == pytest.approx(tracer.z[place])
        terms = text.split(" = ")[1].replace("·", "*")
        assert eval(terms) == pytest.approx(tracer.z[place])
        said = screen.tab.locator(".bp-tracer > p").nth(1).inner_text()
        assert said.startswith(f"{array}[{row}, {column}]" if array != "b" else f"b[{column}]")


def test_titles_and_labels_tell_shapes_and_entries(show):
    screen = show(ShapeTracer(N=2, n_in=3, n_out=4))
    shapes = {"a": "(2, 3)", "W": "(3, 4)", "b": "(4,)", "z": "(2, 4)"}
    for name, shape in shapes.items():
        assert screen.tab.locator(f".bp-{name}").get_attribute("aria-label") == f"{name}, shape {shape}"
        assert screen.tab.locator(f".bp-at-{name} .bp-name").inner_text() == f"{name} {shape}"
    assert screen.tab.locator(".bp-shapes").inner_text() == "(2, 3) @ (3, 4) + (4,) → (2, 4)"
    z = ShapeTracer(N=2, n_in=3, n_out=4).z
    for name, label in (("z", "z row 1, column 2: "), ("b", "b, entry 2: ")):
        cell = screen.tab.locator(f".bp-{name} [data-row]").nth(6 if name == "z" else 2)
        assert cell.get_attribute("aria-label").startswith(label)
        if name == "z":
            assert float(cell.inner_text().replace("−", "-")) == pytest.approx(z[1, 2])
            assert cell.get_attribute("aria-label") == label + cell.inner_text()


def test_arrow_keys_walk_inside_one_array_and_end_at_its_edges(show):
    screen = show(ShapeTracer(N=3, n_in=2, n_out=4))
    screen.tab.locator(".bp-z [tabindex='0']").focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "End", "ArrowRight", "ArrowUp", "ArrowUp", "Home", "ArrowLeft"):
        screen.tab.keyboard.press(key)
        seen.append((screen.get("row"), screen.get("column")))
    assert seen == [(0, 1), (1, 1), (1, 3), (1, 3), (0, 3), (0, 3), (0, 0), (0, 0)]
    assert screen.get("array") == "z"


def test_an_entry_that_a_scroll_brings_below_a_resting_mouse_is_not_chosen(open_page):
    tab = open_page(page(ShapeTracer()))
    tab.evaluate("document.body.style.padding = '900px 0'")
    place = entry(tab, "W", 1, 2).bounding_box()
    tab.mouse.move(place["x"] + 5, 100)
    tab.evaluate("y => scrollTo(0, scrollY + y - 95)", place["y"])
    tab.wait_for_timeout(300)  # the browser tells what is below the mouse now, though nobody has moved it
    assert lit(tab, "W") == [[0, 0], [1, 0]]
    tab.mouse.move(place["x"] + 6, 100)
    assert lit(tab, "W") == [[1, 2]]


@pytest.mark.parametrize(
    ("array", "row", "column", "entry", "met"),
    [
        ("W", 1, 2, "dW[1, 2]", {"a": [[0, 1], [1, 1], [2, 1]], "z": [[0, 2], [1, 2], [2, 2]]}),
        ("a", 2, 1, "da[2, 1]", {"W": [[1, 0], [1, 1], [1, 2], [1, 3]], "z": [[2, 0], [2, 1], [2, 2], [2, 3]]}),
        ("b", 0, 1, "db[1]", {"a": [], "W": [], "z": [[0, 1], [1, 1], [2, 1]]}),
        ("z", 1, 3, "dW[0, 3]", {"a": [[1, 0], [1, 1]], "W": [[0, 3], [1, 3]], "b": [[0, 3]]}),
    ],
)
def test_backward_an_entry_shows_what_its_gradient_is_made_of(show, array, row, column, entry, met):
    tracer = ShapeTracer(direction="backward", array=array, row=row, column=column)
    tab = show(tracer).tab
    for name, wanted in met.items():
        assert lit(tab, name) == wanted
    name, place = entry[:2], entry[2:].strip("[]").split(", ")
    value = tracer.gradients[name][tuple(int(k) for k in place)]
    head, terms, total = tab.locator(".bp-sum").inner_text().replace("−", "-").split(" = ")
    assert head == entry
    assert float(total) == pytest.approx(value, abs=1e-9)
    assert eval(terms.replace("·", "*")) == pytest.approx(value, abs=1e-9)
    said = tab.locator(".bp-tracer > p").nth(1).inner_text()
    assert said.startswith(f"δ[{row}, {column}]" if array == "z" else entry)


def test_backward_every_entry_has_its_gradient_in_red_and_both_are_read_out(show):
    tracer = ShapeTracer(direction="backward", N=2, n_in=3, n_out=4)
    tab = show(tracer).tab
    for name, gradient in tracer.gradients.items():
        cells = tab.locator(f".bp-{name[1:]} [data-row]")
        shown = [float(text.replace("−", "-")) for text in cells.locator("b").all_inner_texts()]
        np.testing.assert_allclose(shown, gradient.ravel(), atol=1e-9)
        first = cells.first.get_attribute("aria-label").replace("−", "-")
        assert first.endswith(f", gradient {gradient.ravel()[0]:.4g}")
        title = tab.locator(f".bp-at-{name[1:]} .bp-name").inner_text()
        assert title.startswith(f"{name[1:]}, {name} (")
    assert tab.locator(".bp-at-z .bp-name").inner_text() == "z, δ (2, 4)"
    shapes = tab.locator(".bp-shapes").inner_text().split("\n")
    wanted = ["dW = aᵀδ: (3, 2) @ (2, 4) → (3, 4)", "db = Σ δ: (2, 4) → (4,)", "da = δWᵀ: (2, 4) @ (4, 3) → (2, 3)"]
    assert shapes == wanted


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_backward_the_largest_arrays_fit_on_a_phone_and_take_a_tap(open_page, lang):
    tracer = ShapeTracer(direction="backward", N=5, n_in=5, n_out=5)
    tab = open_page(page(tracer, lang=lang, theme="dark"), width=320, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    cut = "all => all.filter((n) => n.scrollWidth > n.clientWidth + 2).map((n) => n.textContent)"
    assert tab.locator("[role=gridcell]").evaluate_all(cut) == []
    entry(tab, "W", 3, 2).tap()
    assert tab.locator(".bp-sum").inner_text().startswith("dW[3, 2] = ")
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".bp-sum").inner_text().startswith("dW[3, 3] = ")


def test_backward_the_page_keeps_the_room_that_it_takes(show):
    for width, room in zip((714, 384), ShapeTracer.room({"direction": "backward"}), strict=True):
        height = show(ShapeTracer(direction="backward"), width=width).tab.locator(".bp").bounding_box()["height"] / 16
        assert height == pytest.approx(room, rel=0.14)
