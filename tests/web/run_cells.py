"""Run a notebook by the page's kernel, natively: run_cells.py NOTEBOOK, or --needed to run what its exercises need.

Prints as JSON the outputs of the code cells that were run, as a notebook holds them, by the place of the cell.
"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "web" / "live"))  # last: web/extensions, too, has a fonts.py

import kernel
import needs
import shims


class Recorder:
    """What the kernel sends, as outputs of a notebook's cell."""

    def __init__(self) -> None:
        self.outputs: list[dict] = []

    def __call__(self, kind: str, content: dict) -> None:
        match kind:
            case "stream":
                self.outputs.append({"output_type": "stream", **content})
            case "error":
                named = {"ename": content["name"], "evalue": content["message"]}
                self.outputs.append({"output_type": "error", **named, "traceback": [content["traceback"]]})
            case "result":
                result = {"output_type": "execute_result", "execution_count": None, "metadata": {}}
                self.outputs.append({**result, "data": content["data"]})
            case "display":
                self.outputs.append({"output_type": "display_data", "metadata": {}, "data": content["data"]})
            case "clear":
                self.outputs.clear()


def run(cells: list[tuple[int, str]]) -> dict[int, list[dict]]:
    """Run these cells, each a place and a source, in a fresh kernel; their outputs by place."""
    recorder = Recorder()
    fresh = kernel.start(recorder)
    outputs = {}
    for place, source in cells:
        recorder.outputs = []
        asyncio.run(fresh.run(source))
        outputs[place] = recorder.outputs
    return outputs


def main(notebook: str, needed: bool) -> None:
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    shims.install_comm(kernel.start(Recorder()))
    if not needed:
        print(json.dumps(run(list(enumerate(sources)))), file=sys.__stdout__)
        return
    found = {}
    for place in [place for place, source in enumerate(sources) if "check(" in source]:
        above = [(before, source) for before, _, source in needs.needed(sources, place)]
        found[place] = run([*above, (place, sources[place])])[place]
    print(json.dumps(found), file=sys.__stdout__)


if __name__ == "__main__":
    main(sys.argv[-1], "--needed" in sys.argv)
