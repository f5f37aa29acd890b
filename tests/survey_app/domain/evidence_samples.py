"""Waves of evidence for tests: good ones, to be broken in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from instruments.load import shipped
from survey_app.domain.evidence import WaveEvidence, form_of
from survey_app.domain.evidence_figures import (
    Coefficient,
    Exploration,
    Figures,
    Invariance,
    Loading,
    ModelFit,
    ScaleFigures,
)

CORE = shipped("core_engagement")
SCALES = tuple((scale.id, tuple(item.id for item in scale.items)) for scale in CORE.scales)

GOOD_FIT = ModelFit(
    chi2=80.5,
    df=32,
    p=0.0001,
    cfi=0.97,
    tli=0.96,
    rmsea=0.05,
    rmsea_lower=0.03,
    rmsea_upper=0.07,
    srmr=0.04,
    estimator="MLR",
)


def coefficient(value: float, n: int = 400) -> Coefficient:
    """A coefficient with an interval of .02 to each side."""
    return Coefficient(value, value - 0.02, min(value + 0.02, 1.0), 0.95, n)


def pattern(strong: float = 0.8, weak: float = 0.05) -> dict[str, tuple[float, ...]]:
    """Loadings: `strong` on the own factor, `weak` on the others."""
    return {
        item: tuple(strong if place == own else weak for place in range(len(SCALES)))
        for own, (_, items) in enumerate(SCALES)
        for item in items
    }


def exploration(**changes: Any) -> Exploration:
    """A clean solution of the core questionnaire."""
    names = tuple(name for name, _ in SCALES)
    found = Exploration(400, "minres", "oblimin", names, pattern(), dict.fromkeys(names, 0.97))
    return replace(found, **changes)


def loadings(value: float = 0.8) -> dict[str, Loading]:
    """Standardised loadings of a confirmatory model, all alike."""
    return {item: Loading(scale, value, 0.02) for scale, items in SCALES for item in items}


def figures(**changes: Any) -> Figures:
    """Figures that meet every rule."""
    found = Figures(
        languages={"en": 300, "ru": 100},
        channels={"web": 400},
        brands=4,
        scales=tuple(
            ScaleFigures(name, items, coefficient(0.85), coefficient(0.86))
            for name, items in SCALES
        ),
        exploration=exploration(),
        fit={"correlated": GOOD_FIT},
        loadings=loadings(),
        invariance=(Invariance("brands", "scalar", ("cog1~1",), ({"level": "metric"},)),),
    )
    return replace(found, **changes)


def wave(number: int = 1, *, of: Figures | None = None, **changes: Any) -> WaveEvidence:
    """One of several waves of the core questionnaire, a year after the other."""
    kept: dict[str, Any] = {
        "instrument_id": CORE.id,
        "instrument_version": CORE.version,
        "form": form_of(CORE),
        "source": f"{number:064x}",
        "fingerprint": f"{number + 1000:064x}",
        "label": f"Wave {number}",
        "n": 400,
        "simulated": False,
        "software_version": "0.1.0",
        "figures": (of or figures()).to_plain(),
        "first_day": date(2020 + number, 3, 1),
        "last_day": date(2020 + number, 3, 31),
        "analysed_at": datetime(2020 + number, 4, 2, 12, 30, tzinfo=UTC),
        **changes,
    }
    return WaveEvidence(**kept)
