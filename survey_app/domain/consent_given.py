"""The proof of a consent: which text was shown to whom, and when it was agreed to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """The whole text that a respondent agrees to by starting: `version` of the questionnaire and
    `language` it was shown in."""

    version: int
    language: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
        return text_digest(self.text)


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A consent as it is kept. `given_at` is the day only in an anonymous study."""

    version: int
    language: str
    digest: str
    given_at: datetime
    withdrawn_at: datetime | None
    text: str

    @property
    def is_whole(self) -> bool:
        """Whether the text that is kept is the one that was agreed to."""
        return text_digest(self.text) == self.digest


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
