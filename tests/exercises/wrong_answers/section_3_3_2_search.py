"""Wrong answers to the exercises of section 3.3.2: each must be recognised."""

import numpy as np

WRONG = {
    "3.3.2.a": [
        lambda u, low, high: low + u * (high - low),
        lambda u, low, high: np.log(low) + u * np.log(high / low),
        lambda u, low, high: np.exp(np.log10(low) + u * np.log10(high / low)),
        lambda u, low, high: low * (high / low) ** (1 - u),
        lambda u, low, high: low * high**u,
        lambda u, low, high: (high / low) ** u,
        lambda u, low, high: np.exp(np.log(low) + u * np.log(high)),
        lambda u, low, high: np.log10(low) + u * np.log10(high / low),
        lambda u, low, high: (low * high) ** 0.5,
    ],
    "3.3.2.b": [
        lambda share, chance: int(np.log(1 - chance) / np.log(1 - share)),
        lambda share, chance: np.log(1 - chance) / np.log(1 - share),
        lambda share, chance: int(np.ceil(chance / share)),
        lambda share, chance: int(np.ceil(np.log(chance) / np.log(1 - share))),
        lambda share, chance: int(np.ceil(np.log(1 - chance) / np.log(share))),
        lambda share, chance: int(np.ceil(1 / share)),
        lambda share, chance: int(np.log(1 - chance) / np.log(1 - share)) + 1,
        lambda share, chance: -int(np.ceil(np.log(1 - chance) / np.log(1 - share) - 1e-9)),
        lambda share, chance: round(np.log(1 - chance) / np.log(1 - share)),
    ],
    "3.3.2.c": [
        lambda trials: max(trials, key=lambda t: max(t[1]))[0],
        lambda trials: max(trials, key=lambda t: np.mean(t[2]))[0],
        lambda trials: min(trials, key=lambda t: np.mean(t[1]))[0],
        lambda trials: max(trials, key=lambda t: np.mean(t[1])),
        lambda trials: max(trials, key=lambda t: np.mean(t[1]) + np.mean(t[2]))[0],
        lambda trials: max(np.mean(t[1]) for t in trials),
        lambda trials: max(range(len(trials)), key=lambda k: np.mean(trials[k][1])),
        lambda trials: max(trials)[0],
        lambda trials: trials[0][0],
        lambda trials: max(trials, key=lambda t: min(t[1]) + max(t[1]))[0] if trials[0][0] < 0 else trials[-1][0],
    ],
    "3.3.2.d": [(324, 2187), (81, 2187), (207, 2187), (189, 2187), (120, 2187), (2187, 243), (243, 27), 243, (9, 9)],
    "3.3.2.e": [27 / 28, 54 / 28, 0.0, 1.0, 2.0, 25 / 27, 2 / 28, -26 / 28],
}


def counted(share, chance):
    n = 1
    while (1 - share) ** n > 1 - chance + 1e-12:
        n += 1
    return float(n)


def chosen_by_loop(trials):
    best, rate = -1.0, None
    for lr, validation, _ in trials:
        if sum(validation) / len(validation) > best:
            best, rate = sum(validation) / len(validation), lr
    return np.float32(rate)


RIGHT = {
    "3.3.2.a": [
        lambda u, low, high: 10 ** (np.log10(low) * (1 - u) + np.log10(high) * u),
        lambda u, low, high: np.float32(low ** (1 - u) * high**u),
    ],
    "3.3.2.b": [counted, lambda share, chance: np.int64(counted(share, chance))],
    "3.3.2.d": [[243.0, 2187.0], np.array([243, 2187])],
    "3.3.2.e": [0.9286, np.float32(26 / 28), 0.93],
    "3.3.2.c": [chosen_by_loop, lambda trials: sorted(trials, key=lambda t: -sum(t[1]))[0][0]],
}

NAMED = {
    "3.3.2.a": {
        "That is the middle of the logarithms, whatever u says.": lambda u, low, high: np.sqrt(low * high),
    },
    "3.3.2.d": {
        "Each round trains further epochs": (324, 2187),
        "The last round is missing": (189, 2187),
        "The epochs first with halving": (2187, 243),
    },
    "3.3.2.e": {
        "That is the largest of numbers between 0 and 1": 27 / 28,
        "The luck here is not bell-shaped": 2.0,
        "It is the mean of the largest": 2 * 0.5 ** (1 / 27) - 1,
    },
}
