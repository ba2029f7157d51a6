"""Several processes compute one gradient with torch.distributed (appendix A); needs PyTorch (`make frameworks`).

`torchrun --nproc-per-node=4 -m experiments.data_parallel` starts four on this machine; what they found is printed as
JSON by the first. On several machines, the same line on each, with `--nnodes=2 --rdzv-endpoint=first-machine:29500`.
"""

import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn

from backprop.data import mnist_sample
from backprop.layers import Dense, ReLU
from backprop.losses import SoftmaxCrossEntropy
from backprop.network import Network
from backprop.optimizers import SGD
from backprop.training import train_step

BATCH, STEPS, RATE = 64, 20, 0.1
PATIENCE = timedelta(seconds=90)  # a process that waits longer for the others gives up


def summed(x: torch.Tensor) -> torch.Tensor:
    """The sum over all processes, which each of them gets."""
    total = x.clone()
    dist.all_reduce(total)
    return total


def mean_of_all(x: torch.Tensor) -> torch.Tensor:
    """The mean over all processes: the sum, divided by how many there are."""
    return summed(x) / workers()


class SumOfAll(torch.autograd.Function):
    """y = Σ x over the processes; every process feels every other's y, so dx = Σ dy over the processes."""

    @staticmethod
    def forward(ctx, x):
        return summed(x)

    @staticmethod
    def backward(ctx, dy):
        return summed(dy)


class Copy(torch.autograd.Function):
    """Forward a copy for every process; backward the sum, for a copy is a fork across the processes."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, dy):
        return summed(dy)


class Sum(torch.autograd.Function):
    """Forward the sum over the processes; backward a copy, where all of them go on to one and the same loss."""

    @staticmethod
    def forward(ctx, x):
        return summed(x)

    @staticmethod
    def backward(ctx, dy):
        return dy


class SharedBatchNorm(nn.Module):
    """Batch norm without gain and shift; with ``shared`` the mean and variance are those of all processes' examples."""

    def __init__(self, shared: bool) -> None:
        super().__init__()
        self.mean = (lambda x: SumOfAll.apply(x.mean(dim=0)) / workers()) if shared else (lambda x: x.mean(dim=0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        centred = x - self.mean(x)
        return centred / torch.sqrt(self.mean(centred**2) + 1e-5)


def workers() -> int:
    """How many processes there are."""
    return dist.get_world_size()


def our_network() -> Network:
    """The digit network of section 4.2, the same in every process."""
    rng = np.random.default_rng(0)
    return Network(Dense(784, 128, rng), ReLU(), Dense(128, 64, rng), ReLU(), Dense(64, 10, rng))


def in_torch(between: type[nn.Module] | None = None) -> nn.Sequential:
    """The same network as a PyTorch model, with a module between its first two layers if one is given."""
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    for theirs, ours in zip(model.parameters(), our_network().params(), strict=True):
        theirs.data = torch.tensor(ours.value.T.copy())
    return model if between is None else nn.Sequential(model[0], between, *model[1:])


def gradient(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Forward and backward on some examples; all gradients in one row."""
    model.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    return torch.cat([w.grad.flatten() for w in model.parameters()])


def step(model: nn.Module, g: torch.Tensor) -> None:
    """Gradient descent, from one long gradient."""
    with torch.no_grad():
        for w, part in zip(model.parameters(), g.split([w.numel() for w in model.parameters()]), strict=True):
            w -= RATE * part.view_as(w)


def apart(a: torch.Tensor, b: torch.Tensor) -> float:
    """The largest difference between two gradients, as a share of the largest entry."""
    return ((a - b).abs().max() / b.abs().max()).item()


def spread(model: nn.Module) -> float:
    """How far the weights of the processes are apart."""
    w = torch.cat([w.detach().flatten() for w in model.parameters()])
    highest, lowest = w.clone(), w.clone()
    dist.all_reduce(highest, dist.ReduceOp.MAX)
    dist.all_reduce(lowest, dist.ReduceOp.MIN)
    return (highest - lowest).max().item()


def gradients(rank: int, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """One batch in parts: what the processes find together, against the gradient of the whole batch."""
    part = slice(rank, None, workers())
    whole, mine = gradient(in_torch(), x, y), gradient(in_torch(), x[part], y[part])
    sizes = [BATCH * (2 * k + 1) // workers() ** 2 for k in range(workers())]  # 4, 12, 20 and 28 of four processes
    uneven = slice(sum(sizes[:rank]), sum(sizes[: rank + 1]))
    share = gradient(in_torch(), x[uneven], y[uneven])
    same = slice(0, None, workers())
    parallel = nn.parallel.DistributedDataParallel(in_torch())
    found = {
        "one part alone": apart(mine, whole),
        "mean of the parts": apart(mean_of_all(mine), whole),
        "sum of the parts": apart(workers() * mean_of_all(mine), whole),
        "DistributedDataParallel": apart(gradient(parallel, x[part], y[part]), whole),
        "everybody has the same part": apart(mean_of_all(gradient(in_torch(), x[same], y[same])), whole),
        "unequal parts, plain mean": apart(mean_of_all(share), whole),
        "unequal parts, weighted": apart(mean_of_all(share * workers() * sizes[rank] / BATCH), whole),
    }
    whole = gradient(in_torch(SharedBatchNorm(shared=False)), x, y)
    for name, shared in (("batch norm, own statistics", False), ("batch norm, shared statistics", True)):
        mine = gradient(in_torch(SharedBatchNorm(shared)), x[part], y[part])
        found[name] = apart(mean_of_all(mine), whole)
    return found


def divided(rank: int, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """The last two layers cut through: columns of W1 and rows of W2 here, the others elsewhere; all see all digits.

    Returns how far each gradient of this process is from the same piece of the undivided one.
    """
    model = in_torch()
    a = torch.relu(model[0](x)).detach().requires_grad_()  # what comes out of the first layer
    nn.functional.cross_entropy(model[2:](a), y).backward()
    mine = slice(rank * 64 // workers(), (rank + 1) * 64 // workers())
    W1, b1, W2, b2 = (w.detach().t() for w in model[2:].parameters())
    pieces = [w.clone().requires_grad_() for w in (W1[:, mine], b1[mine], W2[mine], b2)]
    a_here = a.detach().clone().requires_grad_()
    nn.functional.cross_entropy(dense_pair(a_here, *pieces), y).backward()
    wanted = [w.grad.t() for w in model[2:].parameters()]
    wanted = [wanted[0][:, mine], wanted[1][mine], wanted[2][mine], wanted[3], a.grad]
    names = ("columns of W1", "their biases", "rows of W2", "last bias", "input")
    pairs = zip(names, [*pieces, a_here], wanted, strict=True)
    return {name: apart(w.grad, grad) for name, w, grad in pairs}


def dense_pair(a: torch.Tensor, W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor) -> torch.Tensor:
    """Two dense layers with a ReLU between them, of which each process has some of the neurons in the middle."""
    h = torch.relu(Copy.apply(a) @ W1 + b1)
    return Sum.apply(h @ W2) + b2


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor, steps: range, together: bool = True) -> nn.Module:
    """Some steps, a batch each, of which every process takes its part."""
    rank = dist.get_rank()
    for start in range(steps.start * BATCH, steps.stop * BATCH, BATCH):
        part = slice(start + rank, start + BATCH, workers())
        g = gradient(model, x[part], y[part])
        step(model, mean_of_all(g) if together else g)
    return model


def interrupted(x: torch.Tensor, y: torch.Tensor) -> nn.Module:
    """Half of the steps, a file, and the other half from what the first process reads in it and tells the others."""
    model, saved = train(in_torch(), x, y, range(STEPS // 2)), [None]
    if dist.get_rank() == 0:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "checkpoint.pt")
            torch.save({"step": STEPS // 2, "weights": model.state_dict()}, file)
            saved = [torch.load(file)]
    dist.broadcast_object_list(saved)
    fresh = in_torch()
    for w in fresh.parameters():
        w.data.zero_()
    fresh.load_state_dict(saved[0]["weights"])
    return train(fresh, x, y, range(saved[0]["step"], STEPS))


def by_this_book(x: np.ndarray, y: np.ndarray) -> Network:
    """The same steps by NumPy layers, in one process, on whole batches."""
    net = our_network()
    for start in range(0, STEPS * BATCH, BATCH):
        rows = slice(start, start + BATCH)
        train_step(net, SoftmaxCrossEntropy(), SGD(RATE), x[rows], y[rows])
    return net


def farthest(model: nn.Module, weights: list[np.ndarray]) -> float:
    """The largest difference between the weights of a model and others, as PyTorch lays them out."""
    pairs = zip(model.parameters(), weights, strict=True)
    return max(float(np.abs(w.detach().numpy() - other).max()) for w, other in pairs)


def main() -> dict[str, object]:
    """What each process runs; they have the same answer."""
    torch.set_num_threads(1)
    if os.environ["LOCAL_WORLD_SIZE"] == os.environ["WORLD_SIZE"]:  # all on this machine: no network is needed
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")
    dist.init_process_group("gloo", timeout=PATIENCE)  # reads RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT
    rank = dist.get_rank()
    data = mnist_sample()
    x, y = data.x_train[: STEPS * BATCH], data.y_train[: STEPS * BATCH]
    x_torch, y_torch = torch.tensor(x), torch.tensor(y)
    found = {"processes": workers(), "gradients": gradients(rank, x_torch[:BATCH], y_torch[:BATCH])}
    worst = torch.tensor(list(divided(rank, x_torch[:BATCH], y_torch[:BATCH]).values()))
    dist.all_reduce(worst, dist.ReduceOp.MAX)
    found["divided"] = worst.max().item()
    model = train(in_torch(), x_torch, y_torch, range(STEPS))
    found["processes apart, together"] = spread(model)
    found["processes apart, alone"] = spread(train(in_torch(), x_torch, y_torch, range(STEPS), together=False))
    again = interrupted(x_torch, y_torch)
    found["after a restart"] = farthest(model, [w.detach().numpy() for w in again.parameters()])
    found["from this book's weights"] = farthest(model, [p.value.T for p in by_this_book(x, y).params()])
    dist.destroy_process_group()
    return found


if __name__ == "__main__":
    if "RANK" not in os.environ:
        sys.exit("start it with: torchrun --nproc-per-node=4 -m experiments.data_parallel")
    result = main()
    if os.environ["RANK"] == "0":
        print(json.dumps(result, indent=2))
