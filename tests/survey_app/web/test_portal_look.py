"""The look of a brand where its manager reads: the logo on top, titles in the brand's colour."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from survey_app.services.looks import choose_colour, take_logo
from tests.survey_app.web.test_workspace_looks import SVG
from tests.tagged import alternatives

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office


@pytest.fixture
def dressed(office: Office) -> Office:
    """Two brands with looks, one of them the manager's."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        for code, colour in (("north", "#e0a000"), ("south", "#7a1fa2")):
            choose_colour(study.brand(code), colour)
            take_logo(unit, study.brand(code), SVG)
        unit.commit()
    return office


def test_a_manager_sees_the_look_of_the_own_brand(dressed: Office) -> None:
    """The page shows logo and colour by addresses of their own; both answer this manager."""
    manager, path = dressed.visitor("manager"), f"/scorecards/{dressed.open_key}/north"
    page = manager.get(path).text
    assert f'src="{path}/logo" alt="Logo of North &amp; Co"' in page
    assert f'href="{path}/look.css"' in page
    logo = manager.get(f"{path}/logo")
    assert logo.mimetype == "image/svg+xml"
    assert logo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    style = manager.get(f"{path}/look.css")
    assert (style.mimetype, style.text.count("color:")) == ("text/css", 2)
    assert "#e0a000" in style.text.partition("dark")[2]


def test_the_look_of_another_brand_is_no_concern_of_a_manager(dressed: Office) -> None:
    """Neither the logo nor the colour of a brand that one does not read can be fetched."""
    path = f"/scorecards/{dressed.open_key}/south"
    for address in (f"{path}/logo", f"{path}/look.css"):
        assert dressed.visitor("manager").get(address).status_code == 404
        assert dressed.visitor("researcher").get(address).status_code == 200


def test_paper_carries_the_logo_as_a_figure(dressed: Office) -> None:
    """Who listens to the scorecard hears whose logo it is."""
    answer = dressed.visitor("manager").get(f"/scorecards/{dressed.open_key}/north/pdf")
    root = PdfReader(io.BytesIO(answer.data)).trailer["/Root"]["/StructTreeRoot"]
    assert "Logo of North & Co" in alternatives(root)
