"""What all tests share: a browser, a server to download from, and property tests that try the same examples."""

import os
import tempfile
import threading
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from loopback import Mirror

from web.browser import launch

if "MPLCONFIGDIR" not in os.environ:  # the list of fonts in a home may be of an environment that is gone
    FONT_LIST = tempfile.TemporaryDirectory(prefix="matplotlib-")
    os.environ["MPLCONFIGDIR"] = FONT_LIST.name

settings.register_profile("book", max_examples=50, deadline=None, derandomize=True, database=None)
settings.load_profile("book")
settings.register_profile("mutants", parent=settings.get_profile("book"), phases=[Phase.explicit, Phase.generate])


@pytest.fixture(scope="session", autouse=True)
def ipython_folder(tmp_path_factory):
    """Kernels start from an empty profile: a home may not be writable, or start programs of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:  # noqa: F821  (Playwright is imported only where a browser is used)
    """A real browser, one for all tests; where there is none, those that want it are skipped with the reason."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = launch(driver)
        if browser is None:
            pytest.skip("no browser: install chromium, or run `playwright install chromium`")
        yield browser
        browser.close()


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
