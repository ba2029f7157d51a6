"""Checkers of the exercises in section 4.2, a network from scratch."""

import math

import numpy as np

from backprop.exercises.checking import Case, exercise


@exercise("4.2.a", hint="How many batches of 32 does it take to deal out 70 examples?")
def updates(rng):
    """Batches counted one by one: with a rest, without one, and with a batch larger than the data."""
    batch_size, full = (int(number) for number in rng.integers(5, 40, size=2))
    rest = int(rng.integers(1, batch_size // 2 + 1))
    epochs = int(rng.choice([number for number in range(2, 9) if number != batch_size]))
    for n in (full * batch_size + rest, full * batch_size, rest):
        per_epoch = len(range(0, n, batch_size))
        yield Case(
            n,
            batch_size,
            epochs,
            want=epochs * per_epoch,
            traps={
                "The smaller batch at the end of each epoch is missing.": epochs * (n // batch_size),
                "Every epoch deals out all examples again; its last batch is not filled up from the next epoch.": (
                    math.ceil(epochs * n / batch_size)
                ),
                "That is one epoch.": per_epoch,
                "That counts examples; an update is made once per batch.": n * epochs,
                "One batch too many per epoch: without a rest there is no smaller batch.": epochs
                * (n // batch_size + 1),
                "One batch too many in all.": epochs * per_epoch + 1,
                "A smaller batch is an update as well: round up, per epoch.": epochs * n / batch_size,
            },
        )


@exercise("4.2.b", hint="Which number has to survive from one step to the next?")
def train_by_momentum(rng):
    """The recursion written out, w₁, w₂, …, on a bowl; with β = 0, with no step, with one and with several."""
    for steps, beta in ((4, 0.9), (0, 0.5), (1, 0.8), (6, 0.5), (3, 0.0)):
        n = int(rng.integers(2, 5))
        root, w, lr = rng.normal(size=(n, n)), rng.normal(size=n), float(rng.uniform(0.02, 0.1))
        hessian, goal = root @ root.T / n + np.eye(n), rng.normal(size=n) + 2.0

        def gradient(w, hessian=hessian, goal=goal):
            return hessian @ (w - goal)

        first = gradient(w)
        sums = {  # what a step leaves of v, how much of g it adds, and which v the step uses
            "The velocity has to survive from one step to the next: set it to 0 once.": (0.0, 1.0, 1),
            "In this convention g enters v with the factor 1, not 1 − β.": (beta, 1 - beta, 1),
            "The velocity is thrown away at every step, and g has lost a factor: that is the program as it came.": (
                0.0,
                1 - beta,
                1,
            ),
            "The step uses the old velocity; update v first.": (beta, 1.0, 0),
            "The velocity keeps the share β of itself, not 1 − β.": (1 - beta, 1.0, 1),
            "The velocity has to lose a share 1 − β at every step, or it never forgets.": (1.0, 1.0, 1),
        }
        traps = {sentence: rolled(w, gradient, lr, steps, *how) for sentence, how in sums.items()}
        traps |= {
            "The step goes along the velocity, uphill.": rolled(w, gradient, -lr, steps, beta, 1.0, 1),
            "That is one step too many.": rolled(w, gradient, lr, steps + 1, beta, 1.0, 1),
            "That is one step alone.": rolled(w, gradient, lr, 1, beta, 1.0, 1),
            "The gradient is asked for once and never again; every step needs it at its own place.": rolled(
                w, lambda _, g=first: g, lr, steps, beta, 1.0, 1
            ),
            "That is Nesterov's method: the gradient is asked for at w, not ahead of it.": ahead_of_it(
                w, gradient, lr, beta, steps
            ),
            "That is the velocity at the end; the weights are wanted.": (
                rolled(w, gradient, lr, max(steps - 1, 0), beta, 1.0, 1) - rolled(w, gradient, lr, steps, beta, 1.0, 1)
            )
            / lr,
        }
        want = w.copy()
        velocity = [0.0] * n
        for _ in range(steps):
            g = gradient(want).tolist()
            velocity = [beta * old + slope for old, slope in zip(velocity, g, strict=True)]
            want = np.array([place - lr * v for place, v in zip(want.tolist(), velocity, strict=True)])
        yield Case(w, gradient, lr, beta, steps, want=want, traps=traps)


def ahead_of_it(w, gradient, lr, beta, steps):
    """Where momentum ends that asks for the gradient where the old velocity alone would carry it."""
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w - lr * beta * v)
        w = w - lr * v
    return w


def rolled(w, gradient, lr, steps, keeps, adds, newest):
    """Where momentum ends whose velocity keeps and adds these shares; the step uses the new or the old velocity."""
    v = np.zeros_like(w)
    for _ in range(steps):
        old, v = v, keeps * v + adds * gradient(w)
        w = w - lr * (v if newest else old)
    return w


@exercise("4.2.c", hint="A pair that occurs five times has to be counted five times.")
def confusions(rng):
    """Pairs counted one by one; a pair is repeated, and the last class never occurs."""
    n_classes = int(rng.integers(4, 9))
    y = np.concatenate([[0, 0, 0, 2], rng.integers(0, n_classes - 1, size=60)])
    predicted = np.concatenate([[1, 1, 1, 0], rng.integers(0, n_classes - 1, size=60)])
    pairs = list(zip(y.tolist(), predicted.tolist(), strict=True))
    want = np.array([[pairs.count((i, j)) for j in range(n_classes)] for i in range(n_classes)])
    mistakes = want * (1 - np.eye(n_classes, dtype=int))
    yield Case(
        y,
        predicted,
        n_classes,
        want=want,
        traps={
            "Rows and columns are swapped: the row is what is true.": want.T,
            "A pair that occurs several times is counted once.": np.minimum(want, 1),
            "Only the mistakes are counted; the right answers belong on the diagonal.": mistakes,
            "Those are shares of all examples; counts are wanted.": want / len(y),
            "Those are shares of each row; counts are wanted.": want / np.maximum(want.sum(axis=1, keepdims=True), 1),
            "The last class has its row and its column as well, even if it never occurs.": want[:-1, :-1],
            "That counts each true class; every pair of true class and answer has a place of its own.": want.sum(
                axis=1
            ),
            "That counts each answer; every pair of true class and answer has a place of its own.": want.sum(axis=0),
            "Those are the right answers alone.": want * np.eye(n_classes, dtype=int),
            "A row for every true class and a column for every answer: fold the counts into a table.": want.ravel(),
        },
    )


@exercise("4.2.d", hint="Subtracting the same number from a whole row changes no probability.")
def most_expensive(rng):
    """Rows by cross-entropy: ordinary logits, of which the level of a row says nothing, then logits that overflow."""
    for scale in (1.0, 2000.0):
        rows, classes, level = int(rng.integers(14, 20)), 5, 3.0
        logits = rng.normal(size=(rows, classes))
        labels = rng.integers(0, classes, size=rows)
        labels[:8] = logits[:8].argmin(axis=1)  # costs well above 0, where ties would be
        # Five rows at the top whose order turns round if the sum over the classes is taken in any other way:
        # four classes share the first place (ln 4 = 1.39), or the label lies further below a single first.
        logits[:5], labels[:5] = -30.0, 1
        logits[0] = level
        logits[3, 2:] = level - 1.5
        logits[[1, 2, 3, 4], 0] = level
        logits[:5, 1] = level - np.array([10.0, 10.95, 11.7, 7.5, 8.12])
        logits *= scale
        logits += 3 * scale * rng.normal(size=(rows, 1))
        order_in = rng.permutation(rows)
        logits, labels = logits[order_in], labels[order_in]
        costs = np.array([np.logaddexp.reduce(row) - row[label] for row, label in zip(logits, labels, strict=True)])
        order, by_score = np.argsort(costs), np.argsort(logits.max(axis=1))
        at_label = logits[np.arange(rows), labels]
        n = int(rng.integers(5, 8))
        yield Case(
            logits,
            labels,
            n,
            want=order[::-1][:n],
            traps={
                "Those are the cheapest rows: sort the other way round.": order[:n],
                "The right rows, but the most expensive belongs first.": order[-n:],
                "Those rows have the smallest highest score; the cost also depends on the label.": by_score[:n],
                "Those rows have the lowest logit at their label; a cost compares it with the others of its row.": (
                    np.argsort(at_label)[:n]
                ),
                "How far the label lies below the highest logit is not the whole cost: the others add to the sum.": (
                    np.argsort(at_label - logits.max(axis=1))[:n]
                ),
                "Those rows are least sure of their answer; a cost asks for the probability of the label.": np.argsort(
                    np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
                )[::-1][:n],
                "Those are all rows, sorted: only the first n are wanted.": order[::-1],
                "Row numbers are wanted, not costs.": costs[order[::-1][:n]],
                "Those are the first rows that are read wrongly; sort by cost.": (
                    np.flatnonzero(logits.argmax(axis=1) != labels)[:n]
                ),
                OVERFLOW: overflown(logits, labels)[:n],
            },
        )


OVERFLOW = "Some of these logits run into the thousands, where np.exp overflows: subtract the row's largest first."


def overflown(logits, labels):
    """The order of costs whose exponentials overflow."""
    with np.errstate(all="ignore"):
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return np.argsort(np.log(p[np.arange(len(p)), labels]))


@exercise("4.2.e", hint="The spread is given and the number of digits is wanted: turn the formula round.")
def digits_needed(rng):
    """The smallest n whose spread is small enough, and n − 1 is too small."""
    for low, high in ((0.1, 0.4), (0.6, 0.9)) * 2:
        p, spread = float(rng.uniform(0.6, 0.99)), float(rng.uniform(0.004, 0.02))
        exact = p * (1 - p) / spread**2
        while not low < exact % 1 < high:  # below a half and above it, and never so near that rounding decides
            spread *= 1.0001
            exact = p * (1 - p) / spread**2
        yield Case(
            p,
            spread,
            want=math.ceil(exact),
            traps={
                "Rounded down, the spread is a little too large.": math.floor(exact),
                "The spread is the root of p(1 − p)/n, so square it before dividing.": math.ceil(p * (1 - p) / spread),
                "p (1 − p) is missing.": math.ceil(1 / spread**2),
                "p is missing.": math.ceil((1 - p) / spread**2),
                "The factor 1 − p is missing.": math.ceil(p / spread**2),
                "A number of digits is whole.": exact,
                "Squaring the root gives p(1 − p), and s is squared with it.": math.ceil(
                    math.sqrt(p * (1 - p)) / spread
                ),
                "The spread is squared as a whole: n = p(1 − p)/s².": math.ceil((p * (1 - p)) ** 2 / spread**2),
                "One digit too many.": math.ceil(exact) + 1,
                "Rounding to the nearest number can be too few.": round(exact),
                "That is the spread of so many digits; how many are needed?": math.sqrt(p * (1 - p)) / spread,
            },
        )
