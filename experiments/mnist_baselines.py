"""Baselines on the 10,000 test digits of MNIST, trained on three random parts of its training set (section 4.1)."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from backprop.contract import Array
from backprop.data import Split, mnist
from backprop.layers import Dense
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.schedules import cosine
from backprop.training import train
from experiments.runner import Experiment, Run, main


def constant(part: Split, rng: np.random.Generator) -> Array:
    """The most frequent class of the training digits, whatever the digit."""
    return np.full(len(part.x_test), np.bincount(part.y_train).argmax())


def darkness(part: Split, rng: np.random.Generator) -> Array:
    """The class whose mean ink is nearest to the ink of the digit."""
    ink, test_ink = part.x_train.mean(axis=1), part.x_test.mean(axis=1)
    levels = np.array([ink[part.y_train == k].mean() for k in range(10)])
    return np.abs(test_ink[:, None] - levels).argmin(axis=1)


def nearest_centroid(part: Split, rng: np.random.Generator) -> Array:
    """The class whose mean digit is nearest."""
    centroids = np.stack([part.x_train[part.y_train == k].mean(axis=0) for k in range(10)])
    return squared_distances(part.x_test, centroids).argmin(axis=1)


def k_nearest(part: Split, rng: np.random.Generator, k: int) -> Array:
    """The most frequent class among the k nearest training digits; of several, the smallest number."""
    answers = []
    for start in range(0, len(part.x_test), 1000):
        distances = squared_distances(part.x_test[start : start + 1000], part.x_train)
        votes = part.y_train[np.argpartition(distances, k - 1, axis=1)[:, :k]]
        answers += [np.bincount(row, minlength=10).argmax() for row in votes]
    return np.array(answers)


def softmax_regression(part: Split, rng: np.random.Generator) -> Array:
    """One Dense layer, trained by the package for 30 epochs."""
    net, epochs, batch_size = Network(Dense(part.x_train.shape[1], 10, rng)), 30, 100
    optimizer = Momentum(cosine(0.05, steps=epochs * len(part.x_train) // batch_size))
    for _ in train(net, SoftmaxCrossEntropy(), optimizer, part, epochs=epochs, batch_size=batch_size, rng=rng):
        pass
    return net.forward(part.x_test).argmax(axis=1)


def squared_distances(a: Array, b: Array) -> Array:
    """‖a_n − b_k‖² less ‖a_n‖², which is the same for every k. Shapes: a (N, n), b (K, n), result (N, K)."""
    return (b * b).sum(axis=1) - 2 * a @ b.T


def theirs(make: Callable[..., Any]) -> Callable[..., Array]:
    """The answers of a classifier of scikit-learn."""

    def answers(part: Split, rng: np.random.Generator, *setting: Any) -> Array:
        return make(*setting).fit(part.x_train, part.y_train).predict(part.x_test)

    return answers


MODELS = {
    "constant": constant,
    "darkness": darkness,
    "nearest centroid": nearest_centroid,
    "k nearest neighbours": k_nearest,
    "KNeighborsClassifier": theirs(lambda k: KNeighborsClassifier(k, algorithm="brute")),
    "softmax regression": softmax_regression,
    "LogisticRegression": theirs(lambda C: LogisticRegression(C=C, max_iter=1000)),
    "SVC": theirs(SVC),
    'SVC(gamma="auto")': theirs(lambda: SVC(gamma="auto")),
}
CHOICES = {
    "k nearest neighbours": (1, 3, 5, 7, 9),
    "KNeighborsClassifier": (1, 3, 5, 7, 9),
    "LogisticRegression": (0.001, 0.01, 0.1, 1.0),
}


def run(configuration: dict[str, Any], seed: int, data: Split) -> Run:
    """Train on a random part of the training digits, then answer all test digits, once.

    Where there is a setting to choose, a fifth of the part is held back and judges it. The curves record that.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(data.x_train))[: configuration["training_digits"]]
    part = Split(data.x_train[chosen], data.y_train[chosen], data.x_test, data.y_test)
    answers, curves, setting = MODELS[configuration["model"]], {}, ()
    if settings := configuration.get("settings"):
        split = len(chosen) * 4 // 5
        x, y = part.x_train, part.y_train
        inner = Split(x[:split], y[:split], x[split:], y[split:])
        found = [100 * (answers(inner, rng, value) == inner.y_test).mean() for value in settings]
        curves = {"settings": list(settings), "held_back_accuracy": found}
        setting = (settings[int(np.argmax(found))],)
    return {"test_accuracy": 100 * (answers(part, rng, *setting) == data.y_test).mean()}, curves


def configuration(model: str, digits: int) -> dict[str, Any]:
    settings = {"settings": list(CHOICES[model])} if model in CHOICES else {}
    return {"model": model, "training_digits": digits} | settings


NIELSEN = "Nielsen (2015), chapter 1, on 50,000 training digits"

EXPERIMENT = Experiment(
    name="mnist_baselines",
    title="Baselines on MNIST: three random parts of the training set, all 10,000 test digits",
    units={"test_accuracy": "%"},
    data=("mnist",),
    load=mnist,
    run=run,
    configurations={name: configuration(name, 10_000) for name in MODELS}
    | {
        f"{name}, 50,000 digits": configuration(name, 50_000)
        for name in ("constant", "darkness", "nearest centroid", "softmax regression")
    },
    published={"darkness, 50,000 digits": {"test_accuracy": {"value": 22.25, "source": NIELSEN}}},
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
