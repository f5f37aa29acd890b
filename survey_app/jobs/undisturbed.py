"""A few moments in which a worker that is told to stop finishes what it holds first."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let an interrupt (SIGINT) wait until the end of the block; then KeyboardInterrupt is raised
    as it would have been. For the main thread of a process."""
    arrived: list[int] = []

    def remember(number: int, _frame: Any) -> None:
        arrived.append(number)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if arrived:
        raise KeyboardInterrupt
