"""What respondents meet when the questionnaire changes while they answer."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from survey_app.services import next_version
from tests.survey_app.web.respond_site import Site, running_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

NEW = "Quite another consent text."


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """An application with an open study."""
    with running_site(database) as running:
        yield running


def launch(site: Site, wording: str) -> None:
    """Ask the first question of the second page in other words, with another consent text."""
    with site.database.writing() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        next_version.begin(study)
        content = deepcopy(study.next_content)
        content["instruments"][0]["scales"][1]["items"][0]["text"]["en"] = wording
        content["consent"]["en"] = NEW
        next_version.revise(study, content)
        next_version.launch(study, "Clearer.")
        unit.commit()


def test_a_launch_between_two_pages(site: Site) -> None:
    """Whoever had begun goes on as they began, also by the open link; the next one reads the new
    consent and the new questions. Both answers are kept with their version."""
    early, late = site.respondent(), site.respondent()
    second = early.submit(early.start()).location
    early.get(second)
    launch(site, "Has {brand} changed?")
    assert "Has North changed?" not in early.get(second).text
    assert early.start().split("/")[2] == second.split("/")[2]
    assert early.finish(second).endswith("/finish")
    assert NEW in late.get(site.address).text
    page = late.submit(late.start()).location
    assert "Has North changed?" in late.get(page).text
    assert late.finish(page).endswith("/finish")
    assert sorted(row.version for row in site.interviews()) == [1, 2]
    assert all(row.finished_at is not None for row in site.interviews())
