"""Draw formulas while building, strictly and on any machine: small corrections to sphinxcontrib-katex."""

import os
import re
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import sphinxcontrib.katex as katex
from docutils import nodes
from node_program import node
from sphinx.application import Sphinx
from sphinx.config import Config

CLOSING = ".,;:?!)-’”，。；：？！）、》…"
OPENING = "(“（《"
SHORT = 24  # letters of TeX: a formula that never needs to be broken, not even on a telephone
WORD_JOINER = "\u2060"  # invisible; asks for no line break where it stands, and beside a formula is not always heard
# Between a number and its unit, or around the sign between two numbers: "87.06 ± 0.05 %", "28 × 28", "12 MB".
INSIDE_QUANTITY = re.compile(r"(?<=\d) (?=%|[×±] ?\d|(?:[kMG]B|ms|s|px)\b)|(?<=[\d)%] [×±]) (?=\d)")
BEHIND_FORMULA = re.compile(r'(?P<ends>(?:</span>){4})<span class="bp-mark">(?P<marks>[^<]*)</span>')


def find_node(app: Sphinx, config: Config) -> None:
    """Set the formulas with the node that the whole book is built with."""
    katex.NODEJS_BINARY = node()


def start_and_wait(cls: type[katex.KaTeXServer], rundir: Path, timeout: float) -> tuple[Popen[bytes], socket.socket]:
    """Start KaTeX and connect once it listens.

    The original connects as soon as the socket's file exists, a moment before node listens on it: on a busy machine
    the build then fails with "connection refused".
    """
    path = rundir / "katex.sock"
    process = Popen(cls.build_command(socket=path), stdin=PIPE, stdout=PIPE, cwd=rundir)
    deadline = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            raise cls.timeout_error(timeout)
        time.sleep(0.01)


def keep_punctuation(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Keep a full stop with the formula before it and a bracket with the one after it, so no line starts with "."."""
    for formula in list(document.findall(nodes.math)):
        parent, before, after = formula.parent, beside(formula, -1), beside(formula, 1)
        marks = after[: len(after) - len(after.lstrip(CLOSING))] if isinstance(after, nodes.Text) else ""
        opened = before[len(before.rstrip(OPENING)) :] if isinstance(before, nodes.Text) else ""
        if not marks and not opened:
            continue
        if marks:
            put(nodes.Text(after[len(marks) :]), after)
        if opened:
            put(nodes.Text(before[: -len(opened)]), before)
        if len(formula.astext()) <= SHORT:
            together = nodes.inline(classes=["bp-glue"])
            parent.replace(formula, together)
            together += [nodes.Text(opened), formula, nodes.Text(marks)]
        else:
            parts = [nodes.Text(opened + WORD_JOINER), formula, nodes.inline("", marks, classes=["bp-mark"])]
            parent.replace(formula, parts[not opened : 3 if marks else 2])


def keep_quantities(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Break no line inside a quantity, least of all on a telephone."""
    for text in list(document.findall(nodes.Text)):
        if not isinstance(text.parent, (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)):
            kept = INSIDE_QUANTITY.sub("\N{NO-BREAK SPACE}", text)
            if kept != text:
                put(nodes.Text(kept), text)


def put(text: nodes.Text, old: nodes.Text) -> None:
    """Put a text in the place of another: of this one, not of an earlier one with the same letters."""
    (place,) = (k for k, node in enumerate(old.parent) if node is old)
    old.parent[place] = text


def beside(formula: nodes.math, step: int) -> nodes.Node | None:
    """What stands before (-1) or after (1) a formula; where a bold phrase or a link ends with it, beside that."""
    node: nodes.Node = formula
    while isinstance(node.parent, nodes.Inline) and node is node.parent[-1 if step > 0 else 0]:
        node = node.parent
    place = node.parent.index(node) + step
    return node.parent[place] if 0 <= place < len(node.parent) else None


def draw_marks_inside(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Move the full stop of a long formula into its last piece: the browser breaks the formula between pieces alone."""
    if "body" in context:
        mark = r'<span class="bp-mark">\g<marks></span>\g<ends>'
        context["body"] = BEHIND_FORMULA.sub(mark, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    # A formula that KaTeX cannot read stops the build; by default it is printed in red and nobody notices.
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="ignore")
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds; the 5 of the original are short on a busy machine
    if os.name == "posix":
        katex.KaTeXServer.start_server_process = classmethod(start_and_wait)
    app.connect("config-inited", find_node)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("doctree-resolved", keep_quantities, priority=950)  # after search_index: a query has plain spaces
    app.connect("html-page-context", draw_marks_inside)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
