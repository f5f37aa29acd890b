"""A Dataset laid out for a file: one row per interview, one column per variable."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psychometrics.dataset import MISSING
from survey_app.exchange.codebook import ExportTable, Variable
from survey_app.exchange.errors import Fault
from survey_app.exchange.plain_text import writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from instruments.model import Instrument, Item, Scale
    from psychometrics.dataset import Dataset
    from psychometrics.scoring import ScaleScores
    from survey_app.exchange.codebook import Cell, Measure

Filled = tuple[Variable, "Sequence[Cell]"]

_MISSING_CODES = (-99, -999, -9999)
_MEASURES: dict[str, Measure] = {"rating": "scale", "choice": "nominal"}
"""The others are ordinal."""
_DISPOSITIONS = {
    "complete": "Complete interview",
    "partial": "Partial interview",
    "screened_out_attention": "Screened out: failed an attention check",
    "screened_out_ineligible": "Screened out: not eligible",
    "quota_full": "Ended by a full quota",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
}


@dataclass(frozen=True)
class ExtraColumn:
    """A further column for an export, e.g. a screening flag.

    `values` has one entry per interview, all of one type: text, whole numbers, true/false (becomes
    1 and 0) or decimals (NaN is empty).
    """

    name: str
    label: str
    values: Sequence[Any]
    value_labels: Mapping[str, str] = field(default_factory=dict)


def export_table(
    dataset: Dataset,
    instruments: Sequence[Instrument],
    scores: ScaleScores,
    *,
    language: str,
    brand_labels: Mapping[str, str],
    extra: Sequence[ExtraColumn],
) -> ExportTable:
    """The table of a Dataset: interviews, extra columns, raw answers, scale scores."""
    filled = [
        *_interviews(dataset, brand_labels),
        *(_extra(column) for column in extra),
        *_answers(dataset, instruments, language),
        *_scores(scores, instruments, language),
    ]
    remarks = (
        f"Data fingerprint (SHA-256): {dataset.fingerprint}",
        f"Scale scores: {scores.method}.",
        *(f"{each.id} {each.version}: {each.citation.text}" for each in instruments),
    )
    return ExportTable(
        tuple(variable for variable, _ in filled),
        tuple(cells for _, cells in filled),
        "Simulated data" if dataset.simulated else "",
        tuple(" ".join(remark.split()) for remark in remarks),
    )


def faults(
    dataset: Dataset,
    instruments: Sequence[Instrument],
    language: str,
    extra: Sequence[ExtraColumn],
) -> Iterator[Fault]:
    """What keeps a Dataset from being laid out."""
    known = {item.id for instrument in instruments for item in instrument.items()}
    for item in dataset.item_ids:
        if item not in known:
            yield Fault(f"item {item}", "no given instrument asks it; name its instrument too.")
    for instrument in instruments:
        if language not in instrument.languages:
            what = f"it has no wording in {language!r}; use {', '.join(instrument.languages)}."
            yield Fault(f"instrument {instrument.id}", what)
    for column in extra:
        if len(column.values) != dataset.n:
            what = f"it has {len(column.values)} values for {dataset.n} interviews."
            yield Fault(f"column {column.name}", what)


def _interviews(dataset: Dataset, brand_labels: Mapping[str, str]) -> Iterator[Filled]:
    present = set(dataset.brand.tolist())
    labels = {code: label for code, label in brand_labels.items() if code in present}
    yield Variable("respondent", "Identifier of the interview"), _texts(dataset.respondent)
    if dataset.cluster is not None:
        yield Variable("cluster", "Rows of one person"), _texts(dataset.cluster)
    yield Variable("brand", "Brand", value_labels=labels), _texts(dataset.brand)
    yield Variable("wave", "Wave"), _texts(dataset.wave)
    yield Variable("language", "Language of the interview"), _texts(dataset.language)
    yield Variable("channel", "Channel of the interview"), _texts(dataset.channel)
    ended = Variable("disposition", "How the interview ended", value_labels=_DISPOSITIONS)
    yield ended, _texts(dataset.disposition)
    duration = Variable("seconds", "Duration of the interview in seconds", "decimal", "scale")
    yield duration, _decimals(dataset.seconds)
    passed = Variable(
        "instructed", "Instructed item", "integer", value_labels={"0": "failed", "1": "passed"}
    )
    yield passed, _wholes(dataset.instructed)
    if dataset.weight is not None:
        yield Variable("weight", "Weight", "decimal", "scale"), _decimals(dataset.weight)
    if dataset.simulated:
        yield Variable("simulated", "1: made by a simulator", "integer"), [1] * dataset.n
    for name, codes in dataset.background.items():
        # What was asked about people stands among the answers, with its points and their labels.
        if name not in dataset.item_ids:
            yield Variable(writable(name), f"Background: {writable(name)}"), _texts(codes)


def _extra(column: ExtraColumn) -> Filled:
    values = [value.item() if hasattr(value, "item") else value for value in column.values]
    name, label = writable(column.name), writable(column.label)
    if any(isinstance(value, str) for value in values):
        return Variable(name, label, value_labels=column.value_labels), _texts(values)
    if all(value is None or isinstance(value, int) for value in values):
        variable = Variable(name, label, "integer", "nominal", column.value_labels)
        return variable, _wholes(values)
    return Variable(name, label, "decimal", "scale", column.value_labels), _decimals(values)


def _answers(
    dataset: Dataset, instruments: Sequence[Instrument], language: str
) -> Iterator[Filled]:
    asked = {
        item.id: (scale, item)
        for instrument in instruments
        for scale in instrument.scales
        for item in scale.items
    }
    for j, item_id in enumerate(dataset.item_ids):
        cells = [None if value == MISSING else value for value in dataset.answers[:, j].tolist()]
        yield _item_variable(*asked[item_id], language), cells


def _item_variable(scale: Scale, item: Item, language: str) -> Variable:
    wording = item.wording(language, "[brand]")
    form = scale.format
    labels = {str(value): label for value, label in form.labels.get(language, {}).items()}
    if language in item.poles:
        labels = dict(
            zip((str(form.minimum), str(form.maximum)), item.poles[language], strict=True)
        )
    code = next(code for code in _MISSING_CODES if code not in form.values)
    return Variable(
        name=item.id,
        label=f"Reversed item: {wording}" if item.reversed else wording,
        kind="integer",
        measure=_MEASURES.get(form.kind, "ordinal"),
        value_labels=labels,
        missing={code: "No answer"},
    )


def _scores(
    scores: ScaleScores, instruments: Sequence[Instrument], language: str
) -> Iterator[Filled]:
    names = {
        scale.id: scale.name.get(language, scale.id)
        for instrument in instruments
        for scale in instrument.scales
    }
    for j, scale in enumerate(scores.scales):
        label = f"{names.get(scale, scale)}: score from 0 to 100 (POMP)"
        yield Variable(f"{scale}_score", label, "decimal", "scale"), _decimals(scores.pomp[:, j])


def _texts(values: Iterable[Any]) -> list[Cell]:
    return ["" if value is None else writable(str(value)) for value in values]


def _decimals(values: Iterable[Any]) -> list[Cell]:
    return [
        float(value) if value is not None and math.isfinite(value) else None for value in values
    ]


def _wholes(values: Iterable[Any]) -> list[Cell]:
    return [int(value) if value is not None and math.isfinite(value) else None for value in values]
