"""A fit written down for R, so that anybody can repeat it with lavaan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.dataset import ScoringKey

    Reversed = Mapping[str, tuple[float, float]] | Iterable[ScoringKey]

NAMES_IN_A_LINE = 8


def lavaan_script(
    fit: ModelFit,
    data_file: str = "answers.csv",
    *,
    reversed: Reversed = (),  # noqa: A002
    group: str = "group",
    weights: str = "weight",
    cluster: str = "cluster",
) -> str:
    """An R script that fits the same model to the same answers and prints what lavaan finds.

    Parameters
    ----------
    data_file : CSV with a column for each item, empty where not answered, read from the folder in
        which the script runs. A fit to moments carries them in the script and needs no file.
    reversed : items that the file holds as answered and the fit holds reversed: the scoring keys,
        or each item's theoretical minimum and maximum.
    group, weights, cluster : the file's columns of that name, used where the fit has them.

    Raises
    ------
    ModelError
        the fit does not carry the text of its model.
    """
    if not fit.model.strip():
        raise ModelError("The fit does not carry its model as text; fit it with cfa() or sem().")
    counted = not fit.sample.answers
    parts = [
        _title(fit, data_file, counted),
        "library(lavaan)\n",
        f"model <- '\n{_escaped(fit.model.strip(), quote=chr(39))}\n'\n",
        _moments(fit) if counted else _answers(fit, data_file, _turned(fit, reversed), group),
        _call(fit, counted, group, weights, cluster),
        "print(parameterEstimates(fit), nd = 6)",
        "print(standardizedSolution(fit), nd = 6)",
        "print(fitMeasures(fit))",
    ]
    return "\n".join(parts) + "\n"


def _title(fit: ModelFit, data_file: str, counted: bool) -> str:
    where = "" if counted else f" beside {data_file}"
    test = fit.test
    lines = [
        f"# The fit of {fit.n_used} interviews with lavaan. Run this file with Rscript{where}.",
        "# It must find the same: "
        f"chi2 = {test.chi2:.4f}, df = {test.df}"
        + ("" if test.scaled is None else f", scaled chi2 = {test.scaled:.4f}"),
    ]
    return "\n".join(lines)


def _answers(
    fit: ModelFit, data_file: str, turned: Mapping[str, tuple[float, float]], group: str
) -> str:
    lines = [
        f'answers <- read.csv({_quoted(data_file)}, check.names = FALSE, na.strings = c("", "NA"))',
        f"items <- {_vector(fit.items)}",
        "answers[items] <- lapply(answers[items], as.numeric)",
    ]
    by_ends: dict[float, list[str]] = {}
    for item, (low, high) in turned.items():
        by_ends.setdefault(low + high, []).append(item)
    for total, items in by_ends.items():
        lines += [
            f"reversed <- {_vector(items)}",
            f"answers[reversed] <- {total:g} - answers[reversed]  # minimum + maximum - answer",
        ]
    if len(fit.groups) > 1:
        known = _vector(fit.groups)
        lines.append(f"answers <- answers[answers[[{_quoted(group)}]] %in% {known}, ]")
    return "\n".join(lines) + "\n"


def _moments(fit: ModelFit) -> str:
    """Covariances with divisor n − 1, as lavaan takes them."""
    own = fit.settings.wishart or not fit.estimator.likelihood
    n = fit.sample.n
    factor = np.ones(len(n)) if own else n / (n - 1)
    covs = fit.sample.cov * factor[:, None, None]
    lines = [f"items <- {_vector(fit.items)}"]
    lines += [_listed("covariances", [_matrix(cov) for cov in covs])]
    if fit.table.options.means:
        named = [f"setNames({_numbers(mean)}, items)" for mean in fit.sample.mean]
        lines += [_listed("means", named)]
    lines += [f"n <- {_listed_numbers(n)}"]
    return "\n".join(lines) + "\n"


def _call(fit: ModelFit, counted: bool, group: str, weights: str, cluster: str) -> str:
    function = "sem" if any(row.op == "~" for row in fit.table.rows) else "cfa"
    arguments = ["model"]
    if counted:
        arguments += ["sample.cov = covariances", "sample.nobs = n"]
        if fit.table.options.means:
            arguments.append("sample.mean = means")
    else:
        arguments.append("data = answers")
        arguments += _columns(fit, group, weights, cluster)
    arguments += _options(fit)
    inner = ",\n  ".join(arguments)
    return f"fit <- {function}(\n  {inner}\n)\n"


def _columns(fit: ModelFit, group: str, weights: str, cluster: str) -> Iterator[str]:
    first = fit.sample.answers[0]
    if len(fit.groups) > 1:
        yield f"group = {_quoted(group)}"
        yield f"group.label = {_vector(fit.groups)}"
    if first.weights is not None:
        yield f"sampling.weights = {_quoted(weights)}"
    if first.cluster is not None:
        yield f"cluster = {_quoted(cluster)}"


def _options(fit: ModelFit) -> Iterator[str]:
    settings = fit.settings
    yield f"estimator = {_quoted(fit.estimator.name)}"
    if fit.table.options.ordered:
        yield "ordered = items"
    if settings.fiml:
        yield 'missing = "fiml"'
    if settings.group_equal:
        yield f"group.equal = {_vector(settings.group_equal)}"
    if settings.group_partial:
        yield f"group.partial = {_vector(settings.group_partial)}"
    if settings.std_lv:
        yield "std.lv = TRUE"
    if settings.orthogonal:
        yield "orthogonal = TRUE"
    if settings.means is not None:
        yield f"meanstructure = {str(settings.means).upper()}"
    if settings.wishart:
        yield 'likelihood = "wishart"'


def _turned(fit: ModelFit, given: Reversed) -> dict[str, tuple[float, float]]:
    """The reversed items of the model with the ends of their answers."""
    found: dict[str, tuple[float, float]] = {}
    if isinstance(given, Mapping):
        found = {name: (float(a), float(b)) for name, (a, b) in given.items()}
    else:
        for key in given:
            ends = (float(key.minimum), float(key.maximum))
            found |= {item: ends for item in key.items if item in key.reversed}
    return {item: found[item] for item in fit.items if item in found}


def _matrix(cov: NDArray[Any]) -> str:
    p = len(cov)
    rows = ",\n    ".join(", ".join(repr(float(value)) for value in row) for row in cov)
    return f"matrix(c(\n    {rows}\n  ), {p}, {p}, dimnames = list(items, items))"


def _listed(name: str, values: list[str]) -> str:
    if len(values) == 1:
        return f"{name} <- {values[0]}"
    inner = ",\n  ".join(values)
    return f"{name} <- list(\n  {inner}\n)"


def _numbers(values: NDArray[Any]) -> str:
    return f"c({', '.join(repr(float(value)) for value in values)})"


def _listed_numbers(values: NDArray[Any]) -> str:
    if len(values) == 1:
        return str(int(values[0]))
    return f"list({', '.join(str(int(value)) for value in values)})"


def _vector(names: Iterable[str]) -> str:
    quoted = [_quoted(name) for name in names]
    lines = [
        ", ".join(quoted[k : k + NAMES_IN_A_LINE]) for k in range(0, len(quoted), NAMES_IN_A_LINE)
    ]
    return f"c({f',{chr(10)}  '.join(lines)})"


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str, quote: str = '"') -> str:
    return text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
