"""A model that was read, written down again with more said of some of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics.cfa.syntax import Modifier, ParsedModel

    Parameter = tuple[str, str, str]


def model_text(parsed: ParsedModel, more: Mapping[Parameter, Sequence[str]]) -> str:
    """The text of a model, every parameter named once, as lavaan wants it.

    `more`: parameter (lhs, op, rhs) → what else is said of it, each as it stands before ``*``, such
    as ``NA`` or ``c(a, b)``; parameters that the model does not name come after its own.
    """
    said: dict[Parameter, list[str]] = {}
    for each in parsed.statements:
        said[each.lhs, each.op, each.rhs] = _modifiers(each.modifier)
    for (lhs, op, rhs), extra in more.items():
        turned = (rhs, op, lhs)
        known = turned if op == "~~" and turned in said else (lhs, op, rhs)
        said.setdefault(known, []).extend(extra)
    lines: dict[tuple[str, str], list[str]] = {}
    for (lhs, op, rhs), modifiers in said.items():
        term = "1" if op == "~1" else rhs
        terms = [f"{modifier}*{term}" for modifier in modifiers] or [term]
        lines.setdefault((lhs, op), []).extend(terms)
    written = [
        f"{lhs} {'~' if op == '~1' else op} {' + '.join(terms)}"
        for (lhs, op), terms in lines.items()
    ]
    written += [definition.text for definition in parsed.definitions]
    written += [constraint.text for constraint in parsed.constraints]
    return "\n".join(written)


def by_group(entries: Sequence[Any]) -> str:
    """``c(1, NA)`` of an entry for each group."""
    return f"c({', '.join(str(entry) for entry in entries)})"


def _modifiers(modifier: Modifier) -> list[str]:
    found = []
    if modifier.fixed:
        found.append(_one_or_list([_number(value) for value in modifier.fixed]))
    if modifier.start:
        found.append(f"start({_one_or_list([_number(value) for value in modifier.start])})")
    if any(modifier.label):
        found.append(_one_or_list([label or "NA" for label in modifier.label]))
    if any(modifier.equal):
        named = [f'"{name}"' for name in modifier.equal]
        found.append(f"equal({_one_or_list(named)})")
    return found


def _one_or_list(entries: Sequence[str]) -> str:
    return entries[0] if len(entries) == 1 else by_group(entries)


def _number(value: float | None) -> str:
    return "NA" if value is None or value != value else repr(value)
