"""Real data and toys: every set as a `Split` of arrays or as `Texts`. ``python -m backprop.data`` lists what is here.

`datasets` has the real sets, `toys` moons and spirals, `transforms` what makes data fit for a network; `sources` says
where each file comes from and what its hash is, `downloads` fetches and verifies it, `formats` reads it.
"""

from backprop.contract import Split
from backprop.data.datasets import (
    CIFAR10_CLASSES,
    Texts,
    cifar10,
    fashion_mnist,
    first_names,
    mnist,
    mnist_sample,
    movie_reviews,
    shakespeare,
    surnames,
)
from backprop.data.toys import moons, spirals
from backprop.data.transforms import moved_and_mirrored, padded, shifted, stretched

__all__ = [
    "CIFAR10_CLASSES", "Split", "Texts", "cifar10", "fashion_mnist", "first_names", "mnist", "mnist_sample", "moons",
    "moved_and_mirrored", "movie_reviews", "padded", "shakespeare", "shifted", "spirals", "stretched",
    "surnames",
]  # fmt: skip
