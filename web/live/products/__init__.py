"""Make ``a @ b`` fast in the page: put SIMD loops for float32 and float64 into NumPy's matmul, which has no BLAS there.

``install()`` once after the start of Pyodide. The results have the same bits as before (products.c says why), only
sooner. Where anything is not as expected, NumPy's own loops stay, and nothing is said: no result depends on it.

NumPy's C API replaces the loops: PyUFunc_ReplaceLoopBySignature, a public function whose place in the table of the API
is fixed. Pyodide's dynamic linker, behind ctypes, loads products.wasm and gives its functions addresses.
"""

import ctypes
import sys
from pathlib import Path

import numpy as np

MODULE = Path(__file__).with_name("products.wasm")  # not .so: Pyodide would load it even where the engine has no SIMD
LOOPS = {11: "smatmul", 12: "dmatmul"}  # by the numbers that NumPy's C API has for float32 and float64
REPLACE_LOOP = 30  # the place of PyUFunc_ReplaceLoopBySignature: numpy/_core/include/numpy/__ufunc_api.h

own: dict[int, int] = {}  # addresses of NumPy's loops, by type
fast: dict[int, int] = {}  # addresses of ours
keep = []  # the library, which must outlive its functions


def install() -> bool:
    """Whether ``@`` uses the fast loops from now on. A second call changes nothing."""
    if sys.platform != "emscripten":
        return False
    if not fast:
        try:
            keep.append(ctypes.CDLL(str(MODULE)))
            addresses = {kind: ctypes.cast(keep[0][name], ctypes.c_void_p).value for kind, name in LOOPS.items()}
            own.update(use(addresses))
        except (OSError, AttributeError, RuntimeError):  # an engine without SIMD, or a NumPy of another build
            return False
        fast.update(addresses)
    works = is_asked() and same_bits()
    use(fast if works else own)
    return works


def use(loops: dict[int, int]) -> dict[int, int]:
    """Let matmul use these loops; returns those that it used before."""
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = get_pointer(np._core._multiarray_umath._UFUNC_API, None)
    address = ctypes.c_void_p.from_address(table + REPLACE_LOOP * ctypes.sizeof(ctypes.c_void_p)).value
    pointer = ctypes.POINTER
    arguments = (ctypes.py_object, ctypes.c_void_p, pointer(ctypes.c_int), pointer(ctypes.c_void_p))
    replace = ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(address)
    before = {}
    for kind, loop in loops.items():
        was = ctypes.c_void_p()
        signature = (ctypes.c_int * 3)(kind, kind, kind)
        if replace(np.matmul, loop, signature, ctypes.byref(was)) != 0:
            raise RuntimeError("NumPy's matmul has no loop for this type")
        before[kind] = was.value
    return before


def is_asked() -> bool:
    """Whether NumPy calls the loop that it was given; one that has copied its loops elsewhere would not."""
    calls = []
    probe = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)(lambda *arguments: calls.append(arguments))
    before = use({11: ctypes.cast(probe, ctypes.c_void_p).value})
    np.ones((2, 2), np.float32) @ np.ones((2, 2), np.float32)
    use(before)
    return bool(calls)


def same_bits() -> bool:
    """Whether a few products in all layouts come out as NumPy's own loops make them."""
    for kind in (np.float32, np.float64):
        for n, k, m in ((5, 7, 9), (13, 1030, 21), (1, 30, 40), (40, 30, 1)):
            a = np.sin(np.arange(n * k)).astype(kind).reshape(n, k)
            b = np.cos(np.arange(k * m)).astype(kind).reshape(k, m)
            for left in (a, np.asfortranarray(a)):
                for right in (b, np.asfortranarray(b)):
                    use(own)
                    wanted = left @ right
                    use(fast)
                    if not np.array_equal(left @ right, wanted):
                        return False
    return True
