"""What a report must be told about the survey: nothing here can be computed from the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.group_names import GroupNames
from reports.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from instruments.model import Instrument
    from reports.asked import AskedWaves
    from reports.look import Look
    from reports.response import Response


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """Facts of the fieldwork as the researcher stated them.

    What is None or empty prints as "not stated by the researcher"; it is never guessed.

    Parameters
    ----------
    study : title of the study.
    brands : name shown for each brand code.
    n_interviews : interviews that were started, whatever became of them.
    response : response rates, or why there are none.
    channels : ways in which people answered, e.g. ``("web", "QR code")``.
    groups : what groups of people are called.
    recruitment : how people were found and chosen.
    weighting : ``"none"`` or a sentence that says how answers were weighted.
    sponsor, conducted_by : who paid, who did the fieldwork.
    attribution : source and licence of the data where they ask to be named.
    fingerprint : SHA-256 of the dataset (`Dataset.fingerprint`).
    simulated : True when a program made the answers; every page then says so.
    looks : colour and logo by brand code, of those that have any.
    short_forms : names, by language, of scales that were asked adaptively and are not told.
    asked : how what each earlier wave was asked differs from this one, the oldest first; in a
        report about all waves, how each differs from the one before it. Empty where there is
        nothing to set beside each other, or nobody knows.
    validation : by identifier of a questionnaire; what its definition says for those not named.
    """

    study: str
    brands: Mapping[str, str] = field(default_factory=dict)
    population: str | None = None
    recruitment: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    n_interviews: int | None = None
    response: Response = None
    channels: tuple[str, ...] = ()
    groups: GroupNames = field(default_factory=GroupNames)
    weighting: str | None = None
    sponsor: str | None = None
    conducted_by: str | None = None
    wave: str | None = None
    attribution: str | None = None
    software_version: str = ""
    fingerprint: str = ""
    simulated: bool = False
    short_forms: tuple[Mapping[str, str], ...] = ()
    asked: tuple[AskedWaves, ...] = ()
    validation: Mapping[str, Validation] = field(default_factory=dict)
    looks: Mapping[str, Look] = field(default_factory=dict)

    def validation_of(self, instrument: Instrument) -> Validation:
        """Where a questionnaire is validated, as far as anybody could tell."""
        if not any(scale.scored for scale in instrument.scales):
            return Validation(scored=False)
        known = self.validation.get(instrument.id)
        return known if known is not None else Validation.by_definition(instrument)

    def brand_name(self, code: str) -> str:
        """The name shown for a brand code; the code itself where no name was given."""
        return self.brands.get(code, code)
