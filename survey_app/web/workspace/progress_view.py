"""How fieldwork stands, made ready for its page: names beside codes, the longest lists cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from psychometrics.screening import LONG_STRING_ITEMS, LONG_STRING_SHARE, SPEED_SHARE
from reports.format import formatter
from survey_app.domain.answer_quality import MOST_LEFT_OPEN
from survey_app.domain.fieldwork import Count
from survey_app.services.fieldwork_pages import page_names
from survey_app.services.fieldwork_progress import SPEED
from survey_app.web.filters import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from survey_app.domain.fieldwork import DayCount, FieldworkProgress, FlagCount, PageCount
    from survey_app.domain.study import Brand, Study

MOST_BRANDS = 12
"""With more brands the page shows those with the most and the fewest answers."""
ENDS_SHOWN = 5
MOST_CHANNELS = 12
MOST_DAYS = 60

FLAG_NAMES = {
    "attention": "Failed the attention check",
    "straight": "Gave the same answer again and again",
    "open": "Left questions open",
    "speed": "Answered very fast",
}
"""What the signs of careless answering are called."""

_CUT_OFFS = {
    "attention": "One question says which answer to mark; they marked another.",
    "straight": (
        "The same answer to all rating questions, {fewest} or more. Where some are worded the "
        "other way round: the same answer in a row to at least {run}, both kinds included."
    ),
    "open": "More than {most_open} of the rating questions that they were shown.",
    "speed": "In less than {share} of the median time.",
}
_SPEED_KNOWN = "In less than {fast}; the median is {median}."


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
class FlagRow:
    """A sign of careless answering, from where on it counts as one, and who shows it."""

    name: str
    cut_off: str
    count: FlagCount


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


def flag_rows(progress: FieldworkProgress) -> list[FlagRow]:
    """The signs of careless answering with their cut-offs in words."""
    median = progress.median_seconds
    percent = formatter("en").percent
    told = {
        "fewest": str(LONG_STRING_ITEMS),
        "run": percent(LONG_STRING_SHARE),
        "most_open": percent(MOST_LEFT_OPEN),
        "share": percent(SPEED_SHARE),
        "fast": duration(None if median is None else SPEED_SHARE * median),
        "median": duration(median),
    }
    words = _CUT_OFFS if median is None else {**_CUT_OFFS, SPEED: _SPEED_KNOWN}
    return [
        FlagRow(FLAG_NAMES[each.flag], words[each.flag].format(**told), each)
        for each in progress.flags
    ]


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
