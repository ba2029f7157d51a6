"""Many processes, one gradient: the program of appendix A is started as its readers start it."""

import json
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from test_frameworks import ROOT, optional


def test_four_processes_find_the_gradient_of_the_whole_batch_and_each_mistake_another_one():
    optional("torch")
    found = json.loads(said("--nproc-per-node=4"))
    assert found["processes"] == 4
    gradients = found["gradients"]
    for name in ("mean of the parts", "DistributedDataParallel", "unequal parts, weighted"):
        assert gradients[name] < 1e-6, name
    assert gradients["batch norm, shared statistics"] < 1e-5
    assert gradients["sum of the parts"] == pytest.approx(3, rel=1e-4)
    for name in ("one part alone", "everybody has the same part", "unequal parts, plain mean"):
        assert gradients[name] > 0.1, name
    assert gradients["batch norm, own statistics"] > 0.05
    assert found["processes apart, together"] == 0
    assert found["processes apart, alone"] > 0.01
    assert found["from this book's weights"] < 1e-5
    assert found["divided"] < 1e-6
    assert found["after a restart"] == 0


def said(*options: str) -> str:
    """What `torchrun` with these options printed."""
    command = [sys.executable, "-m", "torch.distributed.run", *options, "-m", "experiments.data_parallel"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_two_starters_that_meet_by_an_address_make_one_team():
    optional("torch")
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    address = f"--rdzv-endpoint=localhost:{port}"
    options = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=c10d", address]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: said(*options), range(2)))
    (found,) = [json.loads(answer) for answer in answers if answer]  # the first process prints, wherever it is
    assert found["processes"] == 2
    assert found["gradients"]["mean of the parts"] < 1e-6


def test_started_by_hand_the_program_says_how_to_start_it():
    optional("torch")
    result = subprocess.run(
        [sys.executable, "-m", "experiments.data_parallel"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "torchrun --nproc-per-node=4 -m experiments.data_parallel" in result.stderr


def test_the_page_shows_the_lines_that_run():
    source = (ROOT / "experiments/data_parallel.py").read_text(encoding="utf-8")
    page = nbformat.read(ROOT / "book/appendices/frameworks_parallel.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown").split("## Exercises")[0]
    shown = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 2
    for lines in shown:
        assert lines in source
