"""Small scripts of a page: its contents mark the part that is read, its buttons copy code."""

from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "web" / "page"
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
def contents(browser):
    tab = browser.new_page(viewport={"width": 800, "height": 900})
    tab.set_content(PAGE)
    tab.add_script_tag(path=SCRIPTS / "contents.js")
    yield tab
    tab.close()


@pytest.mark.parametrize(
    ("scrolled", "part"),
    [(0, "one"), (650, "one"), (710, "two"), (1650, "two"), (1710, "three"), (2100, "three")],
)  # a part is seen from 100 on, and read from 700 on
def test_a_part_is_marked_once_its_title_has_passed_the_upper_third(contents, scrolled, part):
    contents.evaluate("place => scrollTo(0, place)", scrolled)
    assert contents.evaluate(MARKED) == [part, part]


def test_what_was_read_before_is_marked_no_longer(contents):
    for scrolled, part in ((800, "two"), (2100, "three"), (0, "one")):
        contents.evaluate("place => scrollTo(0, place)", scrolled)
        assert contents.evaluate(MARKED) == [part, part]


CODE = '<div class="highlight"><pre>a = 1\n\nb = 2\n</pre></div>'
CLIPBOARD = (
    "() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: async text => { copied = text } } })"
)


@pytest.mark.parametrize(("lang", "copy", "copied"), [("en", "Copy", "Copied"), ("zh-CN", "复制", "已复制")])
def test_a_button_copies_the_code_says_so_and_offers_itself_again(browser, lang, copy, copied):
    tab = browser.new_page()
    tab.clock.install()
    tab.set_content(f'<html lang="{lang}">{CODE}</html>')
    tab.evaluate(CLIPBOARD)
    tab.add_script_tag(path=SCRIPTS / "copy.js")
    button = tab.locator("button")
    seen = []
    for act in (lambda: None, button.click, lambda: tab.clock.run_for(2100)):
        act()
        seen.append([button.get_attribute(name) for name in ("title", "aria-label")])
    assert seen == [[copy] * 2, [copied] * 2, [copy] * 2]
    assert tab.evaluate("copied") == "a = 1\n\nb = 2"
    tab.close()
