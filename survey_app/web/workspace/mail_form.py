"""The form in which a researcher writes a mail in every language that somebody is written to in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField, TimeField
from wtforms.validators import Optional

from survey_app.domain.field_period import FieldPeriodError, written_period
from survey_app.domain.mail_text import MailText
from survey_app.domain.study import new_key, now
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wtforms import Field

NOW, LATER = "now", "later"


class MailForm(PageForm):
    """Subject and text in each language, and when the mails go out."""

    languages: Sequence[str] = ()

    mailing = HiddenField()
    when = RadioField(
        "When", choices=choices([(NOW, "At once"), (LATER, "At a moment")]), default=NOW
    )
    on = DateField("Day", validators=[Optional()])
    at = TimeField("Time", validators=[Optional()])

    def parts(self) -> list[tuple[str, Field, Field]]:
        """Each language with its fields."""
        return [(tag, self[f"subject-{tag}"], self[f"text-{tag}"]) for tag in self.languages]

    def texts(self) -> dict[str, MailText]:
        """What was written, by language."""
        return {
            tag: MailText.written(self.text(f"subject-{tag}"), self.text(f"text-{tag}"))
            for tag in self.languages
        }

    def moment(self, time_zone: str) -> datetime | None:
        """When the mails go out, None for at once; what is wrong with it stands at its fields. To
        be asked after `validate`."""
        if self.when.data != LATER:
            return None
        day, time = self._chosen(self.on, "day"), self._chosen(self.at, "time")
        if day is None or time is None:
            return None
        try:
            moment = written_period((day, time), None, time_zone).opens_at
        except FieldPeriodError as error:
            _say_wrong(self.at, str(error))
            return None
        if moment is None or moment <= now():
            passed = "This moment has passed. Choose a later one, or send at once."
            _say_wrong(self.on, passed)
            return None
        return moment

    def carried(self) -> dict[str, str]:
        """When the mails go out, as the fields of this form say it."""
        return {
            "when": str(self.when.data),
            "on": "" if self.on.data is None else f"{self.on.data:%Y-%m-%d}",
            "at": "" if self.at.data is None else f"{self.at.data:%H:%M}",
        }

    def _chosen(self, field: Field, name: str) -> Any:
        if field.data is None and not field.errors:
            _say_wrong(field, f"Choose the {name}.")
        return field.data


def _say_wrong(field: Field, told: str) -> None:
    field.errors = (*field.errors, told)


def mail_form(texts: Mapping[str, MailText]) -> MailForm:
    """The form for these languages, filled with these texts unless it was sent."""
    fields: dict[str, Any] = {"languages": tuple(texts)}
    for tag, written in texts.items():
        name = language_name(tag)
        fields[f"subject-{tag}"] = StringField(f"Subject ({name})", default=written.subject)
        fields[f"text-{tag}"] = TextAreaField(f"Text ({name})", default=written.text)
    form = cast("MailForm", type("WrittenMailForm", (MailForm,), fields)())
    form.mailing.data = form.mailing.data or new_key()
    return form
