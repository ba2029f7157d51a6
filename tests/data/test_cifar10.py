"""CIFAR-10 from a tiny archive in its binary format, or from its raw files; anything else is refused."""

import gzip
import hashlib
import io
import lzma
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.data import CIFAR10_CLASSES, datasets
from backprop.data.downloads import fetch, state
from backprop.data.formats import cifar_files, parse_cifar
from backprop.data.sources import SOURCES, Download, File
from backprop.results import ledger
from experiments import cifar10, runner

NAMES = [f"data_batch_{k}.bin" for k in range(1, 6)] + ["test_batch.bin"]


def batches(n, rng):
    """Six files of n images each: images of class k are bright in channel k mod 3, and differ in brightness."""
    files = {}
    for name in NAMES:
        y = rng.permutation(np.arange(n) % 10)
        x = rng.integers(0, 30, (n, 3, 1024))
        x[np.arange(n), y % 3] += 20 * y[:, None] + 20
        files[name] = np.concatenate([y[:, None], x.reshape(n, 3072)], axis=1).astype(np.uint8).tobytes()
    return files


def archive(files, folder="cifar-10-batches-bin"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def parsed(archive, n):
    return parse_cifar(cifar_files(archive), n)


@pytest.fixture(scope="module")
def files():
    return batches(10, np.random.default_rng(5))


def test_the_classes_stand_in_the_order_of_the_archives_own_list():
    meta = "airplane automobile bird cat deer dog frog horse ship truck"  # batches.meta.txt, one a line
    assert " ".join(CIFAR10_CLASSES) == meta


def test_the_images_come_back_with_red_green_and_blue_in_their_places(files):
    data = parsed(archive(files | {"readme.html": b"more"}), 10)
    assert data.x_train.shape == (50, 3, 32, 32)
    assert data.x_test.shape == (10, 3, 32, 32)
    assert data.x_train.dtype == np.float32
    assert data.y_train.dtype.kind == "i"
    assert sorted(data.y_test.tolist()) == list(range(10))
    assert 0 <= data.x_train.min() <= data.x_train.max() <= 1
    assert (data.x_train.mean(axis=(2, 3)).argmax(axis=1) == data.y_train % 3).all()
    fourth = files["data_batch_4.bin"][3 * 3073 : 4 * 3073]  # by hand: row 2, column 7 of green
    image = data.x_train[33]
    assert data.y_train[33] == fourth[0]
    assert image[1, 2, 7] == pytest.approx(fourth[1 + 1024 + 2 * 32 + 7] / 255)
    assert data.x_test[0, 2, 31, 31] == pytest.approx(files["test_batch.bin"][3072] / 255)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda files: files | {"data_batch_2.bin": files["data_batch_2.bin"][:-1]}, "30,729 bytes in data_batch_2"),
        (lambda files: files | {"test_batch.bin": files["test_batch.bin"] * 2}, "61,460 bytes in test_batch"),
        (lambda files: files | {"data_batch_5.bin": b""}, "0 bytes in data_batch_5"),
        (lambda files: files | {"data_batch_3.bin": b"\x0a" + files["data_batch_3.bin"][1:]}, "label 10"),
        (lambda files: files | {"test_batch.bin": b"\xff" + files["test_batch.bin"][1:]}, "label 255"),
        (lambda files: {name: files[name] for name in NAMES[1:]}, "data_batch_1"),
    ],
    ids=["cut", "too long", "empty", "label 10", "label 255", "missing"],
)
def test_an_archive_with_anything_wrong_inside_is_refused(files, change, message):
    with pytest.raises(ValueError, match=message):
        parsed(archive(change(files)), 10)


@pytest.mark.parametrize(
    "data",
    [
        archive({"data_batch_1.bin": bytes(3073)}, folder="elsewhere"),
        gzip.compress(b"not a tar"),
        b"",
        bytes(600),
        b"<html>404</html>",
    ],
    ids=["other folder", "no tar", "empty", "zeros", "page"],
)
def test_what_is_no_archive_of_cifar10_is_refused(data):
    with pytest.raises(ValueError, match="not the archive of CIFAR-10"):
        parsed(data, 10)


@given(where=st.data())
def test_a_bit_that_flipped_anywhere_is_noticed_or_changes_nothing(where):
    files = batches(1, np.random.default_rng(5))
    whole = archive(files)
    bit = where.draw(st.integers(0, 8 * len(whole) - 1))
    altered = bytearray(whole)
    altered[bit // 8] ^= 1 << bit % 8
    try:
        data = parsed(bytes(altered), 1)
    except ValueError:
        return
    for part, other in zip(data, parsed(whole, 1), strict=True):
        np.testing.assert_array_equal(part, other)


def test_a_link_in_place_of_a_file_is_refused(files):
    whole = archive({name: files[name] for name in NAMES[:-1]})
    buffer = io.BytesIO(gzip.decompress(whole))
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        link = tarfile.TarInfo(f"cifar-10-batches-bin/{NAMES[-1]}")
        link.type, link.linkname = tarfile.SYMTYPE, NAMES[0]
        tar.addfile(link)
    with pytest.raises(ValueError, match="test_batch"):
        parsed(gzip.compress(buffer.getvalue()), 10)


@given(share=st.floats(0, 1, exclude_max=True))
def test_an_archive_cut_anywhere_is_refused(share):
    whole = archive({name: bytes(3073) for name in NAMES})
    with pytest.raises(ValueError, match="CIFAR-10"):
        parsed(whole[: int(share * len(whole))], 1)


def here(data, tmp_path, monkeypatch):
    """Make these bytes the genuine archive, and put it into the folder of the data."""
    source = SOURCES["cifar10"]
    file = File(source.files[0].path, len(data), hashlib.sha256(data).hexdigest())
    downloads = (Download(source.downloads[0].mirrors, (file,)),)
    monkeypatch.setitem(SOURCES, "cifar10", source._replace(downloads=downloads, raw=()))
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    (tmp_path / file.path).parent.mkdir()
    (tmp_path / file.path).write_bytes(data)
    return tmp_path / file.path


def test_an_archive_that_was_altered_after_the_download_is_not_read(files, tmp_path, monkeypatch):
    path = here(archive(files), tmp_path, monkeypatch)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ValueError, match="damaged, not used"):
        datasets.cifar10()


@pytest.fixture
def raw(files, tmp_path, monkeypatch):
    """The six files as the genuine ones, in a folder of data that has no archive; every second one is packed."""
    source, folder = SOURCES["cifar10"], tmp_path / "cifar-10" / "cifar-10-batches-bin"
    raw = tuple(
        File(f"cifar-10/cifar-10-batches-bin/{name}", len(data), hashlib.sha256(data).hexdigest())
        for name, data in files.items()
    )
    monkeypatch.setitem(SOURCES, "cifar10", source._replace(raw=raw))
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    read = datasets.parse_cifar
    monkeypatch.setattr(datasets, "parse_cifar", lambda files, n: read(files, 10))
    folder.mkdir(parents=True)
    for number, (name, data) in enumerate(files.items()):
        if number % 2:
            (folder / f"{name}.xz").write_bytes(lzma.compress(data))
        else:
            (folder / name).write_bytes(data)
    return folder


def test_the_raw_files_do_as_well_as_the_archive(files, raw):
    assert state("cifar10") == "ready"
    fetch("cifar10")  # nothing to do, so it asks no server
    for part, wanted in zip(datasets.cifar10(), parsed(archive(files), 10), strict=True):
        np.testing.assert_array_equal(part, wanted)


def test_a_raw_file_that_is_missing_is_named_beside_the_command(raw):
    (raw / "data_batch_4.bin.xz").unlink()
    with pytest.raises(FileNotFoundError, match=r"backprop\.data fetch cifar10 .*no .*/data_batch_4\.bin in") as error:
        datasets.cifar10()
    assert "cifar-10-binary.tar.gz" in str(error.value)
    assert state("cifar10") == "missing"


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("data_batch_3.bin", lambda data: data[:-1], "30,729 bytes where the genuine file has 30,730"),
        ("data_batch_3.bin", lambda data: b"\x01" + data[1:], "SHA-256"),
        ("data_batch_2.bin.xz", lambda data: data[:-9], "ended before"),
        ("data_batch_2.bin.xz", lambda data: b"no xz" + data, "not supported"),
        ("data_batch_2.bin.xz", lambda data: lzma.compress(b"others"), "6 bytes where the genuine file has 30,730"),
    ],
    ids=["short", "altered", "xz cut", "no xz", "others packed"],
)
def test_a_raw_file_that_is_not_the_genuine_one_is_refused(raw, name, change, reason):
    (raw / name).write_bytes(change((raw / name).read_bytes()))
    with pytest.raises(ValueError, match=rf"damaged, not used: .*{name}: .*{reason}"):
        datasets.cifar10()


def test_a_genuine_copy_is_taken_where_the_one_beside_it_is_damaged(files, raw):
    (raw / "data_batch_1.bin.xz").write_bytes(lzma.compress(files["data_batch_1.bin"]))
    (raw / "data_batch_1.bin").write_bytes(b"")
    assert len(datasets.cifar10().x_train) == 50


def test_the_experiment_goes_from_the_archive_to_the_ledger(tmp_path, monkeypatch):
    data = archive(batches(60, np.random.default_rng(6)))
    here(data, tmp_path, monkeypatch)
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)
    read = datasets.parse_cifar
    monkeypatch.setattr(datasets, "parse_cifar", lambda files, n: read(files, 60))
    (label,) = cifar10.EXPERIMENT.configurations
    small = {"channels": [3, 4], "hidden": 16, "epochs": 3, "batch_size": 20}
    configurations = {label: cifar10.EXPERIMENT.configurations[label] | small}
    assert runner.main(replace(cifar10.EXPERIMENT, configurations=configurations, seeds=(0, 1))) == 0
    result = ledger.load("cifar10")
    assert result.value("test_accuracy").mean > 15
    assert result.record["data"] == {"cifar-10/cifar-10-binary.tar.gz": hashlib.sha256(data).hexdigest()}


def test_there_are_ten_names_of_classes():
    assert len(set(CIFAR10_CLASSES)) == 10
