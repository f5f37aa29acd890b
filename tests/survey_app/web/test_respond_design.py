"""Pages of brands, of branches and of words, as a browser without script meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from survey_app import create_app
from survey_app.config import Config
from survey_app.domain.questionnaire import Block, BrandQuestion, Condition, Design
from tests.survey_app.services.designed import BRANDS, CORE, designed_study, own_questions
from tests.survey_app.web.respond_site import SECRET_KEY, Respondent, Site, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

YOU = Block("you", "own", about="person", scales=("about_you",))
COGNITIVE = Block("core", "core_engagement", scales=("cognitive",))
WISH = Block("wish", "own", scales=("wish",), shown_if=(Condition("buys", frozenset({2, 3})),))


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """An application with a study of several brands for each respondent."""
    design = Design((YOU, COGNITIVE, WISH), brand_question=BrandQuestion.KNOWN, most_brands=2)
    study = designed_study(database, design, (CORE, own_questions()))
    app = create_app(Config(database.url, SECRET_KEY, "http://127.0.0.1"))
    yield Site(app, database, study.study_key)
    app.extensions["database"].close()


def _begin(site: Site) -> tuple[Respondent, str]:
    respondent = site.respondent()
    ticket = respondent.start_form()
    response = respondent.client.post(
        site.address, data={"language": "en", "channel": "web", "ticket": ticket}
    )
    assert response.status_code == 303
    return respondent, response.location


def _send(respondent: Respondent, page: str, **fields: str) -> str:
    ticket = ticket_in(respondent.get(page).text)
    response = respondent.client.post(page, data={**fields, "ticket": ticket})
    assert response.status_code == 303, response.text
    return response.location


def test_brands_are_asked_for_first(site: Site) -> None:
    """The start page asks for no brand; the first page offers all of them to tick."""
    respondent, page = _begin(site)
    html = respondent.get(page).text
    assert set(re.findall(r'type="checkbox" name="q-brand\.([a-z]+)"', html)) == set(BRANDS)
    assert "Which of these brands do you know?" in html
    assert html.count("<fieldset") == html.count("<legend") == 1


def test_no_brand_is_asked_about_once(site: Site) -> None:
    """Whoever ticks nothing is asked once whether that is right, then thanked."""
    respondent, page = _begin(site)
    again = _send(respondent, page)
    assert again.endswith("/1?open=1")
    html = respondent.get(again).text
    assert "You have not marked any brand" in html
    assert "None of these" in html
    end = _send(respondent, page, anyway="1")
    assert end.endswith("/finish")
    assert "know at least one of the brands" in respondent.get(end).text


def test_an_interview_about_two_brands(site: Site) -> None:
    """Each brand is named on its pages; what was answered before is repeated, escaped."""
    respondent, page = _begin(site)
    page = _send(respondent, page, **{"q-brand.north": "1", "q-brand.east": "1"})
    page = _send(respondent, page, **{"q-buys": "3"})
    named = []
    for _ in range(2):
        html = respondent.get(page).text
        named.append(re.findall(r"I want to know what is new at (\w+)", html)[0])
        page = _send(respondent, page, **{f"q-cog{number}": "4" for number in (1, 2, 3)})
        html = respondent.get(page).text
        assert f"You buy here: &lt;Nowhere&gt;. What should {named[-1]} change?" in html
        assert "<textarea" in html
        page = _send(respondent, page, **{"q-change": f"Less <b>of</b> {named[-1]}"})
    assert page.endswith("/finish")
    assert sorted(named) == ["East", "North"]
    texts = [row.answers["change"] for row in site.submissions() if "change" in row.answers]
    assert texts == [f"Less <b>of</b> {name}" for name in named]


def test_the_way_counts_only_pages_that_are_shown(site: Site) -> None:
    """Progress and the way back follow the branch."""
    respondent, page = _begin(site)
    page = _send(respondent, page, **{"q-brand.north": "1"})
    page = _send(respondent, page, **{"q-buys": "1"})
    html = respondent.get(page).text
    assert "Page 3 of 3" in html
    assert ">Finish<" in html
    back = re.search(r'class="back" href="([^"]+)"', html)
    assert back is not None
    assert back[1].endswith("/2")


def test_a_text_that_is_too_long_is_shown_again_whole(site: Site) -> None:
    """Nothing of it is cut or lost; the page says what to do."""
    respondent, page = _begin(site)
    page = _send(respondent, page, **{"q-brand.north": "1"})
    page = _send(respondent, page, **{"q-buys": "2"})
    page = _send(respondent, page, **{f"q-cog{number}": "4" for number in (1, 2, 3)})
    long = "a <b>long</b> story " * 20
    ticket = ticket_in(respondent.get(page).text)
    response = respondent.client.post(page, data={"ticket": ticket, "q-change": long})
    assert response.status_code == 422
    assert "A text is too long" in response.text
    assert long.strip().replace("<", "&lt;").replace(">", "&gt;") in response.text
    assert len(site.submissions()) == 3


def test_a_page_that_is_not_on_the_way_is_refused(site: Site) -> None:
    """An address of a branch that was not taken leads back to where the interview stands."""
    respondent, page = _begin(site)
    page = _send(respondent, page, **{"q-brand.north": "1"})
    page = _send(respondent, page, **{"q-buys": "1"})
    key = page.split("/")[2]
    skipped = respondent.get(f"/i/{key}/4")
    assert skipped.status_code == 303
    assert skipped.location == page
