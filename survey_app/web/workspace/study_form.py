"""The form in which a researcher describes a study. It works without scripts: rows for brands are
added by a button that sends the form and shows it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp

from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.domain.study import Brand
from survey_app.web.filters import language_name
from survey_app.web.forms import ChooseSeveral, PageForm, UploadField, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Study

FEWEST_BRAND_ROWS = 3
MOST_BRANDS = 100
CODE = r"[A-Za-z0-9][A-Za-z0-9_-]*"


class StudyForm(PageForm):
    """What every study needs; brands and consent texts are added by `study_form` by language."""

    title = StringField(
        "Title",
        description="For you and the brand managers.",
        validators=[DataRequired("Give the study a title."), Length(max=200)],
    )
    instrument = RadioField("Questionnaire", validators=[DataRequired("Choose the questionnaire.")])
    outcomes = ChooseSeveral(
        "Asked after it",
        description="Outcomes are what engagement is set beside in the results. Checklists of what "
        "people do are never scored: people are counted by what they do. Questions about the "
        "person sort them into groups; own words are only exported.",
    )
    wording = UploadField(
        "Wording file",
        description="Only for a questionnaire whose wording is not shipped: a YAML file with the "
        "wording that its owner lets you use.",
    )
    languages = ChooseSeveral(
        "Languages", validators=[DataRequired("Choose at least one language.")]
    )
    shuffle_items = BooleanField(
        "Shuffle the questions within a page",
        description="Each respondent sees an order of their own; it is stored.",
    )
    instructed_item = BooleanField(
        "Add an attention check",
        description="One question that says which answer to give. Failing it is one of the flags "
        "that screening counts.",
    )
    competitors_named = BooleanField(
        "Name the other brands on scorecards",
        description="Otherwise a manager sees the other brands without their names.",
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

    @property
    def brand_rows(self) -> Any:
        """The rows for brands."""
        return self["brands"]

    def consent_fields(self) -> Iterator[tuple[str, Any]]:
        """Each language with the field of its consent text."""
        for field in self:
            if field.name.startswith("consent_"):
                yield field.name.removeprefix("consent_"), field

    def add_brand_row(self) -> bool:
        """One more empty row; False where there are as many as a study may have."""
        room = len(self.brand_rows) < MOST_BRANDS
        if room:
            self.brand_rows.append_entry()
        return room

    def named_brands(self) -> list[Brand]:
        """The brands of the rows that are not empty, each with a code."""
        named = [row for row in self.brand_rows if row.form.is_filled()]
        taken = {row.form.written_code().casefold() for row in named}
        brands = []
        for position, row in enumerate(named, start=1):
            names = row.form.names(self.languages.data)
            code = row.form.written_code() or _free_code(names, position, taken)
            taken.add(code)
            brands.append(Brand(code=code, names=names, position=position))
        return brands

    def consent(self) -> dict[str, str]:
        """The consent text in each chosen language."""
        chosen = set(self.languages.data or ())
        return {
            language: self.text(field.name)
            for language, field in self.consent_fields()
            if language in chosen
        }

    def instrument_ids(self) -> list[str]:
        """Identifiers of what is asked, the main questionnaire first."""
        return [self.instrument.data, *(self.outcomes.data or ())]


class _BrandRow(Form):
    code = StringField(
        "Code",
        validators=[
            Optional(),
            Length(max=64),
            Regexp(f"^{CODE}$", message="A code has letters, digits, - and _ only."),
        ],
    )

    def written_code(self) -> str:
        """The code as it was written, empty where one is to be made."""
        return (self.code.data or "").strip()

    def name_fields(self) -> Iterator[tuple[str, Any]]:
        """Each language with the field of the brand's name."""
        for field in self:
            if field.name.rpartition("-")[2].startswith("name_"):
                yield field.name.rpartition("name_")[2], field

    def names(self, languages: Sequence[str]) -> dict[str, str]:
        """The brand's name in each chosen language that has one."""
        filled = ((language, (field.data or "").strip()) for language, field in self.name_fields())
        return {language: name for language, name in filled if name and language in languages}

    def is_filled(self) -> bool:
        """True when anything was written in the row."""
        return any((field.data or "").strip() for field in self)


class _BrandRows(FieldList):  # type: ignore[type-arg]  # takes none when run
    """The rows for brands, by the numbers that rows of ours bear."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        found = (re.match(f"{prefix}-([0-9]{{1,2}})-", name) for name in formdata)
        return (int(match[1]) for match in found if match)


def study_form(offered: Sequence[Instrument], study: Study | None = None) -> StudyForm:
    """The form, filled from a study where one is given, from the request where one was sent."""
    main = [one for one in offered if is_main(one)]
    # A language that no main questionnaire is worded in would only lead to a refusal.
    languages = list(dict.fromkeys(code for one in main for code in one.languages))
    form: StudyForm = _form_class(languages)(data=_data(study, languages))
    form.instrument.choices = choices((one.id, _name(one)) for one in main)
    beside = sorted((one for one in offered if not is_main(one)), key=_unscored)
    form.outcomes.choices = choices((one.id, _beside(one)) for one in beside)
    form.languages.choices = choices((code, language_name(code)) for code in languages)
    while len(form.brand_rows) < FEWEST_BRAND_ROWS:
        form.add_brand_row()
    return form


def is_main(instrument: Instrument) -> bool:
    """True for a questionnaire of engagement; others are asked after it, beside it."""
    return any(scale.kind == "dimension" for scale in instrument.scales)


def _name(instrument: Instrument) -> str:
    return instrument.name.get("en") or next(iter(instrument.name.values()))


_UNSCORED = {"checklist": "checklist", "background": "about the person", "open": "own words"}
"""What is never scored, by kind, in the order in which it is offered."""


def _unscored(instrument: Instrument) -> int:
    """The place of an instrument's kind among those that are never scored, from 1; else 0."""
    if any(scale.scored for scale in instrument.scales):
        return 0
    return 1 + list(_UNSCORED).index(instrument.scales[0].kind)


def _beside(instrument: Instrument) -> str:
    """The name of what is asked beside engagement; of what is not scored, what and how long."""
    if not _unscored(instrument):
        return _name(instrument)
    count = len(list(instrument.items()))
    questions = "1 question" if count == 1 else f"{count} questions"
    return f"{_name(instrument)} ({_UNSCORED[instrument.scales[0].kind]}, {questions})"


def _form_class(languages: Sequence[str]) -> type[StudyForm]:
    names = {
        f"name_{code}": StringField(f"Name in {language_name(code)}", [Length(max=200)])
        for code in languages
    }
    row = type("BrandRow", (_BrandRow,), names)
    consents = {
        f"consent_{code}": TextAreaField(
            f"Consent text in {language_name(code)}",
            description="Shown before the first question. Say who runs the survey and how to reach "
            "them.",
            validators=[Length(max=20_000)],
            default=DEFAULT_CONSENT.get(code, ""),
        )
        for code in languages
    }
    rows: Any = _BrandRows(FormField(row), max_entries=MOST_BRANDS)
    return type("StudyFormByLanguage", (StudyForm,), {"brands": rows, **consents})


def _data(study: Study | None, languages: Sequence[str]) -> dict[str, Any] | None:
    if study is None:
        return {"languages": ["en"] if "en" in languages else languages[:1]}
    asked = [plain["id"] for plain in study.instruments]
    kept = ("title", "languages", "population", "sponsor")
    switches = ("shuffle_items", "instructed_item", "competitors_named")
    return {
        **{name: getattr(study, name) for name in kept + switches},
        **{f"consent_{code}": study.consent.get(code, "") for code in languages},
        "instrument": asked[0],
        "outcomes": asked[1:],
        "brands": [
            {"code": brand.code, **{f"name_{code}": name for code, name in brand.names.items()}}
            for brand in study.brands
        ],
    }


def _free_code(names: dict[str, str], position: int, taken: set[str]) -> str:
    """A code from the first name that has Latin letters, else from the row's number."""
    spelt = (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names.values())
    wanted = next((code[:60] for code in spelt if code), f"brand-{position}")
    code, number = wanted, 2
    while code in taken:
        code, number = f"{wanted}-{number}", number + 1
    return code
