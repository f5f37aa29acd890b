"""What a cell names: one of a few things known by a code and by other names."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from survey_app.exchange.columns import code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class KnownCodes:
    """The brands, waves or languages of a study.

    Parameters
    ----------
    part : what they are, in the singular, for messages.
    known : other names by code.
    """

    def __init__(self, part: str, known: Mapping[str, Collection[str]]) -> None:
        self.part, self.known = part, known
        self._names = _names(known)

    def find(self, text: str) -> str:
        """The code that a cell names, by itself or by a name; ``""`` for none."""
        if text in self.known:
            return text
        names = self._names
        return names.get(text.casefold()) or names.get(code(text, ()).casefold(), "")

    def mend(self, text: str) -> str:
        """What is wrong with a cell that names none, with the nearest."""
        if not text:
            return f"no {self.part}; fill it in."
        near = get_close_matches(text.casefold(), self._names, n=3, cutoff=0.5)
        listed = list(dict.fromkeys(self._names[name] for name in near))
        if listed:
            return f"the study has no {self.part} {text[:60]!r}; perhaps {', '.join(listed)}?"
        shown = ", ".join(list(self.known)[:10]) + (", …" if len(self.known) > 10 else "")
        return f"the study has no {self.part} {text[:60]!r}; it has {shown or 'none yet'}."


def _names(known: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Code by folded name; a name that two share means neither."""
    owners = defaultdict(set)
    for own_code, others in known.items():
        for name in (own_code, *others):
            owners[name.casefold()].add(own_code)
    return {name: min(found) for name, found in owners.items() if len(found) == 1}
