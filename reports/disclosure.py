"""Which parts of a brand's interviews a reader may look at, all of them taken together.

Whoever may ask for one part after the other may subtract one from the other. So it is decided for
all parts at once what may be asked for: see `reports.differencing`. Waves have no interview in
common and no figure of a reader adds waves up, so that each is decided for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.dataset import MISSING
from psychometrics.scoring import score
from reports.differencing import UNKNOWN, Lattice, safe_to_show, too_small
from reports.raters import each_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset
    from reports.suppression import ReportingRules

    Mask = NDArray[np.bool_]
    Variables = Mapping[str, tuple[str, ...]]

MOST_CONDITIONS = 2
"""Conditions that a reader may set at once."""

MOST_VARIABLES = 6
"""Variables that conditions may be set on: language, channel, then what is known of people."""

MOST_CODES = 12
"""Codes of a variable. One with more is not offered: it names people rather than groups."""

MOST_GROUPS = 600
"""Groups up to which two conditions may be set at once; with more, only one."""

INTERVIEW_VARIABLES = ("language", "channel")
"""Variables that are known of the interview itself."""

Part = tuple[tuple[str, str], ...]
"""Conditions (variable, code) that hold together, in the order of the variables."""


class Permission(StrEnum):
    """Whether a part may be shown, and why not."""

    YES = "yes"
    TOO_FEW = "too_few"
    GIVES_AWAY = "gives_away"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Permitted:
    """What a reader may ask about one brand.

    Parameters
    ----------
    variables : the codes of each variable that conditions may be set on, whether or not there is
        anybody with them.
    conditions : how many may be set at once.
    answers : for each part with anybody in it, whether it may be shown.
    """

    variables: Mapping[str, tuple[str, ...]]
    conditions: int
    answers: Mapping[Part, Permission]

    def allows(self, chosen: Mapping[str, str]) -> Permission:
        """Whether the part where all of `chosen` (variable → code) hold may be shown.

        Raises
        ------
        KeyError
            a variable or code is not offered.
        """
        for variable, code in chosen.items():
            if code not in self.variables[variable]:
                raise KeyError(code)
        if len(chosen) > self.conditions:
            return Permission.TOO_MANY
        return self.answers.get(self._part(chosen.items()), Permission.TOO_FEW)

    def wider(self, chosen: Mapping[str, str]) -> Mapping[str, str]:
        """The part with the most of these conditions, and fewer than all, that may be shown; none
        of them where that is the whole brand, which may be hidden itself."""
        for count in range(min(len(chosen) - 1, self.conditions), 0, -1):
            for part in combinations(self._part(chosen.items()), count):
                if self.allows(dict(part)) is Permission.YES:
                    return dict(part)
        return {}

    def codes(self, variable: str) -> tuple[str, ...]:
        """The codes of a variable that may be shown one by one."""
        return tuple(
            code
            for code in self.variables[variable]
            if self.allows({variable: code}) is Permission.YES
        )

    def _part(self, conditions: Iterable[tuple[str, str]]) -> Part:
        order = list(self.variables)
        return tuple(sorted(conditions, key=lambda condition: order.index(condition[0])))


def permitted(
    dataset: Dataset,
    kept: Mask,
    brand: str,
    rules: ReportingRules,
    *,
    variables: Variables | None = None,
) -> Permitted:
    """What may be asked about a brand without giving away anything about too few people.

    Looked at are the interviews kept, one a person, and for each score and each question those with
    a score or an answer: everything that is printed has one of these numbers under it.

    Parameters
    ----------
    dataset : of one wave.
    kept : (n,) the interviews that enter results.
    variables : as `offered_variables` gives them, where they are known already.
    """
    part = dataset.select(each_once(dataset, kept & (dataset.brand == brand)))
    variables = offered_variables(dataset, kept) if variables is None else variables
    lattice, conditions = _lattice(part, tuple(variables))
    counts = lattice.counts(_bases(part, rules.hidden_below))
    few = too_small(lattice, counts, rules.hidden_below)
    shown = safe_to_show(lattice, counts, rules.hidden_below)
    answers = {
        cell: Permission.YES
        if shown[place]
        else Permission.TOO_FEW
        if few[place]
        else Permission.GIVES_AWAY
        for place, cell in enumerate(lattice.cells)
    }
    return Permitted(variables, conditions, answers)


def permitted_segments(
    dataset: Dataset,
    kept: Mask,
    brand: str,
    rules: ReportingRules,
    *,
    variables: Variables | None = None,
) -> Variables:
    """For each variable the codes whose figures may be shown one by one, as `permitted` decides."""
    found = permitted(dataset, kept, brand, rules, variables=variables)
    return {variable: found.codes(variable) for variable in found.variables}


def offered_variables(dataset: Dataset, kept: Mask) -> Variables:
    """Variables with two codes or more, and few enough, among the interviews kept of all brands."""
    found: dict[str, tuple[str, ...]] = {}
    for variable in dict.fromkeys((*INTERVIEW_VARIABLES, *dataset.background)):
        codes = sorted(set(column(dataset, variable)[kept].tolist()) - {UNKNOWN})
        if 2 <= len(codes) <= MOST_CODES:
            found[variable] = tuple(codes)
    return dict(list(found.items())[:MOST_VARIABLES])


def column(dataset: Dataset, variable: str) -> NDArray[np.str_]:
    """(n,) codes of a variable. Raises KeyError for one that the data do not have."""
    if variable in INTERVIEW_VARIABLES:
        found: NDArray[np.str_] = getattr(dataset, variable)
        return found
    return dataset.background[variable]


def rows_of(dataset: Dataset, chosen: Mapping[str, str]) -> Mask:
    """(n,) True where all conditions hold."""
    rows = np.ones(dataset.n, bool)
    for variable, code in chosen.items():
        rows &= column(dataset, variable) == code
    return rows


def _lattice(part: Dataset, variables: tuple[str, ...]) -> tuple[Lattice, int]:
    columns = {variable: column(part, variable) for variable in variables}
    single = Lattice.of(columns, part.n, 1)
    sizes = [len(children) for _, children in single.families]
    pairs = sum(one * other for one, other in combinations(sizes, 2))
    if len(single.cells) + pairs > MOST_GROUPS:
        return single, 1
    return Lattice.of(columns, part.n, MOST_CONDITIONS), MOST_CONDITIONS


def _bases(part: Dataset, least: int) -> list[Mask]:
    """Everybody; then, for each score and question that is shown of the whole brand, those with
    one. What is hidden of the whole is hidden of every part of it."""
    answered = part.answers != MISSING
    scored = ~np.isnan(score(part).pomp)
    bases = [np.ones(part.n, bool), *scored.T, *answered.T]
    return [base for place, base in enumerate(bases) if place == 0 or base.sum() >= least]
