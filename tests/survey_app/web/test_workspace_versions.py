"""Pages about versions of a questionnaire, its pilot and its preview."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import func, select

from survey_app.services import next_version
from survey_app.storage.tables import interview, metadata
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from tests.survey_app.web.conftest import Office


def study_of(office: Office, key: str) -> Study:
    """The study as it is kept, with its versions."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        assert study.versions is not None
        return study


def revise(office: Office, key: str, wording: str) -> None:
    """Write another wording of the first question into the next version."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        content = deepcopy(study.next_content)
        content["instruments"][0]["scales"][0]["items"][0]["text"]["en"] = wording
        next_version.revise(study, content)
        unit.commit()


def test_from_beginning_a_version_to_launching_it(office: Office) -> None:
    """The researcher sees old and new side by side, gives the reason, and launches."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}/versions"
    researcher.submit(f"{at}/", f"{at}/next")
    assert "It asks the same" in text_of(researcher.get(f"{at}/next"))
    revise(office, office.open_key, "A <b>new</b> wording of {brand}?")
    page = researcher.get(f"{at}/next")
    assert "A &lt;b&gt;new&lt;/b&gt; wording of {brand}?" in page.text
    assert "with caution" in text_of(page)
    refused = researcher.submit(f"{at}/next/launch", reason=" ")
    assert refused.status_code == 422
    assert "Say why the questionnaire changes." in text_of(refused)
    researcher.submit(f"{at}/next/launch", reason="It was <misread>.")
    listed = researcher.get(f"{at}/")
    assert "It was &lt;misread&gt;." in listed.text
    assert "Version 2 asked now" in text_of(listed)
    assert study_of(office, office.open_key).version == 2
    assert "A &lt;b&gt;new" in researcher.get(f"{at}/2").text
    assert researcher.get(f"{at}/1").status_code == 302
    assert researcher.get(f"{at}/3").status_code == 404
    researcher.submit(f"{at}/", f"{at}/next")
    revise(office, office.open_key, "A third wording?")
    researcher.submit(f"{at}/next/launch", reason="Once more.")
    beside = text_of(researcher.get(f"{at}/3?beside=1"))
    assert "Version 3 beside version 1" in beside
    assert "<b>new</b>" not in beside
    assert researcher.get(f"{at}/2?beside=3").status_code == 404


def test_discarding_asks_first(office: Office) -> None:
    """A look at the question changes nothing; the answer does."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}/versions"
    researcher.submit(f"{at}/", f"{at}/next")
    revise(office, office.open_key, "Otherwise?")
    asked = researcher.get(f"{at}/next/discard")
    assert "Its one difference from version 1 is lost" in text_of(asked)
    assert study_of(office, office.open_key).next_content
    researcher.submit(f"{at}/next/discard")
    assert not study_of(office, office.open_key).next_content
    assert researcher.get(f"{at}/next").status_code == 302


def test_a_closed_study_says_what_to_do_instead(office: Office) -> None:
    """There is nothing to begin, and the way on is named."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}"
    token = researcher.token(f"{at}/close")
    researcher.submit(f"{at}/close")
    assert "copy the study" in text_of(researcher.get(f"{at}/versions/"))
    researcher.post(f"{at}/versions/next", data={"csrf_token": token})
    assert not study_of(office, office.open_key).next_content


def counts(office: Office) -> dict[str, int]:
    """Rows of every table."""
    with office.database.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_preview_shows_every_page_and_stores_nothing(office: Office) -> None:
    """Start, each page, thanks, in the language and about the brand chosen, in frames of ours."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}/preview"
    before = counts(office)
    seen = []
    for number in range(6):
        page = researcher.get(f"{at}/?page={number}&lang=ru&brand=south")
        assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        frames = [
            address.replace("&amp;", "&")
            for address in re.findall(r'src="(/st[^"]+)"', page.text)
            if "preview" in address
        ]
        assert len(frames) == 2
        assert len(set(frames)) == 1
        shown = researcher.get(frames[0])
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        policy = shown.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "sandbox allow-same-origin" in policy
        assert "<script" not in shown.text
        assert '<html lang="ru"' in shown.text
        seen.append(text_of(shown))
    assert "South" in seen[1]
    assert "Вы согласны?" in seen[0]
    assert len(set(seen)) == len(seen)
    assert researcher.get(f"{at}/99").status_code == 404
    assert counts(office) == before


def test_preview_of_the_next_version_and_of_a_draft(office: Office) -> None:
    """What is in the making is shown, not what is asked; who is shown a page is told above it."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}"
    researcher.submit(f"{at}/versions/", f"{at}/versions/next")
    revise(office, office.open_key, "Quite otherwise, {brand}?")
    assert "Quite otherwise, North &amp; Co?" in researcher.get(f"{at}/preview/1?of=next").text
    assert "Quite otherwise" not in researcher.get(f"{at}/preview/1").text
    draft = researcher.get(f"/studies/{office.draft_key}/preview/?page=2")
    assert "Shown to everybody." in text_of(draft)
    assert 'rel="prev"' in draft.text
    assert 'rel="next"' in draft.text


def test_a_pilot_from_its_start_to_its_end(office: Office) -> None:
    """Pilot answers are counted and downloaded apart, can be deleted; real links begin fresh."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.draft_key}"
    missing = text_of(researcher.get(f"{at}/pilot/"))
    assert "Write the consent text in English." in missing
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        study.consent = {"en": "Do you agree?"}
        unit.commit()
    researcher.submit(f"{at}/pilot/", f"{at}/pilot/start")
    assert researcher.get(f"{at}/").location.endswith("/pilot/")
    customer = office.visitor()
    page = customer.get(f"/s/{office.draft_key}")
    assert "Pilot: answers given here do not count." in text_of(page)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    start = {"ticket": ticket, "language": "en", "brand": "draft-brand", "channel": "web"}
    begun = customer.post(f"/s/{office.draft_key}", data=start).location
    first = customer.get(begun)
    assert "Pilot: answers given here do not count." in text_of(first)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', first.text)[0]
    answers = dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', first.text), "5")
    customer.post(begun, data={**answers, "ticket": ticket})
    told = text_of(researcher.get(f"{at}/pilot/"))
    assert "completed 0 started 1" in told
    made = researcher.get(f"{at}/pilot/answers.zip")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        frame = pd.read_csv(archive.open("answers.csv"))
    assert frame["cog1"].tolist() == [5]
    researcher.submit(f"{at}/pilot/", f"{at}/pilot/end")
    other = {"brands-0-code": "other", "brands-0-name_en": "Other", "question": "one"}
    refused = researcher.submit(f"{at}/design/brands", **other)
    assert "The pilot holds answers about draft-brand." in text_of(refused)
    researcher.submit(f"{at}/open")
    assert customer.get(begun).status_code == 410
    page = customer.get(f"/s/{office.draft_key}")
    assert "Pilot" not in text_of(page)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    fresh = customer.post(f"/s/{office.draft_key}", data={**start, "ticket": ticket}).location
    assert fresh.split("/")[2] != begun.split("/")[2]
    waves = researcher.get(f"{at}/waves/").text
    assert re.findall(r'data-label="Interviews"[^>]*>(\d+)<', waves) == ["1"]
    assert "1 interview is deleted" in text_of(researcher.get(f"{at}/pilot/delete"))
    researcher.submit(f"{at}/pilot/delete")
    with office.database.engine.connect() as connection:
        kept = connection.scalars(select(interview.c.pilot).where(interview.c.version > 1)).all()
        assert not any(connection.scalars(select(interview.c.pilot)))
    assert kept == [False]


def test_a_study_is_copied_from_its_page(office: Office) -> None:
    """The researcher gives a title and finds a draft; a study of others cannot be copied."""
    researcher, at = office.visitor("researcher"), f"/studies/{office.open_key}"
    assert f'href="{at}/copy/"' in researcher.get(f"{at}/").text
    assert 'value="Copy of Shops"' in researcher.get(f"{at}/copy/").text
    refused = researcher.submit(f"{at}/copy/", title=" ")
    assert refused.status_code == 422
    made = researcher.submit(f"{at}/copy/", title="Shops <2027>")
    page = researcher.get(made.location)
    assert "Shops &lt;2027&gt;" in page.text
    assert "Draft" in text_of(page)
    other = office.visitor("foreign_researcher")
    assert other.get(f"{at}/copy/").status_code == 404
