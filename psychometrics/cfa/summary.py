"""A fit as a researcher reads it: how it was made, how well it fits, its parameters by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain
from psychometrics._shown import as_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from psychometrics.cfa.fit import ModelFit

WIDTH = 28
_KINDS = (
    "Loadings",
    "Regressions",
    "Covariances",
    "Residual covariances",
    "Factor means",
    "Intercepts",
    "Thresholds",
    "Factor variances",
    "Residual variances",
    "Scales",
    "Defined",
)


def summary_text(fit: ModelFit) -> str:
    """`ModelFit.summary`."""
    parts = [head(fit), *_samples(fit), "", fit_text(fit)]
    if fit.warnings:
        parts += ["", *(f"Warning: {text}" for text in fit.warnings)]
    frame = shown_parameters(fit)
    for number, name in enumerate(fit.groups, 1):
        rows = frame[frame["group"] == number]
        if len(fit.groups) > 1:
            parts += ["", f"Group {name}"]
        parts += _blocks(rows)
        parts += ["", _explained(fit, number - 1)]
    defined = frame[frame["kind"] == "Defined"]
    if len(defined):
        parts += _blocks(defined)
    return "\n".join(parts)


def short_text(fit: ModelFit) -> str:
    """For ``repr``: what was fitted and how well, warnings, where to find the rest."""
    said = [f"Warning: {text}" for text in fit.warnings]
    more = "More by .summary(), .parameters, .fit_measures(), .modification_indices(), .scores()."
    return "\n".join([f"<ModelFit: {head(fit)}>", _in_a_line(fit), *said, more])


def html(fit: ModelFit) -> str:
    """For notebooks."""
    frame = shown_parameters(fit)
    columns = ["kind", "lhs", "op", "rhs", "group", "est", "se", "z", "p", "std_all"]
    if len(fit.groups) == 1:
        columns.remove("group")
    return as_html(f"{head(fit)}. {_in_a_line(fit)}", [frame[columns]], fit.warnings)


def as_dict(fit: ModelFit) -> dict[str, Any]:
    """`ModelFit.to_dict`."""
    found: dict[str, Any] = plain(
        {
            "model": fit.model,
            "estimator": fit.estimator.name,
            "missing": "fiml" if fit.estimator.discrepancy == "fiml" else "listwise",
            "ordered": list(fit.table.options.ordered),
            "group_equal": fit.settings.group_equal,
            "group_partial": fit.settings.group_partial,
            "n_used": fit.n_used,
            "n_dropped": fit.n_dropped,
            "groups": dict(zip(fit.groups, fit.sample.n.tolist(), strict=True)),
            "items": fit.items,
            "factors": fit.factors,
            "converged": fit.converged,
            "warnings": fit.warnings,
            "fit_measures": fit.fit_measures(),
            "parameters": fit.parameters.to_dict("records"),
        }
    )
    return found


def head(fit: ModelFit) -> str:
    """What was fitted to how many interviews."""
    how = fit.estimator.name
    if fit.estimator.discrepancy == "fiml":
        how += ", every answer given counts (FIML)"
    elif fit.sample.ordinal:
        how += ", ordered items"
    left = f" ({fit.n_dropped} left out)" if fit.n_dropped else ""
    groups = f" in {len(fit.groups)} groups" if len(fit.groups) > 1 else ""
    what = f"{len(fit.items)} items, {len(fit.factors)} factors"
    return f"{what}; {how}; n = {fit.n_used}{left}{groups}"


def fit_text(fit: ModelFit) -> str:
    """Fit measures, the corrected ones beside the plain ones where the estimator has them."""
    measures, robust = fit.fit_measures(), fit.estimator.robust
    columns = ["plain", "scaled", fit.robust.variant] if robust else ["plain"]
    suffixes = ["", ".scaled", f".{fit.robust.variant}"][: len(columns)]
    if columns[-1] == "scaled":
        columns, suffixes = columns[:-1], suffixes[:-1]
    lines = [f"{'Fit':<{WIDTH}}" + "".join(f"{name:>10}" for name in columns)]
    for label, name in (
        ("chi2", "chisq"),
        ("df", "df"),
        ("p", "pvalue"),
        ("CFI", "cfi"),
        ("TLI", "tli"),
        ("RMSEA", "rmsea"),
        ("  90 % interval, lower", "rmsea.ci.lower"),
        ("  90 % interval, upper", "rmsea.ci.upper"),
        ("  p (at most .05)", "rmsea.pvalue"),
        ("SRMR", "srmr"),
        ("log-likelihood", "logl"),
        ("AIC", "aic"),
        ("BIC", "bic"),
    ):
        values = [measures.get(f"{name}{suffix}") for suffix in suffixes]
        if values[0] is None:
            continue
        cells = [_cell(name, value) for value in values]
        lines.append(f"{label:<{WIDTH}}" + "".join(f"{cell:>10}" for cell in cells).rstrip())
    return "\n".join(lines)


def shown_parameters(fit: ModelFit) -> pd.DataFrame:
    """The parameters worth reading, with their `kind`, in the order of kinds, and whether they are
    `shared`: held equal to others.

    Fixed means, scales and moments of observed predictors are left out.
    """
    frame = fit.parameters.copy()
    frame["kind"] = [
        _kind(fit, *row) for row in frame[["lhs", "op", "rhs"]].itertuples(index=False)
    ]
    uses = frame["free"].map(frame["free"].value_counts())
    frame["shared"] = (frame["free"] > 0) & (uses > 1)
    given = [row.exogenous for row in fit.table.rows]
    silent = frame["kind"].isin(["Factor means", "Intercepts", "Scales", "Residual covariances"])
    fixed = (frame["free"] == 0) & silent
    fixed[: len(given)] |= np.array(given)
    frame["order"] = [_KINDS.index(kind) for kind in frame["kind"]]
    kept = frame[~fixed].sort_values(["group", "order"], kind="stable")
    return kept.drop(columns="order").reset_index(drop=True)


def _kind(fit: ModelFit, lhs: str, op: str, rhs: str) -> str:
    latent = lhs in fit.factors
    if op == "~~":
        of = "variances" if lhs == rhs else "covariances"
        if lhs == rhs:
            explained = lhs in fit.table.variables.dependent
            return f"Factor {of}" if latent and not explained else f"Residual {of}"
        return "Covariances" if latent else f"Residual {of}"
    if op == "~1":
        explained = lhs in fit.table.variables.dependent
        return "Factor means" if latent and not explained else "Intercepts"
    kinds = {"=~": "Loadings", "~": "Regressions", "|": "Thresholds", "~*~": "Scales"}
    return kinds.get(op, "Defined")


def _samples(fit: ModelFit) -> Iterator[str]:
    if len(fit.groups) > 1:
        sizes = zip(fit.groups, fit.sample.n.tolist(), strict=True)
        yield "Groups: " + ", ".join(f"{name} ({n})" for name, n in sizes)
    equal = fit.settings.group_equal
    if equal:
        except_for = fit.settings.group_partial
        but = f" except {', '.join(except_for)}" if except_for else ""
        yield f"Held equal: {', '.join(equal)}{but}"


def _blocks(frame: pd.DataFrame) -> list[str]:
    """The lines of all parameters by kind."""
    lines: list[str] = []
    for kind in _KINDS:
        rows = frame[frame["kind"] == kind]
        if not len(rows):
            continue
        titles = ("est", "se", "z", "p", "lower", "upper", "std")
        lines += ["", f"{kind:<{WIDTH}}" + "".join(f"{title:>9}" for title in titles)]
        last = ""
        for record in rows.to_dict("records"):
            row: dict[str, Any] = {str(name): value for name, value in record.items()}
            if kind in ("Loadings", "Regressions") and row["lhs"] != last:
                lines.append(f"  {row['lhs']} {row['op']}")
            last = row["lhs"]
            lines.append(_line(kind, row))
    return lines


def _line(kind: str, row: dict[str, Any]) -> str:
    if kind in ("Loadings", "Regressions"):
        name = f"    {row['rhs']}"
    elif kind in ("Covariances", "Residual covariances"):
        name = f"  {row['lhs']} ~~ {row['rhs']}"
    elif kind == "Thresholds":
        name = f"  {row['lhs']} | {row['rhs']}"
    else:
        name = f"  {row['lhs']}"
    if row["label"] and kind != "Defined":
        name += f" ({row['label']})"
    elif row["shared"]:
        name += " (=)"
    values = [row["est"], row["se"], row["z"]]
    cells = [_number(value) for value in values]
    cells.append(_probability(row["p"]))
    cells += [_number(row[name]) for name in ("ci_lower", "ci_upper", "std_all")]
    if not row["se"] > 0:
        cells[1:6] = ["", "", "", "", ""]
    return f"{name:<{WIDTH}}" + "".join(f"{cell:>9}" for cell in cells)


def _explained(fit: ModelFit, group: int) -> str:
    shares = fit.r2().iloc[:, group]
    lines = [f"{'Explained variance':<{WIDTH}}{'R2':>9}"]
    lines += [f"  {name:<{WIDTH - 2}}{_number(value):>9}" for name, value in shares.items()]
    return "\n".join(lines)


def _in_a_line(fit: ModelFit) -> str:
    found = fit.robust
    low, high = found.rmsea_interval
    p = _probability(found.p)
    text = f"chi2({found.df}) = {found.chi2:.2f}, p {p if p.startswith('<') else '= ' + p}"
    if found.df:
        text += (
            f", CFI = {found.cfi:.3f}, TLI = {found.tli:.3f}, RMSEA = {found.rmsea:.3f} "
            f"[{low:.3f}, {high:.3f}]"
        )
    text += f", SRMR = {fit.srmr:.3f}"
    return text if found.variant == "plain" else f"{text} (chi2 scaled, indices {found.variant})"


def _cell(name: str, value: float | None) -> str:
    if value is None or np.isnan(value):
        return ""
    if name == "df":
        return f"{value:.0f}"
    return _probability(value) if "pvalue" in name else _number(value)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"


def _probability(value: float) -> str:
    if np.isnan(value):
        return ""
    return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0")
