"""Every page with a widget in three engines: it starts, answers the keyboard, and follows the theme."""

import json
from pathlib import Path

import pytest
from engines import Firefox

ROOT = Path(__file__).resolve().parents[2]
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def shows_a_widget(notebook: Path) -> bool:
    """Whether it shows one of the book's widgets; a plain slider of ipywidgets needs a Python."""
    content = json.loads(notebook.read_text("utf-8"))
    states = content["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output.get("data", {}) for cell in content["cells"] for output in cell.get("outputs", [])]
    return any("_esm" in states[data[VIEW]["model_id"]]["state"] for data in outputs if VIEW in data)


PAGES = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("book/**/*.ipynb")) if shows_a_widget(path)]

STARTED = f"""() => (places => places.length && places.every(
    place => place.nextElementSibling?.matches("[data-mounted], :has(> .widget-note a[href='#run-this-page'])")
))([...document.querySelectorAll('script[type="{VIEW}"]')])"""

# What a reader sees of widget k: whether its text and its pictures (if it has any) differ from the last time.
CHANGED = """k => {
    const widget = document.querySelectorAll("[data-mounted]")[k];
    const pictures = [...widget.querySelectorAll("canvas, [role=grid]")].filter(node => node.clientWidth).map(
        node => node.toDataURL?.() ?? node.innerHTML);
    const before = widget.seen, now = { text: widget.innerText, picture: pictures.join() };
    widget.seen = now;
    return before && [now.text !== before.text, !pictures.length || now.picture !== before.picture]; }"""

# The first slider in sight, or in a widget without any what is chosen in its last group; and the key that moves it.
HOLD = """k => {
    const widget = document.querySelectorAll("[data-mounted]")[k];
    const seen = (what) => [...widget.querySelectorAll(what)].filter(node => node.offsetParent);
    const knob = seen("input[type=range]:enabled")[0] ?? seen("input:checked").at(-1);
    knob.focus();
    return +knob.value >= +knob.max ? "ArrowLeft" : "ArrowRight"; }"""

# The two frames in which what was asked is drawn; in a window that nobody sees, Firefox may leave one out.
DRAWN = """() => Promise.race([
    new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))),
    new Promise(done => setTimeout(done, 3000, true))])"""

SWITCH = "() => document.querySelector('.theme-switch-button').click()"
THEME = "() => document.documentElement.dataset.theme"
DARK = """() => [...document.querySelectorAll("[data-mounted] > .bp")].map(
    widget => widget.classList.contains("bp-dark") && getComputedStyle(widget).color === "rgb(227, 232, 237)")"""


@pytest.mark.parametrize("page", PAGES)
def test_widgets_start_answer_the_keyboard_and_follow_the_theme(engine, hearing_address, page):
    engine.open(hearing_address + page.replace(".ipynb", ".html"))
    engine.until(STARTED)
    engine.until("() => document.querySelector('[data-mounted]') !== null")
    engine.run(DRAWN)
    widgets = engine.run("() => document.querySelectorAll('[data-mounted]').length")
    for k in range(widgets):
        engine.run(CHANGED, k)
        key = engine.run(HOLD, k)
        for _ in range(5):  # one step of a fine slider may be less than a pixel
            engine.press(key)
        engine.run(DRAWN)
        assert engine.run(CHANGED, k) == [True, True], "the key changed no read-out, or no picture"
    assert engine.run(DARK) == [engine.run(THEME) == "dark"] * widgets
    before = engine.run(THEME)
    while engine.run(THEME) == before:  # light, dark and the system's own come in turn
        engine.run(SWITCH)
    engine.run(DRAWN)
    assert engine.run(DARK) == [before != "dark"] * widgets
    assert engine.heard() == []


PLANTED = """() => {
    console.error("a word");
    setTimeout(() => { throw Error("a fault") });
    document.head.append(Object.assign(document.createElement("script"), { src: "nowhere.js" }));
    Promise.reject(Error("a promise")); }"""


def test_an_engine_hears_what_goes_wrong_in_a_page(engine, hearing_address):
    engine.open(hearing_address + "search.html")
    engine.run(PLANTED)
    # One after the other, so that a wait in vain says which of them was not heard.
    for word in ("a word", "a fault", "nowhere.js", "a promise"):
        engine.until("word => heard.some(line => line.includes(word))", word)


def test_pictures_are_drawn_again_when_only_the_screen_becomes_finer(engine, hearing_address):
    if not isinstance(engine, Firefox):
        pytest.skip("only Firefox can be told that its screen has become another")
    engine.open(hearing_address + "book/1_neural_networks/1_3_activation_functions.html")
    engine.until(STARTED)
    for ratio in (2, 3, 1):
        engine.sharpen(ratio)
        engine.until(
            "ratio => Math.abs(document.querySelector('.bp canvas').width / "
            "document.querySelector('.bp canvas').clientWidth - ratio) < 0.01",
            ratio,
        )


def test_the_unfilled_part_of_a_slider_is_dark_on_a_dark_page(engine, hearing_address):
    if not isinstance(engine, Firefox):
        pytest.skip("only Firefox draws it white")
    engine.open(hearing_address + PAGES[0].replace(".ipynb", ".html"))
    engine.until(STARTED)
    engine.run("() => { document.documentElement.dataset.theme = 'dark' }")
    track = "getComputedStyle(document.querySelector('.bp input[type=range]'), '::-moz-range-track').backgroundColor"
    engine.until(f"() => {track} === 'rgb(61, 71, 82)'")


CELL = """text => [...document.querySelectorAll("div.cell")].find(
    cell => cell.querySelector("pre").textContent.includes(text))"""


def test_a_cell_runs_and_an_exercise_is_judged(engine, hearing_address, site):
    if not (site / "_static" / "live" / "pyodide").is_dir():
        pytest.skip("the site was built without the Python of the page")
    engine.open(hearing_address + "book/1_neural_networks/1_2_forward_propagation.html")
    engine.until("() => document.querySelectorAll('.live-bar button').length > 0")
    engine.run(f"text => ({CELL})(text).querySelector('.live-bar button').click()", 'check("1.2.a"')
    shown = f"text => ({CELL})(text).querySelector('.verdict')?.textContent"
    engine.until(f"text => ({shown})(text)?.includes('not answered yet')", 'check("1.2.a"', patience=180)
    ended = f"text => /^[\\d.]+ s$/.test(({CELL})(text).querySelector('.live-status').textContent)"
    engine.until(ended, 'check("1.2.a"', patience=180)
    assert engine.heard() == []
