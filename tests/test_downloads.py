"""A download is all there and genuine, or it is not there: tried against a server on loopback that misbehaves."""

import contextlib
import errno
import gzip
import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import downloads
from backprop.sources import PACKAGED, SOURCES, Download, File, Source

BODY = gzip.compress(bytes(range(256)) * 40, mtime=0)
UMLAUTS = "caf\u00e9 \u2014 na\u00efve \u2026\n"  # é and ï are Latin-1, the dash and the dots only Windows-1252


class Server(ThreadingHTTPServer):
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


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.stall.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BACKPROP_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"


def entry(path, data):
    return File(path, len(data), hashlib.sha256(data).hexdigest())


@pytest.fixture
def toy(server, cache, monkeypatch):
    """A source of one file, with one mirror that serves it well."""
    server.pages["good.gz"] = BODY
    return add_source(monkeypatch, (server.url("good.gz"),))


def add_source(monkeypatch, mirrors, data=BODY):
    source = Source("toy data", "none", (Download(mirrors, (entry("toy/file.gz", data),)),))
    monkeypatch.setitem(SOURCES, "toy", source)
    return source


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_good_file_is_fetched_once_and_then_read(toy, server, cache):
    downloads.fetch("toy")
    downloads.fetch("toy")
    assert server.requests == ["/good.gz"]
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert files_in(cache) == ["toy/file.gz"]
    assert downloads.state("toy") == "ready"


def test_reading_never_downloads_and_names_the_command(toy, server):
    with pytest.raises(FileNotFoundError, match=r"python -m backprop\.datasets fetch toy"):
        downloads.read("toy", "toy/file.gz")
    assert downloads.state("toy") == "missing"
    assert server.requests == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BODY[:-1] + b"x", "SHA-256"),
        (BODY[: len(BODY) // 2], "bytes where the genuine file has"),
        (BODY + b"\0", "bytes where the genuine file has"),
        (b"<html>Sign in to this network</html>", "bytes where the genuine file has"),
        (b"", "0 bytes where the genuine file has"),
    ],
    ids=["one byte altered", "truncated gzip", "one byte more", "a login page", "empty"],
)
def test_wrong_bytes_are_reported_and_not_kept(toy, server, cache, body, reason):
    server.pages["good.gz"] = body
    with pytest.raises(ConnectionError, match=reason):
        downloads.fetch("toy")
    assert files_in(cache) == []
    with pytest.raises(FileNotFoundError):
        downloads.read("toy", "toy/file.gz")


def test_a_connection_cut_in_the_middle_leaves_nothing_and_can_be_started_again(toy, server, cache):
    server.promised["good.gz"] = len(BODY) + 1000
    with pytest.raises(ConnectionError, match="no mirror gave the genuine file"):
        downloads.fetch("toy")
    assert files_in(cache) == []
    server.promised.clear()
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_mirrors_are_tried_in_turn_until_one_is_genuine(server, cache, monkeypatch):
    server.pages |= {"altered.gz": b"x" + BODY[1:], "good.gz": BODY, "never.gz": BODY}
    closed = "http://127.0.0.1:1/file.gz"
    add_source(monkeypatch, (closed, *map(server.url, ["absent.gz", "altered.gz", "good.gz", "never.gz"])))
    downloads.fetch("toy")
    assert server.requests == ["/absent.gz", "/altered.gz", "/good.gz"]
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_when_every_mirror_fails_each_reason_is_told(server, cache, monkeypatch):
    server.pages["altered.gz"] = b"x" + BODY[1:]
    add_source(monkeypatch, ("http://127.0.0.1:1/f.gz", server.url("absent.gz"), server.url("altered.gz")))
    with pytest.raises(ConnectionError) as caught:
        downloads.fetch("toy")
    lines = str(caught.value).splitlines()
    assert "127.0.0.1:1/f.gz" in lines[1]
    assert lines[1].endswith("Connection refused")
    assert "404" in lines[2]
    assert "SHA-256" in lines[3]


def test_a_server_that_compresses_on_the_way_does_no_harm(toy, server):
    """A mirror that calls a .gz file 'encoded' makes clients unpack it, unless they ask for 'identity'."""
    asked = []
    original = Handler.send_response

    def note(handler, *arguments):
        asked.append(handler.headers["Accept-Encoding"])
        original(handler, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Handler, "send_response", note)
        downloads.fetch("toy")
    assert asked == ["identity"]


def test_a_cache_that_cannot_be_a_folder_is_reported_before_anything_is_downloaded(toy, server, cache):
    cache.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="BACKPROP_CACHE=FOLDER"):
        downloads.fetch("toy")
    assert server.requests == []
    assert cache.read_text() == "a file where the folder should be"


def test_a_disk_that_is_full_leaves_no_half_file(toy, cache, monkeypatch):
    write = Path.write_bytes

    def half(path, data):
        write(path, data[: len(data) // 2])
        if data:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left on device") as caught:
        downloads.fetch("toy")
    assert caught.value.errno == errno.ENOSPC
    assert "BACKPROP_CACHE=FOLDER" in str(caught.value)
    assert files_in(cache) == []


def test_a_write_that_the_system_cuts_off_leaves_no_half_file(server, cache, monkeypatch):
    data = bytes(2**20)
    server.pages["large"] = data
    add_source(monkeypatch, (server.url("large"),), data)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            downloads.fetch("toy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files_in(cache) == []


def test_a_fetch_that_is_killed_leaves_nothing_behind(toy, server, cache):
    server.stall.clear()
    program = (
        "from backprop import downloads; from backprop.sources import *;"
        f"SOURCES['toy'] = {toy!r}; downloads.fetch('toy')"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    assert server.half_sent.wait(20)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert files_in(cache) == []


def test_fetches_at_the_same_time_all_succeed_and_readers_see_all_or_nothing(toy, server, cache):
    start, outcomes = threading.Barrier(6), []

    def fetcher():
        start.wait()
        downloads.fetch("toy")
        outcomes.append(downloads.read("toy", "toy/file.gz"))

    def reader():
        start.wait()
        while len(outcomes) < 4:
            try:
                outcomes.append(downloads.read("toy", "toy/file.gz"))
            except FileNotFoundError:
                time.sleep(0.001)

    threads = [threading.Thread(target=job) for job in [fetcher] * 5 + [reader]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) >= 5
    assert set(outcomes) == {BODY}
    assert files_in(cache) == ["toy/file.gz"]


@settings(max_examples=60, deadline=None)
@given(damage=st.data())
def test_any_flipped_bit_and_any_cut_is_noticed(damage, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    with pytest.MonkeyPatch.context() as patch:
        add_source(patch, ("http://127.0.0.1:1/",))
        patch.setenv("BACKPROP_DATA", str(folder))
        patch.setenv("BACKPROP_CACHE", str(folder / "none"))
        (folder / "toy").mkdir()
        altered = bytearray(BODY)
        bit = damage.draw(st.integers(0, 8 * len(BODY) - 1))
        altered[bit // 8] ^= 1 << bit % 8
        cut = damage.draw(st.one_of(st.just(len(BODY)), st.integers(0, len(BODY))))
        (folder / "toy" / "file.gz").write_bytes(altered[:cut])
        with pytest.raises(ValueError, match=r"damaged, not used.*fetch toy"):
            downloads.read("toy", "toy/file.gz")
        assert downloads.state("toy") == "damaged"


def test_a_damaged_copy_is_passed_over_for_a_genuine_one_and_replaced_by_fetch(toy, cache, tmp_path, monkeypatch):
    given_folder = tmp_path / "given"
    monkeypatch.setenv("BACKPROP_DATA", str(given_folder))
    for folder in (given_folder, cache):
        (folder / "toy").mkdir(parents=True)
        (folder / "toy" / "file.gz").write_bytes(BODY[:-1])
    with pytest.raises(ValueError, match="damaged") as caught:
        downloads.read("toy", "toy/file.gz")
    assert str(given_folder) in str(caught.value)
    assert str(cache) in str(caught.value)
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert (cache / "toy" / "file.gz").read_bytes() == BODY
    assert (given_folder / "toy" / "file.gz").read_bytes() == BODY[:-1]


def test_a_genuine_file_in_the_given_folder_needs_no_cache(toy, server, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    (tmp_path / "given" / "toy").mkdir(parents=True)
    (tmp_path / "given" / "toy" / "file.gz").write_bytes(BODY)
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert server.requests == []
    assert not cache.exists()


def tar(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def archive(server, cache, monkeypatch):
    files = tuple(entry(f"reviews/{name}", (name + UMLAUTS).encode()) for name in ("a.pos", "a.neg"))
    source = Source("toy", "none", (Download((server.url("all.tar.gz"),), files, archive=True),))
    monkeypatch.setitem(SOURCES, "toy", source)
    return {f"x/{name}": (name + UMLAUTS).encode("cp1252") for name in ("a.pos", "a.neg")}


def test_members_of_an_archive_are_recoded_to_utf_8_and_then_verified(archive, server, cache):
    server.pages["all.tar.gz"] = tar(archive | {"x/README": b"read me"})
    downloads.fetch("toy")
    assert downloads.read("toy", "reviews/a.neg").decode() == "a.neg" + UMLAUTS
    assert files_in(cache) == ["reviews/a.neg", "reviews/a.pos"]
    assert server.requests == ["/all.tar.gz"]


@pytest.mark.parametrize(
    "change",
    [
        lambda members: tar(members)[:-30],
        lambda members: b"not a tar",
        lambda members: tar({"x/a.pos": members["x/a.pos"]}),
        lambda members: tar(members | {"x/a.neg": b"other"}),
        lambda members: tar(members | {"x/a.neg": b"\x81"}),
        lambda members: tar(members | {"x/a.neg": members["x/a.neg"].decode("cp1252").encode()}),
    ],
    ids=["truncated", "no tar", "a member is absent", "other text", "no such character", "encoded twice"],
)
def test_an_archive_with_anything_wrong_leaves_neither_file(archive, server, cache, change):
    server.pages["all.tar.gz"] = change(archive)
    with pytest.raises(ConnectionError, match="no mirror gave the genuine file"):
        downloads.fetch("toy")
    assert files_in(cache) == []


@pytest.fixture
def reviews():
    """The real files; listed before `cache`, this looks where the machine's data are."""
    try:
        files = SOURCES["movie_reviews"].files
        return {Path(file.path).name: downloads.read("movie_reviews", file.path) for file in files}
    except FileNotFoundError as error:
        pytest.skip(str(error))


def test_the_real_reviews_come_out_of_an_archive_in_the_old_encoding(reviews, server, cache, monkeypatch):
    server.pages["rt.tar.gz"] = tar({name: data.decode().encode("cp1252") for name, data in reviews.items()})
    source = SOURCES["movie_reviews"]
    download = source.downloads[0]._replace(mirrors=(server.url("rt.tar.gz"),))
    monkeypatch.setitem(SOURCES, "movie_reviews", source._replace(downloads=(download,)))
    downloads.fetch("movie_reviews")
    assert downloads.state("movie_reviews") == "ready"
    assert files_in(cache) == ["rt-polarity/rt-polarity.neg", "rt-polarity/rt-polarity.pos"]


def test_the_command_lists_every_data_set_with_its_state(toy, capsys):
    assert downloads.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    states = {line.split()[0]: line.split()[1] for line in lines if line}
    assert states.keys() >= {*PACKAGED, *SOURCES}
    assert states["mnist_sample"] == "ready"
    assert states["toy"] == "missing"


def test_the_command_fetches_says_so_and_reports_failure_by_its_exit_code(toy, server, capsys):
    assert downloads.main(["fetch", "toy"]) == 0
    assert capsys.readouterr().out == "toy: ready\n"
    downloads.main([])
    assert "toy            ready" in capsys.readouterr().out


def test_the_command_interrupted_by_its_user_ends_without_a_traceback(toy, monkeypatch, capsys):
    def interrupted(url):
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads, "_get", interrupted)
    assert downloads.main(["fetch", "toy"]) == 130
    assert "toy: interrupted" in capsys.readouterr().err


def test_the_command_fails_with_one_clear_message(toy, server, capsys):
    server.pages.clear()
    assert downloads.main(["fetch", "toy"]) == 1
    assert "toy: no mirror gave the genuine file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        downloads.main(["fetch", "no such set"])
    assert "choose from" in capsys.readouterr().err


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_complete(name):
    source = SOURCES[name]
    assert source.contents
    assert source.licence
    for download in source.downloads:
        assert download.mirrors
        assert len(download.files) == 1 or download.archive
        for file in download.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0
            assert download.archive or all(url.endswith("/" + Path(file.path).name) for url in download.mirrors)
