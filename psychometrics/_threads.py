"""Linear algebra of small matrices on one thread, where two are up to 140 times slower."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Everything inside runs its matrix operations on a single thread.

    The limit holds for the whole process: who comes first sets it, who leaves last lifts it.
    """
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()


class _Limit:
    """The limit of this process, and how many are inside."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._held: Any = None

    def enter(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._held = _controller().limit(limits=1)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._held.restore_original_limits()


_LIMIT = _Limit()


@cache
def _controller() -> ThreadpoolController:
    """The linear algebra libraries of this process; to find them takes milliseconds."""
    import scipy.linalg  # noqa: F401  # its own library must be there to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
