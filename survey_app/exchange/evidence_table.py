"""An instrument's evidence as rows of a table: one for each scale of each wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.evidence import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from survey_app.domain.evidence import WaveEvidence
    from survey_app.domain.evidence_figures import Coefficient, Figures, ScaleFigures

WAVE = (
    "wave",
    "instrument",
    "instrument_version",
    "first_day",
    "last_day",
    "simulated",
    "withdrawn",
    "imported",
    "n",
)
SAMPLE = ("languages", "brands")
SCALE = ("scale", "items")
RELIABILITY = tuple(
    f"{name}{part}" for name in ("alpha", "omega") for part in ("", "_lower", "_upper", "_n")
)
FIT = ("chi2", "df", "p", "cfi", "tli", "rmsea", "rmsea_lower", "rmsea_upper", "srmr", "estimator")
ORIGIN = ("analysed_at", "software_version", "fingerprint", "form")
HEADINGS = (
    *WAVE,
    *SAMPLE,
    *SCALE,
    *RELIABILITY,
    "congruence_with_theory",
    "model",
    *FIT,
    *ORIGIN,
)


def evidence_rows(waves: Iterable[WaveEvidence]) -> Iterator[Sequence[object]]:
    """Headings, then a row for each scale; waves of a later format have one row without figures."""
    yield HEADINGS
    for wave in waves:
        try:
            figures = wave.read_figures()
        except EvidenceError:
            gap = len(HEADINGS) - len(WAVE) - len(ORIGIN)
            yield (*_of_wave(wave), *[None] * gap, *_origin(wave))
            continue
        for scale in figures.scales:
            yield (*_of_wave(wave), *_of_scale(figures, scale), *_origin(wave))


def _of_wave(wave: WaveEvidence) -> tuple[object, ...]:
    return (
        wave.label,
        wave.instrument_id,
        wave.instrument_version,
        wave.first_day,
        wave.last_day,
        int(wave.simulated),
        int(wave.withdrawn),
        int(wave.imported),
        wave.n,
    )


def _of_scale(figures: Figures, scale: ScaleFigures) -> tuple[object, ...]:
    languages = " ".join(f"{code or 'unknown'}:{n}" for code, n in figures.languages.items())
    congruence = figures.exploration.congruence if figures.exploration else {}
    model, fit = figures.own_fit or (None, None)
    return (
        languages,
        figures.brands,
        scale.scale,
        len(scale.items),
        *_coefficient(scale.alpha),
        *_coefficient(scale.omega),
        congruence.get(scale.scale),
        model,
        *(getattr(fit, name, None) for name in FIT),
    )


def _coefficient(found: Coefficient | None) -> tuple[object, ...]:
    if found is None:
        return (None, None, None, None)
    return (found.value, found.lower, found.upper, found.n)


def _origin(wave: WaveEvidence) -> tuple[object, ...]:
    return (wave.analysed_at.isoformat(), wave.software_version, wave.fingerprint, wave.form)
