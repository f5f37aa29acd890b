"""Charts on a page with a strict content policy."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.primitives import Chart, Circle, Line, Polygon, Polyline, Rect, Text
from reports.charts.svg import to_svg
from tests.reports.chart_samples import HOSTILE, samples

CHARTS = samples()
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "g", "line", "rect", "circle", "polygon", "polyline", "text"}


def parsed(svg: str) -> ElementTree.Element:
    """The markup as a strict reader sees it."""
    return ElementTree.fromstring(svg.encode())  # noqa: S314 our own markup


@pytest.mark.parametrize("name", CHARTS)
def test_svg_is_plain_drawing(name):
    """The markup parses and has neither style, script, link nor event attributes."""
    root = parsed(to_svg(CHARTS[name], id_prefix="chart-1"))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ALLOWED
        forbidden = {"style", "href", "src"} & set(element.attrib)
        assert not forbidden
        assert not any(attribute.startswith("on") for attribute in element.attrib)


@pytest.mark.parametrize("name", CHARTS)
def test_svg_says_what_the_chart_says(name):
    """Title, description and every text arrive unchanged, named by unique ids."""
    chart = CHARTS[name]
    root = parsed(to_svg(chart, id_prefix="a"))
    assert root.attrib["role"] == "img"
    named = {
        element.attrib["id"]: element.text for element in root.iter() if "id" in element.attrib
    }
    assert [named[key] for key in root.attrib["aria-labelledby"].split()] == [
        chart.title,
        chart.alt,
    ]
    texts = [shape.text for shape in chart.primitives if isinstance(shape, Text)]
    assert [element.text for element in root.iter(f"{SVG}text")] == texts


def test_hostile_words_stay_words():
    """Tags and quotes in a label, a title or a description are escaped."""
    chart = Chart(100, 20, HOSTILE, HOSTILE, (Text(0, 5, HOSTILE),))
    svg = to_svg(chart, id_prefix="x")
    assert "<script" not in svg
    assert "<b>" not in svg
    assert parsed(svg).find(f".//{SVG}text").text == HOSTILE


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text())
def test_any_outside_text_makes_well_formed_svg(title, label):
    """Control characters and lone surrogates never break the markup."""
    chart = Chart(100, 20, title, label, (Text(0, 5, label),))
    parsed(to_svg(chart, id_prefix="x"))


def test_the_drawing_has_its_origin_at_the_lower_left():
    """Heights are turned over, since a page counts downwards and a chart upwards."""
    shapes = (
        Rect(10, 20, 30, 5, fill="#ffffff"),
        Circle(10, 20, 3, stroke="#000000"),
        Line(0, 0, 100, 50, "#000000", dash=(3, 2)),
        Polygon(((0, 0), (10, 0), (5, 50)), fill="#000000"),
        Polyline(((0, 50), (10, 0)), "#000000"),
        Text(100, 0, "end", anchor="end", bold=True),
    )
    root = parsed(to_svg(Chart(100, 50, "T", "A", shapes), id_prefix="x"))
    assert root.attrib["viewBox"] == "0 0 100 50"
    assert root.find(f".//{SVG}rect").attrib["y"] == "25"
    assert root.find(f".//{SVG}circle").attrib["fill"] == "none"
    assert root.find(f".//{SVG}line").attrib["y2"] == "0"
    assert root.find(f".//{SVG}line").attrib["stroke-dasharray"] == "3 2"
    assert root.find(f".//{SVG}polygon").attrib["points"] == "0,50 10,50 5,0"
    assert root.find(f".//{SVG}polyline").attrib["fill"] == "none"
    text = root.find(f".//{SVG}text").attrib
    assert (text["text-anchor"], text["font-weight"], text["y"]) == ("end", "700", "50")


def test_text_keeps_its_width_on_paper():
    """Each text carries its measured width, so another font cannot make texts overlap."""
    svg = to_svg(CHARTS["scree"], id_prefix="x")
    texts = [text for text in re.findall(r"<text[^>]*>[^<]+", svg) if len(text.split(">")[1]) > 1]
    assert texts
    assert all('textLength="' in text for text in texts)


@pytest.mark.parametrize("prefix", ["", "1a", "a b", 'x" onload="y', "тест"])
def test_an_id_that_is_no_plain_name_is_refused(prefix):
    """Ids go into attributes unescaped, so only plain names are taken."""
    with pytest.raises(ValueError, match="id_prefix"):
        to_svg(CHARTS["scree"], id_prefix=prefix)
