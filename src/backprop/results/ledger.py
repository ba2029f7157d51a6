"""Read results/: every number that the book quotes from an experiment, with its spread and how to get it again.

A file of results/ has one row per configuration, and a row has one run per seed:

    {"name", "title", "command", "created", "versions", "data": {file: SHA-256}, "units": {metric: unit},
     "rows": [{"label", "configuration", "runs": [{"seed", "seconds", "metrics", "curves"}, …],
               "summary": {metric: {"mean", "sd"}}, "published": {metric: {"value", "source"}}}, …]}

``seconds`` is processor time; ``sd`` is the sample standard deviation; ``curves`` and ``published`` may be empty.
"""

import html
import json
import math
import statistics
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backprop.contract import Array

SHIPPED = Path(__file__).parent / "shipped"  # what experiments bake for widgets and surfaces
KEYS = {"name", "title", "command", "created", "versions", "data", "units", "rows"}
ROW_KEYS = {"label", "configuration", "runs", "summary", "published"}
RUN_KEYS = {"seed", "seconds", "metrics", "curves"}


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
    """One file of results/, already validated; ``record`` is its content."""

    def __init__(self, record: dict[str, Any]):
        validate(record)
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
        row = self.row(label)
        if metric not in row["summary"]:
            raise KeyError(f"{self.record['name']} has the metrics {list(row['summary'])}, not {metric!r}")
        return Measurement(**row["summary"][metric], n=len(row["runs"]))

    def curves(self, name: str, label: str | None = None) -> Array:
        """What was recorded along each run, such as a loss per epoch. Shapes: (seeds, length)."""
        return np.array([run["curves"][name] for run in self.row(label)["runs"]])

    def table(self, *metrics: str) -> Table:
        """One line per configuration: the metrics (all by default), published values, seeds, time per run.

        Percentages have two digits after the point, other units four.
        """
        rows, units = self.record["rows"], self.record["units"]
        metrics = metrics or tuple(units)
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


def folder() -> Path:
    """The folder of the ledger's files, beside this one."""
    return Path(__file__).resolve().parent


def names() -> list[str]:
    """Names of all experiments in the ledger, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.json"))


def load(name: str) -> Result:
    """The result of one experiment: ``load("mnist_mlp").value("test_accuracy")``.

    Raises FileNotFoundError, listing the names there are, and ValueError when the file breaks the schema.
    """
    path = folder() / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(f"no results/{name}.json; the ledger has {', '.join(names()) or 'no results'}")
    try:
        record = json.loads(path.read_text("utf-8"))
        result = Result(record)
    except ValueError as error:
        raise ValueError(f"results/{name}.json: {error}") from error
    if record["name"] != name:
        raise ValueError(f"results/{name}.json calls itself {record['name']!r}")
    return result


def summarise(runs: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean and sample standard deviation of every metric over the runs."""
    columns = {metric: [run["metrics"][metric] for run in runs] for metric in runs[0]["metrics"]}
    return {m: {"mean": statistics.fmean(v), "sd": statistics.stdev(v)} for m, v in columns.items()}


def validate(record: Any) -> None:
    """Raise ValueError, saying where, unless a record follows the schema and its summary follows from its runs."""
    _want_keys(record, KEYS, "the record")
    for key in ("name", "title", "command", "created"):
        _want(isinstance(record[key], str) and record[key], f"{key!r} wants a text, got {record[key]!r}")
    for key in ("versions", "data", "units"):
        texts = isinstance(record[key], dict) and all(isinstance(v, str) for v in record[key].values())
        _want(texts, f"{key!r} wants names with texts, got {record[key]!r}")
    _want(isinstance(record["rows"], list) and record["rows"], "'rows' wants a list of one row or more")
    for number, row in enumerate(record["rows"]):
        _want_keys(row, ROW_KEYS, f"row {number}")
        _validate_row(row, record["units"].keys(), f"row {number}, {row['label']!r},")
    labels = [row["label"] for row in record["rows"]]
    _want(len(set(labels)) == len(labels), f"the rows want labels that differ, got {labels}")


def _validate_row(row: dict[str, Any], metrics: Any, where: str) -> None:
    _want(isinstance(row["label"], str), f"{where} wants a text as its label")
    _want(isinstance(row["configuration"], dict), f"{where} wants a configuration of names with values")
    _want(isinstance(row["runs"], list) and len(row["runs"]) >= 2, f"{where} wants a list of two runs or more")
    for run in row["runs"]:
        _want_keys(run, RUN_KEYS, f"{where} run")
        _want_keys(run["metrics"], set(metrics), f"{where} 'metrics'")
        _want(isinstance(run["curves"], dict), f"{where} 'curves' wants names with lists")
        for name, number in (run["metrics"] | {"seconds": run["seconds"]}).items():
            _want(_is_finite(number), f"{where} {name!r} wants a finite number, got {number!r}")
    seeds = [run["seed"] for run in row["runs"]]
    integers = all(isinstance(seed, int) and not isinstance(seed, bool) for seed in seeds)
    _want(
        integers and len(set(seeds)) == len(seeds), f"{where} wants a different whole number as each seed, got {seeds}"
    )
    _want(row["summary"] == summarise(row["runs"]), f"{where} has a summary that its runs do not give")
    _want_published(row["published"], metrics, where)


def _want_published(published: Any, metrics: Any, where: str) -> None:
    known = isinstance(published, dict) and published.keys() <= metrics
    _want(known, f"{where} 'published' wants values for some of the metrics, got {published!r}")
    for entry in published.values():
        _want_keys(entry, {"value", "source"}, f"{where} 'published'")
        _want(_is_finite(entry["value"]), f"{where} 'published' wants finite values, got {entry['value']!r}")


def _want(condition: Any, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _want_keys(record: Any, keys: set[str], where: str) -> None:
    got = sorted(record) if isinstance(record, dict) else record
    _want(got == sorted(keys), f"{where} wants exactly the keys {sorted(keys)}, got {got!r}")


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _words(name: str) -> str:
    return name.replace("_", " ")
