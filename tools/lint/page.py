"""A committed notebook, its cells, directives and exercises, as the lint rules and the tests of exercises see it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w-]+)\}[ ]*(?P<argument>.*)\n(?P<body>(?s:.*?))^(?P=fence)[ ]*$", re.M
)
PYTHON = re.compile(r"^```python\n(.*?)^```[ ]*$", re.M | re.S)
NUMBER = r"(?:\d+|A)(?:\.\d+)+\.[a-z]"  # A: the appendix of the frameworks
CHECK = re.compile(rf'^check\("({NUMBER})", .+\)$')


@dataclass
class Block:
    """A directive in the text: ```{name} argument … ```; ``cell`` is the place of its cell."""

    cell: int
    name: str
    argument: str
    body: str

    def inner(self, name: str) -> list["Block"]:
        return [block for block in blocks_in(self.body, self.cell) if block.name == name]


def blocks_in(markdown: str, cell: int) -> Iterator[Block]:
    for match in FENCE.finditer(markdown):
        yield Block(cell, match["name"], match["argument"].strip(), match["body"])


def label_of(number: str) -> str:
    return "ex-" + number.replace(".", "-").lower()


def last_line(code: str) -> str:
    return code.rstrip().rpartition("\n")[2]


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

    @cached_property
    def blocks(self) -> list[Block]:
        """The directives that stand in no other one."""
        text = [(i, c["source"]) for i, c in enumerate(self.cells) if c["cell_type"] == "markdown"]
        return [block for i, source in text for block in blocks_in(source, i)]

    def named(self, name: str) -> list[Block]:
        return [block for block in self.blocks if block.name == name]

    def stub(self, exercise: Block) -> str:
        """The code of the cell below an exercise, "" where there is none."""
        below = self.cells[exercise.cell + 1 :][:1]
        return below[0]["source"] if below and below[0]["cell_type"] == "code" else ""

    def solutions(self) -> Iterator[tuple[str, str]]:
        """(number, code that ends in the check of the published solution); what is incomplete is the lint's affair."""
        published = {solution.argument: solution for solution in self.named("solution")}
        imports = self.code()[0][1]["source"]
        for exercise in self.named("exercise"):
            number, _, _ = exercise.argument.partition(" ")
            solution = published.get(label_of(number))
            call = last_line(self.stub(exercise))
            if solution is not None and CHECK.match(call):
                yield number, "\n".join([imports, *PYTHON.findall(solution.body), f"verdict = {call}"])

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
