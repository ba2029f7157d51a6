"""What all experiments share: run every configuration with every seed, survive interruptions, write the ledger."""

import hashlib
import inspect
import json
import math
import os
import platform
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import distributions
from modulefinder import ModuleFinder
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import backprop
import experiments
from backprop.data.downloads import cache_folder, write_atomically
from backprop.data.sources import SOURCES
from backprop.results import ledger

Run = tuple[dict[str, float], dict[str, list[float]]]  # metrics, and curves along the run

KEYS = {"name", "title", "command", "created", "versions", "data", "units", "rows"}
ROW_KEYS = {"label", "configuration", "runs", "published"}
RUN_KEYS = {"seed", "seconds", "metrics", "curves"}
ROOTS = [str(Path(package.__file__).resolve().parents[1]) for package in (backprop, experiments)]  # of this clone


@dataclass(frozen=True)
class Experiment:
    """One file of results/. ``run(configuration, seed, data)`` is called for each configuration and seed."""

    name: str
    title: str
    units: dict[str, str]  # metric -> unit
    data: tuple[str, ...]  # names of data sets in backprop.data.sources
    load: Callable[[], Any]
    run: Callable[[dict[str, Any], int, Any], Run]
    configurations: dict[str, dict[str, Any]]  # label -> configuration
    seeds: tuple[int, ...] = (0, 1, 2)
    published: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # label -> metric -> value, source
    package: str = "experiments"  # where its module is

    @property
    def hashes(self) -> dict[str, str]:
        sources = (SOURCES[name] for name in self.data)
        return {file.path: file.sha256 for source in sources for file in source.raw or source.files}


def main(experiment: Experiment) -> int:
    """Run an experiment as a command: returns 0, 1 without data or a place to write, 130 when interrupted."""
    sys.stdout.reconfigure(errors="backslashreplace")  # a label must not stop a run where output is not UTF-8
    try:
        path = perform(experiment)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on after the last finished run", file=sys.stderr)
        return 130
    print(f"\n{ledger.load(experiment.name)!r}\n\nwritten: {path}")
    return 0


def perform(experiment: Experiment, results: Path | None = None) -> Path:
    """Run what has not been run yet, one BLAS thread, and write ``results/NAME.json``.

    A finished run is kept in the cache folder until the file is written. It is used again only for the same
    configuration, seed, data and program, as it was when this process began: an edit in the meantime counts later.
    """
    path = (results or ledger.folder()) / f"{experiment.name}.json"
    for label, published in experiment.published.items():  # complaints come before the hours that runs take
        _want(label in experiment.configurations, f"'published' wants labels of configurations, got {label!r}")
        _want_published(published, experiment.units.keys(), label)
    program = _program(experiment)
    data, rows, kept = experiment.load(), [], []
    for label, configuration in experiment.configurations.items():
        runs = []
        for seed in experiment.seeds:
            kept.append(_kept(experiment, program, configuration, seed))
            if not kept[-1].exists():
                run = _measure(experiment, configuration, seed, data)
                _validate_run(run, experiment.units.keys(), f"{label}, seed {seed},")
                write_atomically(kept[-1], to_json(run))
            runs.append(json.loads(kept[-1].read_text("utf-8")))
            metrics = ", ".join(f"{name} {value:.4g}" for name, value in runs[-1]["metrics"].items())
            print(f"{label}, seed {seed}: {metrics}, {runs[-1]['seconds']:.0f} CPU s", flush=True)
        rows.append(
            {
                "label": label,
                "configuration": configuration,
                "published": experiment.published.get(label, {}),
                "runs": runs,
            }
        )
    record = {
        "name": experiment.name,
        "title": experiment.title,
        "command": f"python -m {experiment.package}.{experiment.name}",
        "created": date.today().isoformat(),
        "versions": _versions(),
        "data": experiment.hashes,
        "units": experiment.units,
        "rows": rows,
    }
    validate(record)
    write_atomically(path, to_json(record))
    shutil.rmtree(kept[0].parent)
    return path


def to_json(record: Any) -> bytes:
    """The record as text for people and for diffs: indented, but a list of numbers on one line."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[[\d\s.,e+-]*\]", lambda numbers: f"[{' '.join(numbers[0][1:-1].split())}]", text).encode() + b"\n"


def _measure(experiment: Experiment, configuration: dict[str, Any], seed: int, data: Any) -> dict[str, Any]:
    start = sum(os.times()[:4])  # of the processes that it starts, too
    with threadpool_limits(1):
        metrics, curves = experiment.run(configuration, seed, data)
    return {
        "seed": seed,
        "seconds": round(sum(os.times()[:4]) - start, 1),
        "metrics": {name: round(float(value), 6) for name, value in metrics.items()},
        "curves": {name: [round(float(value), 6) for value in values] for name, values in curves.items()},
    }


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "numpy": np.__version__, "backprop": backprop.__version__}
    return versions | {"processor": _processor()}


def _processor() -> str:
    """Its name where the system tells, and the kind whose matrix products OpenBLAS has chosen."""
    cpuinfo = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", cpuinfo.read_text("utf-8")) if cpuinfo.exists() else []
    kinds = [library["architecture"] for library in threadpool_info() if "architecture" in library]
    return ", ".join([*names[:1], *kinds[:1]]) or platform.machine()


def _program(experiment: Experiment) -> list[Any]:
    """Everything that decides the numbers of a run but its configuration and seed.

    That is the data, the installed packages, and the text of every module of this clone that the functions' own files
    import, however far down, inside functions too. More than needed may change it, such as a comment; never less.
    """
    finder = ModuleFinder(path=ROOTS)
    for function in (experiment.run, experiment.load):
        finder.load_file(inspect.getsourcefile(function))
    files = sorted(module.__file__ for module in finder.modules.values() if module.__file__)
    packages = sorted(f"{package.name} {package.version}" for package in distributions())
    return [[Path(file).read_text("utf-8") for file in files], experiment.hashes, _versions(), packages]


def _kept(experiment: Experiment, program: list[Any], configuration: dict[str, Any], seed: int) -> Path:
    """Where a finished run is kept: a name that changes with everything that the run depends on."""
    key = hashlib.sha256(json.dumps([program, configuration, seed]).encode())
    return cache_folder() / "runs" / experiment.name / f"{key.hexdigest()[:32]}.json"


def validate(record: Any) -> None:
    """Raise ValueError, saying where, unless a record is what `backprop.ledger` takes for granted."""
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
        _validate_run(run, metrics, where)
    seeds = [run["seed"] for run in row["runs"]]
    integers = all(isinstance(seed, int) and not isinstance(seed, bool) for seed in seeds)
    _want(
        integers and len(set(seeds)) == len(seeds), f"{where} wants a different whole number as each seed, got {seeds}"
    )
    _want_published(row["published"], metrics, where)


def _validate_run(run: dict[str, Any], metrics: Any, where: str) -> None:
    _want_keys(run, RUN_KEYS, f"{where} run")
    _want_keys(run["metrics"], set(metrics), f"{where} 'metrics'")
    _want(isinstance(run["curves"], dict), f"{where} 'curves' wants names with lists")
    for name, number in (run["metrics"] | {"seconds": run["seconds"]}).items():
        _want(_is_finite(number), f"{where} {name!r} wants a finite number, got {number!r}")


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
