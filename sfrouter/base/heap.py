"""Keeps the memory of a process with a few threads small: all of them share one heap."""

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_one_heap() -> bool:
    """Let the C library keep one heap for all threads from now on. False, and nothing done, where it is not glibc.

    glibc gives each thread a heap of its own, up to eight for a processor, and what one thread has freed no other
    can use. Python runs one thread at a time, so nobody waits for the one heap.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_ARENA_MAX, 1))
