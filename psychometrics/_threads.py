"""Linear algebra of small matrices on one thread, where two are up to 140 times slower."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Everything inside runs its matrix operations on a single thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
