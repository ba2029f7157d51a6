"""Checkers of the exercises on section 6.2: windows of words backward, maxima over real windows, prices of words."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise("6.2.a", hint="dx[k + j] += dy[k] @ W[j].T for all k and j.")
def words_of_a_window(rng):
    """Windows of one to three words; the loss that dy prices, nudged."""
    for t, m, n_in, n_out in ((6, 3, 2, 4), (5, 2, 3, 3), (4, 1, 2, 3)):
        W, dy = rng.normal(size=(m, n_in, n_out)), rng.normal(size=(t - m + 1, n_out))

        def loss(x, W=W, dy=dy):
            return sum(float(x[k + j] @ W[j] @ dy[k]) for k in range(len(dy)) for j in range(len(W)))

        want = numerical_gradient(loss, rng.normal(size=(t, n_in)))
        last, turned, mean = np.zeros_like(want), np.zeros_like(want), np.zeros_like(want)
        for k in range(len(dy)):
            for j in range(m):
                last[k + j] = dy[k] @ W[j].T
                turned[k + j] += dy[k] @ W[m - 1 - j].T
                mean[k + j] += dy[k] @ W[j].T / m
        yield Case(
            W,
            dy,
            want=want,
            traps={
                "A word that several windows read keeps only the last gradient; forks add.": last,
                "The matrices are turned around: window k reads word k + j with W[j].": turned,
                "That is a mean over the places of the window; forks add.": mean,
                "The last words are missing: there are len(dy) + len(W) - 1.": want[: len(dy)] if m > 1 else None,
            },
        )


@exercise("6.2.b", hint="np.where(real[:, :, None], z, -np.inf).max(axis=1), real = np.arange(T) < n[:, None].")
def maximum_of_real_windows(rng):
    """Texts of different lengths, one full, one all below 0; the filling wins where it is let in."""
    for n_texts, t, n_out in ((3, 5, 2), (2, 4, 3)):
        z = rng.normal(size=(n_texts, t, n_out))
        n = rng.integers(1, t, n_texts)
        n[0] = t
        z[1] = -1 - np.abs(z[1])
        for text in range(1, n_texts):
            z[text, n[text] :] = 3
        want = np.stack([answers[:count].max(axis=0) for answers, count in zip(z, n, strict=True)])
        real = np.arange(t) < n[:, None]

        def run(answer, z, n):
            before = z.copy()
            got = answer(z, n)
            return got if np.array_equal(z, before) else "z was changed: work on a copy, np.where makes one"

        yield Case(
            z,
            n,
            want=want,
            run=run,
            traps={
                "The filling took part, and won.": z.max(axis=1),
                "Zero is too much where all real answers are negative: use −∞.": (z * real[:, :, None]).max(axis=1),
                "One window too many is let in: the real ones are 0 to n − 1.": np.stack(
                    [answers[: count + 1].max(axis=0) for answers, count in zip(z, n, strict=True)]
                ),
                "One real window is left out.": np.stack(
                    [answers[: max(count - 1, 1)].max(axis=0) for answers, count in zip(z, n, strict=True)]
                ),
            },
        )


@exercise("6.2.c", hint="n_tokens n_dim + Σ n_filters (m n_dim + 1) + n_classes (len(sizes) n_filters + 1).")
def size_of_a_text_cnn(rng):
    """Networks small and large."""
    for _ in range(3):
        n_tokens, n_dim, n_filters, n_classes = (int(n) for n in rng.integers((20, 4, 3, 2), (99, 40, 70, 9)))
        sizes = tuple(int(m) for m in rng.choice([2, 3, 4, 5], 2, replace=False))
        table, top = n_tokens * n_dim, n_classes * (len(sizes) * n_filters + 1)
        filters = sum(n_filters * (m * n_dim + 1) for m in sizes)
        yield Case(
            n_tokens,
            n_dim,
            sizes,
            n_filters,
            n_classes,
            want=table + filters + top,
            traps={
                "The table of the embedding is missing.": filters + top,
                "The biases are missing.": table
                + sum(n_filters * m * n_dim for m in sizes)
                + n_classes * len(sizes) * n_filters,
                "A filter reads m rows of n_dim numbers each.": table + sum(n_filters * (m + 1) for m in sizes) + top,
                "The dense layer reads the filters of all sizes.": table + filters + n_classes * (n_filters + 1),
                "A filter has one bias, not one for each place of the window.": table
                + sum(n_filters * m * (n_dim + 1) for m in sizes)
                + top,
            },
        )


@exercise("6.2.d", hint="(1 / (1 + np.exp(-lead)) - y) * (x * dlead).sum(axis=1).")
def shares_of_the_loss(rng):
    """A lead that is linear in the rows, so that the loss can be written down and nudged."""
    for y in (1, 0, 1):
        t, n_dim = int(rng.integers(3, 6)), int(rng.integers(2, 4))
        x, dlead, offset = rng.normal(size=(t, n_dim)), rng.normal(size=(t, n_dim)), rng.normal()
        lead = float((x * dlead).sum() + offset)

        def loss(x, dlead=dlead, offset=offset, y=y):
            z = (x * dlead).sum() + offset
            return float(np.log1p(np.exp(-z if y else z)))

        want = (x * numerical_gradient(loss, x)).sum(axis=1)
        p, share = 1 / (1 + np.exp(-lead)), (x * dlead).sum(axis=1)
        yield Case(
            lead,
            y,
            x,
            dlead,
            want=want,
            traps={
                "Those are the shares of the lead: the factor p₁ − y is missing.": share,
                "The sign is turned: the factor is p₁ − y.": -want,
                "The factor is p₁ − y, also for y = 0 or 1; here it is p₁.": p * share,
                "The factor takes the probability σ(Δz), not Δz itself.": (lead - y) * share,
                "That is one number for each entry; add up each row.": (p - y) * x * dlead,
                "That is the gradient without the row: multiply by x and add up.": (p - y) * dlead.sum(axis=1),
            },
        )
