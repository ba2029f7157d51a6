"""Make a package fit for the page: without what no page uses, and compiled beforehand by Pyodide's own Python.

What is made is kept in the user's cache folder, each package under a hash of all that decides its bytes.
"""

import hashlib
import io
import os
import re
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from backprop.data.downloads import cache_folder, write_atomically
from web.extensions.node_program import node

LIVE = Path(__file__).resolve().parent / "live"
RECIPE = [Path(__file__), *(LIVE / name for name in ("pyodide.json", "pyodide.mjs", "compile.py", "fonts.py"))]

# Fonts other than DejaVu's, backends that want a window, tests, sources of C, what only packagers read.
UNUSED = re.compile(
    r"""(^|/)(tests?|include|labextension|nbextension|sample_data|sphinxext)/ | \.data/
      | \.(pyi|pxd|pyx|h|c|tp|pdf)$ | ^numpy/random/(lib|_examples)/ | ^sklearn/datasets/(data|images|descr)/
      | ^matplotlib/(_ttconv|backends/(qt_editor|web_backend|backend_(gtk|qt|tk|wx|macosx|pgf|cairo|web|nbagg)))
      | ^matplotlib/mpl-data/(images|stylelib|fonts/(afm|pdfcorefonts)|fonts/ttf/(?!DejaVu|LICENSE))
      | ^PIL/_(webp|imagingft|imagingcms|imagingtk|imagingmath|imagingmorph)\.
      | \.dist-info/(?!METADATA$|.*licen[cs]e)""",
    re.VERBOSE | re.IGNORECASE,
)
OLDEST_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file knows
A_WEEK = 7 * 24 * 3600

Files = dict[str, bytes]  # by their path below site-packages


class Package(NamedTuple):
    """A package to make: `origin` is a hash of all that `read` depends on."""

    name: str
    version: str
    depends: tuple[str, ...]
    origin: str
    read: Callable[[], Files]
    with_source: bool = False  # for the book's own: its readers read tracebacks

    @property
    def place(self) -> Path:
        """Where it is kept."""
        key = sha256(b"".join(path.read_bytes() for path in RECIPE) + self.origin.encode())
        return made_folder() / f"{self.name}-{key[:16]}.zip"


def made_folder() -> Path:
    return cache_folder() / "live"


def make(packages: list[Package], core: Path) -> None:
    """Put every package that is not in the cache there, with the Pyodide in the folder `core` as the compiler."""
    wanted = [package for package in packages if not package.place.is_file()]
    with tempfile.TemporaryDirectory() as stage:
        contents = {}
        for package in wanted:
            contents[package] = {name: data for name, data in package.read().items() if not UNUSED.search(name)}
            for name, data in contents[package].items():
                path = Path(stage, package.name, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        if any(Path(stage).rglob("*.py")):
            run_in_pyodide(core, LIVE / "compile.py", Path(stage))
        for package, files in contents.items():
            for name in [name for name in files if name.endswith(".py")]:
                compiled = Path(stage, package.name, name).with_suffix(".pyc").read_bytes()
                if package.with_source:
                    folder, _, stem = name.removesuffix(".py").rpartition("/")
                    files[f"{folder}/__pycache__/{stem}.cpython-312.pyc"] = compiled
                else:
                    files[f"{name}c"] = compiled
                    del files[name]
            write_atomically(package.place, pack(files))


def run_in_pyodide(runtime: Path, script: Path, folder: Path, *packages: str) -> str:
    """Run a Python file in the Pyodide of a folder, with `folder` as /work; returns what it prints."""
    command = [node(), LIVE / "pyodide.mjs", runtime, script, folder, *packages]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"Pyodide could not run {script.name}: {done.stderr.strip() or 'no reason given'}")
    return done.stdout


def pack(files: Files) -> bytes:
    """A zip file of the files, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, OLDEST_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def forget_all_but(packages: list[Package]) -> None:
    """Remove from the cache what no build has used for a week."""
    for package in packages:
        os.utime(package.place)
    for path in made_folder().glob("*.zip"):
        if time.time() - path.stat().st_mtime > A_WEEK:
            path.unlink(missing_ok=True)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fingerprint(files: Files) -> str:
    """A hash of names and contents."""
    return sha256("".join(f"{name} {sha256(data)}\n" for name, data in sorted(files.items())).encode())
