"""What does a cell need of the cells above it? Those that bind, or may change, a name that it uses; and theirs in turn.

Of the imports at the head of a page it needs only those whose names are used: an exercise need not wait for matplotlib.

The answer goes by names alone, so it may name a cell too many, and one too few only where a cell acts on another
without a common name: through a file, or a setting of a module.
"""

import ast
import builtins
import symtable
from typing import NamedTuple

BUILTIN = frozenset(dir(builtins))
EVERYTHING = "*"
LANGUAGE = "backprop.zh"  # sets in which language verdicts and widgets speak, so every cell needs it


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
    statements = AsGenerators().visit(ast.parse(source)).body
    imports = [(node, bound_by(node)) for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [node for node in statements if not isinstance(node, ast.Import | ast.ImportFrom)]
    return Cell(source, imports, rest, names_of(rest))


def bound_by(node: ast.Import | ast.ImportFrom) -> set[str]:
    if any(alias.name == LANGUAGE for alias in node.names):
        return {EVERYTHING}
    return {(alias.asname or alias.name).split(".")[0] for alias in node.names}


class AsGenerators(ast.NodeTransformer):
    """Every comprehension as a generator, whose own names stay its own: since 3.12 symtable gives the others' away."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.GeneratorExp:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.GeneratorExp:
        return self.generic_visit(ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators))


def names_of(statements: list[ast.stmt]) -> Names:
    """What the statements do with the names of the page; those that a function keeps to itself are none of them.

    Comprehensions come as generators, as `read` makes them.
    """
    found = Names(set(), set(), set())
    settled = set()  # bound by now, whatever the cells above have done
    for statement in statements:
        binds, uses = names_outside(symtable.symtable(ast.unparse(statement), "", "exec"))
        touches = set()
        for node in ast.walk(statement):
            match node:
                case ast.AugAssign(target=ast.Name(id=name)) if name in binds:
                    uses.add(name)
                case ast.Call():
                    owner = [node.func] if isinstance(node.func, ast.Attribute) else []
                    touches.update(map(root_of, [*node.args, *(word.value for word in node.keywords), *owner]))
                case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                    touches.add(root_of(node))
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            settled.add(statement.name)
        found.binds.update(binds)
        found.uses.update(uses - settled)
        found.touches.update(touches & (binds | uses))
        if isinstance(statement, ast.Assign):
            settled |= {node.id for target in statement.targets for node in ast.walk(target) if is_bound(node)}
    return found


def is_bound(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def names_outside(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """The names of the page that this code binds, and those that it uses, functions and comprehensions included."""
    of_page = [name for name in table.get_symbols() if table.get_type() == "module" or name.is_global()]
    binds = {name.get_name() for name in of_page if name.is_assigned() or name.is_imported()}
    uses = {name.get_name() for name in of_page if name.is_referenced()}
    for inner in table.get_children():
        more_binds, more_uses = names_outside(inner)
        binds |= more_binds
        uses |= more_uses
    return binds, uses


def root_of(node: ast.AST) -> str:
    """The name at which an expression such as ``net.layers[0].weight`` begins; "" where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def needed(sources: list[str], target: int) -> list[tuple[int, str, str]]:
    """What to run before cell `target`: places above it, in their order, each with its imports, and with all it needs.

    Both have the lines of the whole cell, empty where something is left out. Where a cell above cannot be read, it is
    everything above; where the cell itself cannot, it is nothing, for Python says so before it runs anything.
    """
    try:
        ast.parse(sources[target])
    except (SyntaxError, ValueError):
        return []
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
