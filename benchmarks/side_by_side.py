"""One training step in this package and in others, side by side in one run: `make bench` (section 4.3).

Each run is a process of its own, since the instructions that it may use are chosen when its libraries are imported.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.peers import PEERS, same_step
from benchmarks.timing import ratio, side_by_side
from benchmarks.workloads import WORKLOADS, BareProducts, LargeProduct, Ours
from experiments.runner import Experiment, Run, main
from tools.kernels import settings

CONTENDERS = {"ours": Ours} | PEERS
# What holds PyTorch and its libraries to AVX2, beside what holds NumPy to it.
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2"}


def run(configuration: dict[str, Any], seed: int, data: None) -> Run:
    """The seed only counts the repetitions; the work is always the same."""
    workload, peer = configuration["workload"], configuration["peer"]
    variables = AVX2 | settings()["Haswell"] if configuration["instructions"] == "AVX2" else {}
    metrics = json.loads(new_process("times", workload, peer, str(configuration["rounds"]), **variables))
    metrics["memory"] = float(new_process("memory", workload, "ours", **variables))
    metrics["peer_memory"] = float(new_process("memory", workload, peer, **variables))
    return metrics, {}


def new_process(*words: str, **variables: str) -> str:
    """What `python -m benchmarks.side_by_side WORDS` prints, with these environment variables besides."""
    command = [sys.executable, "-m", "benchmarks.side_by_side", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | variables).stdout


def print_times(workload: str, peer: str, rounds: str) -> None:
    """Raises ValueError if the peer makes another step."""
    work, peer = WORKLOADS[workload], PEERS[peer]
    multiplications = sum(m * k * n for m, k, n in work.products())
    error = same_step(Ours(work), peer(work))
    if not error < 1e-4:
        raise ValueError(f"{work.name}: {peer.name} makes another step, relative difference {error:.1e}")
    ours, large = Ours(work), LargeProduct()
    steps = {"ours": ours.step, "peer": peer(work).step, "update": ours.update}
    steps |= {"products": BareProducts(work).step, "sgemm": large.step}
    with threadpool_limits(1):
        seconds = side_by_side(steps, int(rounds))
    low, middle, high = ratio(seconds["ours"], seconds["peer"])
    peak = large.multiplications / seconds["sgemm"]
    metrics = {
        "ratio": middle,
        "lower_quartile": low,
        "upper_quartile": high,
        "products_ratio": ratio(seconds["products"], seconds["peer"])[1],
        "sgemm_share": 100 * float(np.median(multiplications / seconds["ours"] / peak)),
        "products_share": 100 * float(np.median(seconds["products"] / seconds["ours"])),
        "update_share": 100 * float(np.median(seconds["update"] / seconds["ours"])),
    }
    print(json.dumps(metrics))


def print_memory(workload: str, contender: str) -> None:
    """Megabytes that data, weights and a hundred steps add to the peak of a new process, its imports done."""
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
    """Every workload with every peer that is installed, and with PyTorch once more, all held to AVX2."""
    pairs = [(work, peer) for work in WORKLOADS.values() for peer in PEERS if fits(work.name, peer)]
    return Experiment(
        name="side_by_side",
        package="benchmarks",
        title="One training step, this book / another library: median ratio of processor times",
        units={
            "ratio": "",
            "lower_quartile": "",
            "upper_quartile": "",
            "products_ratio": "",
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
            ", ".join(filter(None, (work.title, peer, kind))): {
                "workload": work.name,
                "peer": peer,
                "rounds": 40,
                "instructions": kind,
            }
            for kind in ("", "AVX2")
            for work, peer in pairs
            if not kind or (peer == "PyTorch" and "Haswell" in settings())
        },
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {"times": print_times, "memory": print_memory}[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main(experiment()))
