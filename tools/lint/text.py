"""Rules for the text, the form and the metadata of a notebook; tests/pages applies and tries each one.

A rule takes a `Page` and yields one sentence for each fault.
"""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat

from tools.lint.page import Page
from tools.normal_form import STATE, to_text

ROOT = Path(__file__).resolve().parents[2]
CLOSING = ["Three lines to remember", "Exercises", "Where to go next"]
BANNED_WORDS = re.compile(r"\b(simply|obviously|powerful|delve\w*|TODO|FIXME)\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:home|root|Users|tmp|private|opt|mnt|srv)/|[A-Z]:\\\\Users|site-packages")
MACHINE_HOST = re.compile(r"localhost|127\.0\.0\.1")
FILE = re.compile(r"`((?:src|book|web|tools|tests|experiments|benchmarks)/[\w/.]+)`")
NOT_PROSE = re.compile(r"^```(?!\{).*?^```\s*$|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`|!\[", re.MULTILINE | re.DOTALL)


def title_and_goals(page: Page) -> Iterator[str]:
    first = page.cells[0]
    if first["cell_type"] != "markdown" or not first["source"].startswith("# "):
        yield "cell 0 is not a title (# …)"
    for goal in ("You will be able to", "You need") if page.is_section else ():
        if goal.lower() not in first["source"].lower():
            yield f"cell 0 does not say “{goal}”"


def cells_have_content(page: Page) -> Iterator[str]:
    for i, cell in enumerate(page.cells):
        if cell["cell_type"] == "raw":
            yield f"cell {i} is raw"
        if not cell["source"].strip():
            yield f"cell {i} is empty"


def pictures_in_text_have_alt(page: Page) -> Iterator[str]:
    if re.search(r"!\[\s*\]\(", page.markdown):
        yield "a picture in the text has no alt text"
    for block in (*page.named("figure"), *page.named("image")):
        if ":alt:" not in block.body:
            yield f"the {block.name} {block.argument} has no :alt:"


def section_closes_as_agreed(page: Page) -> Iterator[str]:
    if not page.is_section:
        return
    headings = re.findall(r"^## (.+?)\s*$", page.markdown, re.MULTILINE)
    if headings[-3:] != CLOSING:
        yield f"the last three headings are {headings[-3:]}, not {CLOSING}"
        return
    remember = page.markdown.split(f"## {CLOSING[0]}")[1].split("\n## ")[0]
    if (lines := len(re.findall(r"^(?:[-*]|\d\.) ", remember, re.MULTILINE))) != 3:
        yield f"{lines} lines to remember instead of three"


def text_is_plain(page: Page) -> Iterator[str]:
    prose = NOT_PROSE.sub(" ", page.markdown)
    for word in BANNED_WORDS.findall(prose):
        yield f"the text says “{word}”"
    for end in re.findall(r"\w+!(?=[\s)”\"]|$)", prose):
        yield f"the text exclaims: {end}"


def nothing_of_this_machine(page: Page) -> Iterator[str]:
    notebook = json.loads(page.text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/svg+xml", None)
    text = json.dumps(notebook, ensure_ascii=False)
    own = [str(Path.cwd()), str(ROOT)]
    for found in MACHINE_PATH.findall(text) + MACHINE_HOST.findall(text) + [name for name in own if name in text]:
        yield f"it mentions a path or a host of one machine: {found}"


def the_article_stays_in_its_appendix(page: Page) -> Iterator[str]:
    """The reader does not know the article that the book grew from: only appendix E speaks of it."""
    if page.is_section:
        for found in re.findall(r"\b(?:the|this) article\b", page.markdown):
            yield f"it speaks of “{found}”, which only appendix E does"


def named_files_exist(page: Page) -> Iterator[str]:
    for name in sorted(set(FILE.findall(page.markdown))):
        if not (ROOT / name).exists():
            yield f"it names {name}, which is not there"


def is_normalised(page: Page) -> Iterator[str]:
    if to_text(nbformat.reads(page.text, as_version=4)) != page.text:
        yield f"it is not in the normal form: run `.venv/bin/python -m tools.notebooks tidy {page.path}`"


def widgets_are_current(page: Page) -> Iterator[str]:
    widgets = json.loads(page.text)["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    for state in (model["state"] for model in widgets.values()):
        if "_esm" not in state:
            continue
        module, _, name = state.get("_anywidget_id", "").rpartition(".")
        if not module.startswith("backprop.widgets."):
            yield f"the widget {name} is not one of backprop.widgets"
            continue
        widget = getattr(importlib.import_module(module), name)
        for part in ("_esm", "_css"):
            if state.get(part, "") != str(getattr(widget, part, "")):
                yield f"the {part} of {name} is not the package's: run `make notebooks`"


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    title_and_goals,
    cells_have_content,
    pictures_in_text_have_alt,
    section_closes_as_agreed,
    text_is_plain,
    nothing_of_this_machine,
    the_article_stays_in_its_appendix,
    named_files_exist,
    is_normalised,
    widgets_are_current,
)
