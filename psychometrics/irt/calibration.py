"""Calibrated items as plain data, so that later answers are placed on the same trait."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.irt._answers import IrtError
from psychometrics.irt._calibration_faults import KIND, METRIC, faults_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from psychometrics.dataset import Dataset
    from psychometrics.irt.grm import GradedModel

__all__ = ["CalibratedItem", "Calibration", "CalibrationError", "calibrate", "calibration_of"]


class CalibrationError(IrtError):
    """A calibration that cannot be used. Says every fault, a line each, with place and mend."""


@dataclass(frozen=True)
class CalibratedItem:
    """One item on the trait.

    Parameters
    ----------
    item : its identifier.
    slope : a > 0, logistic, by one standard deviation of the trait.
    thresholds : b₁ < b₂ < …, on the trait; one fewer than `values`.
    values : answers after reversal that were chosen when it was calibrated, ascending.
    reversed : keyed the other way; an answer x then counts as minimum + maximum − x.
    """

    item: str
    slope: float
    thresholds: tuple[float, ...]
    values: tuple[int, ...]
    reversed: bool = False


@dataclass(frozen=True)
class Calibration:
    """The items of one scale under a graded response model, and where that comes from.

    P(answer of ``values[k]`` or above) = 1 / (1 + exp(−a (θ − bₖ))), θ standard normal among those
    who calibrated it.

    Parameters
    ----------
    scale : identifier of the scale. items : at least two, in questionnaire order.
    minimum, maximum : theoretical ends of the response format.
    n : interviews that calibrated it. source : which answers those were.
    method : how it was fitted. warnings : what the fit said of itself.
    metric : the only one there is, `METRIC`.

    Raises
    ------
    CalibrationError
        with every fault.
    """

    scale: str
    items: tuple[CalibratedItem, ...]
    minimum: int
    maximum: int
    n: int
    source: str
    method: str
    warnings: tuple[str, ...] = ()
    metric: str = METRIC

    def __post_init__(self) -> None:
        _require(self.to_plain())

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The identifiers of the items, in questionnaire order."""
        return tuple(each.item for each in self.items)

    def to_plain(self) -> dict[str, Any]:
        """Everything as values that JSON carries; `from_plain` reads it back unchanged."""
        items = [
            {**asdict(each), "thresholds": list(each.thresholds), "values": list(each.values)}
            for each in self.items
        ]
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {"kind": KIND, **own, "items": items, "warnings": list(self.warnings)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Calibration:
        """A calibration from what `to_plain` gave, checked as outside data.

        Raises
        ------
        CalibrationError
            with every fault: what is missing, unknown, of another kind, or out of range.
        """
        _require(plain)
        items = tuple(
            CalibratedItem(
                item=each["item"],
                slope=float(each["slope"]),
                thresholds=tuple(float(b) for b in each["thresholds"]),
                values=tuple(each["values"]),
                reversed=each["reversed"],
            )
            for each in plain["items"]
        )
        own = {name: plain[name] for name in plain if name not in ("kind", "items", "warnings")}
        return cls(**own, items=items, warnings=tuple(plain["warnings"]))


def calibration_of(
    model: GradedModel,
    *,
    scale: str,
    minimum: int,
    maximum: int,
    source: str,
    reversed_items: Collection[str] = (),
) -> Calibration:
    """The calibration that a fitted model gives.

    Parameters
    ----------
    model : with one trait, fitted to answers after reversal.
    scale, minimum, maximum, source : as in `Calibration`.
    reversed_items : items whose answers were reversed for the fit.

    Raises
    ------
    CalibrationError
        two traits, no maximum reached, an item that runs against the others, or another fault.
    """
    if model.dimensions > 1:
        raise CalibrationError("A calibration is for one trait; fit each scale by itself.")
    if not model.converged:
        raise CalibrationError(f"Scale {scale}: the fit reached no maximum. {model.warnings[-1]}")
    items = []
    for item, values, a, d in zip(
        model.items, model.categories, model.slopes[:, 0], model.intercepts, strict=True
    ):
        thresholds = (-d[~np.isnan(d)] / a).tolist()
        turned = item in reversed_items
        items.append(CalibratedItem(item, float(a), tuple(thresholds), tuple(values), turned))
    return Calibration(
        scale=scale,
        items=tuple(items),
        minimum=minimum,
        maximum=maximum,
        n=model.n_used,
        source=source,
        method=f"graded response model, marginal maximum likelihood, {model.points} nodes",
        warnings=model.warnings,
    )


def calibrate(dataset: Dataset, scale: str, *, source: str) -> Calibration:
    """Calibrate the items of one scale by a graded response model with one trait.

    All interviews of the Dataset enter: `select` the usable ones first. At least about 500 are
    wanted (Reise & Yu 1990, Journal of Educational Measurement 27, 133–144); with fewer than five a
    parameter the calibration carries a warning. R: ``mirt(x, 1, itemtype = "graded")``.

    Parameters
    ----------
    dataset : the answers. scale : which of its scales. source : which answers those are, in words
        that stay with the calibration.

    Raises
    ------
    CalibrationError
        no such fit is to be had. DatasetError: there is no such scale.
    """
    import pandas as pd

    from psychometrics.irt.grm import grm

    key = dataset.key(scale)
    answers = pd.DataFrame(dataset.keyed(scale), columns=list(key.items))
    try:
        model = grm(answers)
    except IrtError as error:
        raise CalibrationError(f"Scale {scale}: {error}") from None
    return calibration_of(
        model,
        scale=scale,
        minimum=key.minimum,
        maximum=key.maximum,
        source=source,
        reversed_items=key.reversed,
    )


def _require(plain: Any) -> None:
    if faults := faults_of(plain):
        raise CalibrationError("\n".join(faults))
