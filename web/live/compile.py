"""Compile every module below /work, a folder for each package, as Pyodide's own Python does: it then starts sooner.

Runs in Pyodide (web/live/pyodide.mjs). The result lies beside its source, with the suffix .pyc.
"""

import py_compile
import warnings
from pathlib import Path

SITE = Path("/lib/python3.12/site-packages")  # where the page will have it: a traceback names this place
LIBRARY = Path("/lib/python312.zip")  # and Python's own modules here

warnings.simplefilter("ignore")  # of other people's sources
for package in Path("/work").iterdir():
    for source in package.rglob("*.py"):
        place = (LIBRARY if package.name == "python_stdlib.zip" else SITE) / source.relative_to(package)
        # Trusted as it is: the page's lock has its SHA-256, and the time of a file means nothing there.
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(source, source.with_suffix(".pyc"), place, doraise=True, invalidation_mode=mode)
