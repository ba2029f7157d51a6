"""The experiments behind results/: one script per file, run from the root with ``python -m experiments.NAME``.

They write where the package is, so both must be of one clone.
"""

from pathlib import Path

import backprop

clone, package = Path(__file__).resolve().parents[1], Path(backprop.__file__).resolve().parent
if package != clone / "src" / "backprop":
    raise ImportError(
        f"the experiments of {clone} would run the package in {package}, and write their results there; "
        "use the environment of this clone: make setup, then make results NAME=…",
        name=__name__,  # `python -m` then says this sentence, without a traceback
    )
