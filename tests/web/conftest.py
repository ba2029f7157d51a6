"""The built site, served on this machine, each engine that this machine has, and the Python of the page."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import engines
import pytest

from web import runtime
from web.serve import SiteHandler, open_server

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "web" / "extensions"))


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of the built site: _build/html if `make book` has nothing to do, else a fresh strict build."""
    if shutil.which("make") and subprocess.run(["make", "-q", "book"], cwd=ROOT, capture_output=True).returncode == 0:
        return ROOT / "_build" / "html"
    out = tmp_path_factory.mktemp("site")
    program = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
    ]  # its script is elsewhere on Windows
    command = [*program, "build", ".", "-W", "-n", "--keep-going"]
    built = subprocess.run([*command, "--path-output", out], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return out / "_build" / "html"


@pytest.fixture(scope="session")
def both(site) -> Path:
    """The site, if it has both editions."""
    if not (site / "zh" / "book").is_dir():
        pytest.skip("English alone was built here: make book builds both editions")
    return site


def served(folder: Path, handler: type) -> Iterator[str]:
    with open_server(str(folder), 0, handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    yield from served(site, SiteHandler)


@pytest.fixture(scope="session")
def hearing_address(site) -> Iterator[str]:
    """The site with an ear in each page."""
    yield from served(site, engines.HearingHandler)


@pytest.fixture(scope="session", params=["chromium", "firefox", "webkit"])
def engine(request, tmp_path_factory) -> Iterator[engines.Engine]:
    """Each engine in its turn; one that this machine lacks is skipped with the reason."""
    if request.param == "chromium":
        tab = request.getfixturevalue("browser").new_page(viewport=engines.WINDOW)
        yield engines.Chromium(tab)
        tab.close()
    else:
        with getattr(engines, request.param)(tmp_path_factory.mktemp(request.param)) as engine:
            yield engine


@pytest.fixture(scope="session")
def pyodide(tmp_path_factory) -> Path:
    """A folder with the Python of the page, as the site serves it; skips where it cannot be built."""
    try:
        made = runtime.prepare()
    except (OSError, RuntimeError, ImportError) as error:
        pytest.skip(f"no Python of the page here: {error}")
    folder = tmp_path_factory.mktemp("pyodide")
    made.write(folder)
    return folder
