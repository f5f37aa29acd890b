"""Colours and logos of the invented coffee houses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.services.looks import choose_colour, take_logo

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

_COLOURS = {"aurora": "#8a2f6b", "birch": "#f2b705", "copper": "#b4562b"}

_LOGOS = {
    "aurora": """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32">
<g fill="none" stroke-width="4"><path d="M4 28a14 20 0 0 1 28 0" stroke="#8a2f6b"/>
<path d="M11 28a7 11 0 0 1 14 0" stroke="#d9a13b"/></g>
<path d="M42 26h50v2H42zM42 16h34v4H42zM42 8h42v4H42z" fill="#8a2f6b"/></svg>""",
    "birch": """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 32">
<rect x="2" y="2" width="8" height="28" fill="#3a3a3a"/>
<path d="M2 9h4v2H2zM6 16h4v2H6zM2 23h4v2H2z" fill="#fff"/>
<ellipse cx="26" cy="16" rx="9" ry="13" transform="rotate(20 26 16)" fill="#6b4226"/>
<path d="M24 4q8 12 2 24" fill="none" stroke="#fff" stroke-width="2"/>
<circle cx="54" cy="16" r="12" fill="#f2b705"/></svg>""",
}


def add_looks(unit: UnitOfWork, study: Study) -> None:
    """Give three houses a colour and two a logo; the fourth keeps the look of all reports."""
    for code, colour in _COLOURS.items():
        choose_colour(study.brand(code), colour)
    for code, drawing in _LOGOS.items():
        take_logo(unit, study.brand(code), drawing.encode())
