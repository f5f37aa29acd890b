"""SPSS files with variable labels, value labels, missing values and measures."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from survey_app.exchange.atomic import replacing
from survey_app.exchange.errors import ExchangeError, refusal
from survey_app.exchange.plain_text import cut_bytes, writable
from survey_app.exchange.spss_names import name_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from survey_app.exchange.codebook import Cell, ExportTable, Variable

LABEL_BYTES = 256
VALUE_LABEL_BYTES = 120
TEXT_BYTES = 32_767
_TITLE_BYTES = 64
_NOTE_BYTES = 80
_FORMATS = {"integer": "F8.0", "decimal": "F8.2"}


def write_sav(table: ExportTable, path: Path) -> list[str]:
    """Write the file (compressed when it ends in .zsav), read it back and compare; the notes tell
    what was cut. Text stays as it is: SPSS runs no formulas.

    Raises
    ------
    ExchangeError
        a name is unfit for SPSS (all of them at once), the file cannot be written, or what was
        read back differs.
    """
    faults = name_faults([variable.name for variable in table.variables])
    if faults:
        raise ExchangeError(str(path), faults)
    notes: list[str] = []
    columns = {
        variable.name: _cells(variable, cells, notes)
        for variable, cells in zip(table.variables, table.cells, strict=True)
    }
    labels = {
        variable.name: _cut(variable.label, LABEL_BYTES, f"label of {variable.name}", notes)
        for variable in table.variables
    }
    value_labels = {
        variable.name: labelled
        for variable in table.variables
        if (labelled := _value_labels(variable, columns[variable.name], notes))
    }
    with replacing(path) as (file,):
        _write(table, file, columns, labels, value_labels, named=str(path))
        _compare(file, table, columns, labels, value_labels, named=str(path))
    return notes


def _cut(text: str, limit: int, noun: str, notes: list[str]) -> str:
    """Text that fits, with a note when it had to be cut; SPSS does not keep blanks at the end."""
    fit = cut_bytes(writable(text), limit)
    if fit != writable(text):
        notes.append(f"The {noun} was cut to {limit} bytes.")
    return fit.rstrip()


def _cells(variable: Variable, cells: Sequence[Cell], notes: list[str]) -> list[str] | list[float]:
    if variable.kind == "text":
        noun = f"text of {variable.name}"
        return [_cut(str(cell), TEXT_BYTES, noun, notes) for cell in cells]
    blank = float(next(iter(variable.missing), "nan"))
    return [blank if cell is None else float(cell) for cell in cells]


def _value_labels(
    variable: Variable, cells: Sequence[str] | Sequence[float], notes: list[str]
) -> dict[Any, str]:
    """Labels by code; of text codes those that occur, as the file has no room for longer ones."""
    noun = f"value labels of {variable.name}: one"
    labels: dict[Any, str] = {**variable.missing}
    if variable.kind == "text":
        present = {cell for cell in cells if len(str(cell).encode()) <= VALUE_LABEL_BYTES}
        codes = {writable(code).rstrip(): label for code, label in variable.value_labels.items()}
        labels = {code: label for code, label in codes.items() if code and code in present}
    else:
        labels |= {float(code): label for code, label in variable.value_labels.items()}
    cut = {code: _cut(label, VALUE_LABEL_BYTES, noun, notes) for code, label in labels.items()}
    return {code: label for code, label in cut.items() if label}


def _write(
    table: ExportTable,
    file: Path,
    columns: Mapping[str, Any],
    labels: Mapping[str, str],
    value_labels: Mapping[str, dict[Any, str]],
    *,
    named: str,
) -> None:
    import pandas as pd
    import pyreadstat

    variables = table.variables
    dtypes = {variable.name: object if variable.kind == "text" else float for variable in variables}
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype=dtypes[name]) for name, cells in columns.items()}
    )
    try:
        pyreadstat.write_sav(
            frame,
            str(file),
            file_label=cut_bytes(table.title, _TITLE_BYTES),
            column_labels=dict(labels),
            compress=file.suffix == ".zsav",
            row_compress=file.suffix != ".zsav",
            note=_note_lines(table.remarks),
            variable_value_labels=dict(value_labels),
            missing_ranges={v.name: list(v.missing) for v in variables if v.missing},
            variable_measure={v.name: v.measure for v in variables},
            variable_format={v.name: _FORMATS[v.kind] for v in variables if v.kind in _FORMATS},
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise refusal(named, f"cannot be written as SPSS file ({error}).") from None


def _note_lines(remarks: Sequence[str]) -> list[str]:
    """Remarks in the lines of 80 bytes that SPSS keeps; other scripts take up to two bytes."""
    widths = [_NOTE_BYTES if remark.isascii() else _NOTE_BYTES // 2 for remark in remarks]
    wrapped = [wrap(writable(each), width) for each, width in zip(remarks, widths, strict=True)]
    return [cut_bytes(line, _NOTE_BYTES) for lines in wrapped for line in lines]


def _compare(
    file: Path,
    table: ExportTable,
    columns: Mapping[str, Any],
    labels: Mapping[str, str],
    value_labels: Mapping[str, dict[Any, str]],
    *,
    named: str,
) -> None:
    """Refuse a file that does not hold what was meant: the library cuts and renames silently."""
    import pyreadstat

    try:
        data, meta = pyreadstat.read_sav(str(file), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError):
        # The library does not notice a full disk: it reports success and leaves a stump.
        raise refusal(named, "was not written in full; is the disk full?") from None
    read_labels = {name: label or "" for name, label in meta.column_names_to_labels.items()}
    measures = {variable.name: variable.measure for variable in table.variables}
    missing = {
        variable.name: [{"lo": code, "hi": code} for code in variable.missing]
        for variable in table.variables
        if variable.missing
    }
    differing = [
        noun
        for noun, read, meant in (
            ("names", meta.column_names, list(columns)),
            ("labels", read_labels, dict(labels)),
            ("value labels", meta.variable_value_labels, dict(value_labels)),
            ("measures", meta.variable_measure, measures),
            ("missing values", meta.missing_ranges, missing),
            ("cells", _comparable(data), _comparable(columns)),
        )
        if read != meant
    ]
    if differing:
        what = f"read back, the {' and '.join(differing)} differ from what was written; "
        raise refusal(named, what + "nothing was kept. Export csv, and report this.")


def _comparable(columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Cells with one sign for nothing: NaN, None and the empty text."""
    return {
        name: [None if cell in (None, "") or cell != cell else cell for cell in cells]
        for name, cells in columns.items()
    }
