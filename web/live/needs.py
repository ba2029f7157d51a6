"""Which cells above a cell does it need? Those that bind, or may change, a name that it uses; and theirs in turn.

The answer goes by names alone, so it may name a cell too many, and one too few only where a cell acts on another
without a common name: through a file, or a setting of a module.
"""

import ast
import builtins
from typing import NamedTuple

BUILTIN = frozenset(dir(builtins))


class Names(NamedTuple):
    """What a cell does with names."""

    binds: set[str]
    uses: set[str]
    touches: set[str]  # what it may change from within: arguments of calls, owners of methods, targets like a[0]
    imports: set[str]


def names_of(source: str) -> Names:
    """SyntaxError if the cell cannot be read."""
    found = Names(set(), set(), set(), set())
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import() | ast.ImportFrom():
                found.imports.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.binds.add(node.name)
            case ast.Name(ctx=ast.Load()):
                found.uses.add(node.id)
            case ast.Name():
                found.binds.add(node.id)
            case ast.Call():
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                owner = [node.func] if isinstance(node.func, ast.Attribute) else []
                found.touches.update(root for part in [*arguments, *owner] if (root := root_of(part)))
            case ast.AugAssign(target=ast.Name(id=name)):
                found.uses.add(name)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                found.touches.update(root for part in [node] if (root := root_of(part)))
    found.binds.update(found.imports)
    return found


def root_of(node: ast.AST) -> str | None:
    """The name at which an expression such as ``net.layers[0].weight`` begins."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def needed(sources: list[str], target: int) -> list[int]:
    """The places of the cells before `target` that it needs, in their order; all of them if one cannot be read."""
    try:
        cells = [names_of(source) for source in sources[: target + 1]]
    except SyntaxError:
        return list(range(target))
    modules = set().union(*(cell.imports for cell in cells))  # np.dot(…) does not change np
    wanted, chosen = cells[target].uses - BUILTIN, []
    for place in range(target - 1, -1, -1):
        cell = cells[place]
        if (cell.binds | cell.touches - modules) & wanted:
            chosen.append(place)
            wanted |= cell.uses - BUILTIN
    return chosen[::-1]
