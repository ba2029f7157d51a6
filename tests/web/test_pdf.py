"""The book on paper: one PDF of the pages of the site, with bookmarks, page numbers and links that lead inside."""

import json
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
import yaml

from web import pdf

PdfReader = pytest.importorskip("pypdf", reason="pypdf is not installed").PdfReader
TOC = yaml.safe_load((pdf.ROOT / "_toc.yml").read_text("utf-8"))
PRINTED = ["book/index", "book/1_neural_networks/index", "book/1_neural_networks/1_1_overview"]


@pytest.fixture(scope="module")
def book(browser, address) -> PdfReader:
    """The first three pages of the site, printed."""
    return PdfReader(BytesIO(pdf.print_book(browser, address, pdf.pages_of(TOC)[:3])))


def bookmarks(outline: list, depth: int = 0) -> Iterator[tuple[int, object]]:
    for entry in outline:
        if isinstance(entry, list):
            yield from bookmarks(entry, depth + 1)
        else:
            yield depth, entry


def links(book: PdfReader) -> list[dict]:
    found = [note.get_object() for page in book.pages for note in page.get("/Annots", [])]
    return [note for note in found if note["/Subtype"] == "/Link"]


def words(book: PdfReader, first: int = 0) -> str:
    return " ".join(" ".join(page.extract_text() for page in book.pages[first:]).split())


def headings(page: str) -> list[str]:
    """The second-level headings of a page, but for the last, which leads to other pages and is not printed."""
    cells = json.loads((pdf.ROOT / f"{page}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return [heading for heading in re.findall(r"^## (.*)$", text, re.MULTILINE) if heading != "Where to go next"]


def test_the_pages_are_those_of_the_site_in_reading_order():
    pages = pdf.pages_of(TOC)
    assert [page["file"] for page in pages[:3]] == PRINTED
    assert [page["level"] for page in pages[:4]] == [1, 2, 3, 3]
    assert [page["part"] for page in pages if page["part"]] == [part["caption"] for part in TOC["parts"]]
    assert len({page["name"] for page in pages}) == len(pages)


def test_the_letters_of_a_word_stand_together(book, site):
    shown = {
        word for page in PRINTED for word in re.findall("[a-z]+", (site / f"{page}.html").read_text("utf-8").lower())
    }
    printed = re.findall("[a-z]{3,}", words(book).lower())
    pieces = [word for word in printed if word not in shown]
    assert len(pieces) < 0.01 * len(printed), pieces


def test_bookmarks_lead_to_parts_chapters_sections_and_headings(book):
    marks = [(depth, mark.title) for depth, mark in bookmarks(book.outline)]
    title = "1.1 Turn the knobs: what a neural network is"
    upper = [(0, "Contents"), (0, "Backpropagation: Principles and Practice")]
    upper += [(0, "Part I · Foundations"), (1, "1 Neural networks"), (2, title)]
    assert [mark for mark in marks if mark in upper] == upper
    assert [name for depth, name in marks if depth == 3] == headings(PRINTED[2])
    for _, mark in bookmarks(book.outline):
        on_page = "".join(book.pages[book.get_destination_page_number(mark)].extract_text().split())
        assert "".join(mark.title.split())[:20] in on_page


def test_the_contents_name_the_page_on_which_a_section_begins(book):
    contents = book.pages[1].extract_text()
    starts = {mark.title: book.get_destination_page_number(mark) + 1 for _, mark in bookmarks(book.outline)}
    for title in ("1 Neural networks", "1.1 Turn the knobs: what a neural network is"):
        assert re.search(rf"{re.escape(title)}\s*{starts[title]}\b", contents), contents


def test_every_page_but_the_title_bears_its_number_and_those_of_a_section_its_names(book):
    starts = [book.get_destination_page_number(mark) for _, mark in bookmarks(book.outline)]
    for number, page in enumerate(book.pages):
        lines = page.extract_text().splitlines()
        assert (str(number + 1) in lines) == (number > 0)
    assert "1 Neural networks 1.1 Overview" in " ".join(book.pages[max(starts)].extract_text().split())


def test_a_link_to_a_printed_page_leads_to_its_place_and_others_to_the_web(book):
    outside = {link["/A"]["/URI"] for link in links(book) if "/URI" in link.get("/A", {})}
    printed = tuple(f"{pdf.CONFIG['html']['baseurl']}{page}." for page in PRINTED)
    assert [address for address in outside if address.startswith((*printed, "http://127", "file:"))] == []
    assert any(address.startswith(pdf.CONFIG["html"]["baseurl"]) for address in outside)
    targets = {link["/Dest"] for link in links(book) if "/Dest" in link}
    assert {"/page1", "/page2"} < targets
    assert any(target.startswith("/page2-equation-") for target in targets)
    assert targets <= set(book.named_destinations)


def test_what_the_screen_folds_lies_open_and_what_only_a_screen_can_do_is_left_out(book):
    text = words(book)
    assert "Two losses for each of 109,386 knobs" in text  # the reason of an option
    assert "Every hidden neuron brings two weights" in text  # a hint
    for word in ("not answered yet", "Show code cell source", "back to my best", "import matplotlib"):
        assert word not in text


@pytest.mark.parametrize("media", ["print", "screen"])
def test_the_letter_of_an_option_is_painted(browser, address, media):
    tab = browser.new_page()
    tab.emulate_media(media=media)
    tab.goto(f"{address}{PRINTED[2]}.html")
    option = tab.locator(".quiz summary").first
    with_letter = option.screenshot()
    tab.add_style_tag(content=".quiz summary::before { visibility: hidden !important }")
    assert option.screenshot() != with_letter
    tab.close()


def test_no_page_is_nearly_empty(book):
    """Fewest words: the page that lists the sections of a chapter."""
    assert min(len(page.extract_text().split()) for page in book.pages[2:]) > 40


def test_the_book_says_what_it_is_and_whose_and_brings_its_fonts(book):
    assert book.metadata.title == pdf.CONFIG["title"]
    assert book.metadata.author == pdf.CONFIG["author"]
    assert b"/ObjStm" in book.stream.getvalue()  # small objects are packed
    root = book.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    for page in book.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            described = font.get("/DescendantFonts", [font])[0].get_object().get("/FontDescriptor", {})
            assert font["/Subtype"] == "/Type3" or {"/FontFile2", "/FontFile3"} & set(described.get_object())
