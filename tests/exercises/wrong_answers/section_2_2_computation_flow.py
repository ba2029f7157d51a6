"""Wrong answers to the exercises of section 2.2: each must be recognised."""

import numpy as np

from backprop.functions import sigmoid

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


def lr_on_one_only(x, a1, dz2, W1, W2, lr):
    dz1 = dz2 @ W2.T * a1 * (1 - a1)
    return (W1 - x.T @ dz1, W2 - lr * a1.T @ dz2)


def slope_1_a_2(x, a1, dz2, W1, W2, lr):
    dz1 = dz2 @ W2.T * (1 - a1**2)
    return (W1 - lr * x.T @ dz1, W2 - lr * a1.T @ dz2)


def row_instead(dW, db):
    j = np.abs(db).argmax()
    return dW[j] / db[j]


def uses_a_instead_of_slope(x, y, weights):
    a = [x]
    for W in weights:
        a.append(sigmoid(a[-1] @ W))
    g = []
    da = a[-1] - y
    for layer in reversed(range(len(weights))):
        dz = da * a[layer + 1]
        g.append(a[layer].T @ dz)
        da = dz @ weights[layer].T
    return g[::-1]


def slope_of_previous_activation(x, y, weights):
    a = [x]
    for W in weights:
        a.append(sigmoid(a[-1] @ W))
    g = [None] * len(weights)
    dz = a[-1] - y
    for layer in reversed(range(len(weights))):
        g[layer] = a[layer].T @ dz
        dz = dz @ weights[layer].T * a[layer] * (1 - a[layer])
    return g


def da_without_dz(x, y, weights):
    a = [x]
    for W in weights:
        a.append(sigmoid(a[-1] @ W))
    g = [None] * len(weights)
    da = a[-1] - y
    for layer in reversed(range(len(weights))):
        dz = da * a[layer + 1] * (1 - a[layer + 1])
        g[layer] = a[layer].T @ dz
        da = da @ weights[layer].T
    return g


def slope_at_the_end_alone(x, y, weights):
    activations = [x]
    for W in weights:
        activations.append(sigmoid(activations[-1] @ W))
    delta = (activations[-1] - y) * activations[-1] * (1 - activations[-1])
    gradients = []
    for a, W in zip(activations[-2::-1], weights[::-1], strict=True):
        gradients.insert(0, a.T @ delta)
        delta = delta @ W.T
    return gradients


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

NAMED = {
    "2.2.a": {
        "The target is (0, 1): the second output should be on.": (
            [
                [0.332 * (0.528 - 1) * 0.249, 0.332 * 0.485 * 0.2498],
                [0.354 * (0.528 - 1) * 0.249, 0.354 * 0.485 * 0.2498],
            ],
            [-0.0372, 0.0201],
        ),
        "Each entry of dW2 is an a times a δ; that has δ alone.": (
            [[0.132, -0.129], [0.132, -0.129]],
            [0.0347, -0.0359],
        ),
    },
    "2.2.b": {
        "W1: the rate is missing.": lr_on_one_only,
        "W1: the slope of a sigmoid is a (1 − a); 1 − a² is that of": slope_1_a_2,
    },
    "2.2.c": {
        "That is upside down: a column of dW is x δ,": lambda dW, db: (
            db[np.abs(db).argmax()] / dW[:, np.abs(db).argmax()]
        ),
        "That is a row of dW; x is in its columns.": row_instead,
    },
    "2.2.d": {
        "The slopes of the hidden sigmoids are missing;": slope_at_the_end_alone,
        "The slope of a sigmoid is a (1 − a); here it is a alone.": uses_a_instead_of_slope,
        "The slope of the last sigmoid is missing; the others are": slope_of_previous_activation,
        "dz has to be handed back, not da: the slopes of later": da_without_dz,
    },
    "2.2.e": {
        "dp: the slope of s/p in p is −s/p²; p stands there squared.": (0.125, -0.75, -2.875, -1.375),
    },
}
