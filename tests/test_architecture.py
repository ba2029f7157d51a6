"""The shape of the house: what may import what, how long a file is, and that text, code and tests share equations.

Each rule is a function from sources to sentences about faults; each is seen to fail on a planted fault.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src" / "backprop").rglob("*.py"))
}

# Lowest floor first. A module imports only from floors below its own, or from its own room. What lies open in
# src/backprop, with the layers, is the library: it needs NumPy alone. The rooms above it are the book's.
FLOORS = (
    {"contract", "schedules"},
    {"functions", "node"},
    {"value", "initializers", "network", "losses", "penalties", "optimizers", "gradcheck", "batches"},
    {"tape", "layers"},
    {"training"},
    {"search"},
    {"results", "data", "language"},
    {"examples"},
    {"plots", "widgets", "exercises", "zh"},
)
LIBRARY = set().union(*FLOORS[:6])
OFFERING = {"layers", "plots", "data", "exercises"}  # their __init__ names what the room offers, and nothing else
CHOOSING = {"zh"}  # importing it chooses a language, of which the other rooms ask; it holds sentences, and no code else
LAZY = {"joblib", "pooch", "requests", "tqdm", "mlxtend", "faker"}  # imported where a search or a download uses them
LONGEST_FILE = 300
LONGEST_TEST = 500  # tests are read one at a time


def imports(source: str) -> Iterator[tuple[str, bool]]:
    """Every module that a source imports, and whether that happens as soon as it is imported itself."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []  # read by type checkers alone
    late = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module in ("backprop", "__future__"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        for name in names:
            yield name, id(node) not in late


def room(module: str) -> str:
    """`backprop.layers.dense` is in the room `layers`; `backprop` itself, and its __init__, in none."""
    return module.removesuffix(".__init__").partition(".")[2].partition(".")[0]


def import_faults(sources: dict[str, str]) -> Iterator[str]:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    for module, source in sources.items():
        here = room(module)
        if here and here not in floor:
            yield f"{module} has no floor: give it one in tests/test_architecture.py"
            continue
        for name, at_once in imports(source):
            top = name.split(".")[0]
            if module.endswith("__init__") and module.count(".") < 3:
                if here in CHOOSING and name == "backprop.language":
                    continue
                if here not in OFFERING:
                    yield f"{module} imports {name}: an __init__ holds a docstring"
                elif room(name) != here and name != "backprop.contract":
                    yield f"{module} imports {name}: an __init__ names what its own room offers"
            elif name.startswith("."):
                yield f"{module} uses the relative import {name}"
            elif name == f"backprop.{here}" and here in OFFERING:
                yield f"{module} imports {name}, the door of its own room, which imports it in turn"
            elif top == "backprop":
                if room(name) != here and floor.get(room(name), 99) >= floor[here]:
                    yield f"{module} imports {name}, which is not below it"
            elif here in LIBRARY and top not in sys.stdlib_module_names | {"numpy"} and (at_once or top not in LAZY):
                yield f"{module} imports {name}: the library needs numpy alone"


def circles(sources: dict[str, str]) -> Iterator[str]:
    """Modules that import each other in a ring; a door (__init__) counts as the files that it names."""
    edges = {
        module: {name for name, _ in imports(source) if name in sources}
        for module, source in sources.items()
        if not module.endswith("__init__")
    }
    try:
        list(TopologicalSorter(edges).static_order())
    except CycleError as error:
        yield " imports ".join(error.args[1][::-1])


def file_faults(files: dict[str, str]) -> Iterator[str]:
    for name, text in files.items():
        if name.endswith(".py") and not ast.get_docstring(ast.parse(text)):
            yield f"{name} does not say in its first line why it exists"
        if (lines := text.count("\n")) > (LONGEST_TEST if name.startswith("tests/") else LONGEST_FILE):
            yield f"{name} has {lines} lines: more than one sitting"


def labels_in(markdown: str) -> list[str]:
    """The labels of equations that a page defines: `$$ … $$ (eq-name)` or `:label: eq-name`."""
    return re.findall(r"(?:\$\$\s*\(|:label:\s*)(eq-[\w-]+)", markdown)


def labels_tested(source: str) -> list[str]:
    """The labels in `pytest.mark.equation("eq-…")`."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "equation"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def labels_cited(source: str) -> list[str]:
    return re.findall(r"\beq-\w[\w-]*\w", source)


def equation_faults(pages: dict[str, str], tests: dict[str, str], sources: dict[str, str]) -> Iterator[str]:
    written = [label for text in pages.values() for label in labels_in(text)]
    tested = {label for text in tests.values() for label in labels_tested(text)}
    cited = {(label, name) for name, text in sources.items() for label in labels_cited(text)}
    for label in sorted({label for label in written if written.count(label) > 1}):
        yield f"{label} labels two equations"
    for label in sorted(set(written) - tested):
        yield f"{label} has no test: mark one with @pytest.mark.equation({label!r})"
    for label in sorted(tested - set(written)):
        yield f"a test names {label}, which chapters 1 to 6 do not have"
    for label, name in sorted(cited):
        if label not in written:
            yield f"{name} cites {label}, which chapters 1 to 6 do not have"


def chapters() -> dict[str, str]:
    """The text of every page of chapters 1 to 6."""
    pages = {}
    for path in sorted((ROOT / "book").glob("[1-6]_*/*")):
        if path.suffix == ".md":
            pages[path.name] = path.read_text(encoding="utf-8")
        elif path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4)["cells"]
            pages[path.name] = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    return pages


def files_of(*patterns: str) -> dict[str, str]:
    """The project's own files that match, without what was installed or vendored."""
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern) if "vendor" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_imports_point_down_and_the_library_needs_numpy_alone():
    assert list(import_faults(SOURCES)) == []


def test_no_modules_import_each_other_in_a_ring():
    assert list(circles(SOURCES)) == []
    ring = {
        "backprop.a": "import backprop.b",
        "backprop.b": "from backprop.c import x",
        "backprop.c": "import backprop.a",
    }
    assert len(list(circles(ring))) == 1


def test_a_training_loop_brings_no_downloader_along():
    program = "import sys, backprop.training; print(*sorted(m for m in sys.modules if m.startswith('backprop.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {room(module) for module in done.stdout.split()} <= LIBRARY


def test_every_file_says_why_it_exists_and_is_read_in_one_sitting():
    code = files_of("src/**/*.py", "src/**/*.js", "tests/**/*.py", "tools/**/*.py", "experiments/*.py", "book/*.py")
    site = files_of("web/**/*.py", "web/page/*.js", "benchmarks/*.py", "Makefile", ".ci/run")
    assert list(file_faults(code | site)) == []


def test_every_equation_of_chapters_1_to_6_has_a_test_and_every_citation_an_equation():
    assert list(equation_faults(chapters(), files_of("tests/**/*.py"), SOURCES)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("backprop.contract", "from backprop.layers.dense import Dense"),
        ("backprop.network", "from backprop.losses import accuracy"),
        ("backprop.network", "def f():\n    from backprop.training import train"),
        ("backprop.losses", "from backprop import training"),
        ("backprop.losses", "import backprop"),
        ("backprop.training", "import matplotlib.pyplot as plt"),
        ("backprop.search", "import joblib"),
        ("backprop.search", "def f():\n    import torch"),
        ("backprop.plots.curves", "from backprop.widgets.base import join"),
        ("backprop.widgets.base", "from backprop.plots import palette"),
        ("backprop.layers.dense", "from .activations import ReLU"),
        ("backprop.layers.__init__", "import numpy"),
        ("backprop.layers.composite", "from backprop.layers import Dense"),
        ("backprop.widgets.__init__", "from backprop.widgets.shape_tracer import ShapeTracer"),
        ("backprop.zh.__init__", "from backprop.widgets.base import Widget"),
        ("backprop.exercises.checking", "import backprop.zh.tables"),
        ("backprop.data.datasets", "from backprop.language import chosen"),
        ("backprop.data.datasets", "from backprop.examples.running import X"),
        ("backprop.training", "from backprop.data import moons"),
        ("backprop.__init__", "import numpy"),
        ("backprop.helpers", "import numpy"),
    ],
)
def test_a_planted_import_is_found(module, source):
    assert len(list(import_faults({module: source}))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("backprop.network", "import math\nimport numpy as np\nfrom backprop.contract import Layer"),
        ("backprop.layers.composite", "from backprop.layers.dense import Dense\nfrom backprop import network"),
        ("backprop.layers.__init__", "from backprop.layers.dense import Dense"),
        ("backprop.search", "def f():\n    import joblib"),
        ("backprop.zh.__init__", "from backprop.language import choose"),
        ("backprop.data.downloads", "if TYPE_CHECKING:\n    import pooch"),
        ("backprop.plots.curves", "import matplotlib\nfrom backprop.examples.surfaces import bowl"),
    ],
)
def test_a_proper_import_is_allowed(module, source):
    assert list(import_faults({module: source})) == []


def test_a_planted_file_fault_is_found():
    assert list(file_faults({"a.py": "import math\n"})) != []
    assert list(file_faults({"a.py": '"""Why."""\n' + "x = 1\n" * LONGEST_FILE})) != []
    assert list(file_faults({"a.py": '"""Why."""\n' + "x = 1\n" * (LONGEST_FILE - 1)})) == []
    assert list(file_faults({"tests/test_a.py": '"""Why."""\n' + "x = 1\n" * LONGEST_TEST})) != []


PAGE = "$$\nz = aW + b\n$$ (eq-dense)\n\n```{math}\n:label: eq-relu\na\n```"
TESTS = '@pytest.mark.equation("eq-dense")\ndef test_a(): ...\n@pytest.mark.equation("eq-relu")\ndef test_b(): ...'


@pytest.mark.parametrize(
    ("page", "tests", "source", "faults"),
    [
        (PAGE, TESTS, '"""z = a @ W + b (eq-dense)."""', 0),
        (PAGE, TESTS.replace("eq-relu", "eq-dense"), "", 1),
        (PAGE, TESTS.replace("eq-relu", "eq-tanh"), "", 2),
        (PAGE, TESTS, '"""See eq-gone."""', 1),
        (PAGE + "\n$$\nb\n$$ (eq-relu)", TESTS, "", 1),
    ],
)
def test_a_planted_equation_fault_is_found(page, tests, source, faults):
    assert len(list(equation_faults({"p": page}, {"t": tests}, {"s": source}))) == faults
