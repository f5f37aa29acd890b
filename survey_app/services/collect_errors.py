"""Why answers are not taken."""

from __future__ import annotations

CLOSED = "This survey has been closed; no more answers are taken."


class CollectError(Exception):
    """Answers could not be taken. The message says why, in words for the respondent."""


class UnknownInterview(CollectError):
    """There is no interview with this key."""


class StudyClosed(CollectError):
    """The study takes no answers: unknown, not yet open, or closed."""


class LinkMissing(CollectError):
    """The interview came by a link of somebody's own, which this browser does not know. What was
    sent is kept; the interview is not finished."""


class LinkUsed(CollectError):
    """The link of the interview has led to a finished interview already; nothing was kept."""


class PageNotReached(CollectError):
    """A page was submitted before the pages in front of it."""


class AnswerRefused(CollectError):
    """What was submitted does not fit the page: an unknown item or a value outside its format."""
