"""Links, QR codes and how fieldwork stands."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import segno

from survey_app.domain.study import Repeats
from survey_app.web.filters import disposition
from survey_app.web.workspace.fieldwork import customer_links
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office


def link(office: Office, brand: str, channel: str = "") -> str:
    """The address that customers of a brand are given."""
    return f"http://localhost/s/{office.open_key}?b={brand}" + (f"&c={channel}" if channel else "")


def code_of(address: str) -> bytes:
    """The QR code of an address as the page shows it."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False)
    return drawn.getvalue()


def test_each_brand_has_its_link_and_it_works(office: Office) -> None:
    """The link on the page leads a customer to the survey about that brand."""
    page = office.visitor("researcher").get(f"/studies/{office.open_key}/").text
    assert f'href="{link(office, "south")}"' in page
    customer = office.visitor().get(link(office, "south").removeprefix("http://localhost"))
    assert customer.status_code == 200
    assert "South" in text_of(customer)


def test_qr_code_holds_the_link_with_its_channel(office: Office) -> None:
    """The picture is the code of the brand's own link, marked so that the channel is stored."""
    response = office.visitor("researcher").get(f"/studies/{office.open_key}/links/north.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.data == code_of(link(office, "north", "qr"))


def test_the_first_link_lets_the_customer_choose_the_brand(office: Office) -> None:
    """With several brands the list begins with a link, and a code, that ask for the brand."""
    researcher = office.visitor("researcher")
    page = researcher.get(f"/studies/{office.open_key}/").text
    address = f"http://localhost/s/{office.open_key}"
    assert page.index(f'href="{address}"') < page.index(f'href="{link(office, "north")}"')
    assert "Any brand: the customer chooses" in page
    customer = text_of(office.visitor().get(f"/s/{office.open_key}"))
    assert "North & Co" in customer
    assert "South" in customer
    code = researcher.get(f"/studies/{office.open_key}/links.svg")
    assert code.data == code_of(f"{address}?c=qr")
    saved = researcher.get(f"/studies/{office.open_key}/links.png?download=")
    name = saved.headers["Content-Disposition"]
    assert name == "attachment; filename=any-brand-qr.png"


def test_a_study_of_one_brand_has_its_link_only(office: Office) -> None:
    """Where there is nothing to choose from, no link offers a choice."""
    with office.database.reading() as unit, office.app.test_request_context():
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        assert [link.title for link in customer_links(study)] == ["Draft brand"]


def test_qr_code_can_be_saved_for_print(office: Office) -> None:
    """As PNG it is large enough for print and carries a name."""
    path = f"/studies/{office.open_key}/links/north.png?download="
    response = office.visitor("researcher").get(path)
    assert response.data.startswith(b"\x89PNG")
    assert int.from_bytes(response.data[16:20], "big") > 400
    assert response.headers["Content-Disposition"] == "attachment; filename=north-qr.png"


def test_there_is_no_code_for_an_unknown_brand(office: Office) -> None:
    """A brand that the study does not have is not found."""
    path = f"/studies/{office.open_key}/links/nobody.svg"
    assert office.visitor("researcher").get(path).status_code == 404


def test_what_open_links_stop_follows_the_choice_of_the_study(office: Office) -> None:
    """The page of a study tells of the choice that was made before it was opened alone."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/"
    assert "a cookie leads back to the interview" in text_of(visitor.get(path))
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        study.repeats = Repeats.NONE
        unit.commit()
    page = text_of(visitor.get(path))
    assert "every start begins a new interview, as was chosen" in page
    assert "a cookie leads back" not in page


def test_progress_is_counted_by_brand_and_channel(office: Office) -> None:
    """Started and completed interviews stand by brand, and why there is no response rate."""
    page = text_of(office.visitor("researcher").get(f"/studies/{office.open_key}/"))
    assert "North & Co 150" in page
    assert "Tiny 12" in page
    assert "started 292" in page
    assert "there is no response rate" in page
    assert "Where respondents stop" in page


def test_progress_grows_with_an_answer(office: Office) -> None:
    """A customer who starts is counted the next time the page is opened."""
    visitor = office.visitor("researcher")
    collector = office.app.extensions["collector"]
    collector.start(
        office.open_key, start_id="first-start", brand_code="tiny", language="en", channel="qr"
    )
    page = text_of(visitor.get(f"/studies/{office.open_key}/"))
    assert "started 293" in page
    assert "Tiny 13" in page


def test_simulated_study_says_so_on_every_page(office: Office) -> None:
    """Whatever a researcher opens of a simulated study, the banner is there."""
    visitor = office.visitor("researcher")
    for part in ("", "results", "measurement", "downloads/"):
        page = text_of(visitor.get(f"/studies/{office.waves_key}/{part}"))
        assert "Simulated data" in page, part
    assert "Simulated" not in text_of(visitor.get(f"/studies/{office.open_key}/"))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("screened_out_attention", "Screened out, attention"),
        ("refused", "Refused consent"),
        ("moved_away", "Moved away"),
    ],
)
def test_dispositions_are_shown_as_words(code: str, shown: str) -> None:
    """A disposition reads as in the reports; a code that they do not know as words of its own."""
    assert disposition(code) == shown
