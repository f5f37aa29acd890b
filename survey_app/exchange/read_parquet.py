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

    def __call__(self) -> dict[str, NDArray[Any]]:
        """The columns: arrays, and pandas Categoricals of columns of text."""
        import pyarrow as pa
        from pyarrow import parquet

        text = [name for name in self.columns if self._is_text(name)]
        file = parquet.ParquetFile(self.path, read_dictionary=text)
        table = file.read_row_group(self.row_group, columns=list(self.columns), use_threads=False)
        found: dict[str, Any] = {}
        for name in self.columns:
            column = table.column(name)
            if pa.types.is_dictionary(column.type):
                found[name] = column.to_pandas().array
            else:
                found[name] = column.to_numpy()
        return found

    def _is_text(self, name: str) -> bool:
        import pyarrow as pa
        from pyarrow import parquet

        kind = parquet.read_schema(self.path).field(name).type
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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
    return tuple(
        ParquetPart(str(path), k, tuple(columns)) for k in range(file.metadata.num_row_groups)
    )
