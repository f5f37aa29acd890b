"""An R script that does the tests of measurement again from exported answers, with lavaan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.dataset import Dataset, ScoringKey
    from psychometrics.dimensionality import ModelTest
    from psychometrics.measurement import Comparability, MeasurementAnalysis
    from survey_app.services.analyse import Analysed

ANSWERS = "answers.csv"
"""Name of the exported answers that a script reads, beside itself."""
LADDER = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}


def measurement_script(analysed: Analysed) -> bytes:
    """The script of analysed answers, as a file. Raises NothingToAnalyseError."""
    return r_script(analysed.dataset, analysed.measurement, ANSWERS).encode()


def r_script(dataset: Dataset, measurement: MeasurementAnalysis, answers: str) -> str:
    """The script; it reads `answers`, the name of a CSV as `engage export` writes it.

    Every value from outside stands in it as a quoted and escaped string.
    """
    lines = [
        "# Tests of measurement done again with lavaan and semTools.",
        f"# Data fingerprint (SHA-256): {dataset.fingerprint}",
        "library(lavaan)",
        "library(semTools)",
        "",
        *_reading(dataset, answers),
        *_models(measurement),
        *_validity(measurement),
    ]
    for test in measurement.comparability:
        lines += _ladder(test, measurement)
    return "\n".join(lines) + "\n"


def _reading(dataset: Dataset, answers: str) -> Iterator[str]:
    yield f"answers <- read.csv({_quoted(answers)}, check.names = FALSE)"
    yield "answers <- answers[answers$analysed == 1, ]  # as screening kept them"
    for key in dataset.keys:
        if not key.outcome and key.reversed:
            yield from _reversal(key)
    yield ""


def _reversal(key: ScoringKey) -> Iterator[str]:
    names = ", ".join(_quoted(item) for item in key.items if item in key.reversed)
    total = key.minimum + key.maximum
    yield f"turned <- c({names})  # keyed the other way in scale {_comment(key.scale)}"
    yield f"answers[turned] <- {total} - answers[turned]"


def _models(measurement: MeasurementAnalysis) -> Iterator[str]:
    yield "# Competing models"
    for test in measurement.dimensionality.tests:
        if test.fit is None:
            yield f"# {test.name}: {_comment(test.reason)}"
            continue
        yield from _fit(test, measurement)
    names = [test.name for test in measurement.dimensionality.tests if test.fit is not None]
    yield f"for (fit in list({', '.join(names)})) {{"
    yield "  print(fitMeasures(fit))"
    yield "  print(standardizedSolution(fit))"
    yield "}"
    yield ""


def _fit(test: ModelTest, measurement: MeasurementAnalysis) -> Iterator[str]:
    yield f"model_{test.name} <- {_quoted(test.model)}"
    yield f"{test.name} <- cfa(model_{test.name}, answers, {_how(measurement)})"


def _how(measurement: MeasurementAnalysis) -> str:
    missing = ', missing = "fiml"' if measurement.missing == "fiml" else ""
    return f'estimator = "{measurement.estimator}"{missing}'


def _validity(measurement: MeasurementAnalysis) -> Iterator[str]:
    name = measurement.dimensionality.measurement.name
    if measurement.validity is None:
        return
    yield "# Validity"
    yield f"print(compRelSEM({name}))"
    yield f"print(AVE({name}))"
    if measurement.validity.htmt is not None:
        yield f"print(htmt(model_{name}, answers))"
    yield ""


def _ladder(test: Comparability, measurement: MeasurementAnalysis) -> Iterator[str]:
    yield f"# Comparability across {test.across}s"
    if test.invariance is None:
        yield f"# not tested: {_comment(test.reason)}"
        return
    groups = ", ".join(_quoted(name) for name in test.groups)
    name = measurement.dimensionality.measurement.name
    yield f"groups <- answers[answers${test.across} %in% c({groups}), ]"
    for level, equal in LADDER.items():
        held = f", group.equal = c({', '.join(map(_quoted, equal))})" if equal else ""
        how = _how(measurement)
        yield f'{level} <- cfa(model_{name}, groups, group = "{test.across}", {how}{held})'
    yield f"print(lavTestLRT({', '.join(LADDER)}))"
    yield f"print(sapply(list({', '.join(LADDER)}), fitMeasures))"
    yield ""


def _quoted(text: str) -> str:
    """A string of R: nothing in it can end it. The escapes of JSON are among those of R."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
