"""The film reviews come from an archive in an older encoding: recoded, then verified, or not kept at all."""

import io
import tarfile
from pathlib import Path

import pytest
from loopback import entry, files_in

from backprop.data import downloads
from backprop.data.sources import SOURCES, Download, Source

UMLAUTS = "caf\u00e9 \u2014 na\u00efve \u2026\n"  # é and ï are Latin-1, the dash and the dots only Windows-1252


def tar(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.type = len(data), tarfile.REGTYPE if data else tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def archive(mirror, cache, monkeypatch):
    files = tuple(entry(f"reviews/{name}", (name + UMLAUTS).encode()) for name in ("a.pos", "a.neg"))
    source = Source("toy", "none", (Download((mirror.url("all.tar.gz"),), files, archive=True),))
    monkeypatch.setitem(SOURCES, "toy", source)
    return {f"x/{name}": (name + UMLAUTS).encode("cp1252") for name in ("a.pos", "a.neg")}


def test_members_of_an_archive_are_recoded_to_utf_8_and_then_verified(archive, mirror, cache):
    mirror.pages["all.tar.gz"] = tar(archive | {"x/README": b"read me"})
    downloads.fetch("toy")
    assert downloads.read("toy", "reviews/a.neg").decode() == "a.neg" + UMLAUTS
    assert files_in(cache) == ["reviews/a.neg", "reviews/a.pos"]
    assert mirror.requests == ["/all.tar.gz"]


def test_a_folder_of_the_name_of_a_member_is_not_taken_for_it(archive, mirror, cache):
    mirror.pages["all.tar.gz"] = tar(archive | {"y/a.neg": b""})
    downloads.fetch("toy")
    assert downloads.read("toy", "reviews/a.neg").decode() == "a.neg" + UMLAUTS


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
def test_an_archive_with_anything_wrong_leaves_neither_file(archive, mirror, cache, change):
    mirror.pages["all.tar.gz"] = change(archive)
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


def test_the_real_reviews_come_out_of_an_archive_in_the_old_encoding(reviews, mirror, cache, monkeypatch):
    mirror.pages["rt.tar.gz"] = tar({name: data.decode().encode("cp1252") for name, data in reviews.items()})
    source = SOURCES["movie_reviews"]
    download = source.downloads[0]._replace(mirrors=(mirror.url("rt.tar.gz"),))
    monkeypatch.setitem(SOURCES, "movie_reviews", source._replace(downloads=(download,)))
    downloads.fetch("movie_reviews")
    assert downloads.state("movie_reviews") == "ready"
    assert files_in(cache) == ["rt-polarity/rt-polarity.neg", "rt-polarity/rt-polarity.pos"]
