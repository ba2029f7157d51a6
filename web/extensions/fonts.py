"""Cut every font down to the letters that the site shows: a page then brings 60 kB of them in place of 200.

The book's faces are Source Sans 3 and Source Code Pro, KaTeX's are those of its formulas, all as npm has them under the
SIL Open Font License. A letter that is on no page, such as a reader may type, comes from the system's fonts.
"""

import html
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
SLANTED = re.compile(r"<(em|i|cite)\b[^>]*>(.*?)</\1>", re.DOTALL)


def letters(outdir: Path) -> tuple[set[str], set[str]]:
    """All letters of the site's pages, and those of their slanted words."""
    shown, slanted = set(string.printable), set(string.printable)
    for path in outdir.rglob("*.html"):
        page = html.unescape(path.read_text("utf-8"))
        shown.update(page)
        for _, words in SLANTED.findall(page):
            slanted.update(words)
    return shown, slanted


def cut(source: Path, target: Path, shown: set[str], kept: list[str]) -> None:
    """Write those letters of a font, with kerning and accents, as woff2."""
    # Of its names only copyright and licence: an altered face may not bear the name of the whole one.
    options = subset.Options(flavor="woff2", layout_features=kept, hinting=False, name_IDs=[0, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(shown))
    target.parent.mkdir(parents=True, exist_ok=True)
    with subset.load_font(source, options) as font:
        subsetter.subset(font)
        subset.save_font(font, target, options)


def cut_fonts(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    shown, slanted = letters(Path(app.outdir))
    vendor = Path(app.outdir) / "_static" / "vendor"
    for name, file in FACES.items():
        these = slanted if "italic" in name else shown
        cut(MODULES / file, vendor / "faces" / f"{name}.woff2", these, ["kern", "mark", "mkmk", "ccmp"])
    for source in (MODULES / "katex" / "dist" / "fonts").glob("*.woff2"):
        cut(source, vendor / "katex" / "fonts" / source.name, shown, [])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", cut_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
