"""The small GPT of section 6.7 on Tiny Shakespeare, in the setting that nanoGPT publishes for a processor.

Its README: 4 layers of 4 heads, 128 wide, 64 characters of context, 12 rows a batch, 2000 steps, no dropout, "a loss
of only 1.88". From its config and train.py: AdamW at 0.001, β₂ = 0.99, decay 0.1, 100 steps of warm-up, a cosine down
to 0.0001, gradients clipped at 1; every 250 steps the loss of 20 random batches of the last tenth of the text. Ours
differs in three places: the last dense layer has weights of its own, dense layers and norms have biases, and GELU is
the tanh form.
"""

import sys
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from backprop.contract import Array
from backprop.data import shakespeare
from backprop.examples.small_gpt import small_gpt
from backprop.functions import softmax
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import AdamW, clip_gradients
from backprop.schedules import cosine, warmup
from experiments.runner import Experiment, Run, main


class Text(NamedTuple):
    """The characters as ids, in the order of their codes: the first nine tenths, and the rest."""

    train: Array
    val: Array


def load() -> Text:
    text = shakespeare()
    letters = sorted(set(text))
    ids = np.searchsorted(letters, list(text))
    cut = int(0.9 * len(ids))
    return Text(ids[:cut], ids[cut:])


def run(configuration: dict[str, Any], seed: int, data: Text) -> Run:
    """``val_loss`` is the lowest of nanoGPT's estimates; ``all_val_loss`` that of the whole rest, at the end.

    ``sample`` holds 500 characters as ids, drawn after a line break.
    """
    rng = np.random.default_rng(seed)
    rows, steps, every = configuration["rows"], configuration["context"], configuration["every"]
    net = small_gpt(65, steps, configuration["n_dim"], configuration["n_heads"], configuration["n_blocks"], rng)
    loss, warm, total = SoftmaxCrossEntropy(), configuration["warmup"], configuration["steps"]
    rate = warmup(warm, cosine(configuration["lr"], total - warm, configuration["lr"] / 10))
    optimizer = AdamW(rate, beta2=0.99, decay=configuration["decay"])
    curves: dict[str, list[float]] = {"train_loss": [], "val_loss": []}
    net.wants_dx = False
    for step in tqdm(range(total + 1), leave=False, disable=None):
        if step % every == 0:
            for part, ids in data._asdict().items():
                batches = (windows(ids, rows, steps, rng) for _ in range(configuration["batches"]))
                curves[f"{part}_loss"].append(float(np.mean([loss.forward(net.forward(x), y) for x, y in batches])))
        if step < total:
            x, y = windows(data.train, rows, steps, rng)
            loss.forward(net.forward(x), y)
            net.backward(loss.backward())
            clip_gradients(net.params(), configuration["max_norm"])
            optimizer.step(net.params())
    metrics = {"train_loss": curves["train_loss"][-1], "val_loss": min(curves["val_loss"])}
    metrics["all_val_loss"] = loss_of_all(net, data.val, steps)
    metrics["parameters"] = sum(p.value.size for p in net.params())
    return metrics, curves | {"sample": sample(net, 500, steps, rng)}


def windows(ids: Array, rows: int, steps: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Random pieces of the text, x (rows, steps), and what comes after each of their characters, y, as large."""
    starts = rng.integers(len(ids) - steps, size=(rows, 1))
    pieces = ids[starts + np.arange(steps + 1)]
    return pieces[:, :-1], pieces[:, 1:]


def loss_of_all(net: Network, ids: Array, steps: int) -> float:
    """The mean loss of the text, cut into pieces that do not overlap; what is left at its end is left out."""
    pieces = (len(ids) - 1) // steps
    x, y = (ids[j : j + pieces * steps].reshape(pieces, steps) for j in (0, 1))
    loss, total = SoftmaxCrossEntropy(), 0.0
    for start in range(0, pieces, 100):
        part = slice(start, start + 100)
        total += loss.forward(net.forward(x[part]), y[part]) * len(x[part])
    return total / pieces


def sample(net: Network, length: int, steps: int, rng: np.random.Generator) -> list[int]:
    """Ids that the net writes after a line break, id 0; it sees no more than the last ``steps`` of them."""
    row = [0]
    for _ in range(length):
        p = softmax(net.forward(np.array([row[-steps:]]))[0, -1].astype(np.float64))
        row.append(int(rng.choice(len(p), p=p)))
    return row[1:]


MODEL = {"n_dim": 128, "n_heads": 4, "n_blocks": 4, "context": 64}
TRAINING = {"rows": 12, "lr": 0.001, "warmup": 100, "decay": 0.1, "max_norm": 1.0}

EXPERIMENT = Experiment(
    name="shakespeare",
    title="The next character of Tiny Shakespeare by a small GPT, in nanoGPT's setting for a processor",
    units={"train_loss": "nats", "val_loss": "nats", "all_val_loss": "nats", "parameters": ""},
    data=("shakespeare",),
    load=load,
    run=run,
    configurations={
        "4 blocks of 128, 2000 steps": MODEL | {"steps": 2000, "every": 250, "batches": 20} | TRAINING,
    },
    published={
        "4 blocks of 128, 2000 steps": {"val_loss": {"value": 1.88, "source": "Karpathy 2022, nanoGPT, README"}},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
