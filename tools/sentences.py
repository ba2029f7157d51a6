"""The sentences of the checkers and their Chinese, in src/backprop/zh: one JSON table for each file of checkers.

    python -m tools.sentences draft section_2_3_2_forks    complete the table, with "" for what is missing
    python -m tools.sentences check [NAME …]               what is missing or not needed, and what differs

What a checker can say is read from its source: an f-string is a template, whose fields are named after its variables.
The table `checking` is of the files that are no section's, and holds what every checker can say.
"""

import json
import re
import sys
from collections.abc import Iterator

from backprop.exercises.translation import FIELD, HAN
from tools.lint.said import CHECKERS, COMMON, ROOT, WORDS, said_by
from web.translation.checks import faults_of_style

TABLES = ROOT / "src/backprop/zh"
NAMES = [COMMON, *sorted(path.stem for path in CHECKERS.glob("section_*.py"))]
NUMBER = re.compile(r"(?<![A-Za-z₀-₉])\d+(?:\.\d+)?(?:e[+-]?\d+)?")
CODE = re.compile(  # no English words: names with _ or an index, Greek, raised and lowered signs, dW, w13, a letter
    r"`[^`]*`|\w+\[[^\]]*\]|\w*_\w+|[Α-ω∂]\w*|\w[²³ˣᵀ₀-₉]+"
    r"|(?<!['’])\b(?:d(?!o\b)[A-Za-z]\d?|[A-Za-z]\d+|[B-HJ-Zb-hj-z])\b"
)
SPACE = re.compile(rf"[{HAN}][Α-ω∂]|[Α-ω∂²³ˣᵀ₀-₉][{HAN}]")


def table_of(name: str) -> dict[str, str]:
    """The table as it is committed; empty where there is none yet."""
    path = TABLES / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def faults(name: str) -> Iterator[str]:
    """What is missing in a table, what is not needed, and where a translation is no good."""
    said, table = said_by(name), table_of(name)
    yield from (f"missing: {english}" for english in said if not table.get(english))
    yield from (f"not needed: {english}" for english in table if english not in said)
    for english, chinese in table.items():
        yield from (f"{fault}: {chinese}" for fault in differences(english, chinese) if chinese)
        part = re.match(r"([a-z]\w*): ", english)  # the name of a variable, if it is not translated as a name of a part
        if part and chinese and part[1] not in table and not chinese.startswith(f"{part[1]}："):
            yield f"does not begin with {part[1]}：, the name of a variable: {chinese}"


def differences(english: str, chinese: str) -> Iterator[str]:
    """What the two do not share: fields, numbers, names of code and formulas; and faults of style."""
    for what, kind in (("field", FIELD), ("number", NUMBER), ("name", CODE)):
        there, here = (set(kind.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text))) for text in (english, chinese))
        if there != here:
            yield f"a {what} differs: English {sorted(there - here)}, Chinese {sorted(here - there)}"
    if WORDS.search(FIELD.sub("x", english)) and not re.search(f"[{HAN}]", chinese):
        yield "no Chinese in it"
    yield from faults_of_style(FIELD.sub("x", chinese))
    if hit := SPACE.search(chinese):
        yield f"no space between Chinese and a formula: {hit[0]!r}"


def draft(name: str) -> None:
    """Complete a table: what is said in the order of the source, "" where a translation is missing."""
    table = table_of(name)
    complete = {english: table.get(english, "") for english in said_by(name)}
    path = TABLES / f"{name}.json"
    path.write_text(json.dumps(complete, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(
        f"{path.relative_to(ROOT)}: {sum(not chinese for chinese in complete.values())} of {len(complete)} to translate"
    )
    for english in table.keys() - complete.keys():
        print(f"gone: {english} → {table[english]}")


if __name__ == "__main__":
    command, *given = sys.argv[1:] or [""]
    if command not in ("draft", "check") or set(given) - set(NAMES):
        sys.exit(__doc__)
    if command == "draft":
        for name in given:
            draft(name)
    else:
        found = [f"{name}: {fault}" for name in given or NAMES for fault in faults(name)]
        sys.exit("\n".join(found) or None)
