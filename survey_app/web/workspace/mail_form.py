"""The form in which a researcher writes a mail in every language that somebody is written to in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from wtforms import HiddenField, RadioField, StringField, TextAreaField

from survey_app.domain.mail_text import MailText
from survey_app.domain.schedule import checked_zone
from survey_app.domain.study import new_key, now
from survey_app.web.delivery_words import zone_words
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wtforms import Field

    from survey_app.web.forms import Problem

NOW, LATER = "now", "later"


class MailForm(PageForm):
    """Subject and text in each language, and when the mails go out."""

    languages: Sequence[str] = ()

    mailing = HiddenField()
    when = RadioField(
        "When", choices=choices([(NOW, "At once"), (LATER, "At a moment")]), default=NOW
    )
    at = StringField(
        "Day and time", description="In your time zone, for instance 2026-05-03 08:00."
    )

    def parts(self) -> list[tuple[str, Field, Field]]:
        """Each language with its fields."""
        return [(tag, self[f"subject-{tag}"], self[f"text-{tag}"]) for tag in self.languages]

    def texts(self) -> dict[str, MailText]:
        """What was written, by language."""
        return {
            tag: MailText.written(self.text(f"subject-{tag}"), self.text(f"text-{tag}"))
            for tag in self.languages
        }

    def moment(self, time_zone: str) -> tuple[datetime | None, list[Problem]]:
        """When the mails go out, None for at once, and what is wrong with it."""
        if self.when.data != LATER:
            return None, []
        try:
            written = datetime.fromisoformat(self.text("at"))
        except ValueError:
            return None, [("at", "Write day and time as 2026-05-03 08:00.")]
        local = written.replace(tzinfo=checked_zone(time_zone)).astimezone(UTC)
        if local <= now():
            return None, [("at", "This moment has passed. Choose a later one, or send at once.")]
        return local, []


def mail_form(texts: Mapping[str, MailText], time_zone: str) -> MailForm:
    """The form for these languages, filled with these texts unless it was sent."""
    fields: dict[str, Any] = {"languages": tuple(texts)}
    for tag, written in texts.items():
        name = language_name(tag)
        fields[f"subject-{tag}"] = StringField(f"Subject ({name})", default=written.subject)
        fields[f"text-{tag}"] = TextAreaField(f"Text ({name})", default=written.text)
    form = cast("MailForm", type("WrittenMailForm", (MailForm,), fields)())
    form.mailing.data = form.mailing.data or new_key()
    form.at.description = f"For a moment: time of {zone_words(time_zone)}, as in 2026-05-03 08:00."
    return form
