"""What all experiments share: run every configuration with every seed, survive interruptions, write the ledger."""

import hashlib
import inspect
import json
import platform
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import backprop
from backprop.data.downloads import cache_folder, write_atomically
from backprop.data.sources import SOURCES
from backprop.results import ledger

Run = tuple[dict[str, float], dict[str, list[float]]]  # metrics, and curves along the run


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
        return {file.path: file.sha256 for name in self.data for file in SOURCES[name].files}


def main(experiment: Experiment) -> int:
    """Run an experiment as a command: returns 0, 1 without the data, 130 when interrupted."""
    try:
        path = perform(experiment)
    except FileNotFoundError as error:
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
    configuration, seed, data and code.
    """
    path = (results or ledger.folder()) / f"{experiment.name}.json"
    data, rows, kept = experiment.load(), [], []
    for label, configuration in experiment.configurations.items():
        runs = []
        for seed in experiment.seeds:
            kept.append(_kept(experiment, configuration, seed))
            if not kept[-1].exists():
                write_atomically(kept[-1], to_json(_measure(experiment, configuration, seed, data)))
            runs.append(json.loads(kept[-1].read_text("utf-8")))
            metrics = ", ".join(f"{name} {value:.4g}" for name, value in runs[-1]["metrics"].items())
            print(f"{label}, seed {seed}: {metrics}, {runs[-1]['seconds']:.0f} CPU s", flush=True)
        rows.append(
            {
                "label": label,
                "configuration": configuration,
                "summary": ledger.summarise(runs),
                "published": experiment.published.get(label, {}),
                "runs": runs,
            }
        )
    record = {
        "name": experiment.name,
        "title": experiment.title,
        "command": f"python -m {experiment.package}.{experiment.name}",
        "created": date.today().isoformat(),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "backprop": backprop.__version__,
        },
        "data": experiment.hashes,
        "units": experiment.units,
        "rows": rows,
    }
    ledger.validate(record)
    write_atomically(path, to_json(record))
    shutil.rmtree(kept[0].parent)
    return path


def to_json(record: Any) -> bytes:
    """The record as text for people and for diffs: indented, but a list of numbers on one line."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[[\d\s.,e+-]*\]", lambda numbers: f"[{' '.join(numbers[0][1:-1].split())}]", text).encode() + b"\n"


def _measure(experiment: Experiment, configuration: dict[str, Any], seed: int, data: Any) -> dict[str, Any]:
    start = time.process_time()
    with threadpool_limits(1):
        metrics, curves = experiment.run(configuration, seed, data)
    return {
        "seed": seed,
        "seconds": round(time.process_time() - start, 1),
        "metrics": {name: round(float(value), 6) for name, value in metrics.items()},
        "curves": {name: [round(float(value), 6) for value in values] for name, values in curves.items()},
    }


def _kept(experiment: Experiment, configuration: dict[str, Any], seed: int) -> Path:
    """Where a finished run is kept: a name that changes with everything that the run depends on."""
    modules = [m for name, m in sorted(sys.modules.items()) if name.split(".")[0] == "backprop"]
    files = [Path(module.__file__) for module in modules] + [Path(inspect.getsourcefile(experiment.run))]
    key = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    key.update(json.dumps([configuration, seed, experiment.hashes, np.__version__]).encode())
    return cache_folder() / "runs" / experiment.name / f"{key.hexdigest()[:32]}.json"
