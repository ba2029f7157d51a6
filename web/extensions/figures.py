"""Put the notebooks' drawings into the page itself: their letters take its face and its colour, in light and in dark.

As a file of its own a drawing would know neither. What a picture said in its ``alt`` the drawing says in its label.
"""

import re
from itertools import count
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from backprop.plots.page import in_the_page

DRAWING = re.compile(r'<img (?=[^>]*\bsrc="[^"]*_images/(?P<file>[0-9a-f]{64}\.svg)")(?P<tag>[^>]*?)\s*/?>')
ALT = re.compile(r'\balt="([^"]*)"')


def inline_drawings(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    places = count(1)
    sources = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def drawn(tag: re.Match[str]) -> str:
        alt = ALT.search(tag["tag"])
        return in_the_page(sources[tag["file"]].read_text(encoding="utf-8"), alt[1] if alt else "", f"d{next(places)}")

    if "body" in context:
        context["body"] = DRAWING.sub(drawn, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", inline_drawings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
