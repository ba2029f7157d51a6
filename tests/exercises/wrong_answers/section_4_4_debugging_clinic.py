"""Wrong answers to the exercises of section 4.4: each must be recognised."""

import numpy as np

norm = np.linalg.norm


def equal(x_train, x_test):
    """Whether each test image is each training image."""
    return (x_test[:, None] == x_train).all(axis=2)


def best(W):
    return np.maximum(W, 0).sum(axis=0)


def diagnosis(first, last, train, test, k, order="scale labels stuck overfit", ln=np.log, gap=0.1, above=2, level=0.9):
    """The list of the exercise with something changed."""
    fits = {
        "scale": first > above * ln(k),
        "labels": train > 0.9 and test < 1 / k,
        "stuck": last > level * ln(k),
        "overfit": train - test > gap,
    }
    return next((word for word in order.split() if fits[word]), "healthy")


def without(line):
    order = " ".join(word for word in ["scale", "labels", "stuck", "overfit"] if word != line)
    return lambda *history: diagnosis(*history, order=order)


def only_ten_classes(first, last, train, test, k):
    return diagnosis(first, last, train, test, k, ln=lambda _: np.log(10))


def labels_by_test_alone(first, last, train, test, k):
    word = diagnosis(first, last, train, test, k)
    return "labels" if word != "scale" and test < 1 / k else word


def overfit_by_factor(first, last, train, test, k):
    word = without("overfit")(first, last, train, test, k)
    return "overfit" if word == "healthy" and train > 1.1 * test else word


WRONG = {
    "4.4.a": [
        lambda x_train, x_test: equal(x_train, x_test).sum(),
        lambda x_train, x_test: equal(x_train, x_test).any(axis=0).sum(),
        lambda x_train, x_test: len({row.tobytes() for row in x_train} & {row.tobytes() for row in x_test}),
        lambda x_train, x_test: (x_test == x_train[: len(x_test)]).all(axis=1).sum(),
        lambda x_train, x_test: (x_test[:, None] == x_train).any(axis=2).any(axis=1).sum(),
        lambda x_train, x_test: np.isin(x_test, x_train).all(axis=1).sum(),
        lambda x_train, x_test: np.isin(x_test.sum(axis=1), x_train.sum(axis=1)).sum() + 1,
        lambda x_train, x_test: equal(x_train, x_test).any(axis=1).mean(),
        lambda x_train, x_test: len(x_test) - equal(x_train, x_test).any(axis=1).sum(),
        lambda x_train, x_test: equal(x_train, x_test).any(axis=1),
        lambda x_train, x_test: equal(x_train, x_test).any(),
        lambda x_train, x_test: sum(image in x_train for image in x_test),
    ],
    "4.4.b": [
        lambda W, b: b + best(W) < 0,
        lambda W, b: b + best(W) > 0,
        lambda W, b: b + W.sum(axis=0) <= 0,
        lambda W, b: b <= 0,
        lambda W, b: b < 0,
        lambda W, b: b + np.abs(W).sum(axis=0) <= 0,
        lambda W, b: b + W.max(axis=0) <= 0,
        lambda W, b: best(W) <= 0,
        lambda W, b: b + np.minimum(W, 0).sum(axis=0) <= 0,
        lambda W, b: best(W) - b <= 0,
        lambda W, b: (b + best(W) <= 0).mean(),
        lambda W, b: np.flatnonzero(b + best(W) <= 0),
        lambda W, b: (W <= 0).all(axis=0),
        lambda W, b: 1 * (b + best(W) <= 0),
    ],
    "4.4.c": [
        lambda W, dW, ratio: norm(dW) / norm(W),
        lambda W, dW, ratio: ratio * norm(dW) / norm(W),
        lambda W, dW, ratio: norm(W) / norm(dW),
        lambda W, dW, ratio: norm(dW) / norm(W) / ratio,
        lambda W, dW, ratio: ratio * np.square(W).sum() / np.square(dW).sum(),
        lambda W, dW, ratio: ratio / norm(dW),
        lambda W, dW, ratio: ratio * norm(W),
        lambda W, dW, ratio: ratio * np.abs(W).sum() / np.abs(dW).sum(),
        lambda W, dW, ratio: ratio * norm(W, 2) / norm(dW, 2),
        lambda W, dW, ratio: ratio * norm(W / dW),
        lambda W, dW, ratio: -ratio * norm(W) / norm(dW),
        lambda W, dW, ratio: ratio * W.mean() / dW.mean(),
    ],
    "4.4.d": [
        without("scale"),
        without("labels"),
        without("stuck"),
        without("overfit"),
        only_ten_classes,
        labels_by_test_alone,
        overfit_by_factor,
        lambda *history: diagnosis(*history, order="stuck scale labels overfit"),
        lambda *history: diagnosis(*history, order="scale stuck labels overfit"),
        lambda *history: diagnosis(*history, order="scale labels overfit stuck"),
        lambda *history: diagnosis(*history, gap=0.15),
        lambda *history: diagnosis(*history, above=3),
        lambda *history: diagnosis(*history, level=0.5),
        lambda *history: diagnosis(*history, ln=np.log2),
        lambda *history: "healthy",
        lambda *history: diagnosis(*history).replace("overfit", "overfitting"),
    ],
}


def known(x_train, x_test):
    rows = {tuple(row) for row in x_train.tolist()}
    return float(len([row for row in x_test.tolist() if tuple(row) in rows]))


def tried(W, b):
    """The best picture of each unit, put through the layer."""
    dead = []
    for j in range(W.shape[1]):
        picture = np.where(W[:, j] > 0, 1.0, 0.0)
        dead.append(not max(0.0, float(picture @ W[:, j] + b[j])) > 0)
    return dead


def nested(first, last, train, test, K):
    if first / np.log(K) > 2:
        word = "Scale"
    elif train > 0.9 and test * K < 1:
        word = "LABELS"
    elif last / np.log(K) > 0.9:
        word = "stuck "
    elif train > test + 0.1:
        word = "overfit"
    else:
        word = "healthy"
    return word


RIGHT = {
    "4.4.a": [known, lambda x_train, x_test: equal(x_train, x_test).any(axis=1).sum()],
    "4.4.b": [tried, lambda W, b: tuple(b + (W * (W > 0)).sum(axis=0) <= 0)],
    "4.4.c": [lambda W, dW, ratio: np.float32(ratio * ((W**2).sum() / (dW**2).sum()) ** 0.5)],
    "4.4.d": [nested],
}

NAMED = {
    "4.4.a": {
        "Those are training images; how many of the test images are": lambda x_train, x_test: sum(
            (x_test == i).all(1).any() for i in x_train
        ),
    },
    "4.4.b": {
        "A positive weight can be too small for the bias: add them": lambda W, b: (W <= 0).all(0) & (b <= 0),
    },
}
