"""Two editions of one book: each page leads to the same place in the other, and a link to a section holds in both.

The Chinese edition is the folder zh/ of the site. It is built from the book that `python -m web.translate lay` lays out,
with anchors.json beside its pages: the English headings, in their order. `make book EDITION=en` builds English alone,
and so does Jupyter Book by itself: then nothing leads to the other.
"""

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

ANCHORS = "anchors.json"
BOTH_HAVE = ("index", "search")  # besides the pages of the book
LOCATION = re.compile(r"<url><loc>([^<]*)</loc>")
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


class Edition(NamedTuple):
    lang: str
    name: str
    path: str  # from the site's root
    other: str  # its folder, as seen from this one's root


EDITIONS = {"en": Edition("en", "English", "", "zh/"), "zh_CN": Edition("zh-CN", "中文", "zh/", "../")}


def this(config: Config) -> Edition:
    return EDITIONS[config.language]


def that(config: Config) -> Edition | None:
    """The other edition; the English one has none where it is built alone."""
    both = os.environ.get("EDITION") == "both"
    return EDITIONS["en"] if config.language != "en" else EDITIONS["zh_CN"] if both else None


def live_below(config: Config) -> str:
    """Where the Python of the page is, from this edition's _static: the Chinese pages run the English ones'."""
    return "live/" if config.language == "en" else "../../_static/live/"


def prepare(app: Sphinx, config: Config) -> None:
    """The Chinese edition lies below the English one, and has a sheet of its own."""
    if config.language != "en":
        config.html_baseurl += this(config).path  # known only now: a fork has its own (addresses.py)
        config.ogp_site_url = config.html_baseurl
        config.html_css_files.append("chinese.css")


def lead_to_other(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say to the templates where this page stands in the other edition; a page that it lacks leads to its first."""
    if other := that(app.config):
        both_have = pagename in app.env.all_docs or pagename in BOTH_HAVE
        page = f"{pagename if both_have else app.config.root_doc}.html"
        up = "" if pagename == "404" else "../" * pagename.count("/")  # that one has a base (addresses.py)
        base = app.config.html_baseurl.removesuffix(this(app.config).path)
        addresses = [(edition.lang, f"{base}{edition.path}{page}") for edition in EDITIONS.values()]
        context["other_edition"] = {"url": f"{up}{this(app.config).other}{page}", **other._asdict()}
        context["alternates"] = addresses if both_have else []
        context["is_first_page"] = pagename == app.config.root_doc


def keep_anchors(app: Sphinx, document: nodes.document) -> None:
    """Give each section of a translated page the id that the English one has."""
    path = Path(app.srcdir, ANCHORS)
    if app.config.language == "en" or not path.is_file():
        return
    headings = json.loads(path.read_text("utf-8")).get(app.env.docname)
    if headings is None:
        return
    sections = list(document.findall(nodes.section))
    if len(sections) != len(headings):
        raise RuntimeError(f"{app.env.docname}: {len(sections)} sections, but the English page has {len(headings)}")
    taken: set[str] = set()
    for section, heading in zip(sections, headings, strict=True):
        name = free(english_id(heading), taken)
        taken.add(name)
        section["ids"] = [name, *(other for other in section["ids"][1:] if other != name)]


def english_id(heading: str) -> str:
    """The id that docutils makes of a heading in Markdown."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`$\\]", r"\1", heading)
    return nodes.make_id(plain) or "section"


def free(wanted: str, taken: set[str]) -> str:
    """The id, with a number where an earlier section of the page has it."""
    names = (wanted, *(f"{wanted}-{count}" for count in range(1, len(taken) + 1)))
    return next(name for name in names if name not in taken)


def name_alternates(app: Sphinx, exception: Exception | None) -> None:
    """Tell search engines, in the sitemap, which pages are the same in the other language."""
    path = Path(app.outdir, "sitemap.xml")
    if exception or not that(app.config) or not path.is_file():
        return
    base = app.config.html_baseurl

    def with_both(place: re.Match[str]) -> str:
        page = place[1].removeprefix(base)
        root = base.removesuffix(this(app.config).path)
        links = (
            f'<xhtml:link rel="alternate" hreflang="{edition.lang}" href="{root}{edition.path}{page}"/>'
            for edition in EDITIONS.values()
        )
        return place[0] + "".join(links)

    text = path.read_text("utf-8")
    if XHTML not in text:
        path.write_text(LOCATION.sub(with_both, text.replace("<urlset ", f"<urlset {XHTML} ", 1)), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", prepare, priority=450)  # after addresses.py
    app.connect("doctree-read", keep_anchors, priority=300)  # before whoever notes ids
    app.connect("html-page-context", lead_to_other)
    app.connect("build-finished", name_alternates, priority=900)  # after sphinx-sitemap
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
