"""A Dataset becomes labelled files for SPSS, R, Python or a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from survey_app.exchange.errors import ExchangeError, Fault, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from psychometrics.dataset import Dataset
    from psychometrics.scoring import ScaleScores
    from survey_app.exchange.codebook import ExportTable
    from survey_app.exchange.export_table import ExtraColumn

FileFormat = Literal["csv", "sav", "xlsx"]
FORMATS: tuple[FileFormat, ...] = ("csv", "sav", "xlsx")
_SUFFIXES = {"csv": (".csv",), "sav": (".sav", ".zsav"), "xlsx": (".xlsx",)}


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, data first, and what was changed to fit the format."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def write_export(
    dataset: Dataset,
    instruments: Sequence[Instrument],
    path: str | Path,
    file_format: FileFormat,
    *,
    language: str = "en",
    brand_labels: Mapping[str, str] | None = None,
    scores: ScaleScores | None = None,
    extra: Sequence[ExtraColumn] = (),
) -> Written:
    """Write all interviews, usable or not, with labels, raw answers and scale scores.

    Columns: respondent, cluster where several rows are of one person, brand, wave, language,
    channel, disposition, seconds, instructed, weight and simulated where they apply, the background
    of people, `extra`, the items (raw, never reversed), one POMP score per scale that is scored.
    CSV has its codebook beside it (``NAME_codebook.csv``), a workbook as its second sheet. The
    files appear whole or not at all; .sav is read back before it appears.

    Parameters
    ----------
    file_format : ``"csv"``, ``"sav"`` or ``"xlsx"``; `path` must end accordingly.
    language : of item wording and value labels.
    brand_labels : names of the brand codes.
    scores : ``psychometrics.scoring.score(dataset)`` where it is at hand; computed otherwise.
    extra : further columns, e.g. screening flags.

    Raises
    ------
    ExchangeError
        the path and format disagree, a name is unfit or stands twice, an item belongs to no given
        instrument, the language is not there, or the file cannot be written.
    """
    path, *beside = paths_of(Path(path), file_format)
    _check_path(path, file_format)
    table = _table(path, dataset, instruments, language, brand_labels or {}, scores, extra)
    if file_format == "sav":
        from survey_app.exchange.write_sav import write_sav

        return Written((path,), tuple(write_sav(table, path)))
    if file_format == "xlsx":
        from survey_app.exchange.write_xlsx import write_xlsx

        return Written((path,), tuple(write_xlsx(table, path)))
    from survey_app.exchange.write_csv import write_csv

    return Written((path, *beside), tuple(write_csv(table, path, *beside)))


def paths_of(path: Path, file_format: str) -> tuple[Path, ...]:
    """The files that an export at `path` writes, data first."""
    codebook = (path.with_name(f"{path.stem}_codebook.csv"),) if file_format == "csv" else ()
    return (path, *codebook)


def _check_path(path: Path, file_format: str) -> None:
    if file_format not in _SUFFIXES:
        raise refusal(str(path), f"{file_format!r} is no format; use {', '.join(FORMATS)}.")
    if path.suffix.lower() not in _SUFFIXES[file_format]:
        endings = " or ".join(_SUFFIXES[file_format])
        raise refusal(str(path), f"the name of a {file_format} file ends in {endings}; rename it.")


def _table(
    path: Path,
    dataset: Dataset,
    instruments: Sequence[Instrument],
    language: str,
    brand_labels: Mapping[str, str],
    scores: ScaleScores | None,
    extra: Sequence[ExtraColumn],
) -> ExportTable:
    from psychometrics.scoring import score
    from survey_app.exchange.export_table import export_table, faults

    found = list(faults(dataset, instruments, language, extra))
    if found:
        raise ExchangeError(str(path), found)
    table = export_table(
        dataset,
        instruments,
        scores or score(dataset),
        language=language,
        brand_labels=brand_labels,
        extra=extra,
    )
    _check_names(path, table)
    return table


def _check_names(path: Path, table: ExportTable) -> None:
    names = [variable.name for variable in table.variables]
    if not all(name.strip() for name in names):
        raise refusal(str(path), "an extra column has no name; give it one.")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        what = "two columns have this name; rename the extra column, the background or the item."
        raise ExchangeError(str(path), [Fault(f"column {name}", what) for name in repeated])
