"""Let a page bring what it needs and no more: vendored files, scripts that wait, colours, roles that are read out."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from myst_nb.core.render import sanitize_script_content
from node_program import short
from sphinx.application import Sphinx
from sphinx.config import Config
from steady import STATE

ROOT = Path(__file__).resolve().parents[2]
NEEDED_FOR = {  # scripts that would be on every page, and what a page has where they are of use
    "design-tabs.js": re.compile(r'class="[^"]*\bsd-tab-set\b'),
    "copy.js": re.compile(r'class="[^"]*\bhighlight\b'),
    "doctools.js": re.compile(r"(?!)"),  # none: it serves Sphinx's own search and keys
    "translations.js": re.compile(r"(?!)"),  # none: doctools.js would take it
    "sphinx_highlight.js": re.compile(r"(?!)"),  # none: the browser itself marks the sentence that a result links to
}
# Names, brackets and blanks of code, to which neither theme gives a colour of their own: half of all its spans.
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')


def fetch_assets(app: Sphinx, config: Config) -> None:
    """Make `jupyter-book build .` work by itself: without the vendored files, formulas would lose their fonts."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "assets.py")]).returncode:
        sys.exit(1)  # the reason is printed; an exception would put two tracebacks below it


def defer_scripts(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let no script hold up the first sight of a page: each runs in its turn once the page is read.

    The theme's inline line about its version switcher, which the book does not have, would run too early.
    """
    scripts = context.get("script_files", [])
    early = [js for js in scripts if "DOCUMENTATION_OPTIONS.pagename" in js.attributes.get("body", "")]
    context["script_files"] = [
        js for js in scripts if js not in early and is_needed(js.filename, context.get("body", ""))
    ]
    for script in context["script_files"]:
        if script.filename:
            script.attributes.setdefault("defer", "defer")


def is_needed(filename: str | None, body: str) -> bool:
    """Whether a page with this body has a use for the script."""
    mark = NEEDED_FOR.get(Path((filename or "").split("?")[0]).name)
    return mark is None or mark.search(body) is not None


def keep_colours(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Take the span off what looks like the code around it."""
    if "body" in context:
        context["body"] = PLAIN.sub(r"\1", context["body"])


def mend_roles(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The bibliography is a list whose entries have an outdated role, so a screen reader finds the list empty.

    A fold is called what is written on it, or a spoken command would not find it.
    """
    if "body" in context:
        body = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
        context["body"] = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")


@cache
def short_module(script: str) -> str:
    """A widget's script with its view alone, the one thing that a page imports: what only tests want is left out."""
    alone = re.sub(r"^export (?!default\b)", "", script, flags=re.MULTILINE)
    return short(alone, "js", "--format=esm", "--tree-shaking=true")


def shorten_widgets(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the scripts of the widgets short that stand in the page with their state."""
    for script in context.get("script_files", []):
        if script.attributes.get("type") == STATE:
            saved = json.loads(script.attributes["body"])
            for model in saved["state"].values():
                if "_esm" in model["state"]:
                    model["state"]["_esm"] = short_module(model["state"]["_esm"])
            short_state = json.dumps(saved, ensure_ascii=False, separators=(",", ":"))
            script.attributes["body"] = sanitize_script_content(short_state)


def shorten_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Serve the book's own scripts as esbuild writes them, three quarters of their weight."""
    if exception or app.builder.format != "html":
        return
    for folder, sources in (("", "page"), ("live", "live")):
        for source in (ROOT / "web" / sources).glob("*.js"):
            served = Path(app.outdir) / "_static" / folder / source.name
            if served.is_file():
                served.write_text(short(served.read_text("utf-8"), "js"), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", fetch_assets)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", keep_colours)
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("html-page-context", shorten_widgets, priority=900)  # after myst-nb has added the widgets' states
    app.connect("build-finished", shorten_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
