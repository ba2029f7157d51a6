"""Two editions of one book: the way between them keeps the place, and the Chinese one is whole, set and found."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import editions
import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from docutils import nodes
from docutils.utils import new_document

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "web" / "locale" / "zh_CN" / "LC_MESSAGES" / "sphinx.po"
SPEAKING = {
    "jinja2": [*(ROOT / "web" / "templates").rglob("*.html")],
    "python": [*Path(editions.__file__).parent.glob("*.py")],
}
NOT_OURS = {"Color mode", "System Settings", "© Copyright %(copyright)s.", "Permalink to this equation"} | {
    f"Link to this {part}" for part in ("heading", "image", "table")
}  # what the theme and Sphinx leave in English
SOURCES = [path for kind in ("ipynb", "md") for path in sorted((ROOT / "book").glob(f"**/[!_.]*.{kind}"))]
PAGES = [path.relative_to(ROOT).with_suffix(".html").as_posix() for path in SOURCES if "checkpoint" not in path.name]
TRANSLATED = [page for page in PAGES if (ROOT / "translations" / "zh" / page[5:]).with_suffix(".md").is_file()]
LONG = "book/3_gradient_descent/3_1_principle"
FIRST = "book/index"
MARKS = "。，；：？！、）》”"


# What stands at the beginning of a line: the first letter of each line of every paragraph.
FIRST_LETTERS = """marks => [...document.querySelectorAll(
    ".bd-article :is(p, li, h1, h2, h3, h4, figcaption, td, th, dt, dd)")].flatMap(block => {
        const found = [];
        const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let text = walk.nextNode(); text; text = walk.nextNode()) {
            if (text.parentElement.closest(".katex-mathml, .headerlink, script, pre, svg, .widget-room")) continue;
            for (let at = 0; at < text.length; at++) {
                if (!marks.includes(text.data[at])) continue;
                const range = document.createRange();
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                const mark = range.getBoundingClientRect();
                const edge = block.getBoundingClientRect().left + parseFloat(getComputedStyle(block).paddingLeft);
                if (mark.width && mark.left < edge + 2 && block.textContent.trim()[0] !== text.data[at])
                    found.push(block.textContent.slice(0, 40) + " … " + text.data.slice(at, at + 10));
            }
        }
        return found; })"""


# On a busy machine fonts.ready is kept before a face is asked for at all.
FACES = "Promise.allSettled([...document.fonts].map(face => face.load())).then(() => null)"


@pytest.fixture
def tab(browser, both) -> Iterator:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def ids(page: Path) -> list[str]:
    """What a link may lead to: sections, exercises, figures and equations, in the order of the page."""
    found = re.findall(r'<(?:section|div|figure|details)\b[^>]* id="([^"]+)"', page.read_text("utf-8"))
    return [name for name in found if not re.fullmatch(r"id\d+", name)]  # docutils counts what nobody names


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_place_holds_in_both_editions(both, page):
    english, chinese = (ids(both / folder / page) for folder in ("", "zh"))
    assert len(english) > 3
    assert chinese == english


def switch(tab) -> None:
    """Press as a reader does: Playwright's own click would scroll first."""
    box = tab.locator(".bp-edition").bounding_box()
    with tab.expect_navigation():
        tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_switch_leads_to_the_same_section_and_back(tab, address, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{address}{LONG}.html", wait_until="networkidle")
    section = tab.locator(".bd-article section section[id]").nth(5)
    section.evaluate("part => scrollBy(0, part.getBoundingClientRect().top - 400)")
    name = section.get_attribute("id")
    for folder, lang in (("zh/", "zh-CN"), ("", "en")):
        switch(tab)
        tab.wait_for_load_state("networkidle")
        assert tab.url == f"{address}{folder}{LONG}.html#{name}"
        assert tab.evaluate("document.documentElement.lang") == lang
        top = tab.evaluate("id => document.getElementById(id).getBoundingClientRect().top", name)
        assert -5 < top < 450


def test_at_the_top_the_switch_leads_to_the_top_and_from_a_file_to_a_file(tab, both):
    tab.goto((both / f"{LONG}.html").as_uri())
    switch(tab)
    assert tab.url == (both / "zh" / f"{LONG}.html").as_uri()


def test_the_switch_takes_a_widgets_setting_along(tab, address):
    tab.goto(f"{address}{LONG}.html#w1.learning_rate=0.2")
    switch(tab)
    assert tab.url == f"{address}zh/{LONG}.html#w1.learning_rate=0.2"
    tab.wait_for_selector(".bp")
    assert "0.2" in tab.locator(".bp output").all_inner_texts()


@pytest.mark.parametrize(("lang", "offered"), [("zh-CN", True), ("zh-TW", True), ("en-GB", False), ("de", False)])
def test_a_chinese_browser_is_offered_the_chinese_edition_until_it_declines(browser, both, address, lang, offered):
    context = browser.new_context(locale=lang)
    tab = context.new_page()
    tab.goto(f"{address}{FIRST}.html")
    assert tab.locator(".bp-offer").is_visible() == offered
    if offered:
        tab.click(".bp-offer button")
        assert not tab.locator(".bp-offer").is_visible()
        tab.reload(wait_until="load")
        assert not tab.locator(".bp-offer").is_visible()
    tab.goto(f"{address}{LONG}.html")
    assert tab.locator(".bp-offer").count() == 0
    context.close()


def test_whoever_went_from_chinese_to_english_is_offered_no_chinese(browser, both, address):
    context = browser.new_context(locale="zh-CN")
    tab = context.new_page()
    tab.goto(f"{address}zh/{FIRST}.html")
    switch(tab)
    tab.wait_for_url(f"{address}{FIRST}.html")
    tab.wait_for_load_state()
    assert not tab.locator(".bp-offer").is_visible()
    context.close()


@pytest.mark.parametrize("page", ["404.html", "zh/search.html", "search.html"])
def test_a_page_beside_the_book_leads_to_one_that_is_there(both, page):
    (place,) = re.findall(r'class="bp-edition" href="([^"]*)"', (both / page).read_text("utf-8"))
    target = (both / page).parent / place
    assert target.is_file()
    assert target.name == ("index.html" if page == "404.html" else "search.html")


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_search_engines_hear_of_both_editions_of_each_page(both, folder):
    page = (both / folder / f"{LONG}.html").read_text("utf-8")
    told = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"', page))
    assert told.keys() == {"en", "zh-CN"}
    assert told["zh-CN"] == told["en"].replace(LONG, f"zh/{LONG}")
    sitemap = (both / folder / "sitemap.xml").read_text("utf-8")
    assert sitemap.count("<loc>") * 2 == sitemap.count("<xhtml:link ")
    assert f"<loc>{told['zh-CN' if folder else 'en']}</loc>" in sitemap
    assert all(f'hreflang="{lang}" href="{place}"/>' in sitemap for lang, place in told.items())


def test_the_sitemap_lists_the_pages_that_a_build_did_not_write_again():
    config = SimpleNamespace(html_file_suffix=None, sitemap_show_lastmod=False, sitemap_excludes=["index.html"])
    app = SimpleNamespace(sitemap_links=Queue())
    app.env = SimpleNamespace(app=app, is_directory_builder=False, found_docs={"index", "book/b", "book/a"})
    app.builder = SimpleNamespace(format="html", config=config, env=app.env)
    app.sitemap_links.put(("book/b.html", None))
    editions.list_every_page(app, None)
    assert list(app.sitemap_links.queue) == [("book/a.html", None), ("book/b.html", None)]


@pytest.mark.parametrize("page", TRANSLATED)
def test_no_line_of_a_chinese_page_begins_with_a_closing_mark_and_none_is_too_wide(tab, address, page):
    for width in (1280, 390, 320):
        tab.set_viewport_size({"width": width, "height": 900})
        if width == 1280:
            tab.goto(f"{address}zh/{page}", wait_until="load")
            tab.evaluate(FACES)
        assert width == 320 or tab.evaluate(FIRST_LETTERS, MARKS) == []  # there a long path in code pushes its comma on
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


EMPHASISED = """() => [...document.querySelectorAll(".bd-article p:has(> em):has(.katex)")]
    .map(paragraph => paragraph.getBoundingClientRect().height)"""


def test_dots_below_chinese_characters_leave_the_lines_where_they_are(tab, address):
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.goto(f"{address}zh/book/3_gradient_descent/3_2_4_regularisation.html", wait_until="load")
    with_dots = tab.evaluate(EMPHASISED)
    tab.add_style_tag(content=".bd-article em { all: unset !important }")
    assert len(with_dots) > 1
    assert tab.evaluate(EMPHASISED) == with_dots


def test_a_chinese_page_runs_its_code_on_the_python_of_the_english_pages(tab, both, address):
    if not (both / "_static" / "live" / "pyodide").is_dir():
        pytest.skip("the site was built without the Python of the page")
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}zh/{FIRST}.html", wait_until="networkidle")
    cell = tab.locator("div.cell", has=tab.locator(".cell_input", has_text="NudgeMeter")).last
    for fold in cell.locator("details.hide:not([open]) > summary").all():
        fold.click()
    cell.locator("button", has_text="运行").first.click()
    cell.locator(".live-status", has_text=re.compile(r"^[\d.]+ 秒$")).wait_for(timeout=120_000)
    live = [url for url in asked if "/live/" in url or url.endswith("offline.js")]
    assert len(live) > 10
    assert [url for url in live if "/zh/" in url] == []


def messages(kind: str) -> set[str]:
    """What the templates or the extensions say by way of the catalog."""
    found = (extract_from_file(kind, path, keywords={"_": None}) for path in SPEAKING[kind])
    return {message for said in found for _, message, *_ in said}


def test_the_catalog_has_all_that_the_site_says_and_nothing_else():
    with CATALOG.open("rb") as file:
        entries = {entry.id: entry for entry in read_po(file, locale="zh_CN") if entry.id}
    assert set(entries) == messages("jinja2") | messages("python") | NOT_OURS
    fields = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]*>")
    for said, entry in entries.items():
        assert entry.string, said
        assert not entry.fuzzy, said
        assert sorted(fields.findall(entry.string)) == sorted(fields.findall(said))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("How far? One weight", "how-far-one-weight"),
        ("What $\\lambda$ *says*", "what-lambda-says"),
        ("See [section 1.4](../x.ipynb)", "see-section-1-4"),
        ("梯度", "section"),
    ],
)
def test_a_heading_makes_the_id_that_docutils_makes(heading, name):
    assert editions.english_id(heading) == name


def a_page(*titles: str) -> nodes.document:
    page = new_document("page")
    for count, title in enumerate(titles):
        page += nodes.section("", nodes.title("", title), ids=[f"id{count}", "kept"])
    return page


def an_app(language: str, **more) -> SimpleNamespace:
    env = SimpleNamespace(docname="page", note_dependency=lambda source: None)
    return SimpleNamespace(config=SimpleNamespace(language=language, **more), env=env)


def test_sections_of_a_translated_page_take_the_english_names(tmp_path, monkeypatch):
    monkeypatch.setattr(editions, "ROOT", tmp_path)
    cells = ["# Go down\n```\n# no heading\n```\n## Exercises", "## Exercises"]
    notebook = {"cells": [{"cell_type": "markdown", "source": [text]} for text in cells]}
    (tmp_path / "page.ipynb").write_text(json.dumps(notebook), "utf-8")
    page = a_page("往下走", "练习", "练习")
    editions.keep_anchors(an_app("zh_CN"), page)
    assert [part["ids"] for part in page] == [["go-down", "kept"], ["exercises", "kept"], ["exercises-1", "kept"]]
    with pytest.raises(RuntimeError, match="page has 2 headings, the English page 3"):
        editions.keep_anchors(an_app("zh_CN"), a_page("往下走", "练习"))
    editions.keep_anchors(an_app("en"), page := a_page("Go"))
    assert page[0]["ids"] == ["id0", "kept"]


def test_a_section_of_a_translated_page_keeps_its_label(tmp_path, monkeypatch):
    monkeypatch.setattr(editions, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text("# Go down\n\n(a-label)=\n## Rest\n", "utf-8")
    page = a_page("往下走", "休息")
    page.note_explicit_target(nodes.target("", "", names=["a-label"]))
    page[1]["ids"] = ["a-label", "id1"]  # as Sphinx sorts them
    editions.keep_anchors(an_app("zh_CN"), page)
    assert [part["ids"] for part in page] == [["go-down", "kept"], ["rest", "a-label", "id1"]]


def test_emphasised_words_are_slanted_if_they_are_latin_and_have_dots_if_they_are_chinese():
    body = "<em>梯度</em><em>Deep Learning</em><em>批 B</em><em>é<b>x</b></em>"
    for language, slanted in (("zh_CN", body.replace("<em>D", '<em class="bp-latin">D')), ("en", body)):
        context = {"body": body}
        editions.slant_foreign(an_app(language), "page", "page.html", context, None)
        assert context["body"] == slanted


def test_a_mistake_is_reported_under_the_name_of_the_page_on_which_it_stands(both):
    for folder in ("", "zh/"):
        page = (both / folder / f"{FIRST}.html").read_text("utf-8")
        assert f"on%20page%20%2F{folder.replace('/', '%2F')}{FIRST}.html" in page


@pytest.mark.parametrize(("asked", "other"), [("both", "zh-CN"), ("en", None), (None, None)])
def test_english_built_alone_leads_nowhere(monkeypatch, asked, other):
    monkeypatch.delenv("EDITION", raising=False)
    if asked:
        monkeypatch.setenv("EDITION", asked)
    found = editions.that(SimpleNamespace(language="en"))
    assert (found and found.lang) == other
