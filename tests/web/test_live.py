"""Code runs where it is read, in a real browser: verdicts, figures, widgets, an endless loop, and nobody else is asked.

One page starts Python once for all tests, in the order in which they stand here.
"""

import gzip
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from web.serve import open_server

PAGE = "book/1_neural_networks/1_2_forward_propagation.html"
EXERCISE = "1.2.a"
PATIENCE = 120_000  # milliseconds until Python has come and a cell has run, on a busy machine
PAGE_GROWTH = 6000  # bytes, compressed, that a page may gain before the first press
EAGER = ("start.js", "cells.js", "words.js", "progress.js", "live.css")


@pytest.fixture(scope="module")
def live(site) -> Path:
    folder = site / "_static" / "live"
    if not (folder / "pyodide").is_dir():
        pytest.skip("the site was built without the Python of the page")
    return folder


class LivePage:
    """A page whose cells run, and all that it asked for and said."""

    def __init__(self, browser, address: str, page: str, **options: object) -> None:
        self.tab = browser.new_context(viewport={"width": 1280, "height": 900}, **options).new_page()
        self.requests, self.messages = [], []
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("pageerror", lambda error: self.messages.append(str(error)))
        self.tab.on("console", lambda message: message.type == "error" and self.messages.append(message.text))
        self.tab.goto(address + page, wait_until="networkidle")

    def cell(self, text: str) -> "LiveCell":
        """The first cell whose code, or its alternative text, contains `text`."""
        return LiveCell(self.tab.locator("div.cell", has=self.tab.locator(".cell_input", has_text=text)).first)


class LiveCell:
    def __init__(self, place) -> None:
        self.place = place
        self.editor = place.locator(".live-editor [contenteditable]")

    def button(self, text: str):
        return self.place.locator("button", has_text=text).first

    def unfold(self) -> None:
        for fold in self.place.locator("details.hide:not([open]) > summary").all():
            fold.click()

    def write(self, source: str) -> None:
        self.unfold()
        self.button("Edit").click()
        self.editor.fill(source)

    def run(self, source: str | None = None, end: str = r"^[\d.]+ s$") -> str:
        """Run the cell, and wait until its status is as `end`; what it then shows."""
        if source is not None:
            self.write(source)
        self.unfold()
        self.place.locator(".live-status").evaluate(
            "node => node.replaceChildren()"
        )  # it may say how the last run ended
        self.button("Run").click()
        self.place.locator(".live-status", has_text=re.compile(end)).wait_for(timeout=PATIENCE)
        assert self.place.locator(".live-note").inner_text().startswith("your run")
        return self.shown()

    def shown(self) -> str:
        return self.place.locator(".cell_output").inner_text()

    def restore(self) -> None:
        self.button("Reset").click()
        assert self.editor.count() == 0


@pytest.fixture(scope="module")
def page(browser, address, live) -> Iterator[LivePage]:
    page = LivePage(browser, address, PAGE)
    yield page
    page.tab.context.close()


@pytest.fixture
def exercise(page) -> LiveCell:
    return page.cell(f'check("{EXERCISE}"')


def test_a_page_grows_by_little_before_the_first_press(live, page):
    loaded = {url.split("/")[-1].split("?")[0] for url in page.requests if "/live/" in url}
    assert loaded <= {*EAGER}
    assert sum(len(gzip.compress((live / name).read_bytes())) for name in EAGER) <= PAGE_GROWTH


def test_an_exercise_is_judged_where_it_stands(exercise):
    assert "not answered yet" in exercise.run()


def test_a_wrong_answer_is_told_and_a_right_one_is_remembered(page, exercise):
    title = page.tab.locator("#ex-1-2-a > .admonition-title")
    assert "not yet" in exercise.run('check("1.2.a", 0.5)')
    assert "solved" not in title.inner_text()
    assert "correct" in exercise.run('check("1.2.a", 0.182)')
    assert "solved" in title.inner_text()
    exercise.restore()


def test_a_second_run_needs_no_start(page, exercise):
    exercise.run()
    seconds = exercise.place.locator(".live-status").inner_text()
    assert float(seconds.removesuffix(" s")) < 5


def test_only_the_site_itself_is_asked(page, address):
    assert [url for url in page.requests if not url.startswith((address, "data:", "blob:"))] == []


def test_the_books_output_comes_back(exercise):
    exercise.button("show the book's").click()
    assert exercise.place.locator(".live-note").inner_text().startswith("the book's output")
    exercise.button("show yours").click()
    exercise.restore()
    assert exercise.place.locator(".live-note").count() == 0
    assert exercise.place.locator(".live-note").count() == 0


def test_a_readers_code_reaches_the_site_itself_and_no_other(exercise, address):
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        shown = exercise.run(
            "from js import XMLHttpRequest\n"
            f"for place in {address!r}, 'http://127.0.0.1:{elsewhere.server_port}/':\n"
            "    request = XMLHttpRequest.new()\n"
            "    request.open('GET', place, False)\n"
            "    try:\n"
            "        request.send()\n"
            "        print(request.status)\n"
            "    except Exception as error:\n"
            "        print(type(error).__name__)"
        )
        elsewhere.shutdown()
    assert (shown.split(), asked) == (["200", "JsException"], [])
    exercise.restore()


def test_an_edit_is_run_and_an_error_begins_at_the_readers_line(exercise):
    shown = exercise.run("def half(x):\n    return x / 0\n\nprint('before')\nhalf(3)", end="error")
    assert shown.startswith("before")
    assert "return x / 0" in shown
    assert "ZeroDivisionError" in shown
    assert "kernel.py" not in shown
    exercise.restore()


def test_prints_come_while_a_cell_runs_and_stop_ends_one_without_an_end(page, exercise):
    imports = page.cell("from backprop.exercises import check")  # run whole, and again once Python has begun anew
    imports.unfold()
    imports.button("Run").click()
    imports.place.locator(".live-status", has_text=re.compile(r"^[\d.]+ s$")).wait_for(timeout=PATIENCE)
    exercise.write("count = 0\nwhile True:\n    count += 1\n    if count % 1000000 == 0:\n        print(count)")
    exercise.button("Run").click()
    exercise.place.locator(".cell_output", has_text="1000000").wait_for(timeout=PATIENCE)
    exercise.button("Stop").click()
    exercise.place.locator(".live-status", has_text="Stopped").wait_for(timeout=3000)
    exercise.restore()
    assert "not answered yet" in exercise.run()


def test_an_endless_print_is_cut_and_says_so(exercise):
    assert "output cut after 200,000 characters" in exercise.run("for k in range(60000):\n    print('line', k)")
    exercise.restore()


def test_a_figure_of_a_run_stands_above_its_caption_and_looks_the_same(page):
    cell = page.cell("plt.show()")
    figure = cell.place.locator("figure")
    looks = """svg => [svg.getAttribute("aria-label"), svg.style.width, svg.querySelectorAll("text").length,
        getComputedStyle(svg.querySelector("text")).fontFamily]"""
    before, caption = figure.locator("svg.drawing").evaluate(looks), figure.locator("figcaption").inner_text()
    cell.run()
    drawing = figure.locator("svg.drawing")
    after = drawing.evaluate(looks)
    assert "run" in drawing.locator("[id]").first.get_attribute("id")
    assert (after[0], after[2:]) == (before[0], before[2:])
    assert float(after[1][:-2]) == pytest.approx(float(before[1][:-2]), abs=4)
    assert figure.locator("figcaption").inner_text() == caption
    assert page.tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_the_machine_of_the_page_lacks_is_made_good(exercise):
    shown = exercise.run(
        "import time\nimport numpy as np\nfrom tqdm import tqdm\nbegin = time.process_time()\n"
        "for _ in tqdm(range(3), disable=None):\n    sum(range(300_000))\n"
        "print('it took time:', time.process_time() > begin, 'counts:', np.bincount(np.array([1, 1, 3], np.int64)))"
    )
    assert "it took time: True counts: [0 2 0 1]" in shown
    assert "Warning" not in shown
    exercise.restore()


def test_a_widget_follows_python_and_python_follows_the_widget(page, exercise):
    other = page.cell('check("1.2.b"')
    exercise.run("from backprop.widgets.depth_lab import DepthLab\nlab = DepthLab()\nlab")
    slider = exercise.place.locator("input[type=range]").first
    other.run("lab.depth = 33")
    assert slider.input_value() == "33"
    slider.fill("12")
    assert "depth 12" in other.run("print('depth', lab.depth)")
    exercise.restore()
    other.restore()


def test_plain_controls_call_what_observes_them(exercise):
    exercise.run(
        "from ipywidgets import FloatSlider, HTML, VBox\n"
        "slider, said = FloatSlider(value=2, min=0, max=10, description='rate'), HTML('')\n"
        "slider.observe(lambda change: setattr(said, 'value', f'python has {change.new}'), 'value')\n"
        "VBox([slider, said])"
    )
    slider = exercise.place.get_by_label("rate")
    slider.fill("7")
    exercise.place.get_by_text("python has 7.0").wait_for(timeout=PATIENCE)
    exercise.restore()


def test_nothing_went_wrong_unseen(page):
    assert page.messages == []


def test_a_solved_exercise_is_marked_on_its_page_in_the_sidebar_and_on_the_list_of_all(browser, address, live):
    page = LivePage(browser, address, PAGE)
    page.tab.evaluate(
        """number => import(document.querySelector("script[src*='live/start.js']").src.replace(
        /start\\.js.*/, "progress.js")).then(({ rememberVerdict }) => rememberVerdict(
        `<div class="verdict verdict-correct"><strong>Exercise ${number}: ✓ correct.</strong></div>`))""",
        EXERCISE,
    )
    assert page.tab.locator("#ex-1-2-a > .admonition-title .live-solved").count() == 1
    assert "✓ 1" in page.tab.locator("nav.bd-links a", has_text="1.2 ").inner_text()
    page.tab.goto(address + "book/appendices/exercises.html", wait_until="networkidle")
    assert page.tab.locator(".exercise-list .live-solved").count() == 1
    ledger = page.tab.locator(".live-ledger").inner_text()
    assert "solved 1 of" in ledger
    assert re.search(r"Chapter 1\s*1 / \d+", ledger)
    assert re.search(r"Chapter 2\s*0 / \d+", ledger)
    assert page.messages == []
    page.tab.context.close()


@pytest.mark.parametrize(
    "text", ["no JSON", '{"book": "another", "solved": {}}', '{"book": "backprop:solved", "solved": {"1.2.a": "<b>"}}']
)
def test_a_file_that_is_no_progress_changes_nothing(browser, address, live, text):
    page = LivePage(browser, address, "book/appendices/exercises.html")
    file = {"name": "p.json", "mimeType": "application/json", "buffer": text.encode()}
    page.tab.locator(".live-ledger input[type=file]").first.set_input_files(file)
    page.tab.locator(".live-ledger", has_text="nothing was changed").wait_for()
    assert page.tab.evaluate("localStorage.length === 0 || !localStorage.getItem('backprop:solved')")
    page.tab.context.close()


def test_whoever_teaches_sees_what_each_student_has_solved_and_how_many_have_solved_each(browser, address, live):
    page = LivePage(browser, address, "book/appendices/exercises.html")
    solved = {"ada": {"1.1.a": "2026-01-01", "2.1.a": "2026-01-02"}, "bob": {"1.1.a": "2026-01-03"}}
    files = [
        {
            "name": f"{name}.json",
            "mimeType": "application/json",
            "buffer": json.dumps({"book": "backprop:solved", "solved": days}).encode(),
        }
        for name, days in solved.items()
    ]
    page.tab.locator(".live-ledger input[multiple]").set_input_files(files)
    rows = page.tab.locator(".live-students tr").all_inner_texts()
    cells = [row.split("\t") for row in rows]
    assert cells[0][:3] == ["file", "1", "2"]
    assert [[row[0], *row[1:3], row[-1]] for row in cells[1:]] == [["ada", "1", "1", "2"], ["bob", "1", "0", "1"]]
    entry = page.tab.locator(".exercise-list li", has_text="1.1.a")
    assert "✓ 2 / 2" in entry.inner_text()
    assert "You have solved 0 of" in page.tab.locator(".live-ledger").inner_text()
    page.tab.context.close()


def test_a_package_lost_on_the_way_is_named_and_comes_at_the_next_press(browser, address, live):
    page = LivePage(browser, address, PAGE)
    exercise = page.cell(f'check("{EXERCISE}"')
    page.tab.context.route("**/numpy-*.zip", lambda route: route.abort())
    exercise.button("Run").click()
    exercise.place.locator(".live-status", has_text="could not be loaded").wait_for(timeout=PATIENCE)
    page.tab.context.unroute("**/numpy-*.zip")
    assert "not answered yet" in exercise.run()
    page.tab.context.close()


def test_a_cell_that_takes_long_says_so_before_and_offers_a_smaller_setting(browser, address, live):
    page = LivePage(browser, address, "book/4_mnist/4_2_network_from_scratch.html")
    cell = page.cell("said = []")
    assert "takes about 25 s" in cell.place.locator(".live-bar").inner_text()
    cell.button("Make it smaller").click()
    cell.editor.wait_for()
    assert "epochs=4," in cell.editor.inner_text()
    assert "takes about" not in cell.place.locator(".live-bar").inner_text()
    cell.restore()
    assert "takes about 25 s" in cell.place.locator(".live-bar").inner_text()
    assert "epochs=10," in cell.place.locator(".cell_input pre").inner_text()
    page.tab.context.close()


def test_a_page_that_cannot_run_says_why(browser, address, live):
    page = LivePage(browser, address, "book/appendices/frameworks.html")
    assert "does not send" in page.tab.locator(".live-why-not").inner_text()
    assert page.tab.locator(".live-bar").count() == 0
    page.tab.context.close()


def test_what_was_visited_and_run_works_when_the_network_is_gone(browser, live, site):
    server = open_server(str(site), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = LivePage(browser, f"http://127.0.0.1:{server.server_port}/", PAGE)
    page.cell(f'check("{EXERCISE}"').run()
    page.tab.wait_for_function(
        """async () => {
            const kept = (await (await caches.open("book")).keys()).map(({ url }) => url);
            const names = [/numpy-.*zip$/, /asm.wasm$/, /weights.json/, /editor.js/, /codemirror.js/];
            return names.every((name) => kept.some((url) => name.test(url))) }""",
        polling=200,
    )
    page.tab.reload(wait_until="networkidle")  # the rest comes through the service worker
    server.shutdown()
    server.server_close()
    page.tab.reload(wait_until="networkidle")
    assert "correct" in page.cell(f'check("{EXERCISE}"').run('check("1.2.a", 0.182)')
    page.tab.context.close()


KEPT = """async names => {
    const kept = (await Promise.all(names.map(name => caches.match(name)))).filter(Boolean);
    return Promise.all(kept.map(async response => [await response.text(), response.headers.get("date")])) }"""


def test_what_has_not_changed_is_not_kept_again_and_what_has_is(browser, site, tmp_path):
    shutil.copy(site / "offline.js", tmp_path)
    names = ["a.html", "b.wasm"]
    for name in names:
        (tmp_path / name).write_text("old")
    server = open_server(str(tmp_path), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tab = browser.new_context().new_page()
    tab.goto(f"http://127.0.0.1:{server.server_port}/a.html")
    tab.evaluate("navigator.serviceWorker.register('offline.js').then(() => navigator.serviceWorker.ready)")

    def visit(wanted):
        tab.reload()
        tab.evaluate("fetch('b.wasm').then(response => response.text())")
        tab.wait_for_function(
            f"""async ([names, wanted]) => {{
                const texts = (await ({KEPT})(names)).map(([text]) => text);
                return names.every((_, k) => texts[k] === wanted) }}""",
            arg=[names, wanted],
            polling=100,
        )
        tab.wait_for_timeout(1100)  # a date tells seconds
        return tab.evaluate(KEPT, names)

    first = visit("old")
    assert visit("old") == first
    for name in names:
        (tmp_path / name).write_text("new")
        os.utime(tmp_path / name, (2e9, 2e9))
    assert [text for text, _date in visit("new")] == ["new", "new"]
    server.shutdown()
    server.server_close()
    assert tab.evaluate("fetch('a.html').then(() => fetch('b.wasm')).then(response => response.text())") == "new"
    tab.context.close()


def test_the_editor_indents_colours_runs_and_lets_the_keyboard_leave(page, exercise):
    exercise.write("for k in range(2):")
    exercise.editor.press("End")
    page.tab.keyboard.type("\nx = k\n")
    assert exercise.editor.inner_text().splitlines()[1:] == ["    x = k", "    "]
    keyword = exercise.editor.locator(".k", has_text="for")
    colour = "node => getComputedStyle(node).color"
    assert keyword.evaluate(colour) == page.tab.locator(".cell_input pre .k").first.evaluate(colour)
    page.tab.keyboard.press("Escape")
    page.tab.keyboard.press("Tab")
    assert not exercise.editor.evaluate("node => node === document.activeElement")
    exercise.editor.focus()
    page.tab.keyboard.press("Shift+Enter")
    exercise.place.locator(".live-status", has_text=re.compile(r"^[\d.]+ s$")).wait_for(timeout=PATIENCE)
    exercise.restore()


def test_without_its_file_the_editor_is_a_text_area(browser, address, live):
    page = LivePage(browser, address, PAGE)
    page.tab.context.route("**/codemirror.js", lambda route: route.abort())
    exercise = page.cell(f'check("{EXERCISE}"')
    exercise.unfold()
    exercise.button("Edit").click()
    area = exercise.place.locator("textarea")
    area.fill("for k in range(2):")
    area.press("End")
    area.press("Enter")
    area.type("x = k")
    assert area.input_value() == "for k in range(2):\n    x = k"
    exercise.restore()
    assert "check(" in exercise.place.locator(".cell_input pre").inner_text()
    page.tab.context.close()
