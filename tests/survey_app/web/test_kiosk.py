"""A kiosk: everybody starts afresh, and nobody sees what the person before them answered."""

from __future__ import annotations

import re
from copy import deepcopy
from html import unescape
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.study import Mode
from survey_app.services import next_version
from survey_app.services.places import add_places
from survey_app.web import respond_kiosk_pass
from tests.survey_app.web.respond_site import Respondent, Site, running_site, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

REFRESH = re.compile(r'<noscript><meta http-equiv="refresh" content="(\d+);url=([^"]+)">')


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[Site]:
    """An open study with one place."""
    with running_site(sqlite_database) as running:
        with sqlite_database.writing() as unit:
            study = unit.studies.by_key(running.study_key)
            assert study is not None
            add_places(unit, study, ["Shop Rīga"])
            unit.commit()
        yield running


def begin(who: Respondent, query: str = "?b=north&p=shop-riga") -> str:
    """Touch the start screen and start; the address of the first page."""
    screen = who.get(f"/k/{who.site.study_key}{query}").text
    link = unescape(re.findall(r'<li><a href="([^"]+)"', screen)[0])
    html = who.get(link).text
    action = re.search(r'<form method="post" action="([^"]+)"', html)
    assert action is not None
    data = {
        "ticket": ticket_in(html),
        "brand": "north",
        "language": "en",
        "place": hidden_in(html, "place"),
    }
    response = who.client.post(unescape(action[1]), data=data)
    assert response.status_code == 303, response.text
    return response.location


def home_in(html: str) -> str:
    """The start screen to which a page goes back by itself."""
    found = re.search(r'data-home="([^"]+)"', html)
    assert found is not None, html
    return unescape(found[1])


def refresh_in(html: str) -> tuple[str, str]:
    """After how many seconds a page without a script goes where."""
    found = REFRESH.search(html)
    assert found is not None, html
    return found[1], found[2]


def hidden_in(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, html
    return found[1]


def test_terms_that_changed_meanwhile_are_shown_first(site: Site) -> None:
    """Whoever pressed start under terms that do not hold any more stands before the new ones, of
    the same brand and place, and no interview is begun."""
    who = site.respondent()
    path = f"/k/{site.study_key}/start?lang=en&b=north&p=shop-riga"
    html = who.get(path).text
    data = {
        "ticket": ticket_in(html),
        "brand": "north",
        "language": "en",
        "place": hidden_in(html, "place"),
        "terms": hidden_in(html, "terms"),
    }
    with site.database.writing() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        next_version.begin(study)
        content = deepcopy(study.next_content)
        content["consent"]["en"] = "We ask something else now."
        next_version.revise(study, content)
        next_version.launch(study, "Other terms.")
        unit.commit()
    response = who.client.post(path, data=data)
    assert (response.status_code, site.counts()) == (303, (0, 0))
    again = who.get(response.location).text
    assert "We ask something else now." in again
    assert hidden_in(again, "place") == data["place"]
    fresh = {**data, "ticket": ticket_in(again), "terms": hidden_in(again, "terms")}
    assert "/i/" in who.client.post(response.location, data=fresh).location


def test_two_people_share_nothing(site: Site) -> None:
    """No cookie and no address to go on by; two starts are two interviews, of channel and place."""
    who = site.respondent()
    first = begin(who)
    second = begin(who)
    assert first.split("?")[0] != second.split("?")[0]
    html = who.get(first).text
    assert "/i/" not in html[html.index("</main>") :]
    assert who.client.get_cookie("start") is None
    rows = site.interviews()
    assert [(row.channel, row.background) for row in rows] == [
        ("kiosk", {"place": "shop-riga"})
    ] * 2


def test_it_goes_back_to_its_own_start_screen(site: Site) -> None:
    """Every page shows how to end and leads to the start screen of this device, after the thanks
    too; without a script by itself; what was sent stays as a partial interview."""
    who = site.respondent()
    screen = f"/k/{site.study_key}?b=north&p=shop-riga"
    page = begin(who)
    response = who.submit(page)
    html = who.get(response.location).text
    assert home_in(html) == screen
    assert f'<a class="end" href="{screen.replace("&", "&amp;")}">' in html
    still = who.get(unescape(refresh_in(html)[1]))
    assert still.status_code == 200
    assert refresh_in(still.text) == ("20", screen.replace("&", "&amp;"))
    assert [row.disposition for row in site.interviews()] == ["partial"]
    while "/finish" not in response.location:
        response = who.submit(response.location)
    thanks = who.get(response.location).text
    assert home_in(thanks) == screen
    assert refresh_in(thanks)[0] == "15"
    assert "Begin a new interview" not in thanks
    assert [row.disposition for row in site.interviews()] == ["complete"]


def test_what_the_browser_remembers_shows_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of a page without its pass, with that of another interview, or with one that is
    old leads to the start screen; so does the address to go on by."""
    who = site.respondent()
    page = begin(who)
    other = begin(who)
    key = page.split("/")[2]
    assert who.get(page).status_code == 200
    for address in (
        page.split("?")[0],
        f"{page.split('?')[0]}?{other.split('?')[1]}",
        f"/i/{key}",
        f"{page}x",
    ):
        response = who.get(address)
        assert response.status_code == 303, address
        assert response.location.startswith(f"/k/{site.study_key}"), address
    monkeypatch.setattr(respond_kiosk_pass, "SECONDS", -1)
    assert who.get(page).location == f"/k/{site.study_key}?b=north&p=shop-riga"
    # What was typed on a page that stood open for long is taken all the same.
    monkeypatch.setattr(respond_kiosk_pass, "SECONDS", 300)
    html = who.get(page).text
    monkeypatch.setattr(respond_kiosk_pass, "SECONDS", -1)
    sent = who.client.post(page, data={"ticket": ticket_in(html), "anyway": "1"})
    assert sent.status_code == 303
    assert len(site.submissions()) == 1


def test_the_address_of_an_interview_opens_no_data(site: Site) -> None:
    """Not even in a pseudonymous study, where it does elsewhere: the browser is not one's own."""
    with site.database.writing() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        study.mode = Mode.PSEUDONYMOUS
        unit.commit()
    who = site.respondent()
    key = begin(who).split("/")[2]
    for path in ("data", "data.json", "data/erase"):
        assert who.get(f"/i/{key}/{path}").status_code == 404, path
    own = who.start(page=f"{site.address}?new=1").split("/")[2]
    assert who.get(f"/i/{own}/data").status_code == 200


def test_a_device_never_stays_on_a_failure(site: Site) -> None:
    """A study that closes in the middle, or before, is told, and leads back to the start screen."""
    who = site.respondent()
    page = begin(who)
    ticket = ticket_in(who.get(page).text)
    site.close()
    screen = f"/k/{site.study_key}?b=north&p=shop-riga"
    for response in (
        who.client.post(page, data={"ticket": ticket}),
        who.get(page),
        who.get(screen),
    ):
        assert response.status_code == 410
        assert home_in(response.text) == screen
    assert "data-home" not in who.get(site.address).text


def test_open_links_store_known_places_only(site: Site) -> None:
    """A place of the study is kept; whatever else a link says is not, nor that it is a kiosk."""
    who = site.respondent()
    for place, channel in (("shop-riga", "poster"), ("mr-smith", "kiosk"), ("'--", "paper")):
        html = who.get(f"{site.address}?c={channel}&p={place}&new=1").text
        shown = {name: hidden_in(html, name) for name in ("place", "channel")}
        who.client.delete_cookie("start", path=site.address)
        who.start_with(ticket_in(html), **shown)
        forged = who.get(f"{site.address}?new=1").text
        who.client.delete_cookie("start", path=site.address)
        who.start_with(ticket_in(forged), channel=channel, place=place)
    kept = sorted((row.channel, row.background.get("place", "")) for row in site.interviews())
    assert kept == sorted([("poster", "shop-riga")] * 2 + [("web", "")] * 4)
