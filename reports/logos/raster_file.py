"""A logo of dots from a file of strangers: opened under limits, made anew as plain PNG."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from reports.logos.model import HIGHEST, WIDEST, LogoError, RasterLogo

LARGEST_FILE = 1024 * 1024
MOST_DOTS = 4000
"""Dots that a side may have."""

_DOTS_PER_POINT = 8
_SMALLEST = 16
_FAINTEST = 215
"""Of 255: lightness that some dot of a logo must stay below to be seen on white paper."""


def raster_logo(content: bytes) -> RasterLogo:
    """The logo of a PNG or JPEG file, on white, without whatever else the file held.

    Raises
    ------
    LogoError
        no such file, too large, too small, or not to be seen on white.
    """
    if len(content) > LARGEST_FILE:
        raise LogoError("The picture is larger than 1 MB. Save it smaller.")
    try:
        with warnings.catch_warnings():
            # Whatever Pillow warns of; other threads may warn of other things meanwhile.
            warnings.filterwarnings("error", module=r"PIL\.")
            picture = _on_white(content)
    except LogoError:
        raise
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise LogoError(
            "The file is no picture that can be opened. Send a PNG, a JPEG or an SVG."
        ) from error
    if picture.convert("L").getextrema()[0] > _FAINTEST:  # type: ignore[operator]
        raise LogoError("The logo could not be seen on white paper. Send a darker version.")
    return _written(picture)


def kept_raster_logo(png: bytes) -> RasterLogo:
    """A logo that `raster_logo` made before."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        return RasterLogo(*picture.size, png)


def _on_white(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
        # Known from the head of the file, before anything is unpacked.
        if max(picture.size) > MOST_DOTS:
            raise LogoError(
                f"The picture has {picture.width} × {picture.height} dots; {MOST_DOTS} × "
                f"{MOST_DOTS} is the most. Save it smaller."
            )
        if min(picture.size) < _SMALLEST:
            raise LogoError(f"The picture is smaller than {_SMALLEST} × {_SMALLEST} dots.")
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    whole = Image.alpha_composite(paper, upright).convert("RGB")
    whole.thumbnail(
        (round(WIDEST * _DOTS_PER_POINT), round(HIGHEST * _DOTS_PER_POINT)),
        Image.Resampling.LANCZOS,
    )
    return whole


def _written(picture: Image.Image) -> RasterLogo:
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", optimize=True)
    return RasterLogo(*plain.size, buffer.getvalue())
