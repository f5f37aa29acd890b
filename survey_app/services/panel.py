"""A panel: how many of its members answered one wave, two, or more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.exchange.write_tables import PrintedTable, table_file
from survey_app.services.dataset import saved_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class WaveMembers:
    """Members of a panel in one wave: how many answered it, and how many of them had answered the
    wave before; None for the first wave."""

    wave: Wave
    answered: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Panel:
    """How often members answered: `by_waves` is the number of members by how many waves they
    answered, `waves` each wave in order. Only whole interviews count, pilots never."""

    by_waves: Mapping[int, int]
    waves: tuple[WaveMembers, ...]

    @property
    def members(self) -> int:
        """Members who answered at least one wave."""
        return sum(self.by_waves.values())


def panel_of(unit: UnitOfWork, study: Study) -> Panel:
    """The panel of a pseudonymous study; an empty one for an anonymous study."""
    study_id = saved_id(study.id)
    answered = unit.panels.of_waves(study_id)
    rows: list[WaveMembers] = []
    before: Wave | None = None
    for wave in sorted(study.waves, key=lambda wave: wave.position):
        both = None if before is None else unit.panels.of_both(before.id or 0, wave.id or 0)
        rows.append(WaveMembers(wave, answered.get(wave.code, 0), both))
        before = wave
    return Panel(unit.panels.by_waves(study_id), tuple(rows))


def panel_file(panel: Panel) -> bytes:
    """How many members answered how many waves, as CSV."""
    rows = [[str(waves), str(members)] for waves, members in panel.by_waves.items()]
    return table_file(PrintedTable("panel", ("waves_answered", "members"), rows))
