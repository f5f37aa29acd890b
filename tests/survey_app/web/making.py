"""Studies made through the pages of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Visitor

ABOUT: dict[str, Any] = {
    "title": "Two cafés",
    "languages": ["en", "ru"],
    "mode": "anonymous",
    "repeats": "cookie",
    "population": "Guests of two cafés",
    "sponsor": "The guild",
}
BRANDS: dict[str, Any] = {
    "brands-0-code": "",
    "brands-0-name_en": "Bean & Leaf",
    "brands-0-name_ru": "Зерно и лист",
    "brands-1-code": "kettle",
    "brands-1-name_en": "Kettle",
    "brands-1-name_ru": "Чайник",
    "brands-2-code": "",
    "brands-2-name_en": "",
    "brands-2-name_ru": "",
    "question": "one",
    "most": "2",
}
CONSENT = {
    "en": "Run by the café guild.\r\n\r\nAsk guild@example.org.",
    "ru": "Опрос проводит гильдия.",
}
ASKED = ("core_engagement", "satisfaction", "switching_intention")


def begin_study(visitor: Visitor, **changes: Any) -> str:
    """A draft without questions; its address."""
    response = visitor.submit("/studies/new", **{**ABOUT, **changes})
    assert response.status_code == 302, response.text
    return str(response.location)


def make_study(
    visitor: Visitor, *instruments: str, brands: dict[str, Any] | None = None, **about: Any
) -> str:
    """A draft with everything that it needs to be opened; its address."""
    path = begin_study(visitor, **about)
    languages = {**ABOUT, **about}["languages"]
    visitor.submit(f"{path}design/brands", **(brands or BRANDS))
    for instrument in instruments or ASKED:
        added = visitor.submit(f"{path}design/questions/add", instrument=instrument)
        assert added.status_code == 302, added.text
    visitor.submit(f"{path}design/consent", **{code: CONSENT[code] for code in languages})
    return path
