"""With what a shape of an SVG is filled and stroked, inherited from the groups around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import ImageColor

from reports.logos.model import LogoError
from reports.logos.svg_shapes import plain_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.logos.model import FillRule

_PROPERTIES = frozenset(
    {
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-opacity",
        "stroke-width",
        "opacity",
        "color",
    }
)
_REFUSED = ("url(", "var(", "expression", "@", "\\", "/*")
_HIDING = {
    "display": "inline",
    "visibility": "visible",
    "clip-path": "none",
    "mask": "none",
    "filter": "none",
    "mix-blend-mode": "normal",
}


@dataclass(frozen=True, slots=True)
class Brush:
    """Colours as ``#rrggbb`` or None, and how much of each is seen, from 0 to 1."""

    fill: str | None = "#000000"
    stroke: str | None = None
    stroke_width: float = 1.0
    fill_rule: FillRule = "nonzero"
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    opacity: float = 1.0

    @property
    def seen_fill(self) -> str | None:
        """The colour of the inside on white paper."""
        return _on_white(self.fill, self.fill_opacity * self.opacity)

    @property
    def seen_stroke(self) -> str | None:
        """The colour of the outline on white paper."""
        if self.stroke_width <= 0:
            return None
        return _on_white(self.stroke, self.stroke_opacity * self.opacity)


def inherited(around: Brush, attributes: Mapping[str, str]) -> Brush:
    """The brush of an element by its attributes and its ``style``, which weighs more."""
    said = {name: attributes[name] for name in _PROPERTIES if name in attributes}
    said |= _declarations(attributes.get("style", ""))
    rule: FillRule = "evenodd" if said.get("fill-rule") == "evenodd" else "nonzero"
    return Brush(
        fill=_colour(said["fill"]) if "fill" in said else around.fill,
        stroke=_colour(said["stroke"]) if "stroke" in said else around.stroke,
        stroke_width=_number(said, "stroke-width", around.stroke_width),
        fill_rule=rule if "fill-rule" in said else around.fill_rule,
        fill_opacity=_share(said.get("fill-opacity", ""), around.fill_opacity),
        stroke_opacity=_share(said.get("stroke-opacity", ""), around.stroke_opacity),
        opacity=around.opacity * _share(said.get("opacity", ""), 1.0),
    )


def _number(said: Mapping[str, str], name: str, otherwise: float) -> float:
    return plain_number(said[name]) if name in said else otherwise


def _declarations(style: str) -> dict[str, str]:
    if any(word in style.casefold() for word in _REFUSED):
        raise LogoError("A style of the drawing refers to something else. Save it as plain SVG.")
    pairs = (line.partition(":") for line in style.split(";") if line.strip())
    found = {name.strip().casefold(): value.strip() for name, _, value in pairs}
    for name, harmless in _HIDING.items():
        if found.get(name, harmless) != harmless:
            raise LogoError(
                f"The drawing uses the style {name!r}. Flatten it and save as plain SVG."
            )
    return {name: value for name, value in found.items() if name in _PROPERTIES}


def _colour(text: str) -> str | None:
    text = text.strip()
    if text.casefold() in {"none", "transparent"}:
        return None
    if text.casefold() in {"currentcolor", "inherit"}:
        return "#000000"
    try:
        red, green, blue, *_ = ImageColor.getrgb(text)
    except ValueError:
        raise LogoError(
            f"The colour {text[:30]!r} is not one that a logo may use: gradients and patterns must "
            "become plain colours. Or send a PNG."
        ) from None
    return f"#{red:02x}{green:02x}{blue:02x}"


def _share(text: str, otherwise: float) -> float:
    text = text.strip()
    if not text:
        return otherwise
    value = plain_number(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    return min(1.0, max(0.0, value))


def _on_white(colour: str | None, share: float) -> str | None:
    if colour is None or share <= 0:
        return None
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - one) * share):02x}" for one in channels)
