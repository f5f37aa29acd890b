"""The demo's first study: real answers about tap water from three suburbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from survey_app.domain.study import Brand, Wave

if TYPE_CHECKING:
    from instruments.model import Instrument
    from psychometrics.dataset import Dataset

FILE = Path(__file__).with_name("tapwater_involvement.csv")
TITLE = "Involvement with tap water"
INSTRUMENT = "zaichkowsky_1994_pii"
SUBURBS = ("1", "2", "3")
POPULATION = "Residents of three suburbs who have tap water at home"
SOURCE = (
    "Answers by Peter Prevos, repository pprevos/r4h2o at commit 9db7209, CC BY-SA 4.0; "
    "identifiers dropped, four columns renamed."
)


def brands() -> list[Brand]:
    """The three suburbs stand where brands stand elsewhere; the file gives numbers only."""
    return [Brand(code=code, names={"en": f"Suburb {code}"}) for code in SUBURBS]


def wave() -> Wave:
    """The field period, from the start dates in the file."""
    return Wave(
        code="1", name="March 2015", first_day=date(2015, 3, 18), last_day=date(2015, 3, 20)
    )


GROUPS = {
    "hardship": {"1": "1", "2": "2–3", "3": "2–3", "4": "4–7", "5": "4–7", "6": "4–7", "7": "4–7"},
    "contact": {"1": "1", **dict.fromkeys("234567", "2–7")},
}
"""Two questions about the people, asked from 1 to 7, in groups large enough to be told apart."""


def answers(instrument: Instrument) -> Dataset:
    """The file as a Dataset; interviews from elsewhere (suburb 0) have no brand."""
    from survey_app.exchange.dataset import to_dataset
    from survey_app.exchange.read import read_table

    dataset = to_dataset(
        read_table(FILE), [instrument], brand_column="suburb", background_columns=list(GROUPS)
    ).dataset
    known = np.isin(dataset.brand, SUBURBS)
    background = {
        name: np.array([groups.get(code, "") for code in dataset.background[name].tolist()])
        for name, groups in GROUPS.items()
    }
    return replace(dataset, brand=np.where(known, dataset.brand, ""), background=background)
