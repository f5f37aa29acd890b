"""The estimators by their names: what is minimised, how errors and the test are worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psychometrics.cfa.errors import ModelError

Discrepancy = Literal["ml", "gls", "uls", "dwls", "fiml"]
Errors = Literal["standard", "huber_white", "sandwich"]
Test = Literal["standard", "yuan_bentler", "satorra_bentler", "scaled_shifted"]


@dataclass(frozen=True, slots=True)
class Estimator:
    """One estimator.

    `errors`: "standard", the inverse of the information; "huber_white", information⁻¹ ·
    mean product of slopes · information⁻¹ (Huber 1967; White 1982, 10.2307/1912526); "sandwich",
    with the fourth moments Γ of the answers (Satorra & Bentler 1994). `test`: the statistic beside
    the plain chi2; "yuan_bentler" is the version of Mplus (Yuan & Bentler 2000,
    10.1111/0081-1750.00078), "scaled_shifted" that of Asparouhov & Muthén 2010.
    """

    name: str
    discrepancy: Discrepancy
    errors: Errors = "standard"
    test: Test = "standard"
    information: Literal["expected", "observed"] = "expected"

    @property
    def robust(self) -> bool:
        """Whether a scaled statistic stands beside the plain one."""
        return self.test != "standard"

    @property
    def likelihood(self) -> bool:
        """Whether the discrepancy is a likelihood."""
        return self.discrepancy in ("ml", "fiml")

    @property
    def needs_fourth(self) -> bool:
        """Whether fourth moments of the answers are needed."""
        return self.errors != "standard" or self.robust or self.discrepancy == "dwls"


ESTIMATORS = {
    each.name: each
    for each in (
        Estimator("ML", "ml"),
        Estimator("MLR", "ml", "huber_white", "yuan_bentler", "observed"),
        Estimator("MLM", "ml", "sandwich", "satorra_bentler"),
        Estimator("MLMV", "ml", "sandwich", "scaled_shifted"),
        Estimator("GLS", "gls"),
        Estimator("ULS", "uls"),
        Estimator("ULSMV", "uls", "sandwich", "scaled_shifted"),
        Estimator("DWLS", "dwls"),
        Estimator("WLSMV", "dwls", "sandwich", "scaled_shifted"),
    )
}
ORDINAL = ("DWLS", "WLSMV", "ULS", "ULSMV")
INCOMPLETE = ("ML", "MLR")


def estimator_of(name: str, *, ordered: bool, fiml: bool, clustered: bool) -> Estimator:
    """The estimator asked for, as these answers allow it.

    With ordered items "ML" means "WLSMV", as in lavaan; with clusters or weights it means "MLR".

    Raises ModelError for an unknown name or a combination that does not exist.
    """
    wanted = str(name).upper()
    if wanted not in ESTIMATORS:
        raise ModelError(f"There is no estimator {name!r}; choose from {', '.join(ESTIMATORS)}.")
    if wanted == "ML" and ordered:
        wanted = "WLSMV"
    if wanted == "ML" and clustered:
        wanted = "MLR"
    if ordered and wanted not in ORDINAL:
        raise ModelError(
            f"{wanted} is not made for ordered items; use WLSMV, or leave ordered out and take the "
            f"answers as numbers with MLR."
        )
    if (fiml or clustered) and wanted not in INCOMPLETE:
        what = 'missing="fiml"' if fiml else "cluster and weights"
        raise ModelError(f"{what} works with ML and MLR, not with {wanted}.")
    found = ESTIMATORS[wanted]
    if fiml:
        return Estimator(wanted, "fiml", found.errors, found.test, "observed")
    return found
