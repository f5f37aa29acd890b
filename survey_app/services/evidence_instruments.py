"""The instruments whose evidence a user can look at: those shipped and those of their studies
but for questions typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.load import available, shipped
from survey_app.services.design_blocks import OWN
from survey_app.services.study import instruments_of, studies_for

if TYPE_CHECKING:
    from instruments.model import Instrument
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork


def known_instruments(unit: UnitOfWork, user: User) -> dict[str, Instrument]:
    """Instruments by identifier, the shipped ones first. Of an instrument that is shipped the
    shipped form is taken; waves of a study's own form are listed with it, and do not count."""
    known = {name: shipped(name) for name in available()}
    for study in studies_for(unit, user):
        for one in instruments_of(study):
            if not one.id.startswith(OWN):
                known.setdefault(one.id, one)
    return known
