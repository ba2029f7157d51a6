"""What does a cell need of the cells above it? Those that bind, or may change, a name that it uses; and theirs in turn.

Of the imports at the head of a page it needs only those whose names are used: an exercise need not wait for matplotlib.

The answer goes by names alone, so it may name a cell too many, and one too few only where a cell acts on another
without a common name: through a file, or a setting of a module.
"""

import ast
import builtins
from typing import NamedTuple

BUILTIN = frozenset(dir(builtins))
EVERYTHING = "*"


class Names(NamedTuple):
    """What a piece of code does with names."""

    binds: set[str]
    uses: set[str]
    touches: set[str]  # what it may change from within: arguments of calls, owners of methods, targets like a[0]


class Cell(NamedTuple):
    """A cell: its top-level imports, each with the names that it binds, and what the rest of it does with names."""

    source: str
    imports: list[tuple[ast.stmt, set[str]]]
    rest: list[ast.stmt]
    names: Names


def read(source: str) -> Cell:
    """SyntaxError if the cell cannot be read."""
    statements = ast.parse(source).body
    imports = [(node, bound_by(node)) for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in statements if not isinstance(node, ast.Import | ast.ImportFrom)]
    return Cell(source, imports, rest, names_of(rest))


def bound_by(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {(alias.asname or alias.name).split(".")[0] for alias in node.names}


def names_of(statements: list[ast.stmt]) -> Names:
    found = Names(set(), set(), set())
    for node in ast.walk(ast.Module(statements, [])):
        match node:
            case ast.Import() | ast.ImportFrom():
                found.binds.update(bound_by(node))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.binds.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                found.uses.add(name)
            case ast.Name(ctx=ast.Load()):
                found.uses.add(node.id)
            case ast.Name():
                found.binds.add(node.id)
            case ast.Call():
                owner = [node.func] if isinstance(node.func, ast.Attribute) else []
                found.touches.update(map(root_of, [*node.args, *(word.value for word in node.keywords), *owner]))
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                found.touches.add(root_of(node))
    return found


def root_of(node: ast.AST) -> str:
    """The name at which an expression such as ``net.layers[0].weight`` begins; "" where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def needed(sources: list[str], target: int) -> list[tuple[int, str, str]]:
    """What to run before cell `target`: places above it, in their order, each with its imports, and with all it needs.

    Both have the lines of the whole cell, empty where something is left out. Where one cell cannot be read, it is
    everything above.
    """
    try:
        cells = [read(source) for source in sources[: target + 1]]
    except SyntaxError:
        return [(place, "", source) for place, source in enumerate(sources[:target])]
    imported = set().union(*(names for cell in cells for _, names in cell.imports))  # np.dot(…) does not change np
    wanted = cells[target].names.uses - BUILTIN
    chosen = []
    for place in range(target - 1, -1, -1):
        cell = cells[place]
        rest = []
        if (cell.names.binds | cell.names.touches - imported) & wanted:
            rest = cell.rest
            wanted |= cell.names.uses - BUILTIN
        imports = [node for node, names in cell.imports if names & (wanted | {EVERYTHING})]
        if imports or rest:
            chosen.append((place, only(imports, cell.source), only(imports + rest, cell.source)))
    return chosen[::-1]


def only(statements: list[ast.stmt], source: str) -> str:
    """These statements, each in the line in which it stands."""
    lines = source.split("\n")
    kept = set()
    for node in statements:
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", []))])
        kept.update(range(first, node.end_lineno + 1))
    return "\n".join(line if number in kept else "" for number, line in enumerate(lines, start=1)) if kept else ""
