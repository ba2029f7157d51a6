"""Pack the built site into one file to keep or to hand on: unpacked anywhere, its index.html opens without a server.

The Python of the pages stays out: a browser runs none from a plain file, and it is most of the weight.
`make archive` writes _build/backpropagation-VERSION.zip; the same site gives the same bytes.
"""

import zipfile
from pathlib import Path

import backprop

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
NAME = f"backpropagation-{backprop.__version__}"
PYTHON = ("_static/live/", "offline.js")
STAYS = "_static/live/start.js"  # takes the places for buttons away
OLDEST_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file knows


def pack(site: Path, archive: Path) -> None:
    """Write the files of the site into `archive`, in alphabetical order, below one folder."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in site.rglob("*") if path.is_file()):
            name = path.relative_to(site).as_posix()
            if name.startswith(PYTHON) and name != STAYS:
                continue
            entry = zipfile.ZipInfo(f"{NAME}/{name}", OLDEST_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    target = ROOT / "_build" / f"{NAME}.zip"
    pack(SITE, target)
    print(f"{target} is ready ({target.stat().st_size / 1e6:.0f} MB): unpack it and open {NAME}/index.html")
