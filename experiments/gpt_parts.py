"""What a GPT is without its shortcuts, and without its layer norms: six blocks of 32 on surnames (section 6.7)."""

import sys
from typing import Any

import numpy as np

from backprop.batches import next_token_batches
from backprop.contract import Array
from backprop.data import surnames
from backprop.examples.small_gpt import arms, dense, ids_of, mean_loss
from backprop.initializers import glorot
from backprop.layers import Embedding, LayerNorm, PositionEmbedding
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import AdamW, clip_gradients
from experiments.runner import Experiment, Run, main


def load() -> list[Array]:
    """The surnames of up to 15 letters a to z, each once."""
    return [
        ids_of(name)
        for name in sorted({n.lower() for n in surnames().texts if n.isascii() and n.isalpha()})
        if len(name) < 16
    ]


def split(data: list[Array], rng: np.random.Generator) -> tuple[list[Array], list[Array]]:
    """The names to learn from, and a thousand that are held back."""
    order = rng.permutation(len(data))
    return [data[i] for i in order[1000:]], [data[i] for i in order[:1000]]


def run(configuration: dict[str, Any], seed: int, data: list[Array]) -> Run:
    """Loss per letter on the names that were held back, by the seed."""
    rng, loss = np.random.default_rng(seed), SoftmaxCrossEntropy()
    train, test = split(data, rng)
    halves = arms(configuration["shortcut"], configuration["norm"], configuration["depth"], rng)
    start = Embedding(27, 32, rng), PositionEmbedding(16, 32, rng)
    net = Network(*start, *halves, LayerNorm(32), dense(32, 27, rng, glorot))
    optimizer = AdamW(configuration["lr"])
    for _ in range(configuration["epochs"]):
        for x, y in next_token_batches(train, 256, rng):
            loss.forward(net.forward(x), y)
            net.backward(loss.backward())
            clip_gradients(net.params(), 1.0)
            optimizer.step(net.params())
    return {"test_loss": mean_loss(net, test)}, {}


BASE = {"depth": 6, "epochs": 2, "lr": 0.001}

EXPERIMENT = Experiment(
    name="gpt_parts",
    title="The next letter of 4,466 surnames by six blocks with and without shortcuts and layer norms, two epochs",
    units={"test_loss": "nats"},
    data=(),  # the surnames come with a package
    load=load,
    run=run,
    configurations={
        f"{'shortcut' if shortcut else 'no shortcut'}, {'norm' if norm else 'no norm'}": BASE
        | {"shortcut": shortcut, "norm": norm}
        for shortcut in (True, False)
        for norm in (True, False)
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
