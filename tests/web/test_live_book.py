"""The book in a browser: its cells show what the notebooks hold, its solutions are correct and its stubs open.

`make test` judges every exercise, each from the cells that it needs; `make live-test` runs every cell of every page.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from run_cells import Recorder
from test_live_kernel import EVERY, code_cells, differences, errors, pages

from web.extensions.live import CANNOT_RUN

SOLUTION = re.compile(r"^(`{3,})\{solution\} (ex-\S+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
CHECK = re.compile(r'^check\("([\d.]+\.[a-z])", .+\)$', re.MULTILINE)
VERDICT = re.compile(r'class="verdict verdict-(\w+)"')


def sources_of(path: Path) -> list[str]:
    return [cell["source"] for cell in code_cells(nbformat.read(path, as_version=4))]


RUN = [path for path in EVERY if not any(map(CANNOT_RUN.search, sources_of(path)))]

# The worker of the page without the page around it: each cell's messages, and how long it took.
START = """() => {
    const worker = new Worker("/_static/live/worker.js", { type: "module" }), asked = new Map();
    let shown = [];
    worker.onmessage = ({ data }) => {
        if (data.kind === "answer") asked.get(data.ticket)(data);
        else if (Number.isInteger(data.cell) && data.kind !== "comm") shown.push(data);
    };
    window.ask = (task, given) => new Promise(resolve => {
        asked.set(asked.size, resolve);
        worker.postMessage({ ticket: asked.size - 1, task, ...given });
    });
    window.run = async (cell, source) => {
        shown = [];
        return { ...(await ask("run", { cell, source })), shown };
    };
    return ask("start"); }"""


class PageKernel:
    """The Python of the page in a tab of its own."""

    def __init__(self, browser, address: str) -> None:
        self.tab = browser.new_page()
        self.tab.set_default_timeout(0)
        self.tab.goto(f"{address}404.html")
        assert "problem" not in self.tab.evaluate(START)

    def needed(self, sources: list[str], target: int) -> list[tuple[int, str, str]]:
        answer = self.tab.evaluate("given => ask('needed', given)", {"sources": sources, "target": target})
        return answer["value"]

    def run(self, cell: int, source: str) -> list[dict]:
        """The outputs of the cell, as a notebook holds them."""
        answer = self.tab.evaluate("given => run(...given)", [cell, source])
        assert "problem" not in answer, answer
        recorder = Recorder()
        for message in answer["shown"]:
            recorder(message.pop("kind"), message)
        return recorder.outputs

    def forget(self) -> None:
        """Forget all names, as a new page would."""
        self.run(0, "for _name in [name for name in globals() if name[0] != '_']:\n    del globals()[_name]")

    def close(self) -> None:
        self.tab.close()


@pytest.fixture(scope="module")
def kernel(browser, address, site) -> Iterator[PageKernel]:
    """One for all exercises, since it takes seconds to start."""
    kernel = start(browser, address, site)
    yield kernel
    kernel.close()


def start(browser, address: str, site: Path) -> PageKernel:
    if not (site / "_static" / "live" / "pyodide").is_dir():
        pytest.skip("the site was built without the Python of the page")
    return PageKernel(browser, address)


def solutions(notebook: dict) -> dict[str, str]:
    """The code of each published solution, by the number of its exercise."""
    text = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    found = {label: "\n".join(PYTHON.findall(body)) for _, label, body in SOLUTION.findall(text)}
    return {label.removeprefix("ex-").replace("-", "."): code for label, code in found.items()}


def verdicts(kernel: PageKernel, path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """For each exercise of a page: its number, and what the stub and the published solution are judged."""
    published, sources = solutions(nbformat.read(path, as_version=4)), sources_of(path)
    kernel.forget()
    done = set()
    for place in [place for place, source in enumerate(sources) if CHECK.search(source)]:
        call = CHECK.search(sources[place])
        judged = []
        for code in (sources[place], f"{published[call[1]]}\n{call[0]}"):
            above = kernel.needed([*sources[:place], code], place)
            for before, _, part in above:
                if (before, part) not in done:
                    kernel.run(before, part)
                    done.add((before, part))
            shown = str(kernel.run(place, code))
            judged.append(VERDICT.findall(shown) or [shown])
        yield call[1], *judged


@pages([path for path in RUN if "check(" in path.read_text("utf-8")])
def test_a_stub_is_open_and_the_published_solution_is_correct(kernel, path):
    found = list(verdicts(kernel, path))
    assert found == [(number, ["open"], ["correct"]) for number, _, _ in found]
    assert found


# What ends otherwise in the page, and why: by a page and a piece of the cell's code.
OTHERWISE: dict[tuple[str, str], str] = {}


def expected(path: Path) -> set[int]:
    """The places of the cells of a page that end otherwise."""
    places = set()
    for page, piece in OTHERWISE:
        if page == path.stem:
            (place,) = [place for place, source in enumerate(sources_of(path)) if piece in source]
            places.add(place)
    return places


def long_cells(path: Path) -> list[tuple[dict, str]]:
    """The cells of a page that take long: what is said of each, and its code."""
    cells = code_cells(nbformat.read(path, as_version=4))
    return [(cell["metadata"]["live"], cell["source"]) for cell in cells if "live" in cell["metadata"]]


def smaller(long: dict, source: str) -> str:
    """The cell with its smaller setting, as cells.js makes it."""
    for old, new in long.get("smaller", {}).items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


@pages([path for path in EVERY if long_cells(path)])
def test_a_cell_that_takes_twenty_seconds_has_a_smaller_setting(path):
    for long, source in long_cells(path):
        assert long["seconds"] >= 10
        assert long["seconds"] < 20 or smaller(long, source) != source


@pytest.mark.skipif(os.environ.get("LIVE_PAGES") != "all", reason="the whole book takes minutes: make live-test")
@pages(RUN)
def test_every_cell_shows_in_the_page_what_the_book_shows(browser, address, site, path):
    kernel = start(browser, address, site)
    sources = sources_of(path)
    found = {place: kernel.run(place, source) for place, source in enumerate(sources)}
    again = [kernel.run(0, smaller(*cell)) for cell in long_cells(path)]
    kernel.close()
    found_otherwise = differences(path, found, with_pictures=False)
    assert {place: what for place, what in found_otherwise.items() if place not in expected(path)} == {}
    assert expected(path) <= found_otherwise.keys(), "a cell shows again what it should: take it off OTHERWISE"
    assert not any(map(errors, again))
