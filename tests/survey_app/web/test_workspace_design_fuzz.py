"""No form of a study in the making can be sent so that a page fails, whatever is written in it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.survey_app.web.making import ABOUT, BRANDS, make_study
from tests.survey_app.web.test_workspace_design import OWN

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office

QUOTA = {"name": "Fans", "limit": "5"}
FORMS: dict[str, dict[str, Any]] = {
    "about": ABOUT,
    "brands": BRANDS,
    "consent": {"en": "Agree?", "ru": "Согласны?"},
    "questions/order": {"shuffle_items": "y", "instructed_item": "y", "instructed_after": "1"},
    "questions/add": {"instrument": "behaviour_checklist"},
    "questions/file": {"file": ""},
    "questions/own": OWN,
    "questions/undo": {"removed": ""},
    "questions/block/core_engagement": {"scales": "cognitive", "about": "brand"},
    "questions/block/core_engagement/wording": {"file": ""},
    "questions/block/core_engagement/short-form": {
        "scale": "cognitive",
        "metric": "trait",
        "standard_error": "0.4",
        "fewest_items": "1",
        "most_items": "",
        "file": "",
    },
    "questions/block/own_buys/own": {**OWN, "questions-0-before": "buys"},
    "questions/block/satisfaction/shown-if": {"item": "cog1", "values": "7"},
    "questions/block/satisfaction/shown-if/remove": {"item": "cog1"},
    "questions/block/satisfaction/match": {"match": "any"},
    "questions/block/satisfaction/move": {"to": "up"},
    "quotas/new": QUOTA,
    "quotas/quota/fans": QUOTA,
    "quotas/quota/fans/counts": {"item": "cog1", "values": "7"},
    "quotas/quota/fans/counts/remove": {"item": "cog1"},
}
"""Every form with what would be sent in it."""

NASTY = ["", "\x00", "\u202e", "\u200b", "{", "{answer:buys}", "9" * 400, "-1", "nan", "1e999", "²"]
VALUES = st.one_of(
    st.sampled_from([*NASTY, "cog1", "brand", "core_engagement", "<b>", "a\nb", "x" * 3000]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
PAGES = ("", "design/check", "design/questions/", "design/brands", "design/quotas/")


@pytest.fixture
def address(office: Office) -> str:
    """A whole draft with a question typed in and a quota."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    assert visitor.submit(f"{path}design/questions/own", **OWN).status_code == 302
    assert visitor.submit(f"{path}design/quotas/new", **QUOTA).status_code == 302
    return path


def test_whatever_is_written_in_a_form_no_page_fails(office: Office, address: str) -> None:
    """Any text or file in any field, fields left out or sent twice: taken or refused, and the draft
    can still be looked at."""
    visitor = office.visitor("researcher")
    token = visitor.token(f"{address}design/about")

    for form, usual in FORMS.items():
        for value in NASTY:
            filled = dict.fromkeys(usual, value)
            sent = visitor.post(f"{address}design/{form}", data={"csrf_token": token, **filled})
            assert sent.status_code in (200, 302, 400, 422), (form, value)

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.sampled_from(sorted(FORMS)), st.data())
    def send(form: str, data: st.DataObject) -> None:
        fields: dict[str, Any] = dict(FORMS[form])
        for name in data.draw(st.sets(st.sampled_from(sorted(fields)), min_size=1)):
            how = data.draw(st.sampled_from(["text", "twice", "file", "left out"]))
            value = data.draw(VALUES)
            if how == "left out":
                del fields[name]
            else:
                file = (BytesIO(value.encode()), data.draw(VALUES))
                fields[name] = {"text": value, "twice": [value, value], "file": file}[how]
        sent = visitor.post(f"{address}design/{form}", data={"csrf_token": token, **fields})
        assert sent.status_code in (200, 302, 400, 422), (form, fields)

    send()
    for page in PAGES:
        assert visitor.get(address + page).status_code == 200, page
