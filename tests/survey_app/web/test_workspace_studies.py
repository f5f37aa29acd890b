"""Making a study: the list, its parts, their mistakes, opening and closing."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.questionnaire import read_design
from survey_app.domain.study import Mode, Repeats, StudyState
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.making import ABOUT, BRANDS, CONSENT, begin_study, make_study

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from tests.survey_app.web.conftest import Office

ATTACK = "<script>alert(1)</script>"


def made(office: Office, title: str) -> Study:
    """The study with a title."""
    with office.database.reading() as unit:
        return next(study for study in unit.studies.all() if study.title == title)


def test_list_shows_each_study_with_its_numbers(office: Office) -> None:
    """Title, state, brands and interviews of each study stand in the list."""
    page = text_of(office.visitor("researcher").get("/studies/"))
    assert "Shops Open 3 292" in page
    assert "Draft Draft 1 0 0" in page
    assert "Tracker Simulated data Open 2 160" in page


def test_empty_list_teaches_what_to_do(office: Office) -> None:
    """Somebody without a study learns the three steps and finds the button."""
    page = office.visitor("foreign_researcher").get("/studies/")
    assert "Describe it." in page.text
    assert "Make your first study" in page.text
    assert "Shops" not in page.text


def test_study_is_made_as_described(office: Office) -> None:
    """Every part is kept as it was said; a brand's missing code is made from its name."""
    visitor = office.visitor("researcher")
    path = make_study(visitor, mode="pseudonymous", repeats="none", competitors_named="y")
    study = made(office, "Two cafés")
    assert path == f"/studies/{study.key}/"
    asked = [plain["id"] for plain in study.instruments]
    assert asked == ["core_engagement", "satisfaction", "switching_intention"]
    assert study.languages == ["en", "ru"]
    assert study.consent["en"] == "Run by the café guild.\n\nAsk guild@example.org."
    assert [(brand.code, brand.names["ru"]) for brand in study.brands] == [
        ("bean-leaf", "Зерно и лист"),
        ("kettle", "Чайник"),
    ]
    assert (study.mode, study.competitors_named) == (Mode.PSEUDONYMOUS, True)
    assert study.repeats is Repeats.NONE
    assert (study.population, study.sponsor) == ("Guests of two cafés", "The guild")
    assert study.owner_id == office.people["researcher"]


def test_each_part_is_saved_by_itself(office: Office) -> None:
    """What is said of one part leaves the others as they were."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    visitor.submit(f"{path}design/about", **{**ABOUT, "title": "Renamed", "languages": ["ru"]})
    study = made(office, "Renamed")
    assert study.languages == ["ru"]
    assert study.brands[1].names == {"en": "Kettle", "ru": "Чайник"}
    assert study.consent["en"].startswith("Run by")
    assert len(study.instruments) == 3


FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "a file for a text": ("about", {**ABOUT, "title": (BytesIO(b"title"), "title.txt")}),
    "a mode that is none": ("about", {**ABOUT, "mode": "open"}),
    "a rule for links that is none": ("about", {**ABOUT, "repeats": "always"}),
    "a row without a number": ("brands", {**BRANDS, "brands-²-code": "x"}),
    "a row of a huge number": ("brands", {**BRANDS, f"brands-{'9' * 5000}-code": "x"}),
    "a row without a code": ("brands", {**BRANDS, "brands-3-name_en": "No code"}),
    "rows that are none": ("brands", {**BRANDS, "brands": "x"}),
    "a huge number of brands": ("brands", {**BRANDS, "question": "known", "most": "9" * 4000}),
    "no number of brands": ("brands", {**BRANDS, "question": "known", "most": ""}),
    "a question that is none": ("brands", {**BRANDS, "question": "all"}),
    "a file for consent": ("consent", {"en": (BytesIO(b"x"), "x.txt"), "ru": "x"}),
}


@pytest.mark.parametrize(("part", "forged"), FORGED.values(), ids=FORGED)
def test_forms_that_are_not_ours_are_no_error(
    office: Office, part: str, forged: dict[str, Any]
) -> None:
    """A file for a text, rows without number or code, numbers that are none: taken for what they
    are or refused as a form, never an error page."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    response = visitor.submit(f"{path}design/{part}", **forged)
    assert response.status_code in (302, 422), response.text


def test_code_is_made_apart_from_codes_that_differ_in_capitals(office: Office) -> None:
    """A brand whose name is another one's code in small letters gets a code of its own."""
    visitor = office.visitor("researcher")
    brands = {**BRANDS, "brands-0-name_en": "Kettle", "brands-1-code": "KETTLE"}
    make_study(visitor, brands=brands)
    codes = [brand.code for brand in made(office, "Two cafés").brands]
    assert codes == ["kettle-2", "KETTLE"]


def test_rows_for_brands_come_to_an_end(office: Office) -> None:
    """Asked for one row more than a study may have, the form says how many that is."""
    visitor = office.visitor("researcher")
    path = begin_study(visitor)
    rows = {f"brands-{n}-code": f"b{n}" for n in range(100)}
    page = visitor.submit(f"{path}design/brands", **{**BRANDS, **rows}, add_brand="1")
    assert "A study has at most 100 brands." in text_of(page)


def test_row_for_a_brand_is_added_without_losing_anything(office: Office) -> None:
    """The button adds an empty row, keeps what was written and complains about nothing."""
    visitor = office.visitor("researcher")
    path = begin_study(visitor)
    page = visitor.submit(f"{path}design/brands", **{**BRANDS, "add_brand": "1"})
    assert page.status_code == 200
    assert 'name="brands-3-code"' in page.text
    assert 'value="Bean &amp; Leaf"' in page.text
    assert "There is a problem" not in page.text
    assert made(office, "Two cafés").brands == []


def test_consent_is_prefilled_in_each_language(office: Office) -> None:
    """A text to begin with stands in the form, and counts only once it was saved."""
    visitor = office.visitor("researcher")
    path = begin_study(visitor)
    page = visitor.get(f"{path}design/consent").text
    assert "never for a single person" in page
    assert "никогда по одному человеку" in page
    assert "Write the consent text in Russian." in text_of(visitor.get(f"{path}design/check"))


def test_languages_with_words_of_their_own_are_offered(office: Office) -> None:
    """Those in which the pages around the questions speak, English first."""
    page = office.visitor("researcher").get("/studies/new").text
    offered = re.findall(r'name="languages"[^>]*value="([^"]+)"', page)
    assert offered[0] == "en"
    assert set(offered) == {"en", "ru", "de", "fr", "es", "ar", "zh"}


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("about", {**ABOUT, "title": ""}, '<a href="#title">Give the study a title.</a>'),
        ("about", {**ABOUT, "languages": []}, '<a href="#languages">Choose at least one'),
        ("about", {**ABOUT, "title": "\u200b\u200b"}, "Give the study a title"),
        ("about", {**ABOUT, "title": "x" * 201}, "200"),
        ("about", {**ABOUT, "languages": ["xx"]}, "is not a valid choice"),
        ("brands", {**BRANDS, "brands-1-code": "a b"}, "A code has letters, digits, - and _ only."),
        ("brands", {**BRANDS, "brands-0-code": "KETTLE"}, "same code: KETTLE, kettle."),
        ("brands", {**BRANDS, "question": "used", "most": "11"}, "about 1 to 10 brands"),
        ("consent", {"en": "x" * 20_001, "ru": "x"}, "20000"),
    ],
)
def test_bad_values_are_refused(
    office: Office, part: str, change: dict[str, Any], message: str
) -> None:
    """A value that cannot be used is refused with its reason and its place; nothing is kept."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    before = made(office, "Two cafés").content()
    page = visitor.submit(f"{path}design/{part}", **change)
    assert page.status_code == 422
    assert message in page.text
    assert made(office, "Two cafés").content() == before


def test_author_text_is_shown_as_text(office: Office) -> None:
    """A title, a brand, a consent text, a question and a quota that look like markup stay text."""
    visitor = office.visitor("researcher")
    brands = {**BRANDS, "brands-1-name_en": ATTACK}
    path = make_study(visitor, brands=brands, title=ATTACK)
    visitor.submit(f"{path}design/consent", en=ATTACK, ru=ATTACK)
    own = {
        "kind": "choice",
        "about": "brand",
        "answers_en": f"{ATTACK}\nb",
        "answers_ru": "a\nb",
        "questions-0-wording_en": f"{ATTACK} why?",
        "questions-0-wording_ru": "почему?",
        "questions-0-id": "why",
    }
    assert visitor.submit(f"{path}design/questions/own", **own).status_code == 302
    quota = visitor.submit(f"{path}design/quotas/new", name=ATTACK, limit="5").location
    visitor.submit(f"{quota}/counts?item=why", item="why", values=["1"])
    parts = ("", "design/brands", "design/consent", "design/check", "design/questions/")
    block = "design/questions/block"
    more = (f"{block}/own_why/own", f"{block}/own_why/shown-if?item=brand", "design/quotas/")
    for page in ("/studies/", quota, *(path + part for part in (*parts, *more, "open"))):
        text = visitor.get(page).text
        assert ATTACK not in text, page
        assert "&lt;script&gt;alert(1)" in text, page


def test_a_draft_leads_from_part_to_part_until_it_can_be_opened(office: Office) -> None:
    """Each part says what it lacks, the button leads to the first that lacks something, and only a
    whole study offers to be opened."""
    visitor = office.visitor("researcher")
    path = begin_study(visitor)
    steps = [
        ("Brands", "design/brands", BRANDS),
        ("Questionnaire", "design/questions/add", {"instrument": "core_engagement"}),
        ("Consent", "design/consent", CONSENT),
    ]
    for title, part, said in steps:
        page = visitor.get(path)
        assert f"Go on: {title}" in page.text
        assert "Open the study" not in page.text
        visitor.submit(path + part, **said)
    page = visitor.get(path)
    assert "Go on:" not in page.text
    assert "Open the study" in page.text
    assert "Nothing is missing" in text_of(visitor.get(f"{path}design/check"))


def test_several_brands_are_asked_for_by_what_people_know(office: Office) -> None:
    """The choice and its number are kept; one brand needs no number."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    visitor.submit(f"{path}design/brands", **{**BRANDS, "question": "used", "most": "2"})
    design = read_design(made(office, "Two cafés").design, ())
    assert (design.asks_brands, design.slots) == (True, 2)
    assert "at most 2 that they use" in text_of(visitor.get(path))
    visitor.submit(f"{path}design/brands", **BRANDS)
    design = read_design(made(office, "Two cafés").design, ())
    assert (design.asks_brands, design.slots) == (False, 1)


def test_opening_asks_first_and_freezes(office: Office) -> None:
    """A look at the question changes nothing; the answer opens the study and freezes it."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    assert "what changes later is a new version" in text_of(visitor.get(f"{path}open"))
    assert made(office, "Two cafés").state is StudyState.DRAFT
    assert visitor.submit(f"{path}open").location == path
    assert made(office, "Two cafés").state is StudyState.OPEN
    assert "The study is open" in text_of(visitor.get(path))
    before = made(office, "Two cafés").content()
    token = visitor.token(f"{path}close")
    for part, said in (("about", ABOUT), ("brands", BRANDS), ("consent", CONSENT)):
        assert visitor.get(f"{path}design/{part}").location == path
        visitor.post(f"{path}design/{part}", data={"csrf_token": token, **said, "title": "Changed"})
    assert "frozen" in text_of(visitor.get(path))
    assert made(office, "Two cafés").content() == before


def test_incomplete_draft_is_not_opened_by_a_forged_post(office: Office) -> None:
    """Posting to the address all the same is refused with the reason."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.draft_key}/"
    visitor.submit(f"{path}open")
    assert "cannot be opened yet" in text_of(visitor.get(path))
    assert made(office, "Draft").state is StudyState.DRAFT


def test_closing_asks_first_and_ends_it(office: Office) -> None:
    """After closing there are no links any more, and rooms that lead customers to the study say so;
    closing twice is told, not an error."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.open_key}/"
    visitor.submit(f"{path}close")
    page = text_of(visitor.get(path))
    assert "The study is closed" in page
    assert "Links for customers" not in page
    for room in ("places", "paper", "invitations"):
        assert "The study is closed" in text_of(visitor.get(f"{path}{room}/")), room
    visitor.submit(f"{path}close")
    assert "Only an open study can be closed" in text_of(visitor.get(path))
