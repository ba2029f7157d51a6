"""JupyterLite runs the book on its own: its kernel starts, and nothing is asked of another machine.

`make test` runs one notebook there; `make live-test` runs every one that can be run.
"""

import functools
import json
import operator
import os
import threading
from collections.abc import Iterator

import pytest
from test_live_book import RUN
from test_live_kernel import differences

from web import lite
from web.serve import open_server

pytestmark = pytest.mark.skipif(not lite.LITE.is_dir(), reason="no JupyterLite here: make lite")
FAST = [path for path in RUN if path.stem in ("1_2_forward_propagation",)]
PAGES = RUN if os.environ.get("LIVE_PAGES") == "all" else FAST
PATIENCE = 300_000  # milliseconds; the kernel is IPython, compiled anew at each start

# One cell after the other, since a cell that shows an error on purpose ends "run all".
RUN_ALL = """async () => {
    const { shell, commands } = window.jupyterapp;
    const { content, context, sessionContext } = shell.currentWidget;
    await context.ready;
    await sessionContext.ready;
    for (const [place, cell] of content.widgets.entries()) {
        content.activeCellIndex = place;
        content.deselectAll();
        if (cell.model.type === "code") await commands.execute("notebook:run-cell");
    }
    return content.model.toJSON().cells.filter(cell => cell.cell_type === "code").map(cell => cell.outputs); }"""


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with open_server(str(lite.LITE), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Lab:
    """JupyterLab in a tab of its own, without a network beyond this machine."""

    def __init__(self, browser, home: str, page: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.elsewhere = []
        self.context.route(lambda url: not url.startswith((home, "data:", "blob:")), self.refuse)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(PATIENCE)
        self.tab.goto(f"{home}/lab/index.html?path={page}")
        self.tab.wait_for_selector(".jp-NotebookPanel h1")

    def refuse(self, route) -> None:
        self.elsewhere.append(route.request.url)
        route.abort()


def test_the_notebooks_the_wheel_and_the_python_of_the_pages_are_there():
    assert "backprop" in json.loads((lite.LITE / "pypi" / "all.json").read_text())
    lock = json.loads((lite.LITE / lite.PYTHON / "pyodide-lock.json").read_text())["packages"]
    assert {"backprop", "products", "ipython", "micropip", "shims"} <= lock.keys()
    assert all((lite.LITE / lite.PYTHON / entry["file_name"]).is_file() for entry in lock.values())
    assert all(set(entry["depends"]) & lock.keys() for entry in lock.values() if entry["depends"])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_notebook_shows_in_jupyterlite_what_the_book_shows(browser, home, path):
    lab = Lab(browser, home, path.relative_to(lite.ROOT).as_posix())
    install, *outputs = lab.tab.evaluate(RUN_ALL)
    lab.context.close()
    for output in functools.reduce(operator.iadd, outputs, []):
        if output["output_type"] == "error":  # its kernel says "<class 'ValueError'>"
            output["ename"] = output["ename"].removeprefix("<class '").removesuffix("'>")
    assert install == []
    assert differences(path, dict(enumerate(outputs)), with_pictures=False) == {}
    assert lab.elsewhere == []
