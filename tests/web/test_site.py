"""Every page of the built site in a real browser: complete, quiet, readable on any screen and without a network."""

import functools
import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import axe
import fonts
import pytest
import yaml
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FIRST_VISIT = 300_000  # bytes over the wire, compressed, with an empty cache
WIDTHS = (1280, 768, 390, 320)
VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]'

SHIFTS = """window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(
    entry => { window.shifts += entry.value })).observe({type: "layout-shift", buffered: true})"""

LAID_OUT = """theme => new Promise(done => { document.documentElement.dataset.theme = theme;
    requestAnimationFrame(() => requestAnimationFrame(done)) })"""


def listed_pages(node: object) -> Iterator[str]:
    """The pages of _toc.yml in reading order."""
    if isinstance(node, dict):
        yield from (node[key] for key in ("root", "file") if key in node)
        for key in ("parts", "chapters", "sections"):
            yield from listed_pages(node.get(key))
    elif isinstance(node, list):
        for child in node:
            yield from listed_pages(child)


SOURCES = list(listed_pages(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
PAGES = [f"{source}.html" for source in SOURCES]


def source_text(page: str) -> str:
    """The markdown of a page, without its code."""
    path = ROOT / page
    if (notebook := path.with_suffix(".ipynb")).is_file():
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    else:
        text = path.with_suffix(".md").read_text("utf-8")
    return re.sub(r"(`{3,})\w*\n.*?\1|`[^`\n]*`", "", text, flags=re.DOTALL)


class Visit:
    """A page in its own tab, with all that it asked for and all that the browser said about it."""

    def __init__(self, browser, address: str) -> None:
        self.requests, self.failures, self.messages, self.weight = [], [], [], {}
        # Without fading colours, or a change of theme would be looked at half-way.
        still = {"color_scheme": "light", "reduced_motion": "reduce"}
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **still)
        self.tab = context.new_page()
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("requestfailed", lambda request: self.failures.append(request.url))
        self.tab.on("response", self._weigh)
        self.tab.on("pageerror", lambda error: self.messages.append(str(error)))
        self.tab.on("console", self._hear)
        self.tab.add_init_script(SHIFTS)
        self.tab.route("**/mount.js*", self._arrive_late)
        self.tab.goto(address, wait_until="networkidle")

    def _arrive_late(self, route) -> None:
        """As over a network: the text is on the screen before the widgets are."""
        self.tab.wait_for_timeout(300)
        route.continue_()

    def _weigh(self, response) -> None:
        if response.status >= 400:
            self.failures.append(response.url)
        elif response.url.startswith("http"):
            self.weight[response.url] = response

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.messages.append(message.text)

    def use(self, width: int, theme: str) -> None:
        if self.tab.viewport_size["width"] != width:
            self.tab.set_viewport_size({"width": width, "height": 900})
        self.tab.evaluate(LAID_OUT, theme)


@pytest.fixture(scope="module", params=PAGES)
def page(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def visit(browser, address, page) -> Iterator[Visit]:
    visit = Visit(browser, address + page)
    yield visit
    visit.tab.context.close()


def test_a_page_asks_only_its_own_site_and_gets_everything(visit, address):
    assert [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert visit.failures == []


def test_a_page_loads_without_an_error_or_a_warning(visit):
    assert visit.messages == []


def test_a_first_visit_is_light(visit):
    """Text is compressed by the host; fonts and pictures already are."""
    sizes = {url: len(gzip.compress(response.body(), 6)) for url, response in list(visit.weight.items())}
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert sum(sizes.values()) <= FIRST_VISIT, heaviest


def test_the_contents_mark_the_part_that_is_read(visit):
    links = visit.tab.locator(".page-toc a")
    if links.count() < 3:
        pytest.skip("a page without a table of contents")
    last = links.last.get_attribute("href")
    visit.tab.evaluate("id => document.getElementById(decodeURIComponent(id)).scrollIntoView()", last[1:])
    visit.tab.wait_for_selector(f'.page-toc a.active[href="{last}"][aria-current]', state="attached")
    assert visit.tab.locator(".page-toc a.active").count() == 1
    assert visit.tab.locator(".page-toc a[aria-current]").count() == 1
    visit.tab.evaluate("window.scrollTo(0, 0)")


def test_nothing_jumps_while_a_page_loads(visit):
    """Layout shift as Core Web Vitals measures it (0.1 is called good); each widget says how much room it takes."""
    assert visit.tab.evaluate("window.shifts") <= 0.03


def test_every_formula_is_drawn(visit, page):
    text = source_text(page)
    displayed = len(re.findall(r"\$\$.+?\$\$", text, re.DOTALL))
    inline = len(re.findall(r"(?<![\\$])\$[^$\n]+\$(?!\$)", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL)))
    drawn = visit.tab.locator(".bd-article span.katex, .bd-article .katex-display").count()
    assert drawn >= displayed + inline
    assert visit.tab.locator(".katex-error").count() == 0
    left = visit.tab.evaluate(
        """() => { const copy = document.querySelector(".bd-article").cloneNode(true);
                   copy.querySelectorAll("pre, code, script, .katex, .output, .drawing").forEach(node => node.remove());
                   return copy.textContent.match(/\\$[^$]*\\$|\\\\[(\\[]|\\\\frac|\\\\partial/g) || [] }"""
    )
    assert left == []


LETTERS = """() => { const found = {};
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) { const node = texts.currentNode.parentElement;
        if (node.closest("script, style, noscript, .katex-mathml")) continue;
        const { fontFamily, fontWeight, fontStyle } = getComputedStyle(node);
        const key = [fontFamily.split(",")[0].replaceAll('"', ""), +fontWeight >= 600, fontStyle === "italic"];
        found[key] = (found[key] ?? "") + texts.currentNode.data } return found }"""
FILES = {"Book Sans": "faces/sans.woff2", "Book Sans,bold": "faces/sans-semibold.woff2",
         "Book Sans,italic": "faces/sans-italic.woff2", "Book Code": "faces/code.woff2"}  # fmt: skip


@functools.cache
def drawn_by(path: Path) -> set[str]:
    with TTFont(path) as font:
        return set(map(chr, font.getBestCmap()))


def test_every_letter_that_its_face_knows_is_drawn_in_it(visit, site):
    """Fonts are cut: a letter that were left out would come from another font."""
    shown = visit.tab.evaluate(LETTERS)
    assert any(key.startswith("Book Sans") for key in shown)
    for key, letters in shown.items():
        family, bold, italic = key.split(",")
        if family.startswith("Book"):
            # A slanted word in a heading is the slanted face, made stronger; code has one face.
            style = ",italic" if italic == "true" else ",bold" if bold == "true" else ""
            face = FILES[family if family == "Book Code" else family + style]
            whole = fonts.MODULES / fonts.FACES[Path(face).stem]
        elif family in ("KaTeX_Main", "KaTeX_Math", "KaTeX_AMS") or family.startswith("KaTeX_Size"):
            style = {"falsefalse": "Regular", "falsetrue": "Italic", "truefalse": "Bold", "truetrue": "BoldItalic"}
            face = f"katex/fonts/{family}-{style[bold + italic]}.woff2"
            whole = fonts.MODULES / "katex" / "dist" / "fonts" / Path(face).name
        else:
            continue
        cut = site / "_static" / "vendor" / face
        files = [cut, rare] if (rare := cut.with_stem(f"{cut.stem}-rare")).is_file() else [cut]
        assert set(letters) & drawn_by(whole) <= set().union(*map(drawn_by, files)), key


def test_every_widget_is_mounted_and_answers_its_slider(visit):
    places = visit.tab.locator(VIEW)
    for number in range(places.count()):
        widget = places.nth(number).locator("xpath=following-sibling::*[1]")
        if widget.locator(".widget-note a[href='#run-this-page']").count():
            continue  # it needs a kernel, and says where to get one
        assert widget.get_attribute("data-mounted"), widget.inner_text()
        for slider in widget.locator("input[type=range]:visible").all():
            before = widget.inner_text()
            at_end = slider.evaluate("node => +node.value >= +node.max")
            slider.press("ArrowLeft" if at_end else "ArrowRight")
            assert widget.inner_text() != before, "the slider moved and no read-out changed"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(visit, width):
    visit.use(width, "light")
    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= width


FORMULA_FAULTS = """() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    return [...document.querySelectorAll(".bd-article div.math:has(> .eqno)")].flatMap(line => {
    const formula = line.querySelector(".katex-html"), box = formula.getBoundingClientRect();
    const number = line.querySelector(".eqno").getBoundingClientRect();
    const beside = box.top < number.bottom && number.top < box.bottom, faults = [];
    if (beside && box.right > number.left) faults.push("meets its number");
    if (beside && formula.scrollWidth > formula.clientWidth) faults.push("scrolls beside its number, not above it");
    formula.scrollLeft = formula.scrollWidth;
    const end = Math.max(...[...formula.querySelectorAll(".base")].map(part => part.getBoundingClientRect().right));
    if (end > box.right + 1) faults.push("cannot be scrolled to its end");
    return faults.map(fault => `${line.id} ${fault}`) }) }"""


@pytest.mark.parametrize("width", [390, 320])
def test_a_formula_keeps_clear_of_its_number_and_can_be_read_to_its_end(visit, width):
    visit.use(width, "light")
    assert visit.tab.evaluate(FORMULA_FAULTS) == []


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])  # each width and each theme once
def test_axe_finds_nothing_serious(visit, page, width, theme):
    visit.use(width, theme)
    visit.tab.wait_for_timeout(400)  # the theme waits 300 ms before it lets the keyboard reach what scrolls
    # A formula is hundreds of nodes in the colour of the text. Program text, drawings and the list of pages look alike
    # on all pages.
    alike = ".katex" if page == PAGES[2] else ".katex, .highlight pre, .drawing > *, .bd-links > *"
    assert [fault for fault in axe.faults(visit.tab, alike) if fault[0] in ("serious", "critical")] == []


def test_axe_finds_pale_text_wherever_it_stands(browser, address):
    tab = browser.new_page()
    tab.goto(address + PAGES[0])
    last = tab.locator(".bd-article p:not([class])").last
    for style in ("color: #999", "background-color: #555"):
        last.evaluate("(node, style) => { node.style = style }", style)
        assert [fault[:2] for fault in axe.faults(tab)] == [("serious", "color-contrast")]
    tab.close()


def test_every_picture_says_what_it_shows(visit):
    pictures = visit.tab.locator(".bd-article img").all()
    assert [picture.get_attribute("src") for picture in pictures if not picture.get_attribute("alt")] == []


def test_every_icon_is_in_the_small_font(visit):
    fonts = [url for url in visit.requests if "fontawesome" in url]
    assert fonts == [], "an icon is missing in web/assets.py, so the theme's whole font was fetched"


@functools.cache
def anchors_and_links(path: Path) -> tuple[set[str], list[str]]:
    """The ids of a page, and the addresses that it links or loads."""
    ids, links = set(), []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            values = dict(attributes)
            ids.add(values.get("id"))
            links.extend(values[key] for key in ("href", "src") if values.get(key) and tag != "base")

    Reader().feed(path.read_text("utf-8"))
    return ids, links


def test_every_link_inside_the_site_leads_somewhere(site):
    broken = []
    for path in [site / "index.html", site / "search.html", *(site / page for page in PAGES)]:
        for link in anchors_and_links(path)[1]:
            target, anchor = urldefrag(urljoin(path.as_uri(), link))
            if not target.startswith("file:"):
                continue
            file = Path(unquote(target.removeprefix("file://").partition("?")[0]))
            if not file.is_file() or (anchor and file.suffix == ".html" and anchor not in anchors_and_links(file)[0]):
                broken.append(f"{path.relative_to(site)} -> {link}")
    assert broken == []


@pytest.mark.parametrize("page", [page for page in PAGES if re.search(r"/\d+_", page)])
def test_a_page_has_the_number_of_its_file_in_its_title(site, page):
    title = re.search(r"<title>(.*?)</title>", (site / page).read_text("utf-8"))[1]
    place = Path(page)
    name = place.parent.name if place.stem == "index" else place.stem
    number = re.match(r"\d+(?:_\d+)*", name)[0].replace("_", ".")
    assert title.startswith(f"{number} ")


def test_the_front_door_opens_the_first_page(browser, address):
    visit = Visit(browser, address)
    visit.tab.wait_for_url(f"**/{PAGES[0]}")


def test_a_button_copies_code_or_marks_it_where_it_may_not(browser, address):
    for allowed in (True, False):
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        if not allowed:
            context.add_init_script("delete Navigator.prototype.clipboard")
        tab = context.new_page()
        tab.goto(address + "book/2_backpropagation/2_3_1_chain_rule.html")
        code = tab.locator("div.highlight:visible").first
        code.hover()
        code.get_by_role("button", name="Copy", exact=True).click()
        code.get_by_role("button", name="Copied" if allowed else "Cannot copy").wait_for()
        read = "navigator.clipboard.readText()" if allowed else "getSelection().toString()"
        assert tab.evaluate(read).strip() == code.locator("pre").inner_text().strip() != ""
        context.close()


def test_a_wrong_address_deep_inside_gets_the_books_own_page(browser, address):
    visit = Visit(browser, address + "book/nothing/here/at_all.html")
    assert visit.failures == [address + "book/nothing/here/at_all.html"]
    assert visit.tab.locator(".bd-article h1").inner_text() == "This page is not in the book"
    visit.tab.click(".bd-article a >> nth=0")
    visit.tab.wait_for_url(f"**/{PAGES[0]}")


def test_the_book_opens_from_a_folder(browser, site):
    visit = Visit(browser, (site / PAGES[0]).as_uri())
    assert visit.messages == []
    assert [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_the_first_key_offers_to_skip_to_the_text(browser, address):
    tab = Visit(browser, address + PAGES[0]).tab
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to main content"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#main-content")


def test_the_switch_turns_the_page_dark_and_remembers_it(browser, address):
    tab = Visit(browser, address + PAGES[0]).tab
    for _ in range(3):
        if tab.evaluate("document.documentElement.dataset.mode") == "dark":
            break
        tab.click(".theme-switch-button >> visible=true")
    tab.goto(address + PAGES[-1])
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_without_scripts_code_is_coloured_and_a_widgets_place_shows_it_and_says_what_is_missing(browser, address):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(address + "book/1_neural_networks/1_3_activation_functions.html")
    ink = [tab.locator(node).first.evaluate("node => getComputedStyle(node).color") for node in ("p", ".highlight .kn")]
    assert ink[0] != ink[1]
    rooms = tab.locator(".widget-room").count()
    notes, stills = tab.locator(".widget-room .widget-note"), tab.locator(".widget-room img")
    assert rooms == notes.count() == stills.count() > 0
    assert all(note.bounding_box()["height"] > 10 for note in notes.all())
    for still in stills.all():
        still.scroll_into_view_if_needed()
        assert still.evaluate("async (node) => { await node.decode(); return node.naturalWidth }") > 1000
        assert "slope" in still.get_attribute("alt")
    tab.close()


def test_a_picture_of_a_widget_is_fetched_only_where_no_script_runs(browser, address):
    visit = Visit(browser, address + "book/1_neural_networks/1_3_activation_functions.html")
    assert any("mount.js" in url for url in visit.requests)
    assert not any("stills" in url for url in visit.requests)


def test_a_widget_that_begins_empty_is_full_on_paper_and_empty_for_a_reader(browser, address):
    told = {}
    for media in ("print", "screen"):
        tab = browser.new_page()
        tab.emulate_media(media=media)
        tab.goto(address + "book/1_neural_networks/1_4_how_a_network_learns.html")
        told[media] = tab.locator("[data-mounted] .bp").inner_text()
        tab.close()
    assert "Round 8, step 7 of 11" in told["print"]
    assert "Nothing has run yet" in told["screen"]


def test_at_four_hundred_percent_the_bar_leaves_the_screen_to_the_text(browser, address):
    tab = Visit(browser, address + PAGES[2]).tab
    bar = "getComputedStyle(document.querySelector('.bd-header-article')).position"
    assert tab.evaluate(bar) == "sticky"
    tab.set_viewport_size({"width": 320, "height": 225})
    assert tab.evaluate(bar) == "static"


def test_every_landmark_of_the_same_kind_has_a_name_of_its_own(visit):
    names = visit.tab.evaluate("""[...document.querySelectorAll("nav")].map(node => node.getAttribute("aria-label") ??
        document.getElementById(node.getAttribute("aria-labelledby"))?.textContent.trim())""")
    assert all(names)
    assert len(set(names)) == len(names)


def test_a_fold_is_called_what_is_written_on_it(visit):
    assert visit.tab.locator(".bd-article summary[aria-label]").count() == 0


def test_a_dark_page_is_printed_light_and_is_dark_again_afterwards(browser, address):
    visit = Visit(browser, address + PAGES[0])
    visit.use(1280, "dark")
    theme = "document.documentElement.dataset.theme"
    assert visit.tab.evaluate(f"dispatchEvent(new Event('beforeprint')), {theme}") == "light"
    assert visit.tab.evaluate(f"dispatchEvent(new Event('afterprint')), {theme}") == "dark"


ON_PAPER = """() => {
    const shown = node => node.checkVisibility({ contentVisibilityAuto: true });
    const all = selector => [...document.querySelectorAll(selector)];
    const folds = all(".bd-article details:not(.hide, .live-menu)");
    return { folds: folds.length, open: folds.filter(fold => shown(fold.lastElementChild)).length,
             frame: all("nav, header, footer, input[type=range], .bp button, .live-menu").filter(shown).length,
             solutions: all("details.solution").filter(shown).length } }"""
TWO_FRAMES = (
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # a fold opens in the next one
)


def test_paper_shows_what_the_screen_folds_and_nothing_to_press(browser, address):
    tab = Visit(browser, address + "book/1_neural_networks/1_1_overview.html").tab
    tab.wait_for_selector("[data-mounted]")
    on_screen = tab.evaluate(ON_PAPER)
    assert on_screen["open"] == 0 < min(on_screen["folds"], on_screen["frame"], on_screen["solutions"])
    tab.emulate_media(media="print")
    tab.evaluate(TWO_FRAMES)
    assert tab.evaluate(ON_PAPER) == {**on_screen, "open": on_screen["folds"], "frame": 0}
    tab.evaluate("document.documentElement.dataset.print = 'questions'")
    tab.evaluate(TWO_FRAMES)
    assert tab.evaluate(ON_PAPER) == {**on_screen, "open": 0, "frame": 0, "solutions": 0}


def test_the_questions_alone_are_printed_once(browser, address):
    tab = Visit(browser, address + "book/1_neural_networks/1_1_overview.html").tab
    tab.evaluate(
        "window.print = () => { dispatchEvent(new Event('beforeprint'));"
        "window.printed = document.documentElement.dataset.print; dispatchEvent(new Event('afterprint')) }"
    )
    tab.click(".bp-menu summary")
    tab.click("text=Print the questions alone")
    assert tab.evaluate("[window.printed, document.documentElement.dataset.print ?? null]") == ["questions", None]


def test_a_widget_of_a_dark_page_is_drawn_light_before_it_is_printed(browser, address):
    visit = Visit(browser, address + "book/1_neural_networks/1_1_overview.html")
    visit.tab.wait_for_selector("[data-mounted]")
    visit.use(1280, "dark")
    drawn = """before => { if (before) dispatchEvent(new Event("beforeprint"));
        return Promise.resolve().then(() => document.querySelector(".bp canvas").toDataURL()) }"""
    dark, paper = visit.tab.evaluate(drawn, False), visit.tab.evaluate(drawn, True)
    visit.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    visit.use(1280, "light")
    assert dark != paper == visit.tab.evaluate(drawn, False)


def test_no_heading_is_numbered_twice(site, page):
    """The number stands in the title; Sphinx's own would stand before it once more."""
    assert "section-number" not in (site / page).read_text("utf-8")


def test_equations_are_counted_on_their_page_under_its_number(site, page):
    text = (site / page).read_text("utf-8")
    number = re.search(r"<title>(\S+) ", text)[1]
    counted = re.findall(r'class="eqno">\(([^)]*)\)', text)
    assert counted == [f"{number}.{k}" for k in range(1, len(counted) + 1)]


def test_colab_opens_the_copy_that_installs_the_package(site, page):
    links = re.findall(r'href="(https://colab[^"]*)"', (site / page).read_text("utf-8"))
    assert all("/blob/portable/" in link for link in links)
    assert links or not (ROOT / page).with_suffix(".ipynb").is_file()


def test_room_is_kept_for_every_widget_of_the_package(site, page):
    text = (site / page).read_text("utf-8")
    boxes = re.findall(r'<div class="widget-room" style="--room: [\d.]+rem; --narrow-room: [\d.]+rem"', text)
    state = re.search(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', text, re.DOTALL)
    ours = len(re.findall(r'"_anywidget_id": ?"backprop', state[1])) if state else 0
    assert len(boxes) >= ours
