"""Re-execute notebooks in place and write them in one normal form: running twice gives identical bytes.

python tools/notebooks.py run book/               every notebook below a folder, or the ones named
python tools/notebooks.py draft draft.md X.ipynb  make a notebook of a jupytext draft and run it
"""

import base64
import hashlib
import importlib.util
import io
import os
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import jupytext
import nbformat
from matplotlib.image import imread
from nbclient import NotebookClient

NOTEBOOK_METADATA = ("myst", "mystnb", "widgets")  # what the site reads; the kernel is always the same
CELL_METADATA = ("mystnb", "tags")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
MODEL = "IPY_MODEL_"
MARK = "NBVAL_IGNORE_OUTPUT"  # what this cell shows cannot be the same everywhere
NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?")
VARYING = (
    (re.compile(r"\b0x[0-9a-f]{8,16}\b"), "0x0"),  # addresses of objects
    (re.compile(r"\S*ipykernel_\d+\S*\.py"), "cell.py"),  # the file name that the kernel gives a cell
)
SECONDS_PER_CELL = 300  # three frameworks are imported in one cell, on a machine that may be busy
FRAMEWORKS = ("torch", "jax", "keras")  # optional: `make frameworks`
IMPORTS_FRAMEWORK = re.compile(rf'^\s*"?(?:import|from) ({"|".join(FRAMEWORKS)})\b', re.MULTILINE)


def normalise(notebook: dict) -> dict:
    """The notebook without anything that changes from run to run or from machine to machine."""
    nb = deepcopy(notebook)
    nb["metadata"] = {key: nb["metadata"][key] for key in NOTEBOOK_METADATA if nb["metadata"].get(key)}
    nb["metadata"] |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    nb["nbformat"], nb["nbformat_minor"] = 4, 5
    seen: dict[str, int] = {}
    for cell in nb["cells"]:
        cell["source"] = "\n".join(line.rstrip() for line in cell["source"].strip("\n").split("\n"))
        cell["metadata"] = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key)}
        name = hashlib.sha256(f"{cell['cell_type']}:{cell['source']}".encode()).hexdigest()[:8]
        seen[name] = seen.get(name, 0) + 1
        cell["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"
        if cell["cell_type"] == "code":
            cell["outputs"] = [normal_output(output) for output in merge_streams(cell["outputs"])]
    return renumber_widgets(nb)


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
    return output


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


def execute(notebook: dict, folder: Path) -> dict:
    """Run every cell from the top in a fresh kernel of this environment; an unexpected error is raised."""
    nb = nbformat.from_dict(deepcopy(notebook))
    nb["metadata"].pop("widgets", None)
    client = NotebookClient(
        nb,
        kernel_name="python3",
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute()


def keep_what_shows_the_same(before: dict, after: dict) -> dict:
    """The notebook after a run, with each output from before that shows a reader the same.

    A picture may differ in its last bits. A cell marked with NBVAL_IGNORE_OUTPUT measures, so its numbers and pictures
    may be others each time: they stay as long as the words around them are the same.
    """
    before, after = normalise(before), normalise(after)
    for old, new in zip(before["cells"], after["cells"], strict=True):
        if new["cell_type"] == "code" and len(old["outputs"]) == len(new["outputs"]):
            pairs = zip(old["outputs"], new["outputs"], strict=True)
            new["outputs"] = [a if show_the_same(a, b, MARK in new["source"]) else b for a, b in pairs]
    return after


def show_the_same(a: dict, b: dict, measured: bool) -> bool:
    if a["output_type"] == "error" or a["output_type"] != b["output_type"]:
        return False
    mine, theirs = (output.get("data", {"text/plain": output.get("text")}) for output in (a, b))
    if mine.keys() != theirs.keys() or VIEW in mine:
        return False
    return all(
        x == theirs[mime]
        or (mime == "image/png" and (measured or look_alike(x, theirs[mime])))
        or (mime.startswith("text/") and measured and words(x) == words(theirs[mime]))
        for mime, x in mine.items()
    )


def look_alike(*pictures: str) -> bool:
    a, b = (imread(io.BytesIO(base64.b64decode(picture))) for picture in pictures)
    return a.shape == b.shape and abs(a - b).max() <= 2.5 / 255


def words(text: str) -> list[str]:
    return NUMBER.sub("0", text).split()


def write(path: Path, notebook: dict) -> None:
    """Write only a finished text, with the same line ends everywhere."""
    path.write_bytes(to_text(notebook).encode())


def notebooks_below(names: list[str]) -> list[Path]:
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.exists():
            sys.exit(f"no such notebook or folder: {name}")
        paths += [path] if path.is_file() else sorted(path.rglob("*.ipynb"))
    return [path for path in paths if ".ipynb_checkpoints" not in path.parts]


def missing_frameworks(path: Path) -> list[str]:
    """The frameworks that a notebook imports and this environment lacks: it can be read here, but not run."""
    wanted = set(IMPORTS_FRAMEWORK.findall(path.read_text(encoding="utf-8")))
    return sorted(name for name in wanted if importlib.util.find_spec(name) is None)


def main(arguments: list[str]) -> None:
    # The numbers on the pages come from one thread; more would only be slower (see the Makefile).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    match arguments:
        case ["run", *names] if names:
            for path in notebooks_below(names):
                print(path, flush=True)
                if missing := missing_frameworks(path):
                    print(f"  left as it is: {', '.join(missing)} not installed (make frameworks)", flush=True)
                    continue
                before = nbformat.read(path, as_version=4)
                write(path, keep_what_shows_the_same(before, execute(before, path.parent)))
        case ["draft", draft, target]:
            write(Path(target), execute(jupytext.read(draft), Path(target).parent))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
