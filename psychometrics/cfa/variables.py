"""The roles that variables play in a model: factor, item, predictor, outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.cfa.syntax import ParsedModel, Statement


@dataclass(frozen=True)
class Variables:
    """The roles of the variables of a model, each in order of first mention."""

    latent: tuple[str, ...]
    indicators: tuple[str, ...]
    dependent: tuple[str, ...]
    predictors: tuple[str, ...]
    observed: tuple[str, ...]
    exogenous: tuple[str, ...]
    of_factors: frozenset[str] = field(default_factory=frozenset)

    @property
    def exogenous_latent(self) -> tuple[str, ...]:
        """Factors that nothing in the model explains."""
        return tuple(f for f in self.latent if f not in self.dependent and f not in self.of_factors)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What is explained and explains nothing itself."""
        return tuple(
            v for v in self.dependent if v not in self.predictors and v not in self.of_factors
        )


def variables_of(parsed: ParsedModel) -> Variables:
    """Who is a factor, an item, a predictor, an outcome. Raises ModelError for a factor alone."""
    statements = parsed.statements
    latent = _unique(s.lhs for s in statements if s.op == "=~")
    measured = _unique(s.rhs for s in statements if s.op == "=~")
    dependent = _unique(s.lhs for s in statements if s.op == "~")
    predictors = _unique(s.rhs for s in statements if s.op == "~")
    named = _unique(
        name
        for s in statements
        for name in ((s.rhs, s.lhs) if s.op in ("=~", "~~", "~") else (s.lhs,))
    )
    indicators = tuple(v for v in measured if v not in latent)
    explained = [v for v in dependent if v not in latent and v not in indicators]
    rest = [v for v in named if v not in latent and v not in indicators and v not in explained]
    exogenous = tuple(v for v in rest if v in predictors and not _has_own_moment(v, statements))
    others = [v for v in rest if v not in exogenous]
    observed = (*indicators, *explained, *others, *exogenous)
    if not observed:
        raise ModelError("The model names no observed variable; give every factor its items.")
    of_factors = frozenset(v for v in measured if v in latent)
    return Variables(latent, indicators, dependent, predictors, observed, exogenous, of_factors)


def _has_own_moment(name: str, statements: tuple[Statement, ...]) -> bool:
    return any(name in (s.lhs, s.rhs) and s.op in ("~~", "~1", "|") for s in statements)


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
