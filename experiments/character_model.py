"""First names, letter by letter: counts, an MLP on the last letters, an RNN and an LSTM (section 6.5).

The names are held out as in Karpathy's makemore, so that its published losses speak of the same names. Strengths and
sizes are to be chosen by ``dev_loss``; ``test_loss`` chooses nothing.
"""

import random
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from backprop.batches import next_token_batches
from backprop.contract import Array, Layer
from backprop.data import first_names
from backprop.functions import softmax
from backprop.initializers import glorot
from backprop.layers import LSTM, RNN, Conv1D, Dropout, Embedding, Tanh
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Adam, clip_gradients
from backprop.schedules import cosine
from backprop.training import evaluation
from experiments.runner import Experiment, Run, main

K = 27  # the end, 0, and the letters a to z, 1 to 26
LONGEST = 30  # an invented name is cut off here


class Names(NamedTuple):
    """Rows of ids, one a name, each from an end to an end: 0 5 13 13 1 0 is emma."""

    train: list[Array]
    dev: list[Array]
    test: list[Array]
    new: list[Array]  # those of test that are not in train


def held_out() -> Names:
    """80, 10 and 10 per cent of the first names, in the order that makemore's seed gives."""
    names = first_names()
    random.Random(42).shuffle(names)
    rows = [np.array([0, *(ord(letter) - 96 for letter in name), 0]) for name in names]
    dev, test = int(0.8 * len(rows)), int(0.9 * len(rows))
    known = set(names[:dev])
    new = [row for name, row in zip(names[test:], rows[test:], strict=True) if name not in known]
    return Names(rows[:dev], rows[dev:test], rows[test:], new)


def run(configuration: dict[str, Any], seed: int, data: Names) -> Run:
    """Loss per character, the end included, on four sets of names; ``names`` are twenty invented ones, as ids."""
    rng = np.random.default_rng(seed)
    context = configuration.get("context")
    if configuration["model"] == "counts":
        forward, curves = counted(data.train, context, configuration["smoothing"]), {}
    else:
        net = network(configuration, rng)
        curves = {"dev_loss": fit(net, configuration, data, rng)}
        forward = net.forward
        net.train_mode(False)
    metrics = {f"{part}_loss": loss_on(forward, rows, context or 1) for part, rows in data._asdict().items()}
    return metrics, curves | {"names": [letter for _ in range(20) for letter in invented(forward, context or 1, rng)]}


def counted(rows: Iterable[Array], context: int, smoothing: float) -> Callable[[Array], Array]:
    """log p of the next letter from how often it came after these letters, each count ``smoothing`` too high."""
    counts = np.full((K,) * (context + 1), smoothing)
    for row in rows:
        row = after_ends(row[None], context - 1)[0]
        np.add.at(counts, tuple(row[j : len(row) - context + j] for j in range(context + 1)), 1)
    z = np.log(counts / counts.sum(axis=-1, keepdims=True))
    return lambda x: z[tuple(x[:, j : x.shape[1] - context + 1 + j] for j in range(context))]


def network(configuration: dict[str, Any], rng: np.random.Generator) -> Network:
    """Embedding, what carries the letters before, and the logits of the next one."""
    n_dim, hidden = configuration["n_dim"], configuration["hidden"]
    carries: dict[str, Callable[[], list[Layer]]] = {
        "MLP": lambda: [Conv1D(n_dim, hidden, configuration["context"], rng, init=glorot), Tanh()],
        "RNN": lambda: [RNN(n_dim, hidden, rng)],
        "LSTM": lambda: [LSTM(n_dim, hidden, rng)],
    }
    layers = carries[configuration["model"]]()
    if configuration["dropout"]:
        layers.append(Dropout(configuration["dropout"], rng))
    return Network(Embedding(K, n_dim, rng), *layers, Conv1D(hidden, K, 1, rng, init=glorot))


def fit(net: Network, configuration: dict[str, Any], data: Names, rng: np.random.Generator) -> list[float]:
    """Train, and leave the weights of the epoch that had the lowest loss on dev; returns that loss by epoch."""
    tokens, context = configuration["tokens"], configuration.get("context", 1)
    batches = sum(1 for _ in next_token_batches(data.train, tokens, rng))
    loss = SoftmaxCrossEntropy()
    optimizer = Adam(cosine(configuration["lr"], configuration["epochs"] * batches))
    losses, kept = [], {}
    for _ in tqdm(range(configuration["epochs"]), unit="epoch", leave=False, disable=None):
        for x, y in next_token_batches(data.train, tokens, rng):
            loss.forward(net.forward(after_ends(x, context - 1)), y)
            net.backward(loss.backward())
            clip_gradients(net.params(), configuration["max_norm"])
            optimizer.step(net.params())
        with evaluation(net):
            losses.append(loss_on(net.forward, data.dev, context))
        if losses[-1] == min(losses):
            kept = net.state()
    net.load_state(kept)
    return losses


def loss_on(forward: Callable[[Array], Array], rows: list[Array], context: int) -> float:
    """Mean of −log p over all letters and ends of the names."""
    total, loss = 0.0, SoftmaxCrossEntropy()
    for x, y in next_token_batches(rows, 10_000, np.random.default_rng(0)):
        total += loss.forward(forward(after_ends(x, context - 1)), y) * y.size
    return total / sum(len(row) - 1 for row in rows)


def invented(forward: Callable[[Array], Array], context: int, rng: np.random.Generator) -> list[int]:
    """The ids of a new name, up to its end."""
    row = [0]
    while len(row) == 1 or (row[-1] != 0 and len(row) < LONGEST):
        p = softmax(forward(after_ends(np.array([row]), context - 1))[0, -1].astype(np.float64))
        row.append(int(rng.choice(K, p=p)))
    return [*row[1:-1], 0]


def after_ends(x: Array, more: int) -> Array:
    """The rows after ``more`` ends, so that a window over the last letters fits at the first one too."""
    return np.concatenate([np.zeros((len(x), more), x.dtype), x], axis=1)


BASE = {"n_dim": 10, "dropout": 0.0, "lr": 0.003, "tokens": 256, "epochs": 10, "max_norm": 1.0}
MLP = BASE | {"model": "MLP", "hidden": 200, "epochs": 30}
RECURRENT = BASE | {"hidden": 128}
MAKEMORE = "Karpathy 2022, makemore, "

EXPERIMENT = Experiment(
    name="character_model",
    title="The next letter of 32,033 first names: loss per letter, names held out as in makemore",
    units={"train_loss": "nats", "dev_loss": "nats", "test_loss": "nats", "new_loss": "nats"},
    data=("first_names",),
    load=held_out,
    run=run,
    configurations={
        f"counts, {context} before, +{smoothing}": {"model": "counts", "context": context, "smoothing": smoothing}
        for context in (1, 2, 3)
        for smoothing in (0.01, 0.1, 1.0)
    }
    | {
        f"{model}, dropout {dropout}": RECURRENT | {"model": model, "dropout": dropout}
        for model in ("RNN", "LSTM")
        for dropout in (0.0, 0.2)
    }
    | {f"MLP, {context} before": MLP | {"context": context} for context in (3, 8)},
    published={
        "counts, 1 before, +0.01": {
            "train_loss": {"value": 2.454, "source": MAKEMORE + "part 1: all names, nothing held out"}
        },
        "MLP, 3 before": {"dev_loss": {"value": 2.103, "source": MAKEMORE + "part 3: 10-200, tanh, saturation fixed"}},
        "MLP, 8 before": {"dev_loss": {"value": 2.027, "source": MAKEMORE + "part 5: context 3 -> 8"}},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
