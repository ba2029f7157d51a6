"""The kernel of the page shows what IPython shows, natively: every cell in its place, every exercise from its needs.

`make live-test` asks this of every notebook; without LIVE_PAGES=all a few that run fast are asked. test_live_book.py
asks the same in a browser.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.normal_form import VIEW, normalise
from tools.notebooks import execute, missing_frameworks
from tools.same import MEASURED, show_the_same
from web.live.needs import needed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FAST = (
    "1_2_forward_propagation", "2_1_principle", "2_2_computation_flow", "2_3_5_general_form", "2_4_3_loss_surface",
    "2_6_2_arrays", "6_3_recurrent_networks",
)  # fmt: skip
EVERY = sorted((ROOT / "book").rglob("*.ipynb"))
NOTEBOOKS = [path for path in EVERY if path.stem in FAST or os.environ.get("LIVE_PAGES") == "all"]


def ran(path: Path, *options: str) -> dict[int, list[dict]]:
    """The outputs of the cells that ran, by their place among the code cells."""
    command = [sys.executable, HERE / "run_cells.py", *options, path]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {int(place): outputs for place, outputs in json.loads(done.stdout).items()}


def differences(
    path: Path, found: dict[int, list[dict]], with_pictures: bool = True, ipython: dict | None = None
) -> dict[int, str]:
    """The cells whose outputs differ from those of the notebook, or of a run of it by `ipython`, by their places."""
    committed, again = (nbformat.read(path, as_version=4) for _ in range(2))
    committed = ipython or committed
    for place, outputs in found.items():
        code_cells(again)[place]["outputs"] = nbformat.from_dict(outputs)
    before, after = (code_cells(normalise(notebook)) for notebook in (committed, again))
    faults = {}
    for place in found:
        mine, theirs = (by_kind(cells[place], with_pictures) for cells in (after, before))
        measured = MEASURED in before[place]["metadata"].get("tags", [])
        alike = len(mine) == len(theirs) and all(same(a, b, measured) for a, b in zip(mine, theirs, strict=True))
        if not alike and not (measured and errors(mine) == errors(theirs)):
            faults[place] = f"{short(mine)} instead of {short(theirs)}"
    return faults


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def by_kind(cell: dict, with_pictures: bool) -> list[dict]:
    """How streams lie between other outputs depends on timing."""
    outputs = sorted(cell["outputs"], key=lambda output: (output["output_type"], output.get("name", "")))
    if not with_pictures:
        for data in [output["data"] for output in outputs if "data" in output]:
            for kind in {"image/png", "image/svg+xml"} & data.keys():
                data[kind] = ""
    return outputs


def errors(outputs: list[dict]) -> list[str]:
    return [output["ename"] for output in outputs if output["output_type"] == "error"]


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
    found = ran(path)
    if differences(path, found):  # on another processor trained weights draw other lines: then IPython runs here, too
        here = execute(nbformat.read(path, as_version=4), path.parent)
        assert differences(path, found, ipython=here) == {}


@pages([path for path in NOTEBOOKS if "check(" in path.read_text(encoding="utf-8")])
def test_an_exercise_shows_the_same_from_the_cells_that_it_needs(path):
    if missing := missing_frameworks(path):
        pytest.skip(f"{', '.join(missing)} not installed: make frameworks")
    found = ran(path, "--needed")
    assert found
    assert differences(path, found) == {}


def shown(tmp_path: Path, *sources: str) -> list[list[dict]]:
    """The outputs of cells with these sources."""
    path = tmp_path / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]), path)
    return list(ran(path).values())


def test_an_error_is_reported_from_the_readers_cell_on_and_the_next_cell_runs(tmp_path):
    (error,), (value,) = shown(tmp_path, "def half(x):\n    return x / 0\n\nhalf(3)", "half.__name__")
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    frames = [line for line in error["traceback"][0].splitlines() if line.startswith("  File")]
    assert frames == ['  File "<cell 1>", line 4, in <module>', '  File "<cell 1>", line 2, in half']
    assert "return x / 0" in error["traceback"][0]
    assert value["data"] == {"text/plain": "'half'"}


@pytest.mark.parametrize(
    "source", ["import sys\nsys.exit(3)", "def f(): return f()\nf()", "if True", "raise KeyboardInterrupt"]
)
def test_nothing_that_a_cell_raises_ends_the_kernel(tmp_path, source):
    outputs, (value,) = shown(tmp_path, source, "1 + 1")
    assert outputs[-1]["output_type"] == "error"
    assert value["data"] == {"text/plain": "2"}


def test_prints_are_cut_where_they_would_fill_the_page_and_a_line_says_so(tmp_path):
    pieces, after = shown(tmp_path, "for k in range(40_000): print('0123456789')", "print('on')")
    text = "".join(piece["text"] for piece in pieces)
    assert text.endswith("\n[output cut after 200,000 characters]\n")
    assert len(text) < 200_100
    assert after[0]["text"] == "on\n"


def test_a_semicolon_hides_the_value_and_clear_output_what_was_shown(tmp_path):
    hidden, commented, kept, cleared = shown(
        tmp_path, "1;", "1;  # quiet", "'a;b'", "from IPython.display import clear_output\nprint(1)\nclear_output()\n2"
    )
    assert hidden == commented == []
    assert kept[0]["data"]["text/plain"] == "'a;b'"
    assert [output["data"]["text/plain"] for output in cleared] == ["2"]


def test_the_last_value_is_kept_under_an_underscore(tmp_path):
    outputs = shown(tmp_path, "6 * 7", "'quiet';", "print('no value')", "_ + 1")
    assert outputs[-1][0]["data"]["text/plain"] == "43"


def test_a_cell_may_await(tmp_path):
    assert shown(tmp_path, "import asyncio\nawait asyncio.sleep(0, 5)")[0][0]["data"]["text/plain"] == "5"


PAGE = [
    "import numpy as np\nfrom matplotlib import pyplot as plt\nfrom backprop.exercises import check\nrng = np.random",
    "a = rng.normal(3)",
    "b = []",
    "b.append(a)",
    "plt.plot(a)",
    "c = 1",
]


@pytest.mark.parametrize(
    ("source", "cells"),
    [
        ("1 + 1", []),
        ("check(1)", [(0, 3)]),
        ("c", [(5, 1)]),
        ("a", [(0, 1), (0, 2), (0, 4), (1, 1), (2, 1), (3, 1), (4, 1)]),  # a plot might change what it is given
        ("b", [(0, 1), (0, 4), (1, 1), (2, 1), (3, 1)]),
        ("c += 1", [(5, 1)]),
        ("def f():\n    return c", [(5, 1)]),
        ("def f(c):\n    a = c\n    return a", []),  # names of the function's own
        ("[c for c in 'abc']", []),
        ("{c for c in 'abc'}, {c: [c for c in 'ab'] for c in 'abc'}", []),
        ("[c for c in 'abc'] + [c]", [(5, 1)]),
        ("c = 2\nc", []),  # bound here, whatever it was above
        ("c, d = c, 1", [(5, 1)]),
        ("class A:\n    b = 1\n    def f(self):\n        self.c = 1", []),
        ("len([])", []),
    ],
)
def test_a_cell_needs_what_binds_or_changes_its_names_and_of_imports_only_these(source, cells):
    lines = [
        (place, number)
        for place, _, part in needed([*PAGE, source], len(PAGE))
        for number, line in enumerate(part.split("\n"), start=1)
        if line
    ]
    assert lines == cells


def test_what_says_the_language_is_needed_by_every_cell():
    first = "import backprop.zh\nimport backprop.plots\nimport numpy as np"
    assert needed([first, "print(1)"], 1) == [(0, "import backprop.zh\n\n", "import backprop.zh\n\n")]


def test_where_a_cell_cannot_be_read_everything_above_is_needed():
    assert needed(["a = 1", "b = ", "c"], 2) == [(0, "", "a = 1"), (1, "", "b = ")]


@pytest.mark.parametrize("source", ["print(a", "def f（a): ...", "a\0"])
def test_a_cell_with_a_slip_of_the_pen_needs_nothing_to_say_so(source):
    assert needed(["a = 1", source], 1) == []


@pytest.mark.parametrize("table", ["words.js", "ledger.js"])
def test_what_the_page_says_about_runs_is_said_in_both_languages(table):
    text = (ROOT / "web" / "live" / table).read_text("utf-8")
    languages = re.findall(r"(?:en|zh): \{\n(.*?)\n  \}", text, re.DOTALL)
    english, chinese = (dict(re.findall(r'^    (\w+): "(.*)",$', each, re.MULTILINE)) for each in languages)
    assert english
    assert english.keys() == chinese.keys()
    for key, said in english.items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "web" / "live").glob("*.js"))
    assert [key for key in english if f'"{key}"' not in scripts] == []
