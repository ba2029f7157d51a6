"""An epoch of 784-128-64-10 on the 4,000 digits of the page, with NumPy's own loops and with the fast ones; as JSON."""

import json
import time

start = time.perf_counter()
import backprop  # noqa: E402, F401  (timed)

imported = time.perf_counter() - start
import js  # noqa: E402
import numpy as np  # noqa: E402
import products  # noqa: E402

from backprop import data, losses, optimizers, training  # noqa: E402
from backprop.layers import Dense, ReLU  # noqa: E402
from backprop.network import Network  # noqa: E402

digits = data.mnist_sample()


def processor_seconds():
    used = js.process.cpuUsage()
    return (used.user + used.system) / 1e6


def epoch():
    rng = np.random.default_rng(0)
    net = Network(Dense(784, 128, rng), ReLU(), Dense(128, 64, rng), ReLU(), Dense(64, 10, rng))
    settings = {"epochs": 1, "batch_size": 64, "rng": rng}
    before = processor_seconds()
    (done,) = training.train(net, losses.SoftmaxCrossEntropy(), optimizers.Adam(0.001), digits, **settings)
    return {"loss": done.loss, "accuracy": done.accuracy, "seconds": processor_seconds() - before}


slow = epoch()
installed = products.install()
print(json.dumps({"import": imported, "installed": installed, "slow": slow, "fast": epoch()}))
