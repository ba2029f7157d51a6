"""Draw exercises, folded solutions and quizzes so that they work without a script, and list all exercises on one page.

In a notebook an exercise is written ``{exercise} 1.2.c Count the knobs`` with ``:label: ex-1-2-c`` and ``:nonumber:``:
the number stands in the text, so that JupyterLab, which numbers each notebook by itself, shows the same one.

With ``exercises_show_solutions: false`` in ``_config.yml`` the site is one for a course: no solution on its pages, none
in the notebooks that it hands out, and no button that opens the repository's own.
"""

import json
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_design.shared import is_component
from sphinx_exercise.nodes import exercise_node, solution_node

LEVELS = ("●○○", "●●○", "●●●")
LEVEL = re.compile(rf"({'|'.join(LEVELS)}) · (\d+) (minutes|分钟)")
LABEL = re.compile(r"ex-((?:\d+|a)(?:-\d+)+)-([a-z])")  # a: appendix A
APPENDIX = 99  # comes after the chapters
STUB = re.compile(r"""^check\("([\dA.]+[a-z])", """, re.M)
ASKS_THE_PAGE = {"4.4.a"}  # answered in words, but found by running the cells of its page
SOLUTION = re.compile(r"^(`{3,})\{solution\}.*?^\1[ ]*$\n*", re.M | re.S)


LOG = logging.getLogger(__name__)


class exercise_list(nodes.General, nodes.Element):
    """The place where the list of all exercises goes."""


class ExerciseList(SphinxDirective):
    """``{exercise-list}``: every exercise of the book, by page, in the order of their numbers, and a table of them.

    A line ``6.7.a: RMS norm`` in it sets these words behind a title that does not name its subject.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["lists_exercises"] = "yes"
        return [exercise_list("", subjects=dict(line.split(": ", 1) for line in self.content if line))]


@dataclass(frozen=True)
class Row:
    """An exercise as the list shows it."""

    number: str
    label: str
    page: str
    words: str
    level: str
    on_paper: bool

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]

    @property
    def minutes(self) -> int:
        return int(LEVEL.fullmatch(self.level)[2]) if self.level else 0


def title_exercises(app: Sphinx, document: nodes.document) -> None:
    """Turn sphinx-exercise's "Exercise (1.2.c Count the knobs)" into "Exercise 1.2.c · Count the knobs"."""
    for node in document.findall(exercise_node):
        number, _space, words = exercise_words(node).partition(" ")
        node["title"] = _("Exercise {number}").format(number=number)  # the text of a reference to it
        node[0].replace_self(nodes.title("", f"{node['title']} · {words}"))
        unwrap_body(node)
    for node in list(document.findall(solution_node)):
        if not app.config.exercises_show_solutions:
            node.parent.remove(node)
            continue
        node[0].replace_self(nodes.title("", _("Solution")))
        node["classes"] = [name for name in node["classes"] if name != "dropdown"]  # <details> folds it already
        unwrap_body(node)


def unwrap_body(node: nodes.Element) -> None:
    """Drop sphinx-exercise's inner section: it has the same id in every exercise of a page."""
    node[1:] = node[1].children


def exercise_words(node: nodes.Element) -> str:
    """What the author wrote after ``{exercise}``."""
    return node[0][1].astext() if len(node[0]) > 1 else ""


def exercise_level(node: nodes.Element) -> str:
    """The first line of an exercise, such as "●○○ · 5 minutes"; "" where it has none."""
    first = next(iter(node.findall(nodes.paragraph)), None)
    return first.astext() if first is not None and LEVEL.fullmatch(first.astext()) else ""


def mark_quiz_options(app: Sphinx, document: nodes.document) -> None:
    """Give each option of a quiz the class of the sign that its text starts with."""
    for quiz in document.findall(lambda node: isinstance(node, nodes.admonition) and "quiz" in node["classes"]):
        for option in quiz.findall(lambda node: is_component(node, "dropdown")):
            text = " ".join(part.astext() for part in option[1:]).lstrip()
            option["container_classes"] += {"✓": ["quiz-right"], "✗": ["quiz-wrong"]}.get(text[:1], [])


def note_paper(app: Sphinx, document: nodes.document) -> None:
    """Remember which exercises of a page are done on paper."""
    cells = [block.astext() for block in document.findall(nodes.literal_block)]
    app.env.metadata[app.env.docname]["on_paper"] = " ".join(on_paper(cells))


def on_paper(cells: list[str]) -> list[str]:
    """The numbers of the exercises that ask for numbers or words: the cells below them define no function."""
    stubs = [(match[1], cell) for cell in cells if (match := STUB.search(cell))]
    return [number for number, cell in stubs if "def " not in cell and number not in ASKS_THE_PAGE]


def fill_lists(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Replace each list's place by a table of the chapters, and a linked entry per exercise under its page's title."""
    for place in list(document.findall(exercise_list)):
        rows = [listed(app.env, *found) for found in sorted_exercises(app.env)]
        for number in place["subjects"].keys() - {row.number for row in rows}:
            LOG.warning("the list of exercises names %s, which the book does not have", number, location=docname)
        chapters, parts = [], []
        for chapter, group in groupby(rows, key=lambda row: row.chapter):
            of_chapter = list(group)
            title = chapter_title(app.env, of_chapter[0].page)
            heading = nodes.rubric("", title, ids=[f"exercises-{chapter.lower()}"])
            chapters.append((heading, of_chapter))
            parts.append(heading)
            for page, of_page in groupby(of_chapter, key=lambda row: row.page):
                parts += page_list(app, docname, page, list(of_page), place["subjects"])
        place.replace_self([totals(chapters), *parts])


def listed(env: BuildEnvironment, number: str, label: str, entry: dict[str, Any]) -> Row:
    node, page = entry["node"], entry["docname"]
    on_paper = number in env.metadata[page].get("on_paper", "").split()
    return Row(number, label, page, exercise_words(node), exercise_level(node), on_paper)


def chapter_title(env: BuildEnvironment, page: str) -> str:
    """The title of the chapter that this page is in; the appendix has none, and its first page speaks for it."""
    title = env.titles.get(f"{page.rpartition('/')[0]}/index", env.titles[page])
    return re.split("[:：]", title.astext())[0]


def totals(chapters: list[tuple[nodes.rubric, list[Row]]]) -> nodes.table:
    """How many exercises each chapter has, how many of each level, how many on paper, and the hours of all."""

    def row(first: nodes.Node, *texts: object) -> nodes.row:
        entries = [nodes.paragraph("", "", first), *(nodes.paragraph("", str(text)) for text in texts)]
        return nodes.row("", *(nodes.entry("", entry) for entry in entries))

    def counts(rows: list[Row]) -> list[object]:
        levels = [sum(row.level.startswith(level) for row in rows) for level in LEVELS]
        hours = round(sum(row.minutes for row in rows) / 30) / 2
        return [len(rows), *levels, sum(row.on_paper for row in rows), f"{hours:g}"]

    def link(heading: nodes.rubric) -> nodes.reference:
        return nodes.reference("", heading.astext(), internal=True, refid=heading["ids"][0])

    head = row(nodes.Text(str(_("chapter"))), _("all"), *LEVELS, _("on paper"), _("hours"))
    body = [row(link(heading), *counts(rows)) for heading, rows in chapters]
    body.append(row(nodes.Text("Σ"), *counts([row for _heading, rows in chapters for row in rows])))
    columns = [nodes.colspec(colwidth=1) for _column in head]
    group = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", *body), cols=len(columns))
    return nodes.table("", group, classes=["exercise-totals"])


def sorted_exercises(env: BuildEnvironment) -> list[tuple[str, str, dict[str, Any]]]:
    """(number, label, registry entry) of every labelled exercise, in the order of the pages and of the letters."""
    found = []
    for label, entry in getattr(env, "sphinx_exercise_registry", {}).items():
        if match := LABEL.fullmatch(label):
            chapter, *page = match[1].split("-")
            place = [APPENDIX if chapter == "a" else int(chapter), *map(int, page)]
            found.append((place, match[2], ".".join([chapter.upper(), *page, match[2]]), label, entry))
    return [(number, label, entry) for *_, number, label, entry in sorted(found, key=lambda item: item[:2])]


def page_list(app: Sphinx, docname: str, page: str, rows: list[Row], subjects: dict[str, str]) -> list[nodes.Node]:
    """The page's title as a link, and below it a list of its exercises, each with its level and its minutes."""
    uri = app.builder.get_relative_uri(docname, page)
    title = page_title(app.env.titles[page].astext(), rows[0].number.rpartition(".")[0])
    items = nodes.bullet_list(classes=["exercise-list"])
    for row in rows:
        text = row.words if row.words.startswith(row.number) else f"{row.number} {row.words}"
        link = nodes.reference("", text, internal=True, refuri=f"{uri}#{row.label}")
        about = subjects.get(row.number)
        subject = [nodes.inline("", _(" ({subject})").format(subject=about))] if about else []
        level = " · ".join(filter(None, [row.level, str(_("on paper")) if row.on_paper else ""]))
        behind = [nodes.inline("", f" {level}", classes=["exercise-level"])] if level else []
        items += nodes.list_item("", nodes.paragraph("", "", link, *subject, *behind))
    link = nodes.reference("", title, internal=True, refuri=uri)
    return [nodes.paragraph("", "", nodes.strong("", "", link)), items]


def page_title(title: str, number: str) -> str:
    """A page's title with its number, which those of the appendix do not bear: only the first has an A."""
    return title if title.startswith(number) else f"{number} {title.removeprefix(number.partition('.')[0] + ' ')}"


def refresh_lists(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that hold a list are written again whenever anything changed."""
    return [page for page, meta in env.metadata.items() if "lists_exercises" in meta]


def close_other_doors(app: Sphinx, config: Config) -> None:
    """Where solutions are hidden, no button leads to a notebook of the repository, which has them."""
    if not config.exercises_show_solutions and "launch_buttons" in config.html_theme_options:
        config.html_theme_options["launch_buttons"] = {}


def clean_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Where solutions are hidden, take them out of the notebooks that the pages offer, too."""
    if app.config.exercises_show_solutions or exception:
        return
    for path in Path(app.outdir, "_sources").rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = SOLUTION.sub("", "".join(cell["source"]))
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["source"]]
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def visit_solution(writer: Any, node: nodes.Element) -> None:
    """A solution is a native ``<details>``: it opens by keyboard and without a script."""
    title = node.pop(0)
    writer.body.append(writer.starttag(node, "details", CLASS="admonition"))
    writer.body.append(f'<summary class="admonition-title">{title.astext()}</summary>\n')


def depart_solution(writer: Any, node: nodes.Element) -> None:
    writer.body.append("</details>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx_exercise")
    app.setup_extension("sphinx_design")
    app.add_config_value("exercises_show_solutions", True, "env", bool)
    app.add_node(exercise_list)
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.add_directive("exercise-list", ExerciseList)
    app.connect("doctree-read", title_exercises, priority=400)  # before sphinx-exercise records the titles
    app.connect("doctree-read", mark_quiz_options)
    app.connect("doctree-read", note_paper)
    app.connect("doctree-resolved", fill_lists)
    app.connect("env-updated", refresh_lists)
    app.connect("config-inited", close_other_doors)
    app.connect("build-finished", clean_downloads)
    app.add_css_file("exercises.css", priority=900)  # after the rest of the book's styles
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
