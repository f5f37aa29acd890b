"""Describing a study before it is opened: which questionnaires are offered, and what it needs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from instruments.load import InstrumentError, available, load_instrument
from survey_app.domain.study import StudyError
from survey_app.services.study import create_study, instruments_of, revise_study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Brand, Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

__all__ = [
    "Description",
    "InstrumentError",
    "WordingMissingError",
    "create_draft",
    "offered_instruments",
    "revise_draft",
    "with_wording",
]


class WordingMissingError(StudyError):
    """A questionnaire cannot be shown to respondents in a language that was chosen."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a researcher says about a study; `instruments` with the main questionnaire first."""

    title: str
    instruments: Sequence[Instrument]
    languages: Sequence[str]
    brands: Sequence[Brand]
    consent: Mapping[str, str]
    shuffle_items: bool = False
    instructed_item: bool = False
    competitors_named: bool = False
    population: str = ""
    sponsor: str = ""

    def fields(self) -> dict[str, Any]:
        """The description as the arguments of `create_study` and `revise_study`."""
        return {name: getattr(self, name) for name in self.__slots__}


def offered_instruments(study: Study | None = None) -> list[Instrument]:
    """The questionnaires a study may use: the shipped ones, those of `study` in its own copy."""
    shipped = {name: load_instrument(name) for name in available()}
    copies = instruments_of(study) if study is not None else []
    return list((shipped | {copy.id: copy for copy in copies}).values())


def with_wording(instrument: Instrument, file_name: str, content: bytes) -> Instrument:
    """The questionnaire with the wording of an uploaded YAML file laid over it.

    Raises
    ------
    InstrumentError
        the file is refused; each fault is told with its line.
    """
    from instruments.wording import overlay

    with tempfile.TemporaryDirectory() as folder:
        # The reader takes a path; the uploader's own name is only repeated in messages.
        path = Path(folder) / "wording.yaml"
        path.write_bytes(content)
        try:
            return overlay(instrument, path)
        except InstrumentError as error:
            raise InstrumentError(file_name[:100] or "wording.yaml", error.problems) from None


def create_draft(unit: UnitOfWork, owner: User, description: Description) -> Study:
    """Add a draft study. Raises StudyError when a rule is broken, WordingMissingError for a
    language in which a questionnaire has no wording."""
    _require_wording(description)
    return create_study(unit, owner=owner, **description.fields())


def revise_draft(study: Study, description: Description) -> None:
    """Describe a draft study anew. Raises as `create_draft`, and StudyError once it was opened."""
    _require_wording(description)
    revise_study(study, **description.fields())


def _require_wording(description: Description) -> None:
    for instrument in description.instruments:
        unworded = [code for code in description.languages if not instrument.is_worded(code)]
        if unworded:
            name = instrument.name.get("en", instrument.id)
            raise WordingMissingError(
                f"{name} has no wording in {', '.join(unworded)}. Leave the language out, choose "
                "another questionnaire, or add a wording file that its owner lets you use."
            )
