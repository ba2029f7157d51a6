"""One training step in this package and in others, side by side in one run: `make bench` (section 4.3)."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import PEERS, same_step
from benchmarks.timing import ratio, side_by_side
from benchmarks.workloads import WORKLOADS, BareProducts, LargeProduct, Ours
from experiments.runner import Experiment, Run, main

CONTENDERS = {"ours": Ours} | PEERS


def run(configuration: dict[str, Any], seed: int, data: None) -> Run:
    """The seed only counts the repetitions; the work is always the same. Raises ValueError if the gradients differ."""
    work, peer = WORKLOADS[configuration["workload"]], PEERS[configuration["peer"]]
    multiplications = sum(m * k * n for m, k, n in work.products())
    error = same_step(Ours(work), peer(work))
    if not error < 1e-4:
        raise ValueError(f"{work.name}: {peer.name} makes another step, relative difference {error:.1e}")
    ours, large = Ours(work), LargeProduct()
    steps = {"ours": ours.step, "peer": peer(work).step, "update": ours.update}
    steps |= {"products": BareProducts(work).step, "sgemm": large.step}
    seconds = side_by_side(steps, configuration["rounds"])
    low, middle, high = ratio(seconds["ours"], seconds["peer"])
    peak = large.multiplications / seconds["sgemm"]
    metrics = {
        "ratio": middle,
        "lower_quartile": low,
        "upper_quartile": high,
        "sgemm_share": 100 * float(np.median(multiplications / seconds["ours"] / peak)),
        "products_share": 100 * float(np.median(seconds["products"] / seconds["ours"])),
        "update_share": 100 * float(np.median(seconds["update"] / seconds["ours"])),
        "memory": peak_memory(work.name, "ours"),
        "peer_memory": peak_memory(work.name, peer.name),
    }
    return metrics, {}


def peak_memory(workload: str, contender: str) -> float:
    """Megabytes that data, weights and a hundred steps add to the peak of a new process, its imports done."""
    command = [sys.executable, "-m", "benchmarks.side_by_side", workload, contender]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def print_memory(workload: str, contender: str) -> None:
    fits("W5", contender)  # imports what it needs
    before = peak()
    contender = CONTENDERS[contender](WORKLOADS[workload])
    for _ in range(100):
        contender.step()
    print(peak() - before)


def peak() -> float:
    """Megabytes that this process has held at most."""
    status = Path("/proc/self/status")
    if status.exists():  # the other source remembers, here, the process that started this one
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) / 1e3
    import resource  # of Unix alone: only `make bench` wants it

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def fits(workload: str, contender: str) -> bool:
    """Whether a contender is installed and can do this work at all."""
    try:
        CONTENDERS[contender](WORKLOADS[workload])
    except ImportError as error:
        print(f"without {workload} in {contender}: {error}", file=sys.stderr)
        return False
    return True


def experiment() -> Experiment:
    """Every workload with every peer that is installed."""
    pairs = [(work, peer) for work in WORKLOADS.values() for peer in PEERS if fits(work.name, peer)]
    return Experiment(
        name="side_by_side",
        package="benchmarks",
        title="One training step, this book / another library: median ratio of processor times",
        units={
            "ratio": "",
            "lower_quartile": "",
            "upper_quartile": "",
            "sgemm_share": "%",
            "products_share": "%",
            "update_share": "%",
            "memory": "MB",
            "peer_memory": "MB",
        },
        data=(),
        load=lambda: None,
        run=run,
        configurations={
            f"{work.title}, {peer}": {"workload": work.name, "peer": peer, "rounds": 40} for work, peer in pairs
        },
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print_memory(*sys.argv[1:])
    else:
        sys.exit(main(experiment()))
