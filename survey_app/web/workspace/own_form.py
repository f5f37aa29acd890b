"""The form in which questions of one's own are typed in. Rows are added by a button that sends the
form and shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from survey_app.domain.languages import english_name
from survey_app.domain.text import one_line, readable
from survey_app.services.own_questions import (
    MOST_QUESTIONS,
    Kind,
    OwnPage,
    OwnPageRefused,
    OwnQuestion,
)
from survey_app.web.forms import PageForm, choices
from survey_app.web.workspace.brands_form import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey_app.domain.questionnaire import About
    from survey_app.services.own_questions import Place
    from survey_app.web.forms import Problem

LONGEST_INTRO = 500

KINDS = (
    (Kind.CHOICE, "One of several answers"),
    (Kind.AGREEMENT, "Agreement, seven points from “strongly disagree” to “strongly agree”"),
    (Kind.RATING, "A number from 0 to 10"),
    (Kind.TEXT, "In their own words"),
)


class OwnForm(PageForm):
    """Questions answered in the same way; fields by language are added by `own_form`."""

    kind = RadioField(
        "How they are answered",
        choices=choices((kind.value, words) for kind, words in KINDS),
        default=Kind.CHOICE.value,
    )
    about = RadioField(
        "They are about",
        choices=choices(
            (
                ("brand", "The brand, asked once for each brand"),
                ("person", "The person, asked once"),
            )
        ),
        default="brand",
    )
    outcome = BooleanField(
        "Score them as an outcome, set beside engagement",
        description="Otherwise the answers are counted and exported, but not scored.",
    )

    @property
    def question_rows(self) -> Any:
        """The rows for questions."""
        return self["questions"]

    def answer_fields(self) -> Iterator[tuple[str, Any]]:
        """Each language with the field of its answers."""
        for field in self:
            if field.name.startswith("answers_"):
                yield field.name.removeprefix("answers_"), field

    def intro_fields(self) -> Iterator[tuple[str, Any]]:
        """Each language with the field of what stands above the questions."""
        for field in self:
            if field.name.startswith("intro_"):
                yield field.name.removeprefix("intro_"), field

    def add_row(self) -> bool:
        """One more empty row; False where there are as many as a page may ask."""
        room = len(self.question_rows) < MOST_QUESTIONS
        if room:
            self.question_rows.append_entry()
        return room

    def page(self) -> OwnPage:
        """The page as it was typed in. Rows that are empty are left out."""
        answers = {
            language: [line for line in map(one_line, self.text(field.name).split("\n")) if line]
            for language, field in self.answer_fields()
        }
        return OwnPage(
            kind=Kind(self.kind.data),
            about=cast("About", self.about.data),
            questions=[row.form.question() for row in self.filled_rows()],
            answers=answers,
            outcome=self.outcome.data,
            intro={
                language: one_line(self.text(field.name)) for language, field in self.intro_fields()
            },
        )

    def filled_rows(self) -> list[Any]:
        """The rows in which a wording was written."""
        return [row for row in self.question_rows if row.form.is_filled()]

    def refuse(self, refused: OwnPageRefused) -> list[Problem]:
        """Put each fault to its field; all of them with their fields."""
        return [(self._field_id(place, what), what) for place, what in refused.faults]

    def _field_id(self, place: Place, what: str) -> str:
        kind, row, language = place
        name = f"{kind}_{language}"
        if kind in ("answers", "intro") and name in self:
            return _mark(self[name], what)
        rows = self.filled_rows() or list(self.question_rows)
        if kind not in ("wording", "identifier") or row >= len(rows):
            return ""
        form = rows[row].form
        if kind == "identifier":
            return _mark(form["id"], what)
        fields = dict(form.wording_fields())
        return _mark(fields.get(language) or next(iter(fields.values())), what)


class _QuestionRow(Form):
    before = HiddenField()
    id = StringField("Identifier", validators=[Length(max=40)])

    def wording_fields(self) -> Iterator[tuple[str, Any]]:
        """Each language with the field of the wording."""
        for field in self:
            if field.name.rpartition("-")[2].startswith("wording_"):
                yield field.name.rpartition("wording_")[2], field

    def is_filled(self) -> bool:
        """True when a wording was written."""
        return any((field.data or "").strip() for _, field in self.wording_fields())

    def question(self) -> OwnQuestion:
        """The question as it was typed in."""
        wording = {
            language: readable((field.data or "").replace("\r\n", "\n"))
            for language, field in self.wording_fields()
        }
        return OwnQuestion((self.id.data or "").strip(), wording, self.before.data or "")


def own_form(languages: Sequence[str], page: OwnPage | None = None) -> OwnForm:
    """The form, filled from a page where one is given, from the request where one was sent."""
    form: OwnForm = _form_class(languages)(data=_data(page) if page else None)
    if not len(form.question_rows):
        form.add_row()
    return form


def _form_class(languages: Sequence[str]) -> type[OwnForm]:
    wordings = {
        f"wording_{code}": TextAreaField(
            f"Question in {english_name(code)}", validators=[Length(max=2000)]
        )
        for code in languages
    }
    answers = {
        f"answers_{code}": TextAreaField(
            f"Answers in {english_name(code)}", validators=[Length(max=20_000)]
        )
        for code in languages
    }
    intros = {
        f"intro_{code}": TextAreaField(
            f"Introduction in {english_name(code)}", validators=[Length(max=LONGEST_INTRO)]
        )
        for code in languages
    }
    row = type("QuestionRow", (_QuestionRow,), wordings)
    rows: Any = Rows(FormField(row), max_entries=MOST_QUESTIONS)
    return type("OwnFormByLanguage", (OwnForm,), {"questions": rows, **intros, **answers})


def _data(page: OwnPage) -> dict[str, Any]:
    return {
        "kind": page.kind.value,
        "about": page.about,
        "outcome": page.outcome,
        **{f"intro_{code}": text for code, text in page.intro.items()},
        **{f"answers_{code}": "\n".join(lines) for code, lines in page.answers.items()},
        "questions": [
            {
                "before": one.before,
                "id": one.id,
                **{f"wording_{code}": text for code, text in one.wording.items()},
            }
            for one in page.questions
        ],
    }


def _mark(field: Any, what: str) -> str:
    field.errors = (*field.errors, what)
    return str(field.id)
