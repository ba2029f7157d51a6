"""The small network that reads sentences about films in section 6.2: trained, rounded to bytes, and shipped."""

from __future__ import annotations

import base64
import functools
import json
from typing import Any, NamedTuple

import numpy as np

from backprop.contract import Array
from backprop.layers.activations import ReLU
from backprop.layers.composite import Concat
from backprop.layers.dense import Dense
from backprop.layers.dropout import Dropout
from backprop.layers.embedding import Embedding
from backprop.layers.over_time import Conv1D, MaxOverTime
from backprop.network import Network
from backprop.results.ledger import SHIPPED

WEIGHTS = SHIPPED / "film_reader.json"  # written by experiments/film_reader.py
NARROWEST = 4  # words: the widest window has to fit


class FilmReader(NamedTuple):
    """``net`` says how negative and how positive a sentence is; ``words`` are those it knows, by their ids."""

    net: Network
    words: dict[str, int]

    def ids(self, sentence: str) -> Array:
        """The sentence as a batch of one, (1, T); all words that the network does not know share the last id."""
        row = [self.words.get(word, len(self.words)) for word in sentence.lower().split()]
        return np.array([row + [-1] * (NARROWEST - len(row))])


def text_cnn(
    n_tokens: int,
    n_dim: int,
    sizes: tuple[int, ...],
    n_filters: int,
    rng: np.random.Generator,
    dtype: type = np.float32,
) -> Network:
    """A TextCNN for two classes: windows of several sizes side by side, and the strongest answer of every filter."""
    table = Embedding(n_tokens, n_dim, rng, dtype)
    convs = [Conv1D(n_dim, n_filters, size, rng, dtype=dtype) for size in sizes]
    readers = Concat(*(Network(conv, MaxOverTime()) for conv in convs))
    return Network(table, readers, ReLU(), Dropout(0.5, rng), Dense(len(sizes) * n_filters, 2, rng, dtype=dtype))


def as_bytes(values: Array) -> dict[str, Any]:
    """Whole numbers from −127 to 127, as text, and the one scale that they share."""
    scale = float(f"{max(np.abs(values).max() / 127, 1e-12):.6g}")
    levels = np.rint(values / scale).clip(-127, 127).astype(np.int8)
    return {"scale": scale, "bytes": base64.b64encode(levels.tobytes()).decode()}


def unpacked(record: dict[str, Any]) -> FilmReader:
    """The network of ``experiments/film_reader.py`` in float64, ready to answer: a weight is a byte times a scale."""
    rng, words = np.random.default_rng(0), record["words"].split(" ")
    sizes = tuple(record["sizes"])
    net = text_cnn(len(words) + 1, record["n_dim"], sizes, record["filters"], rng, np.float64)
    for param, packed in zip(net.params(), record["params"], strict=True):
        levels = np.frombuffer(base64.b64decode(packed["bytes"]), np.int8)
        param.value[...] = levels.reshape(param.value.shape) * packed["scale"]
    net.train_mode(False)
    return FilmReader(net, {word: number for number, word in enumerate(words)})


@functools.cache
def shipped() -> dict[str, Any]:
    """What ``experiments/film_reader.py`` wrote: the words in order, the sizes, and the parameters as bytes."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def film_reader() -> FilmReader:
    """A new copy of the network that was trained on nine tenths of the film reviews."""
    return unpacked(shipped())
