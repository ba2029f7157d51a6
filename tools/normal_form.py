"""The one form in which a notebook is committed: nothing in it changes from run to run or from machine to machine."""

import hashlib
import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import chain, count

import nbformat

NOTEBOOK_METADATA = ("myst", "mystnb", "widgets")  # what the site reads; the kernel is always the same
CELL_METADATA = ("live", "mystnb", "tags")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
MODEL = "IPY_MODEL_"
SVG_FONT = re.compile(r"font-family: 'DejaVu Sans'[^;\"]*")
SVG_NAME = re.compile(r'id="((?:image|[a-z])[0-9a-f]{10})"')  # of a clip path or a marker: a hash of its points
SVG_PLACES = re.compile(r' (?:d|x|y|points|transform|width|height|viewBox|stroke-dasharray)="[^"]*"')
VARYING = (
    (re.compile(r"\b0x[0-9a-f]{8,16}\b"), "0x0"),  # addresses of objects
    (re.compile(r"\S*ipykernel_\d+\S*\.py"), "cell.py"),  # the file name that the kernel gives a cell
)


def normalise(notebook: dict) -> dict:
    """The notebook without anything that changes from run to run or from machine to machine."""
    nb = deepcopy(notebook)
    nb["metadata"] = {key: nb["metadata"][key] for key in NOTEBOOK_METADATA if nb["metadata"].get(key)}
    nb["metadata"] |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    nb["nbformat"], nb["nbformat_minor"] = 4, 5
    names: set[str] = set()
    for cell in nb["cells"]:
        cell["source"] = "\n".join(line.rstrip() for line in cell["source"].strip("\n").split("\n"))
        cell["metadata"] = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key)}
        cell["id"] = own_name(cell, names)
        names.add(cell["id"])
        if cell["cell_type"] == "code":
            cell["outputs"] = [normal_output(output) for output in merge_streams(cell["outputs"])]
    return renumber_widgets(nb)


def own_name(cell: dict, taken: set[str]) -> str:
    """The cell's id, which stays when the words change, as a translation goes by it; one for a cell that has none."""
    if cell.get("id") and cell["id"] not in taken:
        return cell["id"]
    name = hashlib.sha256(f"{cell['cell_type']}:{cell['source']}".encode()).hexdigest()[:8]
    numbered = (f"{name}-{number}" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)


def merge_streams(outputs: list[dict]) -> list[dict]:
    """One stdout and one stderr per cell: how a stream is cut into pieces depends on timing."""
    merged: list[dict] = []
    streams: dict[str, dict] = {}
    for output in outputs:
        if output["output_type"] == "stream" and output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
            continue
        if output["output_type"] == "stream":
            streams[output["name"]] = output
        merged.append(output)
    return merged


def normal_output(output: dict) -> dict:
    """No addresses, no file names of the kernel; of a traceback only the line that a reader needs."""
    if output["output_type"] == "error":
        output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
    if "text" in output:
        output["text"] = steady(output["text"])
    data = output.get("data", {})
    for mime in data:
        if mime.startswith("text/") and isinstance(data[mime], str):
            data[mime] = steady(data[mime])
    if isinstance(data.get(SVG), str):
        data[SVG] = plain_svg(data[SVG])
    return output


def plain_svg(svg: str) -> str:
    """A drawing without date, remarks and hashes; hundredths of a point are fine enough for any screen."""
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", svg).replace("\n", " ").strip()  # one line of the notebook's file
    svg = SVG_FONT.sub("font-family: 'DejaVu Sans', sans-serif", svg)
    svg = re.sub(r' id="(?:\w+_\d+|matplotlib\.axis_\d+)"', "", svg)  # nothing names these
    names = dict.fromkeys(SVG_NAME.findall(svg))
    numbers = {name: f"{name[0]}{place}" for place, name in enumerate(names, start=1)}
    svg = re.sub(rf"\b(?:{'|'.join(numbers) or '$^'})\b", lambda found: numbers[found[0]], svg)
    return SVG_PLACES.sub(lambda places: re.sub(r"-?\d+\.\d+", hundredths, places[0]), svg)


def hundredths(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:.10g}"  # + 0.0: no −0


def steady(text: str) -> str:
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    return text


def renumber_widgets(nb: dict) -> dict:
    """Number widget models in the order in which the page shows them; models never shown are dropped."""
    state = nb["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    views = [output["data"][VIEW] for cell in nb["cells"] for output in cell.get("outputs", [])
             if VIEW in output.get("data", {})]  # fmt: skip
    shown: list[str] = []
    waiting = [view["model_id"] for view in reversed(views)]
    while waiting:
        model = waiting.pop()
        if model in state and model not in shown:
            shown.append(model)
            waiting += reversed(list(references(state[model])))
    number = {model: f"{position:032x}" for position, model in enumerate(shown, start=1)}
    for view in views:
        view["model_id"] = number.get(view["model_id"], view["model_id"])
    nb["metadata"].pop("widgets", None)
    if number:
        models = {number[model]: rename(state[model], number) for model in shown}
        nb["metadata"]["widgets"] = {STATE: {"state": models, "version_major": 2, "version_minor": 0}}
    return nb


def references(value: object) -> Iterator[str]:
    """The ids of the models that a state mentions, in the order of its sorted keys."""
    if isinstance(value, str) and value.startswith(MODEL):
        yield value.removeprefix(MODEL)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from references(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def rename(value: object, number: dict[str, str]) -> object:
    if isinstance(value, str) and value.startswith(MODEL):
        return MODEL + number.get(value.removeprefix(MODEL), value.removeprefix(MODEL))
    if isinstance(value, dict):
        return {key: rename(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [rename(item, number) for item in value]
    return value


def to_text(notebook: dict) -> str:
    """The normal form as text: sorted keys, one-space indent, a line feed at the end."""
    return nbformat.writes(nbformat.from_dict(normalise(notebook)), version=4).rstrip("\n") + "\n"
