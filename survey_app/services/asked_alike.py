"""Whether the waves of a study were asked the same questionnaire, as reports are told."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from reports.asked import AskedChange, AskedWaves
from survey_app.domain.difference import Effect, Kind
from survey_app.domain.differences import differences
from survey_app.services.dataset import saved_id

if TYPE_CHECKING:
    from survey_app.domain.difference import Difference
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


def asked_since(unit: UnitOfWork, study: Study, wave: Wave) -> tuple[AskedWaves, ...]:
    """How what each earlier wave was asked differs from what a wave was, the oldest first. Waves
    in which nobody was asked are left out."""
    asked = _Asked(unit, study)
    before = [one for one in asked.waves if one.position < wave.position]
    return tuple(asked.between(one, wave) for one in before)


def asked_from_wave_to_wave(
    unit: UnitOfWork, study: Study, wave: Wave | None = None
) -> tuple[AskedWaves, ...]:
    """How what each wave was asked differs from what the one before it was, the oldest first; up to
    a wave, or of all."""
    asked = _Asked(unit, study)
    waves = [one for one in asked.waves if wave is None or one.position <= wave.position]
    return tuple(asked.between(*pair) for pair in pairwise(waves))


class _Asked:
    """The versions that the interviews of each wave were asked; 0 stands for those of a file."""

    def __init__(self, unit: UnitOfWork, study: Study) -> None:
        self._content = {one.number: one.content for one in study.versions if not one.pilot}
        self._versions = unit.versions.by_wave(saved_id(study.id))
        waves = [wave for wave in study.waves if wave.code in self._versions]
        self.waves = sorted(waves, key=lambda wave: wave.position)

    def between(self, before: Wave, after: Wave) -> AskedWaves:
        """Every version of one wave beside every version of the other: what was changed and
        changed back between them is no difference."""
        pairs = [
            (old, new)
            for old in self._versions.get(before.code, [0])
            for new in self._versions.get(after.code, [0])
        ]
        known = all(number in self._content for pair in pairs for number in pair)
        found: dict[AskedChange, None] = {}
        for old, new in pairs:
            if old != new and {old, new} <= set(self._content):
                each = differences(self._content[old], self._content[new])
                found |= dict.fromkeys(_change(one) for one in each)
        return AskedWaves(before.name, after.name, tuple(found), known)


def _change(each: Difference) -> AskedChange:
    """A difference as reports are told it; answers to a short form have no sums, so that they
    compare with nothing."""
    effect = Effect.BREAKS if each.kind is Kind.ADAPTIVE else each.effect
    return AskedChange(
        kind=each.kind.value,
        effect=effect.value,
        scales=each.scales,
        item=each.item,
        brand=each.brand,
        place=each.place,
        before=each.before,
        after=each.after,
        language=each.language,
    )
