"""The same step in other libraries. A peer that is not installed raises ImportError when it is made."""

from __future__ import annotations

import warnings
from itertools import pairwise
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from backprop.contract import Array
from benchmarks.workloads import KERNEL, RATE, GPTWorkload, Ours, SequenceWorkload, Workload


class Peer(Protocol):
    """One step of SGD on the work's batch, from the work's first weights."""

    name: str

    def __init__(self, work: Workload) -> None: ...
    def step(self) -> None: ...
    def weights(self) -> list[Array]: ...


class PyTorch:
    """Eager mode on the CPU, as a tutorial writes it."""

    name = "PyTorch"

    def __init__(self, work: Workload) -> None:
        import torch

        torch.set_num_threads(1)
        makers = {SequenceWorkload: lstm, GPTWorkload: gpt}
        x, y = work.data()
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.net, self.arrays = makers.get(type(work), layers)(torch, work)
        for array, p in zip(self.arrays, work.network().params(), strict=True):
            array[...] = p.value
        trained = [tensor for tensor in self.net.parameters() if tensor.requires_grad]
        self.loss, self.optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(trained, lr=work.rate)

    def step(self) -> None:
        self.optimizer.zero_grad()
        self.loss(self.net(self.x), self.y).backward()
        self.optimizer.step()

    def weights(self) -> list[Array]:
        return self.arrays


def layers(torch: ModuleType, work: Workload) -> tuple[Any, list[Array]]:
    """A network in PyTorch, and its weights as arrays that stand as ours do: dense ones are kept as (n_out, n_in)."""
    nn = torch.nn
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[work.hidden]
    convolutions = [nn.Conv2d(*pair, KERNEL) for pair in pairwise(work.channels)]
    images = [m for layer in convolutions for m in (layer, nn.ReLU(), nn.MaxPool2d(2))]
    dense = [nn.Linear(n_in, n_out) for n_in, n_out in pairwise(work.sizes)]
    hidden = [m for layer in dense[:-1] for m in (layer, activation())]
    net = nn.Sequential(*images, *([nn.Flatten()] if images else []), *hidden, dense[-1])
    both = [(shared(layer.weight), shared(layer.bias)) for layer in convolutions + dense]
    return net, [array for W, b in both for array in (W.T if W.ndim == 2 else W, b)]


def lstm(torch: ModuleType, work: SequenceWorkload) -> tuple[Any, list[Array]]:
    """The same for sequences. PyTorch's LSTM has a second bias, which adds to the first: it stays at 0."""

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(work.n_tokens, work.n_dim)
            self.lstm = torch.nn.LSTM(work.n_dim, work.n_hidden, batch_first=True)
            self.dense = torch.nn.Linear(work.n_hidden, work.n_tokens)

        def forward(self, ids: Any) -> Any:
            return self.dense(self.lstm(self.embedding(ids))[0]).swapaxes(1, 2)  # the loss wants (N, K, T)

    net = Model()
    shared(net.lstm.bias_hh_l0.requires_grad_(False))[:] = 0
    recurrent = [shared(net.lstm.weight_ih_l0).T, shared(net.lstm.weight_hh_l0).T, shared(net.lstm.bias_ih_l0)]
    return net, [shared(net.embedding.weight), *recurrent, shared(net.dense.weight).T[None], shared(net.dense.bias)]


def gpt(torch: ModuleType, work: GPTWorkload) -> tuple[Any, list[Array]]:
    """The small GPT, with PyTorch's own attention, layer norm and GELU."""
    nn, width, heads = torch.nn, work.n_dim, work.n_heads
    look = nn.functional.scaled_dot_product_attention

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)

        def forward(self, x: Any) -> Any:
            n, t, _ = x.shape
            q, k, v = (part.view(n, t, heads, -1).transpose(1, 2) for part in self.qkv(x).split(width, dim=2))
            return self.out(look(q, k, v, is_causal=True).transpose(1, 2).reshape(n, t, width))

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look = nn.Sequential(nn.LayerNorm(width), Attention())
            think = nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width)
            self.think = nn.Sequential(nn.LayerNorm(width), *think)

        def forward(self, x: Any) -> Any:
            x = x + self.look(x)
            return x + self.think(x)

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.positions = nn.Embedding(work.n_tokens, width), nn.Embedding(work.steps, width)
            blocks = [Block() for _ in range(work.n_blocks)]
            self.rest = nn.Sequential(*blocks, nn.LayerNorm(width), nn.Linear(width, work.n_tokens))

        def forward(self, ids: Any) -> Any:
            return self.rest(self.tokens(ids) + self.positions.weight).swapaxes(1, 2)  # the loss wants (N, K, T)

    net, arrays = Model(), []
    for module in net.modules():  # in our order
        if isinstance(module, nn.Linear):
            W = shared(module.weight).T
            arrays += [W] if module.bias is None else [W[None], shared(module.bias)]
        elif isinstance(module, nn.Embedding | nn.LayerNorm):
            arrays += [shared(p) for p in module.parameters()]
    return net, arrays


def shared(tensor: Any) -> Array:
    """A tensor's numbers as an array: what is written into it is in the tensor."""
    return tensor.detach().numpy()


class Autograd:
    """HIPS autograd: NumPy code, differentiated on a tape."""

    name = "autograd"

    def __init__(self, work: Workload) -> None:
        import autograd.numpy as anp
        from autograd import grad

        if not isinstance(work, Workload) or work.channels:
            raise ImportError("written here for dense networks alone")

        self.x, self.y = work.data()
        self.params = [p.value.copy() for p in work.network().params()]
        rows = np.arange(work.batch)

        def loss(params: list[Array]) -> float:
            a = self.x
            *hidden, last = pairs(params)
            for W, b in hidden:
                z = anp.dot(a, W) + b
                a = anp.maximum(z, 0) if work.hidden == "relu" else anp.tanh(z)
            z = anp.dot(a, last[0]) + last[1]
            z = z - z.max(axis=1, keepdims=True)
            return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[rows, self.y])

        self.gradient = grad(loss)

    def step(self) -> None:
        for w, g in zip(self.params, self.gradient(self.params), strict=True):
            w -= RATE * g

    def weights(self) -> list[Array]:
        return self.params


class ScikitLearn:
    """MLPClassifier.partial_fit on one batch; it also checks its input at every call."""

    name = "scikit-learn"

    def __init__(self, work: Workload) -> None:
        from sklearn.neural_network import MLPClassifier

        if not isinstance(work, Workload):
            raise ImportError("scikit-learn has no network for sequences")
        if work.sizes[-1] == 2:
            raise ImportError("scikit-learn gives two classes one output: another network")
        if work.channels:
            raise ImportError("scikit-learn has no convolution")
        self.x, self.y = work.data()
        self.classes = np.arange(work.sizes[-1])
        self.net = MLPClassifier(
            work.sizes[1:-1],
            activation=work.hidden,
            solver="sgd",
            alpha=0,
            batch_size=work.batch,
            learning_rate_init=RATE,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=False,
            random_state=0,
        )
        self.step()  # makes the arrays
        weights = pairs([p.value for p in work.network().params()])
        for W, b, (first_W, first_b) in zip(self.net.coefs_, self.net.intercepts_, weights, strict=True):
            W[...], b[...] = first_W, first_b

    def step(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.net.partial_fit(self.x, self.y, classes=self.classes)

    def weights(self) -> list[Array]:
        return [array for pair in zip(self.net.coefs_, self.net.intercepts_, strict=True) for array in pair]


PEERS = {peer.name: peer for peer in (PyTorch, ScikitLearn, Autograd)}


def pairs(arrays: list) -> list[tuple]:
    """W and b of each layer."""
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def same_step(ours: Ours, peer: Peer) -> float:
    """Largest difference between the two updates, as a share of the largest update: the gradients' error.

    Each weight is rounded after its update, which a small step may not outweigh: one unit in its last place is free.
    """
    before = [w.copy() for w in ours.weights()]
    ours.step()
    peer.step()
    pairs = list(zip(ours.weights(), peer.weights(), strict=True))
    apart = max(float((np.abs(a - b) - np.spacing(np.maximum(np.abs(a), np.abs(b)))).max()) for a, b in pairs)
    return apart / max(float(np.abs(a - old).max()) for (a, _), old in zip(pairs, before, strict=True))
