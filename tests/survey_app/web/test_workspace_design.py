"""The pages of a questionnaire in the making: blocks, questions typed in, branches, quotas."""

from __future__ import annotations

import re
import tempfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import DEFINITIONS
from survey_app.domain.questionnaire import read_design
from survey_app.services import next_version
from tests.survey_app.services.test_design_blocks import calibrated
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.making import BRANDS, make_study
from tests.survey_app.web.test_workspace_studies import made

if TYPE_CHECKING:
    from survey_app.domain.questionnaire import Design
    from tests.survey_app.web.conftest import Office, Visitor

CORE_FILE = (DEFINITIONS / "core_engagement.yaml").read_text(encoding="utf-8")
OWN: dict[str, Any] = {
    "kind": "choice",
    "about": "brand",
    "answers_en": "In a shop\r\nOn the web\r\n",
    "answers_ru": "В магазине\r\nВ интернете",
    "questions-0-wording_en": "Where do you buy {brand}?",
    "questions-0-wording_ru": "Где вы покупаете {brand}?",
    "questions-0-id": "buys",
    "questions-0-before": "",
}


def design_of(office: Office) -> Design:
    """The design of the study of these tests as it is kept."""
    return read_design(made(office, "Two cafés").design, ())


def order(office: Office) -> list[str]:
    """Its blocks in their order."""
    return [block.id for block in design_of(office).blocks]


def begun(office: Office) -> tuple[Visitor, str]:
    """A researcher with a whole draft, and the address of its questions."""
    visitor = office.visitor("researcher")
    return visitor, f"{make_study(visitor)}design/questions/"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(f'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_blocks_are_moved_taken_out_and_brought_back(office: Office) -> None:
    """By buttons alone; what was taken out comes back to its place, once."""
    visitor, here = begun(office)
    core = f"{here}block/core_engagement"
    assert visitor.submit(here, f"{core}/move", to="down").status_code == 302
    assert order(office) == ["satisfaction", "core_engagement", "switching_intention"]
    assert visitor.submit(here, f"{core}/move", to="sideways").status_code == 400
    page = visitor.submit(here, f"{core}/remove")
    assert "Removed: Core engagement questionnaire" in text_of(page)
    assert order(office) == ["satisfaction", "switching_intention"]
    for said in ("The block is back.", "The block is there already."):
        visitor.submit(here, f"{here}undo", removed=hidden(page.text, "removed"))
        assert said in text_of(visitor.get(here))
        assert order(office) == ["satisfaction", "core_engagement", "switching_intention"]


def test_a_block_comes_back_to_its_own_study_only(office: Office) -> None:
    """What was made up, or taken out of another study, is no block of this one."""
    visitor, here = begun(office)
    other = f"/studies/{office.draft_key}/design/questions/"
    page = visitor.submit(other, f"{other}block/core_engagement/remove")
    for forged in (hidden(page.text, "removed"), "made up", ""):
        assert visitor.submit(here, f"{here}undo", removed=forged).status_code == 400
    assert len(order(office)) == 3


def test_what_somebody_removed_meanwhile_is_told(office: Office) -> None:
    """In another tab a block or a quota may be gone: no error page, but the list and why."""
    visitor, here = begun(office)
    quotas = here.replace("questions", "quotas")
    tried = ("", "/own", "/shown-if", "/short-form", "/move", "/remove", "/match", "/wording")
    for end in tried:
        address = f"{here}block/gone{end}"
        posts = end in ("/move", "/remove", "/match", "/wording")
        send = visitor.submit(here, address, to="up") if posts else visitor.get(address)
        assert send.location == here, end
        assert "no block 'gone'" in text_of(visitor.get(here))
    for end in ("", "/counts", "/remove"):
        assert visitor.get(f"{quotas}quota/gone{end}").location == quotas
        assert "no quota 'gone'" in text_of(visitor.get(quotas))


def test_a_brand_without_a_name_goes_by_its_code(office: Office) -> None:
    """A draft keeps what is half written, and every page that names its brands can be read."""
    visitor, here = begun(office)
    study = here.removesuffix("design/questions/")
    unnamed = {name: "" for name in BRANDS if name.startswith("brands-")}
    brands = {**BRANDS, **unnamed, "brands-0-code": "kettle", "brands-1-code": "bean"}
    assert visitor.submit(f"{study}design/brands", **brands).status_code == 302
    assert "kettle" in text_of(visitor.get(f"{study}contacts/add"))
    for page in ("", "design/brands", "design/check", "places/"):
        assert visitor.get(study + page).status_code == 200, page
    made_up = visitor.submit(f"{study}places/", places="")
    assert made_up.status_code < 500


def test_scales_and_order_are_chosen(office: Office) -> None:
    """Fewer scales, each question on its own page, shuffled, with a check after the first scale."""
    visitor, here = begun(office)
    page = f"{here}block/core_engagement"
    visitor.submit(page, scales=["emotional", "cognitive"], about="brand", one_by_one="y")
    block = design_of(office).blocks[0]
    assert (block.scales, block.one_by_one) == (("cognitive", "emotional"), True)
    assert visitor.submit(page, about="brand").status_code == 422
    assert visitor.submit(page, scales=["gone"], about="brand").status_code == 422
    said = {"shuffle_items": "y", "instructed_item": "y", "instructed_after": "1"}
    visitor.submit(here, f"{here}order", **said)
    study = made(office, "Two cafés")
    assert (study.shuffle_items, study.instructed_item) == (True, True)
    assert design_of(office).instructed_after == 1
    for wrong in ("0", "99", "x"):
        refused = visitor.submit(here, f"{here}order", **{**said, "instructed_after": wrong})
        assert refused.status_code == 422


def test_questions_are_typed_in_and_changed(office: Office) -> None:
    """A row more, two questions on one page, other words later; rows that are emptied are gone."""
    visitor, here = begun(office)
    page = visitor.submit(f"{here}own", **OWN, add_question="1")
    assert page.status_code == 200
    assert 'name="questions-1-wording_ru"' in page.text
    assert "There is a problem" not in page.text
    second = {"questions-1-wording_en": "And where else?", "questions-1-wording_ru": "А ещё где?"}
    half = {"intro_en": "Now a few\nquestions about shops."}
    refused = visitor.submit(f"{here}own", **{**OWN, **second, **half})
    assert '<a href="#intro_ru">' in refused.text
    above = {**half, "intro_ru": "Теперь о магазинах."}
    assert visitor.submit(f"{here}own", **{**OWN, **second, **above}).location == here
    told = made(office, "Two cafés").instruments[-1]["scales"][0]["intro"]
    assert told == {"en": "Now a few questions about shops.", "ru": "Теперь о магазинах."}
    own = f"{here}block/own_buys/own"
    assert visitor.get(f"{here}block/own_buys").location == own
    page = visitor.get(own)
    assert hidden(page.text, "questions-1-before") == "and_where_else"
    changed = {
        **OWN,
        "answers_en": "Shop\nWeb",
        "questions-0-before": "buys",
        "questions-1-wording_en": " ",
        "questions-1-wording_ru": "",
        "questions-1-before": "and_where_else",
    }
    assert visitor.submit(own, **changed).location == here
    scale = made(office, "Two cafés").instruments[-1]["scales"][0]
    assert [item["id"] for item in scale["items"]] == ["buys"]


def test_faults_of_typed_in_questions_stand_at_their_fields(office: Office) -> None:
    """The summary links each fault to its field; what was written is still there."""
    visitor, here = begun(office)
    wrong = {
        **OWN,
        "answers_ru": "Одно",
        "questions-0-wording_ru": "",
        "questions-0-id": "Buys!",
    }
    page = visitor.submit(f"{here}own", **wrong)
    assert page.status_code == 422
    for field in ("answers_ru", "questions-0-wording_ru", "questions-0-id"):
        assert f'<a href="#{field}">' in page.text
        assert f'id="{field}-error"' in page.text
    assert "Where do you buy {brand}?" in page.text
    for forged in ({"kind": "poles"}, {"about": "all"}, {"questions-0-wording_en": "x" * 2001}):
        assert visitor.submit(f"{here}own", **{**OWN, **forged}).status_code == 422
    assert visitor.submit(f"{here}own").status_code == 422
    assert len(order(office)) == 3


def test_an_instrument_is_taken_from_a_file(office: Office) -> None:
    """With every fault of a file that is refused, and no path of the server."""
    visitor, here = begun(office)
    page = f"{here}file"
    assert "Choose a file." in text_of(visitor.submit(page))
    broken = CORE_FILE.replace("kind: agreement", "kind: agrement").replace(
        "minimum: 1", "minimum: x"
    )
    refused = visitor.submit(page, file=(BytesIO(broken.encode()), "mine.yaml"))
    assert refused.status_code == 422
    assert refused.text.count("mine.yaml, line") == 2
    assert tempfile.gettempdir() not in refused.text
    asked = CORE_FILE.replace("id: core_engagement", "id: ours")
    asked = re.sub(r"\b(cognitive|emotional|behavioural|cog|emo|beh)(\d*)\b", r"our_\1\2", asked)
    taken = visitor.submit(page, file=(BytesIO(asked.encode()), "mine.yaml"))
    assert taken.location == here, text_of(taken)
    assert order(office)[-1] == "ours"


def test_a_branch_is_chosen_by_its_answers(office: Office) -> None:
    """First the question, then its answers by their words; all or any; taken away again."""
    visitor, here = begun(office)
    page = f"{here}block/satisfaction/shown-if"
    assert "Strongly agree" in visitor.get(f"{page}?item=cog1").text
    assert "Tick at least one answer" in text_of(visitor.submit(f"{page}?item=cog1", item="cog1"))
    visitor.submit(f"{page}?item=cog1", item="cog1", values=["6", "7"])
    visitor.submit(f"{page}?item=language", item="language", values=["ru"])
    visitor.submit(page, f"{here}block/satisfaction/match", match="any")
    block = design_of(office).blocks[1]
    assert [one.item for one in block.shown_if] == ["cog1", "language"]
    assert block.match == "any"
    assert "“Agree” or “Strongly agree” or “Language” is “Russian”" in text_of(visitor.get(here))
    assert visitor.submit(f"{page}?item=cog1", item="cog1", values=["8"]).status_code == 422
    assert visitor.submit(f"{page}?item=gone", item="cog1", values=["7"]).status_code == 200
    visitor.submit(page, f"{page}/remove", item="cog1")
    assert [one.item for one in design_of(office).blocks[1].shown_if] == ["language"]
    visitor.submit(here, f"{here}block/core_engagement/move", to="down")
    visitor.submit(page, f"{page}/remove", item="language")
    assert "sat1" in visitor.get(f"{here}block/core_engagement/shown-if").text


def test_a_quota_is_named_limited_and_removed(office: Office) -> None:
    """New, then whom it counts; it stands in the list with how full it is."""
    visitor, here = begun(office)
    quotas = here.replace("questions", "quotas")
    page = visitor.submit(f"{quotas}new", name="Fans", limit="40").location
    visitor.submit(f"{page}/counts?item=cog1", item="cog1", values=["7"])
    assert "Fans “" in text_of(visitor.get(quotas))
    assert "is “Strongly agree” 0 40" in text_of(visitor.get(quotas))
    visitor.submit(page, name="Devoted", limit="45")
    quota = design_of(office).quotas[0]
    assert (quota.name, quota.limit, len(quota.conditions)) == ("Devoted", 45, 1)
    for wrong in ({"name": ""}, {"limit": "0"}, {"limit": "many"}, {"limit": "9" * 400}):
        assert visitor.submit(page, **{"name": "x", "limit": "5", **wrong}).status_code == 422
    visitor.submit(page, f"{page}/counts/remove", item="cog1")
    assert design_of(office).quotas[0].conditions == ()
    assert "will be gone" in text_of(visitor.get(f"{page}/remove"))
    visitor.submit(f"{page}/remove")
    assert design_of(office).quotas == ()


def test_a_scale_is_asked_until_known_well_enough(office: Office) -> None:
    """A calibration is loaded, the saving is told, a wrong file refused; whole again in the end."""
    visitor, here = begun(office)
    page = f"{here}block/core_engagement/short-form"
    said = {
        "scale": "cognitive",
        "metric": "trait",
        "standard_error": "0.5",
        "fewest_items": "1",
        "most_items": "",
    }
    address = f"{page}?scale=cognitive"
    refused = visitor.submit(address, **said, file=(BytesIO(b"{}"), "other.json"))
    assert "other.json" in text_of(refused)
    name, raw = calibrated()
    for wrong in ({"standard_error": "2"}, {"standard_error": "x"}, {"most_items": "9" * 400}):
        sent: dict[str, Any] = {**said, **wrong, "file": (BytesIO(raw), name)}
        assert visitor.submit(address, **sent).status_code == 422, wrong
    assert visitor.submit(address, **said, file=(BytesIO(raw), name)).location == page
    assert re.search(r"about \d\.\d of 3 questions", text_of(visitor.get(page)))
    assert "until known well enough" in text_of(visitor.get(here))
    visitor.submit(address, f"{page}/whole", scale="cognitive")
    assert design_of(office).adaptive == {}


def test_pages_of_an_open_study_change_its_next_version(office: Office) -> None:
    """What is asked stays; the version in the making gets the block."""
    visitor, here = begun(office)
    path = here.removesuffix("design/questions/")
    visitor.submit(f"{path}open")
    assert visitor.get(f"{here}add").location == path
    with office.database.writing() as unit:
        study = unit.studies.by_key(path.split("/")[2])
        assert study is not None
        next_version.begin(study)
        unit.commit()
    visitor.submit(f"{here}add", instrument="behaviour_checklist")
    visitor.submit(f"{path}design/brands", **{**BRANDS, "brands-1-name_en": "Kettles"})
    visitor.submit(f"{path}design/about", languages=["en"])
    visitor.submit(here, f"{here}block/satisfaction/remove")
    study = made(office, "Two cafés")
    assert (len(study.instruments), len(study.next_content["instruments"])) == (3, 4)
    assert study.brand("kettle").name("en") == "Kettle"
    assert study.next_content["brands"][1]["names"]["en"] == "Kettles"
    assert (study.languages, study.next_content["languages"]) == (["en", "ru"], ["en"])


@pytest.mark.parametrize("person", ["foreign_researcher", "manager", "administrator"])
def test_nobody_else_sees_or_changes_a_draft(office: Office, person: str) -> None:
    """Every page and every button of the making is walked by those whose study it is not."""
    visitor = office.visitor(person)
    token = visitor.token("/account")
    adapter = office.app.url_map.bind("localhost")
    values = {"key": office.draft_key, "block_id": "core_engagement", "quota_id": "q"}
    walked = 0
    for rule in office.app.url_map.iter_rules():
        if not rule.endpoint.startswith("design"):
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            path = adapter.build(rule.endpoint, values, method=method)
            call = visitor.get if method == "GET" else visitor.post
            data = {} if method == "GET" else {"data": {"csrf_token": token, "to": "up"}}
            expected = 404 if person == "foreign_researcher" else 403
            assert call(path, **data).status_code == expected, (method, path)
            walked += 1
    assert walked > 30
