"""How a logo is kept and handed out: our own drawing of it, never the file that came."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from reports.charts.palette import WHITE, contrast
from reports.logos.model import LogoError, RasterLogo, VectorLogo
from reports.logos.raster_file import kept_raster_logo, raster_logo
from reports.logos.svg_file import svg_logo

if TYPE_CHECKING:
    from reports.logos.model import Logo, Shape

PNG, SVG = "image/png", "image/svg+xml"
_FAINTEST = 1.35
"""Contrast against white paper that some part of a drawing must reach."""


def logo_from(content: bytes) -> Logo:
    """The logo of a PNG, JPEG or SVG file, told apart by what the file holds. Raises LogoError."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" or content[:3] == b"\xff\xd8\xff":
        return raster_logo(content)
    if b"<svg" not in content[:4096]:
        raise LogoError("The file is no PNG, JPEG or SVG.")
    drawing = svg_logo(content)
    colours = {colour for one in drawing.shapes for colour in (one.fill, one.stroke) if colour}
    if all(contrast(colour, WHITE) < _FAINTEST for colour in colours):
        raise LogoError("The logo could not be seen on white paper. Send a darker version.")
    return drawing


def kept(logo: Logo) -> tuple[bytes, str]:
    """The content and the media type to keep."""
    if isinstance(logo, RasterLogo):
        return logo.png, PNG
    return _drawing(logo).encode(), SVG


def logo_kept(content: bytes, media_type: str) -> Logo:
    """The logo that `kept` wrote."""
    return kept_raster_logo(content) if media_type == PNG else svg_logo(content)


def _drawing(logo: VectorLogo) -> str:
    size = f'viewBox="0 0 {logo.width:.6g} {logo.height:.6g}"'
    shapes = "".join(map(_element, logo.shapes))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shapes}</svg>'


def _element(shape: Shape) -> str:
    path = "".join(
        one.kind + " ".join(f"{value:.6g}" for point in one.points for value in point)
        for one in shape.segments
    )
    look = f' fill="{escape(shape.fill or "none")}"'
    if shape.fill_rule == "evenodd":
        look += ' fill-rule="evenodd"'
    if shape.stroke:
        look += f' stroke="{escape(shape.stroke)}" stroke-width="{shape.stroke_width:.6g}"'
    return f'<path d="{path}"{look}/>'
