"""Wrong answers to the exercises on page 4.3.1: each must be recognised."""

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
    "4.3.1.a": [
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
    "4.3.1.b": [
        (51.0, 16.0),
        (np.sqrt(50), np.sqrt(15)),
        (np.sqrt(101), np.sqrt(31)),
        (np.sqrt(26), np.sqrt(8.5)),
        (50.0, 15.0),
        (7.14, 16),
        (10.0, 5.5),
        7.14,
    ],
    "4.3.1.c": [
        (np.exp(15), 5),
        (np.exp(15) / 3, 15),
        (np.exp(15) / 3, 45),
        (3 * np.exp(15), 5),
        (5 * np.exp(15), 5),
        (np.exp(30) / 3, 5),
        (np.exp(30) / 6, 5),
        (5, 5),
        (5, np.exp(15) / 3),
        np.exp(15) / 3,
    ],
    "4.3.1.d": [
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


def lost_by_counting(labels, predicted, share):
    images, found = {}, {}
    for label, answer in zip(labels.tolist(), predicted.tolist(), strict=True):
        images[label] = images.get(label, 0) + 1
        found[label] = found.get(label, 0) + (label == answer)
    return tuple(float(k) for k in sorted(images) if found[k] / images[k] < share)


RIGHT = {
    "4.3.1.a": [-0.6931, np.float32(-np.log(2)), np.log(1 / 2), np.array(-0.693147)],
    "4.3.1.b": [[7.141, 4], (7.14, 4.0)],
    "4.3.1.c": [(1_090_000, 6), [1.09e6, 5.4]],
    "4.3.1.d": [
        lost_by_counting,
        lambda labels, predicted, share: np.array(
            [k for k in np.unique(labels) if np.mean(predicted[labels == k] == k) < share]
        ),
    ],
}

NAMED = {
    "4.3.1.a": {
        "A neuron that is right needs no call: at a = 1 it is 0. And": 1.0,
    },
    "4.3.1.b": {
        "Those are variances without the bias; and a spread is the": (50.0, 15.0),
    },
    "4.3.1.c": {
        "The first step would take you there if all steps were as": (5 * np.exp(15), 5),
    },
    "4.3.1.d": {
        "That is the precision, for the classes of the labels: the": lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted == k).any() and (labels[predicted == k] == k).mean() < share
        ],
        "Those are the classes of which less than the share is": lambda labels, predicted, share: [
            int(k) for k in np.unique(labels) if (predicted[labels == k] != k).mean() < share
        ],
    },
}
