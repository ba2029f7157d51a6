"""What `check` answers: a text in a terminal, a box in a notebook, in the language of the notebook."""

import html
import sys
from dataclasses import dataclass, field

from backprop import language
from backprop.exercises.console import can_say, sayable
from backprop.exercises.translation import joined, table


@dataclass(frozen=True)
class Verdict:
    """What `check` found: ``status`` is "correct", "wrong" or "open"; ``sentences`` and ``hint`` are English.

    They are translated when they are shown, by the table of ``section``, the file of the exercise's checker.
    """

    number: str
    status: str
    sentences: tuple[str, ...] = ()
    hint: str = field(default="", repr=False)
    section: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return self.status == "correct"

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return " ".join(self.sentences)

    @property
    def headline(self) -> str:
        """The verdict itself, in English."""
        if self.status == "correct":
            return f"Exercise {self.number}: ✓ correct."
        return f"Exercise {self.number}: {'✗ not yet.' if self.status == 'wrong' else '○ not answered yet.'}"

    def _parts(self, speak: str) -> tuple[str, str, str, str]:
        """Headline, message, hint and the word for a hint, in this language."""
        say = (lambda text: text) if speak == "en" else table(speak, self.section).say
        return say(self.headline), joined([say(text) for text in self.sentences]), say(self.hint), say("Hint")

    def __repr__(self) -> str:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        for speak in (language.chosen(), "en"):
            headline, message, hint, word = self._parts(speak)
            colon = ": " if speak == "en" else "："
            text = "\n".join(line for line in (headline, message, f"{word}{colon}{hint}" if hint else "") if line)
            if can_say(text, encoding):
                break
        return sayable(text, encoding)

    def _repr_html_(self) -> str:
        colour = {
            "correct": "var(--bp-green, #2e9e6b)",  # the site's colours; the palette's where no style sheet is
            "wrong": "var(--bp-red, #d9534f)",
            "open": "var(--bp-grey, #7f8790)",
        }[self.status]
        headline, message, hint, word = map(html.escape, self._parts(language.chosen()))
        message = f"<br>{message}" if message else ""
        hint = f"<details><summary>{word}</summary>{hint}</details>" if hint else ""
        return (
            f'<div class="verdict verdict-{self.status}" '
            f'style="border-left: 4px solid {colour}; padding: 0.3em 0.8em">'
            f"<strong>{headline}</strong>{message}{hint}</div>"
        )
