"""What every widget shows, says and keeps, step by step along a tour of its controls, as it was when last looked at.

`make baseline` records anew, into `recordings`; read there what has changed before you commit it. A step begins with a
fresh view; its lines are those that the view did not have before, and "−" stands before a line that has no successor.
"""

import difflib
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import ALL
from recorded_states import STATES
from screen import COLOURS, MARKERS, RECORDER, studio

HERE = Path(__file__).parent
FOLDER = HERE / "recordings"
NAMES = f"window.NAMES = {json.dumps({'colours': COLOURS, 'markers': MARKERS})};"
CAMERA = NAMES + (HERE / "recording.js").read_text("utf-8") + RECORDER


@pytest.fixture
def stage(browser) -> Iterator[Callable[[Any], Any]]:
    """`stage(widget)` is a tab with the widget in which no time passes unless the test says so."""
    context = browser.new_context(viewport={"width": 1000, "height": 2200})
    context.add_init_script(CAMERA)
    said = []

    def stage(widget: Any) -> Any:
        tab = context.new_page()
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.set_content(studio(widget))
        tab.wait_for_selector("[data-ready]")
        return tab

    yield stage
    context.close()
    assert said == []


class Tour:
    """One widget, begun anew for every step."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.start = tab.evaluate("({ ...state })")

    def begin(self, width: int = 1000, **changes: Any) -> None:
        if width != self.tab.viewport_size["width"]:
            self.tab.set_viewport_size({"width": width, "height": 2200})
        self.tab.evaluate("changes => (begin(changes), pass(60))", {**self.start, **changes})

    def act(self, deed: dict) -> None:
        way = self.tab.evaluate("deed => { const way = act(deed); pass(60); return way; }", deed)
        if not way:
            return
        mouse = self.tab.mouse
        mouse.move(*way[0])
        mouse.down()
        for spot in way[1:]:
            mouse.move(*spot, steps=3)
        mouse.up()
        mouse.move(0, 0)
        self.tab.evaluate("pass(60)")

    def play(self, traits: dict, deeds: list) -> list[dict]:
        """Answers with what was done, which another language can do as well."""
        self.begin(**traits)
        done = []
        for deed in deeds:
            done.append(deed if isinstance(deed, dict) else self.deed(*deed))
            self.act(done[-1])
        return done

    def deed(self, does: str, name: str, value: object = None) -> dict:
        """The deed with this name; a slider may go anywhere, a picture be touched anywhere."""
        known = self.tab.evaluate("deeds()")
        found = [one for one in known if one["does"] == does and one["name"].startswith(name)]
        exact = [one for one in found if one["value"] == value]
        assert found, (does, name, sorted({(one["does"], one["name"]) for one in known}))
        return (exact or found)[0] | ({} if value is None else {"value": value})

    def lines(self) -> list[str]:
        return self.tab.evaluate("recorded()")

    def texts(self) -> list[str]:
        return self.tab.evaluate("texts()")


def brief(line: str) -> str:
    """The beginning of a long line, and a few letters for the rest."""
    most = 40 if line.startswith("  ") else 200
    return line if len(line) < most + 9 else f"{line[:most]}… {digest([line])}"


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:5]


def folded(lines: list[str]) -> list[str]:
    """Lines that repeat each other once, and of a drawing that is all new its first lines."""
    found = []
    for in_a_drawing, group in itertools.groupby(lines, lambda line: line.startswith("  ")):
        shown = [brief(line) for line in group]
        if in_a_drawing and len(shown) > 5:
            shown[4:] = [f"  and {len(shown) - 4} lines {digest(shown[4:])}"]
        for line, same in itertools.groupby(shown):
            count = len(list(same))
            found.append(line + f" ×{count}" * (count > 1))
    return found


def news(before: list[str], after: list[str]) -> list[str]:
    """The lines of `after` that are new, and those of `before` that went without a successor."""
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found += after[c:d]
            found += ["− " + line.strip()[:30] for line in before[a + d - c : b]]
    return folded(found)


def title(deed: dict) -> str:
    value = deed["value"]
    place = " → ".join(f"{x:.0%} {y:.0%}" for x, y in value) if isinstance(value, list) else value
    return f"{deed['does']} “{deed['name']}”" + (f" {place}" if value is not None else "")


def fresh(texts: list[str], known: set[str]) -> list[str]:
    """The texts that say something new, whatever their numbers; from now on they are known."""
    patterns = {" ".join(re.findall("[一-鿿]+|[a-zA-Z]{3,}", text)): text for text in texts}
    found = [text for pattern, text in patterns.items() if pattern and pattern not in known]
    known.update(patterns)
    return found


def tour(tab: Any, states: list) -> Iterator[str]:
    """The lines of a recording, one after the other."""
    walk = Tour(tab)
    walk.begin()
    first = walk.lines()
    yield from ["# at the start", *first]
    english, chinese, spoken, seen = set(), set(), [], {}
    steps = [(title(deed), {}, [deed]) for deed in tab.evaluate("deeds()")]
    steps += [(name, traits, deeds) for name, traits, *deeds in states]
    for name, traits, deeds in [("", {}, []), *steps]:
        done = walk.play(traits, deeds)
        new = news(first, walk.lines())
        text = "\n".join(new)
        if text:
            yield from ["", f"# {name}", *([f"as after {seen[text]}"] if text in seen else new)]
            seen.setdefault(text, name)
        if fresh(walk.texts(), english):  # so there is something to say in Chinese, too
            walk.play(traits | {"language": "zh"}, done)
            spoken += fresh([text for text in walk.texts() if re.search("[一-鿿]", text)], chinese)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    walk.begin()
    yield from ["", "# in the dark", *news(first, walk.lines()), "", "# in Chinese", *spoken]


@pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)
def test_the_widget_shows_and_says_what_it_did_when_it_was_recorded(widget, stage):
    file = FOLDER / f"{widget.__name__}.txt"
    now = list(tour(stage(widget()), STATES.get(widget.__name__, [])))
    if os.environ.get("RECORD"):
        file.write_text("\n".join(now) + "\n", encoding="utf-8")
    then = file.read_text("utf-8").splitlines()
    changes = list(difflib.unified_diff(then, now, "recorded", "now", n=2, lineterm=""))
    assert not changes, "\n".join(changes[:60])
