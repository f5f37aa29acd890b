"""A model read and its answers summed up once, for the many fits that share both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.estimators import estimator_of
from psychometrics.cfa.model import Settings, fit_sample
from psychometrics.cfa.sample import Request, sample_of
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.sample import Sample
    from psychometrics.cfa.syntax import ParsedModel


@dataclass(frozen=True)
class ModelSample:
    """`text` of a model, `parsed`, with the `sample` of its items, `ordered` or not."""

    text: str
    parsed: ParsedModel
    sample: Sample
    settings: Settings
    ordered: tuple[str, ...]

    def fit(self, text: str | None = None) -> ModelFit:
        """The model, or another `text` of the same items, fitted to all groups."""
        if text is None:
            return fit_sample(self.parsed, self.sample, self.settings, self.ordered, text=self.text)
        parsed = parse_model(text)
        return fit_sample(parsed, self.sample, self.settings, self.ordered, text=text)

    def fit_group(self, k: int) -> ModelFit:
        """The model fitted to group `k` alone."""
        sample = one_group(self.sample, k)
        return fit_sample(self.parsed, sample, self.settings, self.ordered, text=self.text)

    def failures(self) -> dict[str, str]:
        """Groups in which the model alone cannot be fitted, with what is said of them."""
        found = {}
        for k, name in enumerate(self.sample.groups):
            try:
                fit = self.fit_group(k)
            except ModelError as error:
                found[name] = str(error)
                continue
            if not fit.converged:
                found[name] = "The search for a minimum did not end."
        return found


def model_sample(
    model: str,
    data: Any,
    *,
    group: Any = None,
    ordered: Sequence[str] | bool | None = None,
    estimator: str = "ML",
    missing: str = "listwise",
    weights: Any = None,
    cluster: Any = None,
    std_lv: bool = True,
) -> ModelSample:
    """The model and the sample of its items. Raises as `psychometrics.cfa`."""
    if missing not in ("listwise", "fiml"):
        raise ModelError(f"There is no missing {missing!r}; choose one of listwise, fiml.")
    parsed = parse_model(model)
    variables = variables_of(parsed)
    asked = _ordered(ordered, variables.observed)
    fiml, robust = missing == "fiml", weights is not None or cluster is not None
    chosen = estimator_of(estimator, ordered=bool(asked), fiml=fiml, clustered=robust)
    request = Request(variables.observed, asked, fiml, chosen.needs_fourth, variables.exogenous)
    sample = sample_of(data, request, group=group, weights=weights, cluster=cluster)
    if not chosen.likelihood and not sample.ordinal:
        sample = replace(sample, cov=sample.cov * (sample.n / (sample.n - 1))[:, None, None])
    settings = Settings(estimator=estimator, std_lv=std_lv, means=True, fiml=fiml, robust=robust)
    return ModelSample(model, parsed, sample, settings, asked)


def one_group(sample: Sample, k: int) -> Sample:
    """The sample of group `k` alone."""
    return replace(
        sample,
        groups=("",),
        n=sample.n[k : k + 1],
        mean=sample.mean[k : k + 1],
        cov=sample.cov[k : k + 1],
        answers=sample.answers[k : k + 1],
        moments=sample.moments[k : k + 1],
        ordinal=sample.ordinal[k : k + 1],
        n_dropped=0,
    )


def _ordered(given: Sequence[str] | bool | None, observed: tuple[str, ...]) -> tuple[str, ...]:
    if given is None or given is False:
        return ()
    names = observed if given is True else (given,) if isinstance(given, str) else tuple(given)
    if set(names) != set(observed):
        odd = [name for name in (*names, *observed) if (name in names) != (name in observed)]
        raise ModelError(
            f"Either all items of the model are ordered or none: {', '.join(odd)} is named in only "
            f"one of the two. Name all items (ordered=True), or leave ordered out and use MLR."
        )
    return observed
