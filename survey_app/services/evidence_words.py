"""The standing of an instrument in words and plain data, for the command line and the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.format import formatter
from survey_app.domain.evidence import EvidenceError
from survey_app.domain.evidence_rules import RULES
from survey_app.exchange.evidence_file import wave_plain

if TYPE_CHECKING:
    from instruments.model import Evidence, Instrument
    from survey_app.domain.evidence import JudgedWave, Standing, WaveEvidence
    from survey_app.domain.evidence_figures import Coefficient, Figures, Invariance, ModelFit
    from survey_app.domain.evidence_rules import Outcome

FIGURES = formatter("en")

STANDINGS = {
    "published_elsewhere": "Published elsewhere",
    "shown_here": "Shown here",
    "not_yet": "Not yet",
}

_NAMES = {rule.id: rule.name for rule in RULES}
_MET = {True: "met", False: "not met", None: "not judged"}


def published_words(instrument: Instrument, found: Standing) -> str:
    """Whether, and for which languages, a publication speaks for this wording."""
    if found.published_elsewhere:
        languages = ", ".join(found.published.languages)
        return f"yes, the wording in {languages}: {instrument.citation.text}"
    if instrument.wording == "project":
        return "no; this wording is no published one, and so inherits no published figure"
    return "nobody has checked yet in which languages a publication tested this wording"


def shown_words(found: Standing) -> str:
    """Whether the waves added here show that the instrument measures."""
    if found.shown_here:
        waves, n = len(found.showing), sum(one.wave.n for one in found.showing)
        languages = ", ".join(found.shown_languages) or "all languages together"
        number = f"{waves} wave{'s' if waves > 1 else ''}"
        return f"yes, by {number} with {FIGURES.count(n)} complete interviews ({languages})"
    if found.contradicted:
        failed = [one.wave.label for one in found.waves if one.contradicts]
        return f"no; a rule is broken by {', '.join(failed)}"
    if found.waves:
        return "not yet; no wave meets every rule"
    return "not yet; no wave has been added"


def counts_words(one: JudgedWave) -> str:
    """What a wave counts for."""
    if one.why_not:
        return f"counts for nothing: {one.why_not}"
    if one.shows:
        return "shows that the instrument measures"
    if one.contradicts:
        failed = [_NAMES[outcome.rule].lower() for outcome in one.outcomes if outcome.met is False]
        return f"speaks against the instrument; not met: {', '.join(failed)}"
    unknown = [_NAMES[outcome.rule].lower() for outcome in one.outcomes if outcome.met is None]
    return f"counts neither for nor against; not judged: {', '.join(unknown)}"


def outcome_words(outcome: Outcome) -> str:
    """``Reliability: met, .854 (affective)``."""
    return f"{_NAMES[outcome.rule]}: {_MET[outcome.met]}{_detail(outcome)}"


def _detail(outcome: Outcome) -> str:
    if outcome.value is None:
        return f" ({outcome.about})" if outcome.about else ""
    if outcome.rule == "size":
        return f", n = {FIGURES.count(outcome.value)}"
    figure = FIGURES.coefficient(outcome.value, 3)
    named = f"CFI {figure}" if outcome.rule == "fit" else figure
    return f", {named}{f' ({outcome.about})' if outcome.about else ''}"


def explored_words(one: JudgedWave) -> str:
    """How alike the exploratory loadings are to earlier waves'; empty where there are none."""
    if one.explored is None:
        return ""
    figure = FIGURES.coefficient(one.explored, 3)
    return f"Exploratory loadings: lowest congruence with earlier waves {figure}; decides nothing"


def figure_words(figure: Evidence) -> str:
    """A known figure of a definition; what nobody has checked is said to be so."""
    value = "not checked yet" if figure.value is None else FIGURES.coefficient(figure.value, 3)
    n = "" if figure.n is None else f" (n = {FIGURES.count(figure.n)})"
    of = " ".join(filter(None, (figure.statistic, figure.scale, figure.item)))
    return f"{of}: {value}{n}"


def reliability_words(found: Coefficient | None) -> str:
    """A coefficient with its interval, a dash for none."""
    if found is None:
        return "–"
    return FIGURES.estimate(found.value, found.lower, found.upper, 3)


def model_words(name: str, fit: ModelFit) -> str:
    """``correlated, MLR: chi2(32) = 80.5, CFI .970, RMSEA .050, SRMR .040``."""
    indices = {"CFI": fit.cfi, "RMSEA": fit.rmsea, "SRMR": fit.srmr}
    told = ", ".join(f"{key} {FIGURES.coefficient(value, 3)}" for key, value in indices.items())
    chi2 = f"chi2({FIGURES.number(fit.df, 0)}) = {FIGURES.number(fit.chi2, 1)}"
    return f"{name.replace('_', ' ')}, {fit.estimator}: {chi2}, {told}"


def invariance_words(check: Invariance) -> str:
    """The level that holds across groups, and what had to be set free for it."""
    freed = f"; set free: {', '.join(check.partial)}" if check.partial else ""
    return f"{check.level or 'not even configural'}{freed}"


def readable_figures(wave: WaveEvidence) -> Figures | None:
    """The figures of a wave; None where a later version of the program wrote them."""
    try:
        return wave.read_figures()
    except EvidenceError:
        return None


def standing_plain(instrument: Instrument, found: Standing) -> dict[str, Any]:
    """Everything that is known of an instrument's standing, as JSON holds it; unrounded."""
    from dataclasses import asdict

    return {
        "instrument": instrument.id,
        "version": instrument.version,
        "form": found.published.form,
        "standing": found.word,
        "published_elsewhere": {
            "holds": found.published_elsewhere,
            "languages": list(found.published.languages),
            "citation": instrument.citation.text,
            "doi": instrument.citation.doi,
            "figures": [asdict(figure) for figure in instrument.evidence],
        },
        "shown_here": {
            "holds": found.shown_here,
            "languages": list(found.shown_languages),
            "contradicted": found.contradicted,
        },
        "rules": [asdict(rule) for rule in RULES],
        "waves": [_wave_plain(one) for one in found.waves],
    }


def _wave_plain(one: JudgedWave) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **wave_plain(one.wave),
        "imported": one.wave.imported,
        "withdrawn": one.wave.withdrawn,
        "shows": one.shows,
        "contradicts": one.contradicts,
        "why_not": one.why_not,
        "explored_congruence": one.explored,
        "outcomes": [asdict(outcome) for outcome in one.outcomes],
    }
