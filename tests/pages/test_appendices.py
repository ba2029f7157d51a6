"""The appendices keep their promises: every question is answered in full, and every reference is cited."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from pybtex.database import parse_string

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = [
    cell
    for name in ("questions", "frameworks_questions")
    for cell in json.loads((ROOT / f"book/appendices/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
]


def entries() -> list[tuple[str, str, str]]:
    """(symptom, code, answer) of each question: a heading of the third level, a cell, and the text below it."""
    found = []
    for place, cell in enumerate(QUESTIONS):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (heading := re.search(r"^### (.+)\Z", source, re.M)):
            code, answer = QUESTIONS[place + 1 : place + 3]
            assert (code["cell_type"], answer["cell_type"]) == ("code", "markdown"), heading[1]
            found.append((heading[1], "".join(code["source"]), "".join(answer["source"])))
    return found


ENTRIES = entries()


def test_there_are_at_least_fifty_questions_each_asked_once():
    headings = re.findall(r"^### (.+)$", "\n".join("".join(cell["source"]) for cell in QUESTIONS), re.M)
    assert [symptom for symptom, _, _ in ENTRIES] == headings
    assert len(set(headings)) == len(headings) >= 50


@pytest.mark.parametrize(("symptom", "code", "answer"), ENTRIES, ids=[f"q{n}" for n in range(len(ENTRIES))])
def test_a_question_is_reproduced_asserted_explained_mended_and_linked(symptom, code, answer):
    text = re.split(r"\n##+ ", answer)[0]
    assert re.search(r"^assert ", code, re.M), symptom
    assert re.search(r"^\*\*Cause\*\*\. .+ \*\*Fix\*\*\. ", text), symptom
    assert "**See** " in text, symptom


BIBLIOGRAPHY = (ROOT / "book/references.bib").read_text(encoding="utf-8")
KEYS = re.findall(r"^@\w+\{([^,\s]+),", BIBLIOGRAPHY, re.M)


def cited() -> set[str]:
    """Every key in a {cite} of a page; in the JSON of a notebook, too, a citation stands on one line."""
    pages = [path for suffix in ("md", "ipynb") for path in (ROOT / "book").rglob(f"*.{suffix}")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages if ".ipynb_checkpoints" not in path.parts)
    return {key.strip() for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text) for key in keys.split(",")}


def test_every_reference_is_listed_once_and_cited_on_some_page():
    assert len(KEYS) == len(set(KEYS))
    assert set(KEYS) - cited() == set()


def test_every_reference_has_author_title_and_year():
    for entry in re.split(r"^(?=@)", BIBLIOGRAPHY, flags=re.M)[1:]:
        fields = set(re.findall(r"^\s*(\w+)\s*=", entry, re.M))
        assert {"author", "title", "year"} <= fields, entry.splitlines()[0]


def test_no_two_works_are_cited_by_the_same_names_and_year():
    """The text says A, A and B, or A et al.; works of one year have a letter: 1986a."""
    shown = Counter()
    for work in parse_string(BIBLIOGRAPHY, "bibtex").entries.values():
        names = [" ".join(person.last_names) for person in work.persons["author"]]
        shown[*(names if len(names) < 3 else [names[0], "et al."]), work.fields["year"]] += 1
    assert [work for work, count in shown.items() if count > 1] == []
