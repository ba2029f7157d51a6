"""The small GPT of section 6.7 on first names, held out as in ``character_model``, whose numbers it stands beside.

Nothing but the epoch was chosen, by ``dev_loss``; ``test_loss`` chose nothing.
"""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.batches import next_token_batches
from backprop.examples.small_gpt import small_gpt, write
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import AdamW, clip_gradients
from backprop.schedules import cosine, warmup
from backprop.training import evaluation
from experiments.character_model import MAKEMORE, K, Names, held_out, loss_on
from experiments.runner import Experiment, Run, main

LONGEST = 16  # ids that a name is read in: an end and 15 letters


def run(configuration: dict[str, Any], seed: int, data: Names) -> Run:
    """Loss per character, the end included, on four sets of names; ``names`` are twenty invented ones, as ids."""
    rng = np.random.default_rng(seed)
    sizes = (configuration[name] for name in ("n_dim", "n_heads", "n_blocks"))
    net = small_gpt(K, LONGEST, *sizes, rng, configuration["dropout"])
    curves = {"dev_loss": fit(net, configuration, data, rng)}
    net.train_mode(False)
    metrics = {f"{part}_loss": loss_on(net.forward, rows, 1) for part, rows in data._asdict().items()}
    metrics["parameters"] = sum(p.value.size for p in net.params())
    return metrics, curves | {"names": [letter for _ in range(20) for letter in [*write(net, 1.0, rng), 0]]}


def fit(net: Network, configuration: dict[str, Any], data: Names, rng: np.random.Generator) -> list[float]:
    """Train, and leave the weights of the epoch that had the lowest loss on dev; returns that loss by epoch."""
    tokens, epochs = configuration["tokens"], configuration["epochs"]
    steps = epochs * sum(1 for _ in next_token_batches(data.train, tokens, rng))
    loss, warm = SoftmaxCrossEntropy(), 100
    rate = warmup(warm, cosine(configuration["lr"], steps - warm))
    optimizer = AdamW(rate, beta2=0.99, decay=configuration["decay"])
    losses, kept = [], {}
    net.wants_dx = False
    for _ in tqdm(range(epochs), unit="epoch", leave=False, disable=None):
        for x, y in next_token_batches(data.train, tokens, rng):
            loss.forward(net.forward(x), y)
            net.backward(loss.backward())
            clip_gradients(net.params(), configuration["max_norm"])
            optimizer.step(net.params())
        with evaluation(net):
            losses.append(loss_on(net.forward, data.dev, 1))
        if losses[-1] == min(losses):
            kept = net.state()
    net.load_state(kept)
    return losses


BASE = {"n_heads": 4, "lr": 0.003, "tokens": 256, "decay": 0.1, "max_norm": 1.0}
SMALL, LARGE = BASE | {"n_dim": 48, "n_blocks": 2}, BASE | {"n_dim": 64, "n_blocks": 4}

EXPERIMENT = Experiment(
    name="small_gpt",
    title="The next letter of 32,033 first names by a small GPT: loss per letter, names held out as in makemore",
    units={"train_loss": "nats", "dev_loss": "nats", "test_loss": "nats", "new_loss": "nats", "parameters": ""},
    data=("first_names",),
    load=held_out,
    run=run,
    configurations={
        "2 blocks of 48, 6 epochs": SMALL | {"epochs": 6, "dropout": 0.0},
        "4 blocks of 64, 10 epochs": LARGE | {"epochs": 10, "dropout": 0.0},
    },
    published={
        "4 blocks of 64, 10 epochs": {
            "test_loss": {"value": 1.92, "source": MAKEMORE + "README: transformer of 200,000 parameters, about"}
        },
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
