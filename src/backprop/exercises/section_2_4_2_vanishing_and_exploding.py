"""Checkers of the exercises on page 2.4.2, gradients that vanish and explode."""

import math

from backprop.exercises.checking import Case, exercise


@exercise("2.4.2.a", hint="The factor of one linear layer is s√n, and ten layers multiply.")
def widen_the_network(rng):
    narrow, wide, std = 0.8**10, 1.6**10, 1 / 16
    yield Case(
        want=(narrow, wide, std),
        tol=0.03,
        names=("narrow", "wide", "std"),
        traps={
            "Those are the factors of one layer; ten of them multiply.": (0.8, 1.6, std),
            "Layers multiply, they do not add up.": (8, 16, std),
            "Random terms add up like √n, not like n.": (6.4**10, 25.6**10, 1 / 256),
            "The number of terms enters: s√n, not s.": (0.1**10, 0.1**10, std),
            "std: that is the variance; its root is wanted.": (narrow, wide, 1 / 256),
            "std: that is He's rule, for a ReLU; these layers are linear and lose no half.": (
                narrow,
                wide,
                (2 / 256) ** 0.5,
            ),
            "std: it has to shrink when the layers get wider.": (narrow, wide, 0.2),
            "That is the factor of the mean square; the size is its root.": (narrow**2, wide**2, std),
        },
    )


@exercise("2.4.2.b", hint="Which mean square do the slopes have, if half of them are 1 and half of them c?")
def spread_for_leak(rng):
    """The spread for a leaky ReLU; c = 0 is He's rule, c = 1 the rule for a linear layer."""
    for n, c in ((int(rng.integers(4, 900)), float(rng.uniform(0.05, 0.9))), (100, 0.0), (64, 1.0)):
        right = math.sqrt(2 / (n * (1 + c * c)))
        yield Case(
            n,
            c,
            want=right,
            traps={
                "That is the variance; the standard deviation is its root.": right**2,
                "That is He's rule; the leak lets something through as well.": math.sqrt(2 / n),
                "The leak enters squared, since squares are averaged.": math.sqrt(2 / (n * (1 + c))),
                "The factor is turned upside down: the spread gets smaller with a larger leak.": math.sqrt(
                    (1 + c * c) / (2 * n)
                ),
                "The leak takes from the spread, since it lets more through: divide by 1 + c².": math.sqrt(2 / n)
                * (1 + c * c),
                "The number of inputs is missing.": math.sqrt(2 / (1 + c * c)),
                "The leak enters with a plus: both halves let something through.": math.sqrt(
                    2 / (n * (1 - c * c + 1e-300))
                ),
                "1 + c² is under the root as well.": math.sqrt(2 / n) / (1 + c * c),
                "That adds 1 and c before squaring: squares are averaged.": math.sqrt(2 / (n * (1 + c) ** 2)),
                "Half of the neurons have the slope 1 and half the slope c.": math.sqrt(1 / (n * (1 + c * c))),
            },
        )


@exercise("2.4.2.c", hint="Multiply layer by layer until less than the share is left; a loop will do.")
def layers_until(rng):
    """How many layers it takes, also where a power is just above the share."""
    cases = [
        (0.5, 0.125),
        (0.25, 1e-12),
        (0.5, 0.3),
        (0.9, 0.5),
        (0.25, 0.25),
        (0.2, 0.5),
    ]  # exact powers, and one layer
    cases += [(float(rng.uniform(0.1, 0.95)), float(10 ** rng.uniform(-9, -1))) for _ in range(4)]
    for factor, share in cases:
        count = 1
        while factor**count >= share:
            count += 1
        yield Case(
            factor,
            share,
            want=count,
            traps={
                "After so many layers exactly that share is left; less is wanted.": count - 1
                if factor ** (count - 1) == share
                else None,
                "Round up to a whole number of layers.": math.log(share) / math.log(factor),
                "The share goes on top: ln(share) / ln(factor).": math.ceil(math.log(factor) / math.log(share)),
                "Layers multiply, they do not divide once: take logarithms.": math.ceil(factor / share),
                "After so many layers there is still more than that left: one more.": count - 1,
                "One layer too many.": count + 1,
                "Nothing has been multiplied yet: begin with one layer.": 0,
                "That is a share, not a number of layers.": factor**count,
            },
        )
