"""Fold every style sheet into one file, the only one that a page waits for before it shows.

Those of the theme and of a dozen extensions are a cascade layer: whatever the book's own in web/static say wins,
however specific a theme's selector is. Rules for elements that are on no page, and that no script speaks of, are left
out of them and of KaTeX's, which takes two thirds of their weight away; esbuild writes the rest short.
"""

import posixpath
import re
from pathlib import Path
from typing import Any, NamedTuple

import tinycss2
from node_program import short
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FIRST = ["basic.css", "styles/pydata-sphinx-theme.css"]
BUNDLE = "styles/bundle.css"
OWN = [
    Path(__file__).resolve().parents[1] / folder for folder in ("static", "")
]  # the book's sheets, and live/live.css
IN_BRACKETS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"  # an address may hold a semicolon
VALUE = rf"""(?:"[^"]*"|'[^']*'|{IN_BRACKETS}|[^;}}"'(])*"""  # of a declaration
# Words of scripts, but classes that none of them makes here: announcements, a choice of versions, menus, scroll bars;
# notes beside the text, boxes of a kind that no page has, the results of Sphinx's own search.
NEVER_MADE = {
    *("bd-header-announcement", "bd-header-version-warning", "pst-button-link-to-stable-version"),
    *("version-switcher__button", "version-switcher__container", "version-switcher__menu"),
    *("dropdown-item", "dropdown-menu", "dropdown-menu-dark", "list-group-item", "list-group-item-action"),
    *("btn-check", "config_scroll_outputs", "tag_output_scroll", "tag_scroll-output", "thebe-launch-button"),
    *("margin", "margin-caption", "marginnote", "sidebar", "sidenote", "alert", "figure", "warning"),
    *("fa-xmark", "jp-RenderedHTMLCommon", "search"),
}
NAME = re.compile(r"[.#]?-?[A-Za-z_][\w-]*")  # of an element, its class, its own
STRING = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")


def collect_sheets(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Take the sheets off the page; the template static/webpack-macros.html links the bundle."""
    for sheet in context.get("css_files", []):
        app.bundled_sheets[sheet.filename.removeprefix("_static/").split("?")[0]] = None
    context["css_files"] = []


class Site(NamedTuple):
    """What a rule may speak of."""

    elements: set[frozenset[str]]  # what each says of itself: {"div", ".cell", "#id0"}
    words: set[str]  # variables that the pages name, and every word in a string of their scripts

    def has(self, compound: str) -> bool:
        """Whether "div.cell" is an element of a page, as far as no script may have made it so."""
        names = {name for name in NAME.findall(compound) if name.lstrip(".#") not in self.words}
        return not names or any(names <= element for element in self.elements)


def look_at(outdir: Path) -> Site:
    """The built site's elements and words."""
    outdir = outdir.resolve()
    elements, words, scripts = set(), set(), set()
    for path in outdir.rglob("*.html"):
        page = path.read_text("utf-8")
        words.update(re.findall(r"--[\w-]+", page))
        for tag, attributes in set(re.findall(r"<([a-z][a-z0-9]*)\b([^>]*)", page)):
            said = {key: value.split() for key, value in re.findall(r'\b(class|id)="([^"]*)"', attributes)}
            classes, ids = said.get("class", []), said.get("id", [])
            elements.add(frozenset([tag, *(f".{name}" for name in classes), *(f"#{name}" for name in ids)]))
        for script in re.findall(r"<script[^>]*>", page):
            scripts.update((path.parent / name).resolve() for name in re.findall(r'src="([./]*_static/[^"?]*)', script))
        words.update(words_in_strings(" ".join(re.findall(r"<script>(.*?)</script>", page, re.DOTALL))))
    for script in scripts:
        if script.is_relative_to(outdir):  # the Chinese pages run some of the English ones'
            words.update(words_in_strings(script.read_text("utf-8")))
    if made := {f".{name}" for name in NEVER_MADE} & frozenset().union(*elements):
        raise ExtensionError(f"the site has {sorted(made)}, whose rules NEVER_MADE leaves out: take the names off it")
    return Site(elements, words - NEVER_MADE)


def words_in_strings(script: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_][\w-]*", " ".join(map("".join, STRING.findall(script)))))


def used_rules(css: list[Any], site: Site) -> str:
    """Keep the selectors whose every part is an element of the site, and the at-rules that still hold a rule."""

    def occurs(selector: str) -> bool:
        plain = re.sub(r":(?:not|is|where|has)\(.*\)|\[[^\]]*\]|::?[a-z-]+(?:\([^)]*\))?", "", selector)
        return all(site.has(compound) for compound in re.split(r"[\s>+~]+", plain))

    kept = []
    for rule in css:
        if rule.type == "qualified-rule":
            selectors = re.split(r",(?![^(\[]*[)\]])", tinycss2.serialize(rule.prelude).strip())
            if selectors := [selector for selector in selectors if occurs(selector)]:
                content = tinycss2.serialize(rule.content)
                if any(".sd-" in selector for selector in selectors):
                    content = content.replace("!important", "")  # it would beat even the book's own, from a lower layer
                kept.append(f"{','.join(selectors)}{{{content}}}")
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if inside := used_rules(inner, site):
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            kept.append(rule.serialize())
    return "\n".join(kept)


def used_variables(css: str, words: set[str]) -> str:
    """The sheet without the variables that neither a rule nor the site asks for, until none is left."""
    asked = words.union(re.findall(r"var\(\s*(--[\w-]+)", css))
    unasked = set(re.findall(r"(?<=[{;\s])(--[\w-]+)\s*:", css)) - asked
    if not unasked:
        return css
    names = "|".join(map(re.escape, unasked))
    return used_variables(re.sub(rf"(?<=[{{;\s])(?:{names})\s*:{VALUE};?", "", css), words)


def used_animations(css: str) -> str:
    """The sheet without the animations that no rule plays."""
    played = " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", css))
    return re.sub(
        r"@(?:-webkit-)?keyframes\s+([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}\n?",
        lambda rule: rule[0] if re.search(rf"(?<![\w-]){rule[1]}(?![\w-])", played) else "",
        css,
    )


def text_of(static: Path, name: str) -> str:
    """A sheet whose addresses are as seen from the bundle's folder."""
    css = (static / name).read_text("utf-8")
    folder = posixpath.relpath(posixpath.dirname(name) or ".", posixpath.dirname(BUNDLE))
    return re.sub(r"url\((['\"]?)(?!data:|['\"]|/|https?:|#)", rf"url(\1{folder}/", css)


def write_bundle(app: Sphinx, exception: Exception | None) -> None:
    """Write the bundle once every page is written and every extension has copied its sheet."""
    if exception or not app.bundled_sheets:
        return
    static = Path(app.outdir) / "_static"
    site = look_at(Path(app.outdir))
    own = [name for name in app.bundled_sheets if any((folder / name).is_file() for folder in OWN)]
    own.sort(key=lambda name: not name.startswith("vendor/"))  # KaTeX's, then those that correct it

    def used(name: str) -> str:
        rules = tinycss2.parse_stylesheet(text_of(static, name), skip_comments=True, skip_whitespace=True)
        return used_rules(rules, site)

    def whole(name: str) -> str:
        return re.sub(r"/\*.*?\*/|\n\s*", "", text_of(static, name), flags=re.DOTALL)

    layer = [used(name) for name in dict.fromkeys([*FIRST, *app.bundled_sheets]) if name not in own]
    after = [used(name) if name.startswith("vendor/") else whole(name) for name in own]
    parts = ["@layer theme{", *layer, "}", *after]
    css = used_animations("\n".join(parts) + "\n")
    (static / BUNDLE).write_text(short(used_variables(css, site.words), "css"), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.bundled_sheets = {}
    app.connect("html-page-context", collect_sheets, priority=900)
    app.connect("build-finished", write_bundle, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
