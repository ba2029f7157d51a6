"""The commands of the README: what `make` offers, what it refuses, and what `make serve` serves."""

import http.client
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from web.serve import open_server

ROOT = Path(__file__).resolve().parents[2]
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@needs_make
def test_make_alone_lists_every_target_that_the_readme_and_contributing_name():
    listed = set(re.findall(r"^  make (\w+)  ", make().stdout, re.MULTILINE))
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    named = {name for page in pages for name in re.findall(r"^make (\w+)|`make (\w+)", page) for name in name if name}
    assert {"serve", "test"} <= named <= listed


@needs_make
def test_an_interpreter_that_is_too_old_is_refused_before_anything_is_made(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = make("setup", f"PYTHON={old}", folder=tmp_path)
    assert result.returncode != 0
    assert "needs Python 3.11 or newer" in result.stdout
    assert not (tmp_path / ".venv").exists()


def test_the_locked_requirements_are_exact_and_name_no_place():
    *pins, last = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert last == "-e ."
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [\w.'<>=!() -]+)?", pin)] == []


@pytest.fixture
def server(tmp_path):
    (tmp_path / "index.html").write_text("the book")
    (tmp_path / "404.html").write_text("the book's own page")
    with open_server(str(tmp_path), 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path: str) -> tuple[int, bytes, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    result = answer.status, answer.read(), answer.getheader("Cache-Control")
    connection.close()
    return result


def test_the_site_is_served_fresh_and_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/") == (200, b"the book", "no-cache")


def test_a_wrong_address_shows_the_book_s_own_page(server):
    assert ask(server, "/gone.html")[:2] == (404, b"the book's own page")


def test_where_the_port_is_taken_another_is_used(server, tmp_path):
    with open_server(str(tmp_path), server.server_port) as second:
        assert second.server_port != server.server_port
