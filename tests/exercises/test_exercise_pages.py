"""Exercises as Sphinx draws them: numbered, folded without a script, listed on one page, working by keyboard."""

import io
import json
import re
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "extensions"))
import exercises

ROOT = Path(__file__).resolve().parents[2]

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "web/extensions")!r})
extensions = ["myst_parser", "exercises"]
"""
EXERCISE = """
````{{exercise}} {number} {words}
:label: ex-{label}
:nonumber:

{level}Write it.

```{{dropdown}} Hint
Think of the rows.
```
```{{dropdown}} Second hint
There are three of them.
```
````

````{{solution}} ex-{label}
:class: dropdown

Because.

```python
answer = 7
```
````
"""
QUIZ = """
````{admonition} What is it?
:class: quiz

```{dropdown} Six
✗ One is missing from the count.
```
```{dropdown} Seven
✓ Six weights and one bias make seven.
```
````
"""


def exercise(number: str, words: str, level: str = "") -> str:
    level = f"{level}\n\n" * bool(level)
    return EXERCISE.format(number=number, words=words, level=level, label=number.replace(".", "-"))


def build(source: Path) -> str:
    """Build the little book in `source` and return what Sphinx warned of."""
    said = io.StringIO()
    with warnings.catch_warnings(), docutils_namespace():
        warnings.simplefilter("ignore")  # what Sphinx's dependencies deprecate is not our affair
        Sphinx(source, source, source / "out", source / "doctrees", "html", status=None, warning=said).build()
    return said.getvalue()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(CONF, "utf-8")
    (folder / "index.md").write_text("# Book\n\n```{toctree}\nlater\nearlier\nlist\n```\n", "utf-8")
    later = [exercise("2.10.a", "Tenth"), exercise("2.9.b", "Count *all* knobs & wires", "●●○ · 8 minutes"), QUIZ]
    (folder / "later.md").write_text("\n".join(["# 2.1 Later", *later]), "utf-8")
    (folder / "earlier.md").write_text(
        "\n".join(["# 1.1 Earlier", exercise("1.1.a", "First"), "{ref}`ex-2-9-b` or {ref}`2.9.b <ex-2-9-b>`"]), "utf-8"
    )
    (folder / "list.md").write_text("# Exercises\n\n```{exercise-list}\n```\n", "utf-8")
    assert build(folder) == ""
    return folder


def page(book: Path, name: str) -> str:
    return (book / "out" / f"{name}.html").read_text(encoding="utf-8")


def test_an_exercise_is_titled_by_its_number_and_words(book):
    assert '<p class="admonition-title">Exercise 2.9.b · Count all knobs &amp; wires</p>' in page(book, "later")


@pytest.mark.parametrize("words", ["Exercise 2.9.b", "2.9.b"])
def test_a_reference_to_an_exercise_names_its_number_or_has_words_of_its_own(book, words):
    link = rf'href="later.html#ex-2-9-b"[^>]*><span[^>]*>{re.escape(words)}</span>'
    assert re.search(link, page(book, "earlier"))


def test_a_solution_is_folded_without_a_script(book):
    html = page(book, "later")
    assert html.count('<details class="solution admonition"') == 2
    assert html.count('<summary class="admonition-title">Solution</summary>') == 2
    assert "dropdown admonition" not in html


def test_no_id_stands_twice_on_a_page(book):
    ids = re.findall(r'\bid="([^"]+)"', page(book, "later"))
    assert len(ids) == len(set(ids))


def test_options_of_a_quiz_know_whether_they_are_right(book):
    html = page(book, "later")
    assert re.search(r'<details class="[^"]*quiz-wrong[^"]*">(?s:.){0,200}Six', html)
    assert re.search(r'<details class="[^"]*quiz-right[^"]*">(?s:.){0,200}Seven', html)


def test_the_list_holds_every_exercise_once_in_order_and_under_its_page(book):
    html = page(book, "list")
    links = re.findall(r'href="(\w+\.html#ex-[\w-]+)">([^<]+)</a>', html)
    assert links == [
        ("earlier.html#ex-1-1-a", "1.1.a First"),
        ("later.html#ex-2-9-b", "2.9.b Count all knobs &amp; wires"),
        ("later.html#ex-2-10-a", "2.10.a Tenth"),
    ]
    assert (
        re.findall(r'href="#(exercises-\d)"', html)
        == re.findall(r'id="(exercises-\d)"', html)
        == ["exercises-1", "exercises-2"]
    )
    assert html.index("1.1 Earlier</a></strong>") < html.index("1.1.a First") < html.index("2.1 Later</a></strong>")


def test_the_list_says_level_and_minutes_behind_a_title(book):
    rows = dict(re.findall(r"<li><p><a [^>]*>([\d.]+[a-z]) .*?</a>(.*?)</p>", page(book, "list"), re.S))
    assert rows == {"1.1.a": "", "2.9.b": '<span class="exercise-level"> ●●○ · 8 minutes</span>', "2.10.a": ""}


def test_the_list_follows_when_another_page_gains_or_loses_an_exercise(book):
    source = book / "earlier.md"
    before = source.read_text("utf-8")
    source.write_text(before + exercise("1.1.b", "Second"), "utf-8")
    assert build(book) == ""
    assert "1.1.b Second" in page(book, "list")
    source.write_text(before, "utf-8")
    assert build(book) == ""
    assert "1.1.b Second" not in page(book, "list")


def test_hint_solution_and_quiz_open_by_keyboard(book, browser):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto((book / "out" / "later.html").as_uri())
    hints = (("Enter", "Think of the rows."), ("Space", "There are three of them."))
    for key, inside in (*hints, ("Space", "Because."), ("Enter", "Six weights and one bias")):
        text = tab.get_by_text(inside).first
        assert not text.is_visible()
        tab.locator("details", has=text).first.locator("summary").focus()
        tab.keyboard.press(key)
        assert text.is_visible()
    tab.close()


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# 1.2 Notebook\n", exercise("1.2.a", "Write")]},
        {"cell_type": "markdown", "metadata": {}, "source": "````{solution} ex-1-2-b\nBecause.\n````"},
        {"cell_type": "code", "metadata": {}, "source": ["answer = 6"], "outputs": [], "execution_count": 1},
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def test_a_course_can_hide_the_solutions_on_pages_and_in_downloads(tmp_path):
    (tmp_path / "conf.py").write_text(CONF + "exercises_show_solutions = False\n", "utf-8")
    (tmp_path / "index.md").write_text(
        "\n".join(["# Book", exercise("1.1.a", "Read"), exercise("1.1.b", "Count")]), "utf-8"
    )
    handed_out = tmp_path / "out/_sources/1_2.ipynb"
    handed_out.parent.mkdir(parents=True)
    handed_out.write_text(json.dumps(NOTEBOOK), "utf-8")  # as Sphinx copies it
    assert build(tmp_path) == ""
    html = page(tmp_path, "index")
    assert "Exercise 1.1.b · Count" in html
    assert "Think of the rows." in html
    cells = json.loads(handed_out.read_text("utf-8"))["cells"]
    for text in (html, json.dumps(cells)):
        assert "Because." not in text
        assert "answer = 7" not in text
    assert "Think of the rows." in cells[0]["source"]
    assert [cell["source"] for cell in cells[1:]] == [["answer = 6"]]


@pytest.mark.parametrize(("shown", "left"), [(True, {"colab_url": "there"}), (False, {})])
def test_a_course_without_solutions_has_no_button_to_the_repositorys_notebooks(shown, left):
    options = {"launch_buttons": {"colab_url": "there"}}
    exercises.close_other_doors(None, SimpleNamespace(exercises_show_solutions=shown, html_theme_options=options))
    assert options["launch_buttons"] == left


def test_every_solution_of_the_book_is_found_when_hidden():
    pages = (ROOT / "book").rglob("[0-9]_*.ipynb")
    for path in pages:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        assert "{solution}" not in exercises.SOLUTION.sub("", text), path.name
