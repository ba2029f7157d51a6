"""The mount script: a page without a kernel gives every widget a model, and says so where it cannot."""

import json

import ipywidgets
import pytest
import traitlets
from harness import ALL, page

from backprop.widgets.base import Widget


class Counter(Widget):
    """The smallest widget: a button that counts in a trait."""

    _esm = """
    export default {
      initialize({ model }) { model.set("born", model.get("born") + 1); },
      render({ model, el }) {
        const node = document.createElement("button");
        const show = () => { node.textContent = `${model.get("count")} of ${model.get("born")}`; };
        model.on("change:count", show);
        node.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
        node.ondblclick = () => model.off("change:count", show);
        show();
        el.append(node);
      },
    };"""
    count = traitlets.Int(3).tag(sync=True)
    born = traitlets.Int(0).tag(sync=True)


class Broken(Widget):
    """A widget that fails while it is drawn."""

    _esm = 'export default { render() { throw new Error("no such thing"); } };'


@pytest.mark.parametrize("widget", ALL, ids=lambda widget: widget.__name__)
def test_every_widget_of_the_book_is_drawn_from_a_file_without_a_server(widget, open_page):
    tab = open_page(page(widget()))
    tab.wait_for_selector("[data-mounted] .bp")
    assert tab.locator("[data-mounted]").bounding_box()["height"] > 50
    for width in (390, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_views_of_one_model_move_together_and_other_models_do_not(open_page):
    tab = open_page(page(Counter(), Counter(count=8), copies=2))
    buttons = tab.locator("[data-mounted] button")
    buttons.nth(3).wait_for()
    buttons.nth(0).click()
    assert buttons.all_inner_texts() == ["4 of 1", "4 of 1", "8 of 1", "8 of 1"]  # one initialize for two views


def test_a_listener_that_was_removed_stays_silent(open_page):
    tab = open_page(page(Counter()))
    button = tab.locator("[data-mounted] button")
    button.dblclick()  # two clicks count to 5, then the listener goes
    button.click()
    assert button.inner_text() == "5 of 1"


def test_a_value_equal_to_the_old_one_is_no_change(open_page):
    class Told(Widget):
        _esm = """
        export default {
          render({ model, el }) {
            const told = [];
            model.on("change:pair change", () => told.push(model.get("pair")));
            for (const pair of [[1, 2], [1, 3], [1, 3]]) model.set("pair", pair);
            el.append(JSON.stringify(told));
          },
        };"""
        pair = traitlets.List([1, 2]).tag(sync=True)

    assert open_page(page(Told())).locator("[data-mounted]").inner_text() == "[[1,3],[1,3]]"  # by name, and as any


def test_a_widget_that_fails_says_so_and_the_others_work(open_page):
    tab = open_page(page(Broken(), Counter()))
    assert tab.get_by_role("alert").inner_text() == "This interactive figure could not start: no such thing"
    assert tab.locator("[data-mounted] button").inner_text() == "3 of 1"
    assert "no such thing" in tab.said.pop()
    assert tab.said == []


@pytest.mark.parametrize("mark", ['id="run-this-page"', 'class="run-this-page"'])
def test_a_control_that_needs_a_kernel_says_so_and_points_to_running_the_page(mark, open_page):
    tab = open_page(page(ipywidgets.FloatSlider()).replace("<h1>", f"<h1 {mark}>"))
    assert tab.locator("h1#run-this-page").count() == 1
    note = tab.locator(".widget-note")
    assert note.inner_text() == "This control needs a running kernel: run this page."
    assert note.locator("a").get_attribute("href") == "#run-this-page"


def test_where_a_link_runs_the_page_the_control_points_to_where_it_leads(open_page):
    link = '<a class="run-this-page" href="https://example.org/run">run</a>'
    tab = open_page(page(ipywidgets.FloatSlider()).replace("<h1>", f"{link}<h1>"))
    assert tab.locator(".widget-note a").get_attribute("href") == "https://example.org/run"


def test_notes_are_chinese_on_a_chinese_page(open_page):
    tab = open_page(page(ipywidgets.FloatSlider(), lang="zh-CN"))
    assert tab.locator(".widget-note").inner_text() == "此控件需要内核：运行本页。"


class Kept(Widget):
    """A widget that keeps a number, a word and a list in the address."""

    _esm = """
    export default {
      render({ model, el }) {
        const names = ["count", "word", "pair"];
        model.keepInAddress(names, (name, value) => name !== "count" || value <= 50);
        const node = document.createElement("output");
        node.style = "display: block; height: 300px";
        const show = () => { node.textContent = JSON.stringify(names.map((name) => model.get(name))); };
        for (const name of names) model.on("change:" + name, show);
        node.onclick = () => { model.set("count", model.get("count") + 1); };
        node.ondblclick = () => { model.set("pair", [3, 4.5]); };
        node.onwheel = () => { model.set("count", model.get("count") - 1); };
        show();
        el.append(node);
      },
    };"""
    count = traitlets.Int(3).tag(sync=True)
    word = traitlets.Unicode("a").tag(sync=True)
    pair = traitlets.List([1, 2]).tag(sync=True)


def test_a_widget_writes_under_its_own_key_and_leaves_the_others_alone(open_page):
    tab = open_page(page(*(Kept() for _ in range(10))), fragment="#w10.count=7&w2.word=b")
    boxes = tab.locator("[data-mounted] output")
    boxes.nth(9).wait_for()
    assert boxes.nth(9).inner_text() == '[7,"a",[1,2]]'
    assert boxes.nth(1).inner_text() == '[3,"b",[1,2]]'
    boxes.nth(0).click()
    tab.wait_for_function("() => location.hash.includes('w1.')")
    assert tab.evaluate("location.hash") == "#w10.count=7&w2.word=b&w1.count=4"
    boxes.nth(9).dblclick()  # two clicks, then the pair
    tab.wait_for_function("() => location.hash.includes('pair')")
    assert tab.evaluate("location.hash") == "#w2.word=b&w1.count=4&w10.count=9&w10.pair=3,4.5"


def test_a_plain_section_stays_in_the_address_until_there_is_something_to_say(open_page):
    tab = open_page(page(Kept()), fragment="#a-section")
    box = tab.locator("[data-mounted] output")
    box.evaluate("node => { node.onclick(); node.onwheel(); }")  # away from the author's setting, and back
    tab.wait_for_timeout(300)
    assert tab.evaluate("location.hash") == "#a-section"
    box.click()
    tab.wait_for_function("() => location.hash.includes('w1.')")
    assert tab.evaluate("location.hash") == "#w1.count=4"


def test_the_authors_setting_stays_the_same_for_each_view_of_a_linked_widget(open_page):
    tab = open_page(page(Kept(), copies=2), fragment="#w1.count=4")
    box = tab.locator("[data-mounted] output").nth(1)
    assert box.inner_text() == '[4,"a",[1,2]]'
    box.evaluate("node => node.onwheel()")  # back to the author's 3, which needs no word in the address
    tab.wait_for_function("() => !location.hash")
    tab.wait_for_timeout(300)
    assert tab.evaluate("location.hash") == ""


def test_an_address_that_is_not_accepted_leaves_the_authors_setting(open_page):
    tab = open_page(page(Kept()), fragment="#w1.count=51&w1.word=x")
    assert tab.locator("[data-mounted] output").inner_text() == '[3,"x",[1,2]]'
    tab.evaluate("location.hash = '#w1.pair=5,6'")
    tab.wait_for_function("() => document.querySelector('output').textContent.includes('5')")
    assert tab.locator("[data-mounted] output").inner_text() == '[3,"a",[5,6]]'
    tab.evaluate("location.hash = '#w1.pair=5,b'")  # a word in a list stays one, for the widget to judge
    tab.wait_for_function("() => document.querySelector('output').textContent.includes('b')")
    assert tab.locator("[data-mounted] output").inner_text() == '[3,"a",[5,"b"]]'
    tab.evaluate("location.hash = '#w1.pair=5,6'")
    tab.wait_for_function("() => document.querySelector('output').textContent.includes('6')")
    tab.evaluate("location.hash = '#elsewhere'")  # a link to a section is no setting
    tab.wait_for_timeout(50)
    assert tab.locator("[data-mounted] output").inner_text() == '[3,"a",[5,6]]'


REFUSED = [
    ("w1.count=51", "count = 51"),  # the widget does not take it
    ("w1.count=", "count = "),  # no number, though an empty text counts as zero
    ("w1.count=4,5", "count = 4,5"),  # not one number
    ("w1.pair=5,", "pair = 5,"),
    ("w1.cuont=4&w1.count=4", "cuont = 4"),  # no such trait
    ("w1.count=51&w1.word=x&w1.size=2", "count = 51, size = 2"),
]


@pytest.mark.parametrize(("fragment", "what"), REFUSED)
def test_what_a_link_asks_in_vain_is_named_and_the_rest_is_done(fragment, what, open_page):
    tab = open_page(page(Kept()), fragment="#" + fragment)
    told = tab.get_by_role("alert").inner_text()
    assert told == f"The link asks for {what}. This figure does not take that and keeps its own value."
    count, word, pair = 4 if "count=4&" in fragment + "&" else 3, "x" if "word" in fragment else "a", [1, 2]
    assert json.loads(tab.locator("[data-mounted] output").inner_text()) == [count, word, pair]
    tab.evaluate("location.hash = '#w1.count=4'")
    tab.wait_for_function("() => document.querySelector('output').textContent.startsWith('[4')")
    assert tab.get_by_role("alert").count() == 0


def test_a_link_to_a_widget_that_the_page_does_not_have_is_no_silent_one(open_page):
    tab = open_page(page(Kept()), fragment="#w2.count=4")
    assert tab.get_by_role("alert").inner_text() == (
        "The link leads to an interactive figure that this page does not have."
    )
    for fragment in ("", "#w1.count=4", "#a=1", "#wide.a=1"):
        assert open_page(page(Kept()), fragment=fragment).get_by_role("alert").count() == 0


def test_the_button_copies_a_link_that_brings_this_setting_of_this_widget_back(open_page):
    tab = open_page(page(Kept(), Kept(word="a=1 & b")), fragment="#w1.count=7")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    buttons = tab.get_by_role("button", name="Copy link to this setting")
    tab.locator("[data-mounted] output").nth(1).click()

    def copied(number: int) -> str:
        buttons.nth(number).click()
        tab.locator(".widget-link").nth(number).get_by_text("Copied.").wait_for()
        return "#" + tab.evaluate("navigator.clipboard.readText()").partition("#")[2]

    assert copied(0) == "#w1.count=7"
    assert copied(1) == "#w2.count=4"
    again = open_page(page(Kept(), Kept(word="b")), fragment=copied(1) + "&w2.word=a%3D1%20%26%20b")
    assert again.locator("[data-mounted] output").nth(1).inner_text() == '[4,"a=1 & b",[1,2]]'


def test_a_link_to_the_authors_setting_leads_to_the_widget_as_well(open_page):
    tab = open_page(page(Kept(), Kept()))
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy link to this setting").nth(1).click()
    tab.get_by_text("Copied.").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()").endswith("#w2.count=3")


def test_where_a_page_may_not_copy_the_link_is_written_out(open_page):
    tab = open_page(page(Kept()), fragment="#w1.word=x", script="delete Navigator.prototype.clipboard")
    tab.get_by_role("button", name="Copy link to this setting").click()
    told = tab.locator(".widget-link [role=status]").inner_text()
    assert told == f"This browser does not let a page copy. The link is {tab.url}"


def test_a_widget_without_an_address_offers_no_link(open_page):
    tab = open_page(page(Counter()))
    tab.locator("[data-mounted] button").wait_for()
    assert tab.get_by_role("button", name="Copy link").count() == 0


def test_a_widget_that_is_linked_to_is_scrolled_to(open_page):
    tab = open_page(page(*(Kept() for _ in range(8))), fragment="#w8.count=9")
    box = tab.locator("[data-mounted] output").nth(7)
    box.wait_for()
    tab.wait_for_function("() => scrollY > 0")
    top = box.bounding_box()["y"]
    assert 0 <= top <= 600
    assert open_page(page(*(Kept() for _ in range(8)))).evaluate("scrollY") == 0


def test_drawing_waits_for_no_frame_while_the_page_is_printed_but_does_afterwards(open_page):
    tab = open_page(page(Counter()))
    drawn = """event => {
        let count = 0;
        dispatchEvent(new Event(event));
        requestAnimationFrame(() => count++);
        return count;
    }"""
    assert [tab.evaluate(drawn, event) for event in ("beforeprint", "afterprint", "resize")] == [1, 0, 0]


@pytest.mark.parametrize(("medium", "count"), [("screen", "3 of 1"), ("print", "8 of 1")])
def test_the_value_for_paper_is_shown_on_paper_alone(medium, count, open_page):
    html = page(Counter()).replace('class="cell_output"', """class="cell_output" data-still='["count", 8]'""")
    tab = open_page("<p>wait</p>")
    tab.emulate_media(media=medium)
    tab.set_content(html)
    assert tab.locator("[data-mounted] button").inner_text() == count


def test_styles_and_modules_are_loaded_once_however_many_widgets_use_them(open_page):
    class Worn(Kept):
        _css = ".worn { color: red }"

    tab = open_page(page(Worn(), Worn(), Counter()))
    tab.locator("[data-mounted] output").nth(1).wait_for()
    assert (
        tab.evaluate("[...document.querySelectorAll('style')].filter(s => s.textContent.includes('worn')).length") == 1
    )
