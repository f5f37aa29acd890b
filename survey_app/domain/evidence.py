"""An instrument's evidence: what analysed waves have shown of it, and the standing that it earned.

Standing is never a matter of opinion: `standing` follows from what was published about the very
wording in use, and from the waves that were added, by the rules of `evidence_rules`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from survey_app.domain.evidence_figures import FORMAT, EvidenceError, Figures, figures_from
from survey_app.domain.evidence_likeness import likeness_explored
from survey_app.domain.evidence_rules import MINIMUM_N, JudgedFigures, Outcome, judge
from survey_app.domain.study import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from instruments.model import Instrument
    from survey_app.domain.study import Study, Wave
    from survey_app.domain.user import User

Word = Literal["published_elsewhere", "shown_here", "not_yet"]

__all__ = [
    "EvidenceError",
    "JudgedWave",
    "Published",
    "Standing",
    "WaveEvidence",
    "form_of",
    "source_of",
    "standing",
]


@dataclass(eq=False)
class WaveEvidence:
    """What one analysed wave shows of one instrument. Rows are never deleted, only withdrawn.

    Parameters
    ----------
    form : `form_of` the instrument that was asked; waves of another form never count for it.
    source : `source_of` the wave, the same whenever it is analysed again.
    fingerprint : SHA-256 of the answers (`Dataset.fingerprint`).
    label : what readers of the evidence call the wave; written by who added it.
    n : interviews kept by screening that answered every item of the instrument.
    simulated : True when a program made the answers; such a wave counts for nothing.
    format, figures : the figures as they are kept; `read_figures` reads them.
    study_id : where the wave was analysed; None for evidence from a file.
    added_by_id, withdrawn_by_id : who did it; None for the command line.
    """

    instrument_id: str
    instrument_version: str
    form: str
    source: str
    fingerprint: str
    label: str
    n: int
    simulated: bool
    software_version: str
    figures: Mapping[str, Any]
    format: int = FORMAT
    first_day: date | None = None
    last_day: date | None = None
    analysed_at: datetime = field(default_factory=now)
    added_at: datetime = field(default_factory=now)
    added_by_id: int | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = None
    study_id: int | None = None
    id: int | None = None

    @property
    def day(self) -> date:
        """The day by which waves stand in order: the last of fieldwork, as far as it is known."""
        return self.last_day or self.first_day or self.analysed_at.date()

    @property
    def imported(self) -> bool:
        """True where the figures came as a file from another installation."""
        return self.study_id is None

    @property
    def withdrawn(self) -> bool:
        """True where somebody took the wave back; it is listed and counts for nothing."""
        return self.withdrawn_at is not None

    def read_figures(self) -> Figures:
        """The figures. Raises EvidenceError where a later version of the program wrote them."""
        return figures_from(self.figures, self.format)

    def withdraw(self, user: User | None) -> None:
        """Let the wave count no longer. Withdrawing twice changes nothing."""
        if not self.withdrawn:
            self.withdrawn_at, self.withdrawn_by_id = now(), user.id if user else None

    def put_back(self) -> None:
        """Let a withdrawn wave count again."""
        self.withdrawn_at = self.withdrawn_by_id = None


def form_of(instrument: Instrument) -> str:
    """SHA-256 of what makes answers comparable: identifier, version, whose wording it is, and each
    scale with its range, items and keying.

    The wording itself is told by the version; texts of licensed wording are not at hand everywhere.
    """
    scales = [
        [
            scale.id,
            scale.format.kind,
            scale.format.minimum,
            scale.format.maximum,
            [[item.id, item.reversed] for item in scale.items],
        ]
        for scale in instrument.scales
    ]
    parts = [instrument.id, instrument.version, instrument.wording, scales]
    return _digest(json.dumps(parts, separators=(",", ":")))


def source_of(study: Study, wave: Wave) -> str:
    """A name of the wave that gives neither the study's key nor its title away."""
    return _digest(f"{study.key}:{wave.code}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Published:
    """What is published about an instrument in the form and wording in use.

    `languages` are empty for wording of the project's own: it never inherits what was published.
    `loadings` are published standardised loadings by item, empty where none was checked.
    """

    form: str
    languages: tuple[str, ...] = ()
    citation: str = ""
    loadings: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, instrument: Instrument) -> Published:
        """From a definition."""
        languages = instrument.published_languages
        loadings = {
            figure.item: figure.value
            for figure in instrument.evidence
            if figure.statistic == "loading" and figure.origin == "publication" and languages
            if figure.item is not None and figure.value is not None
        }
        return cls(form_of(instrument), languages, instrument.citation.text, loadings)


@dataclass(frozen=True, slots=True)
class JudgedWave:
    """A wave beside what the rules say of it; `why_not` tells why it counts for nothing.

    `explored` is the lowest congruence of its exploratory loadings with those of earlier waves that
    count, for the reader alone; None where there are none to compare.
    """

    wave: WaveEvidence
    outcomes: tuple[Outcome, ...] = ()
    why_not: str = ""
    explored: float | None = None

    @property
    def shows(self) -> bool:
        """Every rule is met."""
        return not self.why_not and bool(self.outcomes) and all(o.met for o in self.outcomes)

    @property
    def contradicts(self) -> bool:
        """The wave counts, and a rule that could be judged is not met."""
        return not self.why_not and any(one.met is False for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an instrument is published, shown, both or neither. Waves are the oldest first."""

    published: Published
    waves: tuple[JudgedWave, ...]

    @property
    def published_elsewhere(self) -> bool:
        """A publication tested this very wording."""
        return bool(self.published.languages)

    @property
    def shown_here(self) -> bool:
        """At least one wave meets every rule, and no wave that counts fails one."""
        return any(one.shows for one in self.waves) and not self.contradicted

    @property
    def contradicted(self) -> bool:
        """A wave that is large enough fails a rule."""
        return any(one.contradicts for one in self.waves)

    @property
    def showing(self) -> tuple[JudgedWave, ...]:
        """The waves that meet every rule."""
        return tuple(one for one in self.waves if one.shows)

    @property
    def shown_languages(self) -> tuple[str, ...]:
        """Languages of which a wave that meets every rule holds enough interviews."""
        if not self.shown_here:
            return ()
        counts = [one.wave.read_figures().languages for one in self.showing]
        found = {code for each in counts for code, n in each.items() if code and n >= MINIMUM_N}
        return tuple(sorted(found))

    @property
    def word(self) -> Word:
        """The strongest of the three words; both may hold, so read the properties for all."""
        if self.shown_here:
            return "shown_here"
        return "published_elsewhere" if self.published_elsewhere else "not_yet"


def standing(published: Published, seen: Iterable[WaveEvidence]) -> Standing:
    """The standing of an instrument in one form, by the rules of `evidence_rules.RULES`.

    Parameters
    ----------
    published : what is published about this form and wording.
    seen : the instrument's waves, of any form; others than this one's are kept, but do not count.
    """
    judged: list[JudgedWave] = []
    earlier: list[JudgedFigures] = []
    for wave in sorted(seen, key=lambda one: (one.day, one.added_at, one.id or 0)):
        why_not = _why_not(published, wave)
        if why_not:
            judged.append(JudgedWave(wave, why_not=why_not))
            continue
        mine = JudgedFigures(wave.label, wave.n, wave.read_figures())
        judged.append(_judged(wave, mine, earlier, published))
        if not judged[-1].why_not:
            earlier.append(mine)
    return Standing(published, tuple(judged))


def _judged(
    wave: WaveEvidence, mine: JudgedFigures, earlier: list[JudgedFigures], published: Published
) -> JudgedWave:
    outcomes = judge(mine, earlier, published.loadings)
    small = f"fewer than {MINIMUM_N} complete interviews" if mine.n < MINIMUM_N else ""
    explored = [likeness_explored(mine.figures, one.figures) for one in earlier]
    lowest = min((value for value in explored if value is not None), default=None)
    return JudgedWave(wave, outcomes, small, lowest)


def _why_not(published: Published, wave: WaveEvidence) -> str:
    if wave.simulated:
        return "simulated: a program made these answers, and no program is a customer"
    if wave.withdrawn:
        return "withdrawn"
    if wave.form != published.form:
        return f"another form of the instrument (version {wave.instrument_version})"
    if wave.format != FORMAT:
        return "figures of another version of the program, which this one does not read"
    return ""
