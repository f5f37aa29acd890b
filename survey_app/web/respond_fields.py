"""The fields of a page: a group of points, a brand to tick, a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Field
from wtforms.validators import ValidationError

from survey_app.domain.text import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from survey_app.web.respond_form import Question


class AnswerField(Field):
    """The radio group of a question: an integer, or None where it was left open.

    Leaving it open is no error, a value that was not offered is. WTForms' own radio field makes
    several objects for every point of every question, which is most of the time of a request.
    """

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(question.text, **options)
        self.question = question

    @property
    def points(self) -> list[tuple[int, str, bool]]:
        """Value, label and whether it is chosen, of every point."""
        return [(value, label, value == self.data) for value, label in self.question.choices]

    def process_formdata(self, valuelist: list[str]) -> None:
        """The first value sent. Raises ValueError, which WTForms keeps as the field's error."""
        if valuelist:
            self.data = int(valuelist[0])

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse what was not offered."""
        if self.data is not None and self.data not in self.question.values:
            raise ValidationError("This answer was not offered.")


class MarkField(Field):
    """One brand to tick: 1 where it is, 0 where it is not."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(question.text, **options)
        self.question = question

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ticked where anything was sent."""
        self.data = int(bool(valuelist))


class TextField(Field):
    """An answer in the respondent's own words, None where there are none."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(question.text, **options)
        self.question = question

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was written, without what no page can show."""
        written = valuelist[0].replace("\r\n", "\n") if valuelist else ""
        self.data = readable(written) or None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse what is too long to be kept whole."""
        if self.data is not None and len(self.data) > self.question.longest:
            raise ValidationError("This text is too long.")


FIELDS: Mapping[str, Callable[[Question], Field]] = {"mark": MarkField, "text": TextField}
"""The field of each layout that is no group of points."""
