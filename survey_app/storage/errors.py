"""What can go wrong with the database."""

from __future__ import annotations


class DatabaseError(RuntimeError):
    """The database cannot be used. The message says why and how to mend it."""
