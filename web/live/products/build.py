"""Compile products.c into products.wasm, which Pyodide loads as a shared library: python web/live/products/build.py

Clang and wasm-ld of LLVM 19 (Debian: clang-19, lld-19) are enough, without Emscripten; the same versions give the same
bytes, which tests/web/test_products.py compares with the committed module.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPILE = (
    "clang-19 --target=wasm32-unknown-emscripten -Os -msimd128 -fPIC -fvisibility=hidden"
    " -ffreestanding -fno-builtin -nostdlib -Wall -Werror -c"
)
LINK = "wasm-ld-19 --experimental-pic -shared --strip-all --allow-undefined --export=smatmul --export=dmatmul"


def build(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        compiled = str(Path(folder, "products.o"))
        subprocess.run([*COMPILE.split(), "products.c", "-o", compiled], cwd=HERE, check=True)
        subprocess.run([*LINK.split(), compiled, "-o", str(target)], check=True)
    target.chmod(0o644)  # it is read, not run


if __name__ == "__main__":
    try:
        build(HERE / "products.wasm")
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        sys.exit(f"stopped: {error}")
