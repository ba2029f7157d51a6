"""Every notebook keeps the rules of tools/lint, and every rule is seen to fail on a planted fault."""

import copy
import sys
import types
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tools.lint import code as lint_code
from tools.lint import text as lint_text
from tools.lint.code import repeated_figure_names, repeated_helpers
from tools.lint.page import Page
from tools.normal_form import STATE, VIEW, normalise
from tools.same import MEASURED

ROOT = Path(__file__).resolve().parents[2]
RULES = lint_code.RULES + lint_text.RULES
NOTEBOOKS = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def committed(path: Path) -> Page:
    return Page(path.relative_to(ROOT), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_every_rule(path):
    page = committed(path)
    faults = [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(page)]
    assert not faults, f"{page.path}\n" + "\n".join(faults)


def test_no_helper_and_no_figure_name_is_defined_twice_in_the_book():
    pages = [committed(path) for path in NOTEBOOKS]
    assert [*repeated_helpers(pages), *repeated_figure_names(pages)] == []


# A small section that keeps every rule; each planted fault below changes one thing in it.

TITLE = "# Measure a slope\n\n**You will be able to** nudge a number.\n\n**You need** nothing."
EXERCISES = "## Exercises\n\nNudge it."
FIGURE = {
    "figure": {"name": "fig-slope", "caption": "The slope at one."},
    "image": {"alt": "A straight blue line rises from the lower left to the upper right."},
}
PICTURE = {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "text/plain": "<Figure>"}, "metadata": {}}


def code(source: str, count: int, outputs: list | None = None, **metadata: object) -> dict:
    return nbformat.v4.new_code_cell(source, execution_count=count, outputs=outputs or [], metadata=metadata)


def good_notebook() -> dict:
    """A notebook in the normal form that keeps every rule."""
    text = nbformat.v4.new_markdown_cell
    cells = [
        text(TITLE),
        code("import numpy as np\n\nrng = np.random.default_rng(0)", 1, tags=["hide-input"]),
        code("rng.normal(size=3).round(1)", 2),
        code("ax.plot(x, y)\nplt.show()", 3, [PICTURE], mystnb=FIGURE),
        text("## Three lines to remember\n\n- One.\n- Two.\n- Three."),
        text(EXERCISES),
        code('check("1.2.a", answer)', 4),
        text("## Where to go next\n\nOn."),
    ]
    return normalise(nbformat.v4.new_notebook(cells=cells))


def page_of(notebook: dict, name: str = "3_1_principle.ipynb") -> Page:
    return Page(Path("book") / name, nbformat.writes(nbformat.from_dict(notebook), version=4).rstrip("\n") + "\n")


def edit(place: int, old: str, new: str) -> Callable[[dict], None]:
    """A fault: some source text of one cell is replaced."""

    def plant(notebook: dict) -> None:
        assert old in notebook["cells"][place]["source"]
        notebook["cells"][place]["source"] = notebook["cells"][place]["source"].replace(old, new)

    return plant


def put(value: object, *keys: int | str) -> Callable[[dict], None]:
    """A fault: one entry of the notebook is replaced."""

    def plant(notebook: dict) -> None:
        node = notebook
        for key in keys[:-1]:
            node = node[key]
        node[keys[-1]] = value

    return plant


def printed(text: str, name: str = "stdout") -> Callable[[dict], None]:
    return put([{"output_type": "stream", "name": name, "text": text}], "cells", 2, "outputs")


def widget(esm: str, name: str) -> Callable[[dict], None]:
    state = {"1": {"model_name": "AnyModel", "state": {"_esm": esm, "_anywidget_id": name}}}
    return put({STATE: {"state": state}}, "metadata", "widgets")


FAULTS = [
    ("title_and_goals", edit(0, "# Measure", "Measure")),
    ("title_and_goals", edit(0, "You will be able to", "We shall")),
    ("title_and_goals", edit(0, "You need", "There is")),
    ("imports_come_first", edit(2, "rng", "import numpy\nrng")),
    ("imports_come_first", edit(2, "rng", "def f():\n    from math import pi\nrng")),
    ("imports_are_folded", put({}, "cells", 1, "metadata")),
    ("chance_has_one_seeded_source", edit(1, "import", "import random\nimport")),
    ("chance_has_one_seeded_source", edit(1, "rng =", "np.random.seed(0)\nrng =")),
    ("chance_has_one_seeded_source", edit(2, "rng.normal", "np.random.normal")),
    ("chance_has_one_seeded_source", edit(1, "default_rng(0)", "default_rng()")),
    ("chance_has_one_seeded_source", edit(1, "rng =", "generator =")),
    ("no_magics", edit(1, "import", "%matplotlib inline\nimport")),
    ("no_magics", edit(1, "import", "!pip install torch\nimport")),
    ("no_magics", edit(2, "rng.normal(", "rng.normal((")),
    ("no_path_tricks", edit(1, "rng", "sys.path.insert(0, '..')\nrng")),
    ("cells_are_short", edit(2, "rng", "pass\n" * 15 + "rng")),
    ("cells_are_short", edit(1, "rng", "x = 1\n" * 15 + "rng")),
    ("cells_have_content", put("", "cells", 4, "source")),
    ("cells_have_content", put("raw", "cells", 4, "cell_type")),
    ("cells_ran_in_order", put(None, "cells", 2, "execution_count")),
    ("cells_ran_in_order", put(7, "cells", 2, "execution_count")),
    ("errors_are_announced", put([nbformat.v4.new_output("error")], "cells", 2, "outputs")),
    ("errors_are_announced", put({"tags": ["raises-exception"]}, "cells", 2, "metadata")),
    ("errors_are_announced", printed("RuntimeWarning: overflow", "stderr")),
    ("nothing_is_hidden_from_comparison", put({"tags": ["nbval-skip"]}, "cells", 2, "metadata")),
    ("nothing_is_hidden_from_comparison", put({"tags": ["remove-output"]}, "cells", 2, "metadata")),
    ("nothing_is_hidden_from_comparison", put({"tags": ["hide-input"]}, "cells", 2, "metadata")),
    ("nothing_is_hidden_from_comparison", put({"tags": ["nbval-ignore-output"]}, "cells", 2, "metadata")),
    ("nothing_is_hidden_from_comparison", edit(2, "rng", "# NBVAL_SKIP\nrng")),
    ("nothing_is_hidden_from_comparison", edit(2, "rng", "# NBVAL_IGNORE_OUTPUT\nrng")),
    ("outputs_can_be_compared", edit(2, "rng", "interact(f, x=(0, 1))\nrng")),
    ("outputs_can_be_compared", edit(2, "rng", "widgets.Output()\nrng")),
    ("outputs_can_be_compared", edit(1, "import numpy as np", "from IPython.display import clear_output")),
    ("figures_are_described", edit(3, "plt.show()", "plt.show;")),
    ("figures_are_described", put({}, "cells", 3, "metadata")),
    ("figures_are_described", put("slope", "cells", 3, "metadata", "mystnb", "figure", "name")),
    ("figures_are_described", put("no sentence", "cells", 3, "metadata", "mystnb", "figure", "caption")),
    ("figures_are_described", put("A line.", "cells", 3, "metadata", "mystnb", "image", "alt")),
    ("figures_are_described", put(r"A line with $\eta$ that " + "rises " * 8, "cells", 3, "metadata", "mystnb", "image", "alt")),  # noqa: E501
    ("figures_are_described", put([PICTURE, PICTURE], "cells", 3, "outputs")),
    ("numbers_instead_of_truth_values", printed("survives: True")),
    ("one_claim_a_cell", edit(2, "rng", "assert a\nassert b\nrng")),
    ("calls_fit_one_line", edit(2, "size=3", "\nsize=3")),
    ("read_in_twenty_minutes", edit(0, "nothing.", "nothing. " * 3800)),
    ("pictures_in_text_have_alt", edit(7, "On.", "![](a.png)")),
    ("pictures_in_text_have_alt", edit(7, "On.", "```{figure} a.png\n:name: fig-a\nA.\n```")),
    ("section_closes_as_agreed", edit(4, "Three lines", "Some lines")),
    ("section_closes_as_agreed", edit(4, "- Two.\n", "")),
    ("section_closes_as_agreed", edit(7, "On.", "On.\n\n## More")),
    ("text_is_plain", edit(7, "On.", "Simply go on.")),
    ("text_is_plain", edit(7, "On.", "Go on!")),
    ("text_is_plain", edit(7, "On.", "TODO: write this.")),
    ("nothing_of_this_machine", printed("saved in /home/ada/book")),
    ("nothing_of_this_machine", printed(f"saved in {ROOT}")),
    ("nothing_of_this_machine", edit(7, "On.", "Open localhost:8000.")),
    ("the_article_stays_in_its_appendix", edit(7, "On.", "As the article has it.")),
    ("named_files_exist", edit(7, "On.", "Read `src/backprop/dense.py`.")),
    ("is_normalised", put("conda", "metadata", "kernelspec", "name")),
    ("is_normalised", put("3.11.7", "metadata", "language_info", "version")),
    ("is_normalised", put("", "cells", 2, "id")),
    ("widgets_are_current", widget("export default {}", "__main__.Mine")),
]  # fmt: skip


def test_the_small_section_keeps_every_rule():
    page = page_of(good_notebook())
    assert [(rule.__name__, fault) for rule in RULES for fault in rule(page)] == []


@pytest.mark.parametrize(("rule", "plant"), FAULTS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_found(rule, plant):
    notebook = copy.deepcopy(good_notebook())
    plant(notebook)
    (check,) = [candidate for candidate in RULES if candidate.__name__ == rule]
    assert list(check(page_of(notebook))) != []


def test_every_rule_has_been_tried():
    assert {rule.__name__ for rule in RULES} == {name for name, _ in FAULTS}


@pytest.mark.parametrize(("part", "stale"), [("_esm", "old"), ("_css", "old")])
def test_a_widget_that_changed_since_the_notebook_ran_is_found(monkeypatch, part, stale):
    module = types.ModuleType("backprop.widgets.dial")
    module.Dial = type("Dial", (), {"_esm": "new", "_css": "new"})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    state = {"_anywidget_id": "backprop.widgets.dial.Dial", "_esm": "new", "_css": "new"}
    for change, faults in (({}, 0), ({part: stale}, 1)):
        notebook = good_notebook()
        notebook["metadata"]["widgets"] = {STATE: {"state": {"1": {"state": state | change}}}}
        assert len(list(lint_text.widgets_are_current(page_of(notebook)))) == faults


def test_an_ignored_output_is_fine_beside_an_assertion():
    notebook = good_notebook()
    notebook["cells"][2]["source"] = "assert slow / fast > 2"
    notebook["cells"][2]["metadata"]["tags"] = [MEASURED]
    assert list(lint_code.nothing_is_hidden_from_comparison(page_of(notebook))) == []


def test_a_long_folded_list_of_imports_and_a_folded_widget_are_fine():
    notebook = good_notebook()
    notebook["cells"][1]["source"] = "import numpy as np\n" * 20 + notebook["cells"][1]["source"]
    for cell in notebook["cells"][1:3]:
        cell["metadata"]["tags"] = ["hide-input"]
    notebook["cells"][2]["outputs"] = [{"output_type": "display_data", "data": {VIEW: {}}, "metadata": {}}]
    page = page_of(notebook)
    assert list(lint_code.cells_are_short(page)) == []
    assert list(lint_code.nothing_is_hidden_from_comparison(page)) == []


def test_formulas_code_and_factorials_are_not_exclamations():
    notebook = good_notebook()
    notebook["cells"][7]["source"] += "\n\nHere $n! = 6$ and `a != b!` and\n\n```\nrun!\n```"
    assert list(lint_text.text_is_plain(page_of(notebook))) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def slope(x):\n    return 2 * x", "def slope(z):\n    return 3 * z"),
        ("def slope(x):\n    return 2 * x", 'def steepness(x):\n    """Say more."""\n    return 2 * x'),
        ("class Net:\n    pass", "class Net:\n    size = 2"),
    ],
)
def test_a_helper_of_two_notebooks_is_found(first, second):
    pages = []
    for number, source in enumerate((first, second)):
        notebook = good_notebook()
        notebook["cells"][2]["source"] = source
        pages.append(page_of(notebook, f"1_{number}_x.ipynb"))
    assert list(repeated_helpers(pages)) != []
    assert list(repeated_helpers(pages[:1])) == []


def test_a_figure_name_of_two_notebooks_is_found():
    page = page_of(good_notebook())
    assert list(repeated_figure_names([page])) == []
    assert list(repeated_figure_names([page, page])) != []
