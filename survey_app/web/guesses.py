"""Guesses at tokens: after a few wrong ones nobody at that address is answered for a while.

Counted in the memory of each process, under a name that nothing outside it knows: a network address
beside a link would tell who opened it.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_WRONG = 20
SECONDS = 600.0
MOST_KEPT = 10_000


class Guesses:
    """Wrong tokens by visitor. For one process; safe among threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._wrong: dict[bytes, deque[float]] = {}

    def too_many(self, visitor: str) -> bool:
        """Whether a visitor was wrong so often that no guess is looked at for now."""
        wrong = self._wrong.get(self._name(visitor))
        return wrong is not None and len(wrong) == MOST_WRONG and wrong[0] > self._oldest()

    def wrong(self, visitor: str) -> None:
        """Count a wrong guess."""
        if len(self._wrong) >= MOST_KEPT:
            self._forget_old()
        latest = self._wrong.setdefault(self._name(visitor), deque(maxlen=MOST_WRONG))
        latest.append(self._clock())

    def _oldest(self) -> float:
        return self._clock() - SECONDS

    def _forget_old(self) -> None:
        kept = {
            name: moments for name, moments in self._wrong.items() if moments[-1] > self._oldest()
        }
        self._wrong = kept if len(kept) < MOST_KEPT else {}

    def _name(self, visitor: str) -> bytes:
        return hashlib.blake2b(visitor.encode(), key=self._salt, digest_size=16).digest()
