"""Wrong answers to the exercises of section 2.2: each must be recognised."""

from itertools import pairwise

import numpy as np

DW2, DELTA1 = [[0.0437, -0.0427], [0.0467, -0.0456]], [0.0347, -0.0359]


def negative(rows):
    return (-np.array(rows)).tolist()


def impatient(x, a1, dz2, W1, W2, lr):
    W2 = W2 - lr * a1.T @ dz2
    return W1 - lr * x.T @ (dz2 @ W2.T * a1 * (1 - a1)), W2


def patient(x, a1, dz2, W1, W2, lr):
    return W1 - lr * x.T @ (dz2 @ W2.T * a1 * (1 - a1)), W2 - lr * a1.T @ dz2


def no_slope(x, a1, dz2, W1, W2, lr):
    return W1 - lr * x.T @ (dz2 @ W2.T), W2 - lr * a1.T @ dz2


def forward(sizes, n):
    return n * sum(a * b for a, b in pairwise(sizes))


def walk(sign=1, factor=1, turned=False, slope=True, short=False):
    """A walk back with one fault."""

    def walk_back(x, y, weights):
        activations, gradients = [x], []
        for W in weights:
            activations.append(1 / (1 + np.exp(-activations[-1] @ W)))
        da = sign * factor * (activations[-1] - y)
        for W, before, a in zip(weights[::-1], activations[-2::-1], activations[:0:-1], strict=True):
            dz = da * a * (1 - a) if slope else da
            gradients.append(before.T @ dz)
            da = dz @ W.T
        gradients = gradients if turned else gradients[::-1]
        return gradients[1:] if short else gradients

    return walk_back


WRONG = {
    "2.2.a": [
        (negative(DW2), negative(DELTA1)),
        (np.transpose(DW2).tolist(), DELTA1),
        (DW2, [0.1565, -0.1571]),
        (DW2, [0.0347, 0.0359]),
        (DW2, [0.036, -0.036]),
        (DW2, "0.0347"),
        (DW2[0], DELTA1),
        DW2,
        0.0347,
    ],
    "2.2.b": [
        impatient,
        no_slope,
        lambda *a: patient(*a)[::-1],
        lambda *a: patient(*a[:5], -a[5]),
        lambda *a: patient(*a)[0],
        lambda x, a1, dz2, W1, W2, lr: (W1, W2),
        lambda *a: patient(*a[:5], 1.0),
        lambda *a: (patient(*a)[0], a[4]),
        lambda *a: (a[3], patient(*a)[1]),
    ],
    "2.2.c": [
        lambda dW, db: dW[:, 0] / db[0],
        lambda dW, db: dW[:, -1] / db[-1],
        lambda dW, db: dW[:, db.argmax()] / db[db.argmax()],
        lambda dW, db: dW[:, np.abs(db).argmax()],
        lambda dW, db: dW[:, np.abs(db).argmax()] / np.abs(db).max(),
        lambda dW, db: dW[:, np.abs(db).argmax()] / db[np.abs(db).argmax()] ** 2,
        lambda dW, db: dW / db,
        lambda dW, db: dW.sum(axis=1),
        lambda dW, db: dW @ db,
        lambda dW, db: dW[np.abs(db).argmax() % len(dW)] / np.abs(db).max(),
    ],
    "2.2.d": [walk(turned=True), walk(sign=-1), walk(factor=2), walk(slope=False), walk(short=True), walk(factor=0)],
    "2.2.e": [
        (0.125, -0.09375, -0.375, -0.1875),
        (0.125, -0.09375, 0.125, 0.125),
        (0.125, 0.09375, 0.5, 0.3125),
        (0.125, -1 / 64, 0.0625, 0.09375),
        (0.125, -0.09375, -0.0625, -0.25),
        (0.125, -0.09375),
        0.5,
    ],
}

RIGHT = {
    "2.2.a": [(np.array(DW2, dtype=np.float32), tuple(DELTA1)), (DW2, [DELTA1])],
    "2.2.c": [
        lambda dW, db: dW @ db / (db @ db),
        lambda dW, db: [float(row[np.abs(db).argmax()] / db[np.abs(db).argmax()]) for row in dW],
    ],
    "2.2.d": [walk()],
}
