"""A mirror on loopback that misbehaves as told, and a small source of data to fetch from it."""

import contextlib
import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backprop.data.sources import SOURCES, Download, File, Source

BODY = gzip.compress(bytes(range(256)) * 40, mtime=0)


class Mirror(ThreadingHTTPServer):
    """Serves ``pages``; ``promised`` claims more bytes than come; ``stall`` holds back the second half."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.promised, self.requests = {}, {}, []
        self.stall = threading.Event()
        self.stall.set()
        self.half_sent = threading.Event()

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        body = self.server.pages.get(self.path[1:])
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(self.server.promised.get(self.path[1:], len(body))))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        self.server.half_sent.set()
        self.server.stall.wait(20)
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body[len(body) // 2 :])

    def log_message(self, *arguments):
        pass


def entry(path, data):
    return File(path, len(data), hashlib.sha256(data).hexdigest())


def add_source(monkeypatch, mirrors, data=BODY):
    source = Source("toy data", "none", (Download(mirrors, (entry("toy/file.gz", data),)),))
    monkeypatch.setitem(SOURCES, "toy", source)
    return source


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
