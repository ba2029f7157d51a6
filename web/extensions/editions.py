"""Two editions of one book: each page leads to the same place in the other, and a link to a section holds in both.

The Chinese edition is the folder zh/ of the site, built from the book that `python -m web.translate lay` lays out.
`make book EDITION=en` builds English alone, and so does Jupyter Book by itself: then nothing leads to the other.
"""

import json
import os
import re
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx_sitemap import add_html_link

ROOT = Path(__file__).resolve().parents[2]  # the book's root, wherever the pages that are built lie
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
BOTH_HAVE = ("index", "search")  # besides the pages of the book
FOREIGN = re.compile(r"<em>(?=[^<⺀-￿]*</em>)")  # words without a Chinese character
LOCATION = re.compile(r"<loc>([^<]*)</loc>")
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


def prepare(app: Sphinx, config: Config) -> None:
    """The Chinese edition lies below the English one, with a style sheet of its own; a fork has another address."""
    if config.language != "en":
        config.html_baseurl = config.ogp_site_url = f"{root(config)}{this(config).path}"
        config.html_css_files.append("chinese.css")
        config.html_theme_options["path_to_docs"] = "zh"  # of its notebooks, in Colab, Binder and JupyterLite
        config.html_additional_pages.pop("404", None)  # a host knows one, for both
        if "book_pdf" in config.html_context:
            config.html_context["book_pdf"] = f"{root(config)}backpropagation-zh.pdf"


def root(config: Config) -> str:
    """The address of the whole site."""
    return config.html_baseurl.removesuffix(this(config).path)


def lead_to_other(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say to the templates where this page stands in the other edition; a page that it lacks leads to its first."""
    if other := that(app.config):
        both_have = pagename in app.env.all_docs or pagename in BOTH_HAVE
        page = f"{pagename if both_have else app.config.root_doc}.html"
        url = f"{'../' * pagename.count('/')}{this(app.config).other}{page}"
        context["other_edition"] = {"url": url, "lang": other.lang, "name": other.name}
        context["alternates"] = alternates(app.config, page) if both_have else {}
        app.add_js_file("editions.js")


def slant_foreign(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Mark the words that a Chinese page emphasises in Latin letters: they are slanted, and have no dots below."""
    if app.config.language != "en" and "body" in context:
        context["body"] = FOREIGN.sub('<em class="bp-latin">', context["body"])


def alternates(config: Config, page: str) -> dict[str, str]:
    """The address of a page in each language."""
    return {edition.lang: f"{root(config)}{edition.path}{page}" for edition in EDITIONS.values()}


def keep_anchors(app: Sphinx, document: nodes.document) -> None:
    """Give each section of a translated page the id that the English one has."""
    if app.config.language == "en":
        return
    source = source_of(app.env.docname)
    app.env.note_dependency(str(source))  # a new English heading is a new id here
    sections, english = list(document.findall(nodes.section)), headings(source)
    if len(sections) != len(english):
        raise RuntimeError(f"{app.env.docname} has {len(sections)} headings, the English page {len(english)}")
    labels = {document.nameids[name] for name, explicit in document.nametypes.items() if explicit}
    taken: set[str] = set()
    for section, heading in zip(sections, english, strict=True):
        name = free(english_id(heading), taken)
        taken.add(name)
        first, *others = section["ids"]
        if first in labels:  # Sphinx puts a label before the number that stands for a heading without Latin letters
            others.insert(0, first)
        section["ids"] = [name, *(other for other in others if other != name)]


def source_of(docname: str) -> Path:
    """The English page."""
    notebook = ROOT / f"{docname}.ipynb"
    return notebook if notebook.is_file() else notebook.with_suffix(".md")


def headings(source: Path) -> list[str]:
    """The headings of a page, in their order."""
    texts = [source.read_text("utf-8")]
    if source.suffix == ".ipynb":
        cells = json.loads(texts[0])["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return [found for text in texts for found in re.findall(r"^#{1,6} (.*)$", FENCED.sub("", text), re.MULTILINE)]


def english_id(heading: str) -> str:
    """The id that docutils makes of a heading in Markdown."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`$\\]", r"\1", heading)
    return nodes.make_id(plain) or "section"


def free(wanted: str, taken: set[str]) -> str:
    """The id, with a number where an earlier section of the page has it."""
    names = (wanted, *(f"{wanted}-{count}" for count in range(1, len(taken) + 1)))
    return next(name for name in names if name not in taken)


def list_every_page(app: Sphinx, exception: Exception | None) -> None:
    """Put into the sitemap what this build did not have to write again, too."""
    if not exception and app.builder.format == "html":
        app.sitemap_links = Queue()
        for page in sorted(app.env.found_docs):
            add_html_link(app, page, "", {}, None)


def name_alternates(app: Sphinx, exception: Exception | None) -> None:
    """Tell search engines, in the sitemap, where each page is in the other language."""
    path = Path(app.outdir, "sitemap.xml")
    if exception or not that(app.config) or not path.is_file():
        return

    def with_alternates(place: re.Match[str]) -> str:
        pages = alternates(app.config, place[1].removeprefix(app.config.html_baseurl)).items()
        return place[0] + "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{url}"/>' for lang, url in pages
        )

    text = path.read_text("utf-8").replace("<urlset ", f"<urlset {XHTML} ", 1)
    path.write_text(LOCATION.sub(with_alternates, text), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", prepare, priority=450)  # after addresses.py
    app.connect("doctree-read", keep_anchors, priority=450)  # after exercises.py, which takes sections away
    app.connect("html-page-context", lead_to_other)
    app.connect("html-page-context", slant_foreign)
    app.connect("build-finished", list_every_page, priority=400)  # before sphinx-sitemap
    app.connect("build-finished", name_alternates, priority=900)  # after it
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
