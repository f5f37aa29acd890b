"""The researcher's results as blocks."""

from __future__ import annotations

import numpy as np

from instruments.load import load_instrument
from reports.blocks import ChartBlock, Paragraph, TableBlock
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.results import ALL_INTERVIEWS, result_sections

CORE = load_instrument("core_engagement")


def analysed(**sizes: int) -> Analysed:
    """Simulated answers about brands of these sizes."""
    cells = [Cell(brand, "w1", n, 0.0) for brand, n in sizes.items()]
    dataset = simulate(scoring_keys([CORE]), cells, np.random.default_rng(5))
    return Analysed(dataset, (CORE,), 30, AnalysisCache())


def test_each_scale_has_a_chart_and_its_figures() -> None:
    """For every scale a chart, and a table with a row for each brand and one for all."""
    found = analysed(north=50, south=40)
    scores, comparison = result_sections(found.scores, (CORE,), {"north": "North Shop"})
    charts = [block for block in scores.blocks if isinstance(block, ChartBlock)]
    tables = [block for block in scores.blocks if isinstance(block, TableBlock)]
    assert len(charts) == len(tables) == len(CORE.scales)
    for table in tables:
        assert [row[0].text for row in table.rows] == ["North Shop", "south", ALL_INTERVIEWS]
    assert comparison.id == "comparison"


def test_pairs_are_every_two_brands_once() -> None:
    """Three brands make three pairs for each scale, named."""
    found = analysed(a=40, b=40, c=40)
    _, comparison = result_sections(found.scores, (CORE,), {"a": "A", "b": "B", "c": "C"})
    pairs = [
        block
        for block in comparison.blocks
        if isinstance(block, TableBlock) and block.name.startswith("pairs-")
    ]
    assert len(pairs) == len(CORE.scales)
    for table in pairs:
        assert [row[0].text for row in table.rows] == ["A − B", "A − C", "B − C"]


def test_single_brand_is_not_compared() -> None:
    """With one brand the section says why it holds no figures."""
    found = analysed(only=50)
    _, comparison = result_sections(found.scores, (CORE,), {})
    assert [type(block) for block in comparison.blocks] == [Paragraph]
