"""Checkers of the exercises on section 6.2: windows of words backward, maxima over real windows, prices of words."""

import numpy as np

from backprop.exercises.checking import Case, exercise
from backprop.gradcheck import numerical_gradient


@exercise(
    "6.2.a", hint="Word k + j was read by window k with the matrix W[j]. Along the same way its gradient comes back."
)
def words_of_a_window(rng):
    """Windows of one to three words, first with square matrices, where shapes give no advice; nudged."""
    for t, m, n_in, n_out in ((5, 3, 3, 3), (6, 3, 2, 4), (4, 1, 2, 3)):
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
        untransposed, once, first = np.zeros_like(want), np.zeros_like(want), np.zeros_like(want)
        for k in range(len(dy)):
            once[k] = dy[k] @ W[0].T
            first[k] = dy[k] @ W.sum(axis=0).T
            for j in range(m if n_in == n_out else 0):
                untransposed[k + j] += dy[k] @ W[j]
        yield Case(
            W,
            dy,
            want=want,
            traps={
                "A word that several windows read keeps only the last gradient; forks add.": last,
                "The matrices are turned around: window k reads word k + j with W[j].": turned,
                "That is a mean over the places of the window; forks add.": mean,
                "That is a mean over the windows that read a word; forks add.": want
                / np.convolve(np.ones(len(dy)), np.ones(m))[:, None],
                "The last words are missing: there are len(dy) + len(W) - 1.": want[: len(dy)] if m > 1 else None,
                "Back through a matrix it is the transposed one: dy[k] W[j]ᵀ.": untransposed,
                "W[j] belongs to word k + j; here all of them send to word k.": first,
                "A window reads len(W) words; only its first one gets a gradient here.": once,
                "The places run the wrong way: window k reads the words k to k + len(W) − 1.": want[::-1],
            },
        )


@exercise("6.2.b", hint="A window that is not real must not win, whatever it says. Which number never wins a maximum?")
def maximum_of_real_windows(rng):
    """Texts of different lengths, one full, one all below 0; the filling wins where it is let in."""
    for n_texts, t, n_out in ((3, 6, 2), (2, 4, 3)):
        z = rng.normal(size=(n_texts, t, n_out))
        n = rng.integers(1, t - 1, n_texts)
        n[0], n[1] = t, t - 2
        z[1] = -1 - np.abs(z[1])
        z[0, -1], z[1, 0] = 5 + rng.random(n_out), -1 + 0.9 * rng.random(n_out)  # winners at either end
        for text in range(1, n_texts):
            z[text, n[text] :] = 3 + rng.random((t - n[text], n_out))
        want = np.stack([answers[:count].max(axis=0) for answers, count in zip(z, n, strict=True)])
        real = np.arange(t) < n[:, None]

        yield Case(
            z,
            n,
            want=want,
            traps={
                "The filling took part, and won.": z.max(axis=1),
                "Zero is too much where all real answers are negative: use −∞.": (z * real[:, :, None]).max(axis=1),
                "The maximum is wanted, not the sum.": (z * real[:, :, None]).sum(axis=1),
                "The maximum is wanted, not the mean.": (z * real[:, :, None]).sum(axis=1) / n[:, None],
                "The last real window is not always the strongest: take the maximum over time.": z[
                    np.arange(n_texts), n - 1
                ],
                "The maximum runs over time, axis 1; here it runs over the filters.": np.where(
                    real[:, :, None], z, -np.inf
                ).max(axis=2),
                "All texts are cut at the shortest here; each has its own number of real windows.": z[:, : n.min()].max(
                    axis=1
                ),
                "The maximum of each text and filter is wanted, not the largest of a whole text.": np.where(
                    real[:, :, None], z, -np.inf
                ).max(axis=(1, 2)),
                "One window too many is let in: the real ones are 0 to n − 1.": np.stack(
                    [answers[: count + 1].max(axis=0) for answers, count in zip(z, n, strict=True)]
                ),
                "One real window is left out.": np.stack(
                    [answers[: max(count - 1, 1)].max(axis=0) for answers, count in zip(z, n, strict=True)]
                ),
            },
        )


@exercise(
    "6.2.c",
    hint="Three parts have parameters: the table, a window for each size, and the dense layer on top of all filters.",
)
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
                "A filter reads size rows of n_dim numbers each.": table
                + sum(n_filters * (m + 1) for m in sizes)
                + top,
                "The dense layer reads the filters of all sizes.": table + filters + n_classes * (n_filters + 1),
                "Each size has its own filters; only one size is counted.": table
                + n_filters * (max(sizes) * n_dim + 1)
                + top,
                "Only the first size is counted, in the filters and in the dense layer.": table
                + n_filters * (sizes[0] * n_dim + 1)
                + n_classes * (n_filters + 1),
                "Each size has its own filters; only the first is counted.": table
                + n_filters * (sizes[0] * n_dim + 1)
                + top,
                "The biases of the filters are missing.": table + filters - len(sizes) * n_filters + top,
                "The biases of the dense layer are missing.": table + filters + top - n_classes,
                "The filters are missing.": table + top,
                "There are n_filters windows of each size, not one.": table + filters // n_filters + top,
                "A filter has size · n_dim weights; here it has one row of n_dim.": table
                + len(sizes) * n_filters * (n_dim + 1)
                + top,
                "Each size hands up n_filters numbers, not one.": table + filters + n_classes * (len(sizes) + 1),
                "The dense layer has an output for each class.": table + filters + len(sizes) * n_filters + 1,
                "The table has n_tokens rows of n_dim numbers.": n_tokens + filters + top,
                "The dense layer is missing.": table + filters,
                "The window of a filter is as wide as the row of a word: n_dim numbers for each of its words.": table
                + sum(n_filters * (m * n_filters + 1) for m in sizes)
                + top,
                "A filter has one bias, not one for each place of the window.": table
                + sum(n_filters * m * (n_dim + 1) for m in sizes)
                + top,
            },
        )


@exercise("6.2.d", hint="The loss depends on the rows through the lead alone: what is its slope in the lead?")
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
                "That is one number for each column; add up each row.": (p - y) * (x * dlead).sum(axis=0),
                "That is the gradient of the loss; multiply it by x and add up each row.": (p - y) * dlead,
                "That is one number for the whole sentence; each word has its own.": float((p - y) * (x * dlead).sum()),
                "The gradient of the lead is missing: multiply x by dlead.": (p - y) * x.sum(axis=1),
                "p₁ is 1/(1 + e^(−Δz)); here the 1 + is missing.": (np.exp(lead) - y) * share,
                "The factor is p₁ − y; here it is the loss itself.": np.log1p(np.exp(-lead if y else lead)) * share,
                "p₁ − y is the slope in the lead already; a slope of the sigmoid is too much.": p * (1 - p) * want,
                "The factor is p₁ − y, not the slope p₁ (1 − p₁) of the sigmoid.": p * (1 - p) * share,
                "The probability p₁ is σ(Δz); here it is σ(−Δz).": (1 - p - y) * share,
                "That is the mean of each row; its products add up.": want / n_dim,
            },
        )
