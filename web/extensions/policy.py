"""Let a page ask its own site alone, and run no script but those that it was built with: the browser keeps to it.

Each page carries a Content-Security-Policy. Scripts inside a page are named by their hashes, so what a reader's code
shows as HTML brings none. A widget's module is a text that the page turns into a blob. Styles may stand in the page,
for formulas and drawings have hundreds. The worker in which the page's Python runs is a text of the page (session.js),
so all of this holds for it, too.
"""

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/)[^>]*>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"<[^>]*\son\w+=\"([^\"]*)\"")
CHARSET = re.compile(r"<meta charset=\"utf-8\" ?/?>")
PLACE = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")


def policy(page: str) -> str:
    """What the browser may do for this page."""
    texts = dict.fromkeys([*SCRIPT.findall(page), *map(html.unescape, HANDLER.findall(page))])
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts if text]
    scripts = " ".join(["'self' blob: 'wasm-unsafe-eval' 'unsafe-hashes'", *(f"'sha256-{each}'" for each in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"
    )


def with_policy(page: str) -> str:
    """The page with its policy as early as can be: after the line that says how its letters are written."""
    page = PLACE.sub("", page)
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return CHARSET.sub(lambda charset: charset[0] + tag, page, count=1)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Once all of a page is written."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        if "_static" not in path.parts:
            path.write_text(with_policy(path.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
