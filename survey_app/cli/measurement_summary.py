"""What the tests of measurement show, as `engage analyse` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from psychometrics.dimensionality import Dimensionality, TotalVerdict
    from psychometrics.measurement import Comparability, MeasurementAnalysis, Validity

MODELS = {
    "one_factor": "one factor",
    "correlated": "correlated scales",
    "second_order": "second order",
    "bifactor": "bifactor",
}
TOTAL = {
    "one_dimension": "A total may be reported: one factor explains the answers well enough.",
    "general_factor": "A total may be reported: what all items share outweighs what sets the "
    "scales apart.",
    "scales_apart": "No total: what sets the scales apart weighs too much.",
    "no_model_fits": "No total: none of the models describes the answers well enough.",
    "not_tested": "No total: the models that could support one could not be tested.",
}
COMPARABLE = {
    "comparable": "means may be compared",
    "aligned": "means may be compared after alignment",
    "doubtful": "no difference between them was found, but the model itself fits only roughly: "
    "compare means with caution",
    "not_comparable": "means must not be compared",
    "untested": "not tested",
}


def print_measurement(console: Console, measurement: MeasurementAnalysis) -> None:
    """Print models, validity, comparability and precision."""
    console.print(_models(measurement.dimensionality))
    for test in measurement.dimensionality.tests:
        reason = test.reason
        if test.fit is not None and not test.proper:
            reason = f"not to be believed. {' '.join(test.fit.warnings)}"
        if reason:
            console.print(f"{MODELS[test.name].capitalize()}: {reason}", markup=False)
    console.print(total_sentence(measurement.dimensionality.total), markup=False)
    if measurement.validity is not None:
        console.print(_validity(measurement.validity))
    if measurement.comparability:
        console.print(_comparability(measurement.comparability))
    console.print(_precision(measurement))


def total_sentence(total: TotalVerdict) -> str:
    """Whether a total may be reported, with the figures behind it."""
    if total.omega_hierarchical is None or total.explained_common_variance is None:
        return TOTAL[total.rule]
    return (
        f"{TOTAL[total.rule]} Hierarchical omega {_figure(total.omega_hierarchical)}, "
        f"explained common variance {_figure(total.explained_common_variance)}."
    )


def _models(found: Dimensionality) -> Table:
    table = Table(title="Models (MLR; robust where it exists)", title_justify="left")
    for heading in ("model", "chi2", "df", "CFI", "TLI", "RMSEA", "SRMR", "BIC"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    for test in found.tests:
        if test.fit is None or not test.fit.converged:
            continue
        chi2, df, bic = (test.measure(name) for name in ("chisq", "df", "bic"))
        indices = [_figure(test.measure(name)) for name in ("cfi", "tli", "rmsea", "srmr")]
        table.add_row(MODELS[test.name], f"{chi2:.1f}", f"{df:.0f}", *indices, f"{bic:.0f}")
    return table


def _validity(validity: Validity) -> Table:
    table = Table(title="Validity", title_justify="left")
    for heading in ("scale", "composite reliability", "variance extracted", "highest HTMT"):
        table.add_column(heading, justify="left" if heading == "scale" else "right")
    for k, scale in enumerate(validity.scales):
        ratio = "–"
        if validity.htmt is not None:
            others = [float(v) for j, v in enumerate(validity.htmt.values[k]) if j != k]
            ratio = _figure(max(others))
        table.add_row(
            scale, _figure(validity.reliability[k]), _figure(validity.extracted[k]), ratio
        )
    return table


def _comparability(tests: tuple[Comparability, ...]) -> Table:
    table = Table(title="Comparability", title_justify="left")
    for heading in ("across", "groups", "highest level that holds", "so"):
        table.add_column(heading)
    for test in tests:
        level = "–"
        if test.invariance is not None:
            verdict = test.invariance.verdict
            level = verdict.highest or "none"
            if verdict.highest_partial != verdict.highest:
                level += f", partly {verdict.highest_partial}"
        said = COMPARABLE[test.verdict] + (f": {test.reason}" if test.reason else "")
        table.add_row(f"{test.across}s", Text(", ".join(test.groups)), level, Text(said))
    return table


def _precision(measurement: MeasurementAnalysis) -> Table:
    table = Table(title="Precision along the scales (graded response model)", title_justify="left")
    for heading in ("scale", "marginal reliability", "weakest item", "its slope"):
        table.add_column(heading, justify="right" if "slope" in heading else "left")
    for each in measurement.precision:
        if each.model is None:
            table.add_row(each.scale, Text(each.reason, style="dim"))
            continue
        slopes = each.model.slopes[:, 0]
        weakest = int(slopes.argmin())
        table.add_row(
            each.scale,
            _figure(each.model.information().marginal_reliability),
            each.model.items[weakest],
            f"{slopes[weakest]:.2f}",
        )
    return table


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:.3f}".replace("0.", ".", 1)
