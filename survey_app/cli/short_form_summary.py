"""Scales that were asked adaptively, in `engage analyse`: their rules, and what they tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.cli.answers import AnswersError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.table import Table

    from survey_app.services.analyse import Analysed
    from survey_app.services.short_form_results import AdaptiveResult


def with_short_forms(analysed: Analysed, options: Mapping[str, Any]) -> Analysed:
    """The analysis with the scales of the file of calibrations in `--adaptive`, if any, taken as
    asked adaptively up to `--standard-error`.

    Raises
    ------
    AnswersError
        a calibration does not fit the questionnaires; every fault.
    survey_app.exchange.errors.ExchangeError
        the file is none that `engage calibrate` wrote.
    """
    file, standard_error = options["adaptive"], options["standard_error"]
    if file is None:
        return analysed
    from survey_app.exchange.calibration_file import read_calibrations
    from survey_app.services.adaptive_scales import AdaptiveScales
    from survey_app.services.calibration import rules_faults

    rules = {
        scale: {"calibration": each.to_plain(), "standard_error": standard_error}
        for scale, each in read_calibrations(file).items()
    }
    keys = {key.scale: key for key in analysed.dataset.keys}
    faults = [f"{file}: scale {scale} is not asked." for scale in rules if scale not in keys]
    for scale in rules.keys() & keys.keys():
        faults += [f"{file}: {fault}" for fault in rules_faults(rules[scale], keys[scale])]
    if faults:
        raise AnswersError("\n".join(faults))
    adaptive = AdaptiveScales.everybody(rules, analysed.dataset)
    return replace(analysed, dataset=adaptive.scored(analysed.dataset), adaptive=adaptive)


def short_form_tables(analysed: Analysed) -> Iterator[Table]:
    """What was asked and saved, and the means of brands; none where every scale was asked whole."""
    from rich.table import Table

    found = analysed.short_forms
    if not found:
        return
    asked = Table(title="Short forms: asked and saved", title_justify="left")
    for heading in ("scale", "n", "items", "asked", "saved", "reached"):
        asked.add_column(heading, justify="left" if heading == "scale" else "right")
    for scale, told in found.items():
        mean, saved, reached = told.mean_answered, told.saved, told.reached
        row = (str(told.n), str(told.items), f"{mean:.1f}", f"{saved:.0%}", f"{reached:.0%}")
        asked.add_row(scale, *row)
    yield asked
    for told in found.values():
        if told.means.means:
            yield _means(told)


def _means(told: AdaptiveResult) -> Table:
    from rich.table import Table

    table = Table(title=f"{told.scale}, short form, 0–100", title_justify="left")
    for heading in ("brand", "n", "mean", "SE", "95 % interval"):
        table.add_column(heading, justify="left" if heading == "brand" else "right")
    for row in told.means.means:
        ends = f"{row.lower:.1f} – {row.upper:.1f}"
        table.add_row(row.group, str(row.n), f"{row.score:.1f}", f"{row.score_error:.2f}", ends)
    return table
