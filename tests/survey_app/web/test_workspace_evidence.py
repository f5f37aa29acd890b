"""Instruments' evidence in the workspace: looking at it, adding a wave, taking it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.evidence import WaveEvidence, source_of
from tests.survey_app.domain.evidence_samples import figures, wave
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from typing import Any

    from tests.survey_app.web.conftest import Office, Visitor

CORE = "/instruments/core_engagement"


def entries(office: Office) -> list[WaveEvidence]:
    """All evidence about the core questionnaire."""
    with office.database.reading() as unit:
        return unit.evidence.of("core_engagement")


def keep(office: Office, *waves: WaveEvidence) -> None:
    """Put waves into the evidence."""
    with office.database.writing() as unit:
        for one in waves:
            unit.evidence.add(one)
        unit.commit()


def add(visitor: Visitor, path: str, **fields: Any) -> str:
    """Confirm a wave with the answers that the page looked at; the text of where one is led."""
    page = visitor.get(path).text
    fingerprint = page.partition('name="fingerprint"')[2].split('value="')[1].split('"')[0]
    sent = {"label": "Shops, spring", "fingerprint": fingerprint, **fields}
    response = visitor.submit(path, **sent)
    assert response.status_code == 302, text_of(response)
    return text_of(visitor.get(response.location))


def test_instruments_are_listed_with_their_standing(office: Office) -> None:
    """Every shipped questionnaire is there: published elsewhere, shown here or not yet."""
    keep(office, wave())
    page = text_of(office.visitor("researcher").get("/instruments/"))
    assert "Core engagement questionnaire Shown here No Yes, by 1 wave" in page
    assert "Personal Involvement Inventory, 10 pairs Published elsewhere English Not yet" in page
    assert "Satisfaction Not yet No Not yet" in page


def test_results_lead_to_adding_the_wave(office: Office) -> None:
    """The results page offers it; the page that asks shows the figures and what they would do."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.open_key}/evidence?wave=1"
    assert path in visitor.get(f"/studies/{office.open_key}/results").text
    page = text_of(visitor.get(path))
    assert "Add this wave to the evidence?" in page
    assert "Core engagement questionnaire Standing now: not yet. With this wave:" in page
    assert "Satisfaction" in page
    assert entries(office) == []


def test_a_wave_is_added_with_its_figures_and_by_whom(office: Office) -> None:
    """Number, languages, brands, reliability, label and person are on the instrument's page."""
    page = add(office.visitor("researcher"), f"/studies/{office.open_key}/evidence")
    assert "The wave is in the evidence" in page
    assert "Shops, spring" in page
    assert "by Researcher" in page
    (entry,) = entries(office)
    found = entry.read_figures()
    assert entry.added_by_id == office.people["researcher"]
    assert (found.brands, set(found.languages)) == (3, {"en", "ru"})
    assert entry.n == sum(found.languages.values())
    assert [scale.scale for scale in found.scales] == ["cognitive", "emotional", "behavioural"]
    assert f"Complete interviews {entry.n}" in page
    alpha = found.scales[0].alpha
    assert alpha is not None
    assert f"{alpha.value:.3f}".lstrip("0") in page
    assert "North" not in page


def test_the_same_wave_is_never_added_twice(office: Office) -> None:
    """Sent again it is told to be there; with another label the entry is replaced."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/evidence"
    add(visitor, path)
    assert "in the evidence already" in add(visitor, path)
    assert "are replaced by these" in add(visitor, path, label="Another label")
    (entry,) = entries(office)
    assert entry.label == "Another label"


def test_the_same_answers_are_refused_under_another_wave(office: Office) -> None:
    """Answers that are in the evidence as another wave are not counted twice."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/evidence"
    add(visitor, path)
    with office.database.writing() as unit:
        (entry,) = unit.evidence.of("core_engagement")
        entry.source, entry.label = "f" * 64, "The same elsewhere"
        unit.commit()
    page = visitor.get(path).text
    fingerprint = page.partition('name="fingerprint"')[2].split('value="')[1].split('"')[0]
    response = visitor.submit(path, label="Twice", fingerprint=fingerprint)
    assert response.status_code == 422
    assert "in the evidence of core_engagement already, as “The same elsewhere”" in text_of(
        response
    )
    assert len(entries(office)) == 1
    with office.database.reading() as unit:
        assert len(unit.evidence.of("satisfaction")) == 1


def test_withdrawn_waves_stay_and_can_be_put_back(office: Office) -> None:
    """Withdrawing takes the standing, not the row; undo gives it back; both tell who."""
    visitor = office.visitor("researcher")
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        mine = study.id
    keep(office, wave(study_id=mine))
    (entry,) = entries(office)
    address = f"/instruments/waves/{entry.id}"
    assert "shows that the instrument measures" in text_of(visitor.get(CORE)).lower()
    visitor.submit(CORE, f"{address}/withdraw")
    page = text_of(visitor.get(CORE))
    assert "Counts for nothing: withdrawn" in page
    assert "Shown here Not yet" in page
    assert "by Researcher" in page
    visitor.submit(CORE, f"{address}/put-back")
    assert "Shown here Yes, by 1 wave" in text_of(visitor.get(CORE))


def test_simulated_data_never_count_and_say_so(office: Office) -> None:
    """A simulated wave can be kept, marked, and shows nothing."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.waves_key}/evidence?wave=w1"
    assert "never count as evidence" in text_of(visitor.get(path))
    page = add(visitor, path, label="Tracker, first wave")
    assert "Simulated data" in page
    assert "no program is a customer" in page
    (entry,) = entries(office)
    assert entry.simulated
    assert "Not yet" in page


def test_each_wave_is_an_entry_of_its_own(office: Office) -> None:
    """Two waves of one study stand beside each other, the latest on top."""
    visitor = office.visitor("researcher")
    for code in ("w1", "w2"):
        add(visitor, f"/studies/{office.waves_key}/evidence?wave={code}", label=f"Tracker {code}")
    assert len({entry.source for entry in entries(office)}) == 2
    assert visitor.get(f"/studies/{office.waves_key}/evidence?wave=w9").status_code == 404


def test_figures_that_nobody_looked_at_are_not_added(office: Office) -> None:
    """When interviews came in after the page was shown, it is shown again instead."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/evidence"
    response = visitor.submit(path, label="Old", fingerprint="0" * 64)
    assert response.status_code == 302
    assert "came in meanwhile" in text_of(visitor.get(response.location))
    assert entries(office) == []


@pytest.mark.parametrize("label", ["", "   ", "x" * 201, "\u202e\u2066"])
def test_a_label_must_be_readable(office: Office, label: str) -> None:
    """Without a label of 1 to 200 characters nothing is added."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}/evidence"
    page = visitor.get(path).text
    fingerprint = page.partition('name="fingerprint"')[2].split('value="')[1].split('"')[0]
    response = visitor.submit(path, label=label, fingerprint=fingerprint)
    assert response.status_code == 422
    assert entries(office) == []


def test_evidence_is_read_by_all_researchers_and_changed_by_its_own(office: Office) -> None:
    """Another researcher reads the figures, finds no button, and cannot withdraw or add."""
    add(office.visitor("researcher"), f"/studies/{office.open_key}/evidence")
    (entry,) = entries(office)
    other = office.visitor("foreign_researcher")
    page = other.get(CORE)
    assert "Shops, spring" in page.text
    assert "/withdraw" not in page.text
    assert office.open_key not in page.text
    token = other.token("/account")
    for path in (f"/instruments/waves/{entry.id}/withdraw", f"/studies/{office.open_key}/evidence"):
        assert other.post(path, data={"csrf_token": token}).status_code == 404
    assert not entries(office)[0].withdrawn


def test_administrators_keep_the_evidence(office: Office) -> None:
    """An administrator adds any wave, and withdraws any, imported ones too."""
    administrator = office.visitor("administrator")
    page = add(administrator, f"/studies/{office.open_key}/evidence")
    assert "by Administrator" in page
    keep(office, wave(9))
    imported = next(one for one in entries(office) if one.imported)
    researcher = office.visitor("researcher")
    path = f"/instruments/waves/{imported.id}/withdraw"
    assert researcher.submit("/account", path).status_code == 404
    assert administrator.submit(CORE, path).status_code == 302
    assert next(one for one in entries(office) if one.imported).withdrawn


def test_forged_posts_are_refused(office: Office) -> None:
    """Without the session's token nothing is added and nothing withdrawn."""
    keep(office, wave())
    (entry,) = entries(office)
    visitor = office.visitor("administrator")
    for path in (f"/instruments/waves/{entry.id}/withdraw", f"/studies/{office.open_key}/evidence"):
        assert visitor.post(path, data={"label": "x"}).status_code == 400
    assert not entries(office)[0].withdrawn


def test_drafts_and_unknown_things_are_not_found(office: Office) -> None:
    """A draft has no wave, an unknown questionnaire no page, an unknown entry no undo."""
    visitor = office.visitor("researcher")
    for path in (
        f"/studies/{office.draft_key}/evidence",
        "/instruments/nobody",
        "/instruments/..%2f",
    ):
        assert visitor.get(path).status_code == 404, path
    for number in (0, 10**12):
        assert (
            visitor.submit("/account", f"/instruments/waves/{number}/withdraw").status_code == 404
        )


def test_files_carry_no_brand_and_no_key(office: Office) -> None:
    """The JSON file holds digests and figures; the CSV file a row for each scale."""
    visitor = office.visitor("researcher")
    add(visitor, f"/studies/{office.open_key}/evidence")
    answer = visitor.get(f"{CORE}/evidence.json")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=core-engagement-evidence.json"
    )
    assert office.open_key not in answer.text
    assert "north" not in answer.text.lower()
    (kept,) = json.loads(answer.text)["waves"]
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        assert kept["source"] == source_of(study, study.waves[0])
    rows = visitor.get(f"{CORE}/evidence.csv").text.splitlines()
    assert len(rows) == 4


def test_hostile_labels_are_letters(office: Office) -> None:
    """Tags in a label are shown, not obeyed; a formula is text in the CSV file."""
    keep(office, wave(label="=1+1 <b>bold</b>"))
    visitor = office.visitor("researcher")
    assert "=1+1 &lt;b&gt;bold&lt;/b&gt;" in visitor.get(CORE).text
    assert "'=1+1 <b>bold</b>" in visitor.get(f"{CORE}/evidence.csv").text


def test_scorecards_and_reports_tell_the_standing(office: Office) -> None:
    """What the evidence shows is in the method box of the manager and of the researcher."""
    keep(office, wave(of=figures(languages={"en": 400})))
    said = "Core engagement questionnaire: shown here by 1 wave with at least 400 interviews"
    manager = office.visitor("manager")
    assert said in text_of(manager.get(f"/scorecards/{office.open_key}/north"))
    researcher = office.visitor("researcher")
    page = text_of(researcher.get(f"/studies/{office.open_key}/measurement"))
    assert said in page
    assert "Satisfaction: not yet, neither published in this wording nor shown here." in page


def test_figures_of_a_later_version_are_named_and_not_read(office: Office) -> None:
    """An entry in an unknown format is listed without figures and without an error."""
    keep(office, wave(format=99, figures={"unknown": True}))
    page = text_of(office.visitor("researcher").get(CORE))
    assert "figures of another version of the program" in page
