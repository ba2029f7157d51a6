"""A convolutional network on all sentences of the movie reviews, ten-fold, beside a bag of words (section 6.2)."""

import sys
from collections import Counter
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from backprop.contract import Array
from backprop.data import Texts, movie_reviews, padded
from backprop.layers import Concat, Conv1D, Dense, Dropout, Embedding, MaxOverTime, ReLU
from backprop.losses import SoftmaxCrossEntropy, accuracy
from backprop.network import Network
from backprop.optimizers import Adam
from backprop.schedules import cosine
from backprop.training import evaluation, train_step
from experiments.runner import Experiment, Run, main

FOLDS = 10


def folds(n: int) -> list[Array]:
    """The same ten random parts of ``n`` sentences for every model and every run."""
    return np.array_split(np.random.default_rng(0).permutation(n), FOLDS)


def run(configuration: dict[str, Any], seed: int, data: Texts) -> Run:
    """Test on fold number ``seed``, once, after training on the nine others."""
    parts = folds(len(data.texts))
    train_on = np.concatenate([part for k, part in enumerate(parts) if k != seed])
    return fit(configuration, seed, data, train_on, parts[seed])


def fit(configuration: dict[str, Any], seed: int, data: Texts, train_on: Array, test: Array) -> Run:
    """Train on some sentences, answer others. The vocabulary comes from the first alone."""
    model = bag_of_words if "C" in configuration else text_cnn
    return model(configuration, seed, data, train_on, test)


def bag_of_words(configuration: dict[str, Any], seed: int, data: Texts, train_on: Array, test: Array) -> Run:
    """Logistic regression on which words occur; a word that no training sentence has is left out."""
    sentences = np.array(data.texts, dtype=object)
    counter = CountVectorizer(token_pattern=r"\S+", lowercase=False, binary=True)
    model = LogisticRegression(C=configuration["C"], max_iter=1000)
    model.fit(counter.fit_transform(sentences[train_on]), data.labels[train_on])
    return {"accuracy": 100 * model.score(counter.transform(sentences[test]), data.labels[test])}, {}


def text_cnn(configuration: dict[str, Any], seed: int, data: Texts, train_on: Array, test: Array) -> Run:
    """The curves hold the training loss, and of each quoted sentence among ``test`` what each of its words did."""
    rng, words = np.random.default_rng(seed), [sentence.split() for sentence in data.texts]
    ids, n_tokens = numbered(words, train_on)
    net = network(n_tokens, rng, configuration)
    n_epochs, batch_size, widest = (configuration[name] for name in ("epochs", "batch_size", "widest"))
    loss, losses = SoftmaxCrossEntropy(), []
    adam = Adam(cosine(configuration["lr"], n_epochs * -(-len(train_on) // batch_size)))
    for _ in range(n_epochs):
        values = []
        for chosen in batches(ids, train_on, batch_size, rng):
            values.append(train_step(net, loss, adam, trimmed(ids[chosen], widest), data.labels[chosen]))
        losses.append(np.mean(values))
    curves = {"loss": losses}
    with evaluation(net):
        score = accuracy(net.forward(trimmed(ids[test], widest)), data.labels[test])
        for i in test:
            if data.texts[i] in configuration.get("quoted", ()):
                lead, price, share = by_word(net, trimmed(ids[i : i + 1], widest))
                of, n = data.texts[i], len(words[i])
                curves |= {f"lead: {of}": [lead], f"price: {of}": price[:n], f"share: {of}": share[:n]}
    return {"accuracy": 100 * score}, curves


def numbered(words: list[list[str]], train_on: Array) -> tuple[Array, int]:
    """Ids of all sentences, and how many there are: one for each word of two or more uses, one for all other words."""
    counts = Counter(word for i in train_on for word in words[i])
    known = {word: k for k, word in enumerate(sorted(word for word in counts if counts[word] > 1))}
    return padded([[known.get(word, len(known)) for word in sentence] for sentence in words]), len(known) + 1


def network(n_tokens: int, rng: np.random.Generator, configuration: dict[str, Any]) -> Network:
    """Look up, slide windows of several sizes, keep the strongest answer of each filter, choose."""
    n_dim, n_filters, windows = (configuration[name] for name in ("n_dim", "filters", "windows"))
    embedding = Embedding(n_tokens, n_dim, rng)
    embedding.W *= configuration["scale"]
    reader = Concat(*(Network(Conv1D(n_dim, n_filters, size, rng), MaxOverTime()) for size in windows))
    head = ReLU(), Dropout(configuration["dropout"], rng), Dense(len(windows) * n_filters, 2, rng)
    return Network(embedding, Dropout(configuration["word_dropout"], rng), reader, *head)


def batches(ids: Array, chosen: Array, batch_size: int, rng: np.random.Generator) -> list[Array]:
    """All chosen sentences once, those of similar length together, in a new random order: little is filled up."""
    order = rng.permutation(chosen)
    order = order[np.argsort((ids[order] >= 0).sum(axis=1), kind="stable")]
    parts = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return [parts[k] for k in rng.permutation(len(parts))]


def trimmed(ids: Array, at_least: int) -> Array:
    """Without the columns that no sentence reaches, but never narrower than the widest window."""
    return ids[:, : max(at_least, (ids >= 0).sum(axis=1).max())]


def by_word(net: Network, ids: Array) -> tuple[float, Array, Array]:
    """Of one sentence: Δz, how far "positive" is ahead; and ‖∂Δz/∂x_k‖ and x_k · ∂Δz/∂x_k for each place k."""
    x = net.layers[0].forward(ids)
    after = Network(*net.layers[1:])
    z = after.forward(x)
    dx = after.backward(np.array([[-1, 1]], z.dtype))
    return z[0, 1] - z[0, 0], np.linalg.norm(dx[0], axis=1), (x * dx)[0].sum(axis=1)


KIM = "Kim (2014), table 2, CNN-rand: 300 dimensions, 100 filters of each size"
QUOTED = [
    "perfectly enjoyable , instantly forgettable , nothing to write home about .",
    "frenetic but not really funny .",
    "a cleverly crafted but ultimately hollow mockumentary .",
    "nothing about this movie works .",
    "there's nothing interesting in unfaithful whatsoever .",
    "nothing short of a masterpiece -- and a challenging one .",
    "it's never laugh-out-loud funny , but it is frequently amusing .",
    "a moving and not infrequently breathtaking film .",
    "uneven but a lot of fun .",
    "majidi's direction has never been smoother or more confident .",
]
RECIPE = {
    "n_dim": 64,
    "filters": 64,
    "windows": [3, 4, 5],
    "widest": 5,
    "scale": 0.05,
    "word_dropout": 0.0,
    "dropout": 0.5,
    "lr": 0.004,
    "batch_size": 100,
    "epochs": 3,
}

EXPERIMENT = Experiment(
    name="text_cnn",
    title="Sentiment of 10,662 sentences about films: ten folds, each tested once (the seed is the fold)",
    units={"accuracy": "%"},
    data=("movie_reviews",),
    load=movie_reviews,
    run=run,
    configurations={
        "bag of words, logistic regression": {"C": 3.0},
        "windows of 3, 4 and 5 words": RECIPE | {"quoted": QUOTED},
        "windows of 1 word": RECIPE | {"windows": [1, 1, 1]},
    },
    seeds=tuple(range(FOLDS)),
    published={"windows of 3, 4 and 5 words": {"accuracy": {"value": 76.1, "source": KIM}}},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
