"""Re-execute notebooks in place and write them in one normal form: running twice gives identical bytes.

python -m tools.notebooks run book/               every notebook below a folder, or the ones named
python -m tools.notebooks draft draft.md X.ipynb  make a notebook of a jupytext draft and run it
python -m tools.notebooks tidy X.ipynb            only write the normal form: words were mended by hand, no code
"""

import importlib.util
import os
import re
import sys
from copy import deepcopy
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from tools.normal_form import to_text
from tools.same import keep_what_shows_the_same

SECONDS_PER_CELL = 300  # three frameworks are imported in one cell, on a machine that may be busy
FRAMEWORKS = ("torch", "jax", "keras", "flax", "optax", "distributed")  # optional: `make frameworks`
IMPORTS_FRAMEWORK = re.compile(rf'^\s*"?(?:import|from) ({"|".join(FRAMEWORKS)})\b', re.MULTILINE)


def execute(notebook: dict, folder: Path) -> dict:
    """Run every cell from the top in a fresh kernel of this environment; an unexpected error is raised."""
    nb = nbformat.from_dict(deepcopy(notebook))
    nb["metadata"].pop("widgets", None)
    client = NotebookClient(
        nb,
        kernel_name="python3",
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute()


def write(path: Path, notebook: dict) -> None:
    """Write only a finished text, with the same line ends everywhere."""
    path.write_bytes(to_text(notebook).encode())


def notebooks_below(names: list[str]) -> list[Path]:
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.exists():
            sys.exit(f"no such notebook or folder: {name}")
        paths += [path] if path.is_file() else sorted(path.rglob("*.ipynb"))
    return [path for path in paths if ".ipynb_checkpoints" not in path.parts]


def missing_frameworks(path: Path) -> list[str]:
    """The frameworks that a notebook imports and this environment lacks: it can be read here, but not run."""
    wanted = set(IMPORTS_FRAMEWORK.findall(path.read_text(encoding="utf-8")))
    return sorted(name for name in wanted if importlib.util.find_spec(name) is None)


def main(arguments: list[str]) -> None:
    # The numbers on the pages come from one thread; more would only be slower (see the Makefile).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    match arguments:
        case ["run", *names] if names:
            for path in notebooks_below(names):
                print(path, flush=True)
                if missing := missing_frameworks(path):
                    print(f"  left as it is: {', '.join(missing)} not installed (make frameworks)", flush=True)
                    continue
                before = nbformat.read(path, as_version=4)
                write(path, keep_what_shows_the_same(before, execute(before, path.parent)))
        case ["draft", draft, target]:
            write(Path(target), execute(jupytext.read(draft), Path(target).parent))
        case ["tidy", *names] if names:
            for path in notebooks_below(names):
                write(path, nbformat.read(path, as_version=4))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
