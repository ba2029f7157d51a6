"""A committed notebook as the lint rules see it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat


@dataclass(frozen=True)
class Page:
    """One notebook: where it lies, its text as committed, and the same text parsed."""

    path: Path
    text: str

    @cached_property
    def cells(self) -> list[dict]:
        return nbformat.reads(self.text, as_version=4)["cells"]

    @property
    def is_section(self) -> bool:
        return re.fullmatch(r"\d+_\d+_\w+\.ipynb", self.path.name) is not None

    @cached_property
    def markdown(self) -> str:
        return "\n\n".join(cell["source"] for cell in self.cells if cell["cell_type"] == "markdown")

    def code(self) -> list[tuple[int, dict]]:
        """The code cells that hold something, with their places."""
        return [(i, c) for i, c in enumerate(self.cells) if c["cell_type"] == "code" and c["source"].strip()]

    def trees(self) -> Iterator[tuple[int, ast.Module]]:
        """The syntax tree of each code cell; cells that are not Python are the business of `no_magics`."""
        for i, cell in self.code():
            try:
                yield i, ast.parse(cell["source"])
            except SyntaxError:
                continue
