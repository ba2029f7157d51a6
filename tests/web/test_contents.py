"""The table of contents of a page marks the part that is being read, and no other."""

from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "web" / "page" / "contents.js"
PARTS = ("one", "two", "three")
PAGE = (
    '<nav class="page-toc">'
    + "".join(f'<a href="#{part}">{part}</a>' for part in PARTS)
    + "</nav><style>nav { position: fixed } body { margin: 0 }</style>"
    + "".join(f'<section id="{part}" style="height: 1000px">{part}</section>' for part in PARTS)
)
MARKED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
    ["a.active", "a[aria-current=true]"].map(marked => document.querySelector(".page-toc").querySelectorAll(marked))
    .map(links => [...links].map(link => link.textContent).join())))))"""


@pytest.fixture
def tab(browser):
    tab = browser.new_page(viewport={"width": 800, "height": 900})
    tab.set_content(PAGE)
    tab.add_script_tag(path=SCRIPT)
    yield tab
    tab.close()


@pytest.mark.parametrize(
    ("scrolled", "part"),
    [(0, "one"), (650, "one"), (710, "two"), (1650, "two"), (1710, "three"), (2100, "three")],
)  # a part is seen from 100 on, and read from 700 on
def test_a_part_is_marked_once_its_title_has_passed_the_upper_third(tab, scrolled, part):
    tab.evaluate("place => scrollTo(0, place)", scrolled)
    assert tab.evaluate(MARKED) == [part, part]


def test_what_was_read_before_is_marked_no_longer(tab):
    for scrolled, part in ((800, "two"), (2100, "three"), (0, "one")):
        tab.evaluate("place => scrollTo(0, place)", scrolled)
        assert tab.evaluate(MARKED) == [part, part]
