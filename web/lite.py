"""Build the book as JupyterLite into _build/lite: JupyterLab, the package's wheel and the notebooks as static files.

Pyodide, the Python that runs in the browser, comes from its CDN when a reader starts a kernel, and so do the packages
that the book needs; all the rest is served from the folder: `make lite`, then `python web/serve.py _build/lite 8001`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from web.portable import ROOT, copy_all

LITE = ROOT / "_build" / "lite"
WHEEL_SOURCES = ["src", "pyproject.toml", "README.md", "LICENSE"]


def make_wheel(folder: Path) -> Path:
    """The wheel of src/backprop, made in a copy, since building leaves files behind."""
    with tempfile.TemporaryDirectory() as copy:
        for name in WHEEL_SOURCES:
            source, target = ROOT / name, Path(copy, name)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
            else:
                shutil.copy(source, target)
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), copy]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("backprop-*.whl"))


def build(target: Path = LITE) -> None:
    """Make the wheel, copy the notebooks, and let JupyterLite put both beside JupyterLab's static files."""
    with tempfile.TemporaryDirectory() as folder:
        contents = Path(folder, "contents")
        copy_all(contents, "backprop[data,book]")
        wheel = make_wheel(Path(folder, "wheel"))
        settings = {
            "LiteBuildConfig": {"contents": [str(contents)], "output_dir": str(target), "no_sourcemaps": True},
            "PipliteAddon": {"piplite_urls": [str(wheel)]},
        }
        Path(folder, "jupyter_lite_config.json").write_text(json.dumps(settings))
        shutil.rmtree(target, ignore_errors=True)
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", folder, "--apps", "lab"]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    print(f"{target} is ready ({size:.0f} MB): {wheel.name} and the notebooks in JupyterLab, as static files")


if __name__ == "__main__":
    build()
