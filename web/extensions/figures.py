"""Put the notebooks' drawings into the page itself: their letters take its face and its colour, in light and in dark.

As a file of its own a drawing would know neither. What a picture said in its ``alt`` the drawing says in its label.
SVGO writes each one short, and photographs inside become WebP without a loss: half their weight and more.
"""

import base64
import io
import json
import re
import subprocess
from itertools import count
from pathlib import Path
from typing import Any

from node_program import node
from PIL import Image
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from backprop.plots.page import in_the_page

SVGO = Path(__file__).with_name("drawings.mjs")
FILE = re.compile(r"[0-9a-f]{64}\.svg")
PNG = re.compile(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")
DRAWING = re.compile(r'<img (?=[^>]*\bsrc="[^"]*_images/(?P<file>[0-9a-f]{64}\.svg)")(?P<tag>[^>]*?)\s*/?>')
ALT = re.compile(r'\balt="([^"]*)"')


def as_webp(png: re.Match[str]) -> str:
    """The address of a picture within a drawing, as WebP with the same pixels."""
    short = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png[1]))) as picture:
        picture.save(short, "WEBP", lossless=True)
    return f"data:image/webp;base64,{base64.b64encode(short.getvalue()).decode()}"


def lighter(drawings: dict[str, str]) -> dict[str, str]:
    """The drawings of these names, with the same look and less text."""
    given = json.dumps({name: PNG.sub(as_webp, svg) for name, svg in drawings.items()})
    answer = subprocess.run([node(), str(SVGO)], input=given, capture_output=True, encoding="utf-8")
    if answer.returncode:
        raise ExtensionError(f"SVGO cannot shorten a drawing:\n{answer.stderr}")
    return json.loads(answer.stdout)


def kept_in(app: Sphinx) -> Path:
    """The folder of lighter drawings. Each has its content's hash for a name, so a later build makes only new ones."""
    return Path(app.doctreedir) / "drawings"


def lighten_drawings(app: Sphinx, env: BuildEnvironment) -> list[str]:
    sources = (Path(app.srcdir, source) for source in env.images)
    new = [path for path in sources if FILE.fullmatch(path.name) and not (kept_in(app) / path.name).exists()]
    if new:
        kept_in(app).mkdir(parents=True, exist_ok=True)
        for name, svg in lighter({path.name: path.read_text("utf-8") for path in new}).items():
            (kept_in(app) / name).write_text(svg, "utf-8")
    return []  # no page is to be read again


def inline_drawings(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    places = count(1)
    sources = {name: Path(source).name for source, name in app.builder.images.items()}

    def drawn(tag: re.Match[str]) -> str:
        alt = ALT.search(tag["tag"])
        svg = (kept_in(app) / sources[tag["file"]]).read_text("utf-8")
        return in_the_page(svg, alt[1] if alt else "", f"d{next(places)}")

    if "body" in context:
        context["body"] = DRAWING.sub(drawn, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-updated", lighten_drawings)
    app.connect("html-page-context", inline_drawings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
