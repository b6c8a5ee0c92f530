"""A daemon's threads share one heap; left alone, each has its own."""

import ctypes
import subprocess
import sys

import pytest

COUNT = """
import ctypes, sys, threading
from sfrouter.base.heap import share_one_heap
if sys.argv[1] == "shared":
    assert share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(4)
def work():
    libc.malloc(ctypes.c_size_t(10_000))
    together.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
@pytest.mark.parametrize(("kind", "many"), [("shared", False), ("alone", True)])
def test_threads_share_one_heap_once_asked_to(kind: str, many: bool) -> None:
    """glibc's own list of heaps has one entry, and more without the call: so the test can fail."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT, kind], capture_output=True, text=True, timeout=30, check=True
    )  # fmt: skip
    assert (done.stdout.count("<heap nr=") > 1) is many, done.stdout
