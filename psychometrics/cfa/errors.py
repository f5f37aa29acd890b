"""What can go wrong with a factor model, in words that say how to mend it."""

from __future__ import annotations


class ModelError(ValueError):
    """The model, the data or both allow no result. The message says why and how to mend it."""


class ConvergenceError(ModelError):
    """No minimum was found. The message says what to try."""
