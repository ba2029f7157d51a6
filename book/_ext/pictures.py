"""Give every picture its size and let it wait until it is near the screen: the page loads fast and does not jump."""

import re
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.application import Sphinx

PICTURE = re.compile(r'<img (?![^>]*\bloading=)([^>]*src="[^"]*_images/([^"/]+\.png)"[^>]*?)\s*/?>')


def size_pictures(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    sources = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def with_size(tag: re.Match[str]) -> str:
        width, height = Image.open(sources[tag[2]]).size
        size = "" if " width=" in tag[0] else f' width="{width}" height="{height}"'
        return f'<img {tag[1]}{size} loading="lazy" />'

    if "body" in context:
        context["body"] = PICTURE.sub(with_size, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", size_pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
