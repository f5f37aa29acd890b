"""An R script that does the tests of measurement again from exported answers, with lavaan."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset, ScoringKey
    from psychometrics.dimensionality import ModelTest
    from psychometrics.invariance import Invariance
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
CLUSTER = "cluster"
"""Column that says which rows are of one person."""
CODES = ("brand", "wave", "language", "channel")
"""Columns that hold codes: read as text, so that ``01`` stays what it is."""
LINE = 96
SHOWN = (
    "# What lavaan cannot tell of a model, as of one without a solution, stops nothing else.",
    "shown <- function(found) {",
    '  tryCatch(print(found), error = function(error) cat(conditionMessage(error), "\\n"))',
    "  invisible()",
    "}",
)


def measurement_script(analysed: Analysed) -> bytes:
    """The script of analysed answers, as a file. Raises NothingToAnalyseError."""
    return r_script(analysed.dataset, analysed.measurement, ANSWERS).encode()


def script_if_any(analysed: Analysed) -> bytes | None:
    """The script, None where the answers do not allow the tests that it does again."""
    return measurement_script(analysed) if analysed.measurement_if_any is not None else None


def r_script(dataset: Dataset, measurement: MeasurementAnalysis, answers: str) -> str:
    """The script; it reads `answers`, the name of a CSV as `engage export` writes it.

    Every value from outside stands in it as a quoted and escaped string.
    """
    lines = [
        "# Tests of measurement done again with lavaan and semTools.",
        f"# Data fingerprint (SHA-256): {dataset.fingerprint}",
        "library(lavaan)",
        "library(semTools)",
        *SHOWN,
        "",
        *_reading(dataset, answers),
        *_models(measurement, _several_rows(dataset)),
        *_general(measurement),
        *_validity(measurement),
    ]
    for test in measurement.comparability:
        within = getattr(dataset, test.across)
        lines += _comparability(test, measurement, _several_rows(dataset, within))
    return "\n".join(lines) + "\n"


def _reading(dataset: Dataset, answers: str) -> Iterator[str]:
    classes = ", ".join(f'{code} = "character"' for code in CODES)
    yield f"answers <- read.csv({_quoted(answers)},"
    yield f'  check.names = FALSE, na.strings = "", colClasses = c({classes}))'
    guarded = _guarded(dataset)
    if guarded:
        yield "# The file guards spreadsheets from codes that look like formulas by an apostrophe."
        yield f"codes <- {_vector(CODES)}"
        yield f"guarded <- {_vector(guarded)}"
        yield "answers[codes] <- lapply(answers[codes], function(code) {"
        yield "  ifelse(code %in% guarded, substring(code, 2), code)"
        yield "})"
    yield "answers <- answers[answers$analysed == 1, ]  # as screening kept them"
    for key in dataset.keys:
        if not key.outcome and key.reversed:
            yield from _reversal(key)
    yield ""


def _guarded(dataset: Dataset) -> list[str]:
    """Codes as the file has them that were given an apostrophe."""
    from survey_app.exchange.plain_text import neutral

    known = sorted({str(code) for name in CODES for code in getattr(dataset, name)})
    return [neutral(code) for code in known if neutral(code) != code]


def _reversal(key: ScoringKey) -> Iterator[str]:
    names = _vector(item for item in key.items if item in key.reversed)
    total = key.minimum + key.maximum
    yield f"# keyed the other way in scale {_comment(key.scale)}"
    yield f"turned <- {names}"
    yield f"answers[turned] <- {total} - answers[turned]"


def _several_rows(dataset: Dataset, within: NDArray[np.str_] | None = None) -> bool:
    """Whether anybody has several rows, in one group of `within` (n,) if that is given: lavaan
    refuses clusters of a single row each."""
    if dataset.cluster is None:
        return False
    rows = zip(
        dataset.cluster.tolist(),
        [""] * dataset.n if within is None else within.tolist(),
        strict=True,
    )
    return len(set(rows)) < dataset.n


def _models(measurement: MeasurementAnalysis, clustered: bool) -> Iterator[str]:
    yield "# Competing models"
    found = measurement.dimensionality
    for test in found.tests:
        if test.fit is not None or test is found.measurement:
            yield f"model_{test.name} <- {_text(test.model)}"
        if test.fit is None:
            yield f"# {test.name}: {_comment(test.reason)}"
        else:
            yield from _call(
                test.name, f"model_{test.name}", "answers", _how(measurement, clustered)
            )
    names = [test.name for test in found.tests if test.fit is not None]
    yield f"for (fit in list({', '.join(names)})) {{"
    yield "  shown(fitMeasures(fit))"
    yield "  shown(standardizedSolution(fit))"
    yield "}"
    yield ""


def _how(measurement: MeasurementAnalysis, clustered: bool) -> tuple[str, ...]:
    missing = ('missing = "fiml"',) if measurement.missing == "fiml" else ()
    cluster = (f'cluster = "{CLUSTER}"',) if clustered else ()
    return (f'estimator = "{measurement.estimator}"', *missing, *cluster)


def _general(measurement: MeasurementAnalysis) -> Iterator[str]:
    found = measurement.dimensionality
    bifactor: ModelTest | None = found.test("bifactor")
    if bifactor is None or bifactor.fit is None or found.total.omega_hierarchical is None:
        return
    yield "# Whether a total makes sense: hierarchical omega and explained common variance"
    yield 'general <- lavInspect(bifactor, "est")$lambda[, "general"]'
    yield "print(omega_hierarchical <- sum(general)^2 / sum(fitted(bifactor)$cov))"
    yield 'loadings <- lavInspect(bifactor, "std")$lambda'
    yield 'print(explained_common_variance <- sum(loadings[, "general"]^2) / sum(loadings^2))'
    yield ""


def _validity(measurement: MeasurementAnalysis) -> Iterator[str]:
    name = measurement.dimensionality.measurement.name
    if measurement.validity is None:
        return
    yield "# Validity"
    yield f"shown(compRelSEM({name}))"
    yield f"shown(AVE({name}))"
    if measurement.validity.htmt is not None:
        yield f"shown(htmt(model_{name}, answers))"
    yield ""


def _comparability(
    test: Comparability, measurement: MeasurementAnalysis, clustered: bool
) -> Iterator[str]:
    yield f"# Comparability across {test.across}s"
    if test.invariance is None:
        yield f"# not tested: {_comment(test.reason)}"
        yield ""
        return
    yield f"some <- answers[answers${test.across} %in% {_vector(test.groups)}, ]"
    options = _how(measurement, clustered)
    yield from _ladder(test.across, test.invariance, measurement, options)
    yield ""


def _ladder(
    across: str, ladder: Invariance, measurement: MeasurementAnalysis, options: tuple[str, ...]
) -> Iterator[str]:
    """Every step that was fitted, with what was let go in it, and the test against the one before.

    Factors have variance 1 in the first group, so that every loading is tested.
    """
    model = f"model_{measurement.dimensionality.measurement.name}"
    own = (f'group = "{across}"', "std.lv = TRUE", *options)
    for step in ladder.steps:
        held = []
        if LADDER[step.level]:
            held.append(f"group.equal = {_vector(LADDER[step.level])}")
        if step.partial:
            held.append(f"group.partial = {_vector(step.partial)}")
        yield from _call(_named(across, step.name), model, "some", (*own, *held))
    names = [_named(across, step.name) for step in ladder.steps]
    listed = _folded(f"{name} = {name}" for name in names)
    yield f"shown(sapply(list({listed}), fitMeasures))"
    for step, name in zip(ladder.steps, names, strict=True):
        if step.change is not None and step.change.df:
            yield f"shown(lavTestLRT({_named(across, step.change.against)}, {name}))"


def _named(across: str, step: str) -> str:
    return f"{across}_{step.replace(' ', '_')}"


def _call(name: str, model: str, data: str, options: Iterable[str]) -> Iterator[str]:
    yield f"{name} <- cfa({model}, {data},"
    yield f"  {_folded(options)})"


def _text(model: str) -> str:
    """A model as a string over several lines. Identifiers hold neither quotes nor backslashes."""
    inner = model.replace("\\", "\\\\").replace('"', '\\"')
    return f'"\n{textwrap.indent(inner, "  ")}\n"'


def _vector(names: Iterable[str]) -> str:
    return f"c({_folded(map(_quoted, names))})"


def _folded(parts: Iterable[str]) -> str:
    """Arguments with commas between them, over as many lines as they need."""
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) > LINE - 4:
            lines.append("")
        lines[-1] += f"{', ' if lines[-1] else ''}{part}"
    return ",\n    ".join(lines)


def _quoted(text: str) -> str:
    """A string of R: nothing in it can end it. The escapes of JSON are among those of R."""
    from survey_app.exchange.plain_text import writable

    return json.dumps(writable(text), ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
