"""A download is all there and genuine, or it is not there: tried against a server on loopback that misbehaves."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import BODY, Handler, add_source, files_in

from backprop.data import downloads
from backprop.data.__main__ import main
from backprop.data.sources import PACKAGED, SOURCES


@pytest.fixture
def toy(mirror, cache, monkeypatch):
    """A source of one file, with one mirror that serves it well."""
    mirror.pages["good.gz"] = BODY
    return add_source(monkeypatch, (mirror.url("good.gz"),))


def test_a_good_file_is_fetched_once_and_then_read(toy, mirror, cache):
    downloads.fetch("toy")
    downloads.fetch("toy")
    assert mirror.requests == ["/good.gz"]
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert files_in(cache) == ["toy/file.gz"]
    assert downloads.state("toy") == "ready"


def test_reading_never_downloads_and_names_the_command(toy, mirror):
    with pytest.raises(FileNotFoundError, match=r"python -m backprop\.data fetch toy"):
        downloads.read("toy", "toy/file.gz")
    assert downloads.state("toy") == "missing"
    assert mirror.requests == []


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
def test_wrong_bytes_are_reported_and_not_kept(toy, mirror, cache, body, reason):
    mirror.pages["good.gz"] = body
    with pytest.raises(ConnectionError, match=reason):
        downloads.fetch("toy")
    assert files_in(cache) == []
    with pytest.raises(FileNotFoundError):
        downloads.read("toy", "toy/file.gz")


def test_a_connection_cut_in_the_middle_leaves_nothing_and_can_be_started_again(toy, mirror, cache):
    mirror.promised["good.gz"] = len(BODY) + 1000
    with pytest.raises(ConnectionError, match="no mirror gave the genuine file"):
        downloads.fetch("toy")
    assert files_in(cache) == []
    mirror.promised.clear()
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_mirrors_are_tried_in_turn_until_one_is_genuine(mirror, cache, monkeypatch):
    mirror.pages |= {"altered.gz": b"x" + BODY[1:], "good.gz": BODY, "never.gz": BODY}
    closed = "http://127.0.0.1:1/file.gz"
    add_source(monkeypatch, (closed, *map(mirror.url, ["absent.gz", "altered.gz", "good.gz", "never.gz"])))
    downloads.fetch("toy")
    assert mirror.requests == ["/absent.gz", "/altered.gz", "/good.gz"]
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_when_every_mirror_fails_each_reason_is_told(mirror, cache, monkeypatch):
    mirror.pages["altered.gz"] = b"x" + BODY[1:]
    add_source(monkeypatch, ("http://127.0.0.1:1/f.gz", mirror.url("absent.gz"), mirror.url("altered.gz")))
    with pytest.raises(ConnectionError) as caught:
        downloads.fetch("toy")
    lines = str(caught.value).splitlines()
    assert "127.0.0.1:1/f.gz" in lines[1]
    assert lines[1].endswith("Connection refused")
    assert "404" in lines[2]
    assert "SHA-256" in lines[3]


def test_a_server_that_compresses_on_the_way_does_no_harm(toy, mirror):
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


def test_a_cache_that_cannot_be_a_folder_is_reported_before_anything_is_downloaded(toy, mirror, cache):
    cache.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="BACKPROP_CACHE=FOLDER"):
        downloads.fetch("toy")
    assert mirror.requests == []
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


def test_a_write_that_the_system_cuts_off_leaves_no_half_file(mirror, cache, monkeypatch):
    data = bytes(2**20)
    mirror.pages["large"] = data
    add_source(monkeypatch, (mirror.url("large"),), data)
    resource = pytest.importorskip("resource", reason="the system sets no limit to a file")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            downloads.fetch("toy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files_in(cache) == []


def test_a_fetch_that_is_killed_leaves_nothing_behind(toy, mirror, cache):
    mirror.stall.clear()
    program = (
        "from backprop.data import downloads; from backprop.data.sources import *;"
        f"SOURCES['toy'] = {toy!r}; downloads.fetch('toy')"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    assert mirror.half_sent.wait(20)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert files_in(cache) == []


def test_fetches_at_the_same_time_all_succeed_and_readers_see_all_or_nothing(toy, mirror, cache):
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


def test_a_genuine_file_in_the_given_folder_needs_no_cache(toy, mirror, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    (tmp_path / "given" / "toy").mkdir(parents=True)
    (tmp_path / "given" / "toy" / "file.gz").write_bytes(BODY)
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert mirror.requests == []
    assert not cache.exists()


def place_in(folder, data=BODY):
    """The file of the toy source, put into a folder by hand."""
    (folder / "toy").mkdir(parents=True, exist_ok=True)
    (folder / "toy" / "file.gz").write_bytes(data)


def test_the_given_folder_is_searched_before_the_cache(toy, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    assert downloads.data_folders() == [tmp_path / "given", cache]
    read_from = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read_from.append(path) or read(path))
    place_in(tmp_path / "given")
    place_in(cache)
    assert downloads.read("toy", "toy/file.gz") == BODY
    assert read_from == [tmp_path / "given" / "toy" / "file.gz"]


@pytest.mark.parametrize("variable", ["BACKPROP_DATA", "BACKPROP_CACHE"])
@pytest.mark.parametrize(("folder", "meant"), [("~/data", "home/data"), ("data", "here/data"), ("../data", "data")])
def test_a_folder_may_begin_at_home_or_here_and_messages_show_it_in_full(
    toy, cache, tmp_path, monkeypatch, variable, folder, meant
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv(variable, folder)
    with pytest.raises(FileNotFoundError) as caught:
        downloads.read("toy", "toy/file.gz")
    assert str(tmp_path / meant) in str(caught.value)
    place_in(tmp_path / meant)
    assert downloads.read("toy", "toy/file.gz") == BODY


@pytest.mark.parametrize("base", [None, "/elsewhere"])
def test_the_usual_cache_is_where_pooch_has_it(tmp_path, monkeypatch, base):
    monkeypatch.delenv("BACKPROP_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", base) if base else monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert downloads.cache_folder() == Path(pytest.importorskip("pooch").os_cache("backprop"))


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("linux", ".cache/backprop"),
        ("darwin", "Library/Caches/backprop"),
        ("win32", "AppData/Local/backprop/backprop/Cache"),
    ],
)
def test_the_usual_cache_of_each_system_is_below_the_home_folder(tmp_path, monkeypatch, platform, place):
    for variable in ("BACKPROP_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert downloads.cache_folder() == tmp_path / place


def unreadable_folder(file):
    file.mkdir(parents=True)


def unreadable_loop(file):
    file.parent.mkdir(parents=True)
    file.symlink_to(file)


@pytest.mark.parametrize(
    ("spoil", "reason"), [(unreadable_folder, "Is a directory"), (unreadable_loop, "symbolic links")]
)
@pytest.mark.skipif(os.name == "nt", reason="the system has other words for it")
def test_a_copy_that_cannot_be_read_is_passed_over_and_named(toy, cache, tmp_path, monkeypatch, capsys, spoil, reason):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    spoil(tmp_path / "given" / "toy" / "file.gz")
    with pytest.raises(OSError, match=rf"given/toy/file\.gz: .*{reason}.*fetch toy") as caught:
        downloads.read("toy", "toy/file.gz")
    assert not isinstance(caught.value, FileNotFoundError)
    assert main([]) == 0
    assert "toy            unreadable" in capsys.readouterr().out
    place_in(cache, BODY[:-1])
    with pytest.raises(ValueError, match=f"file has.*{reason}"):
        downloads.read("toy", "toy/file.gz")
    (cache / "toy" / "file.gz").unlink()
    downloads.fetch("toy")
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_a_folder_of_somebody_else_is_passed_over(toy, cache, tmp_path, monkeypatch):
    read = Path.read_bytes

    def refuse(path):
        if "given" in path.parts:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    with pytest.raises(OSError, match=r"given/toy/file\.gz: Permission denied"):
        downloads.read("toy", "toy/file.gz")
    place_in(cache)
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_data_that_are_here_need_no_package_that_downloads(toy, cache, monkeypatch, capsys):
    for package in ("pooch", "requests", "tqdm"):
        monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    monkeypatch.setattr(downloads, "find_spec", lambda name: None)
    assert main([]) == 0
    assert "toy            missing" in capsys.readouterr().out
    assert main(["fetch", "toy"]) == 1
    assert capsys.readouterr().err == (
        'toy: a download needs the packages pooch and tqdm: pip install "pooch>=1.8" "tqdm>=4.66"\n'
    )
    place_in(cache)
    assert main(["fetch", "toy"]) == 0
    assert downloads.read("toy", "toy/file.gz") == BODY


def test_the_command_lists_every_data_set_with_its_state(toy, capsys):
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    states = {line.split()[0]: line.split()[1] for line in lines if line}
    assert states.keys() >= {*PACKAGED, *SOURCES}
    assert states["mnist_sample"] == "ready"
    assert states["toy"] == "missing"


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "gbk", "ascii", "utf-8"])
def test_the_command_lists_the_data_sets_whatever_the_output_can_show(tmp_path, encoding):
    folder = tmp_path / "Jürgens Daten, 数据"
    variables = {"PYTHONIOENCODING": encoding, "BACKPROP_DATA": str(folder), "BACKPROP_CACHE": str(folder)}
    command = [sys.executable, "-m", "backprop.data"]
    process = subprocess.run(command, env=os.environ | variables, capture_output=True)
    assert process.stderr == b""
    listed = process.stdout.decode(encoding)
    assert "70,000 handwritten digits, 28x28" in listed
    assert str(folder).encode(encoding, "backslashreplace").decode(encoding) in listed
    assert process.returncode == 0


def test_sizes_are_told_in_millions_of_bytes(cache, monkeypatch):
    add_source(monkeypatch, ("http://127.0.0.1:1/",), bytes(2_500_000))
    assert "toy            missing   2.50 MB" in downloads.table()
    with pytest.raises(FileNotFoundError, match=r"To download it once, 2\.50 MB: python"):
        downloads.read("toy", "toy/file.gz")


def test_all_fetches_every_source(toy, mirror, monkeypatch, capsys):
    for name in SOURCES.keys() - {"toy"}:
        monkeypatch.delitem(SOURCES, name)
    monkeypatch.setitem(SOURCES, "other", toy)
    assert main(["fetch", "all"]) == 0
    assert capsys.readouterr().out == "toy: ready\nother: ready\n"


def test_the_command_fetches_says_so_and_reports_failure_by_its_exit_code(toy, mirror, capsys):
    assert main(["fetch", "toy"]) == 0
    assert capsys.readouterr().out == "toy: ready\n"
    main([])
    assert "toy            ready" in capsys.readouterr().out


def test_the_command_interrupted_by_its_user_ends_without_a_traceback(toy, monkeypatch, capsys):
    def interrupted(url):
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads, "get", interrupted)
    assert main(["fetch", "toy"]) == 130
    assert "toy: interrupted" in capsys.readouterr().err


def test_the_command_fails_with_one_clear_message(toy, mirror, capsys):
    mirror.pages.clear()
    assert main(["fetch", "toy"]) == 1
    assert "toy: no mirror gave the genuine file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["fetch", "no such set"])
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


def test_the_given_folder_is_asked_before_the_cache(cache, tmp_path, monkeypatch):
    assert downloads.data_folders() == [cache]
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "given"))
    assert downloads.data_folders() == [tmp_path / "given", cache]
