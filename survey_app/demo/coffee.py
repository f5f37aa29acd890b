"""The demo's second study: the core questionnaire about four coffee houses that do not exist."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from survey_app.demo.simulator import Cell, simulate
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
)
LANGUAGES = ("en", "ru")
OPPOSED = frozenset({"switching_intention"})
SEED = 20_260_301

CONSENT = {
    "en": (
        "This is a demonstration. Answering is voluntary and takes about three minutes. You can "
        "stop at any time. Your answers are kept without your name or address."
    ),
    "ru": (
        "Это демонстрация. Участие добровольное и занимает около трёх минут. Вы можете "
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
        Wave(code=code, name=name, first_day=first, last_day=last)
        for code, name, first, last in periods
    ]


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


def answers(instruments: Sequence[Instrument]) -> Dataset:
    """The simulated interviews of all brands and waves."""
    keys = scoring_keys(instruments)
    return simulate(
        keys, cells(), np.random.default_rng(SEED), languages=LANGUAGES, opposed=OPPOSED
    )
