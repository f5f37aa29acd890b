"""A logo from an SVG file of strangers: what is known to be harmless is drawn anew, nothing kept.

Shapes become paths in one coordinate system. Whatever is not on the lists here is refused by name:
scripts, references, styles, text, pictures, gradients, masks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

from reports.logos.brush import Brush, inherited
from reports.logos.model import LogoError, Shape, VectorLogo
from reports.logos.path_data import MOST_SEGMENTS
from reports.logos.svg_shapes import outline, plain_number
from reports.logos.transforms import IDENTITY, NUMBER, parsed, product, scale_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from reports.logos.transforms import Matrix

LARGEST_FILE = 200 * 1024
_MOST_ELEMENTS, _DEEPEST = 2_000, 30

_SVG = "{http://www.w3.org/2000/svg}"
_GROUPS = frozenset({"svg", "g"})
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_UNSEEN = frozenset({"title", "desc", "metadata"})
_GEOMETRY = frozenset(
    {
        "d",
        "points",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "width",
        "height",
        "viewBox",
        "preserveAspectRatio",
    }
)
_BRUSH = frozenset(
    {
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-opacity",
        "stroke-width",
        "opacity",
        "style",
        "color",
    }
)
_WITHOUT_EFFECT = frozenset(
    {
        "id",
        "class",
        "version",
        "baseProfile",
        "role",
        "lang",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "clip-rule",
        "shape-rendering",
        "color-rendering",
        "overflow",
        "image-rendering",
        "text-rendering",
        "enable-background",
        "transform",
    }
)
_ALLOWED = _GEOMETRY | _BRUSH | _WITHOUT_EFFECT


def svg_logo(content: bytes) -> VectorLogo:
    """The logo of an SVG file. Raises LogoError."""
    if len(content) > LARGEST_FILE:
        raise LogoError("The drawing is larger than 200 kB. Simplify it, or send it as PNG.")
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise LogoError(
            "The file is no drawing that can be read. Save it as plain SVG without a document type."
        ) from error
    if root.tag not in {f"{_SVG}svg", "svg"}:
        raise LogoError("The file is XML, but no SVG drawing.")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise LogoError(
            f"The drawing has more than {_MOST_ELEMENTS} elements. Simplify it, or send it as PNG."
        )
    left, top, width, height = _frame(root)
    start = _Context((1.0, 0.0, 0.0, 1.0, -left, -top), Brush(), 0)
    shapes = tuple(_shapes(root, start))
    if not shapes:
        raise LogoError("The drawing shows nothing: it has no filled or stroked shape.")
    if sum(len(shape.segments) for shape in shapes) > MOST_SEGMENTS:
        raise LogoError(
            f"The drawing has more than {MOST_SEGMENTS} segments. Simplify it, or send it as PNG."
        )
    return VectorLogo(width, height, shapes)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element takes from those around it."""

    matrix: Matrix
    brush: Brush
    depth: int


def _shapes(element: Element, around: _Context) -> Iterator[Shape]:
    name = _local_name(element)
    if name in _UNSEEN or name == "":
        return
    _check(element, name)
    attributes = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
    own = replace(
        around,
        matrix=product(around.matrix, _transform(name, attributes)),
        brush=inherited(around.brush, attributes),
        depth=around.depth + 1,
    )
    if own.depth > _DEEPEST:
        raise LogoError(f"The drawing nests more than {_DEEPEST} groups. Simplify it.")
    if name in _SHAPES:
        yield from _drawn(name, attributes, own)
        return
    for child in element:
        yield from _shapes(child, own)


def _drawn(name: str, attributes: dict[str, str], own: _Context) -> Iterator[Shape]:
    brush = own.brush
    segments = outline(name, attributes, own.matrix)
    if segments and (brush.fill or brush.stroke):
        width = brush.stroke_width * scale_of(own.matrix)
        # A line has no inside.
        fill = None if name == "line" else brush.seen_fill
        yield Shape(segments, fill, brush.seen_stroke, width, brush.fill_rule)


def _local_name(element: Element) -> str:
    """The name of an element of SVG; "" for those of drawing programs, which draw nothing."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag.startswith(_SVG):
        return tag.removeprefix(_SVG)
    return "" if tag.startswith("{") else tag


def _check(element: Element, name: str) -> None:
    if name == "defs" and not len(element):
        return
    if name not in _GROUPS | _SHAPES:
        raise LogoError(
            f"The drawing uses <{name[:30]}>, which a logo may not. Turn text and effects into "
            "paths of one colour and save as plain SVG, or send a PNG."
        )
    for key in element.attrib:
        outside = key.startswith("{") and "xlink" not in key
        if not outside and key not in _ALLOWED and not key.startswith(("data-", "aria-")):
            raise LogoError(
                f"<{name}> has the attribute {key[-40:]!r}, which a logo may not. Save the drawing "
                "as plain SVG, or send a PNG."
            )


def _transform(name: str, attributes: dict[str, str]) -> Matrix:
    if name == "svg" and ("x" in attributes or "y" in attributes):
        raise LogoError("The drawing holds a drawing within. Save it as plain SVG.")
    return parsed(attributes["transform"]) if "transform" in attributes else IDENTITY


def _frame(root: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown, in the units of the drawing."""
    box = [float(number) for number in NUMBER.findall(root.get("viewBox", ""))]
    if not box:
        box = [0.0, 0.0, *(plain_number(root.get(side, "")) for side in ("width", "height"))]
    left, top, width, height = box if len(box) == 4 else (0.0, 0.0, 0.0, 0.0)
    if not (1e-3 < width < 1e6 and 1e-3 < height < 1e6 and 1 / 30 < width / height < 30):
        raise LogoError(
            "The drawing does not say how large it is. Give its root a viewBox, for instance "
            "0 0 120 36."
        )
    return left, top, width, height
