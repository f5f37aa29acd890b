"""Looks in the workspace: a colour and a logo for each brand, whatever the state of the study."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from survey_app.services.looks import looks_of
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.test import TestResponse

    from reports.look import Look
    from tests.survey_app.web.conftest import Office

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><title>private words</title>
<circle cx="10" cy="10" r="9" fill="crimson"/><path d="M30 2h25v16H30z" fill="#003"/></svg>"""


def kept(office: Office, key: str) -> Mapping[str, Look]:
    """The looks of a study as scorecards get them."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        return looks_of(unit, study)


def send(office: Office, key: str, brand: str, content: bytes = b"", **fields: str) -> TestResponse:
    """Fill in the page of a brand."""
    page = f"/studies/{key}/looks/{brand}"
    data = {"logo": (io.BytesIO(content), "logo")} if content else {}
    return office.visitor("researcher").submit(page, **data, **fields)


def png() -> bytes:
    """A dark picture with words beside its dots."""
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 100), (20, 40, 90, 255)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("study", ["open_key", "draft_key"])
def test_a_brand_gets_its_colour_and_logo_in_any_state_of_the_study(
    office: Office, study: str
) -> None:
    """A colour too light for text is darkened, and the page says so before any scorecard does."""
    key = getattr(office, study)
    brand = {"open_key": "north", "draft_key": "draft-brand"}[study]
    assert send(office, key, brand, SVG, colour="#E0A000").status_code == 302
    look = kept(office, key)[brand]
    assert (look.colour, look.rule != look.colour) == ("#e0a000", True)
    assert look.logo is not None
    visitor = office.visitor("researcher")
    words = text_of(visitor.get(f"/studies/{key}/looks/{brand}"))
    assert f"titles are set in {look.text}, the same hue and darker" in words
    assert visitor.get(f"/studies/{key}/looks/").status_code == 200


def test_a_logo_is_our_own_drawing_and_can_do_nothing(office: Office) -> None:
    """What is handed out holds shapes alone, with headers that let it neither run nor load."""
    send(office, office.open_key, "north", SVG)
    address = f"/studies/{office.open_key}/looks/north/logo"
    found = office.visitor("researcher").get(address)
    assert found.mimetype == "image/svg+xml"
    assert b"private words" not in found.data
    assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert office.visitor("foreign_researcher").get(address).status_code == 404


def test_a_logo_is_replaced_and_taken_away(office: Office) -> None:
    """A picture takes the place of a drawing; then neither is left."""
    key = office.open_key
    send(office, key, "north", SVG, colour="#0a7d4f")
    send(office, key, "north", png(), colour="#0a7d4f")
    address = f"/studies/{key}/looks/north/logo"
    assert office.visitor("researcher").get(address).mimetype == "image/png"
    send(office, key, "north", without_logo="y", colour="")
    assert office.visitor("researcher").get(address).status_code == 404
    assert kept(office, key) == {}


@pytest.mark.parametrize(
    ("content", "colour", "said"),
    [
        (b"", "red", "is not a colour"),
        (b"GIF89a", "", "no PNG, JPEG or SVG"),
        (SVG.replace(b"<title>", b"<script>1</script><title>"), "", "uses <script>"),
        (png()[:200], "", "no picture that can be opened"),
    ],
)
def test_what_cannot_be_taken_is_explained(
    office: Office, content: bytes, colour: str, said: str
) -> None:
    """Nothing of the form is kept where one field is wrong."""
    answer = send(office, office.open_key, "north", content, colour=colour)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert kept(office, office.open_key) == {}
