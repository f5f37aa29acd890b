"""Values of behavioural metrics as they are kept: written and read in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.storage.tables import brand, metric_value, wave

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_KEY = ("study_id", "wave_id", "brand_id", "metric", "unit", "subject")
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class MetricStore:
    """The values of metrics of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def values(self, study_id: int, *wave_codes: str) -> Sequence[Row[Any]]:
        """Every value of a study, or of some waves: unit, subject, brand, wave, metric, value; the
        same values always in the same order."""
        known = metric_value.c
        columns = (
            known.unit,
            known.subject,
            brand.c.code.label("brand"),
            wave.c.code.label("wave"),
            known.metric,
            known.value,
        )
        query = (
            _joined(select(*columns))
            .where(known.study_id == study_id)
            .order_by(known.wave_id, known.brand_id, known.metric, known.unit, known.subject)
        )
        if wave_codes:
            query = query.where(wave.c.code.in_(wave_codes))
        return self._session.execute(query).all()

    def overview(self, study_id: int) -> Sequence[Row[Any]]:
        """What is kept of a study, worked out in place: wave, brand, metric, unit, n, mean and
        total of the values; waves and brands in their own order."""
        known = metric_value.c
        query = (
            _joined(
                select(
                    wave.c.code.label("wave"),
                    brand.c.code.label("brand"),
                    known.metric,
                    known.unit,
                    func.count().label("n"),
                    func.avg(known.value).label("mean"),
                    func.sum(known.value).label("total"),
                )
            )
            .where(known.study_id == study_id)
            .group_by(wave.c.id, brand.c.id, known.metric, known.unit)
            .order_by(
                wave.c.position, wave.c.id, brand.c.position, brand.c.id, known.metric, known.unit
            )
        )
        return self._session.execute(query).all()

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add values at once, each in the place of the one that was kept of the same study, wave,
        brand, metric, unit and subject."""
        if not rows:
            return
        insert = _INSERT[self._session.get_bind().dialect.name](metric_value)
        new_value = {"value": insert.excluded.value}
        query = insert.on_conflict_do_update(index_elements=_KEY, set_=new_value)
        self._session.execute(query, list(rows))

    def forget_wave(self, study_id: int, wave_id: int) -> int:
        """Remove every value of a wave; how many there were."""
        known = metric_value.c
        query = delete(metric_value).where(known.study_id == study_id, known.wave_id == wave_id)
        return int(self._session.execute(query).rowcount)  # type: ignore[attr-defined]


def _joined(query: Select[Any]) -> Select[Any]:
    known = metric_value.c
    return query.join_from(metric_value, wave, known.wave_id == wave.c.id).join(
        brand, known.brand_id == brand.c.id
    )
