"""Two small readers of digits: one knows no neighbours, the other looks at windows and averages what it found."""

import numpy as np

from backprop.contract import Array, Split
from backprop.layers.activations import ReLU
from backprop.layers.convolution import Conv2D
from backprop.layers.dense import Dense
from backprop.layers.pooling import GlobalAvgPool2D
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Adam, Momentum
from backprop.schedules import cosine
from backprop.training import evaluate, train

BATCH = 32


def dense_reader(data: Split, seed: int, epochs: int = 8) -> Network:
    """A network 784-32-10, trained on flat digits.

    Shapes: data.x_train (N, 784).
    """
    rng = np.random.default_rng(seed)
    net = Network(Dense(784, 32, rng), ReLU(), Dense(32, 10, rng))
    for _ in train(net, SoftmaxCrossEntropy(), Momentum(lr=0.02), data, epochs=epochs, batch_size=BATCH, rng=rng):
        pass
    return net


def window_reader(data: Split, seed: int, epochs: int = 6) -> Network:
    """Three convolutions and the mean of each feature map, trained on the same digits as pictures.

    Shapes: data.x_train (N, 784); the network wants (N, 1, 28, 28), see `as_pictures`.
    """
    rng = np.random.default_rng(seed)
    net = window_network(rng)
    data = data._replace(x_train=as_pictures(data.x_train), x_test=as_pictures(data.x_test))
    optimizer = Adam(cosine(0.003, steps=epochs * -(-len(data.x_train) // BATCH)))
    for _ in train(net, SoftmaxCrossEntropy(), optimizer, data, epochs=epochs, batch_size=BATCH, rng=rng):
        pass
    return net


def window_network(rng: np.random.Generator) -> Network:
    """Three convolutions, the mean of each of their 48 maps, and ten logits of these means."""
    first = [Conv2D(1, 16, 5, rng, stride=2, padding=2), ReLU()]
    second = [Conv2D(16, 32, 3, rng, stride=2, padding=1), ReLU()]
    third = [Conv2D(32, 48, 3, rng, padding=1), ReLU(), GlobalAvgPool2D()]
    return Network(*first, *second, *third, Dense(48, 10, rng))


def as_pictures(x: Array) -> Array:
    """Rows of 784 pixels as pictures of one channel, (N, 1, 28, 28)."""
    return x.reshape(-1, 1, 28, 28)


def share_read(net: Network, x: Array, y: Array) -> float:
    """The share of the digits x that are read as y says."""
    return evaluate(net, SoftmaxCrossEntropy(), x, y)[1]
