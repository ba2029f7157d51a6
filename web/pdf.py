"""Print each edition of the built site as one PDF: `make pdf` writes _build/backpropagation.pdf and …-zh.pdf.

The browser joins all pages into one document (pdf.html, pdf.js) and prints it with bookmarks, tags and links of its
own. It prints twice: only from the first print it is known where each section begins, as the second's contents say.
"""

import re
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import yaml
from jinja2 import Template
from pypdf import PdfReader

import backprop
from web.browser import launch
from web.extensions.addresses import published_at
from web.serve import open_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "backpropagation.pdf"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
CONFIG["html"]["baseurl"] = published_at() or CONFIG["html"]["baseurl"]  # a fork's PDF leads to the fork
EDITIONS = {"": ROOT, "zh/": ROOT / "_build" / "zh"}  # folders of the site, and where each was built from
WORDS = {  # of the title page and the contents
    "en": {
        "version": "Version",
        "contents": "Contents",
        "site": 'On <a href="{site}">the site of the book</a> its widgets move, its cells run and its exercises check '
        "your answers.",
        "licence": "Text and figures: CC BY 4.0. Code: BSD 3-Clause.",
    },
    "zh_CN": {
        "version": "版本",
        "contents": "目录",
        "site": '在<a href="{site}">本书的网站</a>上，控件可以操作，单元格可以运行，练习会检查你的答案。',
        "licence": "文字与插图：CC BY 4.0。代码：BSD 3-Clause。",
    },
}
PAPER_WIDTH = 605  # CSS pixels between the margins of web/static/print.css on A4: widgets draw themselves as wide
PATIENCE = 600_000  # milliseconds

MOUNTED = """() => [...document.querySelectorAll('script[type="application/vnd.jupyter.widget-view+json"]')]
    .every(({ nextElementSibling: place }) => place?.dataset.mounted || place?.querySelector(".widget-note"))"""
DRAWN = """async () => { await document.fonts.ready;
    await Promise.all([...document.images].map((picture) => picture.decode()));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))) }"""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")]
    .filter((node) => node.checkVisibility()).map((node) => node.textContent.trim())"""


def pages_of(toc: dict[str, Any]) -> list[dict[str, Any]]:
    """The pages in reading order, each with all that web/pdf.js wants to know of it.

    A chapter's short opening and its first section stand on the same paper, which has one pair of running heads.
    """
    found = []

    def add(entry: dict[str, Any], level: int, heads: tuple[str, str], part: str | None = None) -> None:
        name = f"page{len(found)}"
        goes_on = level == 3 and found[-1]["file"].endswith("/index")
        paper = found[-1]["paper"] if goes_on else name
        page = {"file": entry["file"], "name": name, "level": level, "part": part, "paper": paper, "heads": heads}
        found.append(page)

    add({"file": toc["root"]}, 1, ("", ""))
    for part in toc["parts"]:
        for place, entry in enumerate(part["chapters"]):
            sections, chapter = entry.get("sections", []), entry.get("title", "")
            opening = entry["file"].endswith("/index")
            add(entry, 2, (chapter, sections[0]["title"] if opening else ""), None if place else part["caption"])
            for section in sections:
                add(section, 3, (chapter, section["title"]))
    return found


def cover(config: dict[str, Any]) -> str:
    """pdf.html with the book's title page, waiting for the pages."""
    name, subtitle = re.split("[:：] ?", config["title"], maxsplit=1)
    language, site = config["sphinx"]["config"]["language"], config["html"]["baseurl"]
    words = {key: text.format(site=site) for key, text in WORDS[language].items()}
    facts = {"title": config["title"], "name": name, "subtitle": subtitle, "author": config["author"], "words": words}
    text = Path(__file__).with_suffix(".html").read_text("utf-8")
    return Template(text).render(**facts, version=backprop.__version__, lang=language.replace("_", "-"))


def bind(tab: "Page", address: str, pages: list[dict[str, Any]], config: dict[str, Any]) -> None:
    """Open in `tab` one document of all the pages of the site at `address`, its widgets and pictures drawn."""
    tab.route(f"{address}book.html", lambda route: route.fulfill(body=cover(config), content_type="text/html"))
    tab.emulate_media(media="print", reduced_motion="reduce")
    tab.goto(f"{address}book.html")
    tab.add_script_tag(path=Path(__file__).with_suffix(".js"))
    located = [{**page, "address": f"{address}{page['file']}.html"} for page in pages]
    tab.evaluate("([pages, site]) => bind(pages, site)", [located, CONFIG["html"]["baseurl"]])  # the root of both
    for script in ("address.js", "mount.js"):
        tab.add_script_tag(url=f"{address}_static/{script}")
    tab.wait_for_function(MOUNTED)
    tab.evaluate(DRAWN)


def first_pages(pdf: bytes, names: list[str]) -> dict[str, int]:
    """The number of the page on which each name stands."""
    reader = PdfReader(BytesIO(pdf))
    places = reader.named_destinations
    return {name: reader.get_destination_page_number(places[f"/{name}"]) + 1 for name in names}


def print_book(browser: "Browser", address: str, pages: list[dict[str, Any]], config: dict[str, Any] = CONFIG) -> bytes:
    """The pages of the site at `address` as one PDF."""
    context = browser.new_context(viewport={"width": PAPER_WIDTH, "height": 900}, device_scale_factor=2)
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    bind(tab, address, pages, config)
    names = [page["name"] for page in pages]
    look = {"prefer_css_page_size": True, "print_background": True, "tagged": True, "outline": True}
    counted = first_pages(tab.pdf(**look), names)
    tab.evaluate("numbers => number(numbers)", counted)
    pdf, headings = tab.pdf(**look), tab.evaluate(HEADINGS)
    context.close()
    if first_pages(pdf, names) != counted:
        raise RuntimeError("the page numbers in the contents moved the pages that they name")
    return signed(pdf, headings, config["author"])


def signed(pdf: bytes, headings: list[str], author: str) -> bytes:
    """The same PDF with its author, whom the browser does not write, and with bookmarks as the headings say.

    The browser writes some words of a heading twice where it has more lines than one or was pushed to another page, and
    it packs none of the small objects that make up half of the file.
    """
    signed = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as book:
        book.docinfo["/Author"] = author
        for mark, heading in zip(bookmarks(book.Root.Outlines), headings, strict=True):
            mark.Title = heading
        book.save(signed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return signed.getvalue()


def bookmarks(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every bookmark below `parent`."""
    mark = parent.get("/First")
    while mark is not None:
        yield mark
        yield from bookmarks(mark)
        mark = mark.get("/Next")


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver, open_server(str(SITE), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = launch(driver) or sys.exit("no browser: install chromium, or run `playwright install chromium`")
        for folder, source in EDITIONS.items():
            if not (SITE / folder / "book").is_dir():
                continue  # built with EDITION=en
            config, toc = (yaml.safe_load((source / name).read_text("utf-8")) for name in ("_config.yml", "_toc.yml"))
            config["html"]["baseurl"] = f"{CONFIG['html']['baseurl']}{folder}"
            target = TARGET.with_stem(f"{TARGET.stem}-zh") if folder else TARGET
            address = f"http://127.0.0.1:{server.server_port}/{folder}"
            target.write_bytes(print_book(browser, address, pages_of(toc), config))
            size = target.stat().st_size / 1e6
            print(f"{target} is ready: {len(PdfReader(target).pages)} pages, {size:.0f} MB")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
