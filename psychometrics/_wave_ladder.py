"""Equality across waves of the same persons, level by level, within one model of all waves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from psychometrics._equality_tests import tied_cells
from psychometrics._group_ladder import EQUAL as GROUP_EQUAL
from psychometrics._group_ladder import Candidate, InvarianceError, Place, with_intercepts
from psychometrics._refit import refit
from psychometrics._wave_answers import wave_column
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._model_sample import ModelSample
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.syntax import ParsedModel


@dataclass(frozen=True)
class WaveSyntax:
    """Writes the models of all waves.

    `parsed`: the model of one wave. `waves`: their names.
    `autocorrelated`: whether the residuals of an item are correlated over waves.
    """

    parsed: ParsedModel
    waves: tuple[str, ...]
    autocorrelated: bool

    @cached_property
    def indicators(self) -> dict[str, tuple[str, ...]]:
        """The items of each factor."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.parsed.statements:
            if each.op == "=~":
                found[each.lhs] = (*found.get(each.lhs, ()), each.rhs)
        return found

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items of one wave."""
        return tuple(dict.fromkeys(i for items in self.indicators.values() for i in items))

    def factor(self, name: str, wave: int) -> str:
        """A factor's name at a wave (from 0)."""
        return f"{name}_w{wave + 1}"

    def text(self, level: str, freed: Sequence[str]) -> str:
        """The model of a level, as lavaan reads it too; `freed` by the names of one wave."""
        equal = GROUP_EQUAL[level]
        gone = set(with_intercepts(freed, level, GROUP_EQUAL, self.items))
        lines: list[str] = []
        for w in range(len(self.waves)):
            lines += self._factors(w, equal, gone)
        for item in self.items:
            for w in range(len(self.waves)):
                column = wave_column(item, w)
                intercept = _label(f".i.{item}", "intercepts" in equal and f"{item}~1" not in gone)
                own = "residuals" in equal and f"{item}~~{item}" not in gone
                lines.append(f"{column} ~ {intercept}1")
                lines.append(f"{column} ~~ {_label(f'.r.{item}', own)}{column}")
        return "\n".join([*lines, *self._residuals()])

    def labels(self, level: str) -> dict[str, tuple[str, str]]:
        """The labels of the level's own parameters, with their names in one wave and items."""
        if level == "metric":
            return {
                f".l.{name}.{item}": (f"{name}=~{item}", item)
                for name, items in self.indicators.items()
                for item in items
            }
        if level == "scalar":
            return {f".i.{item}": (f"{item}~1", item) for item in self.items}
        if level == "strict":
            return {f".r.{item}": (f"{item}~~{item}", item) for item in self.items}
        return {}

    def _factors(self, w: int, equal: tuple[str, ...], gone: set[str]) -> list[str]:
        lines = []
        for name, items in self.indicators.items():
            factor = self.factor(name, w)
            terms = []
            for item in items:
                held = "loadings" in equal and f"{name}=~{item}" not in gone
                column = wave_column(item, w)
                terms.append(f"NA*{column} + {_label(f'.l.{name}.{item}', held)}{column}")
            lines.append(f"{factor} =~ {' + '.join(terms)}")
            variance = "NA" if w > 0 and "loadings" in equal else "1"
            lines.append(f"{factor} ~~ {variance}*{factor}")
            lines.append(f"{factor} ~ {'NA' if w > 0 and 'intercepts' in equal else '0'}*1")
        return lines

    def _residuals(self) -> list[str]:
        lines = []
        if self.autocorrelated:
            pairs = list(combinations(range(len(self.waves)), 2))
            for item in self.items:
                lines += [f"{wave_column(item, v)} ~~ {wave_column(item, w)}" for v, w in pairs]
        for each in self.parsed.statements:
            if each.op == "~~" and each.lhs != each.rhs and each.lhs in self.items:
                lines += [
                    f"{wave_column(each.lhs, w)} ~~ {wave_column(each.rhs, w)}"
                    for w in range(len(self.waves))
                ]
        return lines


@dataclass(frozen=True)
class WaveLadder:
    """The ladder of waves; `prepared`: the answers of all waves side by side."""

    prepared: ModelSample
    syntax: WaveSyntax

    @cached_property
    def base(self) -> ModelFit:
        """The configural model."""
        return self.prepared.fit()

    def fit(self, level: str, freed: Sequence[str], before: ModelFit) -> ModelFit:
        """R: ``cfa(text, data)`` with the text of the level."""
        text = self.syntax.text(level, freed)
        return refit(before, parse_model(text), text)

    def candidates(self, fit: ModelFit, level: str, freed: Sequence[str]) -> list[Candidate]:
        """The parameters that bear the labels of the level's own kind."""
        del freed
        known = self.syntax.labels(level)
        found = []
        for cells in tied_cells(fit):
            label = fit.table.rows[cells[0][1]].label
            if label in known:
                name, item = known[label]
                waves = [fit.table.rows[row].lhs.rsplit("_w", 1)[1] for _, row in cells]
                named = [self.syntax.waves[int(wave) - 1] for wave in waves]
                singles = tuple(zip(named, cells, strict=True))
                found.append(Candidate(name, item, tuple(cells[1:]), singles))
        return found

    def carried(self, level: str, freed: Sequence[str]) -> tuple[str, ...]:
        """With a loading free, the item's intercept is free too."""
        return with_intercepts(freed, level, GROUP_EQUAL, self.syntax.items)

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """Of one wave."""
        return self.syntax.indicators

    def places(self) -> dict[str, tuple[Place, ...]]:
        """One at each wave."""
        return {
            name: tuple(
                Place(wave, 0, self.syntax.factor(name, w))
                for w, wave in enumerate(self.syntax.waves)
            )
            for name in self.syntax.indicators
        }


def check_wave_model(parsed: ParsedModel) -> None:
    """Raises InvarianceError for what the models of waves cannot carry."""
    variables = variables_of(parsed)
    if variables.dependent or variables.of_factors or parsed.constraints or parsed.definitions:
        raise InvarianceError(
            "The model of a wave has factors and items alone, and residual covariances; take "
            "regressions, factors of factors and constraints out."
        )
    for each in parsed.statements:
        said = each.modifier
        if each.op not in ("=~", "~~") or said.fixed or said.label or said.equal:
            raise InvarianceError(
                f"Line {each.line}: {each.lhs} {each.op} {each.rhs} fixes or labels a parameter; "
                f"the levels do that themselves. Write the items of each factor only."
            )


def _label(name: str, held: bool) -> str:
    return f"{name}*" if held else ""
