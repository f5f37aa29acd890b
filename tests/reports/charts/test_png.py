"""Charts as pictures: the ink lies where paper and page have it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from reports.charts.errors import ChartInputError
from reports.charts.png import to_png
from reports.charts.primitives import Chart, Circle, Line, Polygon, Polyline, Rect, Text
from reports.charts.text_width import text_width
from tests.reports.chart_samples import HOSTILE, RUSSIAN, box
from tests.reports.charts.scorecard_samples import samples

MARGIN = 6.0
RED, BLUE, BLACK, WHITE = "#ff0000", "#0000ff", "#000000", "#ffffff"
ARABIC = "العلامة التجارية"
CHARTS = {name: chart for name, chart in samples().items() if name.endswith("_ru")}


def opened(chart, **options):
    """The picture that a reader of PNG files sees."""
    picture = Image.open(io.BytesIO(to_png(chart, **options)))
    picture.load()
    return picture


def colour(picture, x, y, scale=2.0):
    """The colour at a place given in points from the lower left of the chart."""
    pixel = (x + MARGIN) * scale, picture.height - (y + MARGIN) * scale
    return "#{:02x}{:02x}{:02x}".format(*picture.getpixel((int(pixel[0]), int(pixel[1]))))


def ink(picture, edges, scale=2.0):
    """The share of pixels within edges in points that are not white."""
    left, bottom, right, top = edges
    height = picture.height
    part = picture.crop(
        (
            int((left + MARGIN) * scale),
            int(height - (top + MARGIN) * scale),
            int((right + MARGIN) * scale),
            int(height - (bottom + MARGIN) * scale),
        )
    ).convert("L")
    return sum(part.histogram()[:250]) / (part.width * part.height)


def test_each_shape_lies_at_its_place():
    """Fills, outlines and lines are where their coordinates say, counted from the lower left."""
    shapes = (
        Rect(10, 10, 20, 10, fill=RED),
        Rect(50, 10, 20, 10, stroke=BLUE),
        Circle(20, 50, 8, fill=BLUE, stroke=BLACK),
        Circle(60, 50, 8, stroke=RED),
        Polygon(((90, 10), (110, 10), (100, 30)), fill=RED, stroke=BLACK),
        Line(90, 50, 110, 50, BLUE, 2.0),
        Line(90, 60, 110, 80, RED, 2.0),
        Polyline(((120, 10), (130, 10), (130, 80)), BLACK, 2.0),
    )
    picture = opened(Chart(140, 90, "T", "A", shapes))
    assert picture.size == ((140 + 12) * 2, (90 + 12) * 2)
    assert colour(picture, 20, 15) == colour(picture, 10.5, 10.5) == RED
    assert colour(picture, 9, 15) == colour(picture, 20, 21) == WHITE
    assert colour(picture, 60, 15) == WHITE
    assert ink(picture, (49, 10, 51, 20)) > 0.3
    assert colour(picture, 20, 50) == BLUE
    assert ink(picture, (27, 49, 29, 51)) > 0.4
    assert colour(picture, 60, 50) == colour(picture, 30, 50) == WHITE
    assert colour(picture, 100, 15) == RED
    assert colour(picture, 91, 25) == WHITE
    assert colour(picture, 100, 50) == BLUE
    assert colour(picture, 100, 70) == RED
    assert colour(picture, 92, 70) == WHITE
    assert colour(picture, 130, 40) == colour(picture, 125, 10) == BLACK


def test_dashes_go_on_round_corners():
    """Lengths on and off are counted along the whole stroke."""
    shapes = (
        Line(10, 10, 90, 10, BLACK, 2.0, (10, 10)),
        Polyline(((10, 30), (25, 30), (25, 60)), BLACK, 2.0, (10, 10)),
    )
    picture = opened(Chart(100, 70, "T", "A", shapes))
    assert [colour(picture, x, 10) for x in (15, 25, 35, 85)] == [BLACK, WHITE, BLACK, WHITE]
    assert [colour(picture, 25, y) for y in (32, 40, 50)] == [WHITE, BLACK, WHITE]


def test_lines_are_as_heavy_as_they_should_be():
    """The ink of level, upright and slanting lines is their length times their width."""
    for end in ((90, 10), (10, 90), (90, 90), (90, 40), (15, 90)):
        for width in (0.5, 1.2, 2.4):
            line = Line(10, 10, *end, BLACK, width)
            grey = opened(Chart(100, 100, "T", "A", (line,))).convert("L")
            dark = sum((255 - level) * n for level, n in enumerate(grey.histogram())) / 255 / 4
            length = ((end[0] - 10) ** 2 + (end[1] - 10) ** 2) ** 0.5
            assert dark == pytest.approx(length * width, rel=0.25)


@pytest.mark.parametrize("text", ["Engagement", RUSSIAN, HOSTILE, ARABIC, "▲ 63,2"])
@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_letters_fill_their_measured_width(text, anchor):
    """Words of any script begin and end where charts have measured them."""
    width = text_width(text, 9, True)
    x = {"start": 20.0, "middle": 20 + width / 2, "end": 20 + width}[anchor]
    picture = opened(Chart(width + 40, 40, "T", "A", (Text(x, 15, text, 9, BLACK, anchor, True),)))
    left, top, right, bottom = ImageChops.invert(picture.convert("L")).getbbox()
    assert left / 2 - MARGIN == pytest.approx(20, abs=2)
    assert right / 2 - MARGIN == pytest.approx(20 + width, abs=2)
    assert picture.height - bottom >= (15 - 3 + MARGIN) * 2
    assert top > (40 - 15 - 9) * 2


@pytest.mark.parametrize("name", CHARTS)
def test_every_word_of_a_chart_has_ink(name):
    """No text of any chart is missing from its picture, and nothing is drawn in the margin."""
    chart = CHARTS[name]
    picture = opened(chart)
    for shape in chart.primitives:
        if isinstance(shape, Text):
            assert ink(picture, box(shape)) > 0.1, shape.text
    inside = (MARGIN - 2, MARGIN - 2, chart.width + MARGIN + 2, chart.height + MARGIN + 2)
    grey = ImageChops.invert(picture.convert("L"))
    left, top, right, bottom = (edge / 2 for edge in grey.getbbox())
    assert left >= inside[0]
    assert right <= inside[2]
    assert bottom - top <= chart.height + 4


def test_title_and_alternative_text_stand_in_the_file():
    """A program that reads pictures aloud finds the words; the size on paper is that of the PDF."""
    chart = Chart(100, 50, f"Баллы {HOSTILE}", "Mean 61.0\x00", ())
    picture = opened(chart, scale=4.0)
    assert picture.text == {"Title": f"Баллы {HOSTILE}", "Description": "Mean 61.0□"}
    assert picture.info["dpi"] == pytest.approx((288, 288), abs=0.1)


def test_the_same_chart_gives_the_same_bytes():
    """Neither a date nor an order of drawing changes the file."""
    chart = next(iter(CHARTS.values()))
    assert to_png(chart) == to_png(chart)


def test_the_background_is_as_asked():
    """It lies behind the chart and around it."""
    picture = opened(Chart(10, 10, "T", "A", ()), background="#112233")
    assert picture.getcolors() == [(44 * 44, (17, 34, 51))]


@pytest.mark.parametrize("scale", [0, -1, 50])
def test_a_scale_that_makes_no_picture_is_refused(scale):
    """The message gives the size the picture would have."""
    with pytest.raises(ChartInputError, match=r"scale above 0 that gives at most 12000000"):
        to_png(Chart(500, 300, "T", "A", ()), scale=scale)
