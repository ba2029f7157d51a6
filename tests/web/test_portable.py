"""The book away from its repository: notebooks for Colab, JupyterLite, the wheel, and the site in one file."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from tools.notebooks import notebooks_below
from web import archive, lite, portable

ROOT = Path(__file__).resolve().parents[2]
needs_lite = pytest.mark.skipif(not lite.LITE.is_dir(), reason="no JupyterLite here: make lite")


def test_a_portable_page_installs_the_package_before_it_imports_it(tmp_path):
    first = portable.installing("backprop[data,book] @ git+https://example.org/book")
    copies = portable.copy_all(tmp_path, first)
    pages = [page.relative_to(ROOT) for page in notebooks_below([str(ROOT / "book")])]
    assert {copy.relative_to(tmp_path) for copy in copies} == {*pages, *(Path("zh", page) for page in pages)}
    for copy in copies:
        name = copy.relative_to(tmp_path)
        source = portable.CHINESE.parent / name if name.parts[0] == "zh" else ROOT / name
        original, page = (nbformat.read(path, as_version=4) for path in (source, copy))
        nbformat.validate(page)
        title, install, *rest = page.cells
        assert [title, *rest] == original.cells
        assert '%pip install --quiet "backprop[data,book] @ git+https://example.org/book" "faker==' in install.source


def test_the_archive_holds_the_site_without_its_python_and_is_the_same_every_time(tmp_path):
    site = tmp_path / "site"
    (site / "book").mkdir(parents=True)
    (site / "_static" / "live" / "pyodide").mkdir(parents=True)
    for name in ("start.js", "cells.js", "pyodide/pyodide.mjs"):
        (site / "_static" / "live" / name).touch()
    (site / "offline.js").touch()
    (site / "index.html").write_text("door")
    (site / "book" / "page.html").write_text("page")
    for name in ("one.zip", "two.zip"):
        archive.pack(site, tmp_path / name)
        os.utime(site / "index.html", (0, 0))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as file:
        names = ["_static/live/start.js", "book/page.html", "index.html"]
        assert file.namelist() == [f"{archive.NAME}/{name}" for name in names]
        assert file.read(f"{archive.NAME}/index.html") == b"door"


@needs_lite
def test_the_wheel_brings_widgets_checks_and_ledger(tmp_path):
    """Unpacked by itself, it mounts a widget, checks an answer and reads a result: no page needs the repository."""
    (wheel,) = (lite.LITE / "pypi").glob("backprop-*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path)
    code = (
        "import backprop, backprop.results.ledger as ledger; from backprop.exercises.checking import check;"
        "from backprop.widgets.digit_pad import DigitPad; DigitPad();"
        "print(backprop.__file__); print(ledger.names()); print(check('1.2.a', None))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    place, names, *verdict = result.stdout.splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert names == str(sorted(path.stem for path in (tmp_path / "backprop" / "results").glob("*.json")))
    assert "mnist_mlp" in names
    assert "not answered yet" in " ".join(verdict).lower()
