"""Answers in a Parquet file, part by part: files that are too large to be held as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.exchange.errors import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """One row group of a file; called, it gives its columns by name.

    It can be sent to another process or machine that sees the same file.
    """

    path: str
    row_group: int
    columns: tuple[str, ...]
    text: tuple[str, ...] = ()
    """Columns of text, read as numbers of their distinct values."""

    def __call__(self) -> dict[str, NDArray[Any]]:
        """The columns: arrays, and pandas Categoricals of columns of text."""
        import pyarrow as pa
        from pyarrow import parquet

        file = parquet.ParquetFile(self.path, read_dictionary=list(self.text))
        table = file.read_row_group(self.row_group, columns=list(self.columns), use_threads=False)
        found: dict[str, Any] = {}
        for name in self.columns:
            column = table.column(name)
            if pa.types.is_dictionary(column.type):
                found[name] = column.to_pandas().array
            else:
                found[name] = column.to_numpy()
        return found


def parquet_parts(path: str | Path, columns: Sequence[str]) -> tuple[ParquetPart, ...]:
    """The row groups of a file, with some of its columns.

    Raises
    ------
    ExchangeError
        the file cannot be read as Parquet, or lacks a column.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(Path(path))
    except (OSError, pa.ArrowException) as error:
        raise refusal(str(path), f"this is no Parquet file that can be read ({error})") from None
    absent = [name for name in columns if name not in file.schema_arrow.names]
    if absent:
        raise refusal(str(path), f"the file has no column {', '.join(absent)}")
    kinds = {name: file.schema_arrow.field(name).type for name in columns}
    text = tuple(
        name
        for name, kind in kinds.items()
        if pa.types.is_string(kind) or pa.types.is_large_string(kind)
    )
    parts = range(file.metadata.num_row_groups)
    return tuple(ParquetPart(str(path), k, tuple(columns), text) for k in parts)
