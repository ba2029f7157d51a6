"""The notation page and the package use the same names, and the glossary is in order."""

import ast
import dataclasses
import importlib
import inspect
import re
from pathlib import Path

import pytest

from tools.lint.page import Page

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book/appendices/notation.md").read_text(encoding="utf-8")
CELLS = [
    tree
    for path in (ROOT / "book").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
    for _, tree in Page(path, path.read_text(encoding="utf-8")).trees()
]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "src/backprop").rglob("*.py")}


def rows(anchor: str) -> list[list[str]]:
    """The cells of the first table below an anchor, without its head."""
    table = re.search(r"(?:^\|.*\n)+", PAGE[PAGE.index(f"({anchor})=") :], re.M)[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


SYMBOLS = rows("notation-table")
GLOSSARY = rows("notation-glossary")
NAMES = {
    name for row in SYMBOLS for code in re.findall(r"`([^`]+)`", row[1]) for name in re.findall(r"[A-Za-z_]\w*", code)
}


# Letters that only the pages write: large sizes and matrices to look at. In the package they would say too little.
PAGES_ONLY = set("ACDJKLNPTX")


def stored_names(tree: ast.AST) -> set[str]:
    """Variables, arguments, attributes and fields that a source gives a value."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def public(module: str) -> list[type]:
    """The classes that a module of the package defines itself."""
    members = vars(importlib.import_module(f"backprop.{module}")).values()
    return [thing for thing in members if inspect.isclass(thing) and thing.__module__ == f"backprop.{module}"]


def test_every_row_of_the_table_has_four_cells():
    assert len(SYMBOLS) > 20
    assert {len(row) for row in SYMBOLS} == {4}


OPTIMIZER_FIELDS = [
    (optimizer.__name__, field.name)
    for optimizer in public("optimizers")
    if dataclasses.is_dataclass(optimizer)
    for field in dataclasses.fields(optimizer)
    if field.init
]


@pytest.mark.parametrize(("owner", "name"), OPTIMIZER_FIELDS)
def test_an_optimizer_calls_its_settings_as_the_page_does(owner, name):
    assert name in NAMES, f"{owner}.{name} is not on the notation page"


LAYERS = [
    layer
    for path in sorted((ROOT / "src/backprop/layers").glob("[a-z]*.py"))
    for layer in public(f"layers.{path.stem}")
    if getattr(layer, "param_names", ())
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.__name__)
def test_a_layer_calls_its_parameters_as_the_page_does(layer):
    assert set(layer.param_names) <= NAMES


def test_names_on_the_page_are_used_in_the_package_or_on_a_page():
    used = set().union(*map(stored_names, [*TREES.values(), *CELLS]))
    assert NAMES - used == {"len"}


def test_a_capital_letter_of_a_cell_is_one_of_the_page():
    names = set().union(*map(stored_names, CELLS))
    assert {name.rstrip("0123456789") for name in names if re.fullmatch(r"d?[A-Z]\d?", name)} <= NAMES


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_a_capital_letter_is_one_of_the_page(path):
    functions = [node for node in ast.walk(TREES[path]) if isinstance(node, ast.FunctionDef)]
    names = set().union(*map(stored_names, functions))
    capitals = {name.rstrip("0123456789") for name in names if re.fullmatch(r"d?[A-Z]\d?", name)}
    assert capitals <= NAMES - PAGES_ONLY


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_no_name_of_another_book_is_used_for_the_loss_or_the_rate(path):
    assert not stored_names(TREES[path]) & {"cost", "objective", "error_function", "J", "learn_rate"}


def test_the_glossary_is_sorted_and_holds_each_term_once_with_its_translation():
    terms = [row[0] for row in GLOSSARY]
    assert len(terms) >= 180
    assert terms == sorted(set(terms), key=str.casefold)
    for english, chinese in GLOSSARY:
        assert re.search(r"[\u4e00-\u9fff]", chinese), english
