"""The form in which a researcher says what a study is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import DataRequired, Length

from survey_app.domain.languages import english_name
from survey_app.domain.study import Mode, Repeats
from survey_app.services.draft import About
from survey_app.web.forms import ChooseSeveral, PageForm, choices
from survey_app.web.respond_words import languages_with_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey_app.domain.study import Study

MODES = {
    Mode.ANONYMOUS: (
        "Anonymous",
        "Nobody can find out who gave which answers, you neither. So answers cannot be deleted "
        "later at somebody’s wish, nor joined from one wave to the next.",
    ),
    Mode.PSEUDONYMOUS: (
        "Pseudonymous",
        "A random key joins what one person answers over the waves; names and addresses are kept "
        "apart from it. People can read their answers and have them deleted. They are told so.",
    ),
}
"""What each mode is called, and what it means in plain words."""

REPEATS = {
    Repeats.COOKIE: (
        "One interview in each browser",
        "A cookie leads back to the interview that was begun. That stops answering twice by "
        "accident, not somebody who wants to.",
    ),
    Repeats.NONE: (
        "Every start begins a new interview",
        "For browsers that several people share at home or at work. No cookie is kept, so nothing "
        "stops anybody from answering twice. Where people stand in line, use a kiosk: it clears "
        "the screen as well.",
    ),
}
"""What each choice about open links is called, and what it means in plain words."""


class LanguagesForm(PageForm):
    """The languages that a questionnaire is asked in."""

    languages = ChooseSeveral(
        "Languages",
        description="Respondents choose among them. Every block of the questionnaire needs its "
        "wording in each.",
        validators=[DataRequired("Choose at least one language.")],
    )


class AboutForm(LanguagesForm):
    """What a study is about."""

    title = StringField(
        "Title",
        description="For you and the brand managers.",
        validators=[DataRequired("Give the study a title."), Length(max=200)],
    )
    population = StringField(
        "Population",
        description="Whom the answers stand for, e.g. “customers who bought in the last year”. "
        "Stated on every scorecard.",
        validators=[Length(max=500)],
    )
    sponsor = StringField(
        "Sponsor",
        description="Who pays for the study. Stated on every scorecard.",
        validators=[Length(max=200)],
    )
    mode = RadioField(
        "What is kept of who answered",
        description="Fixed once the study is open.",
        choices=choices((mode.value, words[0]) for mode, words in MODES.items()),
        default=Mode.ANONYMOUS.value,
    )
    repeats = RadioField(
        "Answering again by an open link",
        description="Fixed once the study is open. Invitations and kiosks go by rules of their "
        "own.",
        choices=choices((one.value, words[0]) for one, words in REPEATS.items()),
        default=Repeats.COOKIE.value,
    )
    competitors_named = BooleanField(
        "Name the other brands on scorecards",
        description="Otherwise a manager sees the other brands without their names.",
    )

    def about(self) -> About:
        """What was said. Only after validation."""
        return About(
            title=self.text("title"),
            languages=self.languages.data or (),
            mode=Mode(self.mode.data),
            repeats=Repeats(self.repeats.data),
            population=self.text("population"),
            sponsor=self.text("sponsor"),
            competitors_named=self.competitors_named.data,
        )


_Form = TypeVar("_Form", bound=LanguagesForm)


def about_form(study: Study | None = None) -> AboutForm:
    """The form, filled from a study where one is given, from the request where one was sent."""
    kept = ("title", "population", "sponsor", "mode", "repeats", "competitors_named")
    data: dict[str, Any] = {name: getattr(study, name) for name in kept} if study else {}
    chosen = study.languages if study else ["en"]
    form = AboutForm(data={**data, "languages": chosen})
    return _with_languages(form, chosen)


def languages_form(chosen: Sequence[str]) -> LanguagesForm:
    """The form for the languages alone."""
    return _with_languages(LanguagesForm(data={"languages": list(chosen)}), chosen)


def _with_languages(form: _Form, chosen: Sequence[str]) -> _Form:
    offered = dict.fromkeys((*languages_with_words(), *chosen))
    form.languages.choices = choices((code, english_name(code)) for code in offered)
    return form
