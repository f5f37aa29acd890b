"""What whoever hands a paper in agrees to: printed on it, and kept as the proof of a consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.paper.questions import paper_words

if TYPE_CHECKING:
    from collections.abc import Sequence

Mode = Literal["anonymous", "pseudonymous"]

_KEPT = ("nobody", "stored", "erasure")


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """The terms of a paper, part by part.

    Parameters
    ----------
    paragraphs : the researcher's own text. facts : what is kept of whoever answers.
    """

    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[str, ...]
    agree: str

    @property
    def text(self) -> str:
        """All of it in the order printed, a blank line between parts."""
        return "\n\n".join((self.heading, *self.paragraphs, *self.facts, self.agree))


def paper_terms(consent: Sequence[str], mode: Mode, language: str) -> PaperTerms:
    """The terms in a language; `consent` is the researcher's text by paragraphs."""
    say = paper_words(language)
    kept = [say(f"{mode}.{key}") for key in _KEPT]
    return PaperTerms(say("before"), tuple(consent), (*kept, say("voluntary")), say("agree"))
