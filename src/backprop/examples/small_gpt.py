"""A small GPT, put together from the layers of the package, and what one does with it (section 6.7)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from backprop.batches import next_token_batches
from backprop.contract import Array, Layer
from backprop.functions import softmax
from backprop.initializers import glorot, normal
from backprop.layers import (
    GELU,
    Conv1D,
    Dropout,
    Embedding,
    Identity,
    LayerNorm,
    MultiHeadAttention,
    PositionEmbedding,
    Residual,
)
from backprop.layers.attention import through_softmax
from backprop.layers.transformer import Past, split_heads
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network

Init = Callable[..., Array]
STD = 0.02  # of all weights at the start, as in GPT-2
normal_start = partial(normal, std=STD)


def small_gpt(
    n_tokens: int,
    n_steps: int,
    n_dim: int,
    n_heads: int,
    n_blocks: int,
    rng: np.random.Generator,
    dropout: float = 0.0,
    dtype: type = np.float32,
) -> Network:
    """Ids (N, T) to logits (N, T, n_tokens): what a token is and where it stands, blocks, a norm, a dense layer.

    Weights start as N(0, 0.02²), those that write into the stream smaller by √(2 n_blocks) (Radford et al. 2019).
    """
    tokens = Embedding(n_tokens, n_dim, rng, dtype=dtype)
    positions = PositionEmbedding(n_steps, n_dim, rng, dtype=dtype)
    tokens.W *= STD
    positions.W *= STD
    init_out = partial(normal, std=STD / math.sqrt(2 * n_blocks))
    blocks = [block(n_dim, n_heads, rng, init_out, dropout, dtype) for _ in range(n_blocks)]
    return Network(tokens, positions, *blocks, LayerNorm(n_dim, dtype=dtype), dense(n_dim, n_tokens, rng, dtype=dtype))


def block(
    n_dim: int, n_heads: int, rng: np.random.Generator, init_out: Init, dropout: float = 0.0, dtype: type = np.float32
) -> Network:
    """Two shortcuts: around an attention, where steps look at each other, and around two dense layers for each step."""
    look = MultiHeadAttention(n_dim, n_heads, rng, True, normal_start, init_out, dtype)
    think = dense(n_dim, 4 * n_dim, rng, dtype=dtype), GELU(), dense(4 * n_dim, n_dim, rng, init_out, dtype)
    drop = [[Dropout(dropout, rng)] if dropout else [] for _ in range(2)]
    return Network(
        Residual(LayerNorm(n_dim, dtype=dtype), look, *drop[0]),
        Residual(LayerNorm(n_dim, dtype=dtype), *think, *drop[1]),
    )


def dense(
    n_in: int, n_out: int, rng: np.random.Generator, init: Init = normal_start, dtype: type = np.float32
) -> Conv1D:
    """A dense layer for every step: a convolution over time of size 1."""
    return Conv1D(n_in, n_out, 1, rng, init, dtype)


def arms(shortcut: bool, normed: bool, depth: int, rng: np.random.Generator, dtype: type = np.float32) -> list[Network]:
    """The two halves of ``depth`` blocks of width 32, with or without their shortcuts and their layer norms."""
    wrap, halves = Residual if shortcut else Network, []
    for _ in range(depth):
        look = MultiHeadAttention(32, 4, rng, causal=True, dtype=dtype)
        think = dense(32, 128, rng, glorot, dtype), GELU(), dense(128, 32, rng, glorot, dtype)
        norms = [LayerNorm(32, dtype=dtype) if normed else Identity() for _ in range(2)]
        halves += [wrap(norms[0], look), wrap(norms[1], *think)]
    return halves


def follow(halves: list[Network], rng: np.random.Generator) -> tuple[list[float], float]:
    """‖∂L/∂x‖ in front of each block of ``arms``, and behind the last the mean cosine of two different steps of a row.

    What goes in, and the gradient that comes back into the last block, are drawn from N(0, 1).
    """
    x, dx = rng.standard_normal((2, 8, 16, 32))
    y, sizes = Network(*halves).forward(x), []
    for half in reversed(halves):
        dx = half.backward(dx)
        sizes.append(float(np.linalg.norm(dx)))
    y = y / np.linalg.norm(y, axis=-1, keepdims=True)
    cosines = (y @ y.swapaxes(1, 2))[:, ~np.eye(16, dtype=bool)]
    return sizes[1::2][::-1], float(cosines.mean())


def next_logits(net: Network, ids: Array, past: list[Past] | None = None) -> tuple[Array, list[Past]]:
    """Logits of what follows the ids, and the keys and values of every block, to be handed in with the next id.

    Shapes: ids (N, T), or (N, 1) after a past; the logits (N, n_tokens). Raises ValueError beyond the last position.
    """
    tokens, positions, *blocks, norm, head = net.layers
    so_far = past[0][0].shape[1] if past else 0
    if so_far + ids.shape[1] > len(positions.W):
        raise ValueError(f"the net has {len(positions.W)} positions, got {so_far} steps and {ids.shape[1]} more")
    x = tokens.forward(ids) + positions.W[so_far : so_far + ids.shape[1]]
    pasts = []
    for index, (look, think) in enumerate(block.layers for block in blocks):
        before, attention = look.layers[:2]
        y, kept = attention.extend(before.forward(x), past[index] if past else None)
        pasts.append(kept)
        x = think.forward(x + y)
    return head.forward(norm.forward(x[:, -1:]))[:, 0], pasts


def write(net: Network, tau: float, rng: np.random.Generator, end: int = 0, start: Iterable[int] = ()) -> list[int]:
    """Ids drawn at temperature tau, between an ``end`` and the next one, or up to the last position.

    The first of them are those of ``start``. Raises ValueError if it leaves no position to write at.
    """
    row = [int(token) for token in start]
    z, past = next_logits(net, np.array([[end, *row]]))
    while len(row) < len(net.layers[1].W):
        p = softmax(z[0].astype(np.float64) / tau)
        row.append(int(rng.choice(len(p), p=p)))
        if row[-1] == end or len(row) == len(net.layers[1].W):
            break
        z, past = next_logits(net, np.array([[row[-1]]]), past)
    return [token for token in row if token != end]


def shares(net: Network, ids: Array) -> Array:
    """p of every head: how much each step takes from each step, (n_blocks, n_heads, T, T), of one row of ids (T,)."""
    net.forward(ids[None])
    return np.stack([block.layers[0].layers[1].p for block in net.layers[2:-2]])


def score_gradients(net: Network, ids: Array) -> Array:
    """∂L/∂z of every head, (n_blocks, n_heads, T, T), where L is the mean loss of one row of ids (T + 1,).

    The scores z are those that the softmax sees. The gradients of the parameters are left as those of this row.
    """
    loss = SoftmaxCrossEntropy()
    loss.forward(net.forward(ids[None, :-1]), ids[None, 1:])
    *blocks, norm, head = net.layers[2:]
    dy = norm.backward(head.backward(loss.backward()))
    found = []
    for look, think in (block.layers for block in reversed(blocks)):
        du = think.backward(dy)
        attention = look.layers[1]
        v, p = attention.cached()[3:5]
        da = split_heads(du @ attention.W_out.T, attention.n_heads)
        found.append(through_softmax(p, da @ v.swapaxes(1, 2)))
        dy = look.backward(du)
    return np.stack(found[::-1])


def stream_gradients(net: Network, ids: Array) -> list[float]:
    """‖∂L/∂x‖ of the stream in front of the first arm and behind each arm, L the mean loss of a row of ids (T + 1,)."""
    loss = SoftmaxCrossEntropy()
    loss.forward(net.forward(ids[None, :-1]), ids[None, 1:])
    *blocks, norm, head = net.layers[2:]
    dx = norm.backward(head.backward(loss.backward()))
    lengths = [float(np.linalg.norm(dx))]
    for arm in (arm for block in reversed(blocks) for arm in reversed(block.layers)):
        dx = arm.backward(dx)
        lengths.append(float(np.linalg.norm(dx)))
    return lengths[::-1]


def ids_of(name: str) -> Array:
    """The letters a to z as ids 1 to 26, between two ends."""
    return np.array([0, *(ord(letter) - 96 for letter in name), 0])


def text_of(row: Iterable[int]) -> str:
    """Ids 1 to 26 as letters; ends are left out."""
    return "".join(chr(96 + token) for token in row if token)


def mean_loss(net: Layer, rows: list[Array]) -> float:
    """Mean of −ln p over all letters and ends of the rows."""
    total, loss = 0.0, SoftmaxCrossEntropy()
    for x, y in next_token_batches(rows, 5000, np.random.default_rng(0)):
        total += loss.forward(net.forward(x), y) * y.size
    return total / sum(len(row) - 1 for row in rows)
