"""Gaps of single items, from summaries, against the same contrasts from the answers."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.compare import contrast_to_others
from psychometrics.dataset import MISSING, Dataset, ScoringKey
from psychometrics.item_contrasts import item_contrasts
from psychometrics.items import ItemStatistics, item_statistics
from psychometrics.multiplicity import benjamini_hochberg

ITEMS = ("a", "b", "c")


def brands(sizes: dict[str, int], seed: int = 1) -> tuple[Dataset, dict[str, ItemStatistics]]:
    """Answers of brands that differ, some missing, and the item statistics of each."""
    rng = np.random.default_rng(seed)
    brand = np.repeat(list(sizes), list(sizes.values()))
    place = np.unique(brand, return_inverse=True)[1][:, None] * 0.3
    answers = np.clip(np.round(rng.normal(4 + place, 1.4, (len(brand), 3))), 1, 7)
    answers[rng.random(answers.shape) < 0.05] = MISSING
    key = ScoringKey("one", ITEMS, 1, 7, frozenset({"b"}))
    dataset = Dataset.build(answers, ITEMS, [key], brand=brand)
    return dataset, {code: item_statistics(dataset, brand == code) for code in sizes}


def test_contrasts_from_summaries_equal_those_from_answers() -> None:
    """Gap, interval, p and g are those of contrast_to_others on the keyed answers (1e-9)."""
    dataset, statistics = brands({"x": 60, "y": 80, "z": 120})
    found = item_contrasts(statistics, ITEMS)
    keyed = dataset.keyed("one")
    for column, item in enumerate(ITEMS):
        groups = {
            code: keyed[(dataset.brand == code) & ~np.isnan(keyed[:, column]), column]
            for code in statistics
        }
        expected = contrast_to_others(groups)
        for row in (one for one in found.contrasts if one.item == item):
            other = expected.contrast_of(row.brand)
            assert other is not None
            mine = (row.n, row.mean, row.others, row.gap, row.lower, row.upper, row.p, row.g)
            theirs = (
                other.n,
                other.mean,
                other.others,
                other.gap,
                other.lower,
                other.upper,
                other.p,
                other.g,
            )
            assert mine == pytest.approx(theirs, rel=1e-9)


def test_q_values_are_adjusted_over_all_brands_and_items() -> None:
    """The family is the whole grid of brands and items."""
    _, statistics = brands({"x": 60, "y": 80, "z": 120})
    found = item_contrasts(statistics, ITEMS)
    assert found.n_used == 9
    expected = benjamini_hochberg([row.p for row in found.contrasts])
    assert [row.q for row in found.contrasts] == pytest.approx(list(expected))


def test_a_small_brand_takes_no_part() -> None:
    """A brand under the minimum has no contrast and moves nobody's others."""
    _, statistics = brands({"x": 60, "y": 80, "z": 20})
    found = item_contrasts(statistics, ITEMS, minimum_n=30)
    assert {row.brand for row in found.contrasts} == {"x", "y"}
    x, y = found.of_brand("x")[0], found.of_brand("y")[0]
    assert x.others == pytest.approx(y.mean)
    assert x.n_others == y.n


def test_one_brand_or_no_variation_gives_no_contrast() -> None:
    """Without a second brand, or when everybody answers alike, nothing is compared."""
    _, statistics = brands({"x": 60})
    assert item_contrasts(statistics, ITEMS).contrasts == ()
    same = np.full((80, 3), 4)
    dataset = Dataset.build(
        same, ITEMS, [ScoringKey("one", ITEMS, 1, 7)], brand=["x"] * 40 + ["y"] * 40
    )
    alike = {code: item_statistics(dataset, dataset.brand == code) for code in ("x", "y")}
    assert item_contrasts(alike, ITEMS).contrasts == ()


def test_a_brand_whose_answers_are_all_alike_takes_no_part() -> None:
    """Its standard error of 0 would feign certainty; the scores leave such brands out as well."""
    dataset, _ = brands({"x": 60, "y": 80, "z": 40})
    answers = dataset.answers.copy()
    answers[dataset.brand == "z", 0] = 7
    alike = Dataset.build(answers, ITEMS, dataset.keys, brand=dataset.brand)
    statistics = {code: item_statistics(alike, alike.brand == code) for code in "xyz"}
    found = item_contrasts(statistics, ITEMS)
    assert {row.brand for row in found.contrasts if row.item == "a"} == {"x", "y"}
    assert {row.brand for row in found.contrasts if row.item == "c"} == {"x", "y", "z"}
