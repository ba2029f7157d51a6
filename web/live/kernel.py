"""A small notebook kernel for the page: runs cells as IPython does, and hands what they show to a function `send`.

No IPython: `ast` splits off the value that a cell ends in, matplotlib draws by drawings.py, and shims.py has the few
names of IPython that notebooks and ipywidgets import. It runs natively, too, where a test compares it with IPython.
"""

import ast
import base64
import builtins
import importlib
import inspect
import io
import linecache
import os
import pprint
import sys
import time
import tokenize
import traceback
import types
from collections.abc import Callable
from typing import Any

import shims

LONGEST_STREAM = 200_000  # characters that one cell may print
SECONDS_BETWEEN_PIECES = 0.05
PARTS_IN_A_PIECE = 1000
LINE = 79  # letters; IPython breaks a longer list or dict into lines
SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT)
REPRESENTATIONS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
}


current: "Kernel"  # the one that `start` made


class Kernel:
    """Runs cells one after the other in one module. ``send(kind, content)`` gets what they show, as it comes.

    With `in_page` a figure is sent as a part of the page; otherwise as the file that a notebook holds.
    """

    def __init__(self, send: Callable[[str, dict], None], in_page: bool = False) -> None:
        self.send = send
        self.in_page = in_page
        self.count = 0
        self.module = types.ModuleType("__main__")
        self.module.__dict__.update(display=self.display, get_ipython=lambda: None)
        sys.modules["__main__"] = self.module

    async def run(self, source: str, number: int | None = None) -> str:
        """Run one cell, which tracebacks call by its number: "ok", or "error" once that is sent."""
        self.count += 1
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream(self.send, "stdout"), Stream(self.send, "stderr")
        try:
            value = await self.value(source, f"<cell {number or self.count}>")
            if value is not None and not is_silenced(source):
                self.module._ = value
                self.show("result", bundle(value))
            self.show_figures()
        except BaseException as error:  # sys.exit() in a cell must not end the reader's session
            self.show_figures()
            self.flush()
            self.send("error", {"name": type(error).__name__, "message": str(error), "traceback": report(error)})
            return "error"
        finally:
            self.flush()
            sys.stdout, sys.stderr = before
        return "ok"

    async def value(self, source: str, name: str) -> Any:
        """The value of the cell's last line, if that is an expression."""
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)  # for tracebacks
        tree = ast.parse(source, name)
        ends_in_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
        last = ast.Expression(tree.body.pop().value) if ends_in_value else None
        await self.evaluate(tree, name, "exec")
        return await self.evaluate(last, name, "eval") if last else None

    async def evaluate(self, tree: ast.AST, name: str, mode: str) -> Any:
        code = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        value = eval(code, self.module.__dict__)
        return await value if code.co_flags & inspect.CO_COROUTINE else value

    def show(self, kind: str, data: dict[str, str]) -> None:
        """Send a value in all its forms, after what was printed before it."""
        self.flush()
        self.send(kind, {"data": data})

    def display(self, *values: Any, **options: Any) -> None:
        """IPython's `display`."""
        for value in values:
            self.show("display", bundle(value))

    def clear_output(self, wait: bool = False) -> None:
        """IPython's `clear_output`."""
        self.flush()
        self.send("clear", {"wait": wait})

    def show_figures(self) -> None:
        """Send the figures that are open, and close them."""
        if drawings := sys.modules.get("drawings"):
            for figure in drawings.open_figures():
                self.show("display", bundle(figure))
            drawings.close_figures()

    @staticmethod
    def flush() -> None:
        sys.stdout.flush()
        sys.stderr.flush()


class Stream(io.TextIOBase):
    """What a cell prints, sent in pieces; the rest of an endless print is dropped, and a line says so."""

    def __init__(self, send: Callable[[str, dict], None], name: str) -> None:
        self.send_piece, self.name = send, name
        self.parts: list[str] = []
        self.room = LONGEST_STREAM
        self.sent_at = time.monotonic()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.parts.append(text)
        if time.monotonic() - self.sent_at > SECONDS_BETWEEN_PIECES or len(self.parts) > PARTS_IN_A_PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self.parts = "".join(self.parts), []
        self.sent_at = time.monotonic()
        if not text or self.room < 0:
            return
        piece = text[: self.room]
        if len(text) > self.room:
            piece += f"\n[output cut after {LONGEST_STREAM:,} characters]\n"
            self.room = -1
        else:
            self.room -= len(text)
        self.send_piece("stream", {"name": self.name, "text": piece})


def is_silenced(source: str) -> bool:
    """Whether the cell ends in a semicolon, which hides its value."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type not in SILENT][-1:] == [";"]


def bundle(value: Any) -> dict[str, str]:
    """The value in all forms that it has, by MIME type, as IPython would show it."""
    data: dict[str, str] = {}
    if callable(getattr(type(value), "_repr_mimebundle_", None)):
        data |= without_metadata(value._repr_mimebundle_()) or {}
    if is_figure(value):
        data |= importlib.import_module("drawings").picture(value)
    for mime, method in REPRESENTATIONS.items():
        if mime not in data and callable(getattr(type(value), method, None)):
            made = without_metadata(getattr(value, method)())
            if made is not None:
                data[mime] = base64.b64encode(made).decode() if isinstance(made, bytes) else made
    return data if "text/plain" in data else {**data, "text/plain": plain(value)}


def without_metadata(made: Any) -> Any:
    return made[0] if isinstance(made, tuple) else made


def is_figure(value: Any) -> bool:
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def plain(value: Any) -> str:
    """The value as text; a long collection gets one line for each entry."""
    text = repr(value)
    if isinstance(value, dict | list | tuple | set | frozenset) and len(text) > LINE:
        return pprint.pformat(value, width=LINE, compact=False, sort_dicts=False)
    return text


def report(error: BaseException) -> str:
    """The traceback from the reader's cell on: what lies above it is this kernel."""
    frames = error.__traceback__
    while frames is not None and not frames.tb_frame.f_code.co_filename.startswith("<cell"):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))


def start(send: Callable[[str, dict], None], in_page: bool = False) -> Kernel:
    """The kernel of this process: `display`, IPython's names and matplotlib's `show` lead to it."""
    global current
    current = Kernel(send, in_page)
    builtins.display = current.display
    shims.install_ipython(current)
    os.environ["MPLBACKEND"] = "module://drawings"
    return current
