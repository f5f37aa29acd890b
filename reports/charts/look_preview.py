"""How titles, rules and charts of a scorecard will look in a brand's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.palette import BLUE, GRID, INK, MUTED
from reports.charts.primitives import Chart, Circle, Line, Text
from reports.charts.text_width import fit

if TYPE_CHECKING:
    from reports.look import Look

_WIDTH, _HEIGHT = 300.0, 92.0
_ROW = 13.0


def look_preview(look: Look, brand: str, words: tuple[str, str], title: str) -> Chart:
    """The top of a scorecard in small.

    `words` are a subtitle and the title of a section, `title` names the picture; what it shows is
    said by the colours, which the page prints beside it.
    """
    subtitle, section = words
    primitives = (
        Text(0, 76, fit(brand, _WIDTH, 15, bold=True), 15, INK, bold=True),
        Text(0, 62, fit(subtitle, _WIDTH, 8), 8, MUTED),
        Line(0, 52, _WIDTH, 52, look.rule, 2.0),
        Text(0, 33, fit(section, _WIDTH, 12, bold=True), 12, look.text, bold=True),
        Circle(3, _ROW + 2.5, 1.6, look.text),
        Line(11, _ROW + 2.5, _WIDTH, _ROW + 2.5, GRID, 4.0),
        Line(150, _ROW + 2.5, 210, _ROW + 2.5, BLUE, 1.5),
        Circle(180, _ROW + 2.5, 3.2, BLUE),
    )
    alt = f"{brand}. {section}. {look.text}, {look.rule}."
    return Chart(_WIDTH, _HEIGHT, title, alt, primitives)
