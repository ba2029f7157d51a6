"""Keep a page still while it loads: every picture states its size, every place of a widget says what will stand there.

Pictures also wait until they are near the screen. How much room a widget needs is said by its class. For readers
without JavaScript its place holds a picture of it.
"""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.application import Sphinx
from sphinx.locale import _

PICTURE = re.compile(r'<img (?![^>]*\bloading=)([^>]*src="[^"]*_images/([^"/]+\.png)"[^>]*?)\s*/?>')
STATE = "application/vnd.jupyter.widget-state+json"
ROOT = Path(__file__).resolve().parents[2]
VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">([^<]*)</script>')


def size_pictures(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Write width, height and loading="lazy" into the page's own pictures."""
    sources = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def with_size(tag: re.Match[str]) -> str:
        with Image.open(sources[tag[2]]) as picture:
            width, height = picture.size
        size = "" if " width=" in tag[0] else f' width="{width}" height="{height}"'
        return f'<img {tag[1]}{size} loading="lazy" />'

    if "body" in context:
        context["body"] = PICTURE.sub(with_size, context["body"])


def place_of(state: dict[str, Any]) -> str | None:
    """What the place of a widget of the package says: the room that it keeps, the value for paper; None for others."""
    module, _, name = state.get("_anywidget_id", "").rpartition(".")
    if not module.startswith("backprop.widgets."):
        return None
    widget = getattr(importlib.import_module(module), name)
    still = f" data-still='{json.dumps(widget.STILL)}'" if widget.STILL else ""
    room, narrow = widget.room(state)
    return f'style="--room: {room:g}rem; --narrow-room: {narrow:g}rem"{still}'


def without_script() -> str:
    """What stands in a widget's place; web/stills.py replaces the comment."""
    sentence = _("Here stands an interactive figure. It needs JavaScript, which is switched off.")
    return f'<noscript><!-- picture --><p class="widget-note">{sentence}</p></noscript>'


def keep_room(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put each widget of the package into a box that is as high as the widget will be, and say what is missing."""
    places = {}
    for script in context.get("script_files", []):
        if script.attributes.get("type") == STATE:
            for key, model in json.loads(script.attributes["body"])["state"].items():
                places[key] = place_of(model["state"])

    def in_a_box(place: re.Match[str]) -> str:
        kept = places.get(json.loads(place[1])["model_id"])
        return f'<div class="widget-room" {kept}>{without_script()}{place[0]}</div>' if kept else place[0]

    if "body" in context:
        context["body"] = VIEW.sub(in_a_box, context["body"])


def take_stills(app: Sphinx, exception: Exception | None) -> None:
    """Photograph the widgets, in a process of its own: the book's root is not on Sphinx's path."""
    if exception or app.builder.format != "html":
        return
    if subprocess.run([sys.executable, "-m", "web.stills", app.outdir], cwd=ROOT).returncode:
        raise RuntimeError("the widgets could not be photographed; the reason stands above")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", size_pictures)
    app.connect("html-page-context", keep_room, priority=900)  # after myst-nb has added the widgets' states
    app.connect("build-finished", take_stills, priority=950)  # after the style sheet and the fonts
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
