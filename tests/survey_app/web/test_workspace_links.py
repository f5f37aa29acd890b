"""Links, codes and reports that the workspace offers: those that lead somewhere, and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.study import Wave, now
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.making import BRANDS, make_study

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office

ANY = ".any"


def test_one_link_serves_all_brands_where_customers_mark_theirs(office: Office) -> None:
    """Brands, codes and devices have no links of their own then; forged ones name no brand."""
    visitor = office.visitor("researcher")
    path = make_study(visitor, "core_engagement", brands={**BRANDS, "question": "known"})
    visitor.submit(f"{path}open")
    visitor.submit(f"{path}places/", places="Shop Oslo")
    brands = visitor.get(f"{path}brands")
    assert "one link serves all brands" in text_of(brands)
    assert "?b=" not in brands.text
    places = visitor.get(f"{path}places/")
    assert f'<input type="hidden" name="brand" value="{ANY}">' in places.text
    assert 'name="b"' not in places.text
    assert "One card for each place" in text_of(places)
    wish = {"place": "shop-oslo", "channel": "qr", "paper": "A4"}
    printed = visitor.get(f"{path}places/qr-codes.pdf", query_string={**wish, "brand": ANY})
    assert printed.data.startswith(b"%PDF")
    forged = visitor.get(f"{path}places/qr-codes.pdf", query_string={**wish, "brand": "kettle"})
    assert forged.status_code == 302
    kiosk = visitor.get(f"{path}places/kiosk?b=kettle&p=shop-oslo").location
    assert kiosk.endswith("?p=shop-oslo")


def test_each_brand_has_its_links_where_it_is_asked_about(office: Office) -> None:
    """Where a link is about a brand, codes of each and of any are offered."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/"
    assert "?b=north" in visitor.get(f"{path}brands").text
    assert text_of(visitor.get(f"{path}places/")).count("Any brand: the customer chooses") == 1
    kiosk = visitor.get(f"{path}places/kiosk?b=north").location
    assert kiosk.endswith("?b=north")


@pytest.mark.parametrize("answered", [False, True])
def test_reports_of_a_wave_are_offered_once_there_is_something_to_report(
    office: Office, answered: bool
) -> None:
    """A wave that is only planned has none, unless answers of a file belong to it."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.waves_key)
        assert study is not None
        later = now() + timedelta(days=9)
        if answered:
            study.waves[-1].opens_at = later
        else:
            study.waves.append(Wave("w3", "Third wave", 3, opens_at=later))
        unit.commit()
    visitor, path = office.visitor("researcher"), f"/studies/{office.waves_key}/"
    page = text_of(visitor.get(f"{path}downloads/"))
    assert "Psychometric report, Second wave (PDF)" in page
    results = text_of(visitor.get(f"{path}results"))
    assert "Second wave" in results
    assert "Third wave" not in page + results
