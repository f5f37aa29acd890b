"""SPSS files, plain and compressed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from survey_app.exchange.errors import refusal
from survey_app.exchange.table import Column, Table

if TYPE_CHECKING:
    from pathlib import Path

MAX_CELLS = 50_000_000


def read_sav(path: Path) -> Table:
    """The table in a .sav or .zsav file; user-missing values arrive as nothing.

    Dates stay SPSS's seconds since 1582, which nothing here reads.

    Raises
    ------
    ExchangeError
        the file is damaged, holds no cases, or more than `MAX_CELLS` cells.
    """
    about = _parsed(path, metadataonly=True)[1]
    width = len(about.column_names)
    if not width:
        raise refusal(str(path), "holds no variables; export the answers again.")
    row_limit = MAX_CELLS // width
    data, meta = _parsed(path, row_limit=row_limit + 1)
    n = len(data[meta.column_names[0]])
    if n == 0:
        raise refusal(str(path), "holds no cases; export the answers again.")
    if n > row_limit:
        raise refusal(str(path), f"holds more than {MAX_CELLS:,} cells; leave out variables.")
    columns = tuple(_column(name, data[name], meta) for name in meta.column_names)
    return Table(str(path), columns, range(1, n + 1), "case")


def _parsed(path: Path, **options: Any) -> tuple[Any, Any]:
    import pyreadstat

    try:
        parsed: tuple[Any, Any] = pyreadstat.read_sav(
            path, output_format="dict", disable_datetime_conversion=True, **options
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, MemoryError) as error:
        what = f"is damaged or no SPSS file ({str(error) or 'not enough memory'}); save it again."
        raise refusal(str(path), what) from None
    return parsed


def _column(name: str, cells: Any, meta: Any) -> Column:
    labels = meta.variable_value_labels.get(name, {})
    return Column(
        name=name,
        cells=tuple(map(_text, cells)),
        label=meta.column_names_to_labels.get(name) or "",
        value_labels={_text(value): str(label) for value, label in labels.items()},
    )


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
