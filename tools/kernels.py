"""Run a command as other processors would compute: `python tools/kernels.py pytest tests`.

OpenBLAS and NumPy choose their loops by the processor, and with them the last bits of every sum. Here the choice is
made for them: plain SSE, AVX2 and AVX-512, as far as this processor goes. An Arm has one choice only.
"""

import os
import subprocess
import sys

import numpy as np

# OpenBLAS' name of a processor, and how the names of the loops begin that NumPy must not use on it.
KERNELS = {"Nehalem": ("",), "Haswell": ("X86_V4", "AVX512"), "SkylakeX": ()}
NEEDS = {"Nehalem": "X86_V2", "Haswell": "X86_V3", "SkylakeX": "X86_V4"}


def settings() -> dict[str, dict[str, str]]:
    """The environment variables that make NumPy compute as each processor that this one can stand in for."""
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    found = simd.get("found", [])
    return {
        name: {
            "OPENBLAS_CORETYPE": name,
            "NPY_DISABLE_CPU_FEATURES": " ".join(level for level in found if level.startswith(without)),
        }
        for name, without in KERNELS.items()
        if NEEDS[name] in (*simd["baseline"], *found)
    } or {"this processor": {}}


def main(command: list[str]) -> None:
    failed = []
    for name, variables in settings().items():
        print(f"{name}: {' '.join(command)}", flush=True)
        if subprocess.run(command, env=os.environ | variables).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed under the kernels of {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
