"""Say under a page's title how long a learner reads, and how long its exercises take.

A minute is 180 words of text or 12 lines of code. Counted is what stands open on the page above its exercises: text,
captions, the questions and options of a quiz, code. What is folded is read by choice; exercises tell their own minutes.
A translated page takes as long as the English one, which is counted in its place.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

ROOT = Path(__file__).resolve().parents[2]  # where the English pages are
WORDS, LINES = 180, 12  # a minute
FOLDED = re.compile(r"^(`{3,}|:{3,})\{dropdown\}(.*)\n(?:(?s:.*?))^\1[ ]*$", re.M)
MARKUP = re.compile(  # fences, options, rules of tables, addresses, remarks, names of equations and of headings
    r"^(?:`{3,}|:{3,})(?:\{.*\})?|^:[\w-]+:.*$|^\|[-:| ]+\|$|\]\([^)]*\)|<!--.*?-->|^\$\$(?: \(.*\))?$|^\([\w-]+\)=$",
    re.M,
)
EXERCISE = re.compile(r"^(?:●○○|●●○|●●●) · (\d+) minutes$", re.M)


def text_of(cell: dict) -> str:
    return "".join(cell["source"])


def told(cells: list[dict]) -> Iterator[dict]:
    """The cells above the exercises, whose heading may stand at the end of a cell."""
    for cell in cells:
        text, *exercises = re.split("^## Exercises", text_of(cell), maxsplit=1, flags=re.M)
        yield {**cell, "source": text}
        if exercises:
            return


def reading(cells: list[dict]) -> float:
    """Minutes a learner needs for the story of a notebook."""
    words = lines = 0
    for cell in told(cells):
        if cell["cell_type"] == "markdown":
            words += len(MARKUP.sub(" ", FOLDED.sub(r"\2", text_of(cell))).split())
            continue
        words += len(cell["metadata"].get("mystnb", {}).get("figure", {}).get("caption", "").split())
        if "hide-input" not in cell["metadata"].get("tags", []):
            lines += sum(bool(line.strip()) for line in text_of(cell).splitlines())
    return words / WORDS + lines / LINES


def practice(cells: list[dict]) -> list[int]:
    """The minutes of each exercise."""
    return [int(m) for cell in cells if cell["cell_type"] == "markdown" for m in EXERCISE.findall(text_of(cell))]


def say(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Below the title of a page that has exercises. The search is not to find it, so it comes after search_index."""
    path = ROOT / f"{docname}.ipynb"
    if not path.is_file():
        return
    cells = json.loads(path.read_text("utf-8"))["cells"]
    if exercises := practice(cells):
        text = _("{reading} minutes to read · {count} exercises, {practice} minutes").format(
            reading=round(reading(cells)), count=len(exercises), practice=sum(exercises)
        )
        title = next(document.findall(nodes.title))
        # Not a paragraph, or the page's description for those who link to it would begin with it.
        title.parent.insert(1, nodes.raw("", f'<p class="minutes">{text}</p>', format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-resolved", say, priority=950)  # after search_index
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
