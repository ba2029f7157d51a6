"""Keep a page still while it loads: every picture states its size, every place of a widget says what will stand there.

Pictures also wait until they are near the screen. How much room a widget needs is said by its class.
"""

import importlib
import json
import re
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.application import Sphinx

PICTURE = re.compile(r'<img (?![^>]*\bloading=)([^>]*src="[^"]*_images/([^"/]+\.png)"[^>]*?)\s*/?>')
STATE = "application/vnd.jupyter.widget-state+json"
WITHOUT_SCRIPT = (
    '<noscript><p class="widget-note">Here stands an interactive figure. It needs JavaScript, which is switched off.'
    "</p></noscript>"
)
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


def room_of(state: dict[str, Any]) -> tuple[float, float] | None:
    """How many rem a widget of the package is high, in the book's column and on a narrow screen; None for others."""
    module, _, name = state.get("_anywidget_id", "").rpartition(".")
    if not module.startswith("backprop.widgets."):
        return None
    return getattr(importlib.import_module(module), name).ROOM


def keep_room(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Put each widget of the package into a box that is as high as the widget will be, and say what is missing."""
    rooms = {}
    for script in context.get("script_files", []):
        if script.attributes.get("type") == STATE:
            for key, model in json.loads(script.attributes["body"])["state"].items():
                rooms[key] = room_of(model["state"])

    def in_a_box(place: re.Match[str]) -> str:
        room = rooms.get(json.loads(place[1])["model_id"])
        if room is None:
            return place[0]
        style = f"--room: {room[0]:g}rem; --narrow-room: {room[1]:g}rem"
        return f'<div class="widget-room" style="{style}">{WITHOUT_SCRIPT}{place[0]}</div>'

    if "body" in context:
        context["body"] = VIEW.sub(in_a_box, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", size_pictures)
    app.connect("html-page-context", keep_room, priority=900)  # after myst-nb has added the widgets' states
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
