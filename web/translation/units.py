"""What there is to translate on a page, unit by unit, and the file that holds its translation.

A unit is one cell of Markdown (in a page of Markdown, a section), one figure's caption and alt text, or the comments
and docstrings of one code cell. A translated page holds them in the order of the English page, so that it reads as one
text. Each opens with a remark, ``<!-- id kind en:hash -->``, whose hash is that of the English words:

* ``<!-- a6fb7831 en:1fad17 -->``         a cell of Markdown;
* ``<!-- 1622907d figure en:… -->``       the caption, an empty line, the alt text;
* ``<!-- 5afb718b code en:… -->``         one ``English → translation`` a line.

``numbers`` before the hash waives the comparison of numbers: 11 million is 1100 万. Code, outputs and pictures are
never repeated: they come from the English page.
"""

import ast
import hashlib
import io
import json
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = ROOT / "book", ROOT / "translations" / "zh"
MARK = re.compile(r"^<!-- ([\w-]+)(?: (figure|code))?( numbers)?(?: en:(\w+))? -->\n", re.MULTILINE)
NO_WORDS = re.compile(r"NBVAL|noqa|type:|fmt:|[\W\d_]*$|[\[(](?:d_?\w(?:, )?)*[\])]$")  # for tools; signs; (d_w, d_b)
ARROW = " →"

Key = tuple[str, str]  # id and kind


@dataclass(frozen=True)
class Translated:
    """A unit in the other language; `stamp` is the hash of the English words that it was made from."""

    stamp: str
    words: str
    other_numbers: bool = False


def digest(text: str) -> str:
    """A short hash of the words, whatever the white space between them."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:6]


def pages() -> list[str]:
    """Every page of the book, by its path below ``book/``."""
    found = [path.relative_to(ENGLISH) for path in ENGLISH.rglob("*") if path.suffix in (".ipynb", ".md")]
    return sorted(path.as_posix() for path in found if not any(part.startswith((".", "_")) for part in path.parts))


def translation_of(name: str) -> Path:
    return (CHINESE / name).with_suffix(".md")


def comments(code: str) -> list[tuple[int, int, str]]:
    """Start, end and words of every comment and docstring, as places in the code."""
    lines = code.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            text = node.body[0]
            start, end = place(text.lineno, text.col_offset) + 3, place(text.end_lineno, text.end_col_offset) - 3
            found.append((start, end, " ".join(code[start:end].split())))
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        words = token.string.lstrip("# ")
        if token.type == tokenize.COMMENT and words and not NO_WORDS.match(words):
            end = starts[token.start[0] - 1] + token.start[1] + len(token.string)
            found.append((end - len(words), end, words))
    return sorted(found)


@cache
def common() -> dict[str, str]:
    """Comments that many cells share, with their translation."""
    text = (CHINESE / "common.md").read_text("utf-8")
    return pairs(text)


def pairs(text: str) -> dict[str, str]:
    """Comments and their translations, from lines such as ``words → translation``."""
    halves = (line.rpartition(ARROW) for line in text.splitlines() if ARROW in line)
    return {english: other.strip() for english, _, other in halves}


def sections(text: str) -> list[tuple[str, str]]:
    """A page of Markdown, cut before each heading of the first or second level: names and texts."""
    found: dict[str, list[str]] = {}
    name, fence = "top", ""
    for line in text.splitlines(keepends=True):
        if mark := re.match(r"(`{3,}|~{3,}|:{3,})", line):
            fence = "" if fence and line.startswith(fence) else fence or mark[1]
        if not fence and (heading := re.match(r"##? (.*)", line)):
            name = re.sub(r"\W+", "-", heading[1].lower()).strip("-")
            while name in found:
                name += "-again"
        found.setdefault(name, []).append(line)
    return [(name, "".join(lines)) for name, lines in found.items()]


def units(name: str) -> dict[Key, str]:
    """The words of an English page, in its order."""
    return units_of(name, (ENGLISH / name).read_text("utf-8"))


def units_of(name: str, text: str) -> dict[Key, str]:
    """The same for another state of the page."""
    if name.endswith(".md"):
        return {(part, ""): words.strip() for part, words in sections(text)}
    found: dict[Key, str] = {}
    for cell in json.loads(text)["cells"]:
        source, drawn = "".join(cell["source"]), cell["metadata"].get("mystnb", {})
        if cell["cell_type"] == "markdown":
            found[cell["id"], ""] = source
            continue
        if figure := drawn.get("figure"):
            texts = [figure.get("caption", ""), drawn.get("image", {}).get("alt", "")]
            found[cell["id"], "figure"] = "\n\n".join(filter(None, texts))
        if own := dict.fromkeys(words for _, _, words in comments(source) if words not in common()):
            found[cell["id"], "code"] = "\n".join(own)
    return found


def translation(name: str) -> dict[Key, Translated]:
    """The units of a translated page, in its order; ValueError if one stands there twice."""
    _, *pieces = MARK.split(translation_of(name).read_text("utf-8"))
    found: dict[Key, Translated] = {}
    for unit, kind, waived, stamp, words in zip(*(pieces[place::5] for place in range(5)), strict=True):
        if (unit, kind or "") in found:
            raise ValueError(f"{translation_of(name)}: {unit} {kind or ''} stands there twice")
        found[unit, kind or ""] = Translated(stamp or "", words.strip(), waived is not None)
    return found


def written(page: dict[Key, Translated]) -> str:
    """The text of a file that `translation` reads."""
    parts = []
    for (unit, kind), one in page.items():
        marks = [unit, kind, "numbers" * one.other_numbers, one.stamp and f"en:{one.stamp}"]
        parts.append(f"<!-- {' '.join(filter(None, marks))} -->\n{one.words}\n")
    return "\n".join(parts)


def drafted(name: str) -> dict[Key, Translated]:
    """The page's translation with what it lacks, in English, and without what the English page no longer has."""
    known = translation(name) if translation_of(name).exists() else {}
    page = {}
    for key, words in units(name).items():
        to_fill = "\n".join(f"{line}{ARROW} " for line in words.splitlines()) if key[1] == "code" else words
        page[key] = known.get(key) or Translated(digest(words), to_fill)
    return page


def bare(code: str) -> str:
    """What Python does, without comments and docstrings; the text itself if it is no whole Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return code
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body[0].value.value = ""
    return ast.dump(tree)
