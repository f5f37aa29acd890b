"""How fieldwork stands, made ready for its page: names beside codes, the longest lists cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from survey_app.domain.fieldwork import Count
from survey_app.services.fieldwork_pages import page_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from survey_app.domain.fieldwork import DayCount, FieldworkProgress, PageCount
    from survey_app.domain.study import Brand, Study

MOST_BRANDS = 12
"""With more brands the page shows those with the most and the fewest answers."""
ENDS_SHOWN = 5
MOST_CHANNELS = 12
MOST_DAYS = 60

FLAG_WORDS = {
    "attention": "Failed the attention check",
    "speed": "Took less than half the median time",
    "straight": "Gave the same answer again and again",
    "open": "Left more than a fifth of the questions open",
}


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand and its interviews."""

    code: str
    name: str
    count: Count


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page, what it is called, and who stops there."""

    name: str
    count: PageCount


@dataclass(frozen=True, slots=True)
class Spark:
    """Interviews per day as a row of bars: `days` without gaps, the latest last."""

    days: Sequence[DayCount]

    @property
    def most(self) -> int:
        """Interviews of the day with the most."""
        return max((day.started for day in self.days), default=0)

    @property
    def busiest(self) -> DayCount:
        """The day with the most, the latest of several."""
        return max(self.days, key=lambda day: (day.started, day.day))


def brand_rows(study: Study, progress: FieldworkProgress) -> list[BrandRow]:
    """Every brand in the study's order, then those of earlier versions, then answers without a
    known brand."""
    none = Count(0, 0)
    rows = [_row(brand, progress.by_brand.get(brand.code, none)) for brand in study.brands]
    known = {row.code for row in rows} | {""}
    rows += [BrandRow(code, code, n) for code, n in progress.by_brand.items() if code not in known]
    unknown = progress.by_brand.get("")
    return [*rows, BrandRow("", "Unknown", unknown)] if unknown else rows


def ends_of(rows: Sequence[BrandRow]) -> tuple[list[BrandRow], list[BrandRow]]:
    """The brands with the most complete interviews and, apart from them, those with the fewest."""
    known = [row for row in rows if row.code]
    ordered = sorted(known, key=lambda row: (-row.count.completed, -row.count.started, row.name))
    return ordered[:ENDS_SHOWN], ordered[ENDS_SHOWN:][-ENDS_SHOWN:]


def found(rows: Iterable[BrandRow], wanted: str) -> list[BrandRow]:
    """The brands whose name or code holds some letters, whatever their case."""
    folded = wanted.strip().casefold()
    return [row for row in rows if folded in row.name.casefold() or folded in row.code.casefold()]


def page_rows(study: Study, progress: FieldworkProgress) -> dict[int, list[PageRow]]:
    """The pages by version, the version that is asked now first; without those that nobody saw."""
    names = page_names(study, progress.pages)
    rows: dict[int, list[PageRow]] = {}
    for count in progress.pages:
        if count.number or count.waiting:
            name = names.get((count.version, count.number), f"Page {count.number}")
            rows.setdefault(count.version, []).append(PageRow(name, count))
    return rows


def spark_of(days: Sequence[DayCount]) -> Spark | None:
    """The last `MOST_DAYS` days up to the latest with an interview; None where there is none."""
    if not days:
        return None
    last = days[-1].day
    first = max(days[0].day, last - timedelta(days=MOST_DAYS - 1))
    known = {day.day: day for day in days}
    length = (last - first).days + 1
    shown = [first + timedelta(days=number) for number in range(length)]
    return Spark([known.get(day) or type(days[0])(day, 0, 0) for day in shown])


def largest(groups: Mapping[str, Count], most: int = MOST_CHANNELS) -> dict[str, Count]:
    """The largest groups, then all others as one with the code ``…``."""
    ordered = sorted(groups.items(), key=lambda pair: -pair[1].started)
    if len(ordered) <= most:
        return dict(groups)
    rest = [count for _, count in ordered[most - 1 :]]
    others = Count(sum(one.started for one in rest), sum(one.completed for one in rest))
    return {**dict(ordered[: most - 1]), "…": others}


def _row(brand: Brand, count: Count) -> BrandRow:
    return BrandRow(brand.code, brand.name("en"), count)
