"""What every form of those who sign in has: the check against forged posts, and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import request
from flask_wtf import FlaskForm
from wtforms import FieldList, FileField, SelectMultipleField, widgets
from wtforms import SelectChoice as _SelectChoice  # type: ignore[attr-defined]  # not in its hints
from wtforms.validators import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wtforms import Field

Problem = tuple[str, str]
"""Identifier of the field that is wrong, and what is wrong with it."""


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no type hints
    """A form with the token that proves it was made for this session."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no type hints
        """Where the fields are read from."""

        def wrap_formdata(self, _form: PageForm, formdata: Any) -> Any:
            """Text alone: a file or JSON in a text field's place was sent by no form of ours."""
            return None if formdata is None else request.form or None

    def problems(self) -> list[Problem]:
        """Every problem with its field, in the order of the page, for the summary on top."""
        return list(self._problems())

    def _problems(self) -> Iterator[Problem]:
        for field in self:
            if isinstance(field, FieldList):
                yield from (found for row in field for part in row.form for found in _of(part))
            else:
                yield from _of(field)

    def text(self, name: str) -> str:
        """What was written in a text field, without blanks at its ends."""
        return cast("str", self[name].data or "").replace("\r\n", "\n").strip()


class UploadField(FileField):
    """A file; text that is sent under its name is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:  # noqa: ARG002
        """Take the file from where browsers send files."""
        self.data = request.files.get(self.name)


class ChooseSeveral(SelectMultipleField):
    """Several of a few: one check box each."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Between:
    """A number within bounds. WTForms' own validator fails on numbers of hundreds of digits."""

    def __init__(self, least: int, most: int, message: str) -> None:
        self._least, self._most, self._message = least, most, message

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise ValidationError for any other number, and for none."""
        if field.data is None or not self._least <= field.data <= self._most:
            raise ValidationError(self._message)


def choices(pairs: Iterable[tuple[object, str]]) -> list[Any]:
    """Values with their labels, as fields of choices take them."""
    return [_SelectChoice(value=value, label=label) for value, label in pairs]


def _of(field: Field) -> Iterator[Problem]:
    return ((field.id, str(message)) for message in field.errors)
