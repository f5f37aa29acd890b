"""Careless answering: four flags, two of which exclude an interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FlagRate:
    """How often one flag is raised among usable interviews and among those known to be careless.

    ``None`` shares: the flag could not be judged on any interview of that kind.
    """

    flag: str
    usable_judged: int
    usable_flagged: int
    careless_judged: int
    careless_flagged: int

    @property
    def usable_share(self) -> float | None:
        """Share of the usable interviews judged that are flagged."""
        return self.usable_flagged / self.usable_judged if self.usable_judged else None

    @property
    def careless_share(self) -> float | None:
        """Share of the known careless interviews judged that are flagged."""
        return self.careless_flagged / self.careless_judged if self.careless_judged else None


@dataclass(frozen=True)
class Screening:
    """Which interviews are kept, and why the others are not.

    Parameters
    ----------
    flags : name → (n,) True where raised; False where the flag could not be judged. Names:
        ``instructed``, ``speed``, ``long_string``, ``mahalanobis``.
    counts : name → usable interviews flagged.
    available : the flags that could be judged on at least one usable interview.
    usable : (n,) usable disposition, at least one answer (and a known brand where asked for).
    excluded : (n,) usable, and at least `flags_to_exclude` flags raised.
    kept : (n,) usable and not excluded.
    disposition_counts : disposition → interviews, over all n.
    rates : each flag's rate among usable and among known careless interviews.
    n_used : number kept.
    """

    flags: Mapping[str, NDArray[np.bool_]]
    counts: Mapping[str, int]
    available: tuple[str, ...]
    usable: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    disposition_counts: Mapping[str, int]
    flags_to_exclude: int
    rates: tuple[FlagRate, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()
