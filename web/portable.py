"""The notebooks as they run away from the repository: each begins with a cell that installs the book's package.

python web/portable.py FOLDER "backprop[data,book] @ git+https://…"     what Colab opens
"""

import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
PINS = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
SURNAMES = next(pin for pin in PINS if pin.startswith("faker=="))  # another version has other surnames
NOTE = "# This copy of the page brings its package along. In a clone of the repository the cell is not needed.\n"


def portable(source: Path, target: Path, package: str) -> None:
    """Copy one notebook; below its title, a cell installs `package` and the surnames that the book was written with."""
    notebook = nbformat.read(source, as_version=4)
    cell = nbformat.v4.new_code_cell(f'{NOTE}%pip install --quiet "{package}" "{SURNAMES}"', id="install")
    notebook.cells.insert(1, cell)
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def copy_all(folder: Path, package: str) -> list[Path]:
    """Copy every page of the book that is a notebook into `folder`, keeping the path; returns the copies."""
    sources = sorted((ROOT / "book").rglob("*.ipynb"))
    copies = [folder / source.relative_to(ROOT) for source in sources if ".ipynb_checkpoints" not in source.parts]
    for copy in copies:
        portable(ROOT / copy.relative_to(folder), copy, package)
    return copies


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{len(copy_all(Path(sys.argv[1]), sys.argv[2]))} notebooks are in {sys.argv[1]}")
