"""What a checker can say, read from its source: its strings, and its f-strings as templates with fields."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from backprop.exercises.translation import FIELD

ROOT = Path(__file__).resolve().parents[2]
CHECKERS = ROOT / "src/backprop/exercises"
COMMON = "checking"  # the table of what every checker can say, in these files:
SHARED = ("checking", "verdict", "diagnose", "values", "answers")
WORDS = re.compile(r"[^\W\d_]{2,}\W*\s\W*\w|\w\W*\s\W*[^\W\d_]{2,}")  # two words, one of them of two letters
MARKUP = re.compile(r"<\w|</|: \{colour\}|var\(--")


def said_by(name: str) -> list[str]:
    """Every sentence, phrase and template that the checkers of a table can say, in the order of the source."""
    files = SHARED if name == COMMON else (name,)
    trees = [ast.parse((CHECKERS / f"{file}.py").read_text("utf-8")) for file in files]
    for node in (node for tree in trees if name == COMMON for node in ast.walk(tree)):
        if isinstance(node, ast.Raise):
            node.exc = None  # an error for authors; those of a section are raised inside an answer, and told
    return list(dict.fromkeys(said for tree in trees for said in (*said_in(tree), *brought_to(tree))))


def said_in(node: ast.AST) -> Iterator[str]:
    """Strings of several words, but for docstrings, markup, and keys that stand for words; and what `say` is given."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        yield from (said for said in templates(node) if is_said(said))
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and isinstance(node.args[0], ast.Constant):
        yield node.args[0].value
    elif isinstance(node, ast.FunctionDef):
        for inner in (*node.decorator_list, *node.body):  # the hint first
            yield from said_in(inner)
    elif isinstance(node, ast.Dict):
        words = any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in node.values)
        for key, value in zip(node.keys, node.values, strict=True):
            for inner in (value,) if words or key is None else (key, value):
                yield from said_in(inner)
    elif isinstance(node, ast.keyword) and node.arg == "names" and isinstance(node.value, ast.Tuple):
        names = [name.value for name in node.value.elts]
        yield from names if any(re.search("[ -]", name) for name in names) else ()  # variables keep their names
    else:
        for inner in ast.iter_child_nodes(node):
            yield from said_in(inner)


def is_said(text: str) -> bool:
    """Whether a string is for readers: several words and no markup, or a field and its punctuation."""
    words = WORDS.search(FIELD.sub("x", text)) or re.fullmatch(FIELD.pattern + "[.:]", text)
    return bool(words) and not MARKUP.search(text)


def brought_to(tree: ast.Module) -> Iterator[str]:
    """The words of the book's examples that a file of checkers says: tuples of strings that it imports."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("backprop.examples"):
            names = {alias.name for alias in node.names}
            source = (ROOT / "src" / node.module.replace(".", "/")).with_suffix(".py").read_text("utf-8")
            for there in ast.parse(source).body:
                if isinstance(there, ast.Assign) and ast.unparse(there.targets[0]) in names:
                    yield from (
                        word.value for word in getattr(there.value, "elts", ()) if isinstance(word, ast.Constant)
                    )


def templates(node: ast.expr) -> list[str]:
    """What a string can be: a template for each of its alternatives, with a name in braces for what varies."""
    names: dict[str, str] = {}

    def parts(node: ast.expr) -> list[str] | None:
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else None
        if isinstance(node, ast.IfExp):
            either = parts(node.body), parts(node.orelse)
            return None if None in either else [*either[0], *either[1]]
        if not isinstance(node, ast.JoinedStr):
            return None
        pieces = [
            getattr(piece, "value", "") if isinstance(piece, ast.FormattedValue) else piece for piece in node.values
        ]
        return ["".join(way) for way in product(*(parts(piece) or [field(piece)] for piece in pieces))]

    def field(node: ast.expr) -> str:
        if (code := ast.unparse(node)) not in names:
            name, taken = name_of(node), list(names.values())
            names[code] = name if name not in taken else f"{name}{sum(one.startswith(name) for one in taken) + 1}"
        return f"{{{names[code]}}}"

    return parts(node) or []


def name_of(node: ast.expr) -> str:
    """A name for what stands in a field: of `show(got[0])` it is got, of `', '.join(names)` names."""
    if isinstance(node, ast.Name):
        return node.id.lower().strip("_")
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}_shape" if node.attr == "shape" else node.attr.replace("__name__", "type")
    if isinstance(node, ast.Call):
        return name_of(node.args[-1] if node.args else node.func.value)
    inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return next((name for child in inner if (name := name_of(child)) != "number"), "number")
