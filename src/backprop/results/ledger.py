"""Read results/: every number that the book quotes from an experiment, with its spread and how to get it again.

A file of results/ has one row per configuration, and a row has one run per seed:

    {"name", "title", "command", "created", "versions", "data": {file: SHA-256}, "units": {metric: unit},
     "rows": [{"label", "configuration", "runs": [{"seed", "seconds", "metrics", "curves"}, …],
               "published": {metric: {"value", "source"}}}, …]}

``seconds`` is processor time; ``curves`` and ``published`` may be empty. Every metric has a unit and a value in each of
at least two runs: `experiments/runner.py` writes these files, and makes sure of that.
"""

import html
import json
import statistics
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backprop.contract import Array

SHIPPED = Path(__file__).parent / "shipped"  # what experiments bake for widgets and surfaces


class Measurement(NamedTuple):
    """Mean and sample standard deviation over n seeds; ``f"{m:.1f}"`` is '98.0 ± 0.1', two digits by default."""

    mean: float
    sd: float
    n: int

    def __format__(self, spec: str) -> str:
        return f"{self.mean:{spec or '.2f'}} ± {self.sd:{spec or '.2f'}}"

    def __str__(self) -> str:
        return f"{self}"


class Table(NamedTuple):
    """A table that notebooks draw and that prints the same everywhere."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)

    def _repr_html_(self) -> str:
        def line(cells: tuple[str, ...], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(unbroken(cell))}</{tag}>" for cell in cells) + "</tr>"

        def unbroken(cell: str) -> str:  # a number keeps its spread and its unit in one line
            return cell.replace(" ", "\N{NO-BREAK SPACE}") if cell[:1].isdigit() and len(cell) <= 16 else cell

        body = "\n".join(line(row, "td") for row in self.rows)
        return f"<table>\n<thead>{line(self.header, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


class Result:
    """One file of results/; ``record`` is its content."""

    def __init__(self, record: dict[str, Any]):
        self.record = record

    def __repr__(self) -> str:
        return f"{self.record['title']}\n{self.record['command']}\n{self.table()!r}"

    @property
    def labels(self) -> list[str]:
        """Labels of the rows, one per configuration."""
        return [row["label"] for row in self.record["rows"]]

    def row(self, label: str | None = None) -> dict[str, Any]:
        """The row of a configuration; a result with one row needs no label. Raises KeyError for another label."""
        if label is None and len(self.labels) == 1:
            return self.record["rows"][0]
        if label not in self.labels:
            raise KeyError(f"{self.record['name']} has the rows {self.labels}, not {label!r}")
        return self.record["rows"][self.labels.index(label)]

    def value(self, metric: str, label: str | None = None) -> Measurement:
        """A metric over the seeds, in the unit ``record["units"][metric]``. Raises KeyError for an unknown one."""
        runs = self.row(label)["runs"]
        self._want_known("metrics", self.record["units"], metric)
        values = [run["metrics"][metric] for run in runs]
        return Measurement(statistics.fmean(values), statistics.stdev(values), len(values))

    def curves(self, name: str, label: str | None = None) -> Array:
        """What was recorded along each run, such as a loss per epoch. Shapes: (seeds, length). Raises like `value`."""
        runs = self.row(label)["runs"]
        self._want_known("curves", runs[0]["curves"], name)
        return np.array([run["curves"][name] for run in runs])

    def table(self, *metrics: str) -> Table:
        """One line per configuration: the metrics (all by default), published values, seeds, time per run.

        Percentages have two digits after the point, other units four.
        """
        rows, units = self.record["rows"], self.record["units"]
        metrics = metrics or tuple(units)
        self._want_known("metrics", units, *metrics)
        published = [m for m in metrics if any(m in row["published"] for row in rows)]
        header = [_words(m) + f" ({units[m]})" * bool(units[m]) for m in metrics]
        header += [f"published {_words(m)}" for m in published]
        lines = []
        for row in rows:
            cells = [format(self.value(m, row["label"]), ".2f" if units[m] == "%" else ".4f") for m in metrics]
            cells += [str(row["published"][m]["value"]) if m in row["published"] else "" for m in published]
            seconds = statistics.fmean(run["seconds"] for run in row["runs"])
            lines.append((row["label"], *cells, str(len(row["runs"])), f"{seconds:.0f}"))
        return Table(("configuration", *header, "seeds", "CPU s per run"), tuple(lines))

    def _want_known(self, kind: str, known: dict[str, Any], *names: str) -> None:
        for name in names:
            if name not in known:
                raise KeyError(f"{self.record['name']} has the {kind} {list(known)}, not {name!r}")


def folder() -> Path:
    """The folder of the ledger's files, beside this one."""
    return Path(__file__).resolve().parent


def names() -> list[str]:
    """Names of all experiments in the ledger, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.json"))


def load(name: str) -> Result:
    """The result of one experiment: ``load("mnist_mlp").value("test_accuracy")``.

    Raises FileNotFoundError, listing the names there are, and ValueError when the file is broken or another's.
    """
    path = folder() / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(f"no results/{name}.json; the ledger has {', '.join(names()) or 'no results'}")
    try:
        record = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"results/{name}.json: {error}") from error
    called = record.get("name") if isinstance(record, dict) else None
    if called != name:
        raise ValueError(f"results/{name}.json calls itself {called!r}")
    return Result(record)


def _words(name: str) -> str:
    return name.replace("_", " ")
