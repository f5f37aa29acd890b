"""The demo's second study: the core questionnaire about four coffee houses that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from survey_app.demo.simulator import Activity, Cell, Trait, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Instrument
    from psychometrics.dataset import Dataset

TITLE = "Coffee houses, engagement tracker"
INSTRUMENTS = (
    "core_engagement",
    "satisfaction",
    "switching_intention",
    "likelihood_to_recommend",
    "engagement_valence",
    "behaviour_checklist",
    "engagement_levels",
)
LANGUAGES = ("en", "ru")
OPPOSED = frozenset({"switching_intention", "negative_engagement"})
TARGET = {"age": ["18-29", "30-44"]}
TRAITS = (
    Trait(
        "age",
        {"18-29": (0.28, 0.1), "30-44": (0.32, 0.05), "45-59": (0.25, -0.05), "60+": (0.15, -0.15)},
    ),
    Trait(
        "customer",
        {"regular": (0.45, 0.25), "occasional": (0.35, -0.2), "first year": (0.2, -0.1)},
    ),
)
RARITY = {
    "act_read": -0.6,
    "act_save": 0.4,
    "act_follow": 0.1,
    "act_rate": 0.2,
    "act_comment": 0.7,
    "act_share": 0.6,
    "act_recommend": -0.2,
    "act_ask": 0.9,
    "act_upload": 1.1,
    "act_write": 1.2,
    "act_help": 1.3,
    "act_meet": 1.4,
    "act_lead": 2.2,
    "lev_click": -0.9,
    "lev_consume": -0.4,
    "lev_understand": -0.1,
    "lev_apply": 0.4,
}
SEED = 20_260_301

CONSENT = {
    "en": (
        "This is a demonstration. Answering is voluntary and takes about six minutes. You can "
        "stop at any time. Your answers are kept without your name or address."
    ),
    "ru": (
        "Это демонстрация. Участие добровольное и занимает около шести минут. Вы можете "
        "остановиться в любой момент. Ответы хранятся без имени и адреса."
    ),
}


def brands() -> list[Brand]:
    """Four invented coffee houses."""
    names = {
        "aurora": ("Aurora Coffee", "Кофейня «Аврора»"),
        "birch": ("Birch & Bean", "Берёза и зерно"),
        "copper": ("Copper Kettle", "Медный чайник"),
        "dune": ("Dune Roasters", "Дюна"),
    }
    return [Brand(code=code, names={"en": en, "ru": ru}) for code, (en, ru) in names.items()]


def waves() -> list[Wave]:
    """Three field periods of two weeks."""
    periods = [
        ("2026-1", "Winter 2026", date(2026, 2, 2), date(2026, 2, 15)),
        ("2026-2", "Summer 2026", date(2026, 6, 1), date(2026, 6, 14)),
        ("2026-3", "Autumn 2026", date(2026, 10, 5), None),
    ]
    return [
        Wave(
            code=code,
            name=name,
            first_day=first,
            last_day=last,
            opens_at=_midnight(first),
            closes_at=_midnight(last + timedelta(days=1)) if last else None,
        )
        for code, name, first, last in periods
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def cells() -> list[Cell]:
    """Interviews and latent means by brand and wave: one brand clearly ahead, one behind, one with
    few interviews and one with too few to report."""
    sizes = {"aurora": 190, "birch": 170, "copper": 68, "dune": 24}
    shifts = {
        "aurora": (0.15, 0.25, 0.35),
        "birch": (-0.05, -0.15, -0.25),
        "copper": (0.0, 0.05, 0.0),
        "dune": (0.1, 0.1, 0.1),
    }
    return [
        Cell(brand=brand, wave=wave.code, n=n, shift=shifts[brand][position])
        for position, wave in enumerate(waves())
        for brand, n in sizes.items()
    ]


def activities(instruments: Sequence[Instrument]) -> list[Activity]:
    """Every item of a checklist, with how seldom it is done."""
    return [
        Activity(item.id, scale.format.minimum, scale.format.maximum, RARITY[item.id])
        for instrument in instruments
        for scale in instrument.scales
        if not scale.scored
        for item in scale.items
    ]


def answers(instruments: Sequence[Instrument]) -> Dataset:
    """The simulated interviews of all brands and waves."""
    return simulate(
        scoring_keys(instruments),
        cells(),
        np.random.default_rng(SEED),
        languages=LANGUAGES,
        opposed=OPPOSED,
        activities=activities(instruments),
        traits=TRAITS,
    )
