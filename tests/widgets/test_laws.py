"""What holds for every widget on the screen: its controls, its words, its colours, its address and its end."""

import math
import re

import numpy as np
import pytest
import traitlets
from harness import ALL, run_node
from screen import value_of

from backprop.widgets.base import Number

each = pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)
PUBLIC = {widget: [name for name in widget()._public() if name != "language"] for widget in ALL}
# The board's sliders end at ±4, though Python takes a knob that descent has carried further.
NARROW = {("KnobBoard", name): (-4, 4) for name in ("w11", "w21", "b1", "w12", "w22", "b2", "w13", "w23", "b3")}
# Else a slider ends where the picture does, or belongs to the other kind of neuron and is not shown.
WIDEST = {"ActivationExplorer": {"reach": "800"}, "TimeLab": {"unit": "lstm"}}
CANVASES = "[...document.querySelectorAll('canvas')]"


def bounds(widget: type, name: str) -> tuple[float, float]:
    trait = widget.class_traits()[name]
    return NARROW.get((widget.__name__, name), (trait.min, trait.max))


def is_numeric(values: list) -> bool:
    return all(isinstance(value, float | int) for value in values)


def ends_of(values: list) -> tuple[float, float]:
    return min(values), max(values)


def state(screen: object, widget: type) -> dict:
    return {name: screen.get(name) for name in PUBLIC[widget]}


def changed(before: dict, after: dict) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def taken_by_python(widget: type, found: dict) -> None:
    """Whatever a hand can do on the screen, Python takes."""
    shown = widget()
    for name, value in found.items():
        setattr(shown, name, value)


@each
def test_every_slider_goes_from_end_to_end_of_its_trait_and_says_its_value(widget, show):
    screen = show(widget(**WIDEST.get(widget.__name__, {})))
    sliders = screen.tab.locator("input[type=range]")
    for k in range(sliders.count()):
        knob, moved = sliders.nth(k), {}
        output = knob.locator("xpath=../output")
        texts = []
        for key in ("End", "Home", "End"):
            before = state(screen, widget)
            knob.press(key)
            after = state(screen, widget)
            taken_by_python(widget, after)
            texts.append((knob.get_attribute("aria-valuetext"), output.inner_text()))
            for name in changed(before, after):
                moved.setdefault(name, []).append(after[name])
        assert all(text and text == shown for text, shown in texts)
        assert texts[0] == texts[2] != texts[1]
        own = [name for name, values in moved.items() if is_numeric(values) and ends_of(values) == bounds(widget, name)]
        assert own, moved
        for text, value in zip((texts[1][0], texts[2][0]), bounds(widget, own[0]), strict=True):
            assert value_of(text.removeprefix("+")) == pytest.approx(value, rel=5e-3)


@each
def test_every_choice_offers_what_python_takes_and_shows_what_the_trait_says(widget, show):
    screen = show(widget())
    groups = screen.tab.locator("fieldset:has(input[type=radio])")
    for k in range(groups.count()):
        radios = groups.nth(k).locator("input")
        if not radios.first.is_visible():
            continue
        values = radios.evaluate_all("nodes => nodes.map(node => node.value)")
        chosen, moved = [], set()
        for index in [*range(1, len(values)), 0]:
            before = state(screen, widget)
            radios.nth(index).evaluate("node => node.click()")
            after = state(screen, widget)
            taken_by_python(widget, after)
            moved |= {name for name in changed(before, after) if str(after[name]) == values[index]}
            checked = radios.evaluate_all("nodes => nodes.map(node => node.checked)")
            chosen.append([values[at] for at, on in enumerate(checked) if on])
        assert chosen == [[value] for value in [*values[1:], values[0]]]
        assert len(moved) == 1, moved
        name = moved.pop()
        assert sorted(values) == sorted(
            value for value in widget.class_traits()[name].values if value or name == "sample"
        )


@each
def test_pictures_are_sharp_on_a_sharp_screen_and_their_labels_are_whole(widget, show):
    screen = show(widget(), device_scale_factor=2)
    screen.tab.wait_for_timeout(100)
    sizes = screen.tab.evaluate(CANVASES + ".map(n => [n.width, 2 * n.clientWidth, n.height, 2 * n.clientHeight])")
    assert all(wide == twice and high == tall for wide, twice, high, tall in sizes)
    labels = screen.tab.evaluate(CANVASES + ".map(n => n.getAttribute('aria-label'))")
    assert all(label and not re.search(r"undefined|null|NaN|\{|\}|object", label) for label in labels)


@each
def test_the_labels_of_pictures_follow_what_is_shown(widget, show):
    """Some control changes every label that is not a mere name."""
    screen = show(widget())
    count = screen.tab.locator("canvas").count()
    seen = [set() for _ in range(count)]
    controls = screen.tab.locator("input[type=range], input[type=radio]")
    for k in range(controls.count()):
        node = controls.nth(k)
        if node.get_attribute("type") == "range":
            if node.is_enabled():
                node.press("End")
        else:
            node.evaluate("node => node.click()")
        for index in range(count):
            seen[index].add(screen.label(index))
    names = {"NudgeMeter": 1, "DigitPad": 1, "DescentExplorer": 1, "ConvolutionExplorer": 1}
    assert sum(len(labels) == 1 for labels in seen) <= names.get(widget.__name__, 0)


@each
def test_the_language_of_the_widget_goes_before_that_of_the_page(widget, show, tmp_path):
    strings = run_node(widget, tmp_path, "const result = widget.STRINGS;", None)
    screen = show(widget(language="zh"))
    root = screen.tab.locator(".bp")
    assert root.get_attribute("lang") == "zh"
    text = root.inner_text()
    sentences = [part for word in strings["en"].values() for part in re.split(r"\{\w+\}|\n", word) if len(part) > 18]
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 10
    assert [part for part in sentences if part.strip() in text] == []
    page_in_chinese = show(widget(language="en"), lang="zh-CN")
    assert page_in_chinese.tab.locator(".bp").get_attribute("lang") == "en"


def inks(drawing: list[dict]) -> set[str]:
    """The colours that are put on a picture; an image brings its own."""
    return {op["stroke" if op["op"].startswith("stroke") else "fill"] for op in drawing if op["op"] != "drawImage"}


@each
def test_a_dark_page_repaints_every_picture_in_its_own_colours(widget, show):
    screen = show(widget())
    count = screen.tab.locator("canvas").count()
    used = [inks(screen.drawn(k)) for k in range(count)]
    light = {name: colour for colour, name in screen.palette.items()}
    screen.tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    screen.tab.wait_for_selector(".bp.bp-dark")
    screen.palette = {}
    for k in range(count):
        gone = {light[name] for name in ("ink", "soft", "line", "paper", "fill") if name in used[k]}
        assert inks(screen.drawn(k)) & (gone - {"#000000", "#ffffff"}) == set()


@pytest.mark.parametrize(("program", "light", "dark"), [
    ("jpThemeLight", "true", "false"), ("vscodeThemeKind", "vscode-light", "vscode-dark"),
])  # fmt: skip
def test_a_widget_follows_the_theme_of_the_program_that_shows_it(program, light, dark, show):
    tab = show(ALL[0]()).tab
    for value, is_dark in ((light, False), (dark, True), (light, False)):
        tab.evaluate("([program, value]) => { document.body.dataset[program] = value; }", [program, value])
        tab.wait_for_function("dark => !!document.querySelector('.bp.bp-dark') === dark", arg=is_dark)


@each
def test_a_view_that_ends_listens_no_more(widget, show):
    screen = show(widget())
    assert screen.tab.evaluate("heard()") > 0
    screen.tab.evaluate("end()")
    assert screen.tab.evaluate("heard()") == 0
    before = screen.tab.locator(".bp").inner_html()
    buttons = screen.tab.locator("button:enabled:visible")
    for k in range(buttons.count()):
        buttons.nth(k).click()
    assert screen.tab.locator(".bp").inner_html() == before


@each
def test_keys_stay_in_the_widget_except_those_of_the_page(widget, show):
    screen = show(widget())
    screen.tab.evaluate("window.keys = []; addEventListener('keydown', (event) => keys.push(event.key));")
    control = screen.tab.locator("input:enabled, [tabindex='0']").first
    control.focus()
    for key in ("ArrowRight", "ArrowLeft", "Control+b", "Meta+b"):
        screen.tab.keyboard.press(key)
    assert screen.tab.evaluate("keys") == ["Control", "b", "Meta", "b"]


def sample(widget: type, name: str) -> tuple[list, list]:
    """Values of a trait that the address may hold, and some that it may not."""
    trait = widget.class_traits()[name]
    if isinstance(trait, traitlets.Enum):
        return list(trait.values), ["nonsense", 3, "x" * 9]
    if isinstance(trait, traitlets.Int):
        return [trait.min, trait.max], [trait.min - 1, trait.max + 1, trait.min + 0.5, "x"]
    if isinstance(trait, Number):
        low, high = bounds(widget, name)
        return [low, high], [low - 0.01 * max(1, abs(low)), high * 1.01 + 0.01, "x"]
    default = getattr(widget(), name)
    return [default], [[], [*default[:-1], "x"], [*default, *default]]


@each
def test_the_address_takes_what_python_takes_and_nothing_else(widget, show):
    screen = show(widget())
    kept = screen.tab.evaluate("kept.names")
    assert kept
    assert set(kept) <= set(PUBLIC[widget])
    assert screen.tab.evaluate("kept.names.every((name) => kept.accepts(name, model.get(name)))")
    for name in kept:
        fine, wrong = sample(widget, name)
        ask = "([name, values]) => values.map((value) => !!kept.accepts(name, value))"
        assert screen.tab.evaluate(ask, [name, fine]) == [True] * len(fine), name
        assert screen.tab.evaluate(ask, [name, wrong]) == [False] * len(wrong), name


@each
def test_what_is_read_out_is_what_stands_on_the_screen(widget, show):
    screen = show(widget())
    # In the shape tracer the entry that is told of does not change with the number of rows.
    knob = screen.tab.locator("input[type=range]:enabled").nth(int(widget.__name__ == "ShapeTracer"))
    radio = screen.tab.locator("input[type=radio]")
    said = []
    for key in ("End", "Home"):
        if knob.count():
            knob.press(key)
        else:
            radio.nth(1 if key == "Home" else 2).evaluate("node => node.click()")
        said.append(screen.announced())
        assert said[-1].strip()
        screen.tab.evaluate("document.querySelector('[aria-live=polite]').hidden = true")
        assert set(said[-1].split()) <= set(screen.tab.locator(".bp").inner_text().split())
        screen.tab.evaluate("document.querySelector('[aria-live=polite]').hidden = false")
    assert said[0] != said[1]


@each
def test_the_room_that_a_page_keeps_is_about_what_the_widget_takes(widget, show):
    for width, room in ((714, widget.ROOM[0]), (384, widget.ROOM[1])):
        screen = show(widget(), width=width)
        height = screen.tab.locator(".bp").bounding_box()["height"] / 16
        assert math.isclose(height, room, rel_tol=0.14), (height, room)


def test_labels_are_read_as_the_numbers_that_they_show():
    texts = ["0", "−0.5", "1250", "3.2×10⁻⁷", "10⁴", "−2×10⁵", "x", "", "step"]
    found = [value_of(text) for text in texts]
    assert found[6:] == [None] * 3
    np.testing.assert_allclose(found[:6], [0, -0.5, 1250, 3.2e-7, 1e4, -2e5])
