"""Fold the style sheets of the theme and of a dozen extensions into one small file, below the book's own.

The bundle is a cascade layer: whatever the sheets in web/static say wins, however specific a theme's selector is.
Rules for classes that occur on no page and in no script are left out, which takes two thirds of the weight away.
"""

import re
from pathlib import Path
from typing import Any

import tinycss2
from sphinx.application import Sphinx

FIRST = ["basic.css", "styles/pydata-sphinx-theme.css"]
BUNDLE = "styles/bundle.css"
OWN_STATIC = Path(__file__).resolve().parents[1] / "static"
MADE_BY_SCRIPTS = re.compile(r"bs-|tooltip|o-tooltip")  # class names that a script puts together from pieces
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def link_bundle(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Take the bundled sheets off the page; the template static/webpack-macros.html links the bundle."""
    own = []
    for sheet in context.get("css_files", []):
        name = sheet.filename.removeprefix("_static/")
        if (OWN_STATIC / name).is_file():
            own.append(sheet)
        else:
            app.bundled_sheets[name] = None
    context["css_files"] = own


def words_of_site(outdir: Path) -> set[str]:
    """Every word that could be a class: in the pages and in the scripts that they load."""
    words = set()
    scripts = [path for path in (outdir / "_static").rglob("*.js") if "pyodide" not in path.parts]
    for path in [*outdir.rglob("*.html"), *scripts]:
        words.update(re.findall(r"[A-Za-z_][\w-]*", path.read_text("utf-8")))
    return words


def used_rules(css: list[Any], words: set[str]) -> str:
    """Keep the selectors whose classes all exist on the site, and the at-rules that still hold a rule."""

    def occurs(selector: str) -> bool:
        plain = re.sub(r":(?:not|is|where|has)\(.*\)", "", selector)
        return all(name in words or MADE_BY_SCRIPTS.match(name) for name in CLASS.findall(plain))

    kept = []
    for rule in css:
        if rule.type == "qualified-rule":
            selectors = re.split(r",(?![^(\[]*[)\]])", tinycss2.serialize(rule.prelude).strip())
            if selectors := [selector for selector in selectors if occurs(selector)]:
                kept.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if inside := used_rules(inner, words):
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            kept.append(rule.serialize())
    return "\n".join(kept)


def write_bundle(app: Sphinx, exception: Exception | None) -> None:
    """Write the layer once every page is written and every extension has copied its sheet."""
    if exception or not app.bundled_sheets:
        return
    static = Path(app.outdir) / "_static"
    words = words_of_site(Path(app.outdir))
    parts = []
    for name in [*FIRST, *app.bundled_sheets]:
        css = (static / name.split("?")[0]).read_text("utf-8")
        if "/" not in name:  # the bundle lies one folder deeper than these
            css = re.sub(r"url\((['\"]?)(?!data:|['\"]|/|https?:)", r"url(\1../", css)
        if name.startswith("sphinx-design"):  # an important rule of a lower layer would beat even the book's own
            css = css.replace("!important", "")
        parts.append(used_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), words))
    (static / BUNDLE).write_text("@layer theme{\n" + "\n".join(parts) + "\n}\n", "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.bundled_sheets = {}
    app.connect("html-page-context", link_bundle, priority=900)
    app.connect("build-finished", write_bundle, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
