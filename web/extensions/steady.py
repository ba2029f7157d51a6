"""Keep a page still while it loads: every picture states its size, every place of a widget says what will stand there.

Pictures also wait until they are near the screen. How much room a widget needs is said in content.css, by its name.
"""

import json
import re
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.application import Sphinx

PICTURE = re.compile(r'<img (?![^>]*\bloading=)([^>]*src="[^"]*_images/([^"/]+\.png)"[^>]*?)\s*/?>')
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = re.compile(r'<script (type="application/vnd\.jupyter\.widget-view\+json")>([^<]*)</script>')


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


def name_widgets(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the widget's class name on its place: data-widget="DescentExplorer"; plain ipywidgets have none."""
    names = {}
    for script in context.get("script_files", []):
        if script.attributes.get("type") == STATE:
            for key, model in json.loads(script.attributes["body"])["state"].items():
                names[key] = model["state"].get("_anywidget_id", "").rpartition(".")[2]

    def with_name(place: re.Match[str]) -> str:
        name = names.get(json.loads(place[2])["model_id"], "")
        return f'<script {place[1]} data-widget="{name}">{place[2]}</script>'

    if names and "body" in context:
        context["body"] = VIEW.sub(with_name, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", size_pictures)
    app.connect("html-page-context", name_widgets, priority=900)  # after myst-nb has added the widgets' states
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
