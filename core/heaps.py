"""Memory of a process with many threads."""

from __future__ import annotations

import contextlib
import ctypes

M_ARENA_MAX = -8
HEAPS = 2


def share_heaps() -> None:
    """Let all threads share two heaps: each would keep one of its own and give little of it back.
    Before the first thread; only glibc knows it, elsewhere nothing happens."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
