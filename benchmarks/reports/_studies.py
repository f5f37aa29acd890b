"""Scorecards of simulated studies, ready to be set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from instruments.load import load_instrument
from reports.blocks import Cell, Column, Section, TableBlock
from reports.scorecard import scorecard
from survey_app.demo import coffee
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.report import scorecard_findings, survey_facts

if TYPE_CHECKING:
    from reports.blocks import Document
    from reports.charts.primitives import Chart

TABLES = 6


def coffee_scorecards() -> list[Document]:
    """The last wave of the simulated coffee study: every brand that may be reported."""
    instruments = tuple(load_instrument(name) for name in coffee.INSTRUMENTS)
    dataset = coffee.answers(instruments)
    dataset = dataset.select(np.flatnonzero(dataset.wave == coffee.waves()[-1].code))
    analysed = Analysed(dataset, instruments, 30, AnalysisCache())
    names = {brand.code: brand.name("en") for brand in coffee.brands()}
    facts = survey_facts(dataset, title=coffee.TITLE, brands=names)
    made = [
        scorecard(scorecard_findings(analysed, facts, brand, name_others=True)) for brand in names
    ]
    return [_with_tables(document) for document in made if document.charts()]


def _with_tables(document: Document) -> Document:
    """The scorecard with charts' figures as tables behind it, as the web page has them, up to
    `TABLES` in all."""
    lacking = TABLES - len(document.tables())
    charts = [(name, chart) for name, chart in document.charts().items() if len(chart.figures) > 1]
    if lacking <= 0:
        return document
    tables = tuple(_figures(name, chart) for name, chart in charts[-lacking:])
    figures = Section("figures", "Figures of charts", tables)
    return replace(document, sections=(*document.sections, figures))


def _figures(name: str, chart: Chart) -> TableBlock:
    head, *rows = chart.figures
    return TableBlock(
        f"figures-{name}",
        chart.title,
        (Column("Shown", "start", 3), *(Column(words) for words in head)),
        tuple(tuple(Cell(words) for words in row) for row in rows),
    )
