"""The forms of a respondent's pages: WTForms built from the instrument.

The form's check against forgery is WTForms' own CSRF hook with a ticket (see `ticket`) in place
of the session token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from wtforms import Form, RadioField
from wtforms.csrf.core import CSRF
from wtforms.validators import InputRequired, ValidationError

from survey_app.domain.page import BRAND_MARK, INSTRUCTED_ITEM, instructed_value
from survey_app.web.forms import choices
from survey_app.web.respond_fields import FIELDS, AnswerField
from survey_app.web.respond_html import piped
from survey_app.web.respond_words import apart, words
from survey_app.web.ticket import TicketError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wtforms.csrf.core import CSRFTokenField

    from instruments.model import Item, ResponseFormat
    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer

FIELD_PREFIX = "q-"
"""Keeps an item called `data` or `errors` from hiding the form's own attributes."""

LAYOUTS = {
    "agreement": "words",
    "frequency": "words",
    "rating": "numbers",
    "semantic_differential": "poles",
    "choice": "list",
    "text": "text",
}
"""How each kind of response format is laid out; `respond/item.html` draws the layouts."""


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is shown: its points with the words that a screen reader says, and the words
    at both ends where the layout has them. A ``text`` has no points but at most `longest` letters;
    a ``mark`` is ticked or not."""

    item_id: str
    text: str
    layout: str
    choices: tuple[tuple[int, str], ...] = ()
    ends: tuple[str, str] = ("", "")
    longest: int = 0

    @property
    def field_name(self) -> str:
        """The name of the form field that holds the answer."""
        return FIELD_PREFIX + self.item_id

    @property
    def values(self) -> range:
        """The answers that may be given: consecutive integers."""
        return range(self.choices[0][0], self.choices[-1][0] + 1)


def questions(
    page: Page, *, language: str, brand: str, names: Mapping[str, str]
) -> dict[str, Question]:
    """The questions of a page by item identifier, the brand's name piped in; `names` are those of
    the brands by code, for the page on which they are marked."""
    if page.scale is None:
        marks = ((BRAND_MARK + code, names[code]) for code in page.brands)
        return {mark: Question(mark, name, "mark") for mark, name in marks}
    form = page.scale.format
    name = apart(brand, language)
    shown = {item.id: _question(item, form, language, name) for item in page.items}
    if page.instructed:
        shown[INSTRUCTED_ITEM] = _instructed_question(page, language)
    return shown


def _question(item: Item, form: ResponseFormat, language: str, brand: str) -> Question:
    layout = LAYOUTS[form.kind]
    if layout == "text":
        text = piped(item.wording(language, brand))
        return Question(item.id, text, layout, longest=form.maximum)
    ends = item.poles.get(language, ("", "")) if layout == "poles" else _ends(form, language)
    return Question(
        item_id=item.id,
        text=piped(item.wording(language, brand)),
        layout=layout,
        choices=_choices(form, language, layout, ends),
        ends=ends,
    )


def _instructed_question(page: Page, language: str) -> Question:
    if page.scale is None:
        raise ValueError("The page of brands has no instructed item.")
    form = page.scale.format
    layout = LAYOUTS[form.kind]
    # A pair of poles asks about something; a plain instruction needs points that have names.
    layout = "numbers" if layout == "poles" else layout
    points = _choices(form, language, layout, _ends(form, language))
    label = dict(points)[instructed_value(page)]
    return Question(
        item_id=INSTRUCTED_ITEM,
        text=words(language)("page.instructed", label=label),
        layout=layout,
        choices=points,
        ends=_ends(form, language) if layout == "numbers" else ("", ""),
    )


def _ends(form: ResponseFormat, language: str) -> tuple[str, str]:
    labels = form.labels.get(language, {})
    return labels.get(form.minimum, ""), labels.get(form.maximum, "")


def _choices(
    form: ResponseFormat, language: str, layout: str, ends: tuple[str, str]
) -> tuple[tuple[int, str], ...]:
    if layout in ("words", "list"):
        labels = form.labels.get(language, {})
        return tuple((value, labels.get(value, str(value))) for value in form.values)
    name: Callable[[int], str] = str
    if layout == "poles":
        say, count = words(language), len(form.values)

        def name(value: int) -> str:
            return say("page.point", value=value - form.minimum + 1, count=count)

    spoken_ends = {form.minimum: ends[0], form.maximum: ends[1]}
    return tuple(
        (value, ", ".join(filter(None, (name(value), spoken_ends.get(value)))))
        for value in form.values
    )


class TicketCheck(CSRF):
    """WTForms' hook against forgery, reading tickets. The form's Meta gives `csrf_context`: a
    function from the text of a ticket to what it says."""

    def setup_form(self, form: Any) -> Any:
        """Remember how to read tickets, then add the field."""
        self.read: Callable[[str], Any] = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:  # noqa: ARG002
        """Nothing: pages are filled with their tickets when they are shown, not by the form."""
        return ""

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        """Keep what the ticket says as `form.ticket_read`, or fail the field."""
        try:
            form.ticket_read = self.read(field.data or "")
        except TicketError as error:
            raise ValidationError(str(error)) from None


class TicketForm(Form):
    """A form that is believed only with a valid ticket; `ticket_read` is what that says."""

    ticket_read: Any = None

    @property
    def believed(self) -> bool:
        """Whether the ticket is valid. Only after `validate`."""
        return self.ticket_read is not None

    class Meta:
        """Turns on the ticket check."""

        csrf = True
        csrf_class = TicketCheck
        csrf_field_name = "ticket"


class PageForm(TicketForm):
    """One page: a radio group for every item. Nothing is required: leaving an item open is an
    answer too. Subclasses come from `page_form`."""

    questions: ClassVar[Mapping[str, Question]]

    @property
    def too_long(self) -> list[str]:
        """The questions answered by a text that is too long. Only after `validate`."""
        return [
            item_id
            for item_id, question in self.questions.items()
            if question.layout == "text" and self[question.field_name].errors
        ]

    @property
    def written(self) -> dict[str, Answer]:
        """What was sent, texts that are too long as well, to show it again."""
        return {
            item_id: self[question.field_name].data for item_id, question in self.questions.items()
        }

    @property
    def answers(self) -> dict[str, Answer]:
        """The answer to every question of the page; None where it was left open or is impossible.
        Only after `validate`."""
        fields = (
            (item_id, self[question.field_name]) for item_id, question in self.questions.items()
        )
        return {item_id: None if field.errors else field.data for item_id, field in fields}


def page_form(shown: Mapping[str, Question]) -> type[PageForm]:
    """The form class of a page, to be made once."""
    fields = {
        question.field_name: FIELDS.get(question.layout, AnswerField)(question)
        for question in shown.values()
    }
    return type("AnswerPage", (PageForm,), {"questions": shown, **fields})


class StartForm(TicketForm):
    """The start of an interview: which brand, where the respondent is not asked for those they
    know. Subclasses come from `start_form`."""

    @property
    def brand_code(self) -> str:
        """The brand chosen, empty where none is to be."""
        return str(self["brand"].data) if "brand" in self else ""


def start_form(study: OpenStudy, language: str) -> type[StartForm]:
    """The form class of a study's start page, to be made once."""
    if study.design.asks_brands:
        return StartForm
    say = words(language)
    offered = choices((brand.code, brand.name(language)) for brand in study.brands)
    required = InputRequired(say("start.brand_open"))
    field = RadioField(say("start.brand"), choices=offered, validators=[required])
    return type("StudyStart", (StartForm,), {"brand": field})
