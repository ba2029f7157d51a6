"""Let code run where it is read: buttons for the cells of each page, and the Python of the page beside the site.

Where that Python cannot be had, one line says why, and the site is built without buttons. `app.live` tells which.
The Chinese pages run the scripts and the Python of the English ones: its 54 MB are kept and fetched once.
"""

import gzip
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "web" / "live"
KERNEL = ("kernel.py", "drawings.py", "shims.py", "needs.py")  # worker.js loads them
OFFLINE = "offline.js"
ENGLISH = ROOT / "_build" / "html" / "_static" / "live"
COMMAND = [sys.executable, "-m", "web.runtime"]  # a process of its own: the book's root is not on Sphinx's path
CANNOT_RUN = re.compile(r"^\s*(?:import|from) (torch|jax|keras|dask)\b", re.MULTILINE)


def prepare(app: Sphinx) -> None:
    """Before the pages are written, which are others without it: make the Python of the page, and bring the scripts."""
    wanted = app.builder.format == "html" and os.environ.get("LIVE") != "0"
    if not_first(app):
        app.live = wanted and (ENGLISH / "pyodide").is_dir()
        served(app).mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCES / "live.css", served(app))  # for the bundle
        return
    app.live = wanted and subprocess.run(COMMAND, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0
    if app.live:
        folder = served(app)
        folder.mkdir(parents=True, exist_ok=True)
        sources = [path for path in SOURCES.iterdir() if path.suffix in (".js", ".css") or path.name in KERNEL]
        names = "|".join(path.name for path in sources)
        version = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:8]
        for path in sources:
            # They name each other with the version of all: no browser takes an old one among new ones.
            text = re.sub(rf'(?<=")(?:\./)?(?:{names})(?=")', rf"\g<0>?v={version}", path.read_text("utf-8"))
            (folder / path.name).write_text(text, "utf-8")


def not_first(app: Sphinx) -> bool:
    """Whether this edition stands in a folder of the English one."""
    return app.config.language != "en"


def served(app: Sphinx) -> Path:
    return Path(app.outdir) / "_static" / "live"


def add_bars(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the place for its buttons below the code of each cell; or say why the page cannot run.

    A cell that takes long has the metadata ``live``: its ``seconds`` in the page, and replacements that make it
    ``smaller``.
    """
    cells = list(doctree.findall(lambda node: isinstance(node, nodes.container) and "cell_input" in node["classes"]))
    if not app.live or not cells:
        return
    if any(CANNOT_RUN.search(cell.astext()) for cell in cells):
        first = cells[0].parent
        first.parent.insert(first.parent.index(first), nodes.paragraph("", why_not(), classes=["live-why-not"]))
        return
    for cell in cells:
        long = cell.parent.get("cell_metadata", {}).get("live", {})
        told = "".join(f' data-{key}="{html.escape(json.dumps(value))}"' for key, value in sorted(long.items()))
        cell += nodes.raw("", f'<div class="live-bar"{told}></div>', format="html")


def why_not() -> str:
    return _(
        "The code of this page needs libraries that this site does not send, so it has no Run buttons; what it prints "
        "was computed before. To run it, open it in Colab (in the menu This page), or install the book's package and "
        "the frameworks."
    )


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Progress is shown on every page; the sheet goes into the bundle."""
    context["live"] = app.live and 'class="live-bar"' in context.get("body", "")  # for run-this-page.html
    if app.live:
        app.add_css_file("live/live.css")
        if not_first(app):
            start = f"{'../' * pagename.count('/')}../_static/live/start.js"
            context["metatags"] = f'{context.get("metatags", "")}<script defer src="{start}"></script>'
        else:
            app.add_js_file("live/start.js")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Put the Python of the page into the site, and what each of its files weighs: as it is, and as sent."""
    folder = served(app)
    if not_first(app):
        return
    if not app.live or exception is not None:
        shutil.rmtree(folder, ignore_errors=True)
        (Path(app.outdir) / OFFLINE).unlink(missing_ok=True)
        return
    (folder / OFFLINE).replace(Path(app.outdir) / OFFLINE)  # a service worker sees what lies below it
    subprocess.run([*COMMAND, str(folder / "pyodide")], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    weights = {path.name: weight(path) for path in (folder / "pyodide").iterdir()}
    (folder / "weights.json").write_text(json.dumps(weights))


def weight(path: Path) -> dict[str, int]:
    """Packages are compressed by themselves, the rest by the server."""
    data = path.read_bytes()
    return {"raw": len(data), "sent": len(data if path.suffix == ".zip" else gzip.compress(data, 6))}


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", prepare)
    app.connect("doctree-resolved", add_bars)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
