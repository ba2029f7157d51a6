"""Appendix A: its pages are skipped with a reason where the frameworks are missing."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

from tools import notebooks

ROOT = Path(__file__).resolve().parent.parent

# The optional environment


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


def test_without_the_frameworks_a_page_is_left_as_it_is(tmp_path, monkeypatch, capsys):
    path = tmp_path / "page.ipynb"
    path.write_text('"import torch\\n"', encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    notebooks.main(["run", str(path)])
    assert path.read_text(encoding="utf-8") == '"import torch\\n"'
    assert "left as it is: torch not installed (make frameworks)" in capsys.readouterr().out


def test_the_frameworks_have_exact_versions():
    lines = (ROOT / "requirements-frameworks.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("#")[0].split(";")[0].strip() for line in lines]
    assert {pin.split("==")[0] for pin in pins if pin} >= {"torch", "jax", "jaxlib", "keras"}
    assert [pin for pin in pins if pin and not re.fullmatch(r"[a-z]+==[\d.]+(\+cpu)?", pin)] == []
