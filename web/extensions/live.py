"""Put the Python of the page beside the site. Where it cannot be had, one line says why, and the site is built without.

`app.live` tells whether the site has it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "web.runtime"]  # a process of its own: the book's root is not on Sphinx's path


def prepare(app: Sphinx) -> None:
    """Make it before the pages are written, which are others without it."""
    wanted = app.builder.format == "html" and os.environ.get("LIVE") != "0"
    app.live = wanted and subprocess.run(COMMAND, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0


def write(app: Sphinx, exception: Exception | None) -> None:
    folder = Path(app.outdir) / "_static" / "live" / "pyodide"
    if app.live and exception is None:
        subprocess.run([*COMMAND, str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", prepare)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
