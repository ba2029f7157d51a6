"""Draw exercises, folded solutions and quizzes so that they work without a script, and list all exercises on one page.

In a notebook an exercise is written ``{exercise} 1.2.c Count the knobs`` with ``:label: ex-1-2-c`` and ``:nonumber:``:
the number stands in the text, so that JupyterLab, which numbers each notebook by itself, shows the same one.

With ``exercises_show_solutions: false`` in ``_config.yml`` the site is one for a course: no solution on its pages, none
in the notebooks that it hands out, and no button that opens the repository's own.
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective
from sphinx_design.shared import is_component
from sphinx_exercise.nodes import exercise_node, solution_node

LEVEL = re.compile(r"(●○○|●●○|●●●) · (\d+) (minutes|分钟)")
LABEL = re.compile(r"ex-((?:\d+|a)(?:-\d+)+)-([a-z])")  # a: appendix A
APPENDIX = 99  # comes after the chapters
SOLUTION = re.compile(r"^(`{3,})\{solution\}.*?^\1[ ]*$\n*", re.M | re.S)


class exercise_list(nodes.General, nodes.Element):
    """The place where the list of all exercises goes."""


class ExerciseList(SphinxDirective):
    """``{exercise-list}``: every exercise of the book, by page, in the order of their numbers."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["lists_exercises"] = "yes"
        return [exercise_list("")]


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


def fill_lists(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Replace each list's place by one linked entry per exercise, under the title of its page."""
    for place in list(document.findall(exercise_list)):
        pages = defaultdict(list)
        for number, label, entry in sorted_exercises(app.env):
            node = entry["node"]
            pages[entry["docname"]].append((number, label, exercise_words(node), exercise_level(node)))
        place.replace_self([part for page, rows in pages.items() for part in page_list(app, docname, page, rows)])


def sorted_exercises(env: BuildEnvironment) -> list[tuple[str, str, dict[str, Any]]]:
    """(number, label, registry entry) of every labelled exercise, in the order of the pages and of the letters."""
    found = []
    for label, entry in getattr(env, "sphinx_exercise_registry", {}).items():
        if match := LABEL.fullmatch(label):
            chapter, *page = match[1].split("-")
            place = [APPENDIX if chapter == "a" else int(chapter), *map(int, page)]
            found.append((place, match[2], ".".join([chapter.upper(), *page, match[2]]), label, entry))
    return [(number, label, entry) for *_, number, label, entry in sorted(found, key=lambda item: item[:2])]


def page_list(app: Sphinx, docname: str, page: str, rows: list[tuple[str, str, str, str]]) -> list[nodes.Node]:
    """The page's title as a link, and below it a list of its exercises, each with its level and its minutes."""
    uri = app.builder.get_relative_uri(docname, page)
    title = nodes.reference("", app.env.titles[page].astext(), internal=True, refuri=uri)
    items = nodes.bullet_list(classes=["exercise-list"])
    for number, label, words, level in rows:
        text = words if words.startswith(number) else f"{number} {words}"
        link = nodes.reference("", text, internal=True, refuri=f"{uri}#{label}")
        behind = [nodes.inline("", f" {level}", classes=["exercise-level"])] if level else []
        items += nodes.list_item("", nodes.paragraph("", "", link, *behind))
    return [nodes.paragraph("", "", nodes.strong("", "", title)), items]


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
    app.connect("doctree-resolved", fill_lists)
    app.connect("env-updated", refresh_lists)
    app.connect("config-inited", close_other_doors)
    app.connect("build-finished", clean_downloads)
    app.add_css_file("exercises.css", priority=900)  # after the rest of the book's styles
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
