"""Making a study: the list, the form, its mistakes, opening and closing."""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.study import StudyState
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from tests.survey_app.web.conftest import Office

FILLED = {
    "title": "Two cafés",
    "instrument": "core_engagement",
    "outcomes": ["satisfaction", "switching_intention"],
    "languages": ["en", "ru"],
    "consent_en": "Run by the café guild.\r\n\r\nAsk guild@example.org.",
    "consent_ru": "Опрос проводит гильдия.",
    "brands-0-code": "",
    "brands-0-name_en": "Bean & Leaf",
    "brands-0-name_ru": "Зерно и лист",
    "brands-1-code": "kettle",
    "brands-1-name_en": "Kettle",
    "brands-1-name_ru": "Чайник",
    "brands-2-code": "",
    "brands-2-name_en": "",
    "brands-2-name_ru": "",
    "shuffle_items": "y",
    "instructed_item": "y",
    "population": "Guests of two cafés",
    "sponsor": "The guild",
}

WORDING = """
instrument: zaichkowsky_1994_pii
wording: licensed
licence: Used by permission for this test.
items:
""" + "".join(f"  p{n:02}: {{poles: {{en: [left {n}, right {n}]}}}}\n" for n in range(1, 11))


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


FORGED: dict[str, dict[str, Any]] = {
    "a file for a text": {"title": (BytesIO(b"title"), "title.txt")},
    "a text for a file": {"wording": "instrument: core_engagement"},
    "a row without a number": {"brands-²-code": "x"},
    "a row of a huge number": {f"brands-{'9' * 5000}-code": "x"},
    "a row without a code": {"brands-3-name_en": "No code", "brands-3-name_ru": "Без кода"},
    "rows that are none": {"brands": "x"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forms_that_are_not_ours_are_no_error(office: Office, forged: dict[str, Any]) -> None:
    """A file for a text, a text for a file, rows without number or code: taken for what they are
    or refused as a form, never an error page."""
    response = office.visitor("researcher").submit("/studies/new", **{**FILLED, **forged})
    assert response.status_code in (302, 422), response.text


def test_code_is_made_apart_from_codes_that_differ_in_capitals(office: Office) -> None:
    """A brand whose name is another one's code in small letters gets a code of its own."""
    brands = {"brands-0-name_en": "Kettle", "brands-0-code": "", "brands-1-code": "KETTLE"}
    office.visitor("researcher").submit("/studies/new", **{**FILLED, **brands})
    codes = [brand.code for brand in made(office, "Two cafés").brands]
    assert codes == ["kettle-2", "KETTLE"]


def test_rows_for_brands_come_to_an_end(office: Office) -> None:
    """Asked for one row more than a study may have, the form says how many that is."""
    rows = {f"brands-{n}-code": f"b{n}" for n in range(100)}
    page = office.visitor("researcher").submit("/studies/new", **{**FILLED, **rows}, add_brand="1")
    assert "A study has at most 100 brands." in text_of(page)


def test_study_is_made_as_described(office: Office) -> None:
    """Everything said in the form is kept; a brand's missing code is made from its name."""
    visitor = office.visitor("researcher")
    response = visitor.submit("/studies/new", **FILLED)
    study = made(office, "Two cafés")
    assert response.location == f"/studies/{study.key}/"
    asked = [plain["id"] for plain in study.instruments]
    assert asked == ["core_engagement", "satisfaction", "switching_intention"]
    assert study.languages == ["en", "ru"]
    assert study.consent["en"] == "Run by the café guild.\n\nAsk guild@example.org."
    assert [(brand.code, brand.names["ru"]) for brand in study.brands] == [
        ("bean-leaf", "Зерно и лист"),
        ("kettle", "Чайник"),
    ]
    assert study.shuffle_items
    assert study.instructed_item
    assert not study.competitors_named
    assert (study.population, study.sponsor) == ("Guests of two cafés", "The guild")
    assert study.owner_id == office.people["researcher"]


def test_consent_is_prefilled_in_each_language(office: Office) -> None:
    """A text to begin with stands in the form, in English and in Russian."""
    page = office.visitor("researcher").get("/studies/new").text
    assert "never for a single person" in page
    assert "никогда по одному человеку" in page


def test_row_for_a_brand_is_added_without_losing_anything(office: Office) -> None:
    """The button adds an empty row, keeps what was written and complains about nothing."""
    visitor = office.visitor("researcher")
    page = visitor.submit("/studies/new", **{**FILLED, "title": "", "add_brand": "1"})
    assert page.status_code == 200
    assert 'name="brands-3-code"' in page.text
    assert 'value="Bean &amp; Leaf"' in page.text
    assert "There is a problem" not in page.text


def test_missing_parts_are_listed_with_their_places(office: Office) -> None:
    """An empty form is refused; each problem leads to its field; nothing is kept."""
    page = office.visitor("researcher").submit("/studies/new")
    assert page.status_code == 422
    for place, message in (
        ("title", "Give the study a title."),
        ("instrument", "Choose the questionnaire."),
        ("languages", "Choose at least one language."),
    ):
        assert f'<a href="#{place}">{message}</a>' in page.text
        assert f'id="{place}"' in page.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"brands-1-code": "a b"}, "A code has letters, digits, - and _ only."),
        ({"title": "\u200b\u200b"}, "Give the study a title"),
        ({"brands-0-code": "KETTLE"}, "Two brands have the same code: KETTLE, kettle."),
        ({"title": "x" * 201}, "200"),
        ({"instrument": "../../etc/passwd"}, "Not a valid choice"),
        ({"languages": ["xx"]}, "'xx' is not a valid choice"),
    ],
)
def test_bad_values_are_refused(office: Office, change: dict[str, Any], message: str) -> None:
    """A value that cannot be used is refused with its reason and nothing is kept."""
    visitor = office.visitor("researcher")
    page = visitor.submit("/studies/new", **{**FILLED, **change})
    assert page.status_code == 422
    assert message in text_of(page)
    with office.database.reading() as unit:
        assert len(unit.studies.all()) == 3


def test_author_text_is_shown_as_text(office: Office) -> None:
    """A title, a brand and a consent text that look like markup stay text on every page."""
    attack = "<script>alert(1)</script>"
    visitor = office.visitor("researcher")
    fields = {**FILLED, "title": attack, "brands-1-name_en": attack, "consent_en": attack}
    path = visitor.submit("/studies/new", **fields).location
    for page in ("/studies/", path, f"{path}edit", f"{path}open"):
        text = visitor.get(page).text
        assert attack not in text
        assert "&lt;script&gt;alert(1)" in text


def test_questionnaire_without_wording_is_refused_with_the_mend(office: Office) -> None:
    """The involvement inventory ships no wording, so it cannot be shown in English."""
    visitor = office.visitor("researcher")
    fields = {**FILLED, "instrument": "zaichkowsky_1994_pii", "outcomes": [], "languages": ["en"]}
    page = visitor.submit("/studies/new", **fields)
    assert page.status_code == 422
    assert 'href="#languages"' in page.text
    assert "has no wording in en" in text_of(page)
    assert "add a wording file" in text_of(page)


def test_wording_file_makes_a_licensed_questionnaire_usable(office: Office) -> None:
    """With the owner's wording uploaded the study is made, and keeps it when edited later."""
    visitor = office.visitor("researcher")
    fields = {**FILLED, "instrument": "zaichkowsky_1994_pii", "outcomes": [], "languages": ["en"]}
    response = visitor.submit("/studies/new", **fields, wording=file(WORDING))
    assert response.status_code == 302, text_of(response)
    study = made(office, "Two cafés")
    assert study.instruments[0]["scales"][0]["items"][0]["poles"]["en"] == ["left 1", "right 1"]
    again = visitor.submit(f"/studies/{study.key}/edit", **{**fields, "title": "Edited"})
    assert again.status_code == 302
    kept = made(office, "Edited")
    assert kept.instruments[0]["scales"][0]["items"][0]["poles"]["en"] == ["left 1", "right 1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("instrument: core_engagement\n", "wording.yaml"),
        (WORDING.replace("p01:", "p99:"), "line 6"),
        ("\x00\x01", "wording.yaml"),
        ("a: [", "wording.yaml"),
        ("", "wording.yaml"),
    ],
)
def test_bad_wording_file_is_refused_with_its_place(
    office: Office, content: str, message: str
) -> None:
    """A file that is no wording is named with the line at fault, and no path of the server."""
    visitor = office.visitor("researcher")
    fields = {**FILLED, "instrument": "zaichkowsky_1994_pii", "outcomes": [], "languages": ["en"]}
    page = visitor.submit("/studies/new", **fields, wording=file(content or " "))
    assert page.status_code == 422
    assert 'href="#wording"' in page.text
    assert message in text_of(page)
    assert tempfile.gettempdir() not in page.text


def file(content: str) -> tuple[Any, str]:
    """A file as a browser sends it."""
    return BytesIO(content.encode()), "wording.yaml"


def test_draft_says_what_is_missing_until_it_is_there(office: Office) -> None:
    """A draft without consent text cannot be opened and says why; once mended it can."""
    visitor = office.visitor("researcher")
    page = visitor.get(f"/studies/{office.draft_key}/")
    assert "Write the consent text in 'en'." in text_of(page)
    assert "Open the study" not in page.text
    edit = f"/studies/{office.draft_key}/edit"
    assert "Draft brand" in visitor.get(edit).text
    fields = {**FILLED, "languages": ["en"], "title": "Mended"}
    assert visitor.submit(edit, **fields).location == f"/studies/{office.draft_key}/"
    assert "Open the study" in visitor.get(f"/studies/{office.draft_key}/").text
    assert [brand.code for brand in made(office, "Mended").brands] == ["bean-leaf", "kettle"]


def test_opening_asks_first_and_freezes(office: Office) -> None:
    """A look at the question changes nothing; the answer opens the study and freezes it."""
    visitor = office.visitor("researcher")
    path = visitor.submit("/studies/new", **FILLED).location
    assert "can no longer be changed" in text_of(visitor.get(f"{path}open"))
    assert made(office, "Two cafés").state is StudyState.DRAFT
    assert visitor.submit(f"{path}open").location == path
    assert made(office, "Two cafés").state is StudyState.OPEN
    assert "The study is open" in text_of(visitor.get(path))
    assert visitor.get(f"{path}edit").location == path
    assert "frozen" in text_of(visitor.get(path))
    token = visitor.token(f"{path}close")
    visitor.post(f"{path}edit", data={"csrf_token": token, **FILLED, "title": "Changed"})
    assert made(office, "Two cafés").title == "Two cafés"


def test_incomplete_draft_is_not_opened_by_a_forged_post(office: Office) -> None:
    """Posting to the address all the same is refused with the reason."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.draft_key}/"
    visitor.submit(f"{path}open")
    assert "cannot be opened yet" in text_of(visitor.get(path))
    assert made(office, "Draft").state is StudyState.DRAFT


def test_closing_asks_first_and_ends_it(office: Office) -> None:
    """After closing there are no links any more; closing twice is told, not an error."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.open_key}/"
    visitor.submit(f"{path}close")
    page = text_of(visitor.get(path))
    assert "The study is closed" in page
    assert "Links for customers" not in page
    visitor.submit(f"{path}close")
    assert "Only an open study can be closed" in text_of(visitor.get(path))
