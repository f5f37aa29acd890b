"""Every form and every link of those who sign in, with whatever may be sent to them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.survey_app.web.test_access import own_pages

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office, Visitor

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
ODD = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "north",
    "en",
    "../../etc/passwd",
    "=1+1",
    "<script>",
    "2026-02-30T25:61",
    "2026-03-29T02:30",
    "a" * 5000,
    "\u202e\u0000x",
    "{answer:nothing}",
    "{brand",
    "[]",
    "{}",
    "%00",
    "\ud7ff𝕏",
]
TEXTS = st.sampled_from(ODD) | st.text(max_size=60)
QUERIES = ("lang", "language", "wave", "page", "p", "c", "b", "q", "brand", "open", "paper", "sort")
FILES = st.sampled_from(
    [b"", b"\x00\xff", b"email\na@b", b"{}", b"id: x", b"PK\x03\x04", b"%PDF-1"]
)


@dataclass
class Sent:
    """A form of a page: where it goes, and its fields with what they hold."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page that change something."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Sent] = []
        self._open: Sent | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of forms and their fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._open = Sent(given.get("action") or self.address)
            self.found.append(self._open)
        elif self._open is not None and given.get("name"):
            if given.get("type") == "file":
                self._open.files.append(given["name"])
            elif tag in {"input", "select", "textarea", "button"}:
                self._open.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._open = None


def _forms(visitor: Visitor, addresses: list[str]) -> list[Sent]:
    found: dict[tuple[str, tuple[str, ...]], Sent] = {}
    for address in addresses:
        response = visitor.get(address)
        if response.mimetype != "text/html":
            continue
        collected = Forms(address)
        collected.feed(response.text)
        for form in collected.found:
            if not form.action.endswith("/sign-out"):
                found[form.action, tuple(name for name, _ in form.fields)] = form
    return list(found.values())


def _addresses(office: Office) -> list[str]:
    paths = {path for rule, method, path in own_pages(office) if method == "GET"}
    drafts = {path.replace(office.open_key, office.draft_key) for path in paths}
    return sorted(path for path in paths | drafts if "sign-out" not in path)


@pytest.mark.parametrize("person", ["researcher", "manager", "administrator"])
def test_no_form_of_those_who_sign_in_fails(office: Office, person: str) -> None:
    """Fields left out, repeated, or filled with anything are answered in words."""
    visitor = office.visitor(person)
    addresses = _addresses(office)
    forms = _forms(visitor, addresses)
    assert forms

    @settings(max_examples=120, deadline=None, suppress_health_check=QUIET, database=None)
    @given(st.data())
    def fuzz(data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(forms), "form")
        sent: dict[str, Any] = {}
        for name, usual in form.fields:
            if name == "csrf_token":
                sent[name] = usual
            elif data.draw(st.integers(0, 5), name) > 0:
                sent.setdefault(name, []).append(
                    data.draw(TEXTS if data.draw(st.booleans()) else st.just(usual))
                )
        for name in form.files:
            sent[name] = (io.BytesIO(data.draw(FILES)), data.draw(TEXTS) or "file.csv")
        status = visitor.post(form.action, data=sent).status_code
        assert status < 500, (form.action, sent, status)

    fuzz()


@pytest.mark.parametrize("person", ["researcher", "manager", "administrator"])
def test_no_link_of_those_who_sign_in_fails(office: Office, person: str) -> None:
    """Whatever stands behind the question mark is answered by a page or in words."""
    visitor = office.visitor(person)
    addresses = _addresses(office)

    @settings(max_examples=80, deadline=None, suppress_health_check=QUIET, database=None)
    @given(
        st.sampled_from(addresses),
        st.dictionaries(st.sampled_from(QUERIES), TEXTS, max_size=4),
    )
    def fuzz(address: str, query: dict[str, str]) -> None:
        status = visitor.get(address, query_string=query).status_code
        assert status < 500, (address, query, status)

    fuzz()
