"""A respondent's way through the questionnaire, with everything that is done twice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import shipped
from survey_app.domain.interview import Disposition
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.study import Brand, Repeats
from tests.survey_app.web.respond_site import (
    PAGES,
    Site,
    add_study,
    brands,
    checked_in,
    groups_in,
    items_in,
    running_site,
    ticket_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """A study that takes answers, on either kind of database."""
    with running_site(database) as site:
        yield site


@pytest.fixture
def sqlite_site(sqlite_database: Database) -> Iterator[Site]:
    """A study that takes answers, for what does not depend on the kind of database."""
    with running_site(sqlite_database) as site:
        yield site


def test_an_interview_is_kept_page_by_page(site: Site) -> None:
    """Every page is there as soon as it is sent, with order, time, language and channel."""
    respondent = site.respondent()
    page = respondent.start(page=f"{site.address}?c=qr")
    ticket = ticket_in(respondent.get(f"{site.address}?c=qr").text)
    assert respondent.start_with(ticket, channel="qr").location == page
    for number, items in PAGES.items():
        assert page.endswith(f"/{number}")
        page = respondent.submit(page, number + 1).location
        kept = site.submissions()[-1]
        answers = {key: value for key, value in kept.answers.items() if key != INSTRUCTED_ITEM}
        assert kept.page == number
        assert list(answers.values()) == [number + 1] * items
        assert 0 <= kept.seconds < 60
    only = site.interviews()
    assert len(only) == 1
    assert (only[0].language, only[0].disposition) == ("en", Disposition.COMPLETE)
    assert only[0].instructed_passed is False
    assert "Thank you" in respondent.get(page).text


def test_the_channel_of_the_link_is_kept(sqlite_site: Site) -> None:
    """A QR link says so in its form; what is no plain word becomes the web."""
    pages = {"?c=qr": "qr", "": "web", "?c=%3Cscript%3E": "web", "?c=": "web"}
    for query, channel in pages.items():
        html = sqlite_site.respondent().get(sqlite_site.address + query).text
        assert f'name="channel" value="{channel}"' in html
    respondent = sqlite_site.respondent()
    respondent.start_with(respondent.start_form(), channel="qr")
    respondent = sqlite_site.respondent()
    respondent.start_with(respondent.start_form(), channel="\x00'; --")
    assert sorted(row.channel for row in sqlite_site.interviews()) == ["qr", "web"]


def test_opening_pages_records_nothing(sqlite_site: Site) -> None:
    """GET and HEAD of any page, by mail scanners too, leave the database as it was."""
    respondent = sqlite_site.respondent()
    page = respondent.start()
    base = page.rpartition("/")[0]
    before = sqlite_site.counts()
    paths = [sqlite_site.address, f"{sqlite_site.address}?new=1", base, page, f"{page}?open=1"]
    for path in [*paths, f"{base}/2", f"{base}/finish"]:
        for method in (respondent.client.get, respondent.client.head):
            assert method(path).status_code in (200, 303)
    assert sqlite_site.counts() == before == (1, 0)


def test_starting_twice_makes_one_interview(site: Site) -> None:
    """A double click or a resent form leads to the same first page, without cookies too."""
    respondent = site.respondent()
    ticket = respondent.start_form()
    first = respondent.start_with(ticket)
    again = respondent.start_with(ticket)
    without_cookie = site.respondent().start_with(ticket)
    assert first.location == again.location == without_cookie.location
    assert len(site.interviews()) == 1


def test_two_tabs_and_a_reloaded_start_page_share_one_interview(sqlite_site: Site) -> None:
    """Two start pages that were opened before either was sent hold different tickets, yet the
    browser's cookie makes one interview of them; so does a start page opened afterwards."""
    respondent = sqlite_site.respondent()
    other_tab = sqlite_site.respondent().start_form()
    here = respondent.start_form()
    assert other_tab != here
    assert respondent.start_with(here).location == respondent.start_with(other_tab).location
    assert respondent.start() == respondent.start_with(here).location
    assert len(sqlite_site.interviews()) == 1


def test_coming_back_to_the_start_goes_on_where_one_stopped(sqlite_site: Site) -> None:
    """Starting again after the first page leads to the second."""
    respondent = sqlite_site.respondent()
    respondent.submit(respondent.start())
    assert respondent.start().endswith("/2")


def test_another_brand_or_language_is_an_interview_of_its_own(sqlite_site: Site) -> None:
    """One browser may answer about two brands, and change the language before the first page."""
    respondent = sqlite_site.respondent()
    pages = {
        respondent.start(),
        respondent.start(brand="south"),
        respondent.start(language="ru"),
        respondent.start(),
    }
    assert len(pages) == len(sqlite_site.interviews()) == 3


def test_somebody_else_can_answer_on_the_same_device(sqlite_site: Site) -> None:
    """The thank-you page leads to a new interview; without that link one comes back to thanks."""
    respondent = sqlite_site.respondent()
    thanks = respondent.finish(respondent.start())
    assert respondent.start() == thanks
    link = f"{sqlite_site.address}?lang=en&new=1"
    assert link.replace("&", "&amp;") in respondent.get(thanks).text
    assert respondent.start(page=link).endswith("/1")
    assert len(sqlite_site.interviews()) == 2


def test_sending_a_page_twice_keeps_it_once(site: Site) -> None:
    """The same form sent again answers the same and adds no row."""
    respondent = site.respondent()
    page = respondent.start()
    ticket = ticket_in(respondent.get(page).text)
    answers = [respondent.submit(page, value, ticket=ticket) for value in (3, 3, 6)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert [row.answers["cog1"] for row in site.submissions()] == [3]


def test_a_replay_after_the_end_leads_to_thanks(site: Site) -> None:
    """The last page sent again, and any page sent after it, changes nothing."""
    respondent = site.respondent()
    page = respondent.start()
    first_ticket = ticket_in(respondent.get(page).text)
    pages = [page]
    for _ in range(2):
        pages.append(respondent.submit(pages[-1]).location)
    last_ticket = ticket_in(respondent.get(pages[-1]).text)
    data = {"ticket": last_ticket, "anyway": "1"}
    ends = [respondent.client.post(pages[-1], data=data) for _ in range(2)]
    late = respondent.client.post(pages[0], data={"ticket": first_ticket, "q-cog1": "1"})
    assert {answer.location for answer in [*ends, late]} == {page[:-1] + "finish"}
    assert len(site.submissions()) == 3


def test_going_back_and_changing_an_answer(sqlite_site: Site) -> None:
    """The page shows what was answered, the later answer counts, and the way goes on from there."""
    respondent = sqlite_site.respondent()
    first = respondent.start()
    second = respondent.submit(first, 2).location
    third = respondent.submit(second, 2).location
    assert f'class="back" href="{first}"' in respondent.get(second).text
    assert set(checked_in(respondent.get(first).text).values()) == {2}
    assert respondent.submit(first, 6).location == second
    assert set(checked_in(respondent.get(first).text).values()) == {6}
    respondent.finish(third, 4)
    assert [(row.page, row.answers.get("cog1")) for row in sqlite_site.submissions()] == [
        (1, 2),
        (2, None),
        (1, 6),
        (3, None),
    ]


def test_the_first_page_leads_back_to_the_start(sqlite_site: Site) -> None:
    """The brand stays marked there and can be changed."""
    respondent = sqlite_site.respondent()
    html = respondent.get(respondent.start(brand="south")).text
    address = f"{sqlite_site.address}?lang=en&brand=south"
    assert f'class="back" href="{address}"'.replace("&", "&amp;") in html
    start = respondent.get(address).text
    assert 'value="south" checked' in start
    assert 'value="north" checked' not in start


def test_two_tabs_on_the_same_page(sqlite_site: Site) -> None:
    """Both are taken, the later counts, and there is still one interview."""
    respondent = sqlite_site.respondent()
    page = respondent.start()
    one, other = (ticket_in(respondent.get(page).text) for _ in range(2))
    respondent.submit(page, 2, ticket=one)
    respondent.submit(page, 6, ticket=other)
    assert set(checked_in(respondent.get(page).text).values()) == {6}
    assert sqlite_site.counts() == (1, 2)


def test_open_items_are_saved_and_asked_for_once(sqlite_site: Site) -> None:
    """What was answered is kept; the page names and links what is open and can be left as it is."""
    respondent = sqlite_site.respondent()
    page = respondent.start()
    shown = respondent.submit(page, None, **{"q-cog2": "6"})
    assert (shown.status_code, shown.location) == (303, f"{page}?open=1")
    assert sqlite_site.submissions()[0].answers == {"cog1": None, "cog2": 6, "cog3": None}
    html = respondent.get(shown.location).text
    assert "2 questions are still open" in html
    assert checked_in(html) == {"cog2": 6}
    for item in ("cog1", "cog3"):
        assert f'href="#q-{item}"' in html
        assert f'id="q-{item}"' in html
        assert f'aria-describedby="q-{item}-open"' in html
    assert "<title>Error: Page 1 of 3" in html
    assert "Continue without these answers" in html
    onward = respondent.submit(page, None, **{"q-cog2": "6", "anyway": "1"})
    assert onward.location.endswith("/2")


def test_a_page_opened_anew_points_nothing_out(sqlite_site: Site) -> None:
    """Items count as open only once the page was sent."""
    respondent = sqlite_site.respondent()
    html = respondent.get(f"{respondent.start()}?open=1").text
    assert "still open" not in html
    assert "anyway" not in html


def test_the_last_page_ends_the_interview_only_when_its_open_items_are_left_on_purpose(
    sqlite_site: Site,
) -> None:
    """What was answered is saved at once; the second button finishes the interview."""
    respondent = sqlite_site.respondent()
    page = respondent.submit(respondent.submit(respondent.start()).location).location
    shown = respondent.get(respondent.submit(page, None, **{"q-beh1": "3"}).location)
    assert "2 questions are still open" in shown.text
    assert checked_in(shown.text) == {"beh1": 3}
    assert sqlite_site.interviews()[0].finished_at is None
    assert sqlite_site.submissions()[-1].answers["beh1"] == 3
    assert "Finish without these answers" in shown.text
    data = {"ticket": ticket_in(shown.text), "q-beh1": "3", "anyway": "1"}
    assert respondent.client.post(page, data=data).location.endswith("/finish")
    assert sqlite_site.interviews()[0].finished_at is not None


def test_another_device_goes_on_by_the_address_of_the_interview(sqlite_site: Site) -> None:
    """The address on the page leads to the first page not sent, without any cookie."""
    respondent = sqlite_site.respondent()
    page = respondent.start()
    address = page.rpartition("/")[0]
    assert f'href="http://127.0.0.1{address}"' in respondent.get(page).text
    second = respondent.submit(page).location
    assert sqlite_site.respondent().get(address).location == second
    assert sqlite_site.respondent().get(second).status_code == 200


def test_pages_further_on_wait(sqlite_site: Site) -> None:
    """A page that has not been reached, or does not exist, leads to the one to answer."""
    respondent = sqlite_site.respondent()
    page = respondent.start()
    for wrong in ("2", "3", "0", "99999999999999999999", "finish"):
        address = f"{page[:-1]}{wrong}"
        assert respondent.get(address).location == page
    assert respondent.client.post(f"{page[:-1]}3", data={"q-beh1": "1"}).location == page
    assert sqlite_site.counts() == (1, 0)


def test_thanks_stay(sqlite_site: Site) -> None:
    """Every later visit, to any page of the interview, says that it is finished."""
    respondent = sqlite_site.respondent()
    thanks = respondent.finish(respondent.start())
    base = thanks.rpartition("/")[0]
    for path in (base, f"{base}/1", f"{base}/3"):
        assert respondent.get(path).location == thanks
    for _ in range(2):
        assert "Thank you" in respondent.get(thanks).text


@pytest.fixture
def closed(sqlite_site: Site) -> tuple[Site, str, str]:
    """A closed study with an unfinished and a finished interview, both in Russian."""
    respondent = sqlite_site.respondent()
    unfinished = respondent.submit(respondent.start(language="ru")).location
    finished = sqlite_site.respondent()
    thanks = finished.finish(finished.start(language="ru"))
    sqlite_site.close()
    return sqlite_site, unfinished, thanks


def test_a_closed_study_says_so_in_the_right_language(closed: tuple[Site, str, str]) -> None:
    """The start page and unfinished interviews are gone; thanks stay, without an invitation."""
    site, unfinished, thanks = closed
    respondent = site.respondent()
    russian = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
    start = respondent.get(site.address, headers=russian)
    assert (start.status_code, "Этот опрос закрыт" in start.text) == (410, True)
    for answer in (respondent.get(unfinished), respondent.client.post(unfinished, data={})):
        assert (answer.status_code, '<html lang="ru"' in answer.text) == (410, True)
        assert "сохранено" in answer.text
    assert respondent.client.post(site.address, data={}).status_code == 410
    end = respondent.get(thanks)
    assert (end.status_code, "Спасибо" in end.text, "new=1" in end.text) == (200, True, False)


@pytest.mark.parametrize(
    "path",
    [
        "/s/nosuchstudynosuchstudy",
        "/s/%00",
        "/s/x",
        "/i/nosuchinterviewnosuch",
        "/i/x/1",
        "/i/%00/1",
    ],
)
def test_unknown_addresses_get_a_helpful_page(site: Site, path: str) -> None:
    """404 with advice in the browser's language, for keys that no database could hold too."""
    answer = site.respondent().get(path, headers={"Accept-Language": "ru"})
    assert answer.status_code == 404
    assert "Проверьте" in answer.text or "Возможно" in answer.text


def test_a_draft_is_not_shown(sqlite_site: Site) -> None:
    """A study that was not opened yet says that it may not have begun."""
    draft = add_study(sqlite_site.database, opened=False)
    answer = sqlite_site.respondent().get(f"/s/{draft}")
    assert (answer.status_code, "not begun yet" in answer.text) == (404, True)


def test_an_interview_in_russian(sqlite_site: Site) -> None:
    """Offered by the browser's language; names, words and points of the scale follow."""
    respondent = sqlite_site.respondent()
    start = respondent.get(sqlite_site.address, headers={"Accept-Language": "ru"}).text
    assert '<html lang="ru" dir="ltr">' in start
    assert "Север" in start
    assert "Мы спрашиваем о брендах." in start
    html = respondent.get(respondent.start(language="ru")).text
    assert "Страница 1 из 3" in html
    assert "Мне хочется знать, что нового у марки Север." in html
    assert "Совершенно верно" in html
    assert sqlite_site.interviews()[0].language == "ru"


def test_a_language_that_the_interface_lacks(sqlite_database: Database) -> None:
    """The study's own text says its language and direction; the words around it are English."""
    core = shipped("satisfaction")
    scale = core.scales[0]
    persian = replace(
        scale,
        name={"fa": "رضایت"},
        format=replace(scale.format, labels={"fa": dict.fromkeys(scale.format.values, "بله")}),
        items=tuple(replace(item, text={"fa": "آیا {brand} خوب است؟"}) for item in scale.items),
        intro={"fa": "نظر شما چیست؟"},
    )
    study: dict[str, Any] = {
        "instruments": [replace(core, name={"fa": "رضایت"}, languages=("fa",), scales=(persian,))],
        "languages": ["fa"],
        "brands": [Brand("north", {"fa": "شمال"})],
        "consent": {"fa": "موافقید؟"},
    }
    with running_site(sqlite_database, **study) as site:
        respondent = site.respondent()
        html = respondent.get(respondent.start(language="fa")).text
    assert '<html lang="en" dir="ltr">' in html
    assert '<h1 lang="fa" dir="rtl">نظر شما چیست؟</h1>' in html
    items = re.findall(r"<fieldset [^>]*>", html)
    assert items
    assert all('lang="fa" dir="rtl"' in item for item in items)
    assert "آیا \u2068شمال\u2069 خوب است؟" in html
    assert "Page 1 of 1" in html


def test_the_demonstration_says_so(sqlite_database: Database) -> None:
    """Before anything is asked, and only where the application is one."""
    for demo in (True, False):
        with running_site(sqlite_database, demo=demo) as site:
            assert ("Demonstration:" in site.respondent().get(site.address).text) is demo


def test_the_language_is_switched_by_a_link(sqlite_site: Site) -> None:
    """The link keeps brand and channel; a language that the study lacks is not taken."""
    respondent = sqlite_site.respondent()
    html = respondent.get(f"{sqlite_site.address}?b=south&c=qr").text
    link = f"{sqlite_site.address}?b=south&amp;c=qr&amp;lang=ru"
    assert f'<a href="{link}" lang="ru" hreflang="ru">Русский</a>' in html
    russian = respondent.get(link.replace("&amp;", "&")).text
    assert "Ваше мнение: Юг" in russian
    assert 'name="channel" value="qr"' in russian
    other = respondent.get(f"{sqlite_site.address}?lang=xx", headers={"Accept-Language": "de"})
    assert '<html lang="en"' in other.text


def test_a_link_of_a_brand_asks_for_no_brand(sqlite_site: Site) -> None:
    """The brand is fixed by the link; without or with an unknown one it is asked for."""
    respondent = sqlite_site.respondent()
    fixed = respondent.get(f"{sqlite_site.address}?b=south").text
    assert "Your view of South" in fixed
    assert groups_in(fixed) == []
    for query in ("", "?b=west", "?b=%00"):
        assert groups_in(respondent.get(sqlite_site.address + query).text) == ["brand"]


def test_the_only_brand_is_no_choice(sqlite_database: Database) -> None:
    """A study about one brand names it and asks for none."""
    with running_site(sqlite_database, brands=brands()[:1]) as site:
        html = site.respondent().get(site.address).text
    assert "Your view of North" in html
    assert groups_in(html) == []


def test_starting_without_a_brand_is_asked_for(sqlite_site: Site) -> None:
    """The start page comes back with what is missing, linked to the first brand."""
    respondent = sqlite_site.respondent()
    for brand in ("", "west"):
        answer = respondent.start_with(respondent.start_form(), brand=brand)
        assert answer.status_code == 422
        assert '<a href="#brand">Choose a brand to start.</a>' in answer.text
        assert 'id="brand"' in answer.text
    assert sqlite_site.counts() == (0, 0)


def test_the_order_shown_is_the_order_kept(sqlite_site: Site) -> None:
    """Items are shuffled differently for different interviews, alike at every reload, and the
    order is kept with the answers; the instructed-response item stays at the end of page two."""
    orders = set()
    for _ in range(12):
        respondent = sqlite_site.respondent()
        page = respondent.submit(respondent.start()).location
        shown = groups_in(respondent.get(page).text)
        assert shown == groups_in(respondent.get(page).text)
        assert shown[-1] == f"q-{INSTRUCTED_ITEM}"
        respondent.submit(page)
        assert [f"q-{item}" for item in sqlite_site.submissions()[-1].item_order] == shown
        orders.add(tuple(items_in(respondent.get(page).text)))
    assert len(orders) > 3


def test_reading_the_instruction_is_kept(sqlite_site: Site) -> None:
    """The second page asks for the point below the top, and remembers whether it was chosen."""
    respondent = sqlite_site.respondent()
    page = respondent.submit(respondent.start()).location
    assert "please choose “Agree” here" in respondent.get(page).text
    respondent.finish(page, 6)
    assert sqlite_site.interviews()[0].instructed_passed is True


def test_a_shared_browser_begins_anew_each_time(sqlite_database: Database) -> None:
    """Where the study says so, every start is another interview and no cookie is kept or told of;
    the button pressed twice is still one start, and the address of an interview leads to it."""
    with running_site(sqlite_database) as site:
        with sqlite_database.writing() as unit:
            study = unit.studies.by_key(site.study_key)
            assert study is not None
            study.repeats = Repeats.NONE
            unit.commit()
        browser = site.respondent()
        shown = browser.get(site.address)
        assert "cookie" not in shown.text
        assert "Set-Cookie" not in shown.headers
        first = browser.start_with(ticket_in(shown.text))
        assert "Set-Cookie" not in first.headers
        assert browser.start_with(ticket_in(shown.text)).location == first.location
        second = browser.start()
        assert second != first.location
        assert site.counts() == (2, 0)
        assert browser.get(first.location).status_code == 200
        with sqlite_database.reading() as unit:
            texts = {unit.consents.of(row.id) for row in site.interviews()}
        assert all(one is not None and "cookie" not in one.text for one in texts)
