"""Wrong answers to the exercises of section 4.3: each must be recognised."""

from itertools import pairwise

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
        lambda sizes: sum(a * b for a, b in pairwise(sizes)),
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sum(sizes),
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sizes[-1],
        lambda sizes: int(np.prod(sizes)) + sum(sizes[1:]),
        lambda sizes: sum((a + 1) * (b + 1) for a, b in pairwise(sizes)),
        lambda sizes: float(sum((a + 1) * b for a, b in pairwise(sizes))) + 0.5,
        23860,
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
    ],
    "4.3.c": [
        lambda ours, published: (published - np.mean(ours)) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: abs(np.mean(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5) + 1e-3,
        lambda ours, published: (np.mean(ours) - published) / np.std(ours, ddof=1),
        lambda ours, published: (np.mean(ours) - published) / (np.std(ours) / len(ours) ** 0.5),
        lambda ours, published: (np.mean(ours) - published) / (np.std(ours, ddof=1) / len(ours)),
        lambda ours, published: np.mean(ours) - published,
        lambda ours, published: (np.median(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
        lambda ours, published: (np.max(ours) - published) / (np.std(ours, ddof=1) / len(ours) ** 0.5),
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
    ],
}
