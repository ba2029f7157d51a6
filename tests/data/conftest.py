"""A server to download from, and an empty cache to download into."""

import threading

import pytest
from loopback import Mirror


@pytest.fixture
def mirror():
    """A server on loopback, to download from."""
    with Mirror() as mirror:
        thread = threading.Thread(target=mirror.serve_forever, args=(0.01,))
        thread.start()
        yield mirror
        mirror.stall.set()
        mirror.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no other data on the machine."""
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BACKPROP_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"
