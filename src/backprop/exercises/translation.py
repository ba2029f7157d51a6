"""What a checker says in another language: its English sentence is looked up in a table when a verdict is shown.

A table maps sentences to sentences. A key with names in braces is a template: ``{n} results are wanted.`` stands for
that sentence with any number; what it has in a field is carried over, and translated where the table knows it. Three
names mean more: of ``{sentence}`` the table must know the words, else the template does not fit; ``{text}`` is that of
an error; ``{…shape}`` is a shape. What no table knows stays English.
"""

import json
import re
from functools import cache, cached_property
from pathlib import Path

FIELD = re.compile(r"\{([a-z]\w*)\}")
HAN = "\u3400-\u9fff"
FULL = "，。；：？！、（）“”《》"  # their space is in them
ENDS = (".", "?", ":", ")", "!")
TABLES = Path(__file__).resolve().parents[1]


class Table:
    """Sentences and phrases with their translations; an empty translation counts as none."""

    def __init__(self, entries: dict[str, str]):
        self.entries = {english: other for english, other in entries.items() if other}

    def say(self, text: str) -> str:
        """The text in the table's language; English where the table does not know it."""
        return self._known(text) or text

    def knows(self, text: str) -> bool:
        return self._known(text) is not None

    def _known(self, text: str) -> str | None:
        if text in self.entries:
            return self.entries[text]
        for pattern, other in self._templates:
            if (found := pattern.fullmatch(text)) and (said := self._filled(other, found.groupdict())):
                return said
        return None

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern, str]]:
        """The one with the most words of its own comes first."""
        templates = [english for english in self.entries if FIELD.search(english)]
        templates.sort(key=lambda english: -len(FIELD.sub("", english)))
        return [(re.compile(pattern(english, ".+?"), re.DOTALL), self.entries[english]) for english in templates]

    @cached_property
    def _phrases(self) -> list[tuple[re.Pattern, str]]:
        """What is no sentence, and may stand anywhere in a field, as in a list; not a reader's own string or name."""
        phrases = [english for english in self.entries if not english.endswith(ENDS)]
        phrases.sort(key=lambda english: -len(english))
        edge, word = r"(?<![\w'\"]){}(?![\w'\"]| =)", r"\w+"
        return [(re.compile(edge.format(pattern(english, word))), self.entries[english]) for english in phrases]

    def _filled(self, other: str, fields: dict[str, str]) -> str | None:
        if "sentence" in fields and not self.knows(fields["sentence"]):
            return None
        # Of the text of an error, the book's own is translated as a whole, and Python's is left as it is.
        fields = {name: (self.say if name == "text" else self._field)(text) for name, text in fields.items()}
        said = FIELD.sub(lambda field: fields[field[1]], other)
        # The template has a space beside a field, for a number or a name; beside Chinese there is none.
        return re.sub(rf"(?<=[{HAN}{FULL}]) +(?=[{HAN}{FULL}])|(?<=[{FULL}]) +|(?<=[{HAN}]) +(?=[{FULL}])", "", said)

    def _field(self, text: str) -> str:
        if known := self._known(text):
            return known
        for phrase, other in self._phrases:
            text = phrase.sub(lambda found, other=other: FIELD.sub(lambda field: found[field[1]], other), text)
        return text


def pattern(template: str, field: str) -> str:
    """The regular expression of a template; a field that occurs twice holds the same both times."""
    *parts, last = FIELD.split(template)
    said, seen = "", set()
    for words, name in zip(parts[::2], parts[1::2], strict=True):
        kind = r"\(\d*(?:, ?\d*)*\)" if name.endswith("shape") else field
        said += re.escape(words) + (f"(?P={name})" if name in seen else f"(?P<{name}>{kind})")
        seen.add(name)
    return said + re.escape(last)


@cache
def table(language: str, section: str) -> Table:
    """What the checkers of a section say, and what all of them say; without files an empty table."""
    files = (TABLES / language / f"{name}.json" for name in ("checking", section))
    return Table({k: v for file in files if file.is_file() for k, v in json.loads(file.read_text("utf-8")).items()})


def joined(sentences: list[str]) -> str:
    """Sentences in a row: a space between them, none after a full-width mark."""
    return re.sub(rf"(?<=[{FULL}]) ", "", " ".join(sentences))
