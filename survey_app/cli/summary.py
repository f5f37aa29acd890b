"""The summary of an analysis that `engage analyse` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from survey_app.cli.measurement_summary import print_measurement
from survey_app.cli.short_form_summary import short_form_tables

if TYPE_CHECKING:
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.structure import StructureAnalysis
    from survey_app.services.analyse import Analysed


def print_summary(analysed: Analysed) -> None:
    """Print who was kept, and every result worth a line."""
    console = Console(highlight=False)
    if analysed.only_short_forms:
        console.print(*short_form_tables(analysed), sep="\n")
        console.print(analysed.why_not("measurement"), markup=False)
        return
    scores = analysed.scores
    _print_interviews(console, scores)
    console.print(_scales(scores))
    if scores.brands:
        console.print(_brands(scores))
        console.print(_sums(scores))
    for table in short_form_tables(analysed):
        console.print(table)
    structure = analysed.structure_if_any
    if structure is None:
        reason = analysed.why_not("structure")
        console.print(f"The answers do not allow a search for factors. {reason}", markup=False)
    else:
        console.print(_structure(structure))
        console.print(_loadings(structure))
    measurement = analysed.measurement_if_any
    if measurement is None:
        reason = analysed.why_not("measurement")
        console.print(f"The answers do not allow tests of measurement. {reason}", markup=False)
    else:
        print_measurement(console, measurement)
    said = [part.warnings for part in (structure, measurement) if part is not None]
    for warning in dict.fromkeys((*scores.warnings, *(text for part in said for text in part))):
        console.print(f"Note: {warning}", markup=False, style="yellow")


def _print_interviews(console: Console, scores: ScoreAnalysis) -> None:
    table = Table(title="Interviews", title_justify="left", show_header=False)
    table.add_row("in the file", str(scores.n_interviews))
    for disposition, count in scores.disposition_counts.items():
        table.add_row(f"  {disposition.replace('_', ' ')}", str(count))
    table.add_row("usable", str(scores.n_usable))
    for flag, count in scores.screening.counts.items():
        judged = "" if flag in scores.screening.available else " (could not be judged)"
        table.add_row(f"  flagged: {flag.replace('_', ' ')}{judged}", str(count))
    excluded = scores.n_usable - scores.n_kept
    table.add_row(f"  excluded, {scores.screening.flags_to_exclude} flags or more", str(excluded))
    table.add_row("analysed", str(scores.n_kept))
    if scores.shared_raters is not None:
        table.add_row("  people who gave them", str(scores.shared_raters.people))
    console.print(table)


def _scales(scores: ScoreAnalysis) -> Table:
    table = Table(title="Reliability, with and without screening", title_justify="left")
    for heading in ("scale", "n", "alpha", "95 % interval", "alpha, all usable", "omega"):
        table.add_column(heading, justify="left" if heading == "scale" else "right")
    for scale in scores.scales:
        alpha, unscreened = scale.alpha, scale.unscreened.alpha
        table.add_row(
            scale.scale,
            str(alpha.n_used if alpha else scale.n_scored),
            _figure(alpha.alpha if alpha else None),
            f"{_figure(alpha.lower)} – {_figure(alpha.upper)}" if alpha else "–",
            f"{_figure(unscreened.alpha)} (n = {unscreened.n_used})" if unscreened else "–",
            _figure(scale.omega.omega if scale.omega else None),
        )
    return table


def _brands(scores: ScoreAnalysis) -> Table:
    table = Table(title="Mean score per brand, 0–100 [95 % interval]", title_justify="left")
    table.add_column("brand")
    for scale in scores.scales:
        table.add_column(scale.scale, justify="right")
    for brand in scores.brands:
        table.add_row(Text(brand), *(_mean(scale, brand) for scale in scores.scales))
    return table


def _sums(scores: ScoreAnalysis) -> Table:
    table = Table(
        title="Mean raw sum, all usable (n)",
        title_justify="left",
    )
    table.add_column("brand")
    for scale in scores.scales:
        table.add_column(scale.scale, justify="right")
    for brand in scores.brands:
        table.add_row(Text(brand), *(_sum(scale, brand) for scale in scores.scales))
    return table


def _sum(scale: Any, brand: str) -> str:
    row = next(row for row in scale.unscreened.raw_sums if row.brand == brand)
    return "–" if row.mean is None else f"{row.mean:.2f} ({row.n})"


def _mean(scale: Any, brand: str) -> str:
    if scale.brand_means is None:
        return "–"
    row = next(row for row in scale.brand_means.means if row.group == brand)
    if row.mean is None or row.lower is None:
        return f"– (n = {row.n})"
    return f"{row.mean:.1f} \\[{row.lower:.1f}, {row.upper:.1f}]"


def _structure(structure: StructureAnalysis) -> Table:
    table = Table(title="Structure", title_justify="left", show_header=False)
    table.add_row("interviews with every item answered", str(structure.n_used))
    table.add_row("KMO", _figure(structure.adequacy.overall))
    sphericity = structure.sphericity
    table.add_row("Bartlett", f"chi2 = {sphericity.chi2:.1f}, df = {sphericity.df}")
    for rule, number in structure.suggestion.verdicts.items():
        table.add_row(f"factors by {rule}", str(number))
    table.add_row("items that load elsewhere", ", ".join(structure.misplaced) or "none")
    return table


def _loadings(structure: StructureAnalysis) -> Table:
    solution = structure.solution
    turned = ", ".join(filter(None, (solution.method, solution.rotation)))
    table = Table(title=f"Loadings ({turned})", title_justify="left")
    table.add_column("item")
    for factor, scale in zip(solution.factor_names, structure.factor_scales, strict=True):
        table.add_column(f"{factor} {scale or ''}".strip(), justify="right")
    for item, row in zip(solution.items, solution.pattern, strict=True):
        table.add_row(item, *(_figure(float(value)) for value in row))
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("0.", ".", 1)
