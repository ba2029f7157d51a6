"""What all tests of drawings share: no window opens, and no figure stays."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def _a_backend_without_windows():
    mpl.use("agg")
    yield
    plt.close("all")
