"""How many of the people who were asked answered, for the researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, TableBlock
from reports.response import ResponseRates
from reports.sections.survey import response_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.sections.study import Study


def response(study: Study) -> str:
    """The response rate with how it counts, or why there is none."""
    found = study.facts.response
    if isinstance(found, ResponseRates):
        return response_words(study, found)
    return study.words(f"method.response_text.{found or 'unstated'}")


def response_table(study: Study) -> Iterator[TableBlock]:
    """Every rate that can be worked out; nothing where there is none."""
    found, words = study.facts.response, study.words
    if not isinstance(found, ResponseRates):
        return
    count = study.figures.count
    yield TableBlock(
        name="response",
        caption=words("psychometric.response.caption"),
        columns=(
            Column(words("psychometric.response.rate"), "start"),
            Column(words("psychometric.response.meaning"), "start", 5),
            Column(words("psychometric.column.share")),
        ),
        rows=tuple(
            (
                Cell(name),
                Cell(words(f"psychometric.response.{name.lower()}")),
                Cell(study.figures.percent(rate, 1)),
            )
            for name, rate in found.rates.items()
        ),
        notes=(
            words(
                "psychometric.response.note",
                cases=count(found.cases),
                complete=count(found.complete),
                outside=count(found.not_eligible),
            ),
        ),
    )
