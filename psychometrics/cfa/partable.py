"""A model as one flat table, a row for each parameter in each group, with the usual defaults.

The defaults are those of lavaan's ``cfa()`` and ``sem()``; ``lavaan::lavaanify`` shows the same
rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isnan, nan
from typing import TYPE_CHECKING

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.variables import Variables, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psychometrics.cfa.syntax import Constraint, Definition, Modifier, ParsedModel, Statement

EQUALITIES = (
    "loadings",
    "intercepts",
    "means",
    "thresholds",
    "regressions",
    "residuals",
    "residual.covariances",
    "lv.variances",
    "lv.covariances",
)
"""What may be held equal across groups, by lavaan's names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of one group.

    `fixed`: its value where it is not estimated, NaN where it is. `exogenous`: a moment of an
    observed predictor, taken from the sample. `tied`: the row (index) of group 1 it must equal.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    fixed: float = nan
    start: float = nan
    label: str = ""
    equal: str = ""
    user: bool = False
    exogenous: bool = False
    tied: int | None = None

    @property
    def free(self) -> bool:
        """Whether the parameter is estimated."""
        return isnan(self.fixed) and not self.exogenous

    @property
    def name(self) -> str:
        """As written in a model: ``f=~x1``, ``x1~~x1``, ``f~1``."""
        return f"{self.lhs}{self.op}{self.rhs}"


@dataclass(frozen=True)
class Options:
    """How the table of a model is filled in."""

    groups: int = 1
    std_lv: bool = False
    means: bool = False
    ordered: Mapping[str, int] = field(default_factory=dict)
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    orthogonal: bool = False
    conditional: bool = True
    """Observed predictors keep their sample moments (lavaan's ``fixed.x``)."""


@dataclass(frozen=True)
class ParameterTable:
    """All rows of all groups, those of group 1 first, the same rows in every group."""

    rows: tuple[Row, ...]
    variables: Variables
    options: Options
    constraints: tuple[Constraint, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def per_group(self) -> int:
        """Rows in each group."""
        return len(self.rows) // self.options.groups

    @property
    def given(self) -> tuple[str, ...]:
        """Observed predictors that keep their sample moments."""
        return self.variables.exogenous if self.options.conditional else ()


def parameter_table(parsed: ParsedModel, options: Options) -> ParameterTable:
    """The table of a model. Raises ModelError for a contradiction between model and options."""
    variables = variables_of(parsed)
    unknown = [name for name in options.group_equal if name not in EQUALITIES]
    if unknown:
        raise ModelError(
            f"group_equal does not know {', '.join(unknown)}; choose from {', '.join(EQUALITIES)}."
        )
    rows: list[Row] = []
    for group in range(1, options.groups + 1):
        rows += _group_rows(parsed, variables, options, group)
    if options.groups > 1 and options.group_equal:
        rows = _tied(rows, variables, options)
    return ParameterTable(tuple(rows), variables, options, parsed.constraints, parsed.definitions)


def _group_rows(
    parsed: ParsedModel, variables: Variables, options: Options, group: int
) -> list[Row]:
    said: dict[tuple[str, str, str], Row] = {}
    first: dict[str, str] = {}
    for statement in parsed.statements:
        if statement.op == "=~":
            first.setdefault(statement.lhs, statement.rhs)
        row = _user_row(statement, options, group)
        if statement.op == "=~" and not options.std_lv and first[row.lhs] == row.rhs:
            row = _marker(row, statement.modifier, options.groups)
        said[row.lhs, row.op, row.rhs] = row
    rows = list(said.values())
    for row in _defaults(variables, options, group):
        if (row.lhs, row.op, row.rhs) in said or (
            row.op == "~~" and (row.rhs, row.op, row.lhs) in said
        ):
            continue
        rows.append(_single_indicator(row, parsed, variables, options))
    return rows


def _user_row(statement: Statement, options: Options, group: int) -> Row:
    modifier = statement.modifier

    def here(values: Sequence[object], what: str) -> object:
        if not values:
            return None
        if len(values) not in (1, options.groups):
            raise ModelError(
                f"Line {statement.line}: {statement.lhs} {statement.op} {statement.rhs} gives "
                f"{len(values)} {what} for {options.groups} group(s); give one for each group."
            )
        return values[0] if len(values) == 1 else values[group - 1]

    fixed = here(modifier.fixed, "values")
    start = here(modifier.start, "starting values")
    label = here(modifier.label, "labels")
    equal = here(modifier.equal, "references")
    return Row(
        statement.lhs,
        statement.op,
        statement.rhs,
        group,
        fixed=nan if fixed is None else float(str(fixed)),
        start=nan if start is None else float(str(start)),
        label=str(label or ""),
        equal=str(equal or ""),
        user=True,
    )


def _marker(row: Row, modifier: Modifier, groups: int) -> Row:
    """The first loading gives the factor its unit, unless the model says otherwise here."""
    fixed = modifier.fixed if len(modifier.fixed) == groups else modifier.fixed * groups
    said = bool(fixed) and fixed[row.group - 1] is not None
    return row if said else replace(row, fixed=1.0)


def _defaults(variables: Variables, options: Options, group: int) -> Iterator[Row]:
    observed = [v for v in variables.observed if v not in variables.exogenous]
    for name in observed:
        if name in options.ordered:
            yield Row(name, "~~", name, group, fixed=1.0)
        else:
            yield Row(name, "~~", name, group)
    for name in variables.latent:
        yield Row(name, "~~", name, group, fixed=1.0 if options.std_lv else nan)
    for a, b in _pairs(variables.exogenous_latent):
        yield Row(a, "~~", b, group, fixed=0.0 if options.orthogonal else nan)
    for a, b in _pairs(variables.outcomes):
        yield Row(a, "~~", b, group)
    yield from _predictor_rows(variables, options, group)
    yield from _mean_rows(variables, options, group)


def _predictor_rows(variables: Variables, options: Options, group: int) -> Iterator[Row]:
    for k, a in enumerate(variables.exogenous):
        for b in variables.exogenous[k:]:
            yield Row(a, "~~", b, group, exogenous=options.conditional)


def _mean_rows(variables: Variables, options: Options, group: int) -> Iterator[Row]:
    for name, levels in options.ordered.items():
        for k in range(1, levels):
            yield Row(name, "|", f"t{k}", group)
    for name in options.ordered:
        loosened = group > 1 and "thresholds" in options.group_equal
        yield Row(name, "~*~", name, group, fixed=nan if loosened else 1.0)
    if not options.means:
        return
    for name in variables.observed:
        exogenous = name in variables.exogenous and options.conditional
        fixed = 0.0 if name in options.ordered else nan
        yield Row(name, "~1", "", group, fixed=nan if exogenous else fixed, exogenous=exogenous)
    origin = {"intercepts", "thresholds"} & set(options.group_equal)
    loosened = group > 1 and bool(origin) and "means" not in options.group_equal
    for name in variables.latent:
        yield Row(name, "~1", "", group, fixed=nan if loosened else 0.0)


def _single_indicator(row: Row, parsed: ParsedModel, variables: Variables, options: Options) -> Row:
    """An item that is a factor's only one has no residual of its own, unless it is ordered."""
    own = row.op == "~~" and row.lhs == row.rhs and row.free and row.lhs in variables.indicators
    if not own or row.lhs in options.ordered:
        return row
    for factor in variables.latent:
        items = [s.rhs for s in parsed.statements if s.op == "=~" and s.lhs == factor]
        if items == [row.lhs]:
            return replace(row, fixed=0.0)
    return row


def _tied(rows: list[Row], variables: Variables, options: Options) -> list[Row]:
    size = len(rows) // options.groups
    partial = {text.replace(" ", "") for text in options.group_partial}
    unmatched = partial - {name for row in rows for name in _names(row)}
    if unmatched:
        raise ModelError(
            f"group_partial names {', '.join(sorted(unmatched))}, which is no parameter of the "
            f"model; write it as in the model, for instance f=~x2 or x2~1."
        )
    tied = []
    for k, row in enumerate(rows):
        first = rows[k % size]
        held = _kind(row, variables) in options.group_equal and not partial & set(_names(row))
        if row.group > 1 and held and row.free and first.free and not _own_labels(row, first):
            row = replace(row, tied=k % size)
        tied.append(_unit_freed(row, options))
    return tied


def _own_labels(row: Row, first: Row) -> bool:
    """Different labels in different groups say that the parameter may differ."""
    return bool(row.label) and row.label != first.label


def _unit_freed(row: Row, options: Options) -> Row:
    """With equal loadings the unit is set in group 1; variances elsewhere can be estimated."""
    unit = row.op == "~~" and row.lhs == row.rhs and row.fixed == 1.0 and not row.user
    freed = unit and options.std_lv and row.group > 1 and "loadings" in options.group_equal
    if freed and row.lhs not in options.ordered and "lv.variances" not in options.group_equal:
        return replace(row, fixed=nan)
    return row


def _names(row: Row) -> tuple[str, ...]:
    turned = f"{row.rhs}{row.op}{row.lhs}"
    return (row.name, turned) if row.op == "~~" else (row.name,)


def _kind(row: Row, variables: Variables) -> str:
    latent = row.lhs in variables.latent
    if row.op == "~~":
        same = row.lhs == row.rhs
        both_latent = latent and row.rhs in variables.latent
        if both_latent:
            return "lv.variances" if same else "lv.covariances"
        return "residuals" if same else "residual.covariances"
    if row.op == "~1":
        return "means" if latent else "intercepts"
    return {"=~": "loadings", "~": "regressions", "|": "thresholds"}.get(row.op, "")


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            yield a, b
