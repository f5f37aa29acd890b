"""Adding analysed waves to the evidence of instruments, taking them back, and what they amount to.

A wave counts once: the same answers are refused, and the same wave with other answers or other
figures takes the place of what was kept of it before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from reports.validation import Validation, among
from survey_app.domain.evidence import (
    EvidenceError,
    Published,
    Standing,
    WaveEvidence,
    form_of,
    source_of,
    standing,
)
from survey_app.domain.study import StudyState
from survey_app.domain.text import one_line
from survey_app.services.evidence_figures import figures_of
from survey_app.services.evidence_models import confirmatory_of, waves_so_far
from survey_app.services.report import software_version
from survey_app.services.study import instruments_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Study, Wave
    from survey_app.domain.user import User
    from survey_app.services.analyse import Analysed
    from survey_app.services.evidence_figures import Confirmatory
    from survey_app.storage.database import UnitOfWork

__all__ = [
    "LONGEST_LABEL",
    "EvidenceError",
    "Kept",
    "Outcome",
    "add_waves",
    "evidence_entry_for",
    "evidence_study_for",
    "keep_all",
    "label_of",
    "standing_of",
    "standings",
    "validation_of",
    "validations",
    "wave_evidence",
    "waves_so_far",
    "with_wave",
]

LONGEST_LABEL = 200
ASKED_ADAPTIVELY = (
    "The scales were asked adaptively. What is missing then depends on the answers, so that no "
    "reliability and no factors can be had of this wave; add one in which everybody was asked all."
)


class Outcome(StrEnum):
    """What became of a wave that was to be added; `OWN`: a file brought what was analysed here."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with what became of it."""

    entry: WaveEvidence
    outcome: Outcome


def evidence_study_for(unit: UnitOfWork, user: User, study_key: str) -> Study | None:
    """The opened study whose waves the user may add to the evidence; None otherwise."""
    study = unit.studies.by_key(study_key)
    if study is None or study.state is StudyState.DRAFT or not user.may_keep_evidence(study):
        return None
    return study


def evidence_entry_for(unit: UnitOfWork, user: User, entry_id: int) -> WaveEvidence | None:
    """The entry that the user may withdraw or put back; None otherwise."""
    entry = unit.evidence.by_id(entry_id)
    if entry is None:
        return None
    study = unit.studies.by_id(entry.study_id) if entry.study_id is not None else None
    return entry if user.may_keep_evidence(study) else None


def label_of(study: Study, wave: Wave) -> str:
    """What a wave is called where nobody chose another label."""
    named = f"{study.title}, {wave.name}" if len(study.waves) > 1 else study.title
    return named[:LONGEST_LABEL]


def wave_evidence(
    analysed: Analysed,
    study: Study,
    wave: Wave,
    *,
    label: str | None = None,
    so_far: Analysed | None = None,
    confirmatory: Mapping[str, Confirmatory] | None = None,
) -> list[WaveEvidence]:
    """What an analysed wave shows of each instrument of the study, not yet kept.

    Instruments of single items have neither reliability nor structure and are left out, and so are
    those of which a scale was asked adaptively: what is missing there depends on the answers.

    Parameters
    ----------
    analysed : the answers of this wave alone.
    label : what readers shall call the wave; by default `label_of` it.
    so_far : this wave and all before it, to be tested across waves; see `waves_so_far`.
    confirmatory : what confirmatory models say, by instrument; worked out where it is not given.

    Raises
    ------
    EvidenceError
        the label cannot be used.
    survey_app.services.analyse.NothingToAnalyseError
        too few answers.
    """
    named = _checked_label(label_of(study, wave) if label is None else label)
    models = confirmatory_of(analysed, so_far) if confirmatory is None else confirmatory
    found, left_out = [], False
    for instrument in instruments_of(study):
        if all(len(scale.items) < 2 or not scale.scored for scale in instrument.scales):
            continue
        if {scale.id for scale in instrument.scales} & set(analysed.asked_adaptively):
            left_out = True
            continue
        n, figures = figures_of(analysed, instrument, models.get(instrument.id))
        found.append(
            WaveEvidence(
                instrument_id=instrument.id,
                instrument_version=instrument.version,
                form=form_of(instrument),
                source=source_of(study, wave),
                fingerprint=analysed.dataset.fingerprint,
                label=named,
                n=n,
                simulated=study.simulated or analysed.dataset.simulated,
                software_version=software_version(),
                figures=figures.to_plain(),
                first_day=wave.first_day,
                last_day=wave.last_day,
                study_id=study.id,
            )
        )
    if left_out and not found:
        from survey_app.services.analyse import NothingToAnalyseError

        raise NothingToAnalyseError(ASKED_ADAPTIVELY)
    return found


def add_waves(
    unit: UnitOfWork, user: User, new: Iterable[WaveEvidence], *, label: str | None = None
) -> list[Kept]:
    """Add what `wave_evidence` found, in the user's name; entries that were withdrawn count again.

    A `label` takes the place of the one that they have.

    Raises
    ------
    EvidenceError
        the label cannot be used, or the same answers are in the evidence as another wave; nothing
        is added.
    """
    entries = list(new)
    for entry in entries:
        entry.added_by_id = user.id
        if label is not None:
            entry.label = _checked_label(label)
    return keep_all(unit, entries)


def keep_all(unit: UnitOfWork, new: Sequence[WaveEvidence]) -> list[Kept]:
    """Keep entries, each wave once. Raises EvidenceError as `add_waves`, keeping none."""
    kept = [_keep(unit, entry) for entry in new]
    unit.flush()
    return kept


def _keep(unit: UnitOfWork, new: WaveEvidence) -> Kept:
    same = unit.evidence.of_wave(new.instrument_id, new.source)
    twin = unit.evidence.of_answers(new.instrument_id, new.fingerprint)
    if twin is not None and twin is not same:
        raise EvidenceError(
            f"The answers of “{new.label}” are in the evidence of {new.instrument_id} already, as "
            f"“{twin.label}”. A wave counts once; withdraw the other entry if this one is right."
        )
    if same is None:
        unit.evidence.add(new)
        return Kept(new, Outcome.ADDED)
    if new.imported and not same.imported:
        return Kept(same, Outcome.OWN)
    if not same.withdrawn and _says_the_same(same, new):
        return Kept(same, Outcome.UNCHANGED)
    for name in _RENEWED:
        setattr(same, name, getattr(new, name))
    same.put_back()
    return Kept(same, Outcome.REPLACED)


_COMPARED = (
    "form",
    "fingerprint",
    "label",
    "n",
    "simulated",
    "software_version",
    "format",
    "first_day",
    "last_day",
    "study_id",
)
_RENEWED = (*_COMPARED, "instrument_version", "figures", "analysed_at", "added_at", "added_by_id")


def _says_the_same(kept: WaveEvidence, new: WaveEvidence) -> bool:
    if any(getattr(kept, name) != getattr(new, name) for name in _COMPARED):
        return False
    return kept.read_figures() == new.read_figures()


def _checked_label(label: str) -> str:
    written = one_line(label)
    if not written or len(written) > LONGEST_LABEL:
        raise EvidenceError(f"Give the wave a label of 1 to {LONGEST_LABEL} characters.")
    return written


def standing_of(unit: UnitOfWork, instrument: Instrument) -> Standing:
    """The standing of an instrument in this very form, with every wave of it."""
    return standing(Published.of(instrument), unit.evidence.of(instrument.id))


def standings(unit: UnitOfWork, instruments: Sequence[Instrument]) -> dict[str, Standing]:
    """The standing of several instruments by identifier, with one query."""
    entries = unit.evidence.of(*(one.id for one in instruments))
    return {
        one.id: standing(
            Published.of(one), [entry for entry in entries if entry.instrument_id == one.id]
        )
        for one in instruments
    }


def with_wave(
    unit: UnitOfWork, instrument: Instrument, new: WaveEvidence
) -> tuple[Standing, Standing]:
    """The standing of an instrument as it is, and as it would be with another wave."""
    published, entries = Published.of(instrument), unit.evidence.of(instrument.id)
    others = [one for one in entries if one.source != new.source]
    return standing(published, entries), standing(published, [*others, new])


def validations(
    unit: UnitOfWork, instruments: Sequence[Instrument], used: Sequence[str]
) -> dict[str, Validation]:
    """What reports may say of the standing of instruments in a survey in the languages `used`."""
    found = standings(unit, instruments)
    return {name: validation_of(one, used) for name, one in found.items()}


def validation_of(found: Standing, used: Sequence[str] = ()) -> Validation:
    """A standing as reports tell it, as far as the languages `used` go (all when empty).

    An instrument that was shown in other languages only is not shown for this survey.
    """
    published = among(found.published.languages, used)
    languages = among(found.shown_languages, used)
    showing = found.showing if found.shown_here else ()
    if found.shown_languages and not languages:
        showing = ()
    return Validation(
        published=published,
        shown=len(showing),
        n=sum(one.wave.n for one in showing),
        languages=languages if showing else (),
    )
