"""Appendix A: its pages are skipped with a reason where the frameworks are missing, and its claims hold."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from backprop.contract import Param
from backprop.examples.running import running_network
from backprop.losses import MeanSquaredError
from backprop.optimizers import Adam
from tools import notebooks

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "book/appendices").glob("frameworks*.ipynb"))
WITHOUT = """
import importlib.util, sys
import pytest
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in ("torch", "jax", "keras") else real(name, *more)
sys.exit(pytest.main(sys.argv[1:]))
"""


def optional(name: str):
    return pytest.importorskip(name, reason=f"{name} is optional: make frameworks")


# The optional environment


def test_only_the_pages_of_appendix_a_import_a_framework():
    importing = [
        path for path in (ROOT / "book").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and notebooks.IMPORTS_FRAMEWORK.search(path.read_text("utf-8"))
    ]  # fmt: skip
    assert len(PAGES) == 3
    assert sorted(importing) == PAGES


@pytest.mark.parametrize(
    ("installed", "missing"), [((), ["jax", "torch"]), (("torch",), ["jax"]), (("torch", "jax"), [])]
)
def test_a_page_names_the_frameworks_that_it_lacks(tmp_path, monkeypatch, installed, missing):
    source = "import numpy as np\nimport torch\nfrom jax import grad\n# import keras is only mentioned"
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    path = tmp_path / "page.ipynb"
    path.write_text(nbformat.writes(page), encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name in installed or None)
    assert notebooks.missing_frameworks(path) == missing


def test_without_the_frameworks_the_pages_are_skipped_and_the_reason_is_told():
    command = [sys.executable, "-c", WITHOUT, "-rs", "-p", "no:xdist", "--nbval", "--nbval-current-env", PAGES[0]]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ skipped in", result.stdout)
    assert "passed" not in result.stdout
    assert "jax, keras, torch not installed (make frameworks)" in result.stdout


def test_without_the_frameworks_a_page_is_left_as_it_is(tmp_path, monkeypatch, capsys):
    path = tmp_path / "page.ipynb"
    path.write_text('"import torch\\n"', encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    notebooks.main(["run", str(path)])
    assert path.read_text(encoding="utf-8") == '"import torch\\n"'
    assert "left as it is: torch not installed (make frameworks)" in capsys.readouterr().out


def test_the_frameworks_have_exact_versions():
    lines = (ROOT / "requirements/frameworks.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("#")[0].split(";")[0].strip() for line in lines]
    assert {pin.split("==")[0] for pin in pins if pin} >= {"torch", "jax", "jaxlib", "keras"}
    assert [pin for pin in pins if pin and not re.fullmatch(r"[a-z]+==[\d.]+(\+cpu)?", pin)] == []


# The running network


def our_gradients(dtype):
    net, x, y = running_network(dtype)
    loss = MeanSquaredError()
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    return net, x, y


def assert_within_ulp(theirs, ours, ulp):
    """Of the largest entry."""
    assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype)
    assert np.abs(theirs - ours).max() <= ulp * np.spacing(np.abs(ours).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_running_network_in_pytorch_has_our_gradients_to_the_last_bits(dtype):
    torch = optional("torch")
    net, x, y = our_gradients(dtype)
    W1, b1, W2, b2 = (torch.tensor(p.value, requires_grad=True) for p in net.params())
    y_hat = torch.sigmoid(torch.sigmoid(torch.tensor(x) @ W1 + b1) @ W2 + b2)
    ((y_hat - torch.tensor(y)) ** 2).sum().div(2 * len(x)).backward()
    for theirs, ours in zip((W1, b1, W2, b2), net.params(), strict=True):
        assert_within_ulp(theirs.grad.numpy(), ours.grad, 4)


def test_the_running_network_in_jax_has_our_gradients_to_the_last_bits():
    jax = optional("jax")
    net, x, y = our_gradients(np.float32)

    def loss(params):
        W1, b1, W2, b2 = params
        sigmoid = jax.nn.sigmoid
        return ((sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2) - y) ** 2).sum() / (2 * len(x))

    theirs = jax.grad(loss)([p.value for p in net.params()])
    for grad, ours in zip(theirs, net.params(), strict=True):
        assert_within_ulp(np.asarray(grad), ours.grad, 4)


# What the pages say of Adam: an ε beside the uncorrected √v acts like one that is 1 / √(1 − β₂ᵗ) as large


@pytest.mark.parametrize("t", [1, 10, 1000])
def test_the_other_form_of_adam_is_ours_with_a_larger_epsilon(t):
    g, lr, eps_hat = 1e-6, 0.1, 1e-7
    ours = Adam(lr, eps=eps_hat / np.sqrt(1 - 0.999**t))
    w = np.zeros(1)
    for _ in range(t):
        before = w.copy()
        ours.step([Param("w", w, np.array([g]))])
    m, v = g * (1 - 0.9**t), g * g * (1 - 0.999**t)
    rate = lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    np.testing.assert_allclose(before - w, rate * m / (np.sqrt(v) + eps_hat), rtol=1e-9)


# Four processes


def test_four_processes_find_the_gradient_of_the_whole_batch_and_each_mistake_another_one():
    optional("torch")
    command = [sys.executable, "-m", "experiments.data_parallel"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
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


def test_the_page_shows_the_lines_that_run():
    source = (ROOT / "experiments/data_parallel.py").read_text(encoding="utf-8")
    page = nbformat.read(ROOT / "book/appendices/frameworks_parallel.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
    shown = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 3
    for lines in shown:
        assert lines in source
