"""Cut every font down to the letters that the site shows: a page then brings 50 kB of them in place of 200.

The book's faces are Source Sans 3 and Source Code Pro, KaTeX's are those of its formulas, all as npm has them under the
SIL Open Font License. A letter that hardly a page shows is in a second file of its face, which comes only where it is
wanted; one that is on no page, such as a reader may type, comes from the system's fonts. Of KaTeX's only the upright
and the italic one hold letters, unless a formula asks for a style of its own.
"""

import html
import json
import re
import string
from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import combining

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
FACES = {
    "sans": "source-sans/TTF/SourceSans3-Regular.ttf",
    "sans-italic": "source-sans/TTF/SourceSans3-It.ttf",
    "sans-semibold": "source-sans/TTF/SourceSans3-Semibold.ttf",
    "code": "source-code-pro/TTF/SourceCodePro-Regular.ttf",
}
SHEET = Path(__file__).resolve().parents[1] / "static" / "book.css"  # names the faces
OFTEN = 3  # on so many pages, and a letter is in the file that every page loads
SHOWN_IN = {
    face: re.compile(rf"<({elements})\b[^>]*>(.*?)</\1>", re.DOTALL)
    for face, elements in {
        "sans-italic": "em|i|cite|t(?:ext|span)(?=[^>]*italic)",
        "sans-semibold": 'h[1-6]|strong|b|th|dt|summary|p(?= class="[^"]*title)',
        "code": "pre|code|kbd|samp",
    }.items()
}
STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>', re.DOTALL)

# A piece of a formula: the classes that KaTeX gives it, and its letters.
KINDS = "mord|mbin|mrel|mopen|mclose|mpunct|mop|minner|mtight|delimsizing"
PIECE = re.compile(rf'<span class="((?:{KINDS})\b[^"]*)"[^>]*>([^<]+)')
PART_OF_A_BRACE = re.compile(r'<span class="(delimsizinginner[^"]*)"><span>([^<]+)')
PLAIN = re.compile(r"\b(?:mathrm|mainrm|text)\b|^(?!.*(?:math|boldsymbol|amsrm|text|delimsizing|op-symbol))")


def formula_signs(outdir: Path) -> dict[str, set[str]]:
    """What formulas show of the upright font, of the italic one, and of the rest: of other styles, or tall."""
    found = {"Main-Regular": set(" "), "Math-Italic": set(" "), "other": set(" ")}
    for path in outdir.rglob("*.html"):
        page = path.read_text("utf-8")
        for classes, text in {*PIECE.findall(page), *PART_OF_A_BRACE.findall(page)}:
            style = "Math-Italic" if "mathnormal" in classes else "Main-Regular" if PLAIN.search(classes) else "other"
            found[style].update(html.unescape(text))
    return found


def letters(outdir: Path) -> dict[str, Counter[str]]:
    """For each face its letters, and how many pages show them: none if only a widget or a reader's code may."""
    found = {face: Counter() if "italic" in face else Counter(dict.fromkeys(string.printable, 0)) for face in FACES}
    found["sans-semibold"]["▶"] = OFTEN  # of the Run buttons, which a script puts below every cell
    for path in outdir.rglob("*.html"):
        page = path.read_text("utf-8")
        prose = PIECE.sub("", re.sub(r"<(script|style|pre|code|math)\b.*?</\1>", "", page, flags=re.DOTALL))
        texts = {face: "".join(match[2] for match in elements.finditer(page)) for face, elements in SHOWN_IN.items()}
        for face, text in {"sans": prose, **texts}.items():
            found[face].update(set(html.unescape(re.sub("<[^>]*>", "", text))))
        states = "".join(json.dumps(json.loads(state), ensure_ascii=False) for state in STATE.findall(page))
        found["sans"].update(dict.fromkeys(html.unescape(page), 0))
        for face in ("sans", "sans-semibold"):
            found[face].update(dict.fromkeys(states, 0))
    return found


def known(font: Path) -> set[str]:
    with TTFont(font) as whole:
        return set(map(chr, whole.getBestCmap()))


def cut(source: Path, target: Path, shown: set[str], kept: list[str]) -> str:
    """Write those letters of a font, with kerning and accents, as woff2; return what it says of its licence."""
    # Of its names only the copyright: an altered face may not bear the name of the whole one.
    options = subset.Options(flavor="woff2", layout_features=kept, hinting=False, name_IDs=[0])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(shown))
    target.parent.mkdir(parents=True, exist_ok=True)
    with subset.load_font(source, options) as font:
        said = [font["name"].getDebugName(kind) for kind in (0, 13, 14)]  # copyright, licence, its address
        subsetter.subset(font)
        subset.save_font(font, target, options)
    return "\n".join([target.name, *filter(None, said)])


def second_files(sheet: str, rare: dict[str, set[str]]) -> str:
    """The sheet, and for each of its faces a second file, which a browser fetches for those letters alone."""
    rules = []
    for rule, name in re.findall(r"(@font-face \{[^}]*?vendor/faces/([\w-]+)\.woff2[^}]*)\}", sheet):
        letters = ", ".join(f"U+{ord(letter):X}" for letter in sorted(rare[name]))
        rules.append(f"{rule.replace(f'{name}.woff2', f'{name}-rare.woff2')}  unicode-range: {letters};\n}}\n")
    return sheet + "".join(rules)


def cut_fonts(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    vendor = static / "vendor"
    said, rare = [], {}
    for name, pages in letters(Path(app.outdir)).items():
        source, kept = MODULES / FACES[name], ["kern", "mark", "mkmk", "ccmp"]
        # An accent stays in the file of the letter that it is on.
        often = {letter for letter in pages if pages[letter] >= OFTEN or combining(letter)}
        rare[name] = (pages.keys() - often) & known(source)
        said.append(cut(source, vendor / "faces" / f"{name}.woff2", often, kept))
        if rare[name]:
            said.append(cut(source, vendor / "faces" / f"{name}-rare.woff2", rare[name], kept))
    (static / SHEET.name).write_text(second_files(SHEET.read_text("utf-8"), rare), "utf-8")
    formulas = formula_signs(Path(app.outdir))
    for source in (MODULES / "katex" / "dist" / "fonts").glob("*.woff2"):
        own = formulas.get(source.stem.removeprefix("KaTeX_"), formulas["other"])
        said.append(cut(source, vendor / "katex" / "fonts" / source.name, own, []))
    (vendor / "fonts.txt").write_text("\n\n".join(said) + "\n", "utf-8")  # whole licences would weigh on every page


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", cut_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
