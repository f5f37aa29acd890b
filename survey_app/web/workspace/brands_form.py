"""The form for the brands of a study. It works without scripts: rows are added by a button that
sends the form and shows it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import FieldList, Form, FormField, IntegerField, RadioField, StringField
from wtforms.validators import Length, Optional, Regexp

from survey_app.domain.languages import english_name
from survey_app.domain.questionnaire import BrandQuestion
from survey_app.domain.study import Brand
from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from survey_app.domain.questionnaire import Design

FEWEST_ROWS = 3
MOST_BRANDS = 100
CODE = r"[A-Za-z0-9][A-Za-z0-9_-]*"

QUESTIONS = {
    BrandQuestion.ONE: (
        "One brand",
        "The one that their link names, or the one that they choose.",
    ),
    BrandQuestion.KNOWN: (
        "Several, of those that they know",
        "They first mark the brands that they know. Of these some are drawn, those first that "
        "were asked about least so far.",
    ),
    BrandQuestion.USED: (
        "Several, of those that they use",
        "The same with the brands that they use.",
    ),
}
"""How respondents come to be asked about a brand, and what that means."""


class BrandsForm(PageForm):
    """How many brands are asked about; the rows are added by `brands_form` by language."""

    question = RadioField(
        "Each person is asked about",
        choices=choices((one.value, words[0]) for one, words in QUESTIONS.items()),
        default=BrandQuestion.ONE.value,
    )
    most = IntegerField(
        "At most how many brands",
        description="Each brand asks all blocks about a brand again: two are often enough.",
        default=2,
    )

    @property
    def brand_rows(self) -> Any:
        """The rows for brands."""
        return self["brands"]

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
            names = row.form.names()
            code = row.form.written_code() or _free_code(names, position, taken)
            taken.add(code)
            brands.append(Brand(code=code, names=names, position=position))
        return brands


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

    def names(self) -> dict[str, str]:
        """The brand's name in each language that has one."""
        filled = ((language, (field.data or "").strip()) for language, field in self.name_fields())
        return {language: name for language, name in filled if name}

    def is_filled(self) -> bool:
        """True when anything was written in the row."""
        return any((field.data or "").strip() for field in self)


class Rows(FieldList):  # type: ignore[type-arg]  # takes none when run
    """Rows of fields, by the numbers that rows of ours bear."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        found = (re.match(f"{prefix}-([0-9]{{1,2}})-", name) for name in formdata)
        return (int(match[1]) for match in found if match)


def brands_form(content: Mapping[str, Any], design: Design) -> BrandsForm:
    """The form, filled from a questionnaire in the making, or from the request where one was
    sent."""
    data = {
        "question": design.brand_question.value,
        "most": design.most_brands if design.asks_brands else 2,
        "brands": [
            {"code": brand["code"], **{f"name_{code}": name for code, name in names.items()}}
            for brand in content["brands"]
            for names in [brand["names"]]
        ],
    }
    form: BrandsForm = _form_class(content["languages"])(data=data)
    while len(form.brand_rows) < FEWEST_ROWS:
        form.add_brand_row()
    return form


def _form_class(languages: Sequence[str]) -> type[BrandsForm]:
    names = {
        f"name_{code}": StringField(f"Name in {english_name(code)}", [Length(max=200)])
        for code in languages
    }
    row = type("BrandRow", (_BrandRow,), names)
    rows: Any = Rows(FormField(row), max_entries=MOST_BRANDS)
    return type("BrandsFormByLanguage", (BrandsForm,), {"brands": rows})


def _free_code(names: dict[str, str], position: int, taken: set[str]) -> str:
    """A code from the first name that has Latin letters, else from the row's number."""
    spelt = (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names.values())
    wanted = next((code[:60] for code in spelt if code), f"brand-{position}")
    code, number = wanted, 2
    while code in taken:
        code, number = f"{wanted}-{number}", number + 1
    return code
