"""Write what the search reads: the book's words and sentences, section by section, in place of Sphinx's own index.

A section is a heading or an exercise, with the text below it. Code, outputs and what is folded (answers of quizzes,
hints, solutions) are left out; a formula counts as its symbols. Words that readers use for a section and that the
section does not have stand in search_words.yml; those of Chinese readers, besides, in translations/zh. What finds is
web/page/find.js.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx_design.dropdown import dropdown_main
from sphinx_exercise.nodes import exercise_node, solution_node

TABLE = Path(__file__).with_name("search_words.yml")
CHINESE = Path(__file__).resolve().parents[2] / "translations" / "zh" / TABLE.name
UNREAD = (dropdown_main, solution_node, nodes.literal_block, nodes.raw, nodes.comment, nodes.Invisible)

# Both patterns are read by Python here and by the browser, which splits the reader's question in the same way.
CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
PAIR = f"({CJK})(?=({CJK}?))"  # such text has no spaces: each sign with the next one counts as a word
LATIN = r"[a-z\d\u00c0-\u00d6\u00d8-\u024f\u0300-\u036f]"
WORD = rf"\d+(?:\.\d+)+(?:\.[a-z])?(?!{LATIN})|∂?{LATIN}+|[\u0370-\u03ff]|{CJK}{{1,2}}"

SIGNS = {
    "partial": "∂", "nabla": "∇", "sqrt": "√", "sum": "∑", "ell": "ℓ", "infty": "∞", "lambda": "λ", "lVert": "‖",
    "rVert": "‖", "dots": "…", "ldots": "…", "quad": " ", "qquad": " ", "cdot": " · ", "times": " × ", "odot": " ⊙ ",
    "pm": " ± ", "le": " ≤ ", "ge": " ≥ ", "ne": " ≠ ", "approx": " ≈ ", "to": " → ", "leftarrow": " ← ", "in": " ∈ ",
}  # fmt: skip


def symbols(tex: str) -> str:
    r"""A formula as one would type it, ``\frac{\partial L}{\partial W_{1}}`` as "∂L/∂W_1"; "…" if it is not short."""

    def sign(command: re.Match[str]) -> str:
        name, size = command[1], "CAPITAL" if command[1][0].isupper() else "SMALL"
        try:
            return SIGNS.get(name) or unicodedata.lookup(f"GREEK {size} LETTER {name.removeprefix('var').upper()}")
        except KeyError:
            return f"{name} "  # a function, such as \exp

    tex = re.sub(r"\\(?:text|mathrm|mathbf|mathbb|operatorname|left|right|[bB]igg?[lr]?)\b", "", tex)
    tex = re.sub(r"\\[,;!:]", " ", tex)
    tex = re.sub(r"\^\{?\\top\}?", "ᵀ", tex)
    tex = re.sub(r"\\hat\s*\{?(\w)\}?", "\\1\u0302", tex)
    part = r"\s*(?:(\d)|\{((?:[^{}]|\{[^{}]*\})*)\})"
    tex = re.sub(rf"\\[td]?frac{part}{part}", r"\1\2/\3\4", tex)
    tex = re.sub(r"\\([A-Za-z]+)(?: +(?=[A-Za-z\\]))?", sign, tex)
    tex = re.sub(r"\^\{?2\}?", "²", tex)
    text = unicodedata.normalize("NFC", " ".join(re.sub(r"[{}]", "", tex).replace("~", " ").split()))
    text = re.sub(r" (?=[,.;])", "", text)
    return text if len(text) < 60 and not re.search(r"[\\&]|frac", text) else "…"


def words(node: nodes.Node) -> str:
    """The text of a paragraph or a heading, with its formulas as symbols."""
    if isinstance(node, nodes.math | nodes.math_block):
        return symbols(node.astext())
    if isinstance(node, nodes.Text):
        return node.astext().replace("\u2060", "")
    return "" if isinstance(node, nodes.raw | nodes.image) else "".join(map(words, node.children))


def passages(node: nodes.Element) -> Iterator[str]:
    """The paragraphs below a node, a row of a table as one with tabs; sections inside it speak for themselves."""
    if isinstance(node, nodes.math_block):
        yield words(node).removesuffix("…")
    elif isinstance(node, nodes.row):
        yield "\t".join(filter(None, (" ".join(passages(entry)) for entry in node)))
    elif isinstance(node, nodes.TextElement):
        yield " ".join(words(node).split())
    else:
        for child in node.children:
            if not isinstance(child, (*UNREAD, nodes.Text, nodes.section, nodes.title, exercise_node)):
                yield from passages(child)


def sections(page: nodes.document) -> Iterator[tuple[str, str, str]]:
    """Anchor, heading and text of every section and exercise of a page, in its order."""
    for node in page.findall(lambda node: isinstance(node, nodes.section | exercise_node)):
        yield node["ids"][0], words(node[0]), "\n".join(filter(None, passages(node)))


def postings(texts: list[str]) -> dict[str, str]:
    """For each word the texts that have it, as steps from one to the next: "3 1" for 3 and 4.

    A word of every third text tells none of them apart: the book has it, and no more is said.
    """
    places = defaultdict(list)
    for number, text in enumerate(texts):
        spaced = re.sub(PAIR, r" \1\2 ", unicodedata.normalize("NFKC", text).lower())
        for word in set(re.findall(WORD, spaced)):
            places[word].append(number)
    steps = {word: [b - a for a, b in pairwise([0, *found])] for word, found in sorted(places.items())}
    return {word: " ".join(map(str, found)) if len(found) <= len(texts) / 3 else "" for word, found in steps.items()}


def write_script(app: Sphinx, name: str, call: str, *values: Any) -> None:
    """Write a script and not JSON: a page opened from a folder may run its neighbours, but may not fetch them."""
    path = Path(app.outdir, "search", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    arguments = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    path.write_text(f"{call}({arguments});\n", "utf-8")


def in_reading_order(app: Sphinx) -> Iterator[str]:
    page = app.config.root_doc
    while page:
        yield page
        page = app.builder.relations[page][2]


def leave_out_sphinx(app: Sphinx) -> None:
    app.builder.search = False  # neither its index nor its page: ours is one of html_additional_pages


def collect(app: Sphinx, page: nodes.document, docname: str) -> None:
    app.searched[docname] = list(sections(page))


def readers_words(language: str) -> dict[str, str]:
    """What readers call each place; whoever reads Chinese may know the English name as well."""
    table = yaml.safe_load(TABLE.read_text("utf-8"))
    for place, words in yaml.safe_load(CHINESE.read_text("utf-8")).items() if language == "zh_CN" else ():
        table[place] = ", ".join(filter(None, (table.get(place), words)))
    return table


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Join the sections with the words of the table; a line of the table that fits no section is a warning."""
    if exception or app.builder.format != "html":
        return
    table = readers_words(app.config.language)
    pages, texts = [], []
    for docname in in_reading_order(app):
        if docname not in app.searched:  # the page did not change since the last build
            app.env.get_and_resolve_doctree(docname, app.builder)
        address, headings, mine = app.builder.get_target_uri(docname), [], []
        for anchor, title, text in app.searched[docname]:
            place = f"{docname}#{anchor}" if headings else docname
            headings.append([anchor, title, table.pop(place, "")])
            mine.append(text)
        pages.append([address, headings])
        texts += mine
        write_script(app, f"{docname}.js", "searchText", address, mine)
    for place in table:
        logging.getLogger(__name__).warning("search_words.yml: the book has no '%s'", place)
    index = {"pair": PAIR, "word": WORD, "pages": pages, "postings": postings(texts)}
    write_script(app, "index.js", "searchIndex", index)


def setup(app: Sphinx) -> dict[str, Any]:
    app.searched = {}
    app.connect("builder-inited", leave_out_sphinx)
    app.connect("doctree-resolved", collect, priority=900)
    app.connect("build-finished", write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
