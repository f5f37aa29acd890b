"""What a chart cannot draw."""

from __future__ import annotations


class ChartInputError(ValueError):
    """The figures given to a chart do not belong together; the message says which and how."""
