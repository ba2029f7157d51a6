"""Re-run the notebooks as a reader does, when `pytest --nbval book/` compares their outputs."""

import os

import pytest
from nbval.kernel import RunningKernel

from tools.notebooks import missing_frameworks

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the kernels inherit it; see the Makefile


def execute_as_reader(self: RunningKernel, cell_input: str, allow_stdin: bool | None = None) -> str:
    """Keep the history, as JupyterLab does: without it a trailing `;` does not silence a cell (nbval #194)."""
    return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


RunningKernel.execute_cell_input = execute_as_reader


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Appendix A needs frameworks, which are optional: without them its cells are skipped, and the reason is told."""
    missing = {path: missing_frameworks(path) for path in {item.path for item in items} if path.suffix == ".ipynb"}
    for item in items:
        if names := missing.get(item.path):
            item.add_marker(pytest.mark.skip(reason=f"{', '.join(names)} not installed (make frameworks)"))
