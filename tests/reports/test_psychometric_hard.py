"""The report on answers that models cannot describe: said, and no figure that means nothing."""

from __future__ import annotations

from functools import cache

import numpy as np

from psychometrics.dataset import Dataset, ScoringKey
from reports.blocks import Bullets, Document, Paragraph
from reports.format import NOTHING
from reports.psychometric_report import psychometric_report
from tests.reports.surveys import analysed, facts


@cache
def at_odds(language: str = "en") -> Document:
    """Two items that go with the first and against each other: no factor can be behind them."""
    rng = np.random.default_rng(5)
    first, second, third = rng.normal(size=(3, 300))
    noise = 0.6 * rng.normal(size=(3, 300))
    sums = np.array([first + second, first - third, second + third]) + noise
    answers = np.clip(np.round(4 + sums.T), 1, 7)
    dataset = Dataset.build(
        answers, ["x1", "x2", "x3"], [ScoringKey("odd", ("x1", "x2", "x3"), 1, 7)]
    )
    _, analysis, measurement = analysed(dataset)
    return psychometric_report(
        analysis, None, [], facts(dataset), language, measurement=measurement
    )


def test_a_search_without_end_gives_no_figures() -> None:
    """A model whose search did not end has a reason instead of fit, diagram and validity."""
    report = at_odds()
    row = [cell.text for cell in report.tables()["models"].rows[0]]
    assert set(row[1:]) == {NOTHING}
    assert "path-diagram" not in report.charts()
    assert "model-loadings" not in report.tables()
    assert "convergent-validity" not in report.tables()
    said = " ".join(" ".join(b.items) for b in report.blocks() if isinstance(b, Bullets))
    assert "did not end at a minimum" in said
    told = " ".join(b.text for b in report.blocks() if isinstance(b, Paragraph))
    assert "Validity cannot be told" in told


def test_what_cannot_be_had_is_said_in_russian_too() -> None:
    """The same sections stand in the other language."""
    told = " ".join(b.text for b in at_odds("ru").blocks() if isinstance(b, Paragraph))
    assert "О валидности сказать нельзя" in told
