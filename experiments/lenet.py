"""A LeNet of two convolutions on all of MNIST and of Fashion-MNIST (section 5.3)."""

import sys
from typing import Any

import numpy as np
from tqdm import tqdm

from backprop.data import Split, fashion_mnist, mnist
from backprop.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Adam
from backprop.schedules import cosine
from backprop.training import train
from experiments.runner import Experiment, Run, main


def run(configuration: dict[str, Any], seed: int, data: dict[str, Split]) -> Run:
    """Train once; ``best_test_accuracy`` is the highest over the epochs, chosen by the test images, so it flatters."""
    rng, images = np.random.default_rng(seed), data[configuration["data"]]
    net = lenet(configuration["channels"], images.x_train.shape[1:], configuration["hidden"], rng)
    epochs, batch_size = configuration["epochs"], configuration["batch_size"]
    steps = epochs * -(-len(images.x_train) // batch_size)  # rounded up
    optimizer = Adam(cosine(configuration["lr"], steps))
    loop = train(net, SoftmaxCrossEntropy(), optimizer, images, epochs=epochs, batch_size=batch_size, rng=rng)
    return outcome(list(tqdm(loop, f"seed {seed}", total=epochs, unit="epoch", leave=False, disable=None)))


def lenet(channels: list[int], image: tuple[int, int, int], n_hidden: int, rng: np.random.Generator) -> Network:
    """Two rounds of a 5×5 convolution, ReLU and 2×2 max-pooling, then two dense layers; image is (C, H, W)."""
    first, second = channels
    height, width = (((side - 4) // 2 - 4) // 2 for side in image[1:])
    return Network(
        *(Conv2D(image[0], first, 5, rng), ReLU(), MaxPool2D(2)),
        *(Conv2D(first, second, 5, rng), ReLU(), MaxPool2D(2)),
        *(Flatten(), Dense(second * height * width, n_hidden, rng), ReLU(), Dense(n_hidden, 10, rng)),
    )


def outcome(history: list) -> Run:
    """What the ledger keeps of the records of the epochs."""
    accuracies = [100 * epoch.accuracy for epoch in history]
    metrics = {
        "test_accuracy": accuracies[-1],
        "test_error": 100 - accuracies[-1],
        "best_test_accuracy": max(accuracies),
    }
    return metrics, {"loss": [epoch.loss for epoch in history], "test_accuracy": accuracies}


def as_images(data: Split) -> Split:
    """Rows of 784 pixels as images (N, 1, 28, 28)."""
    return data._replace(x_train=data.x_train.reshape(-1, 1, 28, 28), x_test=data.x_test.reshape(-1, 1, 28, 28))


def load() -> dict[str, Split]:
    return {"MNIST": as_images(mnist()), "Fashion-MNIST": as_images(fashion_mnist())}


UNITS = {"test_accuracy": "%", "test_error": "%", "best_test_accuracy": "%"}
RECIPE = {"hidden": 128, "lr": 0.002, "batch_size": 64}
DIGITS = RECIPE | {"data": "MNIST", "channels": [8, 16], "epochs": 5}
CLOTHES = RECIPE | {"data": "Fashion-MNIST", "channels": [16, 32], "epochs": 6}
LECUN = "LeNet-5: LeCun, Bottou, Bengio and Haffner (1998), Proceedings of the IEEE 86(11)"

EXPERIMENT = Experiment(
    name="lenet",
    title="LeNet on MNIST and Fashion-MNIST: 60,000 images to train on, 10,000 to test",
    units=UNITS,
    data=("mnist", "fashion_mnist"),
    load=load,
    run=run,
    configurations={"MNIST, 8 and 16 channels": DIGITS, "Fashion-MNIST, 16 and 32 channels": CLOTHES},
    published={
        "MNIST, 8 and 16 channels": {"test_error": {"value": 0.95, "source": LECUN}},
    },
)

if __name__ == "__main__":
    sys.exit(main(EXPERIMENT))
