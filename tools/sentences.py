"""The sentences of the checkers and their Chinese, in src/backprop/zh: one JSON table for each file of checkers.

    python -m tools.sentences draft section_2_3_2_forks    complete the table, with "" for what is missing
    python -m tools.sentences check [NAME …]               what is missing or not needed, and what differs

What a checker can say is read from its source: an f-string is a template, whose fields are named after its variables.
The table `checking` is of the files that are no section's, and holds what every checker can say.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from backprop.exercises.translation import FIELD, HAN

ROOT = Path(__file__).resolve().parents[1]
CHECKERS, TABLES = ROOT / "src/backprop/exercises", ROOT / "src/backprop/zh"
COMMON = ("checking", "verdict", "diagnose", "values", "answers")  # their sentences are in checking.json
NAMES = ["checking", *sorted(path.stem for path in CHECKERS.glob("section_*.py"))]
WORDS = re.compile(r"[^\W\d_]{2,}\W*\s\W*\w|\w\W*\s\W*[^\W\d_]{2,}")  # two words, one of them of two letters
MARKUP = re.compile(r"<\w|</|: \{colour\}|var\(--")
NUMBER = re.compile(r"(?<![A-Za-z₀-₉])\d+(?:\.\d+)?(?:e[+-]?\d+)?")
CODE = re.compile(  # no English words: a letter, dW, w13, names with _, indices, Greek, raised and lowered signs
    r"(?<!['’])\b(?:[B-HJ-Zb-hj-z]|d(?!o\b)[A-Za-z]\d?|[A-Za-z]\d+|\w*(?=_)\w+)\b"
    r"|`[^`]*`|\w+\[[^\]]*\]|[Α-ω∂]\w*|\w[²³ˣᵀ₀-₉]+"
)
LETTER = "A-Za-z0-9Α-ω∂²³ˣᵀ₀-₉"
LINT = {
    rf"[{HAN}][,;:?!](?!\w)|[{HAN}]\.(?=\s|$)": "half-width punctuation after a Chinese character",
    rf"[{HAN}][{LETTER}{{`]|[{LETTER}%}}`][{HAN}]": "no space between Chinese and Latin, digits or a field",
    rf"[，。；：？！、）”》] +|[{HAN}] +[{HAN}，。；：？！、（）“”]": "a space too many",
    rf"[\"'](?=[{HAN}])|(?<=[{HAN}])[\"']": "straight quotes in Chinese",
    r"您|当.{1,20}的时候|对.{1,12}进行|的.{0,4}的.{0,4}的.{0,4}的": "您, 当…的时候, 对…进行, or four 的 in a row",
    r"[A-Za-z]{4,}(?: [A-Za-z]{2,}){3,}": "an English phrase is left",
}


def said_by(name: str) -> list[str]:
    """Every sentence, phrase and template that the checkers of a table can say, in the order of the source."""
    files = COMMON if name == "checking" else (name,)
    trees = [ast.parse((CHECKERS / f"{file}.py").read_text("utf-8")) for file in files]
    for node in (
        node for tree in trees if name == "checking" for node in ast.walk(tree) if isinstance(node, ast.Raise)
    ):
        node.exc = None  # an error for authors; those of a section are raised inside an answer, and told
    return list(dict.fromkeys(said for tree in trees for said in (*said_in(tree), *brought_to(tree))))


def said_in(node: ast.AST) -> Iterator[str]:
    """Strings of several words, but for docstrings, markup, and keys that stand for words; and what `say` is given."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        yield from (said for said in templates(node) if is_said(said))
    elif (
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and isinstance(node.args[0], ast.Constant)
    ):
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
        yield from () if not any(re.search("[ -]", name) for name in names) else names  # variables keep their names
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


def table_of(name: str) -> dict[str, str]:
    """The table as it is committed; empty where there is none yet."""
    path = TABLES / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def faults(name: str) -> Iterator[str]:
    """What is missing in a table, what is not needed, and where a translation is no good."""
    said, table = said_by(name), table_of(name)
    yield from (f"missing: {english}" for english in said if not table.get(english))
    yield from (f"not needed: {english}" for english in table if english not in said)
    for english, chinese in table.items():
        yield from (f"{fault}: {chinese}" for fault in differences(english, chinese) if chinese)


def differences(english: str, chinese: str) -> Iterator[str]:
    """What the two do not share: fields, numbers, names of code and formulas; and faults of style."""
    for what, kind in (("field", FIELD), ("number", NUMBER), ("name", CODE)):
        there, here = (set(kind.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text))) for text in (english, chinese))
        if there != here:
            yield f"a {what} differs: English {sorted(there - here)}, Chinese {sorted(here - there)}"
    yield from (why for pattern, why in LINT.items() if re.search(pattern, chinese))


def draft(name: str) -> None:
    """Complete a table: what is said in the order of the source, "" where a translation is missing."""
    table = table_of(name)
    complete = {english: table.get(english, "") for english in said_by(name)}
    path = TABLES / f"{name}.json"
    path.write_text(json.dumps(complete, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(
        f"{path.relative_to(ROOT)}: {sum(not chinese for chinese in complete.values())} of {len(complete)} to translate"
    )
    for english in table.keys() - complete.keys():
        print(f"gone: {english} → {table[english]}")


if __name__ == "__main__":
    command, *given = sys.argv[1:] or [""]
    if command not in ("draft", "check") or set(given) - set(NAMES):
        sys.exit(__doc__)
    if command == "draft":
        for name in given:
            draft(name)
    else:
        found = [f"{name}: {fault}" for name in given or NAMES for fault in faults(name)]
        sys.exit("\n".join(found) or None)
