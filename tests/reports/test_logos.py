"""Logos from strangers: what is harmless is drawn anew, everything else is refused by name."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from reports.logos.kept import PNG, SVG, kept, logo_from, logo_kept
from reports.logos.model import (
    HIGHEST,
    WIDEST,
    LogoError,
    RasterLogo,
    Segment,
    VectorLogo,
    size_in_points,
)
from reports.logos.path_data import segments
from reports.logos.raster_file import MOST_DOTS
from reports.logos.transforms import applied, parsed

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SQUARE = '<rect width="9" height="9"/>'


def svg(inside: str = SQUARE, root: str = 'viewBox="0 0 30 10"') -> bytes:
    """A drawing."""
    return f"{HEAD}{root}>{inside}</svg>".encode()


def raster(kind: str, size: tuple[int, int] = (300, 90), colour: object = (20, 40, 90)) -> bytes:
    """A picture of one colour."""
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind)
    return buffer.getvalue()


def shapes(inside: str) -> VectorLogo:
    """The drawing as it is taken."""
    found = logo_from(svg(inside))
    assert isinstance(found, VectorLogo)
    return found


REFUSED = {
    "script": "<script>alert(1)</script>",
    "image": '<image href="https://example.org/x.png"/>',
    "use": '<use xlink:href="#a"/>',
    "text": "<text>Brand</text>",
    "style": "<style>@import url(https://example.org/x.css);</style>",
    "foreignObject": "<foreignObject><p/></foreignObject>",
    "animate": '<animate attributeName="x"/>',
    "a": '<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "linearGradient": '<defs><linearGradient id="a"/></defs>',
    "onload": '<rect width="9" height="9" onload="alert(1)"/>',
    "href": '<rect width="9" height="9" href="https://example.org"/>',
    "filter": '<rect width="9" height="9" filter="url(#a)"/>',
    "refers": '<rect width="9" height="9" style="fill:url(https://example.org)"/>',
    "mask": '<rect width="9" height="9" style="mask:none;mask:x"/>',
    "url(#a)": '<rect width="9" height="9" fill="url(#a)"/>',
}


@pytest.mark.parametrize("named", REFUSED)
def test_what_could_do_or_load_something_is_refused(named: str) -> None:
    """The message names what is in the way."""
    with pytest.raises(LogoError) as refused:
        logo_from(svg(SQUARE + REFUSED[named]))
    assert named in str(refused.value) or named == "linearGradient"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>' + svg("<desc>&a;</desc>" + SQUARE),
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(),
        svg()[:-3],
        b"<html><svg></svg></html>",
        svg("<g>" * 60 + SQUARE + "</g>" * 60),
        svg(SQUARE * 2100),
        svg('<path d="M0 0' + "h1" * 21_000 + '"/>'),
        svg(SQUARE + " " * 210_000),
        svg(""),
        svg(root='viewBox="0 0 1e9 10"'),
        svg(root=""),
        svg('<rect width="1e308" height="1"/>'),
        svg('<path d="M0 0A1e-300 1e-300 0 0 1 9 9L1e9 1"/>'),
        svg('<g transform="rotate(1e400)"><rect width="9" height="9"/></g>'),
        svg('<g transform="scale(9999999)scale(9999999)"><rect width="9" height="9"/></g>'),
        svg('<path d="L0 0"/>'),
        svg('<path d="M0 0 nonsense"/>'),
        svg('<rect width="9" height="9" fill="white"/>'),
        b"GIF89a",
        b"",
    ],
)
def test_what_is_too_large_or_no_drawing_is_refused(content: bytes) -> None:
    """Every kind of broken or hostile drawing ends in an explained refusal."""
    with pytest.raises(LogoError):
        logo_from(content)


def test_shapes_become_paths_of_one_drawing() -> None:
    """Groups, transformations and inherited colours are worked into the paths."""
    logo = shapes(
        '<g transform="translate(2 1) scale(2)" fill="red" opacity=".5" style="stroke:#00F">'
        '<rect x="1" y="1" width="3" height="2" stroke-width="2"/></g>'
    )
    (shape,) = logo.shapes
    assert shape.fill == "#ff8080"
    assert shape.stroke == "#8080ff"
    assert shape.stroke_width == pytest.approx(4)
    corners = [segment.points[0] for segment in shape.segments if segment.points]
    assert corners == [(4, 3), (10, 3), (10, 7), (4, 7)]


def test_arcs_become_curves_on_the_circle() -> None:
    """A half circle of radius 10 passes its top, whichever way its flags are written."""
    for data in ("M0 0A10 10 0 0 1 20 0", "M0 0a10,10,0,0120,0"):
        made = segments(data)
        assert [one.kind for one in made] == ["M", "C", "C"]
        assert made[1].points[2] == pytest.approx((10, -10))
        assert made[2].points[2] == pytest.approx((20, 0))


def test_relative_and_smooth_commands_follow_the_pen() -> None:
    """h, v, s, q and t are taken relative to where the path has come."""
    made = segments("M1 1h2v3zm5 5q3 0 3 3t3 3c1 0 1 1 1 1s0 1 1 1")
    assert made[1:4] == (Segment("L", ((3, 1),)), Segment("L", ((3, 4),)), Segment("Z"))
    assert made[4] == Segment("M", ((6, 6),))
    ends = [one.points[-1] for one in made[5:]]
    assert ends == [(9, 9), (12, 12), (13, 13), (14, 14)]
    assert made[-1].points[0] == (13, 13)


def test_transformations_apply_from_the_right() -> None:
    """The first of a list is the outermost; a rotation may have a centre."""
    assert applied(parsed("translate(10,0) scale(2)"), (1, 1)) == (12, 2)
    assert applied(parsed("rotate(90 1 1)"), (2, 1)) == pytest.approx((1, 2))
    assert applied(parsed("matrix(1 0 0 -1 0 9)"), (2, 3)) == (2, 6)
    with pytest.raises(LogoError):
        parsed("perspective(3)")


@pytest.mark.parametrize(
    "content",
    [svg('<ellipse cx="9" cy="5" rx="6" ry="3" fill-rule="evenodd"/>'), raster("PNG")],
)
def test_what_is_kept_is_taken_again_unchanged(content: bytes) -> None:
    """Our own drawing of a logo is a logo that is drawn in the same way."""
    once, kind = kept(logo_from(content))
    assert kind in {SVG, PNG}
    assert kept(logo_kept(once, kind)) == (once, kind)


def test_a_kept_drawing_holds_nothing_of_the_file_but_shapes() -> None:
    """No identifier, title, comment or foreign name comes through."""
    inside = f'<!-- secret --><title>secret</title><g id="secret" data-x="secret">{SQUARE}</g>'
    content, _ = kept(logo_from(svg(inside)))
    assert b"secret" not in content
    assert content.count(b"<") == 3


def test_a_picture_loses_everything_but_its_dots() -> None:
    """Metadata go; it is made small; transparency becomes white paper; a JPEG becomes a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret")
    buffer = io.BytesIO()
    Image.new("RGBA", (3000, 900), (0, 0, 90, 128)).save(buffer, "PNG", pnginfo=info)
    logo = logo_from(buffer.getvalue())
    assert isinstance(logo, RasterLogo)
    assert b"secret" not in logo.png
    with Image.open(io.BytesIO(logo.png)) as picture:
        assert (picture.mode, picture.info) == ("RGB", {})
        assert picture.width <= 960
        assert picture.getpixel((5, 5)) == pytest.approx((127, 127, 172), abs=2)
    assert kept(logo_from(raster("JPEG")))[1] == PNG


def bomb() -> bytes:
    """A PNG whose head claims far more dots than its few bytes should ever become."""
    small = bytearray(raster("PNG"))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        raster("PNG", (MOST_DOTS + 1, 20)),
        raster("PNG", (8, 8)),
        raster("PNG")[:100],
        raster("PNG", colour=(255, 255, 255)),
        raster("PNG", colour=(0, 0, 0, 0)),
        b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000,
    ],
)
def test_pictures_that_cannot_be_taken_are_refused(content: bytes) -> None:
    """Bombs, broken files and what could not be seen on white."""
    with pytest.raises(LogoError):
        logo_from(content)


@pytest.mark.parametrize("box", [(300, 10), (10, 30), (120, 36)])
def test_a_logo_keeps_its_proportions_within_the_limits(box: tuple[float, float]) -> None:
    """Never wider than 120 points nor higher than 36."""
    width, height = size_in_points(VectorLogo(*box, ()))
    assert width / height == pytest.approx(box[0] / box[1])
    assert width == pytest.approx(WIDEST) or height == pytest.approx(HIGHEST)
    assert width <= WIDEST + 1e-9
    assert height <= HIGHEST + 1e-9
