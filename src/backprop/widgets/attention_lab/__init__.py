"""The attention lab: drag a query among keys, or look along a text; shares, answer and gradients follow."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import traitlets

from backprop.contract import Array
from backprop.layers.attention import attend, attend_backward
from backprop.widgets.base import Choice, Number, Widget, join, styles

KEYS = ((1, 0), (-1, 1), (0, -1))
VALUES = (1, 2, 6)
REACH = 3  # as far as a query goes, in each direction
RATE = 0.5  # of a step of descent
TEXTS = ("banana", "barbara", "mississippi")


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


class AttentionLab(Widget):
    """``mode`` "plane": a ``query`` among three keys; "text": each letter of a text looks for what comes next.

    In the plane a score is ``loudness`` q · k, the answer y is the mean of the values 1, 2 and 6 in the shares, and the
    loss is ½(y − ``target``)². ``key`` is the key whose gradient is shown. In a text a letter asks for its own kind;
    the key of a step is the letter before it and its value the letter itself, so a fitting pair has the score
    ``loudness``, any other 0. The loss is half the squared distance to the next letter; ``causal`` hides what comes
    later; ``row`` and ``column`` are the pair that is shown, from 0, and one beyond the end of a text means the last.
    ``lab.look_up`` and ``lab.read_back`` hold what the package computes. Raises TraitError outside of the ranges.
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

    @classmethod
    def room(cls, state: dict[str, Any]) -> tuple[float, float]:
        """A text of T letters takes T − 1 rows; the plane is as high as `ROOM` says."""
        if state.get("mode") != "text":
            return cls.ROOM
        rows = len(state.get("text", "banana")) - 1
        return 14 + 2.2 * rows, 27 + 2.2 * rows

    def facts(self) -> dict[str, Any]:
        """Keys and values, the texts, how far a query goes, and the rate of a step."""
        return {"keys": KEYS, "values": VALUES, "texts": TEXTS, "reach": REACH, "rate": RATE}

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


def through_softmax(p: Array, dp: Array) -> Array:
    """∂L/∂z of shares p = softmax(z), row by row."""
    return p * (dp - (p * dp).sum(axis=-1, keepdims=True))
