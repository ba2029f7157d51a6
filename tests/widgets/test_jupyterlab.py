"""With a live kernel: what the reader's hand does arrives in Python, and what Python sets moves the picture."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import nbformat
import pytest

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")

CELLS = [
    "from backprop.widgets.descent_explorer import DescentExplorer",
    "explorer = DescentExplorer(surface='bowl', optimizer='SGD', learning_rate=0.5)\nexplorer",
    "explorer.learning_rate = 0.25",
    "print('Python has', explorer.learning_rate, explorer.surface, explorer.start, explorer.path[1].round(4))",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def lab(tmp_path) -> Iterator[str]:
    """The address of a JupyterLab on loopback that shows a small notebook; it ends with the test."""
    nodes = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=kernel), tmp_path / "try.ipynb")
    port, token = free_port(), "only-for-this-test"
    private = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    private |= {
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "spaces"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}", "--allow-root"]
    command += [
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = (tmp_path / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=tmp_path, env=os.environ | private, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for _ in range(600):  # two minutes, for a busy machine
            if server.poll() is not None:
                pytest.fail("JupyterLab ended early: " + (tmp_path / "lab.log").read_text()[-2000:])
            with contextlib.suppress(OSError), direct.open(f"{address}api?token={token}", timeout=1):
                break
            time.sleep(0.2)
        yield f"{address}lab/tree/try.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def run_cell(tab, number: int) -> None:
    """Run a cell and wait for its number: a busy JupyterLab can lose a key, so an unanswered one is pressed again."""
    cell = tab.locator(".jp-Notebook .jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(3):
        cell.locator(".cm-content").click()
        tab.keyboard.press("Control+Enter")
        for _ in range(60):
            tab.wait_for_timeout(500)
            if prompt.inner_text() not in (before, "[*]:"):
                return
    pytest.fail(f"cell {number} has not run: {tab.locator('.jp-Notebook').inner_text()}")


def printed(tab) -> str:
    run_cell(tab, 3)
    output = tab.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea-output")
    output.filter(has_text="Python has").wait_for()
    tab.wait_for_timeout(500)
    return output.inner_text().strip()


def test_traits_are_synced_both_ways_in_jupyterlab(browser, lab):
    tab = browser.new_page(viewport={"width": 1280, "height": 1400})
    tab.goto(lab)
    tab.locator(".jp-Notebook .jp-CodeCell").nth(3).wait_for()
    tab.wait_for_function("() => document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'")
    run_cell(tab, 0)
    run_cell(tab, 1)
    slider = tab.get_by_label("learning rate")
    slider.or_(tab.get_by_text("Error displaying widget")).wait_for(timeout=180_000)
    assert slider.is_visible(), tab.locator(".jp-Notebook").inner_text()
    output = tab.locator(".bp-knobs output").first
    assert output.inner_text() == "0.5"

    # The hand: to the right end of the slider, by keys that JupyterLab would otherwise take for itself.
    slider.focus()
    slider.press("End")
    assert "Python has 10.0 bowl" in printed(tab)
    for _ in range(3):
        slider.press("ArrowLeft")
    assert output.inner_text() == "9.33"
    assert "Python has 9.33 bowl" in printed(tab)
    tab.get_by_label("himmelblau").check()
    assert "Python has 0.005 himmelblau (-0.5, -0.5)" in printed(tab)

    # Python: the picture and the sentence follow.
    before = tab.locator(".bp-said").inner_text()
    run_cell(tab, 2)
    tab.wait_for_function("() => document.querySelector('.bp-knobs output').value === '0.25'")
    assert tab.locator(".bp-said").inner_text() != before
    assert "Python has 0.25 himmelblau" in printed(tab)

    # JupyterLab's dark theme.
    assert tab.locator(".bp.bp-dark").count() == 0
    tab.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    tab.wait_for_selector(".bp.bp-dark")
    tab.close()
