"""Count the memory that PyTorch's arrays take, to see what a tape keeps (appendix A); needs PyTorch."""

import weakref
from collections.abc import Iterator

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def storages(tree: object) -> Iterator[torch.UntypedStorage]:
    """The memory behind each of the tensors in nested lists, tuples and dicts."""
    return (tensor.untyped_storage() for tensor in tree_leaves(tree) if isinstance(tensor, torch.Tensor))


class PeakMemory(TorchDispatchMode):
    """``with PeakMemory() as memory:`` — then ``memory.most`` is the largest number of bytes alive at one time.

    Counted are the arrays that an operation inside the block makes; those that were there before are not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self.alive: set[int] = set()

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        given = {storage._cdata for storage in storages((args, kwargs))}  # a view of a weight is no new array
        result = operation(*args, **(kwargs or {}))
        for storage in storages(result):
            if storage._cdata not in given:
                self._count(storage)
        return result

    def _count(self, storage: torch.UntypedStorage) -> None:
        """A view shares the storage of its array, which counts once."""
        key, size = storage._cdata, storage.nbytes()
        if key not in self.alive:
            self.alive.add(key)
            self.now += size
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self._forget, key, size)

    def _forget(self, key: int, size: int) -> None:
        self.alive.discard(key)
        self.now -= size
