"""Why there is nothing to answer here: one page for each case, in the respondent's language."""

from __future__ import annotations

from http import HTTPStatus

from werkzeug.exceptions import HTTPException, NotFound

from survey_app.services.collect import CollectError, StudyClosed, UnknownInterview


class RespondentMessage(Exception):
    """There is nothing to answer at this address. `topic` names the words that say why, `language`
    is the study's where that is known, `values` fill places in the words."""

    def __init__(
        self, topic: str, status: HTTPStatus, language: str | None = None, **values: str
    ) -> None:
        super().__init__(topic)
        self.topic = topic
        self.status = status
        self.language = language
        self.values = values


def message_of(error: Exception) -> RespondentMessage:
    """The message for any failure on a respondent's page."""
    if isinstance(error, RespondentMessage):
        return error
    if isinstance(error, StudyClosed):
        return RespondentMessage("closed", HTTPStatus.GONE)
    if isinstance(error, (UnknownInterview, NotFound)):
        return RespondentMessage("unknown_interview", HTTPStatus.NOT_FOUND)
    if isinstance(error, CollectError):
        return RespondentMessage("unreadable", HTTPStatus.BAD_REQUEST)
    if isinstance(error, HTTPException) and 400 <= (error.code or 500) < 500:
        return RespondentMessage("unreadable", HTTPStatus(error.code or 400))
    return RespondentMessage("failed", HTTPStatus.SERVICE_UNAVAILABLE)
