"""The notebooks as they run away from the repository: each begins with a cell that brings what the page needs.

python -m web.portable FOLDER "backprop[data,book] @ git+https://…"     what Colab opens: the cell installs the package

The English ones are in the folder book, the Chinese ones in zh/book.
"""

import sys
from pathlib import Path

import nbformat

from web.translation.book import lay

ROOT = Path(__file__).resolve().parent.parent
CHINESE = ROOT / "_build" / "zh"
PINS = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
SURNAMES = next(pin for pin in PINS if pin.startswith("faker=="))  # another version has other surnames
NOTE = "# This copy of the page brings its package along. In a clone of the repository the cell is not needed.\n"


def installing(package: str) -> str:
    """A cell that installs `package` and the surnames that the book was written with."""
    return f'{NOTE}%pip install --quiet "{package}" "{SURNAMES}"'


def portable(source: Path, target: Path, first: str) -> None:
    """Copy one notebook, with the cell `first` below its title."""
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell(first, id="install"))
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def copy_all(folder: Path, first: str) -> list[Path]:
    """Copy every page of both editions that is a notebook into `folder`, keeping the path; returns the copies."""
    lay(CHINESE)
    copies = []
    for edition, name in ((ROOT, ""), (CHINESE, "zh")):
        for source in sorted((edition / "book").rglob("*.ipynb")):
            if ".ipynb_checkpoints" not in source.parts:
                copies.append(folder / name / source.relative_to(edition))
                portable(source, copies[-1], first)
    return copies


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{len(copy_all(Path(sys.argv[1]), installing(sys.argv[2])))} notebooks are in {sys.argv[1]}")
