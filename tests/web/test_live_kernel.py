"""The kernel of the page shows what IPython shows, natively: every cell in its place, every exercise from its needs.

`make live-test` asks this of every notebook; without LIVE_PAGES=all a few that run fast are asked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.normal_form import VIEW, normalise
from tools.notebooks import missing_frameworks
from tools.same import MEASURED, show_the_same

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FAST = (
    "1_2_forward_propagation", "2_1_principle", "2_2_computation_flow", "2_3_5_general_form", "2_4_3_loss_surface",
    "2_6_write_your_own_autodiff", "6_3_recurrent_networks",
)  # fmt: skip
EVERY = sorted((ROOT / "book").rglob("*.ipynb"))
NOTEBOOKS = [path for path in EVERY if path.stem in FAST or os.environ.get("LIVE_PAGES") == "all"]


def ran(path: Path, *options: str) -> dict[int, list[dict]]:
    """The outputs of the cells that ran, by their place among the code cells."""
    command = [sys.executable, HERE / "run_cells.py", *options, path]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {int(place): outputs for place, outputs in json.loads(done.stdout).items()}


def differences(path: Path, found: dict[int, list[dict]]) -> list[str]:
    """The cells whose outputs differ from those that the notebook holds."""
    committed, again = (nbformat.read(path, as_version=4) for _ in range(2))
    for place, outputs in found.items():
        code_cells(again)[place]["outputs"] = nbformat.from_dict(outputs)
    before, after = (code_cells(normalise(notebook)) for notebook in (committed, again))
    faults = []
    for place in found:
        mine, theirs = (by_kind(cells[place]) for cells in (after, before))
        measured = MEASURED in before[place]["metadata"].get("tags", [])
        alike = len(mine) == len(theirs) and all(same(a, b, measured) for a, b in zip(mine, theirs, strict=True))
        if not alike and not measured:
            faults.append(f"cell {place}: {short(mine)}\n      instead of {short(theirs)}")
    return faults


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def by_kind(cell: dict) -> list[dict]:
    """How streams lie between other outputs depends on timing."""
    return sorted(cell["outputs"], key=lambda output: (output["output_type"], output.get("name", "")))


def same(a: dict, b: dict, measured: bool) -> bool:
    if a["output_type"] == "error" == b["output_type"]:
        return (a["ename"], a["evalue"]) == (b["ename"], b["evalue"])
    if VIEW in a.get("data", {}) and VIEW in b.get("data", {}):
        return True
    return show_the_same(a, b, measured)


def short(outputs: list[dict]) -> str:
    return json.dumps(outputs, ensure_ascii=False)[:600]


def pages(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


@pages(NOTEBOOKS)
def test_every_cell_shows_what_it_shows_in_ipython(path):
    if missing := missing_frameworks(path):
        pytest.skip(f"{', '.join(missing)} not installed: make frameworks")
    assert differences(path, ran(path)) == []


@pages([path for path in NOTEBOOKS if "check(" in path.read_text(encoding="utf-8")])
def test_an_exercise_shows_the_same_from_the_cells_that_it_needs(path):
    if missing := missing_frameworks(path):
        pytest.skip(f"{', '.join(missing)} not installed: make frameworks")
    found = ran(path, "--needed")
    assert found
    assert differences(path, found) == []
