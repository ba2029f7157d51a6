"""What holds for every widget whoever reads: by thumb, by ear, with colours, contrast or letters of their own."""

import re

import pytest
from harness import ALL

each = pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)
themes = pytest.mark.parametrize("theme", ["light", "dark"])
PHONE = {"width": 390, "height": 700, "has_touch": True}


def luminance(colour: str) -> float:
    """WCAG's relative luminance of "#rrggbb" or "rgb(r, g, b)"."""
    if colour.startswith("#"):
        parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    else:
        parts = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in parts)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def colour(screen: object, name: str) -> str:
    return screen.tab.evaluate(
        "name => getComputedStyle(document.querySelector('.bp')).getPropertyValue(name)", f"--bp-{name}"
    )


def settings(screen: object, widget: type) -> dict:
    return {name: screen.get(name) for name in widget.class_traits(sync=True) if name in widget()._public()}


@each
def test_nothing_speaks_before_the_reader_does_something(widget, show):
    screen = show(widget())
    screen.tab.wait_for_timeout(200)  # ten times a rest of the reader's hand
    assert screen.announced() == ""


@each
def test_no_read_out_is_a_live_region(widget, show):
    screen = show(widget())
    assert screen.tab.locator("output:not([aria-live=off])").count() == 0


@each
def test_what_is_spoken_is_short_and_its_words_stand_apart(widget, show):
    screen = show(widget())
    spoken = []
    for knob in screen.tab.locator("input[type=range]:enabled, input[type=radio]").all():
        if knob.get_attribute("type") == "range":
            for key in ("End", "Home"):
                knob.press(key)
                spoken.append(screen.announced())
        else:
            knob.evaluate("node => node.click()")
            spoken.append(screen.announced())
    assert any(spoken)
    assert [text for text in spoken if len(text) > 162] == []
    assert [text for text in spoken if re.search(r"[a-z][.:!?][A-Za-z]", text)] == []


@each
def test_a_thumb_that_scrolls_the_page_leaves_every_setting_as_it_is(widget, show):
    screen = show(widget(), **PHONE)
    screen.tab.evaluate("document.body.style.padding = '900px 0'")
    finger = screen.tab.context.new_cdp_session(screen.tab)
    knobs = "[...document.querySelectorAll('input[type=range]')].map(node => node.value)"
    before = settings(screen, widget), screen.tab.evaluate(knobs)
    for node in screen.tab.locator("input[type=range]:enabled:visible, canvas:not(.bp-pad):visible").all():
        node.evaluate("node => node.scrollIntoView({ block: 'center' })")
        box, at = node.bounding_box(), screen.tab.evaluate("scrollY")
        x, y = box["x"] + 0.9 * box["width"], box["y"] + 0.9 * box["height"]
        for kind, points in [("Start", [y]), *(("Move", [y - 15 * k]) for k in range(1, 11)), ("End", [])]:
            touch = {"type": f"touch{kind}", "touchPoints": [{"x": x, "y": place} for place in points]}
            finger.send("Input.dispatchTouchEvent", touch)
        assert screen.tab.evaluate("scrollY") > at + 50
        assert (settings(screen, widget), screen.tab.evaluate(knobs)) == before, node


@each
def test_the_right_button_is_the_browsers_and_leaves_every_setting_as_it_is(widget, show):
    screen = show(widget())
    before = screen.tab.evaluate("JSON.stringify(state)")
    for node in screen.tab.locator("canvas").all():
        node.scroll_into_view_if_needed()
        box = node.bounding_box()
        screen.tab.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"], button="right")
    assert screen.tab.evaluate("JSON.stringify(state)") == before


@each
def test_no_picture_that_keeps_the_thumb_is_wider_than_two_thirds_of_a_phone(widget, show):
    screen = show(widget(), **PHONE)
    wide = screen.tab.evaluate("""[...document.querySelectorAll("canvas")].filter(
        node => getComputedStyle(node).touchAction === "none").map(node => node.clientWidth)""")
    assert all(width <= 0.65 * PHONE["width"] for width in wide)


@each
@themes
def test_text_in_a_picture_is_as_strong_as_text_beside_it(widget, theme, show):
    screen = show(widget(), theme=theme)
    paper, screen.palette = colour(screen, "paper"), {}
    for key in ("End", "Home"):
        for knob in screen.tab.locator("input[type=range]:enabled").all():
            knob.press(key)
    texts = [text for k in range(screen.tab.locator("canvas").count()) for text in screen.drawn(k).texts()]
    assert [text for text in texts if contrast(text["fill"], paper) < 4.5] == []


@each
def test_targets_are_large_enough_for_a_thumb(widget, show):
    screen = show(widget(), **PHONE)
    small = screen.tab.evaluate("""[...document.querySelectorAll(
        ".bp :is(button, input[type=range], .bp-row span, [role=gridcell]), .bp input[type=text]")]
        .filter(node => node.offsetParent && !node.closest(".bp-row span span"))
        .map(node => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([node, box]) => [node, box.width, box.height])""")
    assert small == []


@each
def test_letters_in_pictures_are_those_of_the_page(widget, show):
    screen = show(widget())
    screen.tab.evaluate("document.documentElement.style.setProperty('--pst-font-family-base', 'Bookface')")
    assert screen.tab.evaluate("getComputedStyle(document.querySelector('.bp')).fontFamily") == "Bookface"
    texts = [text for k in range(screen.tab.locator("canvas").count()) for text in screen.drawn(k).texts()]
    assert {text["font"].rpartition("px ")[2] for text in texts} <= {"Bookface"}


@each
@themes
def test_more_contrast_is_given_to_whom_asks_for_it(widget, theme, show):
    screen = show(widget(), theme=theme, contrast="more")
    paper = colour(screen, "paper")
    assert contrast(colour(screen, "soft"), paper) >= 7
    assert contrast(colour(screen, "line"), paper) >= 4.5


CHOSEN = """() => [...document.querySelectorAll(".bp")].flatMap(root => {
    const look = node => { const { backgroundColor, color } = getComputedStyle(node); return backgroundColor + color; };
    const chosen = root.querySelectorAll(".bp-row :checked + span, [aria-pressed=true]");
    const others = root.querySelectorAll(".bp-row :not(:checked) + span, [aria-pressed=false]");
    const looks = new Set([...others].map(look));
    return [...chosen].map(node => looks.has(look(node))); })"""


@each
def test_with_colours_of_the_readers_own_what_is_chosen_shows(widget, show):
    screen = show(widget(), forced_colors="active")
    assert not any(screen.tab.evaluate(CHOSEN))
    # Pictures are drawn for the book's paper.
    papers = "[...document.querySelectorAll('canvas:not(.bp-pad)')].map(node => getComputedStyle(node).backgroundColor)"
    assert set(screen.tab.evaluate(papers)) <= {"rgb(255, 255, 255)"}


@pytest.mark.parametrize(
    ("name", "part"), [("NudgeMeter", ".bp-bar i"), ("DigitPad", "u i"), ("ConvolutionExplorer", ".bp-nine span")]
)
def test_with_colours_of_the_readers_own_bars_and_swatches_stay(name, part, show):
    (widget,) = [widget for widget in ALL if widget.__name__ == name]
    colours = "part => [...document.querySelectorAll(part)].map(node => getComputedStyle(node).backgroundColor)"
    plain, forced = (show(widget(), forced_colors=forced).tab.evaluate(colours, part) for forced in ("none", "active"))
    assert plain == forced
