"""`make notebooks` writes one normal form: nothing in it changes from run to run."""

import base64
import io
import json

import nbformat
import numpy as np
import pytest
from matplotlib.image import imsave

from tools import notebooks
from tools.normal_form import MODEL, STATE, SVG, VIEW, normalise, plain_svg, renumber_widgets, to_text
from tools.notebooks import execute
from tools.same import MEASURED, drawn_alike, keep_what_shows_the_same

LIVE = """\
import sys
import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import traitlets
---
fig, ax = plt.subplots(figsize=(1, 1))
plt.show()
---
for stream in (sys.stdout, sys.stderr, sys.stdout):
    print("a line", file=stream, flush=True)
---
class Dial(anywidget.AnyWidget):
    _esm = "export default {}"
    n = traitlets.Int(3).tag(sync=True)


dial = Dial()
ipywidgets.VBox([dial, ipywidgets.FloatSlider(value=0.1)])
---
ipywidgets.HTML("never shown")
dial
---
object()
---
1 / 0
---
5;"""


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    """One notebook with a figure, widgets, addresses and an error, run twice from different starts."""
    cells = [nbformat.v4.new_code_cell(source) for source in LIVE.split("\n---\n")]
    cells[-2]["metadata"]["tags"] = ["raises-exception"]
    first = to_text(execute(nbformat.v4.new_notebook(cells=cells), tmp_path_factory.mktemp("run")))
    again = to_text(execute(nbformat.reads(first, as_version=4), tmp_path_factory.mktemp("again")))
    return first, again


def test_running_twice_gives_identical_text(two_runs):
    assert two_runs[0] == two_runs[1]


def test_the_normal_form_of_the_normal_form_is_itself(two_runs):
    assert to_text(nbformat.reads(two_runs[0], as_version=4)) == two_runs[0]


def test_the_normal_form_keeps_the_widgets_that_are_shown(two_runs):
    notebook = json.loads(two_runs[0])
    models = notebook["metadata"]["widgets"][STATE]["state"]
    views = [output["data"][VIEW]["model_id"] for cell in notebook["cells"] for output in cell["outputs"]
             if VIEW in output.get("data", {})]  # fmt: skip
    assert len(views) == 2
    assert all(view in models for view in views)
    assert models[views[1]]["state"]["_esm"] == "export default {}"
    assert all(model["model_name"] != "HTMLModel" for model in models.values())


def test_the_normal_form_keeps_what_a_reader_sees(two_runs):
    outputs = [cell["outputs"] for cell in json.loads(two_runs[0])["cells"]]
    assert [output["output_type"] for output in outputs[1]] == ["display_data"]
    assert ["".join(output["text"]) for output in outputs[2]] == ["a line\na line\n", "a line\n"]
    assert outputs[5][0]["data"]["text/plain"] == ["<object at 0x0>"]
    assert outputs[6][0]["traceback"] == ["ZeroDivisionError: division by zero"]
    assert outputs[7] == []


def test_a_word_is_mended_by_hand_and_tidied_without_a_run(tmp_path, two_runs):
    notebook = nbformat.reads(two_runs[0], as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("# Nudge\n\nA slope."))
    path = tmp_path / "page.ipynb"
    path.write_text(to_text(notebook), encoding="utf-8")
    before = path.read_text("utf-8").splitlines()
    path.write_text(path.read_text("utf-8").replace("A slope", "The slope"), encoding="utf-8")
    notebooks.main(["tidy", str(path)])
    after = path.read_text("utf-8")
    assert to_text(nbformat.reads(after, as_version=4)) == after
    changed = [new for old, new in zip(before, after.splitlines(), strict=True) if old != new]
    assert [line.strip() for line in changed] == ['"The slope."']  # and the id stays: a translation goes by it


def test_a_folder_stands_for_its_notebooks_and_not_for_what_an_editor_keeps_of_them(tmp_path):
    for name in ("b.ipynb", "deeper/a.ipynb", ".ipynb_checkpoints/b-checkpoint.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert notebooks.notebooks_below([str(tmp_path)]) == [tmp_path / "b.ipynb", tmp_path / "deeper" / "a.ipynb"]


def test_an_error_that_is_not_announced_stops_the_run(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(Exception, match="ZeroDivisionError"):
        execute(notebook, tmp_path)


def test_a_run_wants_nothing_of_a_home_that_is_not_writable(tmp_path, monkeypatch):
    (tmp_path / "home").touch()  # a file: not even root can write in it
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    cell = nbformat.v4.new_code_cell("print(1 + 1)")
    (cell,) = execute(nbformat.v4.new_notebook(cells=[cell]), tmp_path)["cells"]
    assert cell["outputs"][0]["text"] == "2\n"


def shown(source, measured, *outputs):
    """A notebook of one cell; a text, a picture or a drawing stands for an output."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": [MEASURED]} if measured else {})
    for output in outputs:
        if isinstance(output, str):
            cell.outputs.append(nbformat.v4.new_output("stream", text=output))
        elif isinstance(output, dict):
            cell.outputs.append(nbformat.v4.new_output("display_data", output))
        else:
            file = io.BytesIO()
            imsave(file, output, format="png")
            data = {"image/png": base64.b64encode(file.getvalue()).decode()}
            cell.outputs.append(nbformat.v4.new_output("display_data", data))
    return nbformat.v4.new_notebook(cells=[cell])


PICTURE = np.full((2, 3, 3), 0.5)
DRAWING = """<?xml version="1.0"?>
<svg viewBox="0 0 20.123456 10">
 <metadata><date>2026-01-01</date></metadata>
 <g id="figure_1">
  <!-- 0.12345 -->
  <path id="m510bcb1cf0" d="M 1.234567 -0.001
L 2 3.5" clip-path="url(#pacc084d73c)" style="stroke-width: 0.12345"/>
  <use xlink:href="#m510bcb1cf0" x="1.999999"/>
  <polygon points="0.123456,1 2,3.999"/>
  <text style="font-family: 'DejaVu Sans', 'Verdana', sans-serif; fill: #70757b" x="1">0.12345</text>
 </g>
 <clipPath id="pacc084d73c"/>
</svg>
"""
PLAIN = (
    '<svg viewBox="0 0 20.12 10"><g><path id="m1" d="M 1.23 0 L 2 3.5" clip-path="url(#p2)" style="stroke-width: '
    '0.12345"/><use xlink:href="#m1" x="2"/><polygon points="0.12,1 2,4"/><text style="font-family: '
    '\'DejaVu Sans\', sans-serif; fill: #70757b" x="1">0.12345</text></g><clipPath id="p2"/></svg>'
)


def test_a_drawing_loses_its_date_its_hashes_and_all_beyond_hundredths_but_no_letter():
    assert plain_svg(DRAWING) == PLAIN
    assert plain_svg(PLAIN) == PLAIN


def drawn(before: str, after: str) -> dict:
    return {SVG: PLAIN.replace(before, after)}


@pytest.mark.parametrize(
    ("measured", "before", "after", "kept"),
    [
        (True, "B =  1:  699 ms", "B =  1:   52 ms", True),
        (True, "B =  1:  699 ms", "B =  1:  699 steps", False),
        (False, "error 0.5", "error 0.4", False),
        (False, PICTURE, PICTURE + 2 / 255, True),
        (False, PICTURE, PICTURE + 9 / 255, False),
        (True, PICTURE, PICTURE + 9 / 255, True),
        (False, drawn("", ""), drawn("M 1.23 ", "M 1.32 "), True),
        (False, drawn("", ""), drawn("M 1.23 ", "M 1.34 "), False),
        (False, drawn("", ""), drawn("L 2 3.5", "L 2 3.5 L 4 4"), False),
        (False, drawn("", ""), drawn(">0.12345<", ">0.12346<"), False),
        (True, drawn("", ""), drawn("L 2 3.5", "L 9 9"), True),
        (True, drawn("", ""), drawn(">0.12345<", ">−7<"), True),
        (True, drawn("", ""), drawn(">0.12345<", ">Finnish<"), False),
    ],
)
def test_a_run_keeps_the_output_that_shows_the_same(measured, before, after, kept):
    old, new = shown("look()", measured, before), shown("look()", measured, after)
    new["cells"][0]["id"] = old["cells"][0]["id"]
    assert to_text(keep_what_shows_the_same(old, new)) == to_text(old if kept else new)
    assert to_text(old) != to_text(new)


def test_a_line_that_goes_on_at_its_end_is_another_drawing():
    short, long = (f'<path d="M 0 0 L 1.5 2{more}"/>' for more in ("", " L 3 4"))
    assert drawn_alike(short, short)
    assert not drawn_alike(short, long)
    assert not drawn_alike(long, short)


def test_another_error_takes_the_place_of_the_one_before():
    def failed(reason: str) -> dict:
        output = nbformat.v4.new_output("error", ename="ValueError", evalue=reason, traceback=[])
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("fail()", outputs=[output])])

    found = keep_what_shows_the_same(failed("before"), failed("after"))
    assert [output["evalue"] for output in found["cells"][0]["outputs"]] == ["after"]


def test_spaces_at_the_ends_of_lines_and_empty_lines_around_a_cell_go():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("\n\n  a  \n b\t\n\n")])
    assert normalise(notebook)["cells"][0]["source"] == "  a\n b"


def test_a_caption_and_tags_stay_and_what_an_editor_remembers_goes():
    kept = {"mystnb": {"figure": {"caption": "A line."}}, "tags": ["hide-input"]}
    cell = nbformat.v4.new_code_cell("draw()", metadata={**kept, "collapsed": True, "execution": {"iopub": "now"}})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"mystnb": {"a": 1}, "vscode": {"b": 2}})
    found = json.loads(to_text(notebook))
    assert found["cells"][0]["metadata"] == kept
    assert found["metadata"].keys() == {"kernelspec", "language_info", "mystnb"}


def test_the_text_ends_in_one_line_feed_and_the_notebook_itself_is_left_alone():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x  ")])
    assert to_text(notebook).endswith("}\n")
    assert normalise(notebook)["cells"][0]["source"] == "x"
    assert notebook["cells"][0]["source"] == "x  "


@pytest.mark.parametrize("mime", ["text/plain", "text/html", "text/latex"])
def test_no_text_of_an_output_tells_where_an_object_lay(mime):
    data = {mime: "a <Thing at 0x7f3c5a6b7c8d>, b at 0x1a2b3c4d"}
    cell = nbformat.v4.new_code_cell("thing", outputs=[nbformat.v4.new_output("display_data", data)])
    (output,) = normalise(nbformat.v4.new_notebook(cells=[cell]))["cells"][0]["outputs"]
    assert output["data"][mime] == "a <Thing at 0x0>, b at 0x0"


def test_a_cell_without_an_id_of_its_own_gets_one_and_keeps_it():
    cells = [*map(nbformat.v4.new_code_cell, "xxx"), nbformat.v4.new_markdown_cell("x")]
    notebook = nbformat.v4.new_notebook(cells=[*cells, *map(nbformat.v4.new_code_cell, "yy")])
    for cell, name in zip(notebook["cells"], ("", "", "", "", "own", "own"), strict=True):
        cell["id"] = name  # only now: nbformat refuses such cells
    once = normalise(notebook)
    names = [cell["id"] for cell in once["cells"]]
    assert len(set(names)) == 6
    assert names[4] == "own"
    assert names[1:3] == [f"{names[0]}-2", f"{names[0]}-3"]
    assert [cell["id"] for cell in normalise(once)["cells"]] == names


def test_models_are_numbered_from_the_top_of_the_page():
    notebook = nbformat.v4.new_notebook()
    for name in ("first", "second"):
        output = nbformat.v4.new_output("display_data", {VIEW: {"model_id": name}})
        notebook["cells"].append(nbformat.v4.new_code_cell(name, outputs=[output]))
    notebook["metadata"]["widgets"] = {STATE: {"state": {"second": {"n": 2}, "first": {"n": 1}}}}
    found = renumber_widgets(notebook)["metadata"]["widgets"][STATE]
    assert [model["n"] for _, model in sorted(found["state"].items())] == [1, 2]
    assert (found["version_major"], found["version_minor"]) == (2, 0)  # of Jupyter's format, which the site reads


def test_models_are_numbered_as_the_page_shows_them_whatever_the_kernels_order():
    def numbered(order: list[str]) -> dict:
        models = {
            "box": {"state": {"children": [MODEL + "late", MODEL + "early"], "a": MODEL + "first"}},
            "late": {"state": {"n": 1}}, "early": {"state": {"n": 2}}, "first": {"state": {"n": 3}},
        }  # fmt: skip
        output = nbformat.v4.new_output("display_data", {VIEW: {"model_id": "box"}})
        cell = nbformat.v4.new_code_cell("box", outputs=[output])
        notebook = nbformat.v4.new_notebook(cells=[cell])
        notebook["metadata"]["widgets"] = {STATE: {"state": {name: models[name] for name in order}}}
        return renumber_widgets(notebook)["metadata"]["widgets"][STATE]["state"]

    found = numbered(["box", "late", "early", "first"])
    assert found == numbered(["first", "early", "late", "box"])
    assert [model["state"].get("n") for _, model in sorted(found.items())] == [None, 3, 1, 2]
