"""The reference page of `psychometrics`, written from its docstrings."""

from __future__ import annotations

import inspect
import re
from typing import Any

import psychometrics

HEAD = """# psychometrics

Everything can be imported from `psychometrics`. `help(name)` in Python shows parameters, formula,
source and errors; this page shows what there is, and the call in R that gives the same figures.
"""


def psychometrics_page() -> str:
    """Every public function with its arguments, what it is for and its R call, as Markdown."""
    by_module: dict[str, list[str]] = {}
    for name in psychometrics.__all__:
        value = getattr(psychometrics, name)
        if inspect.isfunction(value):
            by_module.setdefault(value.__module__, []).append(name)
    parts = [HEAD]
    for module in sorted(by_module):
        parts.append(f"## {module}\n\n{_first(inspect.getmodule(_value(by_module[module][0])))}\n")
        parts += [_entry(name) for name in by_module[module]]
    return "\n".join(parts)


def _entry(name: str) -> str:
    value = _value(name)
    arguments = ", ".join(_argument(p) for p in inspect.signature(value).parameters.values())
    calls = _r_calls(inspect.getdoc(value) or "")
    said = f"\n\nR: {'; '.join(calls)}" if calls else ""
    return f"**`{name}({arguments})`**\n\n{_first(value)}{said}\n"


def _value(name: str) -> Any:
    return getattr(psychometrics, name)


def _argument(parameter: inspect.Parameter) -> str:
    star = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    if parameter.default is parameter.empty:
        return f"{star}{parameter.name}"
    return f"{parameter.name}={parameter.default!r}"


def _first(value: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split())


def _r_calls(doc: str) -> list[str]:
    """The quoted calls of a docstring that are R's: after ``R:``, ``R,`` or ``Equals``."""
    found = []
    for sentence in re.findall(r"(?:\bR:|\bR, |Equals\b)(.*?)(?:\n\n|\Z)", doc, re.DOTALL):
        found += re.findall(r"``(.+?)``", sentence, re.DOTALL)
    return list(dict.fromkeys(f"`{' '.join(call.split())}`" for call in found))
