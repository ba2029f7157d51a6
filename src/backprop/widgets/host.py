"""What every widget shares on the Python side: one joined module, one style sheet, honest traits, a stable repr."""

import re
from numbers import Real
from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<name>[\w.]+)";\n', re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)
QUOTED = re.compile(r'("(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)')
PADDING = re.compile(r"\s*([,;{}()=<>?:&|]+)\s*")


def join(name: str) -> str:
    """One ES module made of the file `name` and of the neighbours that it imports, each once.

    anywidget loads a module from a blob, where `import … from "./kit.js"` would find nothing. So every import of a
    neighbour is replaced by the neighbour's text; names must therefore differ across joined files. What only people
    read stays behind in the files, for every page that shows the widget pays for each character.

    Raises FileNotFoundError when a file imports a neighbour that does not exist.
    """
    joined: dict[str, str] = {}

    def add(file: str) -> None:
        if file in joined:
            return
        joined[file] = ""  # entered before its imports, so that a circle ends
        text = (HERE / file).read_text(encoding="utf-8")
        for found in IMPORT.finditer(text):
            add(found["name"])
        joined[file] = joined.pop(file) + squeeze(IMPORT.sub("", text))

    add(name)
    return "".join(joined.values())


def squeeze(text: str) -> str:
    """Script or styles without comment lines, indentation and the spaces around punctuation outside of quotes."""
    parts = QUOTED.split(COMMENT.sub("", text))
    parts[::2] = (PADDING.sub(r"\1", part) for part in parts[::2])
    return "".join(parts)


def styles(*names: str) -> str:
    """The kit's style sheet followed by a widget's own, without comments and indentation."""
    sheets = ((HERE / name).read_text(encoding="utf-8") for name in ("kit.css", *names))
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


class Widget(anywidget.AnyWidget):
    """Base of the book's widgets: `language` is "" (follow the page), "en" or "zh"; `repr` names the public traits.

    A subclass sets `_esm = join("name.js")`, `_css = styles()` and its traits, tagged `sync=True`.
    """

    language = Choice(["", "en", "zh"], default_value="").tag(sync=True)

    def __repr__(self) -> str:
        kin = type(self).__mro__[: type(self).__mro__.index(Widget)]
        public = (
            name for cls in reversed(kin) for name, trait in vars(cls).items() if isinstance(trait, traitlets.TraitType)
        )
        shown = (f"{name}={getattr(self, name)!r}" for name in public if not name.startswith("_"))
        return f"{kin[-1].__name__}({', '.join(shown)})"
