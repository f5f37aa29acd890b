"""What can go wrong with the database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator


class DatabaseError(RuntimeError):
    """The database cannot be used. The message says why and how to mend it."""


class ConflictError(DatabaseError):
    """Another process added or removed the same thing at the same moment."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the same at the same moment; nothing was stored. Try again."
        )


@contextmanager
def usable() -> Iterator[None]:
    """Turn a database that fails under our hands (gone, locked, damaged, disk full) into
    DatabaseError, and a broken constraint into ConflictError."""
    try:
        yield
    except IntegrityError:
        raise ConflictError from None
    except DataError:
        raise
    except DBAPIError as error:
        raise unusable(error.orig) from None


def unusable(reason: BaseException | None) -> DatabaseError:
    """The error to raise where the driver said that it cannot go on, and why."""
    return DatabaseError(
        f"The database cannot be used at the moment ({reason}). What was saved before is safe; try "
        "again."
    )
