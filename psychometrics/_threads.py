"""Linear algebra of small matrices on one thread, where two are up to 140 times slower."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Everything inside runs its matrix operations on a single thread."""
    with _controller().limit(limits=1):
        yield


@cache
def _controller() -> ThreadpoolController:
    """The linear algebra libraries of this process; to find them takes milliseconds."""
    import scipy.linalg  # noqa: F401  # its own library must be there to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
