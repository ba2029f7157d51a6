"""The loss of a digit classifier over the plane through three trained networks: `python -m experiments.mnist_slice`.

Three networks 784-16-10 start from different random weights, and descend to different minima. Their weights,
as three points in a space of 12,730 dimensions, span a plane (as in Garipov et al. 2018); the loss over all
training digits of the embedded sample is computed on a grid of that plane. The spline through the grid goes to
`results/shipped/mnist_slice.json`. Ten seconds on one core.
"""

import json
from itertools import pairwise

import numpy as np
from tqdm import tqdm

from backprop.data import mnist_sample
from backprop.examples import surfaces
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import Momentum
from backprop.results.ledger import SHIPPED
from backprop.training import train

TARGET = SHIPPED / "mnist_slice.json"
SEEDS = (1, 2, 3)
STRETCH = 5.0  # one unit of the map is this distance in weight space, so that rates near 0.1 suit this surface too
HALF = (4.5, 3.0)  # of the map, in its units
GRID = (46, 31)
UNIT = 1e-4  # the coefficients are rounded to whole numbers of this


def trained(seed: int, data) -> Network:
    rng = np.random.default_rng(seed)
    net = Network(Dense(784, 16, rng), ReLU(), Dense(16, 10, rng))
    for _ in train(net, SoftmaxCrossEntropy(), Momentum(0.05), data, epochs=8, batch_size=64, rng=rng):
        pass
    return net


def flat(net: Network) -> np.ndarray:
    return np.concatenate([p.value.ravel() for p in net.params()]).astype(np.float64)


def place(net: Network, weights: np.ndarray) -> None:
    """Write one long vector of weights into the network's arrays."""
    ends = np.cumsum([0] + [p.value.size for p in net.params()])
    for p, (start, end) in zip(net.params(), pairwise(ends), strict=True):
        p.value[...] = weights[start:end].reshape(p.value.shape)


def plane(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Origin and two orthonormal directions; a and b lie level, c above them, the middle of the map between."""
    right = (b - a) / np.linalg.norm(b - a)
    up = (c - a) - (c - a) @ right * right
    height = np.linalg.norm(up)
    return (a + b) / 2 + up * 0.42, right, up / height


def fit_spline(values: np.ndarray) -> np.ndarray:
    """Coefficients of the natural cubic B-spline through a grid of values, in both directions.

    Shapes: values (n, k) -> (n + 2, k + 2).
    """

    def along_rows(table: np.ndarray) -> np.ndarray:
        n = len(table)
        system = np.zeros((n + 2, n + 2))
        rows = np.arange(n)
        for offset, weight in enumerate((1 / 6, 4 / 6, 1 / 6)):
            system[rows + 1, rows + offset] = weight
        system[0, :3] = system[-1, -3:] = (1, -2, 1)  # no curvature at either end
        return np.linalg.solve(system, np.pad(table, ((1, 1), (0, 0))))

    return along_rows(along_rows(values).T).T


def local_minima(surface: surfaces.Surface) -> list[list[float]]:
    """Every point inside the map where the gradient vanishes and both curvatures are positive, by Newton's method."""
    starts = [np.linspace(*side, 90) for side in surface.domain]
    grid = np.stack(np.meshgrid(*starts, indexing="ij"), axis=-1)
    heights = surface.f(grid)
    inner = heights[1:-1, 1:-1]
    lowest = np.ones_like(inner, dtype=bool)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        lowest &= inner < heights[1 + dx : heights.shape[0] - 1 + dx, 1 + dy : heights.shape[1] - 1 + dy]
    found = []
    for w in grid[1:-1, 1:-1][lowest]:
        for _ in range(50):
            w = w - np.linalg.solve(surface.hessian(w), surface.gradient(w))
        if np.linalg.norm(surface.gradient(w)) < 1e-9 and np.linalg.eigvalsh(surface.hessian(w))[0] > 0:
            found.append([round(float(v), 9) for v in w])
    return found


def main() -> None:
    data = mnist_sample()
    nets = [trained(seed, data) for seed in SEEDS]
    origin, right, up = plane(*map(flat, nets))
    net, loss = nets[0], SoftmaxCrossEntropy()

    def height(u: float, v: float) -> float:
        place(net, origin + STRETCH * (u * right + v * up))
        return loss.forward(net.forward(data.x_train), data.y_train)

    sides = [np.linspace(-half, half, count) for half, count in zip(HALF, GRID, strict=True)]
    heights = np.array([[height(u, v) for v in sides[1]] for u in tqdm(sides[0])])
    table = np.rint(fit_spline(heights) / UNIT).astype(int)
    record = {
        "about": "cross-entropy of a 784-16-10 network on 4,000 MNIST digits, over a plane through three minima",
        "command": "python -m experiments.mnist_slice",
        "domain": [-HALF[0], HALF[0], -HALF[1], HALF[1]],
        "start": [3.5, 2.0],
        "lr": 0.3,
        "minima": [],
        "unit": UNIT,
        "shape": list(table.shape),
        "coefficients": " ".join(map(str, table.ravel())),
    }
    TARGET.write_text(json.dumps(record), encoding="utf-8")
    record["minima"] = local_minima(surfaces.mnist_slice())
    TARGET.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

    surface, rng = surfaces.mnist_slice(), np.random.default_rng(0)
    points = rng.uniform(-1, 1, (300, 2)) * HALF
    true = np.array([height(*point) for point in points])
    error = np.abs(surface.f(points) - true) / true
    print(f"{len(record['minima'])} minima; loss {heights.min():.3f} to {heights.max():.1f}")
    print(f"spline against network at 300 points: relative error {np.median(error):.0e}, worst {error.max():.0e}")


if __name__ == "__main__":
    main()
