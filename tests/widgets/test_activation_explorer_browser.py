"""The activation explorer under a reader's hands: the numbers on the page are NumPy's, at the cliff too."""

import re

import numpy as np
import pytest
from harness import page
from screen import Axis, value_of

from backprop.widgets.activation_explorer import STABLE, TEXTBOOK, ActivationExplorer

CURVES = ".bp-curves canvas"


def told(tab):
    """z, f(z) and f′(z) as the page writes them."""
    text = tab.locator(".bp-values").inner_text().replace("−", "-")
    return [float(part) for part in re.findall(r"= (nan|[-\d.]+)", text)]


def choose(tab, name):
    tab.locator("label", has=tab.get_by_role("radio", name=name, exact=True)).click()


@pytest.mark.parametrize("name", STABLE)
def test_the_numbers_on_the_page_are_pythons(name, open_page):
    tab = open_page(page(ActivationExplorer(function=name)))
    for z in (-5.5, -0.7, 0.0, 1.3, 6.0):
        tab.get_by_label("z", exact=True).fill(str(z))
        explorer = ActivationExplorer(function=name, z=z)
        found = told(tab)
        assert found[0] == z
        if max(map(abs, found)) < 6.5 and "×" not in tab.locator(".bp-values").inner_text():  # else 3×10⁻⁸, 1 − 10⁻⁶
            assert found[1:] == [pytest.approx(want, rel=6e-3, abs=1e-5) for want in (explorer.value, explorer.slope)]


def test_dragging_over_the_picture_takes_z_along_and_the_picture_follows(open_page):
    tab = open_page(page(ActivationExplorer(z=0)))
    picture = tab.locator(CURVES)
    before = picture.evaluate("node => node.toDataURL()")
    box = picture.bounding_box()
    y = box["y"] + box["height"] / 3
    tab.mouse.move(box["x"] + box["width"] / 2, y)
    tab.mouse.down()
    for share in (0.6, 0.9, 0.3, 3.0):
        tab.mouse.move(box["x"] + box["width"] * share, y)
    assert told(tab)[0] == 6
    tab.mouse.move(box["x"] - 50, y)
    tab.mouse.up()
    assert told(tab)[0] == -6
    tab.mouse.move(box["x"] + box["width"] / 2, y)
    assert told(tab)[0] == -6
    tab.wait_for_function("before => document.querySelector('.bp-curves canvas').toDataURL() !== before", arg=before)


def test_keys_move_z_and_the_ends_are_the_ends_of_the_range(open_page):
    tab = open_page(page(ActivationExplorer(function="tanh", z=0)))
    knob = tab.get_by_label("z", exact=True)
    knob.press("ArrowRight")
    assert told(tab)[0] == 0.01
    knob.press("End")
    assert told(tab)[0] == 6
    choose(tab, "±800")
    knob.press("Home")
    assert told(tab)[0] == -800
    choose(tab, "±100")
    assert told(tab)[0] == -100


@pytest.mark.parametrize(("precision", "edge"), [("float32", 88.72), ("float64", 709.78)])
def test_one_step_beyond_the_cliff_the_textbook_is_lost_and_the_stable_formula_is_not(precision, edge, open_page):
    tab = open_page(page(ActivationExplorer(function="tanh", form="textbook", precision=precision)))
    tab.get_by_role("button", name="go to the cliff").click()
    assert told(tab) == [edge, 1, 0]
    tab.get_by_label("z", exact=True).press("ArrowRight")
    assert [str(number) for number in told(tab)[1:]] == ["nan", "nan"]
    assert "nan goes out" in tab.locator(".bp-valve").inner_text()
    choose(tab, "stable")
    assert told(tab)[1] == 1
    assert tab.get_by_role("button", name="go to the cliff").is_disabled()


def test_a_function_without_an_exponential_has_no_cliff(open_page):
    tab = open_page(page(ActivationExplorer(function="relu", form="textbook", z=0)))
    assert tab.get_by_role("button", name="go to the cliff").is_disabled()
    assert "convention" in tab.locator(".bp-told").inner_text()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_cut_off_whatever_is_chosen(width, lang, open_page):
    explorer = ActivationExplorer(function="gelu", form="textbook", precision="float32", reach="100", z=13)
    tab = open_page(page(explorer, lang=lang, theme="dark"), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert "nan" in tab.locator(".bp-told").inner_text()
    assert "nan" in tab.locator(CURVES).get_attribute("aria-label")


def test_a_setting_in_the_address_is_taken_up_and_nonsense_is_not(open_page):
    html = page(ActivationExplorer())
    tab = open_page(html, fragment="#w1.function=tanh&w1.z=2&w1.reach=100")
    assert told(tab)[0] == 2
    assert tab.get_by_role("radio", name="tanh").is_checked()
    assert tab.get_by_role("radio", name="±100").is_checked()
    assert told(open_page(html, fragment="#w1.function=step&w1.z=1e9"))[0] == 1


def panels(drawing):
    """The drawing's two pictures, f above and f′ below, as Axis pairs (x, y): they share the axis of z."""
    x = drawing.axis("x")
    labels = [(op["at"][1], value_of(op["text"])) for op in drawing.texts() if op["align"] == "right"]
    labels = [(py, value) for py, value in labels if value is not None]
    half = max(op["at"][1] for op in drawing.texts(text="f′(z)"))
    above = sorted(label for label in labels if label[0] < half)
    below = sorted(label for label in labels if label[0] > half)
    return x, *(Axis([py for py, _ in part], [v for _, v in part], False) for part in (above, below))


@pytest.mark.parametrize("name", list(STABLE))
def test_curve_tangent_and_slope_are_drawn_where_numpy_has_them(show, name):
    explorer = ActivationExplorer(function=name, z=1.5)
    drawing = show(explorer).drawn()
    x, above, below = panels(drawing)
    assert all(axis.is_even() for axis in (x, above, below))
    z = np.linspace(-5.5, 5.5, 9)
    values, slopes = explorer.evaluate(z)
    (curve,) = (line for line in drawing.lines("blue", [], 2.5))
    (fall,) = (line for line in drawing.lines("red", [7, 4], 2.5))
    for axis, line, wanted in ((above, curve, values), (below, fall, slopes)):
        places = np.array([(x(px), axis(py)) for px, py in line])
        reach = abs(axis.values[-1] - axis.values[0])
        np.testing.assert_allclose(np.interp(z, *places.T), wanted, atol=0.01 * reach)
        assert (places[0, 0], places[-1, 0]) == (pytest.approx(-6), pytest.approx(6, abs=0.02))
    (tangent,) = drawing.lines("red", [], 1.5)
    ends = [above(py) for _, py in tangent]
    np.testing.assert_allclose(ends, explorer.value + explorer.slope * (np.array([-6, 6]) - 1.5), atol=1e-3)
    (bar,) = drawing.lines("red", [], 5)
    np.testing.assert_allclose([(x(px), below(py)) for px, py in bar], [(1.5, 0), (1.5, explorer.slope)], atol=1e-3)
    (dot,), (point,) = drawing.markers("circle"), drawing.markers("triangle")
    assert (dot["fill"], point["fill"]) == ("blue", "red")
    np.testing.assert_allclose((x(dot["at"][0]), above(dot["at"][1])), (1.5, explorer.value), atol=1e-3)
    np.testing.assert_allclose((x(point["at"][0]), below(point["at"][1])), (1.5, explorer.slope), atol=1e-3)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "softmax"])
def test_the_way_to_the_cliff_ends_on_the_last_number_that_works(show, name, precision):
    explorer = ActivationExplorer(function=name, form="textbook", precision=precision)
    screen = show(explorer)
    screen.press("go to the cliff")
    explorer.z = z = screen.get("z")
    with np.errstate(over="raise", invalid="raise"):
        explorer_formula = TEXTBOOK[name]
        explorer_formula(np.array([z], precision))  # nothing overflows here
        beyond = np.array([z + np.sign(z) * 0.02], precision)
        with pytest.raises(FloatingPointError):
            explorer_formula(beyond)
    assert screen.get("reach") == ("800" if abs(z) > 100 else "100")
    drawing = screen.drawn()
    x = drawing.axis("x")
    edges = {round(x(line[0][0]), 1) for line in drawing.lines("orange", [], 2)}
    assert any(abs(edge - z) < 0.2 for edge in edges)
    (word,) = drawing.texts(text="e^… = ∞")
    assert (word["align"] == "right") is any(edge > 0 for edge in edges)


def test_the_ground_beyond_a_cliff_is_hatched_on_its_side_only(show):
    drawing = show(ActivationExplorer(function="sigmoid", form="textbook", reach="800")).drawn()
    x = drawing.axis("x")
    hatches = [line for line in drawing.lines("orange", [], 1)]
    assert len(hatches) > 10
    (edge,) = {line[0][0] for line in drawing.lines("orange", [], 2)}
    assert x(edge) == pytest.approx(-709.78, abs=0.5)
    assert all(line[0][0] < edge for line in hatches)
    assert show(ActivationExplorer(reach="800")).drawn().lines("orange") == []


def test_the_button_to_the_cliff_is_off_where_there_is_none(show):
    screen = show(ActivationExplorer())
    button = screen.tab.get_by_role("button", name="go to the cliff")
    assert button.is_disabled()
    screen.set(form="textbook")
    assert button.is_enabled()
    screen.set(function="relu")
    assert button.is_disabled()


def test_a_narrower_picture_takes_z_along_and_its_slider_ends_there(show):
    screen = show(ActivationExplorer(reach="800", z=-300))
    knob = screen.tab.get_by_role("slider", name="z")
    for reach, step in (("100", "0.1"), ("6", "0.01")):
        screen.tab.get_by_role("radio", name=f"±{reach}").check(force=True)
        assert screen.get("z") == -int(reach)
        assert [knob.get_attribute(name) for name in ("min", "max", "step")] == ["-" + reach, reach, step]


def test_the_sentences_hold_the_numbers_of_the_package(show):
    explorer = ActivationExplorer(function="tanh", z=-0.75)
    screen = show(explorer)
    told = screen.tab.locator(".bp-told p").all_inner_texts()
    value, slope = screen.number(explorer.value), screen.number(explorer.slope)
    assert told[0] == f"z = −0.75   f(z) = {value}   f′(z) = {slope}".replace("   ", " ") or told[0].split() == (
        f"z = −0.75 f(z) = {value} f′(z) = {slope}".split()
    )
    assert told[1].endswith(f"∂L/∂z = {slope} · ∂L/∂a.")
    screen.set(form="textbook", z=-25)
    note = screen.tab.locator(".bp-told p").last
    assert note.inner_text().startswith("The slope has been rounded to exactly 0.")
    assert note.inner_text().endswith(f"gives {screen.number(float(STABLE['tanh'](np.array([-25.0]))[1][0]))}.")
    assert "bp-alarm" in note.get_attribute("class")
    screen.set(z=-0.75)
    assert "bp-alarm" not in (note.get_attribute("class") or "")
    for precision, z, most in (("float32", 90, "3.4×10³⁸"), ("float64", 720, "1.8×10³⁰⁸")):
        screen.set(precision=precision, z=z)
        assert f"larger than the largest {precision} number, {most}, and becomes ∞" in note.inner_text()
        assert screen.number(float(np.finfo(precision).max)) == most
