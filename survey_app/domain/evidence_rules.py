"""By which rules a wave shows that an instrument measures. Every limit is a convention.

`python -m survey_app.cli.reference docs/reference` writes them as a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.evidence_likeness import likeness, likeness_to_published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.evidence_figures import Figures, ModelFit

MINIMUM_N = 200
"""Complete interviews from which on a wave counts, for the instrument or against it."""

LOWEST_RELIABILITY = 0.70
LOWEST_CFI, HIGHEST_RMSEA, HIGHEST_SRMR = 0.95, 0.08, 0.08
"""The bounds of `psychometrics.dimensionality`, so that a report calls no model acceptable that is
not acceptable here."""
LOWEST_CONGRUENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words: what is asked, and what it rests on."""

    id: str
    name: str
    asks: str
    source: str


RULES: tuple[Rule, ...] = (
    Rule(
        "size",
        "Size",
        f"at least {MINIMUM_N} interviews that screening kept and that answered every item",
        "A convention for factor models; Boomsma 1985, doi:10.1007/BF02294248, and others since.",
    ),
    Rule(
        "reliability",
        "Reliability",
        f"alpha and omega of every scale of two items or more at least {LOWEST_RELIABILITY:.2f}, "
        "each as far as it is defined",
        "A convention of Nunnally's (Psychometric theory, 1978).",
    ),
    Rule(
        "fit",
        "Fit",
        f"the confirmatory model of the instrument's own scales has degrees of freedom left, and "
        f"CFI at least {LOWEST_CFI:.2f}, RMSEA at most {HIGHEST_RMSEA:.2f}, SRMR at most "
        f"{HIGHEST_SRMR:.2f}, robust figures where there are any",
        "Hu & Bentler 1999, doi:10.1080/10705519909540118, with the milder bound of Browne & "
        "Cudeck 1992, doi:10.1177/0049124192021002005, for RMSEA. That such limits hold everywhere "
        "is disputed: Marsh, Hau & Wen 2004, doi:10.1207/s15328007sem1103_2.",
    ),
    Rule(
        "congruence",
        "Same loadings",
        f"Tucker's congruence of every factor's confirmatory loadings at least "
        f"{LOWEST_CONGRUENCE:.2f} with each earlier wave that counts and has such loadings, and "
        "with published ones where they are known; met where there is neither",
        "Lorenzo-Seva & ten Berge 2006, doi:10.1027/1614-2241.2.2.57.",
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of a wave: `met` is None where it cannot be judged; `about` tells with
    which figures, `value` the one that decided."""

    rule: str
    met: bool | None
    value: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class JudgedFigures:
    """The figures of a wave with what it is called and how many interviews they rest on."""

    label: str
    n: int
    figures: Figures


def judge(
    wave: JudgedFigures,
    earlier: Sequence[JudgedFigures] = (),
    published_loadings: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """What each of `RULES` says of a wave, in their order."""
    return (
        Outcome("size", wave.n >= MINIMUM_N, wave.n),
        _reliability(wave.figures),
        _fit(wave.figures),
        _congruence(wave.figures, earlier, published_loadings or {}),
    )


def _reliability(figures: Figures) -> Outcome:
    several = [scale for scale in figures.scales if len(scale.items) > 1]
    known = {scale.scale: scale.lowest for scale in several}
    undefined = [scale for scale, value in known.items() if value is None]
    values = {scale: value for scale, value in known.items() if value is not None}
    if not several:
        return Outcome("reliability", None, about="a single item has none")
    if undefined:
        return Outcome("reliability", None, about=f"undefined for {', '.join(undefined)}")
    lowest = min(values, key=values.__getitem__)
    return Outcome("reliability", values[lowest] >= LOWEST_RELIABILITY, values[lowest], lowest)


def _fit(figures: Figures) -> Outcome:
    own = figures.own_fit
    if own is None:
        return Outcome("fit", None, about="no proper confirmatory model")
    name, fit = own
    if fit.df <= 0:
        return Outcome("fit", None, about="the model fits any answers: no degrees of freedom")
    failed = _beyond_limits(fit)
    if failed is None:
        return Outcome("fit", None, about="not every index is known")
    about = f"{name.replace('_', ' ')}, {fit.estimator}"
    return Outcome("fit", not failed, fit.cfi, f"{about}; beyond: {', '.join(failed) or 'none'}")


def _beyond_limits(fit: ModelFit) -> list[str] | None:
    """Indices beyond their limits; None where one is not known."""
    if fit.cfi is None or fit.rmsea is None or fit.srmr is None:
        return None
    beyond = {
        "CFI": fit.cfi < LOWEST_CFI,
        "RMSEA": fit.rmsea > HIGHEST_RMSEA,
        "SRMR": fit.srmr > HIGHEST_SRMR,
    }
    return [name for name, is_beyond in beyond.items() if is_beyond]


def _congruence(
    figures: Figures, earlier: Sequence[JudgedFigures], published: Mapping[str, float]
) -> Outcome:
    # Waves of before confirmatory models were fitted have nothing to be compared with.
    comparable = [one for one in earlier if one.figures.loadings]
    found = [(likeness(figures, one.figures), one.label) for one in comparable]
    if published:
        found.append((likeness_to_published(figures, published), "the publication"))
    if not found:
        return Outcome("congruence", True, about="nothing earlier to compare with")
    known = [(value, label) for value, label in found if value is not None]
    if len(known) < len(found):
        return Outcome("congruence", None, about="loadings are missing or not of the same items")
    lowest, label = min(known)
    return Outcome("congruence", lowest >= LOWEST_CONGRUENCE, lowest, label)
