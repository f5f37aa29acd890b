"""Alternative text is written from the numbers that were drawn."""

from __future__ import annotations

from string import Formatter

import pytest
from babel import Locale

from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.distribution import ScoreDistribution, bin_scores, distribution
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.charts.interval_dots import IntervalLegend, IntervalRow, interval_dots
from reports.charts.loadings import ItemLoadings, loadings
from reports.charts.scree import scree
from reports.charts.words import chart_words
from tests.reports.chart_samples import UP


def test_interval_dots_say_estimate_interval_comparison_band_and_verdict():
    """Each row's sentence carries every drawn figure and the verdict's word."""
    row = IntervalRow("Emotional", 71.44, 68.0, 74.8, 62.8, 59.0, 66.0, UP)
    legend = IntervalLegend(comparison="Other suburbs")
    chart = interval_dots([row], title="Scores", legend=legend)
    assert chart.alt == (
        "Emotional: 71.4, 95% interval 68.0 to 74.8; Other suburbs 62.8; "
        "Expected range 59.0 to 66.0; above the others."
    )


def test_a_hidden_row_says_why():
    """Without an estimate the sentence gives the reason and no figure."""
    row = IntervalRow("Social", None, note="fewer than 30 answers")
    chart = interval_dots([row], title="Scores")
    assert chart.alt == "Social: no figure, fewer than 30 answers."


def test_caterpillar_counts_places_and_names_the_own_brand():
    """Brands are read in drawn order with their places; the reader's is named as such."""
    brands = [RankedBrand("A", 40, 37, 43), RankedBrand("B", 70.25, 66, 74, own=True)]
    chart = caterpillar(brands, title="Brands", reference=55.1, reference_label="Mean")
    assert chart.alt == (
        "1. B (this brand): 70.2, 95% interval 66.0 to 74.0. "
        "2. A: 40.0, 95% interval 37.0 to 43.0. Mean 55.1."
    )


def test_bars_say_every_share():
    """Each category stands with its percentage, also where the bar has no room for it."""
    item = ItemAnswers("I like it", (0.0, 0.333, 0.667), 1234)
    chart = diverging_bars([item], ["No", "Neither", "Yes"], title="Answers")
    assert chart.alt == "I like it: No 0%, Neither 33%, Yes 67%; n = 1\u202f234."


def test_distribution_says_mean_n_and_bins():
    """Each panel's sentence gives its mean, its n and the share in each bin."""
    panel = ScoreDistribution("A", (1, 0, 3, 0), 4, 47.5)
    chart = distribution([panel], title="Spread")
    assert chart.alt == (
        "A: mean 47.5, n = 4; 0 to 25 25%, 25 to 50 0%, 50 to 75 75%, 75 to 100 0%."
    )


def test_scores_fall_into_equal_bins_with_both_ends():
    """The highest value belongs to the last bin and missing scores to none."""
    assert bin_scores([0, 9.9, 10, 100, float("nan")], bins=10) == (2, 1, 0, 0, 0, 0, 0, 0, 0, 1)


def test_scree_says_both_eigenvalues_of_each_factor():
    """The number retained comes first, then each factor with its quantile."""
    chart = scree([3, 0.456], [1.3, 1.1], retained=1, title="Scree")
    assert chart.alt == (
        "1 factor retained. Factor 1: eigenvalue 3.00, parallel analysis 1.30; "
        "factor 2: eigenvalue 0.46, parallel analysis 1.10."
    )


def test_loadings_say_every_value():
    """Each item's sentence gives its loading on each factor and its communality."""
    chart = loadings([ItemLoadings("I like it", (-0.71, 0.05), 0.52)], ["F1", "F2"], title="L")
    assert chart.alt == "I like it: F1 −.71, F2 .05, communality .52."


def test_words_and_figures_follow_the_language():
    """A Russian chart has Russian words, a decimal comma and the right plural."""
    observed, quantile = [3.0, 2.0, 0.5], [1.2, 1.1, 1.0]
    chart = scree(observed, quantile, retained=2, title="Scree", language="ru-RU")
    assert chart.alt.startswith("Оставлено 2 фактора. Фактор 1: собственное значение 3,00")


@pytest.mark.parametrize("language", ["ar", "de", "en", "ru", "zh"])
def test_every_language_has_every_sentence(language):
    """Each language's file has the keys of the English one, its sentences take the same values, and
    where a count decides there is each form that the language needs and no other."""
    own, english = _sentences(language), _sentences("en")
    assert {key: values for key, (values, _) in own.items()} == {
        key: values for key, (values, _) in english.items()
    }
    needed = set(Locale.parse(language).plural_form.tags) | {"other"}
    assert all(forms in ({""}, needed) for _, forms in own.values())


def _sentences(language):
    """Key → the values that its sentences take, and its plural forms."""
    found = {}
    for group, entries in chart_words(language).sentences.items():
        for key, entry in entries.items():
            parts = entry if isinstance(entry, dict) else {"": entry}
            plural = "other" in parts
            for name, text in parts.items():
                place = f"{group}.{key}" if plural or not name else f"{group}.{key}.{name}"
                values, forms = found.setdefault(place, (set(), set()))
                values |= {value for _, value, _, _ in Formatter().parse(text) if value}
                forms.add(name if plural else "")
    return found
