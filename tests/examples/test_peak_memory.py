"""The peak of the memory that PyTorch's arrays take: views and freed arrays count as they should."""

import pytest

torch = pytest.importorskip("torch", reason="torch is optional: make frameworks")

from backprop.examples.peak_memory import PeakMemory  # noqa: E402


def test_arrays_that_live_at_the_same_time_add_up_and_a_freed_one_makes_room():
    with PeakMemory() as memory:
        a = torch.zeros(1000)
        b = a + 1
        assert memory.most == 8000
        del b
        b = a + 2
    assert memory.most == 8000
    assert memory.now == 8000
    del a, b
    assert memory.now == 0


def test_a_view_shares_the_memory_of_its_array():
    with PeakMemory() as memory:
        a = torch.zeros(10, 100)
        rows = a.T, a[3:], a.reshape(-1)
    assert memory.most == 4000
    assert len(rows) == 3


def test_what_was_there_before_does_not_count():
    a = torch.zeros(1000)
    with PeakMemory() as memory:
        a.mul_(2)
        rows = a.reshape(10, 100)
        rows[3:].T.add_(1)
    assert memory.most == 0
