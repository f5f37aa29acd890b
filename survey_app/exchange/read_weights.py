"""A file of weights becomes a weight profile: YAML (``metric: weight``) or a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from instruments.metrics import WeightsError
from survey_app.exchange.columns import by_name, number
from survey_app.exchange.errors import ExchangeError, Fault, refusal
from survey_app.exchange.read import MAX_BYTES, read_table

if TYPE_CHECKING:
    from instruments.metrics import MetricList, WeightProfile
    from survey_app.exchange.table import Column, Table


def read_weights(
    path: str | Path, metrics: MetricList, *, name: str = "", max_bytes: int = MAX_BYTES
) -> WeightProfile:
    """The profile in a file: YAML lines such as ``reviews: 5``, or a table with the columns metric
    and weight.

    Raises
    ------
    ExchangeError
        the table cannot be read; a metric is unknown, doubled, or takes no weight; a weight is no
        number, or negative; nothing has a weight.
    InstrumentError
        the YAML cannot be read.
    """
    path = Path(path)
    named = name or str(path)
    if path.suffix.lower() in {".yaml", ".yml"}:
        weights = _from_yaml(path, named, metrics)
    else:
        weights = _from_table(read_table(path, name=named, max_bytes=max_bytes), metrics)
    try:
        return metrics.own_profile(weights)
    except WeightsError as error:
        raise refusal(named, str(error)) from None


def _from_yaml(path: Path, name: str, metrics: MetricList) -> dict[str, float]:
    from instruments.yaml_file import read_yaml

    document = read_yaml(path, name)
    if not isinstance(document.data, dict):
        raise refusal(name, "holds no weights; write a line 'metric: weight' for each metric.")
    weights: dict[str, float] = {}
    faults = []
    for text, weight in document.data.items():
        place = f"line {document.lines[text,]}"
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            faults.append(Fault(place, f"the weight of {text[:60]!r} is no number."))
        else:
            faults += _added(weights, text, float(weight), place, metrics)
    if faults:
        raise ExchangeError(name, faults)
    return weights


def _from_table(table: Table, metrics: MetricList) -> dict[str, float]:
    texts, numbers = _column(table, "metric"), _column(table, "weight")
    weights: dict[str, float] = {}
    faults = []
    for row, (text, cell) in enumerate(zip(texts.cells, numbers.cells, strict=True)):
        place, weight = table.place(row), number(cell.strip())
        if weight is None:
            faults.append(Fault(place, f"the weight {cell[:40]!r} is no number."))
        else:
            faults += _added(weights, text, weight, place, metrics)
    if faults:
        raise ExchangeError(table.source, faults)
    return weights


def _added(
    weights: dict[str, float], text: str, weight: float, place: str, metrics: MetricList
) -> list[Fault]:
    """The faults of one line; without any its weight is taken."""
    metric: Any = metrics.found(text)
    if metric is None:
        near = ", ".join(metrics.nearest(text))
        perhaps = f"perhaps {near}?" if near else "see `engage metrics list`."
        return [Fault(place, f"there is no metric {text[:60]!r}; {perhaps}")]
    if metric.id in weights:
        return [Fault(place, f"{metric.id} stands here twice; keep one.")]
    weights[metric.id] = weight
    return []


def _column(table: Table, name: str) -> Column:
    column = by_name(table, name)
    if column is None:
        raise refusal(table.source, f"there is no column {name!r}; name one so.")
    return column
