"""Re-run notebooks as a reader does, when `pytest --nbval book/` compares outputs."""

import os

import pytest
from nbval.kernel import RunningKernel

from tools.notebooks import missing_frameworks

# The kernels inherit it; see the Makefile.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def execute_as_reader(
    self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
) -> str:
    """Keep the history, as JupyterLab does: else `;` silences no cell (nbval #194)."""
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


RunningKernel.execute_cell_input = execute_as_reader


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare no lines of a figure; skip pages whose frameworks are missing."""
    for item in items:
        if "image/svg+xml" not in item.parent.skip_compare:  # nbval skips pixels itself
            item.parent.skip_compare += ("image/svg+xml",)
    missing = {
        path: missing_frameworks(path)
        for path in {item.path for item in items}
        if path.suffix == ".ipynb"
    }
    for item in items:
        if names := missing.get(item.path):
            reason = f"{', '.join(names)} not installed (make frameworks)"
            item.add_marker(pytest.mark.skip(reason=reason))
