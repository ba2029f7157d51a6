"""Let matplotlib in Pyodide list its fonts: the page gets the list ready instead of making it for seconds.

Runs in Pyodide (web/live/pyodide.mjs). Pyodide's matplotlib keeps the list beside its module, not in the home folder.
"""

import shutil
from pathlib import Path

from matplotlib import font_manager  # makes the list if there is none

shutil.copy(Path(font_manager.__file__).with_name("fontlist.json"), "/work")
