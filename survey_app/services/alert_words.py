"""What a mail about fieldwork tells, in one sentence: the same in the mail and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.format import formatter
from survey_app.domain.alert import AlertKind

if TYPE_CHECKING:
    from survey_app.domain.alert import Alert


def alert_sentence(alert: Alert) -> str:
    """What happened, in a sentence."""
    told, figures = alert.told, formatter("en")
    if alert.kind is AlertKind.QUOTA_FILLED:
        limit = figures.count(told["limit"])
        return f"The quota “{told['name']}” of {told['wave']} is full: {limit} complete interviews."
    # Earlier mails do not say which version numbers the page so.
    page = f"page {told['page']}"
    if told.get("version"):
        page = f"{page} of version {told['version']}"
    return (
        f"On {told['day']}, {figures.count(told['stopped'])} of {figures.count(told['shown'])} "
        f"respondents ({figures.percent(told['stopped'] / told['shown'])}) stopped at {page}, "
        f"“{told['name']}”, of {told['wave']}; on the days before it was "
        f"{figures.percent(told['before'])}."
    )
