"""Four processes compute one gradient with torch.distributed (appendix A); needs PyTorch (`make frameworks`).

`python -m experiments.data_parallel` starts the processes on this machine and prints what they found as JSON.
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

WORKERS, BATCH, STEPS, RATE = 4, 64, 20, 0.1
UNEQUAL = (4, 12, 20, 28)  # digits of each process, where the parts are not of one size
PATIENCE = timedelta(seconds=90)  # a process that waits longer for the others gives up


class SumOfAll(torch.autograd.Function):
    """y = Σ x over the processes; every process feels every other's y, so dx = Σ dy over the processes."""

    @staticmethod
    def forward(ctx, x):
        y = x.clone()
        dist.all_reduce(y)
        return y

    @staticmethod
    def backward(ctx, dy):
        dx = dy.clone()
        dist.all_reduce(dx)
        return dx


class SharedBatchNorm(nn.Module):
    """Batch norm without gain and shift; with ``shared`` the mean and variance are those of all processes' examples."""

    def __init__(self, shared: bool) -> None:
        super().__init__()
        self.mean = (lambda x: SumOfAll.apply(x.mean(dim=0)) / WORKERS) if shared else (lambda x: x.mean(dim=0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        centred = x - self.mean(x)
        return centred / torch.sqrt(self.mean(centred**2) + 1e-5)


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


def mean_of_all(g: torch.Tensor) -> torch.Tensor:
    """The mean over all processes: the sum, divided by how many there are."""
    total = g.clone()
    dist.all_reduce(total)
    return total / WORKERS


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
    part = slice(rank, None, WORKERS)
    whole, mine = gradient(in_torch(), x, y), gradient(in_torch(), x[part], y[part])
    ends = np.cumsum((0, *UNEQUAL))
    uneven = slice(ends[rank], ends[rank + 1])
    share = gradient(in_torch(), x[uneven], y[uneven])
    parallel = nn.parallel.DistributedDataParallel(in_torch())
    found = {
        "one part alone": apart(mine, whole),
        "mean of the parts": apart(mean_of_all(mine), whole),
        "sum of the parts": apart(WORKERS * mean_of_all(mine), whole),
        "DistributedDataParallel": apart(gradient(parallel, x[part], y[part]), whole),
        "everybody has the same part": apart(mean_of_all(gradient(in_torch(), x[::WORKERS], y[::WORKERS])), whole),
        "unequal parts, plain mean": apart(mean_of_all(share), whole),
        "unequal parts, weighted": apart(mean_of_all(share * WORKERS * UNEQUAL[rank] / BATCH), whole),
    }
    whole = gradient(in_torch(SharedBatchNorm(shared=False)), x, y)
    for name, shared in (("batch norm, own statistics", False), ("batch norm, shared statistics", True)):
        mine = gradient(in_torch(SharedBatchNorm(shared)), x[part], y[part])
        found[name] = apart(mean_of_all(mine), whole)
    return found


def training(rank: int, x: torch.Tensor, y: torch.Tensor, together: bool) -> tuple[nn.Module, float]:
    """Twenty steps, one batch each; returns the model and how far the processes are apart in the end."""
    model = in_torch()
    for start in range(0, STEPS * BATCH, BATCH):
        part = slice(start + rank, start + BATCH, WORKERS)
        g = gradient(model, x[part], y[part])
        step(model, mean_of_all(g) if together else g)
    return model, spread(model)


def work(rank: int, folder: str) -> None:
    """What each process runs; the first one writes down what was found."""
    torch.set_num_threads(1)
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo0" if sys.platform == "darwin" else "lo")  # all on this machine
    meeting = Path(folder, "meeting").as_uri()
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=WORKERS, timeout=PATIENCE)
    data = mnist_sample()
    x, y = data.x_train[: STEPS * BATCH], data.y_train[: STEPS * BATCH]
    x_torch, y_torch = torch.tensor(x), torch.tensor(y)
    found = {"gradients": gradients(rank, x_torch[:BATCH], y_torch[:BATCH])}
    model, found["processes apart, together"] = training(rank, x_torch, y_torch, together=True)
    _, found["processes apart, alone"] = training(rank, x_torch, y_torch, together=False)
    dist.destroy_process_group()
    if rank == 0:
        net = our_network()
        for start in range(0, STEPS * BATCH, BATCH):
            rows = slice(start, start + BATCH)
            train_step(net, SoftmaxCrossEntropy(), SGD(RATE), x[rows], y[rows])
        pairs = zip(model.parameters(), net.params(), strict=True)
        found["from this book's weights"] = max(float(np.abs(w.detach().numpy().T - p.value).max()) for w, p in pairs)
        Path(folder, "found.json").write_text(json.dumps(found), encoding="utf-8")


def main() -> dict[str, object]:
    """Start the processes, wait for them, and return what they found; an error in one of them is raised here."""
    # One process imports PyTorch, and the four are copies of it: quicker than four imports.
    torch.multiprocessing.set_forkserver_preload(["torch", "torch._dynamo"])
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.start_processes(work, (folder,), nprocs=WORKERS, start_method="forkserver")
        return json.loads(Path(folder, "found.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
