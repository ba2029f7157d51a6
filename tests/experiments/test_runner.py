"""A kept run is used again only where nothing that decides it has changed, and results stay in their own clone."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parents[2]

TOY = '''
"""Three seeds, of which the environment can stop the last; the number is made elsewhere."""
import os, sys
from experiments.helper import number
from experiments.runner import Experiment, main

def run(configuration, seed, data):
    if seed == 2 and "STOP" in os.environ:
        raise KeyboardInterrupt
    if "EDIT" in os.environ:
        with open(os.environ["EDIT"], "a", encoding="utf-8") as file:
            file.write("# another program")
    print("ran", seed)
    return {"number": number(seed)}, {}

if __name__ == "__main__":
    sys.exit(main(Experiment("toy", "Größe η", {"number": ""}, (), lambda: None, run, {"λ → 0": {}})))
'''
HELPER = """
def number(seed):
    from backprop.value import Value  # an import inside a function counts as well
    return (Value(seed) * 2).data
"""


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "experiments").glob("[a-z]*.py")))
def test_every_experiment_can_be_imported_and_names_itself(name):
    if name == "data_parallel":
        pytest.importorskip("torch")
    module = importlib.import_module(f"experiments.{name}")
    if hasattr(module, "EXPERIMENT"):
        assert (module.EXPERIMENT.name, module.EXPERIMENT.package) == (name, "experiments")
        assert module.EXPERIMENT.published.keys() <= module.EXPERIMENT.configurations.keys()


@pytest.fixture
def clone(tmp_path):
    """A clone of the book with a small experiment of two files."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("src/backprop", "experiments"):
        shutil.copytree(ROOT / folder, tmp_path / "clone" / folder, ignore=ignored)
    (tmp_path / "clone" / "experiments" / "toy.py").write_text(TOY, encoding="utf-8")
    (tmp_path / "clone" / "experiments" / "helper.py").write_text(HELPER, encoding="utf-8")
    return tmp_path / "clone"


def toy(clone, **environment):
    """The seeds that the experiment runs as a command, the exit code, and its complaint."""
    paths = {"PYTHONPATH": str(clone / "src"), "BACKPROP_CACHE": str(clone.parent / "cache")}
    command = [sys.executable, "-m", "experiments.toy"]
    process = subprocess.run(
        command, cwd=clone, env=os.environ | paths | environment, capture_output=True, encoding="utf-8"
    )
    seeds = [int(line.removeprefix("ran ")) for line in process.stdout.splitlines() if line.startswith("ran ")]
    return seeds, process.returncode, process.stderr


def append(file):
    file.write_text(file.read_text(encoding="utf-8") + "\n# another program\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("edited", "again"),
    [
        ("experiments/toy.py", [0, 1, 2]),
        ("experiments/helper.py", [0, 1, 2]),
        ("src/backprop/value.py", [0, 1, 2]),
        ("experiments/runner.py", [0, 1, 2]),
        ("experiments/nielsen.py", [2]),
        ("src/backprop/tape.py", [2]),
    ],
)
def test_a_kept_run_counts_while_every_module_that_it_imports_says_the_same(clone, edited, again):
    assert toy(clone, STOP="yes")[:2] == ([0, 1], 130)
    append(clone / edited)
    assert toy(clone)[:2] == (again, 0)


def test_a_module_edited_during_a_run_was_not_yet_in_the_run(clone):
    edited = clone / "experiments" / "helper.py"
    assert toy(clone, STOP="yes", EDIT=str(edited))[:2] == ([0, 1], 130)  # both began with the old text
    assert toy(clone, STOP="yes")[:2] == ([0, 1], 130)
    edited.write_text(HELPER, encoding="utf-8")
    assert toy(clone)[:2] == ([2], 0)


def test_an_experiment_ends_well_where_output_is_ascii_and_its_labels_are_not(clone):
    seeds, code, complaint = toy(clone, PYTHONIOENCODING="ascii")
    assert (seeds, code, complaint) == ([0, 1, 2], 0, "")


def test_a_result_names_the_processor_and_the_packages_that_it_ran_on(clone):
    toy(clone)
    versions = json.loads((clone / "src/backprop/results/toy.json").read_text("utf-8"))["versions"]
    assert versions.keys() == {"python", "numpy", "backprop", "processor"}
    assert versions["numpy"] == np.__version__
    kinds = {library["architecture"] for library in threadpool_info() if "architecture" in library}
    assert versions["processor"].rpartition(", ")[2] in kinds or not kinds
    told = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    assert "model name" not in told or f": {versions['processor'].rpartition(', ')[0]}\n" in told


def test_the_experiments_of_one_clone_refuse_the_package_of_another(clone, tmp_path):
    shutil.copytree(clone / "experiments", tmp_path / "other" / "experiments")
    _, code, complaint = toy(tmp_path / "other", PYTHONPATH=str(clone / "src"))
    assert code != 0
    assert f"the experiments of {tmp_path / 'other'} would run the package in {clone / 'src'}" in complaint
    assert "Traceback" not in complaint
    assert not [*tmp_path.rglob("toy.json")]


def test_a_cache_that_cannot_be_written_ends_the_command_with_one_sentence(clone, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    _, code, complaint = toy(clone, BACKPROP_CACHE=str(tmp_path / "file"))
    assert code == 1
    assert "BACKPROP_CACHE=FOLDER" in complaint
    assert "Traceback" not in complaint
