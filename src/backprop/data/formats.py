"""The file formats of the data sets, read with every length checked: IDX of MNIST, and the binary CIFAR-10."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib

import numpy as np

from backprop.contract import Array, Split


def parse_idx(data: bytes, shape: tuple[int, ...]) -> Array:
    """Array of bytes from a gzipped IDX file: two zeros, type 8, number of axes, their lengths, the numbers.

    Raises ValueError unless type, axes and the length of the data are exactly those of `shape`.
    Source: the format as described by LeCun with MNIST.
    """
    try:
        data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"an IDX file that cannot be decompressed: {error}") from error
    header = bytes([0, 0, 8, len(shape)]) + np.array(shape, dtype=">u4").tobytes()
    if data[: len(header)] != header:
        raise ValueError(f"IDX header {data[: len(header)].hex()}, wanted {header.hex()} for shape {shape}")
    if len(data) != len(header) + np.prod(shape):
        raise ValueError(f"{len(data) - len(header):,} numbers in an IDX file, wanted {np.prod(shape):,}")
    return np.frombuffer(data, dtype=np.uint8, offset=len(header)).reshape(shape)


CIFAR_FILES = (*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin")


def cifar_files(archive: bytes) -> list[bytes]:
    """The six raw files of CIFAR-10 from its tar.gz archive; ValueError unless it is whole and has all of them."""
    try:
        unpacked = io.BytesIO(gzip.decompress(archive))  # all of it, up to its checksum, which tarfile would not reach
        with tarfile.open(fileobj=unpacked, mode="r:") as tar:
            members = {member.name: member for member in tar if member.isfile()}
            return [tar.extractfile(members[f"cifar-10-batches-bin/{name}"]).read() for name in CIFAR_FILES]
    except (tarfile.TarError, OSError, EOFError, zlib.error, KeyError) as error:
        raise ValueError(f"not the archive of CIFAR-10: {error!r}") from error


def parse_cifar(files: list[bytes], n: int) -> Split:
    """Images from six raw files, n in each: a byte for the label, 1,024 each for red, green and blue.

    Raises ValueError for a file of another length or a label above 9. Source: Krizhevsky's page.
    """
    for name, data in zip(CIFAR_FILES, files, strict=True):
        if len(data) != 3073 * n:
            raise ValueError(f"{len(data):,} bytes in {name}, wanted {3073 * n:,}: {n:,} images of 1 + 3,072")
    rows = np.frombuffer(b"".join(files), np.uint8).reshape(6 * n, 3073)
    x, y = rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32), rows[:, 0].astype(int)
    if y.max() > 9:
        raise ValueError(f"label {y.max()} in CIFAR-10, wanted 0 to 9")
    x /= 255
    return Split(x[: 5 * n], y[: 5 * n], x[5 * n :], y[5 * n :])
