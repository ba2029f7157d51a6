"""What every widget shares on the Python side: one joined module, one style sheet, honest traits, a stable repr."""

import json
import re
from collections.abc import Iterable
from numbers import Real
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from backprop.language import chosen

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<path>\.[\w./]+)";\n', re.MULTILINE)
FOR_PEOPLE = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)


def join(name: str) -> str:
    """One ES module made of `view.js` in the folder `name` and of the files that it imports, each once.

    anywidget loads a module from a blob, where `import … from "../kit/stage.js"` would find nothing. So every import
    is replaced by the file's text; names must therefore differ across joined files. Comment lines and indentation stay
    behind, for every page that shows the widget pays for each character: no string of ours may span several lines.

    Raises FileNotFoundError when a file imports one that does not exist.
    """
    joined: dict[Path, str] = {}

    def add(file: Path) -> None:
        if file in joined:
            return
        joined[file] = ""  # entered before its imports, so that a circle ends
        text = file.read_text(encoding="utf-8")
        for found in IMPORT.finditer(text):
            add((file.parent / found["path"]).resolve())
        joined[file] = joined.pop(file) + FOR_PEOPLE.sub("", IMPORT.sub("", text))

    add((HERE / name / "view.js").resolve())
    return "".join(joined.values())


def styles(name: str) -> str:
    """The kit's style sheet followed by `look.css` of the folder `name`, without comments and indentation."""
    sheets = ((HERE / folder / "look.css").read_text(encoding="utf-8") for folder in ("kit", name))
    return "".join(re.sub(r"/\*.*?\*/|\n\s*| (?=\{)|(?<=[:;,]) ", "", sheet, flags=re.DOTALL) for sheet in sheets)


class Number(traitlets.Float):
    """A float between `min` and `max`. NaN, infinities, booleans and text are refused with the bounds named."""

    def validate(self, obj: traitlets.HasTraits, value: object) -> float:
        # Python compares even an int too large for a float; a nan is between no two numbers.
        if isinstance(value, Real) and not isinstance(value, bool) and self.min <= value <= self.max:
            return float(value)
        raise traitlets.TraitError(f"{self.name} must be a number from {self.min:g} to {self.max:g}, got {value!r}")


class Choice(traitlets.Enum):
    """One of a few words. All else is refused with the words named, an array as well, which `in` cannot compare."""

    def validate(self, obj: traitlets.HasTraits, value: object) -> str:
        if not isinstance(value, str):
            self.error(obj, value)
        return super().validate(obj, value)


def numbers(count: int, default: Iterable[float]) -> traitlets.List:
    """A list trait of exactly `count` finite numbers, synced with the page."""
    return traitlets.List(Number(min=-1000, max=1000), list(default), minlen=count, maxlen=count).tag(sync=True)


class Widget(anywidget.AnyWidget):
    """Base of the book's widgets: `language` is "" (follow the page), "en" or "zh"; `repr` names the public traits,
    except those tagged `look`, which change how a widget looks and not what it shows.

    A subclass sets `_esm = join(folder)`, `_css = styles(folder)`, its traits, tagged `sync=True`, and `ROOM`: how many
    rem it is high in the book's column and on a narrow screen, so that a page can keep this free while it loads.
    `STILL` is a trait and the value with which it stands on paper, if the one that it begins with shows little.
    Raises TypeError for an argument that is no trait.
    """

    ROOM = (24.0, 24.0)
    STILL: tuple[str, int] | None = None

    language = Choice(["", "en", "zh"]).tag(sync=True, look=True)
    _facts = traitlets.Unicode().tag(sync=True)

    @traitlets.default("language")
    def _language_of_the_notebook(self) -> str:
        # A Chinese notebook names its language: JupyterLab's page says "en" whatever is open in it.
        return "" if chosen() == "en" else chosen()

    def __init__(self, **traits: object) -> None:
        unknown = traits.keys() - self.trait_names()
        if unknown:
            known = ", ".join(name for name in self._public())
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}; it has {known}")
        super().__init__(**traits)

    @classmethod
    def room(cls, state: dict[str, Any]) -> tuple[float, float]:
        """The `ROOM` of a widget in this state, the traits by name; the same for all, unless a class says otherwise."""
        return cls.ROOM

    def facts(self) -> dict[str, Any]:
        """What the script needs to know besides the traits, as JSON can hold it; `ui.facts` in the script."""
        return {}

    @traitlets.default("_facts")
    def _facts_as_text(self) -> str:
        # One string: as a list, each of its numbers would take a line in the notebook that holds the widget's state.
        return json.dumps(self.facts(), separators=(",", ":"))

    def _public(self) -> list[str]:
        """The names of the traits that a reader sets, those of the base last."""
        kin = type(self).__mro__[: type(self).__mro__.index(Widget) + 1]
        own = (name for cls in kin for name, trait in vars(cls).items() if isinstance(trait, traitlets.TraitType))
        return [name for name in dict.fromkeys(own) if not name.startswith("_")]

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._public() if not self.trait_metadata(name, "look"))
        return f"{type(self).__name__}({', '.join(shown)})"
