"""Wrong answers to the exercises of page A.4: each must be recognised."""

import numpy as np


def waits_first(mine, rank, send, receive):
    other = receive()
    send(mine)
    return mine + other


def sends_all(mine, rank, send, receive):
    send(mine)
    return mine + receive()


def half_only(mine, rank, send, receive):
    halves = np.split(mine, 2)
    send(halves[1 - rank])
    halves[rank] = halves[rank] + receive()
    return np.concatenate(halves)


def both_halves(mine, rank, send, receive):
    first, second = np.split(mine, 2)
    send(first)
    send(second)
    return np.concatenate([first + receive(), second + receive()])  # right, and as many numbers: allowed


def exchanged(mine, rank, send, receive):
    halves = np.split(mine, 2)
    send(halves[1 - rank])
    total = halves[rank] + receive()
    send(total)
    other = receive()
    return np.concatenate([other, total] if rank == 0 else [total, other])


def mean(mine, rank, send, receive):
    return exchanged_back(mine, rank, send, receive) / 2


def exchanged_back(mine, rank, send, receive):
    halves = np.split(mine, 2)
    send(halves[1 - rank])
    total = halves[rank] + receive()
    send(total)
    other = receive()
    return np.concatenate([total, other] if rank == 0 else [other, total])


def quarters(mine, rank, send, receive):
    for quarter in np.array_split(mine, 4):
        send(quarter)
    return mine + np.concatenate([receive() for _ in range(4)])


def rows(a, W, dz, mine, z=None, da=None, share=1.0):
    """The right answer, with one part exchanged."""
    whole = a @ W if z is None else z(a, W)
    back = dz @ W.T if da is None else da(dz, W)
    return whole, back, [share * (a.T @ dz)[part] for part in mine]


WRONG = {
    "A.4.a": [
        (6400, 8, 12), (64000, 8, 12), (16000, 8, 12), (12800, 4, 12), (12800, 10, 12), (12800, 8, 15), (12800, 8, 16),
        (12800, 8, 20), (8000, 8, 12),
    ],
    "A.4.b": [
        waits_first, sends_all, half_only, exchanged, mean, quarters, lambda mine, rank, send, receive: mine,
        lambda mine, rank, send, receive: mine[: len(mine) // 2], lambda mine, rank, send, receive: 1 / 0, 7,
    ],
    "A.4.c": [
        lambda a, W, dz, mine: rows(a, W, dz, mine, z=lambda a, W: a[:, mine[-1]] @ W[mine[-1]]),
        lambda a, W, dz, mine: rows(a, W, dz, mine, z=lambda a, W: a @ W / len(mine)),
        lambda a, W, dz, mine: rows(a, W, dz, mine, da=lambda dz, W: len(mine) * dz @ W.T),
        lambda a, W, dz, mine: rows(a, W, dz, mine, da=lambda dz, W: dz @ W.T / len(mine)),
        lambda a, W, dz, mine: rows(a, W, dz, mine, share=1 / len(mine)),
        lambda a, W, dz, mine: (a @ W, dz @ W.T),
        lambda a, W, dz, mine: (a @ W, dz @ W.T, a.T @ dz),
    ],
}  # fmt: skip

RIGHT = {"A.4.b": [exchanged_back, both_halves]}

NAMED = {
    "A.4.b": {
        "Process 0 waits for an array": waits_first,
        "The sum is right, but process 0 sends arrays of": sends_all,
        "Process 0 has only one half": half_only,
        "Process 0 has both halves": exchanged,
        "Process 0 returns the mean": mean,
        "Process 0 returns its own": lambda mine, rank, send, receive: mine,
    },
    "A.4.c": {
        "z: that is the share of the last": lambda a, W, dz, mine: rows(
            a, W, dz, mine, z=lambda a, W: a[:, mine[-1]] @ W[mine[-1]]
        ),
        "da: backward nothing is added": lambda a, W, dz, mine: rows(
            a, W, dz, mine, da=lambda dz, W: len(mine) * dz @ W.T
        ),
    },
}
