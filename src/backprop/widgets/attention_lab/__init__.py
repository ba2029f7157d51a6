"""The attention lab: drag a query among keys, or look along a text; shares, answer and gradients follow."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.attention import attend, attend_backward, through_softmax
from backprop.widgets.base import Choice, Number, Widget, join, styles

KEYS = ((1, 0), (-1, 1), (0, -1))
VALUES = (1, 2, 6)
REACH = 3  # as far as a query goes, in each direction
RATE = 0.5  # of a step of descent
TEXTS = ("banana", "barbara", "mississippi")
LONGEST, MOST = 10, 4  # letters of a text whose heads are given; blocks, and heads in each


class LookUp(NamedTuple):
    """One query among keys: scores and shares (3,), answer and loss, then the gradients of scores, query and keys."""

    scores: Array
    shares: Array
    answer: float
    loss: float
    dz: Array
    dq: Array
    dk: Array


class ReadBack(NamedTuple):
    """A text that looks back: shares and gradients of the scores (T − 1, T), the loss of each letter (T − 1,)."""

    shares: Array
    dz: Array
    losses: Array


class Heads(NamedTuple):
    """All heads of a model that reads a text of T letters: shares and ∂L/∂z, (n_blocks, n_heads, T, T).

    L is the mean loss of the text; its first letter may be "·", the start.
    """

    text: str
    shares: Array
    dz: Array


class AttentionLab(Widget):
    """``mode`` "plane": a ``query`` among three keys; "text": each letter of a text looks for what comes next.

    In the plane a score is ``loudness`` q · k, the answer y is the mean of the values 1, 2 and 6 in the shares, and the
    loss is ½(y − ``target``)². ``key`` is the key whose gradient is shown. In a text a letter asks for its own kind;
    the key of a step is the letter before it and its value the letter itself, so a fitting pair has the score
    ``loudness``, any other 0. The loss is half the squared distance to the next letter; ``causal`` hides what comes
    later; ``row`` and ``column`` are the pair that is shown, from 0, and one beyond the end of a text means the last.
    ``lab.look_up`` and ``lab.read_back`` hold what the package computes. Raises TraitError outside of the ranges.

    ``heads``, a text with the shares and the ∂L/∂z of a model's heads (`Heads`), takes the place of the text made by
    hand; "2.1" as ``head`` is the first head of the second block.
    """

    _esm = join("attention_lab")
    _css = styles("attention_lab")
    ROOM = (36, 50)

    mode = Choice(["plane", "text"], "plane").tag(sync=True)
    query = traitlets.List(Number(min=-REACH, max=REACH), [0.0, 1.0], minlen=2, maxlen=2).tag(sync=True)
    loudness = Number(1.0, min=0.1, max=10).tag(sync=True)
    target = Number(5.0, min=1, max=6).tag(sync=True)
    key = Choice(["1", "2", "3"], "3").tag(sync=True)
    text = Choice(list(TEXTS), "banana").tag(sync=True)
    causal = traitlets.Bool(True).tag(sync=True)
    row = traitlets.Int(3, min=0, max=9).tag(sync=True)
    column = traitlets.Int(2, min=0, max=10).tag(sync=True)
    head = traitlets.Unicode("1.1").tag(sync=True)

    def __init__(self, heads: Heads | None = None, **traits: object) -> None:
        self._heads = None if heads is None else checked(heads)
        super().__init__(**({} if heads is None else {"mode": "text"}) | traits)

    @traitlets.validate("head")
    def _one_of_those_given(self, proposal: dict) -> str:
        names = ["1.1"] if self._heads is None else list(named(self._heads.shares))
        if proposal["value"] not in names:
            raise traitlets.TraitError(f"head must be one of {', '.join(names)}, got {proposal['value']!r}")
        return proposal["value"]

    @classmethod
    def room(cls, state: dict[str, Any]) -> tuple[float, float]:
        """A text of T letters takes T − 1 rows, or T if its heads are given; the plane is as high as `ROOM` says."""
        if state.get("mode") != "text":
            return cls.ROOM
        given = json.loads(state.get("_facts", "{}")).get("given")
        if given:
            rows, blocks = len(given["text"]), len({name[0] for name in given["heads"]})
            return max(13 + 2.1 * rows, 10 + 5.2 * blocks), 17 + 2.1 * rows + 5.2 * blocks
        rows = len(state.get("text", "banana")) - 1
        return 14 + 2.2 * rows, 27 + 2.2 * rows

    def facts(self) -> dict[str, Any]:
        """Keys and values, the texts, how far a query goes, the rate of a step, and the heads that are given."""
        given = self._heads and told(self._heads)
        return {"keys": KEYS, "values": VALUES, "texts": TEXTS, "reach": REACH, "rate": RATE, "given": given}

    @property
    def look_up(self) -> LookUp:
        """The query's scores, shares and answer, and the gradients, in float64."""
        k, v = np.array([KEYS], dtype=float), np.array(VALUES, dtype=float).reshape(1, -1, 1)
        louder = self.loudness * np.sqrt(k.shape[2])  # attend divides by the root
        q = louder * np.array([[self.query]])
        y, p = attend(q, k, v)
        dy = y - self.target
        dq, dk, _ = attend_backward(dy, q, k, v, p)
        dz = through_softmax(p, dy @ v.swapaxes(1, 2))
        scores = self.loudness * (k[0] @ self.query)
        loss = 0.5 * (y.item() - self.target) ** 2
        return LookUp(scores, p[0, 0], y.item(), loss, dz[0, 0], louder * dq[0, 0], dk[0])

    @property
    def read_back(self) -> ReadBack:
        """Shares, gradients of the scores and losses of the text, in float64."""
        letters = sorted(set(self.text))
        codes = np.eye(len(letters))[[letters.index(letter) for letter in self.text]]
        before = np.vstack([np.zeros((1, len(letters))), codes[:-1]])
        y, p = attend(self.loudness * np.sqrt(len(letters)) * codes[None], before[None], codes[None], self.causal)
        dy = y[0, :-1] - codes[1:]
        p = p[0, :-1]
        return ReadBack(p, through_softmax(p, dy @ codes.T), 0.5 * (dy**2).sum(axis=1))


def faults(text: object, shares: Array, dz: Array) -> Iterator[str]:
    """What is wrong with given heads; each fault only matters if there was none before."""
    if not isinstance(text, str) or not 2 <= len(text) <= LONGEST:
        yield f"the text must have 2 to {LONGEST} letters, got {text!r}"
    t = len(text)
    if shares.ndim != 4 or shares.shape[2:] != (t, t) or not all(1 <= n <= MOST for n in shares.shape[:2]):
        yield f"shares must have the shape (blocks, heads, {t}, {t}), up to {MOST} of each, got {shares.shape}"
    if dz.shape != shares.shape:
        yield f"dz must have the shape of the shares, {shares.shape}, got {dz.shape}"
    if not np.isfinite(shares).all() or not np.isfinite(dz).all():
        yield "shares and dz must be finite"
    if np.triu(shares, 1).any() or np.triu(dz, 1).any():
        yield "a letter looks back, so shares and dz above the diagonal must be 0"
    if shares.min() < 0 or abs(shares.sum(axis=-1) - 1).max() > 1e-3:
        yield "the shares of a row must not be negative, and add up to 1"
    if abs(dz.sum(axis=-1)).max() > 1e-3 * abs(dz).max():
        yield "dz must add up to 0 in each row, as behind every softmax"


def checked(heads: object) -> Heads:
    """The heads as arrays; TraitError says what is wrong with them."""
    try:
        text, shares, dz = heads
        found = Heads(text, np.array(shares, dtype=float), np.array(dz, dtype=float))
    except (TypeError, ValueError):
        raise traitlets.TraitError("heads must be a text, the shares of its heads, and their dz") from None
    for fault in faults(*found):
        raise traitlets.TraitError(f"heads: {fault}")
    return found


def named(heads: Array) -> dict[str, Array]:
    """The matrices of heads (n_blocks, n_heads, T, T) by name: "2.1" is the first head of the second block."""
    return {f"{b}.{h}": one for b, block in enumerate(heads, start=1) for h, one in enumerate(block, start=1)}


def told(heads: Heads) -> dict[str, Any]:
    """The text, and by the name of each head its shares and ∂L/∂z up to the diagonal, rounded to keep a page light.

    Shares have four decimals, ∂L/∂z as many as give the largest of all heads five digits.
    """
    decimals = 4 - math.floor(math.log10(abs(heads.dz).max() or 1))
    short = [named(heads.shares.round(4)), named(heads.dz.round(decimals) + 0.0)]
    rows = {name: [[row[: i + 1].tolist() for i, row in enumerate(part[name])] for part in short] for name in short[0]}
    return {"text": heads.text, "heads": rows}
