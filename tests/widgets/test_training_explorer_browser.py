"""The training explorer under a reader's hands: sliders, map and keys lead to the recorded runs."""

import re

import pytest
from harness import page

from backprop.widgets.training_explorer import TrainingExplorer

WORDS = {"converges": "It converges", "slow": "Too slow", "unsettled": "does not settle", "diverges": "It diverges"}


def assert_shows(tab, explorer):
    text, found = tab.locator(".bp-why").inner_text(), explorer.outcome
    assert WORDS[found["what"]] in text
    if found["what"] in ("converges", "slow"):
        assert f"{found['accuracy']:.1f} ± {found['sd']:.1f} %" in text
    label = tab.locator(".bp-map canvas").get_attribute("aria-label")
    assert f"{found['accuracy']:.1f} %" in label


def map_of(tab):
    return tab.locator(".bp-map canvas")


def click_cell(tab, row, column):
    box = map_of(tab).bounding_box()
    wide, high = (box["width"] - 70) / 11, (box["height"] - 46) / 8
    tab.mouse.click(box["x"] + 67 + (column + 0.5) * wide, box["y"] + 23 + (row + 0.5) * high)


def test_both_sliders_lead_to_the_recorded_runs(open_page):
    explorer = TrainingExplorer()
    tab = open_page(page(explorer))
    assert_shows(tab, explorer)
    rate, momentum = tab.get_by_label("learning rate"), tab.get_by_role("slider", name="momentum β")
    rate.press("ArrowRight")
    explorer.learning_rate = 0.316
    assert_shows(tab, explorer)
    momentum.press("Home")
    explorer.momentum = 0.0
    assert_shows(tab, explorer)
    assert "η/(1 − β) = 0.316" in tab.locator(".bp-scaled").inner_text()
    for key, lr, beta in (("Home", 1e-4, 0.0), ("End", 10.0, 0.99)):
        rate.press(key)
        momentum.press(key)
        explorer.learning_rate, explorer.momentum = lr, beta
        assert_shows(tab, explorer)


@pytest.mark.parametrize(
    ("row", "column", "setting"),
    [(0, 0, ("Momentum", 0.0, 1e-4)), (3, 5, ("Momentum", 0.9, 0.0316)), (5, 10, ("Momentum", 0.99, 10.0)),
     (6, 4, ("RMSProp", 0.9, 0.01)), (7, 10, ("Adam", 0.9, 10.0))],
)  # fmt: skip
def test_a_click_on_the_map_chooses_optimizer_momentum_and_rate(open_page, row, column, setting):
    tab = open_page(page(TrainingExplorer()))
    click_cell(tab, row, column)
    optimizer, momentum, lr = setting
    assert_shows(tab, TrainingExplorer(optimizer=optimizer, momentum=momentum, learning_rate=lr))
    assert tab.get_by_label(optimizer, exact=True).is_checked()


def test_arrow_keys_walk_over_the_map_and_stop_at_its_edges(open_page):
    tab = open_page(page(TrainingExplorer()))
    tab.evaluate("window.heard = 0; addEventListener('keydown', () => window.heard++)")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"):
        map_of(tab).press(key)
    assert_shows(tab, TrainingExplorer(optimizer="RMSProp", learning_rate=0.0316))
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowRight"):
        map_of(tab).press(key)
    assert_shows(tab, TrainingExplorer(optimizer="Adam", learning_rate=10.0))
    assert tab.evaluate("window.heard") == 0


def test_all_three_pictures_change_with_the_setting(open_page):
    tab = open_page(page(TrainingExplorer()))
    before = [canvas.evaluate("node => node.toDataURL()") for canvas in tab.locator("canvas").all()]
    tab.get_by_label("Adam").check(force=True)
    tab.wait_for_timeout(100)
    after = [canvas.evaluate("node => node.toDataURL()") for canvas in tab.locator("canvas").all()]
    assert len(after) == 3
    assert all(one != two for one, two in zip(before, after, strict=True))


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_on_a_narrow_phone_nothing_is_cut_off_and_no_number_is_broken(open_page, lang):
    tab = open_page(page(TrainingExplorer(), lang=lang, theme="dark"), width=320, has_touch=True, is_mobile=True)
    for row in range(8):
        for column in (0, 4, 8, 10):
            click_cell(tab, row, column)
            assert not re.search(r"NaN|undefined|Infinity|\{", tab.locator(".bp-training").inner_text())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_address_brings_back_a_setting_and_nonsense_is_ignored(open_page):
    tab = open_page(page(TrainingExplorer()), fragment="#w1.optimizer=Adam&w1.learning_rate=0.00316")
    assert_shows(tab, TrainingExplorer(optimizer="Adam", learning_rate=0.00316))
    tab = open_page(page(TrainingExplorer()), fragment="#w1.optimizer=SGD&w1.learning_rate=0.2&w1.momentum=0.7")
    assert_shows(tab, TrainingExplorer())
    click_cell(tab, 0, 3)
    tab.wait_for_function("location.hash.includes('w1.learning_rate=0.00316')")
