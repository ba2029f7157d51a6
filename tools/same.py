"""Whether two outputs of a cell show a reader the same: then a re-run keeps the one that is committed."""

import base64
import io
import re

from matplotlib.image import imread

from tools.normal_form import SVG, SVG_PLACES, VIEW, normalise

MEASURED = "nbval-ignore-output"  # the tag of a cell that measures: what it shows cannot be the same everywhere
NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?")


def keep_what_shows_the_same(before: dict, after: dict) -> dict:
    """The notebook after a run, with each output from before that shows a reader the same.

    A picture may differ in its last bits. A cell with the tag nbval-ignore-output measures, so its numbers and pictures
    may be others each time: they stay as long as the words around and in them are the same.
    """
    before, after = normalise(before), normalise(after)
    for old, new in zip(before["cells"], after["cells"], strict=True):
        if new["cell_type"] == "code" and len(old["outputs"]) == len(new["outputs"]):
            pairs = zip(old["outputs"], new["outputs"], strict=True)
            measured = MEASURED in new["metadata"].get("tags", [])
            new["outputs"] = [a if show_the_same(a, b, measured) else b for a, b in pairs]
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
        or (mime == SVG and (drawn_alike(x, theirs[mime]) or (measured and labels(x) == labels(theirs[mime]))))
        or (mime.startswith("text/") and measured and words(x) == words(theirs[mime]))
        for mime, x in mine.items()
    )


def look_alike(*pictures: str) -> bool:
    a, b = (imread(io.BytesIO(base64.b64decode(picture))) for picture in pictures)
    return a.shape == b.shape and abs(a - b).max() <= 2.5 / 255


def drawn_alike(*drawings: str) -> bool:
    """Of the same parts and the same words, no point moved by more than a tenth."""
    a, b = (SVG_PLACES.sub("", drawing) for drawing in drawings)
    these, those = (re.findall(r"-?\d+(?:\.\d+)?", " ".join(SVG_PLACES.findall(drawing))) for drawing in drawings)
    near = (abs(float(x) - float(y)) <= 0.1 for x, y in zip(these, those, strict=False))
    return a == b and len(these) == len(those) and all(near)


def labels(drawing: str) -> set[str]:
    """The words of a drawing; how many ticks it has is measured, too."""
    return {word.lstrip("−-") for text in re.findall(r">([^<>]+)<", drawing) for word in words(text)}


def words(text: str) -> list[str]:
    return NUMBER.sub("0", text).split()
