"""Create .venv and install the locked environment into it: with uv where it can be had, else with pip.

`python tools/install.py` installs requirements.txt; with the word `frameworks` it adds PyTorch, JAX, Keras and Dask,
with `lite` what makes JupyterLite, with `mutants` what plants faults.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def succeeds(*command: object) -> bool:
    """Run a command, show what it prints, and say whether it went well."""
    try:
        return subprocess.run([str(part) for part in command], cwd=ROOT).returncode == 0
    except OSError:
        return False


def environment_is_usable() -> bool:
    """Whether .venv runs, runs the Python version of this interpreter, and has an installer."""
    has_installer = "True" if shutil.which("uv") else "importlib.util.find_spec('pip') is not None"
    same_version = f"sys.version_info[:2] == {sys.version_info[:2]}"
    return succeeds(
        VENV_PYTHON, "-c", f"import importlib.util, sys; sys.exit(not ({same_version} and {has_installer}))"
    )


def create_environment() -> None:
    """An empty .venv for this interpreter; Debian may lack the `venv` module, uv does not need it."""
    try:
        VENV.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=VENV).close()
    except OSError as error:
        sys.exit(f"Could not create {VENV}: {error.strerror}. Copy the book to a folder that you may write to.")
    if succeeds(sys.executable, "-m", "venv", "--clear", VENV):
        return
    uv = shutil.which("uv")
    if not (uv and succeeds(uv, "venv", "--clear", "--python", sys.executable, VENV)):
        sys.exit("Could not create .venv: install your system's python3-venv package, or uv, and try again.")


def installer() -> list[str]:
    """`uv pip install` if uv is on the PATH or can be installed into .venv, else `pip install`."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(VENV / "bin"))
    if uv is None and succeeds(VENV_PYTHON, "-m", "pip", "install", "--quiet", "uv"):
        uv = str(VENV / "bin" / "uv")
    if uv is None:
        print("uv could not be had; pip does the same, more slowly")
        return [str(VENV_PYTHON), "-m", "pip", "install"]
    return [uv, "pip", "install", "--python", str(VENV_PYTHON)]


def install_book() -> None:
    """Install requirements.txt; whatever keeps uv from its packages, pip gets a second try."""
    if not environment_is_usable():
        create_environment()
    command = installer()
    by_pip = [str(VENV_PYTHON), "-m", "pip", "install"]
    if succeeds(*command, "-r", "requirements.txt"):
        return
    if command == by_pip or not succeeds(*by_pip, "-r", "requirements.txt"):
        sys.exit("The packages of requirements.txt could not be installed; the reason is printed above.")


def install_frameworks() -> None:
    """Add requirements/frameworks.txt; PyTorch's CPU build comes from PIP_FIND_LINKS, else from PyTorch's own index.

    The locked requirements are named again, so that no framework can move one of them.
    """
    folders = os.environ.get("PIP_FIND_LINKS", "").split()
    local = [part for folder in folders for part in ("--find-links", folder)]
    command = [*installer(), "-r", "requirements.txt", "-r", "requirements/frameworks.txt"]
    if succeeds(*command, *local):
        return
    if command[1:3] == ["pip", "install"] and succeeds(*command, "--torch-backend", "cpu"):
        return
    sys.exit("The frameworks are not to be had here: the comparisons with them will be skipped.")


def install_extra(name: str) -> None:
    """Install requirements/NAME.txt, which is pinned by hand and moves nothing of requirements.txt."""
    if not succeeds(*installer(), "-r", f"requirements/{name}.txt"):
        sys.exit(f"The packages of requirements/{name}.txt could not be installed; the reason is printed above.")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            install_book()
        case ["frameworks"]:
            install_frameworks()
        case [name]:
            install_extra(name)
