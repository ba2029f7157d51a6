"""Build the book as JupyterLite into _build/lite: JupyterLab, its Python and the notebooks as static files.

The kernel starts on the Pyodide of the pages (web/runtime.py), with IPython besides. It brings what a cell imports by
itself, from the same folder: no request goes elsewhere. `make lite`, then `python web/serve.py _build/lite 8001`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from web import runtime
from web.compiled import LIVE, pack, sha256
from web.mirrors import fetch, mirrors
from web.portable import ROOT, copy_all

LITE = ROOT / "_build" / "lite"
PYTHON = "static/pyodide"
LAB_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget",
                  "jupyterlab-myst")  # fmt: skip
WHEEL_SOURCES = ["src", "pyproject.toml", "README.md", "LICENSE"]
# The notebooks' first cell in the browser, and what is loaded as soon as a cell imports the book's package.
FIRST_CELL = """\
# What Python lacks in a browser: fast products of matrices, a clock, counts of int64; and matplotlib keeps quiet.
import products
import shims

products.install()
shims.install_clock()
shims.install_counts()
shims.install_quiet()"""
BOOK_NEEDS = ["numpy", "matplotlib", "anywidget", "mlxtend", "faker", "tqdm", "joblib"]
IMPORTED_AS = {"scikit-learn": "sklearn", "pillow": "PIL", "python-dateutil": "dateutil", "ipython": "IPython"}


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


def write_python(folder: Path) -> None:
    """The Python of the pages, with IPython and the shims; the lock says which package brings which import."""
    made, interpreter = runtime.prepare(), runtime.PINNED["jupyterlite"]
    pins = interpreter["packages"]
    hashes = interpreter["core"] | {pin["file_name"]: pin["sha256"] for pin in pins.values()}
    fetch(hashes, runtime.originals(), mirrors(runtime.PINNED["info"]["version"]))
    shims = pack({"shims.py": (LIVE / "shims.py").read_bytes()})
    own = {"version": "1", "file_name": "shims.zip", "sha256": sha256(shims), "depends": [], "install_dir": "site"}
    entries = made.lock["packages"] | pins | {"shims": {**own, "package_type": "package"}}
    entries["backprop"] = {**entries["backprop"], "depends": BOOK_NEEDS}
    for name, entry in entries.items():
        imports = [] if entry["package_type"] == "shared_library" else [IMPORTED_AS.get(name, name.replace("-", "_"))]
        entries[name] = {**entry, "name": name, "imports": imports, "unvendored_tests": False}
    runtime.Runtime(made.files, {**made.lock, "packages": entries}).write(folder)
    for file_name in hashes:
        shutil.copy(runtime.originals() / file_name, folder)
    (folder / "shims.zip").write_bytes(shims)


def build(target: Path = LITE) -> None:
    """Make the wheel, copy the notebooks, and let JupyterLite put both beside JupyterLab's static files."""
    with tempfile.TemporaryDirectory() as folder:
        contents = Path(folder, "contents")
        copy_all(contents, FIRST_CELL)
        wheel = make_wheel(Path(folder, "wheel"))
        kernel = {"pyodideUrl": f"./{PYTHON}/pyodide.js", "disablePyPIFallback": True}
        plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
        lab = {"litePluginSettings": plugins, "exposeAppInBrowser": True}  # the tests run notebooks by its commands
        site = {"jupyter-lite-schema-version": 0, "jupyter-config-data": lab}
        extensions = [f"{sys.prefix}/share/jupyter/labextensions/{name}" for name in LAB_EXTENSIONS]
        own = {"ignore_sys_prefix": ["federated_extensions"], "federated_extensions": extensions}
        paths = {"contents": [str(contents)], "output_dir": str(target)}
        settings = {
            "LiteBuildConfig": {**paths, **own, "no_sourcemaps": True},
            "PipliteAddon": {"piplite_urls": [str(wheel)]},
        }
        Path(folder, "jupyter-lite.json").write_text(json.dumps(site))
        Path(folder, "jupyter_lite_config.json").write_text(json.dumps(settings))
        shutil.rmtree(target, ignore_errors=True)
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", folder, "--apps", "lab"]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    write_python(target / PYTHON)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    print(f"{target} is ready ({size:.0f} MB): JupyterLab with its Python, {wheel.name} and the notebooks")


if __name__ == "__main__":
    try:
        build()
    except (OSError, RuntimeError, ImportError) as error:
        sys.exit(f"no JupyterLite: {error}")
