"""The site's small extensions: numbers from titles, links of a fork, light and steady pages."""

import base64
import hashlib
import html
import io
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from docutils import nodes
from PIL import Image
from sphinx import addnodes
from sphinx.errors import ExtensionError

from backprop.results import ledger
from backprop.widgets.digit_pad import DigitPad
from backprop.widgets.time_lab import TimeLab
from web import stills

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "extensions"))
import addresses
import bundle
import editions
import exercises
import figures
import fonts
import formulas
import minutes
import page_numbers
import policy
import scripts
import sphinxcontrib.katex as katex
import steady
import used_in

ROOT = Path(__file__).resolve().parents[2]
APP = SimpleNamespace(connect=lambda *event, **options: None)
# What each extension reacts to, in which order: a late reaction must see what others have put on the page.
REACTIONS = {
    addresses: ["config-inited follow_repository 400", "html-page-context absolute_404",
                "html-page-context bring_package_to_colab 900"],
    bundle: ["html-page-context collect_sheets 900", "build-finished write_bundle 900"],
    editions: ["config-inited prepare 450", "doctree-read keep_anchors 450", "html-page-context lead_to_other",
               "html-page-context slant_foreign",
               "build-finished list_every_page 400", "build-finished name_alternates 900"],
    exercises: ["doctree-read title_exercises 400", "doctree-read mark_quiz_options", "doctree-read note_paper",
                "doctree-resolved fill_lists",
                "env-updated refresh_lists", "config-inited close_other_doors", "build-finished clean_downloads"],
    figures: ["env-updated lighten_drawings", "html-page-context inline_drawings"],
    fonts: ["build-finished cut_fonts"],
    formulas: ["config-inited find_node", "doctree-resolved keep_punctuation",
               "doctree-resolved keep_quantities 950", "html-page-context draw_marks_inside"],
    minutes: ["doctree-resolved say 950"],
    page_numbers: [],
    policy: ["build-finished write"],
    scripts: ["config-inited fetch_assets", "html-page-context mend_roles",
              "html-page-context keep_colours", "html-page-context defer_scripts 900",
              "html-page-context shorten_widgets 900", "build-finished shorten_scripts"],
    steady: ["html-page-context size_pictures", "html-page-context keep_room 900",
             "build-finished take_stills 950"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("1.2 Run a network forward", ("1", "2")),
        ("4 Handwritten digits", ("4",)),
        ("B References and further reading", ("B",)),
        ("All exercises", ()),
        ("2-2-2 in three frameworks", ()),
        ("Backpropagation: Principles and Practice", ()),
    ],
)
def test_a_page_is_numbered_by_its_title(title, number):
    assert page_numbers.page_number(title) == number


def repository_links(monkeypatch, name: str | None) -> tuple[str, str, str]:
    if name:
        monkeypatch.setenv("GITHUB_REPOSITORY", name)
    else:
        monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    options = {"repository_url": "https://github.com/book/book", "launch_buttons": {}}
    config = SimpleNamespace(html_theme_options=options, html_baseurl="https://book.github.io/book/", html_context={})
    addresses.follow_repository(APP, config)
    assert config.html_context == ({"book_pdf": f"{config.html_baseurl}backpropagation.pdf"} if name else {})
    return options["repository_url"], config.html_baseurl, config.ogp_site_url


def test_a_build_on_this_machine_links_to_the_repository_of_the_configuration(monkeypatch):
    address = "https://book.github.io/book/"
    assert repository_links(monkeypatch, None) == ("https://github.com/book/book", address, address)


def test_a_fork_links_to_itself(monkeypatch):
    address = "https://ada.github.io/backprop/"
    assert repository_links(monkeypatch, "Ada/backprop") == ("https://github.com/Ada/backprop", address, address)


def test_a_repository_that_is_the_owners_site_is_served_at_its_root(monkeypatch):
    assert repository_links(monkeypatch, "Ada/ada.github.io")[1] == "https://ada.github.io/"


def test_a_picture_states_its_size_and_waits(tmp_path):
    Image.new("RGB", (640, 360)).save(tmp_path / "figure.png")
    app = SimpleNamespace(srcdir=tmp_path, builder=SimpleNamespace(images={"figure.png": "abc.png"}))
    context = {"body": '<img alt="A line." src="../_images/abc.png" />'}
    steady.size_pictures(app, "page", "page.html", context, None)
    assert context["body"] == ('<img alt="A line." src="../_images/abc.png" width="640" height="360" loading="lazy" />')


def a_page_with(*widgets: str) -> dict:
    """What myst-nb hands to the builder: places in the body, and the widgets' states in one script."""
    state = {str(k): {"state": {"_anywidget_id": name}} for k, name in enumerate(widgets)}
    script = SimpleNamespace(attributes={"type": steady.STATE, "body": json.dumps({"state": state})})
    places = (
        f'<script type="application/vnd.jupyter.widget-view+json">{{"model_id": "{k}"}}</script>'
        for k in range(len(widgets))
    )
    return {"script_files": [SimpleNamespace(attributes={}), script], "body": "<p>x</p>" + "".join(places)}


def test_the_room_of_a_widget_is_kept_as_its_class_says():
    context = a_page_with("backprop.widgets.time_lab.TimeLab", "", "backprop.widgets.digit_pad.DigitPad")
    steady.keep_room(APP, "page", "page.html", context, None)
    boxes = context["body"].replace(steady.without_script(), "")
    assert len(boxes) < len(context["body"])
    rooms = re.findall(r'<div class="widget-room" style="--room: (.*?)rem; --narrow-room: (.*?)rem"><script', boxes)
    assert rooms == [tuple(f"{rem:g}" for rem in widget.ROOM) for widget in (TimeLab, DigitPad)]
    assert context["body"].count("</script></div>") == 2
    assert context["body"].count("</script><div") == 1  # the plain one between them has no box


def test_a_widget_that_begins_empty_says_what_it_shows_on_paper():
    for name, still in [("loop_animator.LoopAnimator", '["position", 84]'), ("time_lab.TimeLab", None)]:
        steady.keep_room(APP, "page", "page.html", context := a_page_with(f"backprop.widgets.{name}"), None)
        assert re.findall(r"data-still='(.*?)'", context["body"]) == ([still] if still else [])


def test_where_there_is_no_browser_the_sentence_stands_alone(tmp_path, capsys):
    (tmp_path / "page.html").write_text(steady.without_script(), "utf-8")
    assert stills.PLACE in steady.without_script()
    stills.photograph(None, tmp_path)
    assert "no browser" in capsys.readouterr().out
    assert (tmp_path / "page.html").read_text("utf-8") == steady.without_script()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_widget_that_does_not_start_stops_the_build(tmp_path, browser):
    (tmp_path / "page.html").write_text(f'<div class="widget-room">{steady.without_script()}</div>', "utf-8")
    with pytest.raises(RuntimeError, match=r"page\.html: widget 1 did not start"):
        stills.photograph(browser, tmp_path)


def test_a_picture_of_a_widget_says_what_the_widget_says_and_is_as_large(tmp_path, browser):
    said = 'the loss "L" is < 0.1 & falls'
    drawn = f'<div class="bp" style="height: 90px"><p role="img" aria-label="{html.escape(said)}">a</p></div>'
    (tmp_path / "page.html").write_text(f'<div class="widget-room">{drawn}{steady.without_script()}</div>', "utf-8")
    stills.photograph(browser, tmp_path)
    [tag] = re.findall("<img [^>]*>", (tmp_path / "page.html").read_text("utf-8"))
    facts = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
    assert facts["alt"] == said
    assert (facts["width"], facts["height"]) == ("720", "90")
    with Image.open(tmp_path / facts["src"]) as picture:
        assert picture.size == (1440, 180)  # for sharp screens


def test_a_page_without_widgets_or_without_a_body_stays_as_it_is():
    steady.keep_room(APP, "page", "page.html", context := {"body": "<p>x</p>"}, None)
    assert context == {"body": "<p>x</p>"}
    steady.keep_room(APP, "search", "search.html", context := {}, None)
    assert context == {}


def test_the_style_sheet_keeps_the_room_that_the_place_names():
    sheet = (Path(steady.__file__).parents[1] / "static" / "content.css").read_text(encoding="utf-8")
    wide, narrow = sheet.split(".widget-room {")[1:]
    assert "min-height: calc(var(--room) + 2rem)" in wide  # two for the link below it
    assert "min-height: calc(var(--narrow-room) + 2rem)" in narrow
    assert "max-width: 650px" in wide


def test_colab_opens_the_copy_that_installs_the_package_and_other_buttons_stay():
    colab, binder = "https://colab.example/github/a/b/blob/main/book/1.ipynb", "https://binder.example/blob/main/x"
    buttons = [{"text": "Colab", "url": colab}, {"text": "Binder", "url": binder}]
    context = {"header_buttons": [{"label": "no buttons"}, {"buttons": buttons}]}
    addresses.bring_package_to_colab(APP, "page", "page.html", context, None)
    assert buttons[0]["url"] == colab.replace("/blob/main/", "/blob/portable/")
    assert buttons[1]["url"] == binder


def test_a_script_waits_for_the_page_and_the_versions_line_is_dropped():
    inline = SimpleNamespace(filename=None, attributes={"body": "DOCUMENTATION_OPTIONS.pagename = 'x'"})
    script, eager = (SimpleNamespace(filename="a.js", attributes={}) for _ in range(2))
    eager.attributes["defer"] = "now"
    context = {"script_files": [inline, script, eager]}
    scripts.defer_scripts(APP, "page", "page.html", context, None)
    assert context["script_files"] == [script, eager]
    assert [js.attributes["defer"] for js in (script, eager)] == ["defer", "now"]


@pytest.mark.parametrize(
    ("name", "body", "wanted"),
    [
        ("_static/design-tabs.js?v=1", '<div class="sd-tab-set docutils">', True),
        ("_static/design-tabs.js", "<p>sd-tab-set</p>", False),
        ("_static/copy.js", '<div class="highlight"><pre>', True),
        ("_static/copy.js", "<p>plain</p>", False),
        ("_static/sphinx_highlight.js?v=1", '<div class="highlight"><pre>', False),
        ("_static/mount.js", "", True),
        (None, "", True),
    ],
)
def test_a_script_comes_only_with_a_page_that_has_a_use_for_it(name, body, wanted):
    script = SimpleNamespace(filename=name, attributes={})
    context = {"script_files": [script], "body": body}
    scripts.defer_scripts(APP, "page", "page.html", context, None)
    assert context["script_files"] == ([script] if wanted else [])


@pytest.mark.parametrize(("published", "root"), [(True, "/book/"), (False, "/")])
def test_the_page_for_wrong_addresses_starts_at_the_root_of_the_site(published, root, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    if published:
        monkeypatch.setenv("GITHUB_REPOSITORY", "ada/book")
    app = SimpleNamespace(config=SimpleNamespace(html_baseurl="https://ada.github.io/book/"))
    for name, wanted in (("404", root), ("index", None)):
        context = {}
        addresses.absolute_404(app, name, "page.html", context, None)
        assert context.get("site_root") == wanted


def test_a_page_counts_under_its_own_number_and_headings_keep_theirs(monkeypatch):
    seen = {}
    kept = {"page": {"": (7,)}}
    env = SimpleNamespace(
        toc_secnumbers=kept,
        titles={
            "page": nodes.title("", "1.2 Forward"),
            "more": nodes.title("", "A.1 More"),
            "other": nodes.title("", "Index"),
        },
    )
    monkeypatch.setattr(page_numbers, "count_within_sections", lambda collector, env: seen.update(env.toc_secnumbers))
    page_numbers.count_within_pages(None, env)
    assert seen == {"page": {"": ("1", "2")}, "more": {"": ("A", "1")}, "other": {"": ()}}
    assert env.toc_secnumbers is kept


DRAWING = (
    '<svg width="300pt" height="90pt" viewBox="0 0 300 90" xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><defs><style>'
    '*{stroke-linejoin: round}</style></defs><path id="m1" d="M 0 0"/><use xlink:href="#m1" clip-path="url(#p2)"/>'
    "<text style=\"font-size: 10px; font-family: 'DejaVu Sans', sans-serif; fill: #70757b\">m1</text></svg>"
)


@pytest.fixture
def build(tmp_path):
    """A build whose one drawing has its content's hash for a name."""
    name = "a" * 64 + ".svg"
    (tmp_path / name).write_text(DRAWING)
    app = SimpleNamespace(
        srcdir=tmp_path, doctreedir=tmp_path / "kept", builder=SimpleNamespace(images={name: name}), name=name
    )
    app.lighten = lambda: figures.lighten_drawings(app, SimpleNamespace(images=[name, "photograph.png"]))
    assert app.lighten() == []
    return app


def test_a_drawing_stands_in_the_page_with_the_pages_face_and_colour_and_says_what_is_seen(build):
    image = f'<img alt="&quot;A&quot; line." src="../_images/{build.name}" />'
    context = {"body": f'{image}<img src="logo.svg" />{image}'}
    figures.inline_drawings(build, "page", "page.html", context, None)
    first, second = context["body"].split('<img src="logo.svg" />')
    assert 'class="drawing" role="img" aria-label="&quot;A&quot; line." style="width: 400px"' in first
    assert '<path id="d1-m1" d="M0 0"/><use xlink:href="#d1-m1" clip-path="url(#d1-p2)"/>' in first
    assert '<text style="font-size: 10px; fill: currentColor">m1</text>' in first
    assert ".drawing *{stroke-linejoin: round}" in first
    assert second == first.replace("d1-", "d2-")


def test_a_drawing_is_made_light_once(build, monkeypatch):
    monkeypatch.setattr(figures, "lighter", lambda drawings: pytest.fail(f"again: {list(drawings)}"))
    assert build.lighten() == []


def test_a_lighter_drawing_has_the_same_letters_pixels_and_places_to_a_tenth_of_a_point():
    pixels = Image.effect_noise((30, 20), 90).convert("RGBA")
    pixels.save(png := io.BytesIO(), "PNG")
    address = "data:image/png;base64,\n" + base64.b64encode(png.getvalue()).decode()
    inside = (
        '<g><g><path d="M 10.12 20.37  L 30.04 40.26  " style="fill: none; stroke: #7f8790"/></g></g>'
        f'<image xlink:href="{address}" width="30" height="20"/>'
        '<text x="5.55" y="7" transform="rotate(-0 5.55 7)">η − 1</text>'
    )
    light = figures.lighter({"one": DRAWING.replace("</svg>", inside + "</svg>"), "two": DRAWING})
    assert list(light) == ["one", "two"]
    one = light["one"]
    assert 'width="300pt" height="90pt" viewBox="0 0 300 90"' in one  # in_the_page looks for them
    x, y, right, down = map(float, re.search(r'd="m([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)" style', one).groups())
    assert (x, y, x + right, y + down) == pytest.approx((10.12, 20.37, 30.04, 40.26), abs=0.1)
    assert re.search(r'<text x="5.[56]" y="7">η − 1</text>', one)
    webp = base64.b64decode(re.search(r'"data:image/webp;base64,([^"]*)"', one)[1])
    assert Image.open(io.BytesIO(webp)).convert("RGBA").tobytes() == pixels.tobytes()


def test_a_drawing_that_is_none_stops_the_build():
    with pytest.raises(ExtensionError, match=r"SVGO cannot shorten a drawing:(?s:.)*nquoted attribute"):
        figures.lighter({"broken": "<svg width=1>"})


def test_a_page_without_a_body_has_no_drawing():
    app = SimpleNamespace(srcdir="", builder=SimpleNamespace(images={}))
    figures.inline_drawings(app, "search", "search.html", context := {}, None)
    assert context == {}


@pytest.mark.parametrize("extension", REACTIONS, ids=lambda extension: extension.__name__)
def test_an_extension_reacts_to_what_it_says(extension, monkeypatch):
    """Sphinx may write several pages at once with all of them but the bundle, which notes every page's sheets."""
    monkeypatch.setattr(katex, "STARTUP_TIMEOUT", 5.0)
    monkeypatch.setattr(katex.KaTeXServer, "start_server_process", katex.KaTeXServer.start_server_process)
    monkeypatch.setattr(page_numbers.TocTreeCollector, "assign_figure_numbers", page_numbers.count_within_sections)
    found, added = [], []

    def connect(event: str, react: object, priority: object = "") -> None:
        found.append(f"{event} {react.__name__} {priority}".strip())

    names = ("setup_extension", "add_config_value", "add_node", "add_directive", "add_css_file")
    app = SimpleNamespace(
        connect=connect,
        **{name: lambda *what, _name=name, **more: added.append((_name, *what, more)) for name in names},
    )
    assert extension.setup(app) == {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": extension is not bundle,
    }
    assert found == REACTIONS[extension]
    if extension is exercises:
        assert added == [
            ("setup_extension", "sphinx_exercise", {}),
            ("setup_extension", "sphinx_design", {}),
            ("add_config_value", "exercises_show_solutions", True, "env", bool, {}),
            ("add_node", exercises.exercise_list, {}),
            ("add_node", exercises.solution_node,
             {"override": True, "html": (exercises.visit_solution, exercises.depart_solution)}),
            ("add_directive", "exercise-list", exercises.ExerciseList, {}),
            ("add_css_file", "exercises.css", {"priority": 900}),
        ]  # fmt: skip
    if extension is formulas:
        assert (katex.STARTUP_TIMEOUT, katex.RENDER_TIMEOUT) == (60.0, 60.0)
    if extension is page_numbers:
        assert page_numbers.TocTreeCollector.assign_figure_numbers is page_numbers.count_within_pages


def test_a_widget_in_the_page_brings_its_view_alone_written_short():
    script = (
        "export const used = 1;\nexport const gone = 2;\nexport default {\n  render: () => used + '</script>'\n};\n"
    )
    states = {"one": {"state": {"_esm": script, "_css": "p {}"}}, "two": {"state": {"rate": 0.1}}}
    body = json.dumps({"state": states})
    state, other = (SimpleNamespace(attributes={"type": kind, "body": body}) for kind in (steady.STATE, "module"))
    scripts.shorten_widgets(None, "page", "page.html", {"script_files": [state, other]}, None)
    assert other.attributes["body"] == body
    assert "</script>" not in state.attributes["body"]
    short = json.loads(state.attributes["body"])["state"]
    assert short["two"] == states["two"]
    assert short["one"]["state"].pop("_css") == "p {}"
    esm = short["one"]["state"].pop("_esm")
    assert esm == 'var e={render:()=>"1<\\/script>"};export{e as default};\n'


def test_a_fork_opens_its_own_jupyterlite(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "Ada/backprop")
    config = SimpleNamespace(html_theme_options={"launch_buttons": {}}, html_baseurl="", html_context={})
    addresses.follow_repository(APP, config)
    assert config.html_theme_options["launch_buttons"] == {
        "jupyterlite_url": "https://ada.github.io/backprop/lite/lab/index.html"
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<img src="_images/a.png">', '<img src="_images/a.png" width="64" height="36" loading="lazy" />'),
        ('<img src="_images/a.png" width="9">', '<img src="_images/a.png" width="9" loading="lazy" />'),
        ('<img loading="eager" src="_images/a.png">', '<img loading="eager" src="_images/a.png">'),
        ('<img src="_static/a.png">', '<img src="_static/a.png">'),
        ('<img src="_images/a.svg">', '<img src="_images/a.svg">'),
        ('<img src="_images/deep/a.png">', '<img src="_images/deep/a.png">'),
    ],
)
def test_only_a_picture_of_the_pages_own_gets_a_size(before, after, tmp_path):
    Image.new("RGB", (64, 36)).save(tmp_path / "figure.png")
    app = SimpleNamespace(srcdir=tmp_path, builder=SimpleNamespace(images={"figure.png": "a.png"}))
    context = {"body": f"{before}{before}"}
    steady.size_pictures(app, "page", "page.html", context, None)
    assert context["body"] == after + after
    steady.size_pictures(app, "search", "page.html", context := {}, None)
    assert context == {}


def test_the_bibliography_is_a_list_of_items():
    context = {"body": '<div role="doc-biblioentry">a</div><div role="doc-biblioentry">b</div>'}
    scripts.mend_roles(APP, "page", "page.html", context, None)
    assert context["body"] == '<div role="listitem">a</div><div role="listitem">b</div>'
    scripts.mend_roles(APP, "search", "page.html", context := {}, None)
    assert context == {}


def test_a_fold_keeps_no_name_but_what_is_written_on_it():
    context = {"body": '<details><summary aria-label="Toggle hidden content">Show code</summary></details>'}
    scripts.mend_roles(APP, "page", "page.html", context, None)
    assert context["body"] == "<details><summary>Show code</summary></details>"


@pytest.mark.parametrize("code", [0, 1])
def test_a_build_stops_without_the_files_of_others(code, monkeypatch):
    ran = []
    monkeypatch.setattr(
        scripts.subprocess, "run", lambda command: ran.append(command) or SimpleNamespace(returncode=code)
    )
    if code:
        with pytest.raises(SystemExit, match="1"):
            scripts.fetch_assets(APP, None)
    else:
        scripts.fetch_assets(APP, None)
    assert ran == [[sys.executable, str(scripts.ROOT / "web" / "assets.py")]]
    assert Path(ran[0][1]).is_file()


PAGE = """<head><meta charset="utf-8" /></head><script>let a = "<";</script><script src="a.js"></script>
<script type="application/json">{}</script><button onclick="print(&#34;x&#34;)"></button>"""


def test_a_policy_names_each_script_of_the_page_by_its_hash_and_stands_once():
    page = policy.with_policy(PAGE)
    assert policy.with_policy(page) == page
    texts = ('let a = "<";', 'print("x")')
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    assert re.findall(r"'sha256-(.*?)'", page) == hashes
    assert page.index("charset") < page.index("Content-Security-Policy") < page.index("<script>")


def test_a_policy_lets_a_page_show_a_picture_that_code_has_drawn(tmp_path, browser):
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, "png")
    picture = f'<img src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'
    (tmp_path / "page.html").write_text(policy.with_policy(f'<meta charset="utf-8">{picture}'), "utf-8")
    tab = browser.new_page()
    tab.goto((tmp_path / "page.html").as_uri())
    assert tab.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]") == [3, 2]
    tab.close()


def test_every_extension_of_the_site_is_found_and_loaded():
    """Jupyter Book would load those it finds by itself, but for the list that stands in their place."""
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]
    assert sphinx["local_extensions"].keys() == {module.__name__ for module in REACTIONS} | {
        "live",
        "search_index",
        "used_in",
    }
    assert sphinx["local_extensions"].keys() <= set(sphinx["config"]["extensions"])


@pytest.mark.parametrize(("source", "names"), [
    ("97.98 ± 0.07 %<!-- ledger: mnist_mlp test_accuracy --> and", {"mnist_mlp"}),
    (r'"runs = ledger.load(\"nielsen\")\n"', {"nielsen"}),
    ('runs = ledger.load("nielsen")  # <!-- ledger: lenet test_accuracy, a label -->', {"nielsen", "lenet"}),
    ("a ledger: nothing, load(\"nielsen\")", set()),
])  # fmt: skip
def test_the_ledger_finds_the_experiments_that_a_page_quotes(source, names):
    assert used_in.quoted(source) == names


def test_the_ledger_links_each_experiment_to_the_pages_in_their_order():
    found = used_in.item("nielsen", ["book/a", "book/b"], "book/appendices/results")
    assert found.astext() == "nielsen: book/a, book/b"
    links = list(found.findall(addnodes.pending_xref))
    assert [link["reftarget"] for link in links] == ["/book/a", "/book/b"]


def test_the_ledger_lists_the_appendices_too_and_not_itself():
    env = SimpleNamespace(srcdir=ROOT, docname="book/appendices/results", note_reread=lambda: None)
    [pages] = used_in.UsedIn.run(SimpleNamespace(env=env))
    lines = [item.astext() for item in pages.children]
    assert "side_by_side: book/appendices/speed" in lines
    assert not any("book/appendices/results" in line for line in lines)
    missing = set(ledger.names()) - {line.partition(":")[0] for line in lines}
    assert {name for name in missing if not name.endswith("_selection")} == {"mnist_mlp"}  # as the page says
