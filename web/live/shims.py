"""The names of IPython that notebooks and ipywidgets import, and a comm: how a widget talks with the page.

Besides, what the page's machine lacks: a clock of the processor, threads, addresses of 64 bits.
"""

import functools
import logging
import sys
import time
import types
import warnings
from typing import Any

RICH = {"HTML": "text/html", "Markdown": "text/markdown", "SVG": "image/svg+xml", "Latex": "text/latex"}


class Rich:
    """A text that is shown as what its class says."""

    mime = "text/plain"

    def __init__(self, data: str = "", **options: Any) -> None:
        self.data = data

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {self.mime: self.data, "text/plain": f"<IPython.core.display.{type(self).__name__} object>"}


def install_ipython(kernel: Any) -> None:
    """Make `import IPython` find what the page has of it: 40 lines instead of 4 MB."""
    rich = {name: type(name, (Rich,), {"mime": mime}) for name, mime in RICH.items()}
    module("IPython", __path__=[], get_ipython=no_shell, version_info=(8, 23, 0))
    module("IPython.display", display=kernel.display, clear_output=kernel.clear_output, **rich)
    module("IPython.core", __path__=[])
    module("IPython.core.display", **rich)
    module("IPython.core.formatters")
    module("IPython.core.getipython", get_ipython=no_shell)
    module("IPython.core.interactiveshell", InteractiveShell=NoShell)
    module("IPython.core.magic", Magics=object, magics_class=same, cell_magic=decorator, line_magic=decorator)
    module("IPython.core.magic_arguments", argument=decorator, magic_arguments=decorator, parse_argstring=None)


def module(name: str, **content: Any) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__dict__.update(content)
    sys.modules[name] = made
    home, _, inner = name.rpartition(".")
    if home in sys.modules:
        setattr(sys.modules[home], inner, made)
    return made


class NoShell:
    @staticmethod
    def initialized() -> bool:
        return False


def no_shell() -> None:
    """There is no shell of IPython behind the page."""


def same(thing: Any) -> Any:
    return thing


def decorator(*arguments: Any, **options: Any) -> Any:
    """A magic's decorator, which the page has no use for."""
    return same


def install_comm(kernel: Any) -> None:
    """Let widgets' messages go to the page."""
    import comm
    from comm.base_comm import BaseComm

    class PageComm(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, buffers: Any = None, **rest: Any) -> None:
            pieces = [bytes(buffer) for buffer in buffers or ()]
            kernel.send("comm", {"type": msg_type, "id": self.comm_id, "data": data or {}, "buffers": pieces})

    comm.create_comm = PageComm


def receive(comm_id: str, data: dict) -> None:
    """A message of the page to a widget, such as ``{"method": "update", "state": {…}, "buffer_paths": []}``."""
    import comm

    widget = comm.get_comm_manager().comms.get(comm_id)
    if widget is not None:  # otherwise it was closed in the meantime
        widget.handle_msg({"content": {"comm_id": comm_id, "data": data}, "buffers": []})


def install_clock() -> None:
    """Let process_time, which stands still in the page, be the time that goes by: nothing else runs there."""
    time.process_time, time.process_time_ns = time.perf_counter, time.perf_counter_ns


def install_tqdm() -> None:
    """Let no progress bar be watched by a thread: there are none."""
    import tqdm

    tqdm.tqdm.monitor_interval = 0


def install_quiet() -> None:
    """Let matplotlib not miss what was left out for the page: other faces than DejaVu's, and axes in space."""
    warnings.filterwarnings("ignore", message="Unable to import Axes3D")
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def install_counts() -> None:
    """Let np.bincount take int64, which it refuses where an address is shorter; labels and rng.integers have it."""
    import numpy as np

    own = np.bincount
    largest = np.iinfo(np.intp).max

    @functools.wraps(own)
    def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> np.ndarray:
        numbers = np.asarray(x)
        if numbers.dtype == np.int64 and numbers.max(initial=0) <= largest and numbers.min(initial=0) >= -largest:
            numbers = numbers.astype(np.intp)
        return own(numbers, weights, minlength)

    np.bincount = bincount
