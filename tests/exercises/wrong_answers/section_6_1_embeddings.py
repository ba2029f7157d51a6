"""Wrong answers to the exercises of section 6.1: each must be recognised."""

import numpy as np


def last_one_wins(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    dW[ids[ids >= 0]] += dy[ids >= 0]
    return dW


def minus_one_is_the_last(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    np.add.at(dW, ids, dy)
    return dW


def right_backward(ids, dy, n_tokens):
    dW = np.zeros((n_tokens, dy.shape[2]))
    np.add.at(dW, ids[ids >= 0], dy[ids >= 0])
    return dW


def mean_of_places(ids, dy, n_tokens):
    count = np.bincount(ids[ids >= 0], minlength=n_tokens)[:, None]
    return right_backward(ids, dy, n_tokens) / np.maximum(count, 1)


def real(ids):
    return (ids != -1)[..., None]


def tail(eta, beta, g, t):
    return eta * g * (1 - beta**t) / (1 - beta)


def in_row(W, i, row):
    dW = np.zeros_like(W)
    dW[i] = row
    return dW


def mean_backward(ids, dy):
    return dy[:, None] * real(ids) / np.maximum(real(ids).sum(axis=1), 1)[:, None]


def one_hot_product(ids, dy, n_tokens):
    return np.eye(n_tokens + 1)[ids.ravel()].T[:n_tokens] @ dy.reshape(-1, dy.shape[2])


def text_by_text(ids, dy):
    texts = []
    for row, price in zip(ids.tolist(), dy, strict=True):
        number = sum(token != -1 for token in row)
        texts.append([[float(v) / number * (token != -1) for v in price] for token in row])
    return texts


def step_by_step(eta, beta, g, again, steps):
    way = v = 0.0
    for step in range(1, steps + 1):
        v = beta * v + (g if step in (1, again) else 0)
        way += eta * v
    return np.float32(way)


def with_part(k, part):
    """The four right answers to 6.1.d but for one of them."""
    right = [(1.3, 0.8), 0.999**1000, 2, 1]
    return (*right[:k], part, *right[k + 1 :])


def word2vec(W, U, i, others, near, delta=None):
    delta = 1 / (1 + np.exp(-U[others] @ W[i])) - near if delta is None else delta
    dU = np.zeros_like(U)
    np.add.at(dU, others, np.outer(delta, W[i]))
    return in_row(W, i, delta @ U[others]), dU


def word2vec_by_questions(W, U, i, others, near):
    dW, dU = [[0.0] * W.shape[1] for _ in W], [[0.0] * W.shape[1] for _ in U]
    for other, y in zip(others.tolist(), near.tolist(), strict=True):
        delta = 1 / (1 + np.exp(-sum(W[i] * U[other]))) - y
        for c in range(W.shape[1]):
            dW[i][c] += delta * U[other, c]
            dU[other][c] += delta * W[i, c]
    return dW, dU


def word2vec_last_stays(W, U, i, others, near):
    delta = 1 / (1 + np.exp(-U[others] @ W[i])) - near
    dU = np.zeros_like(U)
    dU[others] += np.outer(delta, W[i])
    return in_row(W, i, delta @ U[others]), dU


def probabilities(W, U, i, others):
    return 1 / (1 + np.exp(-U[others] @ W[i]))


RIGHT = {
    "6.1.a": [one_hot_product],
    "6.1.b": [text_by_text, mean_backward],
    "6.1.c": [step_by_step],
    "6.1.d": [
        ([1.3, 0.8], 0.368, 2, 1),
        [np.add([1.1, 0.5], [0.2, 0.3]), np.exp(-1), 2.0, 1.0],
        ((np.float32(1.3), 0.8), 0.3677, np.int64(2), 1),
        with_part(1, 0.999**999 * 0.999),
    ],
    "6.1.e": [word2vec_by_questions, word2vec],
}


def dy_averaged_over_t(ids, dy, n_tokens):
    d = np.zeros((n_tokens, dy.shape[2]))
    for a in range(len(ids)):
        for k in set(ids[a].tolist()):
            if k >= 0:
                d[k] += dy[a][ids[a] == k][0]
    return d


def dy_divided_by_n(ids, dy):
    r = ids != -1
    return (r / len(ids))[:, :, None] * dy[:, None]


def second_lookup_same_weight_beta(eta, beta, g, again, steps):
    def t(k):
        return eta * g * (1 - beta**k) / (1 - beta)

    return t(steps) + t(steps - again + 2)


WRONG = {
    "6.1.a": [
        last_one_wins,
        minus_one_is_the_last,
        mean_of_places,
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens).T,
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens)[:-1],
        lambda ids, dy, n_tokens: right_backward(ids[:1], dy[:1], n_tokens),
        lambda ids, dy, n_tokens: right_backward(ids, dy, n_tokens) / len(ids),
        lambda ids, dy, n_tokens: right_backward(np.where(ids > 0, ids, -1), dy, n_tokens),
        lambda ids, dy, n_tokens: right_backward(ids[:, :1], dy[:, :1], n_tokens),
        lambda ids, dy, n_tokens: np.array([(ids == row).sum() * np.ones(dy.shape[2]) for row in range(n_tokens)]),
    ],
    "6.1.b": [
        lambda ids, dy: dy[:, None] * real(ids) / ids.shape[1],
        lambda ids, dy: np.repeat((dy / real(ids).sum(axis=1))[:, None], ids.shape[1], axis=1),
        lambda ids, dy: dy[:, None] * real(ids),
        lambda ids, dy: dy[:, None] * real(ids) / real(ids).sum(),
        lambda ids, dy: dy / real(ids).sum(axis=1),
        lambda ids, dy: np.repeat(dy[:, None], ids.shape[1], axis=1) / ids.shape[1],
        lambda ids, dy: np.repeat(dy[:, None], ids.shape[1], axis=1),
        lambda ids, dy: mean_backward(ids, dy) / len(ids),
        lambda ids, dy: mean_backward(np.where(ids > 0, ids, -1), dy),
        lambda ids, dy: -mean_backward(ids, dy),
    ],
    "6.1.c": [
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps),
        lambda eta, beta, g, again, steps: 2 * tail(eta, beta, g, steps),
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps) + tail(eta, beta, g, steps - again),
        lambda eta, beta, g, again, steps: 2 * eta * g,
        lambda eta, beta, g, again, steps: 2 * eta * g / (1 - beta),
        lambda eta, beta, g, again, steps: -tail(eta, beta, g, steps) - tail(eta, beta, g, steps - again + 1),
        lambda eta, beta, g, again, steps: tail(1, beta, g, steps) + tail(1, beta, g, steps - again + 1),
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps) + tail(eta, beta, g, again),
        lambda eta, beta, g, again, steps: tail(eta, beta, g, steps - 1) + tail(eta, beta, g, steps - again),
        lambda eta, beta, g, again, steps: tail(eta, beta, 1, steps) + tail(eta, beta, 1, steps - again + 1),
        lambda eta, beta, g, again, steps: eta * g * ((1 - beta**steps) + (1 - beta ** (steps - again + 1))),
    ],
    "6.1.d": [
        *(with_part(0, row) for row in ([1.1, 0.5], [0.3, 0.1], [1, 0.7], [1.4, 0.6], [0.9, 0.2], [2.3, 1.5], 1.3)),
        *(with_part(0, row) for row in ([0.8, 1.3], [1.3], "right", [1.3, 0.9])),
        *(with_part(1, share) for share in (1, 0.999, 0, 0.632, 0.135, -0.368, 0.4, np.nan)),
        *(with_part(2, times) for times in (1, 0.5, 4, 3, np.inf)),
        *(with_part(3, times) for times in (2, 0.5, 1.414, 4, None)),
        ([1.3, 0.8], 0.368, (2, 1)),
        ([1.3, 0.8], 0.368, 1, 2),
        [1.3, 0.8],
    ],
    "6.1.e": [
        word2vec_last_stays,
        lambda W, U, i, others, near: word2vec(W, U, i, others, near, near - probabilities(W, U, i, others)),
        lambda W, U, i, others, near: word2vec(W, U, i, others, near, probabilities(W, U, i, others)),
        lambda W, U, i, others, near: word2vec(W, U, i, others, near)[::-1],
        lambda W, U, i, others, near: tuple(d / len(others) for d in word2vec(W, U, i, others, near)),
        lambda W, U, i, others, near: (word2vec(W, U, i, others, near)[0], np.zeros_like(U)),
        lambda W, U, i, others, near: word2vec(W, U, i, others[:1], near[:1]),
        lambda W, U, i, others, near: word2vec(W, U, i, others[1:], near[1:]),
    ],
}

NAMED = {
    "6.1.a": {
        "A token counts at all its places, also where a text holds": dy_averaged_over_t,
    },
    "6.1.b": {
        "Each text has tokens of its own; here the number of texts": dy_divided_by_n,
    },
    "6.1.c": {
        "The second tail is one step too long.": second_lookup_same_weight_beta,
    },
    "6.1.d": {
        "The two rows move alike, but they began": with_part(0, [1.1, 0.5]),
        "This row has moved, too": with_part(0, (0.3, 0.1)),
        "Add how far the other row has moved": with_part(0, np.array([1.4, 0.6])),
        "Both rows shrink, and so does": with_part(1, 1),
        "Each step takes a thousandth of what": with_part(1, 0),
        "Both rows shrink by the same factor": with_part(1, 0.135),
        "Two places in a name send two": with_part(2, 1),
        "Twice the gradient moves the row": with_part(2, 4),
        "Adam divides by the root of a mean": with_part(3, 2),
        "Adam takes the root of the mean": with_part(3, 1.414),
    },
    "6.1.e": {
        "A word that was drawn twice keeps only its last gradient": word2vec_last_stays,
    },
}
