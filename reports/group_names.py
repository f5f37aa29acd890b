"""What the variables by which people are grouped, and their values, are called in a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument


@dataclass(frozen=True, slots=True)
class GroupNames:
    """Names as they are printed.

    Parameters
    ----------
    variables : name by variable, of those that have one here.
    values : name by code, by variable.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value(self, variable: str, code: str) -> str:
        """The name of a value; its code where it has none."""
        return self.values.get(variable, {}).get(code, code)


def group_names(
    instruments: Sequence[Instrument], language: str, channels: Mapping[str, str]
) -> GroupNames:
    """Names of channels, and of what questionnaires ask people about themselves.

    The codes of the latter are the answers in English, as `Dataset.background` holds them. A scale
    of one question names its variable; of several questions each is named by its topic.
    """
    from instruments.texts import in_language

    variables: dict[str, str] = {}
    values: dict[str, Mapping[str, str]] = {"channel": channels}
    for scale in (one for each in instruments for one in each.scales if one.kind == "background"):
        wordings = [(value, scale.format.wording_of(value)) for value in scale.format.values]
        printed = {
            words.get("en", str(value)): in_language(words, language)
            for value, words in wordings
            if words
        }
        for item in scale.items:
            alone = len(scale.items) == 1
            variables[item.id] = in_language(scale.name, language) if alone else item.topic
            values[item.id] = printed
    return GroupNames(variables, values)
