"""Metrics in the workspace: a file is checked, shown, kept, replaced and removed."""

from __future__ import annotations

import base64
import io
import re
import zlib
from html import unescape
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from instruments.metrics import standard_metrics
from survey_app.services.metrics import metric_values_of, profile_of
from survey_app.web.workspace.carried_file import TooLargeToCarry, packed, unpacked
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from psychometrics.metric_values import MetricValues
    from survey_app.domain.study import Study
    from tests.survey_app.web.conftest import Office, Visitor

HEAD = "person,brand,wave,metric,value\n"
FIRST = HEAD + "p1,one,w1,likes,3\np2,one,w1,likes,5\n,two,w2,conversion,0.25\n"


def path_of(office: Office) -> str:
    """The page of the study with two waves."""
    return f"/studies/{office.waves_key}/metrics"


def check(visitor: Visitor, path: str, content: str | bytes, name: str = "m.csv") -> TestResponse:
    """Send a file to be checked."""
    raw = content.encode() if isinstance(content, str) else content
    return visitor.submit(f"{path}/", f"{path}/check", file=(io.BytesIO(raw), name))


def hidden(page: str, name: str) -> list[str]:
    """The values of hidden fields of a name."""
    return [
        unescape(value)
        for value in re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    ]


def confirm(visitor: Visitor, path: str, shown: TestResponse) -> TestResponse:
    """Press the button of the page that shows what a file would do."""
    names = ("csrf_token", "name", "outcome", "part")
    return visitor.post(f"{path}/import", data={name: hidden(shown.text, name) for name in names})


def kept(office: Office, key: str | None = None) -> MetricValues:
    """What is kept of a study."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(key or office.waves_key)
        assert study is not None
        return metric_values_of(unit, study)


def study_of(office: Office) -> Study:
    """The study with two waves as it is kept."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.waves_key)
        assert study is not None
        return study


def test_a_file_is_shown_then_kept(office: Office) -> None:
    """Nothing is kept before the button is pressed; then the page shows every value."""
    visitor, path = office.visitor("researcher"), path_of(office)
    assert "No values yet" in text_of(visitor.get(f"{path}/"))
    shown = check(visitor, path, FIRST)
    words = text_of(shown)
    assert shown.status_code == 200
    assert "Keep these values? m.csv new 3 replaced 0 as they were 0" in words
    assert "Likes One First wave 2 Conversion Two Second wave 1" in words
    assert kept(office).n == 0
    done = confirm(visitor, path, shown)
    assert done.status_code == 302
    words = text_of(visitor.get(done.location))
    assert "The values are kept." in words
    assert "One , likes 4.00 likes per customer 30 days 2 people" in words
    assert "Two , conversion 25.0% share of visitors 90 days 1 cell" in words
    assert kept(office).n == 3


def test_the_page_is_reached_from_the_study(office: Office) -> None:
    """A tab leads to it."""
    page = office.visitor("researcher").get(f"/studies/{office.waves_key}/").text
    assert f'href="{path_of(office)}/"' in page


def test_importing_again_replaces(office: Office) -> None:
    """The second file says what it replaces; the values are the new ones, none twice."""
    visitor, path = office.visitor("researcher"), path_of(office)
    confirm(visitor, path, check(visitor, path, FIRST))
    shown = check(visitor, path, FIRST.replace("likes,5", "likes,6"))
    assert "new 0 replaced 1 as they were 2" in text_of(shown)
    confirm(visitor, path, shown)
    assert sorted(kept(office).value.tolist()) == [0.25, 3.0, 6.0]


def test_a_workbook_is_read(office: Office) -> None:
    """Excel files are taken as well."""
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["brand", "wave", "metric", "value"], ["one", "w1", "sales", 1200.5]):
        sheet.append(row)
    book.save(stream)
    visitor, path = office.visitor("researcher"), path_of(office)
    confirm(visitor, path, check(visitor, path, stream.getvalue(), "m.xlsx"))
    assert kept(office).value.tolist() == [1200.5]


def test_faults_are_told_with_their_lines_and_nothing_is_kept(office: Office) -> None:
    """Every fault in a list on top of the page, outside text escaped."""
    visitor, path = office.visitor("researcher"), path_of(office)
    wrong = HEAD + "p1,one,w1,like,3\np2,<b>x</b>,w1,likes,5\np3,one,w1,likes,many\n"
    response = check(visitor, path, wrong, "<i>m</i>.csv")
    assert response.status_code == 422
    words = text_of(response)
    assert "line 2, column metric: there is no metric 'like'; perhaps likes" in words
    assert "line 3, column brand: the study has no brand" in words
    assert "line 4, column value: 'many' is no number." in words
    assert "<b>x</b>" not in response.text
    assert "<i>m</i>" not in response.text
    assert kept(office).n == 0


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "m.csv", "is empty"),
        (b"%PDF-1.7 x", "m.csv", "is not text but a PDF"),
        (b"x,y\n1,2\n", "m.exe", "cannot be read"),
        (b"x,y\n1,2\n", "../../etc/passwd", "cannot be read"),
        ("brand,wave,metric,value\nодин,w1,likes,1\n".encode("cp1251"), "m.csv", "cp1251"),
    ],
)
def test_what_is_no_table_is_refused(office: Office, content: bytes, name: str, told: str) -> None:
    """Empty, binary, oddly named and oddly encoded files are told for what they are."""
    response = check(office.visitor("researcher"), path_of(office), content, name)
    assert response.status_code == 422
    assert told in text_of(response)


def test_no_file_at_all_is_told(office: Office) -> None:
    """The button without a file asks for one."""
    path = path_of(office)
    response = office.visitor("researcher").submit(f"{path}/", f"{path}/check")
    assert response.status_code == 422
    assert "Choose a file." in text_of(response)


def test_values_that_came_meanwhile_are_shown_first(office: Office) -> None:
    """A plan that is no longer true is not carried out; the new one is shown."""
    visitor, path = office.visitor("researcher"), path_of(office)
    shown = check(visitor, path, FIRST)
    confirm(visitor, path, check(visitor, path, HEAD + "p1,one,w1,likes,9\n"))
    again = confirm(visitor, path, shown)
    assert again.status_code == 200
    assert kept(office).value.tolist() == [9.0]
    confirm(visitor, path, again)
    assert kept(office).n == 3


@pytest.mark.parametrize("part", ["", "no base64!", "AAAA", base64.b64encode(b"x").decode()])
def test_a_damaged_file_is_refused(office: Office, part: str) -> None:
    """What is no packed file is told as such, and nothing is kept."""
    path = path_of(office)
    visitor = office.visitor("researcher")
    response = visitor.submit(f"{path}/", f"{path}/import", part=part, name="m.csv", outcome="")
    assert response.status_code == 422
    assert "damaged on its way" in text_of(response)


def test_packed_files_stay_within_bounds() -> None:
    """Any content comes back as it was; what blows up, or is too large to carry, does not."""
    content = bytes(range(256)) * 4_000
    assert unpacked(packed(content)) == content
    bomb = base64.b64encode(zlib.compress(b"0" * 1_000_000)).decode()
    assert unpacked([bomb], limit=10_000) is None
    import random

    with pytest.raises(TooLargeToCarry, match="engage metrics import"):
        packed(random.Random(1).randbytes(2_000_000))


def test_a_wave_is_removed_after_asking(office: Office) -> None:
    """Looking removes nothing; the button removes that wave only."""
    visitor, path = office.visitor("researcher"), path_of(office)
    confirm(visitor, path, check(visitor, path, FIRST))
    page = f"{path}/remove?wave=w1"
    assert page in visitor.get(f"{path}/").text
    assert "2 values of First wave" in text_of(visitor.get(page))
    assert kept(office).n == 3
    done = visitor.submit(page)
    assert "2 values were removed from First wave." in text_of(visitor.get(done.location))
    assert kept(office).wave.tolist() == ["w2"]
    assert visitor.get(f"{path}/remove?wave=w9").status_code == 404
    assert visitor.get(f"{path}/remove").status_code == 400


def test_nobody_else_reads_or_writes(office: Office) -> None:
    """Another researcher finds no such study; nothing is kept or removed without a token."""
    visitor, path = office.visitor("researcher"), path_of(office)
    shown = check(visitor, path, FIRST)
    stranger = office.visitor("foreign_researcher")
    assert stranger.get(f"{path}/").status_code == 404
    data = {name: hidden(shown.text, name) for name in ("name", "outcome", "part")}
    token = stranger.token("/account")
    assert stranger.post(f"{path}/import", data={**data, "csrf_token": token}).status_code == 404
    assert visitor.post(f"{path}/import", data=data).status_code == 400
    assert kept(office).n == 0
    confirm(visitor, path, shown)
    assert visitor.post(f"{path}/remove?wave=w1").status_code == 400
    assert kept(office).n == 3


def empty_weights() -> dict[str, object]:
    """The fields of weights, all left empty, as a browser sends them."""
    metrics = standard_metrics().metrics
    return {f"weight_{metric.id}": "" for metric in metrics if metric.weighable}


def test_weights_are_chosen(office: Office) -> None:
    """Equal, own and from a file; each is kept and named on the page of metrics."""
    visitor, path = office.visitor("researcher"), path_of(office)
    page = f"{path}/weights/"
    assert "standard weights" in text_of(visitor.get(f"{path}/"))
    assert visitor.submit(page, profile="equal").status_code == 302
    assert profile_of(study_of(office)).id == "equal"
    own = {**empty_weights(), "weight_likes": "3", "weight_reviews": "1,0"}
    visitor.submit(page, profile="own", **own)
    assert dict(profile_of(study_of(office)).weights) == {"likes": 0.75, "reviews": 0.25}
    assert "own weights" in text_of(visitor.get(f"{path}/"))
    shown = visitor.get(page).text
    assert re.search(r'name="weight_likes"[^>]*value="75"', shown)
    visitor.submit(page, profile="file", file=(io.BytesIO(b"reviews: 1\n"), "w.yaml"))
    assert dict(profile_of(study_of(office)).weights) == {"reviews": 1.0}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"profile": "own", "weight_likes": "many"}, "The weight of Likes, 'many', is no number"),
        ({"profile": "own", "weight_likes": "-1"}, "from 0 to"),
        ({"profile": "own"}, "No metric has a weight"),
        ({"profile": "file"}, "Choose a file with weights"),
        ({"profile": "golden"}, "Not a valid choice"),
        ({"profile": "file", "file": (io.BytesIO(b"replies: 1\n"), "w.yaml")}, "never netted"),
        ({"profile": "file", "file": (io.BytesIO(b"a: [\n"), "w.yaml")}, "is not YAML"),
    ],
)
def test_weights_that_cannot_be_used_are_told(
    office: Office, fields: dict[str, object], told: str
) -> None:
    """The reason stands on top of the page; the weights stay as they were."""
    sent = {**empty_weights(), **fields}
    response = office.visitor("researcher").submit(f"{path_of(office)}/weights/", **sent)
    assert response.status_code == 422
    assert told in text_of(response)
    assert profile_of(study_of(office)).id == "standard"
