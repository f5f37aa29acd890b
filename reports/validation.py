"""What a report may say on whether a questionnaire is validated: where, by what, or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from instruments.model import Instrument


@dataclass(frozen=True, slots=True)
class Validation:
    """The standing of one questionnaire, as far as the languages of a survey go.

    Parameters
    ----------
    published : languages in which a publication tested this very wording; empty for wording of the
        project's own, which never inherits what was published.
    shown : waves analysed here that met every rule, with `n` complete interviews in all; 0 while
        there are none, or while a wave that counts broke a rule.
    languages : those that have enough interviews in a wave shown; empty where only all languages
        together have.
    looked_up : False where nobody could look for earlier waves, as for a file without a database.
    scored : False for a checklist, of which no score could be validated.
    """

    published: tuple[str, ...] = ()
    shown: int = 0
    n: int = 0
    languages: tuple[str, ...] = ()
    looked_up: bool = True
    scored: bool = True

    @property
    def key(self) -> str:
        """The name of its sentence."""
        if not self.scored:
            return "counted"
        if self.shown:
            return "both" if self.published else "shown"
        return "published" if self.published else "not_yet"

    @classmethod
    def by_definition(cls, instrument: Instrument, used: Collection[str] = ()) -> Validation:
        """What the definition alone says, for a survey in the languages `used` (all when empty)."""
        return cls(among(instrument.published_languages, used), looked_up=False)


def among(languages: Collection[str], used: Collection[str]) -> tuple[str, ...]:
    """The languages that are in use; all of them where it is not known which are."""
    return tuple(code for code in languages if not used or code in used)
