"""What can go wrong with the database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Iterator


class DatabaseError(RuntimeError):
    """The database cannot be used. The message says why and how to mend it."""


@contextmanager
def usable() -> Iterator[None]:
    """Turn a database that fails under our hands (gone, locked, disk full) into DatabaseError."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseError(
            f"The database cannot be used at the moment ({error.orig}). What was saved before is "
            "safe; try again."
        ) from None
