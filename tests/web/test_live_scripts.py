"""The scripts behind a cell's buttons, with a Python that says what the test tells it to: nobody waits for one."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from backprop import language
from backprop.exercises.verdict import Verdict
from web.serve import open_server

LIVE = Path(__file__).resolve().parents[2] / "web" / "live"
CELL = (
    '<div class="cell"><div class="cell_input"><div class="highlight"><pre>{}\n</pre></div><div class="live-bar"></div>'
    "</div>{}</div>"
)
CELLS = {
    "one = 1": "",
    "two = one + 1": '<div class="cell_output"><figure><svg class="drawing" role="img" aria-label="two boats"></svg>'
    "<figcaption>Boats.</figcaption></figure></div>",
    "two": '<div class="cell_output"><pre>the book has 2</pre></div>',
}
LISTED = '<li><a href="page.html#ex-{}">an exercise</a></li>'
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><nav class="bd-links">'
    + "".join(f'<a href="#">{title}</a>' for title in ("2 Backwards", "2.1 Principle", "2.10 The end", "Questions"))
    + "</nav>"
    + "".join(CELL.format(*cell) for cell in CELLS.items()).replace('"cell"', '"cell tag_raises-exception"', 1)
    + '<h2>Exercises</h2><div class="live-ledger"></div><ul class="exercise-list">'
    + "".join(map(LISTED.format, ("2-1-a", "2-10-a", "2-10-b")))
    + "</ul>"
    '<script type="module" src="cells.js"></script></html>'
)
# A worker that notes what it is asked, answers as the test says, and says what the test has it say.
WORKER = """
    window.asked = [];
    window.answers = { start: () => null, needed: () => [], run: () => "ok", fetched: () => [] };
    window.Worker = class {
        constructor() { window.python = this; }
        async postMessage({ ticket, task, ...given }) {
            asked.push([task, given]);
            this.onmessage({ data: { kind: "answer", ticket, value: await answers[task](given) } });
        }
        say(data) { this.onmessage({ data }); }
        terminate() {}
    };"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    for script in LIVE.glob("*.js"):
        shutil.copy(script, folder)
    (folder / "page.html").write_text(PAGE, "utf-8")
    with open_server(str(folder), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/page.html"
        server.shutdown()


@pytest.fixture
def open_page(browser, address):
    """`open_page(solved)` is the page of a reader who has solved these; the test fails if it logs an error."""
    said, contexts = [], []

    def open_page(solved: dict | None = None):
        contexts.append(browser.new_context())
        contexts[-1].add_init_script(WORKER)
        if solved is not None:
            contexts[-1].add_init_script(f"localStorage.setItem('backprop:solved', {json.dumps(json.dumps(solved))})")
        tab = contexts[-1].new_page()
        tab.set_default_timeout(8000)
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(address)
        tab.locator(".live-bar button").first.wait_for()
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def cell(tab, number: int):
    return tab.locator("div.cell").nth(number)


def run(tab, number: int) -> None:
    cell(tab, number).get_by_role("button", name="Run: Code of cell").click()


def status(tab, number: int, text: str) -> None:
    cell(tab, number).locator(".live-status").get_by_text(text, exact=True).wait_for()


def runs(tab) -> list[int]:
    return [given["cell"] for task, given in tab.evaluate("asked") if task == "run"]


def test_an_error_of_a_cell_that_is_needed_is_told_by_its_number(open_page):
    tab = open_page()
    tab.evaluate("() => { answers.needed = () => [[1, '', 'two = one + 1']]; answers.run = () => 'error' }")
    run(tab, 2)
    status(tab, 2, "Cell 2, which this one needs, ended in an error.")
    assert runs(tab) == [1]


def test_a_needed_cell_that_may_fail_holds_nothing_up(open_page):
    tab = open_page()
    tab.evaluate(
        "() => { answers.needed = () => [[0, '', 'one = 1']]; answers.run = ({ cell }) => cell ? 'ok' : 'error' }"
    )
    run(tab, 2)
    tab.wait_for_function("() => asked.at(-1)?.[0] === 'fetched'")
    assert runs(tab) == [0, 2]


def test_everything_above_runs_once_and_then_the_cell_itself(open_page):
    tab = open_page()
    cell(tab, 2).locator(".live-menu summary").click()
    cell(tab, 2).get_by_role("button", name="Run everything above, too").click()
    tab.wait_for_function("() => asked.at(-1)?.[0] === 'fetched'")
    assert runs(tab) == [0, 1, 2]


@pytest.mark.parametrize(
    ("received", "text"),
    [
        (0, "fetching Python, 20 MB …"),
        (30e6, "fetching Python: 50 % of 20 MB"),  # of the bytes as they are, 60 MB; they are sent compressed
        (60e6, "starting Python …"),
    ],
)
def test_what_is_fetched_is_told_as_its_share_of_the_whole(open_page, received, text):
    tab = open_page()
    tab.evaluate("() => { answers.start = () => new Promise(() => {}) }")
    run(tab, 0)
    tab.wait_for_function("() => asked.length")
    tab.evaluate("received => python.say({ kind: 'fetched', received, whole: 60e6, sent: 20e6 })", received)
    status(tab, 0, text)


def test_a_progress_bar_writes_over_its_line_and_over_no_other(open_page):
    tab = open_page()
    tab.evaluate("() => { answers.run = () => new Promise(() => {}) }")
    run(tab, 0)
    tab.wait_for_function("() => asked.some(([task]) => task === 'run')")
    for text in ("a line\n10 %", "\r20 %", "\r30 %\rdone"):
        tab.evaluate("text => python.say({ kind: 'stream', cell: 0, name: 'stderr', text })", text)
    assert cell(tab, 0).locator(".cell_output pre").text_content() == "a line\ndone"


def test_while_a_cell_runs_its_button_is_called_stop(open_page):
    tab = open_page()
    tab.evaluate("() => { answers.run = () => new Promise(end => { window.end = end }) }")
    run(tab, 1)
    cell(tab, 1).get_by_role("button", name="Stop: code of cell 2").wait_for()
    tab.wait_for_function("() => window.end")
    tab.evaluate("() => end('ok')")
    cell(tab, 1).get_by_role("button", name="Run: code of cell 2").wait_for()


@pytest.mark.parametrize(
    ("lang", "name", "meaning"),
    [("zh-CN", "NameError", "NameError：用到了一个没有定义的名字"), ("zh-CN", "OSError", ""), ("en", "NameError", "")],
)
def test_what_a_usual_error_means_stands_above_it_in_chinese(open_page, lang, name, meaning):
    tab = open_page()
    tab.evaluate(
        """([lang, name]) => { document.documentElement.lang = lang; answers.run = ({ cell }) => {
            python.say({ kind: "error", cell, name, traceback: `${name}: it is gone` }); return "error" } }""",
        [lang, name],
    )
    run(tab, 0)
    shown = cell(tab, 0).locator(".cell_output")
    shown.wait_for()
    before, _, after = shown.inner_text().partition(f"{name}: it is gone")
    assert before.startswith(meaning)
    assert bool(before.strip()) == bool(meaning)
    assert after.strip() == ""


def test_the_books_output_and_the_readers_can_be_shown_in_turn(open_page):
    tab = open_page()
    tab.evaluate("""() => { answers.run = ({ cell }) => {
        python.say({ kind: "stream", cell, name: "stdout", text: "mine has 3" });
        return "ok" } }""")
    place = cell(tab, 2)
    run(tab, 2)
    for button, shown in (("show the book's", "mine has 3"), ("show yours", "the book has 2"), (None, "mine has 3")):
        place.locator(".cell_output", has_text=shown).wait_for()
        assert place.locator(".cell_output").count() == 1
        if button:
            place.get_by_role("button", name=button).click()


def test_reset_is_offered_after_a_run_and_brings_back_the_books_output(open_page):
    tab = open_page()
    reset = cell(tab, 2).locator("button", has_text="Reset")
    assert reset.is_hidden()
    run(tab, 2)
    reset.click()
    assert reset.is_hidden()
    assert cell(tab, 2).locator(".cell_output").text_content() == "the book has 2"


@pytest.mark.parametrize(
    ("source", "said"), [("two = one + 1", "two boats"), ("two = one + 2", "A figure that your code drew")]
)
def test_a_drawing_is_described_as_the_books_only_where_the_code_is_the_books(open_page, source, said):
    tab = open_page()
    tab.evaluate("""() => { answers.run = ({ cell }) => {
        python.say({ kind: "display", cell, data: { "image/svg+xml": "<svg class='drawing' id='mine'></svg>" } });
        return "ok" } }""")
    cell(tab, 1).get_by_role("button", name="Edit").click()
    cell(tab, 1).locator("textarea").fill(source)
    cell(tab, 1).locator("textarea").press("Shift+Enter")
    drawing = cell(tab, 1).locator("#mine")
    drawing.wait_for(state="attached")
    assert drawing.get_attribute("aria-label") == said
    assert cell(tab, 1).locator("figure").text_content() == "Boats."


@pytest.mark.parametrize("key", ["Shift+Enter", "Control+Enter", "Meta+Enter"])
def test_a_key_runs_what_is_edited(open_page, key):
    tab = open_page()
    cell(tab, 1).get_by_role("button", name="Edit").click()
    area = cell(tab, 1).locator("textarea")
    area.fill("print('mine')")
    area.press(key)
    tab.wait_for_function("() => asked.some(([task]) => task === 'run')")
    assert [given["source"] for task, given in tab.evaluate("asked") if task == "run"] == ["print('mine')"]
    assert area.input_value() == "print('mine')"


@pytest.mark.parametrize(
    ("line", "keys", "text"),
    [
        ("for k in range(3):", ["Enter"], "for k in range(3):\n    "),
        ("    if k:  # a comment", ["Enter"], "    if k:  # a comment\n        "),
        ("    k = 1", ["Enter"], "    k = 1\n    "),
        ("k = 1", ["Tab"], "k = 1    "),
    ],
)
def test_enter_and_tab_indent_as_python_wants(open_page, line, keys, text):
    tab = open_page()
    cell(tab, 0).get_by_role("button", name="Edit").click()
    area = cell(tab, 0).locator("textarea")
    area.fill(line)
    for key in keys:
        area.press(key)
    assert area.input_value() == text


def test_escape_lets_the_next_tab_leave_the_editor(open_page):
    tab = open_page()
    cell(tab, 0).get_by_role("button", name="Edit").click()
    area = cell(tab, 0).locator("textarea")
    area.press("Escape")
    area.press("Tab")
    assert area.input_value() == "one = 1"
    assert not area.evaluate("node => node === document.activeElement")


SOLVED = """html => import("./progress.js").then(({ rememberVerdict }) => rememberVerdict(html))"""
KEPT = "() => JSON.parse(localStorage.getItem('backprop:solved'))"


@pytest.mark.parametrize("speak", ["en", "zh"])
def test_an_exercise_keeps_the_day_on_which_it_was_first_solved(open_page, speak, monkeypatch):
    monkeypatch.setattr(language, "_chosen", speak)
    tab = open_page({"2.1.a": "2024-02-29"})
    for number, status in (("2.1.a", "correct"), ("2.10.b", "correct"), ("2.10.c", "wrong")):
        tab.evaluate(SOLVED, Verdict(number, status)._repr_html_())
    kept = tab.evaluate(KEPT)
    assert kept.keys() == {"2.1.a", "2.10.b"}
    assert kept["2.1.a"] == "2024-02-29" < kept["2.10.b"]


def test_the_sidebar_counts_what_is_solved_on_each_page_alone(open_page):
    tab = open_page({"2.1.a": "2024-02-29", "2.10.a": "2024-03-01", "2.10.b": "2024-03-02"})
    tab.locator(".live-ledger").wait_for()
    assert tab.locator("nav a").all_text_contents() == [
        "2 Backwards",
        "2.1 Principle ✓ 1",
        "2.10 The end ✓ 2",
        "Questions",
    ]
    assert "solved 3 of 3" in tab.locator(".live-ledger").text_content()


def test_a_file_of_progress_is_added_to_what_is_solved_here(open_page):
    tab = open_page({"2.1.a": "2024-02-29"})
    brought = {"book": "backprop:solved", "solved": {"2.1.a": "2025-01-01", "2.10.a": "2025-01-02"}}
    file = {"name": "p.json", "mimeType": "application/json", "buffer": json.dumps(brought).encode()}
    tab.locator(".live-ledger input[type=file]:not([multiple])").set_input_files(file)
    tab.locator(".live-ledger", has_text="solved 2 of 3").wait_for()
    assert tab.evaluate(KEPT) == {"2.1.a": "2024-02-29", "2.10.a": "2025-01-02"}


def progress_file(name: str, solved: object) -> dict:
    text = json.dumps({"book": "backprop:solved", "solved": solved})
    return {"name": f"{name}.json", "mimeType": "application/json", "buffer": text.encode()}


def test_files_of_students_that_hold_no_progress_are_named_and_the_others_are_compared(open_page):
    tab = open_page({"2.1.a": "2024-02-29"})
    ledger, students = tab.locator(".live-ledger"), tab.locator(".live-students tr")
    ada, bob = progress_file("ada", {"2.1.a": "2025-01-01"}), progress_file("bob", {"2.10.a": "2025-01-02"})
    bad = [progress_file("eve", {"2.1.a": "<b>"}), {**ada, "name": "mal.json", "buffer": b"no JSON"}]
    ledger.locator("input[multiple]").set_input_files([ada, bad[0], bob, bad[1]])
    ledger.get_by_text("book: eve, mal.").wait_for()
    assert students.all_text_contents() == ["file2Σ", "ada11", "bob11"]
    assert tab.locator(".exercise-list li").first.inner_text() == "an exercise ✓ 1 / 2"
    ledger.locator("input[multiple]").set_input_files(bad[:1])
    ledger.get_by_text("book: eve.").wait_for()
    assert students.count() == 3
    ledger.locator("input[multiple]").set_input_files([bob])
    ledger.get_by_text("solved 1 of 3").wait_for()
    assert students.all_text_contents() == ["file2Σ", "bob11"]


CONTROL = """async traits => {
    const { render } = await import("./controls.js");
    const told = [], node = document.createElement("div");
    let now;
    const model = { get: name => traits[name], set: (name, value) => { traits[name] = value; },
                    on() {}, save_changes: () => told.push([traits.value, now]) };
    render(model, node);
    document.body.prepend(node);
    const input = node.querySelector("input"), shown = node.querySelector(".live-value")?.textContent;
    const before = input.value;
    input.value = traits.moved;
    for (now of ["input", "change"]) input.dispatchEvent(new Event(now));
    return [before, shown, ...told.at(-1)] }"""


@pytest.mark.parametrize(
    ("traits", "seen"),
    [
        ({"_model_name": "FloatLogSliderModel", "base": 2, "min": 0, "max": 10, "step": 1, "value": 8, "moved": 5},
         ["3", "8", 32, "input"]),
        ({"_model_name": "FloatLogSliderModel", "min": -3, "max": 3, "step": 1, "value": 100, "moved": -1},
         ["2", "100", 0.1, "input"]),
        ({"_model_name": "IntSliderModel", "min": 0, "max": 9, "step": 1, "value": 4, "moved": 7},
         ["4", "4", 7, "input"]),
        ({"_model_name": "IntSliderModel", "min": 0, "max": 9, "value": 4, "moved": 7, "continuous_update": False},
         ["4", "4", 7, "change"]),
        ({"_model_name": "FloatTextModel", "value": 0.5, "moved": "2.5"}, ["0.5", None, 2.5, "change"]),
        ({"_model_name": "TextModel", "value": "a", "moved": "2.5"}, ["a", None, "2.5", "change"]),
    ],
)  # fmt: skip
def test_a_plain_control_shows_its_value_and_hands_on_what_the_reader_sets(open_page, traits, seen):
    assert open_page().evaluate(CONTROL, traits) == seen
