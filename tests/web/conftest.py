"""The Python of the page, for tests that run it under Node."""

from pathlib import Path

import pytest

from web import runtime


@pytest.fixture(scope="session")
def pyodide(tmp_path_factory) -> Path:
    """A folder with the Python of the page, as the site serves it; skips where it cannot be built."""
    try:
        made = runtime.prepare()
    except (OSError, RuntimeError, ImportError) as error:
        pytest.skip(f"no Python of the page here: {error}")
    folder = tmp_path_factory.mktemp("pyodide")
    made.write(folder)
    return folder
