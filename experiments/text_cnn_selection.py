"""The settings of `text_cnn`, chosen on sentences held back from the training part of its first fold."""

import sys
from typing import Any

import numpy as np

from backprop.data import Texts, movie_reviews
from experiments import text_cnn
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: Texts) -> Run:
    """Hold back a random tenth of the training part, another one for each seed, and test on that."""
    order = np.random.default_rng(seed).permutation(np.concatenate(text_cnn.folds(len(data.texts))[1:]))
    held_back, train_on = np.array_split(order, [len(order) // 10])
    metrics, curves = text_cnn.fit(configuration, seed, data, train_on, held_back)
    return {f"validation_{name}": value for name, value in metrics.items()}, curves


SETTINGS = ((1.0, 0.0), (0.05, 0.0), (0.2, 0.5), (0.05, 0.5))  # spread of the embedding at the start, word dropout

EXPERIMENT = Experiment(
    name="text_cnn_selection",
    title="Settings for the sentiment of sentences, judged on two tenths held back from training sentences",
    units={"validation_accuracy": "%"},
    data=("movie_reviews",),
    load=movie_reviews,
    run=run,
    configurations={f"bag of words, C = {C}": {"C": C} for C in (0.1, 0.3, 1.0, 3.0)}
    | {
        f"embedding × {scale}, word dropout {p}": text_cnn.RECIPE | {"scale": scale, "word_dropout": p}
        for scale, p in SETTINGS
    },
    seeds=(0, 1),
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
