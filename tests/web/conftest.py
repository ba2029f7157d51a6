"""The built site, and a server for it."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from web.serve import open_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of the built site: _build/html if `make book` has nothing to do, else a fresh strict build."""
    if shutil.which("make") and subprocess.run(["make", "-q", "book"], cwd=ROOT, capture_output=True).returncode == 0:
        return ROOT / "_build" / "html"
    out = tmp_path_factory.mktemp("site")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    built = subprocess.run([*command, "--path-output", out], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return out / "_build" / "html"


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    with open_server(str(site), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
