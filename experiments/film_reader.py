"""The small network that reads a reader's own sentences in section 6.2: trained on film reviews, rounded, and shipped.

Besides the ledger this writes `results/shipped/film_reader.json`, the network of fold 0: its words, and its weights as
whole numbers from −127 to 127. No sentence is in it. The sentences that the page quotes are kept out of all training.
"""

import json
import sys
from collections import Counter
from typing import Any

import numpy as np

from backprop.contract import Array
from backprop.data import Texts, movie_reviews, padded
from backprop.data.downloads import write_atomically
from backprop.examples.film_reader import NARROWEST, WEIGHTS, as_bytes, text_cnn, unpacked
from backprop.losses import SoftmaxCrossEntropy, accuracy
from backprop.network import Network
from backprop.optimizers import Adam
from backprop.schedules import cosine
from backprop.training import train_step
from experiments.runner import Experiment, Run, main
from experiments.text_cnn import FOLDS, QUOTED, batches, folds, trimmed


def run(configuration: dict[str, Any], seed: int, data: Texts) -> Run:
    """Test on fold number ``seed``; the accuracy of the network as trained, and with its weights rounded to bytes."""
    rng, parts, words = np.random.default_rng(seed), folds(len(data.texts)), [text.split() for text in data.texts]
    learnt_from = np.concatenate([part for k, part in enumerate(parts) if k != seed])
    train_on = np.array([i for i in learnt_from if data.texts[i] not in configuration["quoted"]])
    known = known_words(words, train_on, configuration["uses"])
    numbers = {word: number for number, word in enumerate(known)}
    ids = padded([[numbers.get(word, len(known)) for word in sentence] for sentence in words])
    net = trained(configuration, rng, ids, data.labels, train_on, len(known) + 1)
    record = packed(net, known, configuration)
    if configuration["ship"] == seed:
        write_atomically(WEIGHTS, (json.dumps(record) + "\n").encode())
    test = trimmed(ids[parts[seed]], NARROWEST)
    right = [accuracy(reader.forward(test), data.labels[parts[seed]]) for reader in (net, unpacked(record).net)]
    return {"accuracy": 100 * right[0], "byte_accuracy": 100 * right[1]}, {}


def known_words(words: list[list[str]], train_on: Array, uses: int) -> list[str]:
    """The words that the training sentences use at least so often, in order."""
    counts = Counter(word for i in train_on for word in words[i])
    return sorted(word for word in counts if counts[word] >= uses)


def trained(
    configuration: dict[str, Any], rng: np.random.Generator, ids: Array, labels: Array, train_on: Array, n_tokens: int
) -> Network:
    """The network after training, ready to answer."""
    n_epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    net = text_cnn(n_tokens, configuration["n_dim"], tuple(configuration["sizes"]), configuration["filters"], rng)
    net.layers[0].W *= configuration["scale"]
    adam = Adam(cosine(configuration["lr"], n_epochs * -(-len(train_on) // batch_size)))
    loss = SoftmaxCrossEntropy()
    for _ in range(n_epochs):
        for chosen in batches(ids, train_on, batch_size, rng):
            train_step(net, loss, adam, trimmed(ids[chosen], NARROWEST), labels[chosen])
    net.train_mode(False)
    return net


def packed(net: Network, words: list[str], configuration: dict[str, Any]) -> dict[str, Any]:
    """The network as text, and what is known of it."""
    facts = {"about": "trained on nine tenths of the sentence polarity data set v1.0 (Pang and Lee 2005)"}
    facts |= {"command": "python -m experiments.film_reader", "words": " ".join(words)}
    facts |= {name: configuration[name] for name in ("n_dim", "filters", "sizes")}
    return facts | {"params": [as_bytes(param.value) for param in net.params()]}


CONFIGURATION = {
    "n_dim": 16,
    "filters": 32,
    "sizes": [2, 3, 4],
    "uses": 4,
    "scale": 0.05,
    "lr": 0.004,
    "batch_size": 100,
    "epochs": 3,
    "quoted": QUOTED,
    "ship": 0,
}

EXPERIMENT = Experiment(
    name="film_reader",
    title="The small network that is shipped to read sentences about films: ten folds (the seed is the fold)",
    units={"accuracy": "%", "byte_accuracy": "%"},
    data=("movie_reviews",),
    load=movie_reviews,
    run=run,
    configurations={"windows of 2, 3 and 4 words": CONFIGURATION},
    seeds=tuple(range(FOLDS)),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
