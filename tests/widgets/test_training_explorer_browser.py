"""The training explorer under a reader's hands: sliders, map and keys lead to the recorded runs."""

import re

import numpy as np
import pytest
from harness import page
from screen import Screen

from backprop.widgets.training_explorer import TrainingExplorer, cells, outcome
from experiments.training_grid import MOMENTA, RATES

WORDS = {
    "converges": "It converges: the loss goes from {start} to {end}, and {accuracy:.1f} ± {sd:.1f} % of the validation "
    "digits are right.",
    "slow": "Too slow for 10 epochs: the loss has come from {start} to {end} and fell by {fall} % in the last epoch. "
    "{accuracy:.1f} ± {sd:.1f} % are right.",
    "behind": "It learns, but a smaller rate does better: the loss goes from {start} to {end}, and {accuracy:.1f} ± "
    "{sd:.1f} % are right, {behind:.1f} points fewer than at the best setting.",
    "unsettled": "It does not settle: such steps throw the weights about. In {rises} of the 5 × 9 epochs after the "
    "first, the loss rose by over 5 %; the runs end between {low:.1f} and {high:.1f} %.",
    "lost": "It is lost: the loss, {start} at the start, goes up to {peak} and ends at {end}. {accuracy:.1f} % are "
    "right; guessing gives 10 %.",
}


def two(value):
    """Two digits, as the widget writes numbers."""
    return Screen.number(float(f"{value:.2g}"))


def sentence(found):
    """What is to be said of an outcome."""
    numbers = {name: two(found[name]) for name in ("start", "end", "peak")} | {"fall": two(100 * found["fall"])}
    return WORDS[found["what"]].format(**(found | numbers))


def assert_shows(tab, explorer):
    found = explorer.outcome
    assert tab.locator(".bp-why").inner_text() == sentence(found)
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
    tab.wait_for_function("() => location.hash.includes('w1.learning_rate=0.00316')")


def test_the_map_shows_each_settings_accuracy_and_a_cross_where_it_diverged(show):
    screen = show(TrainingExplorer())
    drawing = screen.drawn()
    found = [outcome(cell) for cell in cells()]
    wanted = ["×" if it["what"] == "lost" else f"{it['accuracy']:.0f}" for it in found]
    texts = [op for op in drawing.texts() if op["font"].startswith(("13px", "11px"))]
    assert [op["text"] for op in texts] == wanted
    assert [op["fill"] for op in texts] == ["soft" if text == "×" else "ink" for text in wanted]
    tints = [op["alpha"] for op in drawing if op["op"] == "fillRect"]
    by_accuracy = np.argsort([it["accuracy"] for it in found], kind="stable")
    assert np.all(np.diff(np.array(tints)[by_accuracy]) >= -1e-9)
    assert drawing.words()[0] == "β = 0"
    # Under every second column, in its middle, stands its rate; beside each row its momentum or its optimizer.
    columns = sorted({round(op["at"][0], 3) for op in texts})
    below = [op for op in drawing.texts(align="center") if op["font"].startswith("12px")]
    np.testing.assert_allclose([op["at"][0] for op in below], columns[::2], atol=1e-3)
    assert [op["text"] for op in below] == [screen.number(lr) for lr in RATES[::2]]
    rows = sorted({round(op["at"][1], 3) for op in texts})
    beside = [op for op in drawing.texts(align="right") if op["text"] != "η"]
    np.testing.assert_allclose([op["at"][1] + 1 for op in beside], rows, atol=1e-3)
    assert [op["text"] for op in beside] == [*(f"β = {screen.number(beta)}" for beta in MOMENTA), "RMSProp", "Adam"]
    assert [op["text"] for op in drawing.texts(align="right")][-1] == "η"


@pytest.mark.parametrize(
    "setting",
    [
        {"learning_rate": 0.1, "momentum": 0.9}, {"learning_rate": 10, "momentum": 0.99},
        {"optimizer": "Adam", "learning_rate": 0.001}, {"learning_rate": 0.0001, "momentum": 0},
    ],
)  # fmt: skip
def test_the_frame_the_curves_and_the_words_are_of_the_chosen_setting(show, setting):
    explorer = TrainingExplorer(**setting)
    screen = show(explorer)
    drawing = screen.drawn()
    texts = [op for op in drawing.texts() if op["font"].startswith(("13px", "11px"))]
    index = next(k for k, cell in enumerate(cells()) if cell[:3] == explorer.cell[:3])
    (frame,) = drawing.boxes("strokeRect", "ink")
    assert frame[0] + frame[2] / 2 == pytest.approx(texts[index]["at"][0], abs=0.01)
    assert frame[1] + frame[3] / 2 == pytest.approx(texts[index]["at"][1] - 1, abs=0.01)
    best = max(cells(), key=lambda cell: cell.accuracy[:, -1].mean())
    for canvas, name, log, low in ((1, "loss", True, 0.01), (2, "accuracy", False, 0)):
        picture = screen.drawn(canvas)
        x, y = picture.axis("x"), picture.axis("y", log)
        assert x.is_even()
        assert y.is_even()
        runs = getattr(explorer.cell, name)
        for colour, dash, width, curves in (
            ("grey", [], 1, runs), ("orange", [6, 4], 2, [getattr(best, name).mean(axis=0)]),
            ("blue", [], 3, [runs.mean(axis=0)]),
        ):  # fmt: skip
            lines = picture.lines(colour, dash, width)
            assert len(lines) == len(curves)
            for line, curve in zip(lines, curves, strict=True):
                np.testing.assert_allclose([x(px) for px, _ in line], np.arange(11), atol=1e-6)
                np.testing.assert_allclose([y(py) for _, py in line], np.maximum(curve, low), rtol=1e-4, atol=1e-4)
    assert screen.tab.locator(".bp-why").inner_text() == sentence(explorer.outcome)
    scaled = screen.tab.locator(".bp-scaled").inner_text()
    if explorer.optimizer == "Momentum":
        assert f"η/(1 − β) = {screen.number(explorer.learning_rate / (1 - explorer.momentum))} and" in scaled
    else:
        assert scaled == ""
    off = "bp-off" in screen.tab.locator(
        ".bp-slider", has=screen.tab.locator("[aria-label='momentum β']")
    ).get_attribute("class")
    assert off is (explorer.optimizer != "Momentum")


def test_every_setting_of_the_map_is_told_in_the_words_of_its_outcome(show):
    screen = show(TrainingExplorer())
    for cell in cells():
        beta = {} if cell.beta is None else {"momentum": cell.beta}
        screen.set(optimizer=cell.optimizer, learning_rate=cell.lr, **beta)
        assert screen.tab.locator(".bp-why").inner_text() == sentence(outcome(cell)), cell[:3]


@pytest.mark.parametrize("epoch", [1, 4, 10])
def test_the_map_shows_the_accuracies_after_an_epoch_and_frames_the_final_best(show, epoch):
    screen = show(TrainingExplorer())
    screen.set(epoch=epoch)
    drawing = screen.drawn()
    texts = [op for op in drawing.texts() if op["font"].startswith(("13px", "11px"))]
    for cell, op in zip(cells(), texts, strict=True):
        lost = epoch == 10 and outcome(cell)["what"] == "lost"
        right = cell.accuracy[:, epoch].mean()
        assert op["text"] == "×" if lost else abs(float(op["text"]) - right) < 0.501, cell[:3]
    (title,) = (word for word in drawing.words() if word.startswith("accuracy"))
    assert title == ("accuracy (%); × lost" if epoch == 10 else f"accuracy (%) after epoch {epoch} of 10")
    best = max(range(len(texts)), key=lambda k: cells()[k].accuracy[:, -1].mean())
    (frame,) = drawing.lines("orange", [6, 4], 2)
    x, y = (sum(points[k] for points in frame[:4]) / 4 for k in (0, 1))
    assert (x, y + 1) == pytest.approx(texts[best]["at"], abs=0.01)
    assert f"after {epoch} of 10 epochs" in screen.label()
    for canvas in (1, 2):
        picture = screen.drawn(canvas)
        across = picture.axis("x")
        places = {round(across(line[0][0]), 6) for line in picture.lines("soft", [], 1) if line[0][0] == line[1][0]}
        assert epoch in places


def test_keys_and_clicks_move_the_choice_on_the_map(show):
    screen = show(TrainingExplorer(learning_rate=0.1, momentum=0.9))
    canvas = screen.tab.locator("canvas").first
    canvas.focus()
    seen = []
    for key in (
        "ArrowUp",
        "ArrowRight",
        "ArrowLeft",
        "Home",
        "End",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
    ):
        screen.tab.keyboard.press(key)
        seen.append((screen.get("optimizer"), screen.get("momentum"), screen.get("learning_rate")))
    assert [it[1] for it in seen[:6]] == [0.8, 0.8, 0.8, 0.8, 0.8, 0.9]
    assert [it[2] for it in seen[:5]] == [0.1, 0.316, 0.1, 0.0001, 10]
    assert [it[0] for it in seen[5:]] == ["Momentum", "Momentum", "Momentum", "RMSProp"]
    texts = [op for op in screen.drawn().texts() if op["font"].startswith(("13px", "11px"))]
    for index in (0, 13, len(texts) - 1):
        x, y = texts[index]["at"]
        canvas.click(position={"x": x + 1, "y": y})
        assert (screen.get("optimizer"), screen.get("learning_rate")) == (cells()[index].optimizer, cells()[index].lr)
