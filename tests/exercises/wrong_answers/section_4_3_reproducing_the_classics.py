"""Wrong answers to the exercises of section 4.3: each must be recognised."""

import numpy as np


def counts_absent_classes(labels, predicted, share):
    lost = []
    for k in range(int(max(labels.max(), predicted.max())) + 1):
        found = np.sum((labels == k) & (predicted == k))
        if found <= share * np.sum(labels == k):
            lost.append(k)
    return lost


def by_precision(labels, predicted, share):
    return [int(k) for k in np.unique(predicted) if (labels[predicted == k] == k).mean() < share]


def by_all_images(labels, predicted, share):
    return [int(k) for k in np.unique(labels) if ((labels == k) & (predicted == k)).mean() < share]


def never_predicted(labels, predicted, share):
    return [int(k) for k in np.unique(labels) if k not in predicted]


def found_instead(labels, predicted, share):
    return [int(k) for k in np.unique(labels) if (predicted[labels == k] == k).mean() >= share]


def recalls(labels, predicted, share):
    return [float((predicted[labels == k] == k).mean()) for k in np.unique(labels)]


WRONG = {
    "4.3.a": [
        0.0,
        1 / 3,
        np.log(2),
        -np.log(3),
        -1.0,
        4 / 27,
        -4 / 27,
        -np.log10(2),
        -0.7,
        -14.0,
        lambda z: -np.log(2),
    ],
    "4.3.b": [
        lambda lr, lam, n, batch_size: 1 - lr * lam / n,
        lambda lr, lam, n, batch_size: (1 - lr * lam / n) ** n,
        lambda lr, lam, n, batch_size: (1 - lr * lam / batch_size) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lr * lam) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: 1 - (1 - lr * lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: 1 - lr * lam / batch_size,
        0.951,
        lambda lr, lam, n, batch_size: 1 - lr * lam / n * (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - lr * lam / n) ** batch_size,
        lambda lr, lam, n, batch_size: (1 + lr * lam / n) ** (n // batch_size),
        lambda lr, lam, n, batch_size: (1 - 2 * lr * lam / n) ** (n // batch_size),
    ],
    "4.3.c": [
        lambda ours, published: (published - np.mean(ours)) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: abs(np.mean(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: (np.mean(ours) - published) / np.std(ours, ddof=1),
        lambda ours, published: (np.mean(ours) - published) / (np.std(ours) / len(ours) ** 0.5),
        lambda ours, published: (np.mean(ours) - published) / (np.std(ours, ddof=1) / len(ours)),
        lambda ours, published: np.mean(ours) - published,
        lambda ours, published: (np.median(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: (np.max(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: (np.mean(ours) - published) * np.std(ours, ddof=1) / len(ours) ** 0.5,
        lambda ours, published: (np.mean(ours) - published) / (np.var(ours, ddof=1) / len(ours)),
        lambda ours, published: np.std(ours, ddof=1) / len(ours) ** 0.5,
    ],
    "4.3.d": [
        counts_absent_classes,
        by_precision,
        by_all_images,
        never_predicted,
        found_instead,
        recalls,
        lambda labels, predicted, share: [int(k) for k in np.unique(labels) if np.sum(predicted == k) < 5 * share],
        [3, 5],
        lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted[labels == k] == k).mean() <= share
        ],
        lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted[labels == k] == k).mean() < share / 100
        ],
        lambda labels, predicted, share: [int(k) for k in np.unique(labels) if (predicted == k).mean() < share],
        lambda labels, predicted, share: [
            int(k)
            for k in np.unique(predicted)
            if np.sum(predicted[labels == k] == k) < share * max(np.sum(labels == k), 1)
        ],
        lambda labels, predicted, share: [(predicted[labels == k] == k).mean() < share for k in np.unique(labels)],
    ],
}


def step_by_step(lr, lam, n, batch_size):
    weight = 1.0
    for _ in range(0, n, batch_size):
        weight -= lr * lam / n * weight
    return np.float32(weight)


def in_errors(ours, published):
    n, mean = len(ours), sum(ours) / len(ours)
    s2 = sum((value - mean) ** 2 for value in ours) / (n - 1)
    return (mean - published) * (n / s2) ** 0.5


def lost_by_counting(labels, predicted, share):
    images, found = {}, {}
    for label, answer in zip(labels.tolist(), predicted.tolist(), strict=True):
        images[label] = images.get(label, 0) + 1
        found[label] = found.get(label, 0) + (label == answer)
    return tuple(float(k) for k in sorted(images) if found[k] / images[k] < share)


RIGHT = {
    "4.3.a": [-0.6931, np.float32(-np.log(2)), np.log(1 / 2), np.array(-0.693147)],
    "4.3.b": [step_by_step],
    "4.3.c": [in_errors, lambda ours, published: np.float32(in_errors(ours, published))],
    "4.3.d": [
        lost_by_counting,
        lambda labels, predicted, share: np.array(
            [k for k in np.unique(labels) if np.mean(predicted[labels == k] == k) < share]
        ),
    ],
}

NAMED = {
    "4.3.a": {
        "A unit that is right needs no push: at a = 1 it is 0. And a": 1.0,
    },
    "4.3.c": {
        "Divide by √n and by the deviation, not by its square, the": lambda ours, published: (
            (np.mean(ours) - published) / (np.var(ours, ddof=1) / np.sqrt(len(ours)))
        ),
    },
    "4.3.d": {
        "That is the precision, for the classes of the labels: the": lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted == k).any() and (labels[predicted == k] == k).mean() < share
        ],
        "Those are the classes of which less than the share is": lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted[labels == k] != k).mean() < share
        ],
    },
}
