"""Page four: what people do, measured, and outcomes, beside what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, ChartBlock, Column, Heading, Paragraph, TableBlock
from reports.charts.bullets import OutcomeRow, bullets
from reports.format import NOTHING, decimals
from reports.sections.metric_index import associated, index_of
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.blocks import Block
    from reports.metrics import MetricFinding, MetricFindings
    from reports.sections.story import Story

    Part = Callable[[Story, MetricFinding], str]

_ROOM = 0.08
"""Room beyond the outermost value, as a part of the axis."""


def metrics(story: Story) -> Iterator[Block]:
    """What was measured of the reader's brand; nothing at all where nothing was."""
    found: MetricFindings | None = story.findings.metrics
    if found is not None:
        yield from measured(story, found)


def measured(story: Story, found: MetricFindings) -> Iterator[Block]:
    """Measured behaviour, its index, how both go with the scores, and outcomes."""
    words = story.words
    if found.rows or found.positive or found.negative:
        yield Heading(words("metrics.heading"))
        yield Paragraph(words("metrics.intro"), "note")
    if found.rows:
        yield _table(story, found, "metrics", found.rows, _label)
    if found.positive or found.negative:
        yield _valence_table(story, found)
    yield from index_of(story, found)
    yield from associated(story, found)
    if found.outcomes:
        yield from _outcomes(story, found)


def _outcomes(story: Story, found: MetricFindings) -> Iterator[Block]:
    yield Heading(story.words("metrics.outcomes_heading"))
    compared = [row for row in found.outcomes if row.value is not None and row.others is not None]
    if compared:
        chart = bullets(
            [_bullet(story, row) for row in compared],
            title=story.words("metrics.outcomes_chart", brand=story.brand),
            reference_label=story.words("others.mean"),
            width=story.width,
            language=story.language,
        )
        yield ChartBlock("measured-outcomes-chart", chart, "")
    yield _table(story, found, "outcomes", found.outcomes, _label)


def _bullet(story: Story, row: MetricFinding) -> OutcomeRow:
    """An outcome as it is drawn; a share in percent."""
    unit = story.words("metrics.percent_of", unit=row.unit) if row.share else row.unit
    drawn = [
        100 * value if row.share and value is not None else value
        for value in (row.value, row.lower, row.upper, row.others)
    ]
    estimate, low, high, others = drawn
    return OutcomeRow(
        label=row.name,
        estimate=estimate,
        low=low,
        high=high,
        unit=unit,
        better="lower" if row.lower_is_better else "higher",
        reference=others,
        digits=1 if row.share else decimals(estimate),
        axis=_axis([value for value in drawn if value is not None]),
    )


def _axis(values: Sequence[float]) -> tuple[float, float]:
    """From zero, so that a small difference looks small."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * _ROOM or 1.0
    return low - room * (low < 0), high + room * (high > 0 or low == high)


def _valence_table(story: Story, found: MetricFindings) -> TableBlock:
    positive = {row.metric for row in found.positive}

    def label(story: Story, row: MetricFinding) -> str:
        key = "positive" if row.metric in positive else "negative"
        return story.words(f"metrics.{key}", name=_label(story, row))

    return _table(story, found, "valence", found.positive + found.negative, label)


def _table(
    story: Story, found: MetricFindings, name: str, rows: Sequence[MetricFinding], label: Part
) -> TableBlock:
    columns = _columns(rows, name)
    captions = {"metrics": "table", "valence": "valence_table", "outcomes": "outcomes_table"}
    first = "outcome" if name == "outcomes" else "metric"
    return TableBlock(
        name=f"measured-{name}",
        caption=story.words(f"metrics.{captions[name]}", brand=story.brand),
        columns=(
            Column(story.words(f"metrics.column.{first}"), "start", 2.6),
            *(
                Column(story.words(f"metrics.column.{key}", level=story.level), share=share)
                for key, share in columns.items()
            ),
        ),
        rows=tuple(
            (Cell(_marked(story, row, label)), *(Cell(_PARTS[key](story, row)) for key in columns))
            for row in rows
        ),
        notes=(" ".join(_notes(story, found, name, rows, columns)),),
    )


def _columns(rows: Sequence[MetricFinding], name: str) -> dict[str, float]:
    """The columns that have something in them, with their share of the width."""
    shares = {"source": 1.0, "value": 0.7}
    if any(row.lower is not None for row in rows):
        shares["interval"] = 1.1
    if any(row.previous is not None for row in rows):
        if name == "outcomes":
            shares["previous"] = 0.9
        shares["change"] = 1.75 if any(row.change_lower is not None for row in rows) else 0.8
    if any(row.others is not None for row in rows):
        shares["others"] = 0.7
    if any(row.weight for row in rows):
        shares["weight"] = 0.6
    return shares


def _notes(
    story: Story,
    found: MetricFindings,
    name: str,
    rows: Sequence[MetricFinding],
    columns: dict[str, float],
) -> Iterator[str]:
    words = story.words
    if any(row.visibility is Visibility.CAUTION for row in rows):
        limit = story.findings.rules.verdict_from
        yield words("metrics.caution_note", verdict_from=limit)
    if name == "valence":
        yield words("metrics.valence_note")
        return
    yield words("metrics.outcomes_note" if name == "outcomes" else "metrics.note")
    if any(row.days for row in rows) and name == "metrics":
        yield words("metrics.note_days")
    if "change" in columns:
        yield words("metrics.note_change", level=story.level)
        if any(row.share and row.change is not None for row in rows):
            yield words("metrics.note_share")
    if "weight" in columns and found.index is not None:
        yield words("metrics.note_weight", profile=found.index.profiles[0])


def _marked(story: Story, row: MetricFinding, label: Part) -> str:
    """The name, with a star where few people stand behind the figure."""
    text = label(story, row)
    if row.visibility is Visibility.CAUTION:
        return story.words("metrics.caution_mark", label=text)
    return text


def _label(story: Story, row: MetricFinding) -> str:
    lower = "_lower" if row.lower_is_better else ""
    if row.days is None:
        return story.words(f"metrics.name{lower}", name=row.name, unit=row.unit)
    return story.counted(f"metrics.name_days{lower}", row.days, name=row.name, unit=row.unit)


def _source(story: Story, row: MetricFinding) -> str:
    if row.visibility is Visibility.HIDDEN:
        limit = story.findings.rules.hidden_below
        return story.words("metrics.hidden", hidden_below=limit)
    if row.measured_on == "cell" and row.n == 1:
        return story.words("metrics.whole")
    key = "people" if row.measured_on == "person" else "parts"
    return story.counted(f"metrics.{key}", row.n or 0)


def _figure(story: Story, row: MetricFinding, value: float | None) -> str:
    if row.share:
        return story.figures.percent(value, 1)
    return story.figures.measured(value, row.value)


def _interval(story: Story, row: MetricFinding) -> str:
    if row.lower is None or row.upper is None:
        return NOTHING
    low, high = (_figure(story, row, end) for end in (row.lower, row.upper))
    return story.figures.between(low, high) if row.lower < 0 else f"{low}–{high}"


def _change(story: Story, row: MetricFinding) -> str:
    if row.change is None:
        return NOTHING
    change = _difference(story, row, row.change)
    if row.change_lower is None or row.change_upper is None:
        return change
    ends = (_difference(story, row, end) for end in (row.change_lower, row.change_upper))
    between = story.figures.between(*ends)
    return story.words("metrics.with_interval", value=change, interval=between)


def _difference(story: Story, row: MetricFinding, value: float) -> str:
    if row.share:
        return story.figures.change(100 * value)
    return story.figures.measured_change(value, row.value)


_PARTS: dict[str, Part] = {
    "source": _source,
    "value": lambda story, row: _figure(story, row, row.value),
    "interval": _interval,
    "previous": lambda story, row: _figure(story, row, row.previous),
    "change": _change,
    "others": lambda story, row: _figure(story, row, row.others),
    "weight": lambda story, row: story.figures.percent(row.weight),
}
