"""The appendices keep their promises: every question is answered in full, and every reference is cited."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = json.loads((ROOT / "book/appendices/questions.ipynb").read_text(encoding="utf-8"))["cells"]


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


def test_there_are_at_least_thirty_questions_each_asked_once():
    headings = re.findall(r"^### (.+)$", "\n".join("".join(cell["source"]) for cell in QUESTIONS), re.M)
    assert [symptom for symptom, _, _ in ENTRIES] == headings
    assert len(set(headings)) == len(headings) >= 30


@pytest.mark.parametrize(("symptom", "code", "answer"), ENTRIES, ids=[f"q{n}" for n in range(len(ENTRIES))])
def test_a_question_is_reproduced_asserted_explained_mended_and_linked(symptom, code, answer):
    text = re.split(r"\n##+ ", answer)[0]
    assert re.search(r"^assert ", code, re.M), symptom
    assert re.search(r"^\*\*Cause\.\*\* .+ \*\*Fix\.\*\* ", text), symptom
    assert "**See** " in text, symptom
