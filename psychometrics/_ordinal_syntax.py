"""The models of Wu & Estabrook's levels for ordered answers, written out as text.

An ordered answer is a normal response cut at thresholds; each group's responses have their own
origin and unit, which must be fixed before anything can be compared. Once thresholds are equal, a
group's intercepts and scales can be estimated; with equal loadings the factors' variances; with
equal intercepts their means. An item of two categories has one threshold, which fixes no unit: its
loadings can be compared only together with its intercepts, at scalar, where its scale is free.

Source: 10.1007/s11336-016-9506-0. R: ``semTools::measEq.syntax(model, data, ordered =, group =,
ID.cat = "Wu.Estabrook.2016", ID.fac = "std.lv", parameterization = "delta", group.equal =)``, for
metric with ``group.partial`` naming the loadings of items of two categories, for strict with
``parameterization = "theta"``. The equalities are written as labels, as lavaan's ``group.equal``
fixes intercepts of ordered items that must be free here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from psychometrics._group_ladder import InvarianceError, with_intercepts
from psychometrics._model_text import by_group, model_text
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._model_sample import ModelSample
    from psychometrics._model_text import Parameter

EQUAL: dict[str, tuple[str, ...]] = {
    "configural": (),
    "thresholds": ("thresholds",),
    "metric": ("thresholds", "loadings"),
    "scalar": ("thresholds", "loadings", "intercepts"),
    "strict": ("thresholds", "loadings", "intercepts"),
}
"""What each level holds equal; strict has equal residual variances by constraints besides."""
CUTS = "|thresholds"
"""What follows an item's name when all its thresholds are let go."""


@dataclass(frozen=True)
class OrdinalSyntax:
    """Writes the models of a text as given, for the groups and categories of its sample."""

    prepared: ModelSample

    @cached_property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.prepared.sample.groups)

    @cached_property
    def categories(self) -> dict[str, int]:
        """Categories of each item."""
        sample = self.prepared.sample
        cuts = sample.ordinal[0].thresholds
        return {item: len(own) + 1 for item, own in zip(sample.items, cuts, strict=True)}

    @cached_property
    def indicators(self) -> dict[str, tuple[str, ...]]:
        """What the model measures each factor by."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.prepared.parsed.statements:
            if each.op == "=~" and each.modifier.fixed != (0.0,):
                found[each.lhs] = (*found.get(each.lhs, ()), each.rhs)
        return found

    @cached_property
    def labelled(self) -> frozenset[str]:
        """Parameters for which the model as given says itself what they equal."""
        return frozenset(
            f"{each.lhs}{each.op}{each.rhs}"
            for each in self.prepared.parsed.statements
            if any(each.modifier.label) or any(each.modifier.equal)
        )

    def text(self, level: str, freed: Sequence[str]) -> str:
        """The model of a level, as lavaan reads it with ``std.lv = TRUE``."""
        if level == "strict":
            self._require_plain()
        carried = self.carried(level, freed)
        more: dict[Parameter, list[str]] = {}
        for item, count in self.categories.items():
            for k in range(1, count):
                more[item, "|", f"t{k}"] = self._cut(item, k, level, carried)
            intercept, scale = self._freedom(item, level, carried)
            more[item, "~1", ""] = [self._fixed(0, intercept)]
            more[item, "~*~", item] = [self._fixed(1, scale)]
            if level == "strict":
                more[item, "~*~", item].append(self._named(f".scale.{item}"))
        more |= self._factors(level) | self._loadings(level, carried)
        found = model_text(self.prepared.parsed, more)
        return "\n".join([found, *self._residuals(carried)]) if level == "strict" else found

    def carried(self, level: str, freed: Sequence[str]) -> tuple[str, ...]:
        """What is unequal at a level: an item whose thresholds differ has nothing equal, one whose
        loading differs no intercept."""
        found = list(freed)
        if "loadings" in EQUAL[level]:
            for item in let_go(freed):
                found += [f"{f}=~{item}" for f, items in self.indicators.items() if item in items]
        return with_intercepts(tuple(dict.fromkeys(found)), level, EQUAL, self.categories)

    def untested(self, level: str) -> tuple[str, ...]:
        """Loadings of items of two categories, which metric leaves free."""
        if level != "metric":
            return ()
        return tuple(
            f"{factor}=~{item}"
            for factor, items in self.indicators.items()
            for item in items
            if self.categories.get(item) == 2
        )

    def _comparable(self, factor: str, level: str) -> bool:
        """Whether equal loadings fix the factor's unit in all groups."""
        several = any(self.categories.get(item) != 2 for item in self.indicators[factor])
        return "loadings" in EQUAL[level] and (several or level != "metric")

    def _freedom(self, item: str, level: str, carried: Sequence[str]) -> tuple[bool, bool]:
        """Whether groups 2, 3, … have an intercept and a scale of their own for the item."""
        if level == "configural" or f"{item}{CUTS}" in carried:
            return False, False
        all_equal = "intercepts" in EQUAL[level]
        held = all_equal and f"{item}~1" not in carried
        return not held, all_equal or self.categories[item] > 2

    def _fixed(self, value: int, free: bool) -> str:
        """Fixed in group 1, in the others too or free."""
        return by_group([value, *["NA" if free else value] * (self.groups - 1)])

    def _named(self, label: str) -> str:
        """A label in each group."""
        return by_group([f"{label}.{g + 1}" for g in range(self.groups)])

    def _cut(self, item: str, k: int, level: str, carried: Sequence[str]) -> list[str]:
        equal = "thresholds" in EQUAL[level] and f"{item}{CUTS}" not in carried
        if not equal or f"{item}|t{k}" in self.labelled:
            return []
        return [by_group([f".{item}.t{k}"] * self.groups)]

    def _factors(self, level: str) -> dict[Parameter, list[str]]:
        found: dict[Parameter, list[str]] = {}
        for factor in self.indicators:
            found[factor, "~1", ""] = [self._fixed(0, "intercepts" in EQUAL[level])]
            found[factor, "~~", factor] = [self._fixed(1, self._comparable(factor, level))]
        pairs = combinations_with_replacement(self.indicators, 2) if self._plain else ()
        for a, b in pairs:
            more = found.setdefault((a, "~~", b), [])
            more += [self._named(f".{a}.{b}")] if level == "strict" else []
        return found

    def _loadings(self, level: str, carried: Sequence[str]) -> dict[Parameter, list[str]]:
        if "loadings" not in EQUAL[level]:
            return {}
        found: dict[Parameter, list[str]] = {}
        for factor, items in self.indicators.items():
            for item in items:
                name = f"{factor}=~{item}"
                apart = name in carried or name in self.untested(level)
                if name not in self.labelled and (level == "strict" or not apart):
                    names = [self._loading(factor, item, g, carried) for g in range(self.groups)]
                    found[factor, "=~", item] = [by_group(names)]
        return found

    def _loading(self, factor: str, item: str, g: int, carried: Sequence[str]) -> str:
        own = f".{g + 1}" if f"{factor}=~{item}" in carried else ""
        return f".l.{factor}.{item}{own}"

    def _residuals(self, carried: Sequence[str]) -> list[str]:
        """Residual variances, 1/δ² less what the factors explain, equal to group 1's, where δ and
        the variances of the factors are 1."""
        return [
            self._residual(item, g, carried)
            for item in self.categories
            if f"{item}{CUTS}" not in carried
            for g in range(1, self.groups)
        ]

    def _residual(self, item: str, g: int, carried: Sequence[str]) -> str:
        """What the factors explain in group `g` less in group 1 is 1/δ² less 1."""
        factors = [factor for factor, items in self.indicators.items() if item in items]
        here: list[str] = []
        first: list[str] = []
        for a, b in combinations_with_replacement(factors, 2):
            twice = "*2" if a != b else ""
            for k, parts in ((g, here), (0, first)):
                unit = "" if a == b and k == 0 else f"*.{a}.{b}.{k + 1}"
                one, other = (self._loading(f, item, k, carried) for f in (a, b))
                parts.append(f"{one}*{other}{unit}{twice}")
        left = " - ".join([" + ".join(here), *first])
        return f"{left} == 1/.scale.{item}.{g + 1}^2 - 1"

    @cached_property
    def _plain(self) -> bool:
        """Whether the model is of factors and items alone."""
        variables = variables_of(self.prepared.parsed)
        return not (variables.of_factors or variables.dependent)

    def _require_plain(self) -> None:
        parsed = self.prepared.parsed
        if not self._plain or parsed.constraints:
            raise InvarianceError(
                "Equal residuals of ordered items are worked out for models of factors and items "
                "alone, without factors of factors, regressions or constraints; leave the level "
                "strict out."
            )
        if self.labelled:
            raise InvarianceError(
                f"Equal residuals of ordered items need labels of their own; take that of "
                f"{min(self.labelled)} out, or leave the level strict out."
            )


def let_go(freed: Sequence[str]) -> list[str]:
    """Items whose thresholds are let go."""
    return [name.removesuffix(CUTS) for name in freed if name.endswith(CUTS)]
