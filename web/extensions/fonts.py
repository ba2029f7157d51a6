"""Cut every font down to the letters that the site shows: a page then brings 60 kB of them in place of 200.

The book's faces are Source Sans 3 and Source Code Pro, KaTeX's are those of its formulas, all as npm has them under the
SIL Open Font License. A letter that is on no page, such as a reader may type, comes from the system's fonts. Of KaTeX's
only the upright and the italic one hold letters, unless a formula asks for a style of its own.
"""

import html
import json
import re
import string
from pathlib import Path
from typing import Any

from fontTools import subset
from sphinx.application import Sphinx

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
FACES = {
    "sans": "source-sans/TTF/SourceSans3-Regular.ttf",
    "sans-italic": "source-sans/TTF/SourceSans3-It.ttf",
    "sans-semibold": "source-sans/TTF/SourceSans3-Semibold.ttf",
    "code": "source-code-pro/TTF/SourceCodePro-Regular.ttf",
}
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
PLAIN = re.compile(r"\b(?:mathrm|mainrm|text)\b|^(?!.*(?:math|boldsymbol|amsrm|text))")


def formula_signs(outdir: Path) -> dict[str, set[str]]:
    """Upright letters of formulas, italic ones, those of other styles, and every sign that is no letter."""
    found = {"Main-Regular": set(), "Math-Italic": set(), "other": set(), "signs": set(" ")}
    for path in outdir.rglob("*.html"):
        page = path.read_text("utf-8")
        for classes, text in set(PIECE.findall(page)):
            style = "Math-Italic" if "mathnormal" in classes else "Main-Regular" if PLAIN.search(classes) else "other"
            found[style].update(filter(str.isalnum, html.unescape(text)))
        prose = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)  # the signs of code are in spans as well
        inner = html.unescape("".join(set(re.findall(r"<span[^>]*>([^<]+)", prose))))
        found["signs"].update(sign for sign in inner if not sign.isalnum())
    return found


def letters(outdir: Path) -> dict[str, set[str]]:
    """Each face with the letters that pages show in it; a reader may add code, a widget may make any word strong."""
    found = {face: set() if "italic" in face else set(string.printable) for face in FACES}
    for path in outdir.rglob("*.html"):
        page = path.read_text("utf-8")
        found["sans"].update(html.unescape(page))
        for face, elements in SHOWN_IN.items():
            for _, text in elements.findall(page):
                found[face].update(html.unescape(re.sub("<[^>]*>", "", text)))
        for state in STATE.findall(page):
            for face in ("sans", "sans-semibold"):
                found[face].update(json.dumps(json.loads(state), ensure_ascii=False))
    return found


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


def cut_fonts(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    shown = letters(Path(app.outdir))
    vendor = Path(app.outdir) / "_static" / "vendor"
    said = []
    for name, file in FACES.items():
        kept = ["kern", "mark", "mkmk", "ccmp"]
        said.append(cut(MODULES / file, vendor / "faces" / f"{name}.woff2", shown[name], kept))
    formulas = formula_signs(Path(app.outdir))
    for source in (MODULES / "katex" / "dist" / "fonts").glob("*.woff2"):
        own = formulas.get(source.stem.removeprefix("KaTeX_"), formulas["other"])
        said.append(cut(source, vendor / "katex" / "fonts" / source.name, own | formulas["signs"], []))
    (vendor / "fonts.txt").write_text("\n\n".join(said) + "\n", "utf-8")  # whole licences would weigh on every page


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", cut_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
