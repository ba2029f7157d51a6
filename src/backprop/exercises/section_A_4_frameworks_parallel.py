"""Checkers of the exercises on page A.4, many processes."""

import queue
import threading

import numpy as np

from backprop.exercises.answers import numbers, show
from backprop.exercises.checking import Case, exercise

PATIENCE = 2.0  # seconds until a process that waits for the other one gives up


@exercise("A.4.a", hint="2(K − 1) rounds, each with a K-th part; c of c + K − 1 steps are work.")
def ring_and_pipeline(rng):
    yield Case(
        want=(12800, 8, 12),
        names=("sent", "rounds", "parts"),
        traps={
            "sent: that is half of the ring; the complete chunks go round as well.": (6400, 8, 12),
            "sent: a chunk is a fifth of the gradient, and one is sent in each round.": (64000, 8, 12),
            "sent: there are K − 1 rounds in each half, not K.": (16000, 8, 12),
            "rounds: that is half of the ring.": (12800, 4, 12),
            "rounds: K − 1 in each half, not K.": (12800, 10, 12),
            "parts: at c = 15 it is idle in 3 of 18 steps, a sixth.": (12800, 8, 15),
            "parts: idle in K − 1 of c + K − 1 steps, so 3/(c + 3) = 1/5.": (12800, 8, 16),
            "parts: a fifth of all steps, not of the steps with work.": (12800, 8, 20),
        },
    )


@exercise("A.4.b", hint="Each process is responsible for one half: first it collects that half, then it hands it out.")
def all_reduce_for_two(rng):
    for n in (4, 10):
        gradients = rng.normal(size=(2, n))
        yield Case(
            gradients,
            run=lambda answer, both: at_once(answer, both),
            judge=lambda ends, both=gradients: said_of_two(ends, both),
        )


def at_once(answer, gradients):
    """Two threads run the answer; for each what came back, or its error, and the lengths of what it sent."""
    lines = queue.Queue(), queue.Queue()
    ends = [{"sent": []}, {"sent": []}]

    def process(rank):
        def send(array):
            ends[rank]["sent"].append(np.size(array))
            lines[1 - rank].put(np.array(array, dtype=float))

        def receive():
            return lines[rank].get(timeout=PATIENCE)

        try:
            ends[rank]["got"] = answer(gradients[rank].copy(), rank, send, receive)
        except BaseException as error:
            ends[rank]["error"] = error

    threads = [threading.Thread(target=process, args=(rank,), daemon=True) for rank in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(4 * PATIENCE)
    if all(end.get("got", 0) is None for end in ends):
        return None
    return ends


def said_of_two(ends, gradients):
    """What is wrong with what two processes did; None if nothing is."""
    if not all(isinstance(end, dict) for end in ends):
        return f"A function is wanted, not {show(ends)}."
    for rank, end in enumerate(ends):
        error = end.get("error")
        if isinstance(error, queue.Empty):
            return f"Process {rank} waits for an array that the other one never sends: send before you receive."
        if error is not None:
            text = str(error)[:200].rstrip(".")
            return f"In process {rank} it raises {type(error).__name__}: {text}."
    n = gradients.shape[1]
    for rank, end in enumerate(ends):
        returned = end.get("got")
        got = numbers(returned)
        if got is None or got.shape != (n,):
            return f"Process {rank} returns {show(returned)}, not an array of {n} numbers."
        if fault := said_of_one(got, rank, gradients):
            return fault
    for rank, end in enumerate(ends):
        sent = end["sent"]
        if sum(sent) > n:
            return f"The sum is right, but process {rank} sends {sum(sent)} numbers; {n} are allowed."
        if any(length != n // 2 for length in sent):
            return f"The sum is right, but process {rank} sends arrays of {sent} numbers; halves are wanted."
    return None


def said_of_one(got, rank, gradients):
    """What is wrong with the answer of one process."""
    total, half = gradients.sum(axis=0), gradients.shape[1] // 2
    if np.allclose(got, total):
        return None
    if np.allclose(np.roll(got, half), total):
        return f"Process {rank} has both halves of the sum in exchanged places."
    if np.allclose(2 * got, total):
        return f"Process {rank} returns the mean; the sum is wanted."
    if np.allclose(got, gradients[rank]):
        return f"Process {rank} returns its own gradient; nothing has been added."
    right = [np.allclose(got[part], total[part]) for part in (slice(half), slice(half, None))]
    if any(right):
        return f"Process {rank} has only one half of the sum: the complete halves have to be exchanged, too."
    return f"Process {rank} returns {show(got)}, and the sum is {show(total)}."


@exercise("A.4.c", hint="Every process has a share of each z, but its inputs belong to it alone.")
def cut_by_rows(rng):
    for sizes in ((2, 2), (1, 3, 2)):
        ends = np.cumsum(sizes)
        mine = [slice(int(end - n), int(end)) for n, end in zip(sizes, ends, strict=True)]
        a, W, dz = rng.normal(size=(5, ends[-1])), rng.normal(size=(ends[-1], 3)), rng.normal(size=(5, 3))
        z, da, pieces = a @ W, dz @ W.T, [(a.T @ dz)[rows] for rows in mine]
        last, processes = mine[-1], len(mine)
        of_the_last = a[:, last] @ W[last]
        yield Case(
            a,
            W,
            dz,
            mine,
            want=(z, da, pieces),
            names=("z", "da", "pieces"),
            traps={
                "z: that is the share of the last process alone; shares add up.": (of_the_last, da, pieces),
                "z: shares of a sum are added, not averaged.": (z / processes, da, pieces),
                "da: backward nothing is added; each process has inputs of its own.": (z, processes * da, pieces),
                "da: dz is copied to everybody, not divided.": (z, da / processes, pieces),
                "pieces: each is aᵀdz for the rows of one process, with no mean.": (
                    z,
                    da,
                    [p / processes for p in pieces],
                ),
            },
        )
