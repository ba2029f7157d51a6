"""What a page brings is what it uses: one style sheet of the rules in use, and fonts of the letters in use."""

import re
from pathlib import Path
from types import SimpleNamespace

import bundle
import fonts
import pytest
import tinycss2
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError


def bundled(css: str, words: set[str]) -> str:
    """What is kept on a site whose elements have these words for classes and names, all at once."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    said = {sign + word for word in words for sign in ".#"}
    return bundle.used_rules(rules, bundle.Site({frozenset({tag, *said}) for tag in ("p", "b", "i", "a")}, set()))


def test_a_style_rule_stays_only_if_all_its_classes_occur():
    css = ".used{a:1}.gone{a:2}.used .gone{a:3}p{a:4}.gone,.used>p{a:5}"
    assert bundled(css, {"used"}) == ".used{a:1}\np{a:4}\n.used>p{a:5}"


def test_a_style_rule_stays_if_the_class_occurs_only_in_a_negation():
    assert bundled("p:not(.gone){a:1}", set()) == "p:not(.gone){a:1}"


def test_a_rule_stays_only_if_one_element_has_all_that_it_names_or_a_script_may_give_it():
    site = bundle.Site({frozenset({"p", ".a"}), frozenset({"b", ".c", "#d"})}, {"made", "u"})
    css = "p.a{a:1}p.c{a:2}b.c#d>p{a:3}.a .d{a:4}.a.made{a:5}u.made{a:6}s{a:7}p.a:hover::after[x='y z']{a:8}a.made{a:9}"
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    assert re.findall(r"a:(\d)", bundle.used_rules(rules, site)) == ["1", "3", "5", "6", "8"]


def test_a_rule_for_one_element_stays_only_if_the_element_is_on_a_page():
    assert bundled("#here{a:1}#gone{a:2}.used#gone{a:3}", {"here", "used"}) == "#here{a:1}"


def test_a_variable_stays_only_if_a_rule_or_the_site_asks_for_it_also_through_another():
    css = ":root{--a:1;--b:var(--a);--c: url('x;y');--d:url(data:x;base64,z) ;--e:5}p{color:var(--b);margin:var( --e)}"
    kept = bundle.used_variables(css, {"--d"})
    assert kept == ":root{--a:1;--b:var(--a);--d:url(data:x;base64,z) ;--e:5}p{color:var(--b);margin:var( --e)}"
    assert bundle.used_variables(":root{--a:1;--b:var(--a)}p{a:1}", set()) == ":root{}p{a:1}"
    assert bundle.used_variables(":root{--a:calc(1*(2 + (3)));--b:f(g(h(1),2));}p{a:1}", set()) == ":root{}p{a:1}"


def test_a_site_is_its_elements_its_variables_and_what_its_own_scripts_say_in_strings(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "own.js").write_text('node.className = "made by-hand"; other.thing = 1')
    (tmp_path / "_static" / "other.js").write_text('"elsewhere"')
    page = '<p class="a b" id="c" style="color: var(--d)">prose</p><script src="_static/own.js?v=1"></script>'
    (tmp_path / "index.html").write_text(page + "<script>'inline'</script>")
    site = bundle.look_at(tmp_path)
    assert site.elements == {frozenset({"p", ".a", ".b", "#c"}), frozenset({"script"})}
    assert site.words == {"--d", "made", "by-hand", "inline"}


def test_what_scripts_make_for_options_that_are_off_is_left_out_and_may_be_on_no_page(tmp_path):
    (tmp_path / "index.html").write_text("<p class='x'></p><script>'dropdown-menu other'</script>")
    site = bundle.look_at(tmp_path)
    assert site.words == {"other"}
    (tmp_path / "index.html").write_text('<p class="dropdown-menu">')
    with pytest.raises(ExtensionError, match=r"the site has \['.dropdown-menu'\], whose rules NEVER_MADE leaves out"):
        bundle.look_at(tmp_path)


def test_a_sheet_or_script_is_written_short_and_what_is_none_stops_the_build():
    assert bundle.short("p {\n  color: white;\n}\n", "css") == "p{color:#fff}\n"
    assert bundle.short("// why\nconst one = 1;\nexport { one };\n", "js") == "const o=1;export{o as one};\n"
    for text, loader in (("p{(1px)}", "css"), ("let = ;", "js")):
        with pytest.raises(ExtensionError, match=f"esbuild cannot shorten this {loader}"):
            bundle.short(text, loader)


def test_code_keeps_the_spans_that_have_a_colour(site):
    spans = set()
    for path in (site / "book").rglob("*.html"):
        spans.update(re.findall(r'<span class="([a-z][a-z0-9]?)">', path.read_text("utf-8")))
    assert {"k", "mi", "s2", "c1"} <= spans
    assert not spans & {"n", "p", "w"}
    sheet = (site / "_static" / "pygments.css").read_text("utf-8")
    for theme in ("light", "dark"):  # as the code around them; a blank has no colour at all
        of = {kind: rf'"{theme}"\] \.highlight{kind} {{[^}}]*color: (#\w+)' for kind in ("", " .n", " .p")}
        assert len({re.search(rule, sheet)[1] for rule in of.values()}) == 1


def test_an_animation_that_nothing_plays_is_left_out():
    css = "@keyframes a{0%{b:1}to{b:2}}\n@keyframes fa-a{to{b:3}}p{animation:a 1s}\n@-webkit-keyframes c{}i{d:e}"
    assert bundle.used_animations(css) == "@keyframes a{0%{b:1}to{b:2}}\np{animation:a 1s}\ni{d:e}"


def test_a_condition_without_a_rule_left_is_dropped_and_a_font_is_kept():
    css = "@media print{.gone{a:1}}@media (min-width:1px){.used{a:2}}@font-face{b:3}"
    assert bundled(css, {"used"}) == "@media (min-width:1px){.used{a:2}}\n@font-face{b:3}"


def glyphs(path: Path) -> set[str]:
    with TTFont(path) as font:
        return set(map(chr, font.getBestCmap()))


def test_a_font_holds_the_letters_that_pages_show_in_it_and_a_second_file_those_of_few_pages(tmp_path):
    state = '<script type="application/vnd.jupyter.widget-state+json">{"text": "\\u03b4"}</script>'
    formula = '<span class="mord mathnormal">w</span><span class="mord">3</span><span class="mord mathbb">E</span>'
    page = (
        f"<p>caf&eacute; x\u0302; <span>!</span></p><em>Größe</em><h2><i>ø</i> η</h2><code>if λ</code>{state}{formula}"
    )
    (tmp_path / "index.html").write_text(
        page + '<span class="delimsizinginner delim-size4"><span>⎧</span></span>', "utf-8"
    )
    for name in "ab":
        (tmp_path / f"{name}.html").write_text("<p>é</p><h2>η</h2><em>Großes</em><code>if</code>")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    fonts.cut_fonts(app, None)
    faces, katex = tmp_path / "_static" / "vendor" / "faces", tmp_path / "_static" / "vendor" / "katex" / "fonts"
    odd, files = set("éößøηλδüÅ\u0302"), {path.stem: glyphs(path) for path in faces.iterdir()}
    assert odd & files["sans"] == set("éßη\u0302")
    assert odd & files["sans-rare"] == set("öøλδ")
    assert (files["sans-italic"], files["sans-italic-rare"]) == (set("Greß"), set("öøos"))
    assert (odd & files["sans-semibold"], odd & files["sans-semibold-rare"]) == ({"η"}, set("øδ"))
    assert (files["code"], odd & files["code-rare"]) == (set("if"), {"λ"})
    for face in ("code", "sans", "sans-semibold"):  # a widget or a reader's code may show any of these
        assert set("Az09~") <= files[face] | files[f"{face}-rare"]
    letters = {path.stem[6:]: set(filter(str.isalnum, glyphs(path))) for path in katex.iterdir()}
    assert [letters[font] for font in ("Main-Regular", "Math-Italic", "AMS-Regular")] == [{"3"}, {"w"}, {"E"}]
    assert "⎧" in glyphs(katex / "KaTeX_Size4-Regular.woff2")  # a piece of a tall brace
    assert glyphs(katex / "KaTeX_Main-Regular.woff2") == set("3 ")  # and of no sign that stands in the prose alone
    with TTFont(faces / "code.woff2") as font:
        assert {record.nameID for record in font["name"].names} == {0}  # the copyright
    licences = (faces.parent / "fonts.txt").read_text("utf-8")
    for path in (*faces.iterdir(), *katex.iterdir()):
        assert re.search(rf"^{path.name}\n(?:.+\n|\n(?!.*woff2$))*.*SIL Open Font License", licences, re.MULTILINE), (
            path
        )
    assert sum(path.stat().st_size for path in faces.iterdir()) < 40_000
    sheet = (tmp_path / "_static" / "book.css").read_text("utf-8")
    rules = re.findall(r"@font-face \{[^}]*rare[^}]*\}", sheet)
    said = re.findall(r'"(.*?)"|weight: (\d+)|(italic)|range: (.*);', rules[3])
    *named, range_ = ["".join(part) for part in said]
    assert named == ["Book Code", "400", "vendor/faces/code-rare.woff2", "woff2"]
    assert set(range_.split(", ")) == {f"U+{ord(letter):X}" for letter in files["code-rare"]}
    assert len(rules) == 4


@pytest.fixture
def as_written(monkeypatch):
    """The bundle before esbuild writes it short."""
    monkeypatch.setattr(bundle, "short", lambda css, _: css)


def test_a_page_links_no_sheet_but_the_bundle_which_has_them_all():
    names = ("_static/content.css?v=1", "_static/plain.css", "_static/book.css")
    app = SimpleNamespace(bundled_sheets={})
    context = {"css_files": [SimpleNamespace(filename=name) for name in names]}
    bundle.collect_sheets(app, "index", "page.html", context, None)
    assert context["css_files"] == []
    assert list(app.bundled_sheets) == ["content.css", "plain.css", "book.css"]


def test_the_bundle_is_the_themes_layer_and_then_the_books_own_with_addresses_that_lead_where_they_led(
    tmp_path, monkeypatch, as_written
):
    monkeypatch.setattr(bundle, "FIRST", ["styles/deep.css"])
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    (static / "plain.css").write_text('.used { background: url(file.png); mask: url("data:x") }')
    (static / "styles" / "deep.css").write_text(".used { background: url(near.png) } .gone { color: red }")
    (static / "book.css").write_text('.gone { src: url("vendor/faces/sans.woff2") }')
    (tmp_path / "index.html").write_text('<p class="used">')
    sheets = {"book.css": None, "plain.css": None}
    bundle.write_bundle(SimpleNamespace(bundled_sheets=sheets, outdir=tmp_path), None)
    layer, _, own = (static / bundle.BUNDLE).read_text().partition("\n}\n")
    assert layer.startswith("@layer theme{")
    assert layer.index("url(./near.png)") < layer.index("url(../file.png)")
    assert 'url("data:x")' in layer
    assert ".gone" not in layer
    assert own == '.gone { src: url("../vendor/faces/sans.woff2") }\n'


def test_the_books_own_rules_stay_and_come_after_those_of_the_formulas_in_use_which_they_correct(tmp_path, monkeypatch):
    static = tmp_path / "_static"
    monkeypatch.setattr(bundle, "FIRST", [])
    monkeypatch.setattr(bundle, "OWN", [static])
    names = ["book.css", "vendor/katex/katex.min.css", "content.css"]
    for name in (*names, bundle.BUNDLE):
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(f"p {{ from: {name} }} .gone {{ from: {name} }}")
    (tmp_path / "index.html").write_text("<p>")
    bundle.write_bundle(SimpleNamespace(bundled_sheets=dict.fromkeys(names), outdir=tmp_path), None)
    css = (static / bundle.BUNDLE).read_text()
    assert sorted(names, key=css.index) == ["vendor/katex/katex.min.css", "book.css", "content.css"]
    assert css.count("p{from:") == 1  # the formulas': of the page alone
    assert css.count("p,.gone{from:") == 2


def test_an_important_rule_of_a_fold_does_not_beat_the_books_own():
    assert bundled(".sd-card{a:1 !important}.used{b:2 !important}", {"sd-card", "used"}) == (
        ".sd-card{a:1 }\n.used{b:2 !important}"
    )


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ('@charset "utf-8";.used{a:1}', ".used{a:1}"),
        ("@media print{.used{a:1}.gone{a:2}}", "@media print{.used{a:1}}"),
        ("@supports (a:b){.gone{a:2}}p{a:3}", "p{a:3}"),
        ("@supports (a:b){.used{a:2}}", "@supports (a:b){.used{a:2}}"),
        ("@keyframes turn{to{a:1}}", "@keyframes turn{to{a:1}}"),
        ("p:is(.gone,.used) .used{a:1}", "p:is(.gone,.used) .used{a:1}"),
        ("p:where(.gone){a:1}p:has(.gone){a:2}", "p:where(.gone){a:1}\np:has(.gone){a:2}"),
        (".used:not(.gone) .gone{a:1}p{a:2}", "p{a:2}"),
        (".bs-x,.used,.x-bs-{a:1}", ".used{a:1}"),
        (".used.used-too{a:1}.-used{a:2}", ".-used{a:2}"),
        ("a[href='b,c'],.gone{a:1}", 'a[href="b,c"]{a:1}'),
    ],
)
def test_what_is_kept_of_a_sheet(css, kept):
    assert bundled(css, {"used", "-used"}) == kept


def test_the_layer_holds_each_sheet_once_in_order(tmp_path, as_written):
    static = tmp_path / "_static"
    for name in (*bundle.FIRST, "sphinx-design.css", "other.css"):
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(f'p {{ from: "{name}" !important }} /* x */ i {{ b: url(/c) }}')
    (tmp_path / "index.html").write_text("<p><i>")
    sheets = {"sphinx-design.css": None, "other.css": None}
    app = SimpleNamespace(bundled_sheets=sheets, outdir=tmp_path)
    bundle.write_bundle(app, ValueError())
    bundle.write_bundle(SimpleNamespace(bundled_sheets={}, outdir=tmp_path), None)
    assert not (static / bundle.BUNDLE).exists()
    bundle.write_bundle(app, None)
    lines = (static / bundle.BUNDLE).read_text().split("\n")
    assert (lines[0], lines[-2:]) == ("@layer theme{", ["}", ""])
    assert [line for line in lines if line.startswith("p")] == [
        f'p{{ from: "{name}" !important }}' for name in (*bundle.FIRST, "sphinx-design.css", "other.css")
    ]
    assert lines.count("i{ b: url(/c) }") == 4


@pytest.mark.parametrize("address", ["data:x", "/a.png", "http://o/a", "https://o/a"])
def test_an_address_that_leads_from_anywhere_is_not_moved(address, tmp_path, monkeypatch, as_written):
    monkeypatch.setattr(bundle, "FIRST", [])
    (tmp_path / "_static" / "styles").mkdir(parents=True)
    (tmp_path / "_static" / "plain.css").write_text(f'p{{a:url({address})}}b{{a:url("{address}")}}i{{a:url("x")}}')
    (tmp_path / "index.html").write_text("<p><b><i>")
    bundle.write_bundle(SimpleNamespace(bundled_sheets={"plain.css": None}, outdir=tmp_path), None)
    css = (tmp_path / "_static" / bundle.BUNDLE).read_text()
    assert (f"url({address})" in css, f'url("{address}")' in css, 'url("../x")' in css) == (True, True, True)


def test_the_words_for_a_picture_of_a_widget_are_those_of_the_half_that_is_shown(site):
    page = (site / "book" / "6_language" / "6_6_attention.html").read_text("utf-8")
    plane, text = re.findall(r'<noscript><img [^>]*alt="([^"]+)"', page)
    assert plane.startswith("The values 1, 2 and 6 on a line")
    assert text == "Shares of banana: rows ask, columns answer."
