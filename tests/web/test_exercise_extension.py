"""How exercises, solutions and quizzes are drawn, and what a site for a course leaves out."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx_exercise.nodes import exercise_node, solution_node

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "extensions"))
import exercises
import minutes


def a_page(*parts: nodes.Node) -> nodes.document:
    document = new_document("page")
    document += list(parts)
    return document


def exercise(words: str, *paragraphs: str) -> exercise_node:
    """As sphinx-exercise makes it: a title of two parts, and a section around the text."""
    title = nodes.title("", "", nodes.Text("Exercise "), nodes.inline("", words))
    body = nodes.section("", *(nodes.paragraph("", text) for text in paragraphs), ids=["exercise-content"])
    return exercise_node("", title, body)


def solution(text: str) -> solution_node:
    body = nodes.section("", nodes.paragraph("", text))
    return solution_node("", nodes.title("", "Solution to Exercise 1.2.c"), body, classes=["dropdown", "more"])


def shown(hides: bool) -> SimpleNamespace:
    return SimpleNamespace(config=SimpleNamespace(exercises_show_solutions=not hides))


def test_an_exercise_is_titled_by_its_number_and_its_words():
    page = a_page(exercise("1.2.c Count the knobs", "●○○ · 5 minutes", "How many?"))
    exercises.title_exercises(shown(hides=False), page)
    assert page[0][0].astext() == "Exercise 1.2.c · Count the knobs"
    assert page[0]["title"] == "Exercise 1.2.c"
    assert [type(part) for part in page[0][1:]] == [nodes.paragraph, nodes.paragraph]


def test_a_solution_is_titled_anew_and_folds_by_itself():
    page = a_page(solution("12."))
    exercises.title_exercises(shown(hides=False), page)
    assert page[0][0].astext() == "Solution"
    assert page[0]["classes"] == ["more"]
    assert page[0][1].astext() == "12."


def test_a_course_gets_no_solution():
    page = a_page(exercise("1.2.c Count the knobs", "How many?"), solution("12."), solution("13."))
    exercises.title_exercises(shown(hides=True), page)
    assert [type(part) for part in page] == [exercise_node]


@pytest.mark.parametrize(
    ("first", "level"),
    [
        ("●○○ · 5 minutes", "●○○ · 5 minutes"),
        ("●●○ · 15 minutes", "●●○ · 15 minutes"),
        ("●●● · 30 minutes", "●●● · 30 minutes"),
        ("○○○ · 5 minutes", ""),
        ("●○○ · 5 minutes or more", ""),
        ("How many?", ""),
    ],
)
def test_the_level_is_the_first_line_if_it_is_one(first, level):
    assert exercises.exercise_level(exercise("1.2.c Count", first, "●○○ · 7 minutes")) == level


def test_an_exercise_without_text_or_words_has_no_level_and_no_words():
    bare = exercise_node("", nodes.title("", "", nodes.Text("Exercise")))
    assert (exercises.exercise_words(bare), exercises.exercise_level(bare)) == ("", "")
    assert exercises.exercise_words(exercise("1.2.c Count the knobs")) == "1.2.c Count the knobs"


def quiz(*texts: str, classes: tuple = ("quiz",)) -> nodes.admonition:
    def option(text: str) -> nodes.container:
        parts = (nodes.rubric("", "an answer"), nodes.paragraph("", text))
        return nodes.container("", *parts, design_component="dropdown", container_classes=["kept"])

    return nodes.admonition("", *(option(text) for text in texts), classes=list(classes))


def test_an_option_of_a_quiz_has_the_class_of_its_sign():
    page = a_page(quiz("✓ Yes.", "✗ No.", "Perhaps."), quiz("✓ Yes.", classes=("note",)))
    exercises.mark_quiz_options(None, page)
    asked, other = page
    assert [option["container_classes"] for option in asked] == [
        ["kept", "quiz-right"],
        ["kept", "quiz-wrong"],
        ["kept"],
    ]
    assert [option["container_classes"] for option in other] == [["kept"]]


REGISTRY = {
    "ex-10-1-a": ("book/10", exercise("10.1.a Last", "●●○ · 9 minutes")),
    "ex-2-1-b": ("book/2", exercise("2.1.b Second", "How many?")),
    "ex-2-1-a": ("book/2", exercise("First", "●○○ · 5 minutes")),
    "ex-a-1-a": ("guide/one", exercise("A.1.a Third", "●○○ · 45 minutes")),
    "ex-2-1": ("book/2", exercise("no letter")),
    "other": ("book/2", exercise("no exercise of a page")),
}


def environment() -> SimpleNamespace:
    registry = {label: {"docname": page, "node": node} for label, (page, node) in REGISTRY.items()}
    told = {
        "book/2": "2.1 Two",
        "book/10": "10.1 Ten",
        "book/index": "The book: all of it",
        "guide/one": "A Guide: one",
    }
    titles = {page: nodes.title("", title) for page, title in told.items()}
    metadata = {"book/2": {"on_paper": "2.1.b 2.1.c"}, "book/10": {"on_paper": ""}, "guide/one": {}}
    return SimpleNamespace(sphinx_exercise_registry=registry, titles=titles, metadata=metadata)


def test_exercises_are_sorted_by_the_numbers_of_their_pages():
    assert [(number, label) for number, label, _ in exercises.sorted_exercises(environment())] == [
        ("2.1.a", "ex-2-1-a"),
        ("2.1.b", "ex-2-1-b"),
        ("10.1.a", "ex-10-1-a"),
        ("A.1.a", "ex-a-1-a"),
    ]
    assert exercises.sorted_exercises(SimpleNamespace()) == []


def test_exercises_of_the_appendix_come_after_those_of_all_chapters():
    registry = {label: {} for label in ("ex-a-1-a", "ex-10-1-a", "ex-2-1-a")}
    found = exercises.sorted_exercises(SimpleNamespace(sphinx_exercise_registry=registry))
    assert [number for number, _, _ in found] == ["2.1.a", "10.1.a", "A.1.a"]


def a_list(**subjects: str) -> nodes.document:
    builder = SimpleNamespace(get_relative_uri=lambda here, page: f"from {here} to {page}")
    app = SimpleNamespace(env=environment(), builder=builder)
    page = a_page(
        exercises.exercise_list("", subjects={number.replace("_", "."): of for number, of in subjects.items()})
    )
    exercises.fill_lists(app, page, "all")
    return page


def test_the_list_links_every_exercise_under_the_title_of_its_page():
    _table, *page = a_list()
    links = [(link.astext(), link["refuri"]) for part in page for link in part.findall(nodes.reference)]
    assert links == [
        ("2.1 Two", "from all to book/2"),
        ("2.1.a First", "from all to book/2#ex-2-1-a"),
        ("2.1.b Second", "from all to book/2#ex-2-1-b"),
        ("10.1 Ten", "from all to book/10"),
        ("10.1.a Last", "from all to book/10#ex-10-1-a"),
        ("A.1 Guide: one", "from all to guide/one"),
        ("A.1.a Third", "from all to guide/one#ex-a-1-a"),
    ]
    assert all(link["internal"] is True for part in page for link in part.findall(nodes.reference))
    assert [item.astext() for part in page for item in part.findall(nodes.list_item)] == [
        "2.1.a First ●○○ · 5 minutes",
        "2.1.b Second on paper",
        "10.1.a Last ●●○ · 9 minutes",
        "A.1.a Third ●○○ · 45 minutes",
    ]
    levels = [row["classes"] for part in page for row in part.findall(nodes.inline) if row["classes"]]
    assert levels == [["exercise-level"]] * 4
    assert {tuple(row["classes"]) for part in page for row in part.findall(nodes.bullet_list)} == {("exercise-list",)}
    assert [type(part) for part in page] == [nodes.rubric, nodes.paragraph, nodes.bullet_list] * 3
    assert isinstance(page[1][0], nodes.strong)


def test_a_table_above_the_list_counts_the_exercises_of_each_chapter_and_leads_to_them():
    table, *page = a_list()
    rows = [[entry.astext() for entry in row] for row in table.findall(nodes.row)]
    assert rows == [
        ["chapter", "all", "●○○", "●●○", "●●●", "on paper", "hours"],
        ["The book", "2", "1", "0", "0", "1", "0"],
        ["The book", "1", "0", "1", "0", "0", "0"],
        ["A Guide", "1", "1", "0", "0", "0", "1"],
        ["Σ", "4", "2", "1", "0", "1", "1"],
    ]
    assert [link["refid"] for link in table.findall(nodes.reference)] == ["exercises-2", "exercises-10", "exercises-a"]
    assert [part["ids"][0] for part in page if isinstance(part, nodes.rubric)] == [
        "exercises-2",
        "exercises-10",
        "exercises-a",
    ]


def test_the_list_says_what_a_title_hides_and_complains_of_a_number_that_is_not_there(caplog):
    page = a_list(**{"2_1_b": "a mean", "2_1_z": "nothing"})
    assert "2.1.b Second (a mean) on paper" in [item.astext() for item in page.findall(nodes.list_item)]
    assert "names 2.1.z" in caplog.text
    assert "2.1.b" not in caplog.text


def test_an_exercise_without_a_function_to_write_is_done_on_paper():
    stubs = (
        'answer = ...\n\ncheck("1.2.a", answer)',
        'def f(x):\n    ...\n\n\ncheck("1.2.b", f)',
        'check("A.1.c", (1, 2))',
        'diagnosis = {"A": ...}\n\ncheck("4.4.a", diagnosis)',  # in words, too, but nobody finds them with a pencil
        "x = 1",
    )
    app = SimpleNamespace(env=SimpleNamespace(docname="page", metadata={"page": {}}))
    exercises.note_paper(app, a_page(*(nodes.literal_block("", stub) for stub in stubs)))
    assert app.env.metadata["page"]["on_paper"] == "1.2.a A.1.c"


def test_a_page_with_a_list_says_so_and_is_written_again():
    env = SimpleNamespace(docname="all", metadata={"all": {}, "other": {}})
    directive = exercises.ExerciseList.__new__(exercises.ExerciseList)
    directive.content = ["2.1.a: a mean: of all", ""]
    directive.state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    (place,) = directive.run()
    assert isinstance(place, exercises.exercise_list)
    assert place["subjects"] == {"2.1.a": "a mean: of all"}
    assert exercises.refresh_lists(None, env) == ["all"]


@pytest.mark.parametrize(("hides", "buttons"), [(True, {}), (False, {"colab_url": "x"})])
def test_a_course_has_no_button_that_opens_the_repository(hides, buttons):
    config = shown(hides).config
    config.html_theme_options = {"launch_buttons": {"colab_url": "x"}}
    exercises.close_other_doors(None, config)
    assert config.html_theme_options == {"launch_buttons": buttons}
    config.html_theme_options = {}
    exercises.close_other_doors(None, config)
    assert config.html_theme_options == {}


TOLD = "Before.\n\n````{solution} ex-1-2-c\n:class: dropdown\n```python\nx\n```\n````\n\nAfter."


@pytest.mark.parametrize(
    ("hides", "exception", "left"),
    [
        (True, None, ["Before.\n\nAfter.", "`x`"]),
        (False, None, [TOLD, "```{solution} ex-1-2-d\n12.\n```", "`x`"]),
        (True, ValueError(), [TOLD, "```{solution} ex-1-2-d\n12.\n```", "`x`"]),
    ],
)
def test_a_course_hands_out_notebooks_without_solutions(hides, exception, left, tmp_path):
    cells = [
        {"cell_type": "markdown", "source": TOLD.splitlines(keepends=True)},
        {"cell_type": "markdown", "source": "```{solution} ex-1-2-d\n12.\n```"},
        {"cell_type": "code", "source": "`x`"},
    ]
    file = tmp_path / "_sources" / "book" / "page.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"cells": cells, "é": "é"}), encoding="utf-8")
    app = shown(hides)
    app.outdir = tmp_path
    exercises.clean_downloads(app, exception)
    assert ["".join(cell["source"]) for cell in json.loads(file.read_text("utf-8"))["cells"]] == left
    if hides and not exception:
        assert file.read_text("utf-8").startswith('{\n "cells": [\n')
        assert file.read_text("utf-8").endswith('"é": "é"\n}\n')


def test_a_solution_opens_without_a_script():
    writer = SimpleNamespace(body=[], starttag=lambda node, tag, CLASS: f"<{tag} class={CLASS}>\n")
    node = solution("12.")
    exercises.visit_solution(writer, node)
    exercises.depart_solution(writer, node)
    assert writer.body == [
        "<details class=admonition>\n",
        '<summary class="admonition-title">Solution to Exercise 1.2.c</summary>\n',
        "</details>\n",
    ]
    assert len(node) == 1


def prose(text: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str, **metadata: object) -> dict:
    return {"cell_type": "code", "metadata": metadata, "source": text}


FOLDED = "```{dropdown} Why\n" + "word " * 900 + "\n```\n"
EXERCISES = "## Exercises\n\n```{exercise} 1.2.a Count\n●○○ · 5 minutes\n\n" + "word " * 900 + "\n```"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([prose("word " * 360)], 2),
        ([code("x = 1\n\n" * 24)], 2),
        ([prose("word " * 90), code("x = 1\n" * 6)], 1),
        ([code("x = 1\n" * 12, tags=["hide-input"])], 0),
        ([code("plot()", tags=["hide-input"], mystnb={"figure": {"caption": "word " * 180}})], 1),
        ([prose(FOLDED)], 1 / 180),
        ([prose("```{admonition} Guess\n:class: quiz\n" + "word " * 178 + "\n" + FOLDED + "```\n")], 1),
        ([prose("[" + "word " * 180 + "](../a_page.ipynb) <!-- ledger: name metric -->")], 1),
        ([prose("word " * 178 + "\n\n(name-of-it)=\n## Heading")], 1),
        ([prose("word " * 180), prose(EXERCISES), prose("## Where to go next")], 1),
        ([prose("word " * 180 + "\n\n" + EXERCISES)], 1),
    ],
)
def test_reading_time_counts_what_stands_open_above_the_exercises(cells, expected):
    assert minutes.reading(cells) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (
            [prose("# 1.2 Run"), prose("word " * 900), prose(EXERCISES), prose(EXERCISES)],
            "5 minutes to read · 2 exercises, 10 minutes",
        ),
        ([prose("# Questions"), prose("word " * 900)], None),
    ],
)
def test_a_page_with_exercises_says_below_its_title_how_long_it_takes(tmp_path, monkeypatch, cells, line):
    monkeypatch.setattr(minutes, "ROOT", tmp_path)
    (tmp_path / "page.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    document = a_page(nodes.section("", nodes.title("", "1.2 Run"), nodes.paragraph("", "A network.")))
    minutes.say(SimpleNamespace(), document, "page")
    told = [node.astext() for node in document[0].children]
    assert told == ["1.2 Run", *([f'<p class="minutes">{line}</p>'] if line else []), "A network."]
