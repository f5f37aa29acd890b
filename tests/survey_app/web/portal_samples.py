"""A study whose people are known by channel, language and age, for the tests of the portal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import create_study, instruments_of
from survey_app.services.user import assign_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

PEOPLE = 240
"""Interviews about each of the two brands in each of the two waves."""

BRANDS = {"lime": "Lime & Sons", "mint": "Mint"}


def add_cafes(unit: UnitOfWork, owner: User, manager: User) -> Study:
    """Two brands in two waves; the manager reads the first.

    In each brand and wave a third came by QR code, four people answered in Russian, and forty are
    of unknown age. An age group has a name that a spreadsheet would take for a formula.
    """
    study = create_study(
        unit,
        owner=owner,
        title="Cafés",
        instruments=["core_engagement", "satisfaction"],
        languages=["en", "ru", "ar"],
        brands=[Brand(code, {"en": name, "ru": name}) for code, name in BRANDS.items()],
        waves=[Wave("w1", "Spring"), Wave("w2", "Autumn")],
    )
    unit.flush()
    cells = [Cell(brand, wave, PEOPLE, 0.2) for wave in ("w1", "w2") for brand in BRANDS]
    keys = scoring_keys(instruments_of(study))
    dataset = simulate(keys, cells, np.random.default_rng(5), languages=["en"])
    place = np.arange(dataset.n) % PEOPLE
    ages = np.where(place % 2 == 0, "18-39", "=40+")
    dataset = replace(
        dataset,
        channel=np.where((place >= 40) & (place % 5 < 2), "qr", "web"),
        language=np.where(place < 4, "ru", "en"),
        background={"age": np.where(place < 40, "", ages)},
        simulated=False,
    )
    import_dataset(unit, study, dataset)
    assign_brands(unit, manager, [*manager.brand_ids, study.brand("lime").id or 0])
    return study
