"""A study's answers as a file that statistics programs read."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.domain.scoring_keys import open_items
from survey_app.services.analyse import NothingToAnalyseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey_app.exchange.export_table import ExtraColumn
    from survey_app.exchange.write import FileFormat, Written
    from survey_app.services.analyse import Analysed

MEDIA_TYPES = {
    "zip": "application/zip",
    "sav": "application/x-spss-sav",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file ready to be handed out; `kind` is its ending."""

    content: bytes
    kind: str
    notes: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The media type of the kind."""
        return MEDIA_TYPES[self.kind]


def write_answers(
    analysed: Analysed,
    path: Path,
    file_format: FileFormat,
    *,
    language: str = "en",
    brand_labels: Mapping[str, str] | None = None,
) -> Written:
    """All interviews, usable or not, with labels, scores, screening flags and what people wrote,
    at `path`.

    Every question of the questionnaire has its variable, whether or not anybody was asked it; see
    `survey_app.services.asked_scales`.

    Raises
    ------
    survey_app.exchange.errors.ExchangeError
        the answers do not fit the format; the message says where.
    """
    from survey_app.exchange.write import write_export

    return write_export(
        analysed.dataset,
        analysed.instruments,
        path,
        file_format,
        language=language,
        brand_labels=brand_labels,
        extra=[*_collected(analysed, language), *_screening(analysed)],
    )


def export_file(
    analysed: Analysed,
    file_format: FileFormat,
    *,
    language: str = "en",
    brand_labels: Mapping[str, str] | None = None,
) -> ExportFile:
    """All interviews of a study, usable or not, with labels and scores.

    CSV comes as a zip archive with its codebook. The same answers give the same bytes for CSV.

    Raises
    ------
    survey_app.exchange.errors.ExchangeError
        the answers do not fit the format; the message says where.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers.{file_format}"
        written = write_answers(
            analysed, path, file_format, language=language, brand_labels=brand_labels
        )
        if len(written.paths) == 1:
            return ExportFile(written.paths[0].read_bytes(), file_format, written.notes)
        return ExportFile(_zip(written.paths), "zip", written.notes)


def _collected(analysed: Analysed, language: str) -> list[ExtraColumn]:
    """Whose interviews belong together over waves, which questionnaire was asked, on which kind of
    device, and what people wrote; none where the answers came otherwise."""
    from survey_app.exchange.export_table import ExtraColumn

    collected = analysed.collected
    if collected is None or collected.dataset is not analysed.dataset:
        return []
    items = open_items(analysed.instruments)
    members = [ExtraColumn("person", "Random key of the panel member", list(collected.person))]
    return [
        *(members if any(collected.person) else ()),
        ExtraColumn("version", "Version of the questionnaire", list(collected.version)),
        ExtraColumn("device", "Class of device", list(collected.device)),
        *(
            ExtraColumn(item, items[item].wording(language, "[brand]"), list(written))
            for item, written in collected.texts.items()
        ),
    ]


def _screening(analysed: Analysed) -> list[ExtraColumn]:
    """One column per flag and whether the interview was kept; none while nobody can be analysed."""
    from survey_app.exchange.export_table import ExtraColumn

    try:
        screening = analysed.scores.screening
    except NothingToAnalyseError:
        return []
    flags = [
        ExtraColumn(f"flag_{name}", f"Screening flag: {name.replace('_', ' ')}", values.tolist())
        for name, values in screening.flags.items()
        if name in screening.available
    ]
    kept = ExtraColumn("analysed", "Interview entered the analysis", screening.kept.tolist())
    return [*flags, kept]


def _zip(paths: Iterable[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.writestr(
                zipfile.ZipInfo(path.name, _DOS_EPOCH),
                path.read_bytes(),
                compress_type=zipfile.ZIP_DEFLATED,
            )
    return packed.getvalue()
