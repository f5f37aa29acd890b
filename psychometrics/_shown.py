"""Results as they are shown to a person: a line, tables, and what must be known before trusting."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def as_text(head: str, tables: Sequence[pd.DataFrame], warnings: Sequence[str]) -> str:
    """For ``repr``; figures to three decimals."""
    said = [f"Warning: {warning}" for warning in warnings]
    return "\n".join([head, *(table.round(3).to_string() for table in tables), *said])


def as_html(head: str, tables: Sequence[pd.DataFrame], warnings: Sequence[str]) -> str:
    """For notebooks; figures to three decimals."""
    parts = [f"<p>{escape(head)}</p>"]
    parts += [str(table.to_html(float_format="{:.3f}".format)) for table in tables]
    if warnings:
        entries = "".join(f"<li>{escape(warning)}</li>" for warning in warnings)
        parts.append(f"<ul>{entries}</ul>")
    return "".join(parts)
