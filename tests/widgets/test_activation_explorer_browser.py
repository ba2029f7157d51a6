"""The activation explorer under a reader's hands: the numbers on the page are NumPy's, at the cliff too."""

import re

import pytest
from harness import page

from backprop.widgets.activation_explorer import STABLE, ActivationExplorer

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
