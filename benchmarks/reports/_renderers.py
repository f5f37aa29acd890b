"""The same marks set by others, each as its own users would set them."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fontpkg_lato
from _marks import Colour, Point, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 595.28, 841.89
FONTS = Path(fontpkg_lato.ROOT) / "files"
BARE = "BareLato"
REGULAR = f"{BARE}-Regular"
"""The fonts of reports as ReportLab itself reads them."""


def bare_canvas(pages: Sequence[Sequence[Text | Shape]]) -> bytes:
    """ReportLab's canvas, untagged; states are set only where they change, as an expert would."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    _register_fonts()
    rl_config.useA85 = 0  # what our own renderer does without, too
    out = io.BytesIO()
    canvas = Canvas(out, (WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=REGULAR)
    for page in pages:
        pen = _Pen(canvas)
        for mark in page:
            pen.draw(mark)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for weight in ("Regular", "Bold"):
        registerFont(TTFont(f"{BARE}-{weight}", str(FONTS / f"Lato-{weight}.ttf")))


class _Pen:
    """Draws on a canvas and remembers what is set."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self.fill: Colour | None = None
        self.stroke: Colour | None = None
        self.width = 0.0
        self.dash: tuple[float, ...] = ()
        self.font = ("", 0.0)

    def draw(self, mark: Text | Shape) -> None:
        """Draw one mark."""
        if isinstance(mark, Text):
            self._text(mark)
        else:
            self._set(mark)
            self._shape(mark)

    def _text(self, text: Text) -> None:
        if text.fill != self.fill:
            self.fill = text.fill
            self.canvas.setFillColorRGB(*text.fill)
        name = text.font.replace("Lato", BARE)
        if self.font != (name, text.size):
            self.font = (name, text.size)
            self.canvas.setFont(name, text.size)
        if not text.sine:
            self.canvas.drawString(text.x, text.y, text.words)
            return
        self.canvas.saveState()
        self.canvas.transform(text.cosine, text.sine, -text.sine, text.cosine, text.x, text.y)
        self.canvas.drawString(0, 0, text.words)
        self.canvas.restoreState()

    def _set(self, shape: Shape) -> None:
        if shape.fill is not None and shape.fill != self.fill:
            self.fill = shape.fill
            self.canvas.setFillColorRGB(*shape.fill)
        if shape.stroke is None:
            return
        if shape.stroke != self.stroke:
            self.stroke = shape.stroke
            self.canvas.setStrokeColorRGB(*shape.stroke)
        if shape.width != self.width:
            self.width = shape.width
            self.canvas.setLineWidth(shape.width)
        if shape.dash != self.dash:
            self.dash = shape.dash
            self.canvas.setDash(list(shape.dash))

    def _shape(self, shape: Shape) -> None:
        how = {"fill": shape.fill is not None, "stroke": shape.stroke is not None}
        points = shape.points
        if shape.kind == "line":
            self.canvas.line(*points[0], *points[1])
        elif shape.kind == "rectangle":
            (left, bottom), (right, top) = points
            self.canvas.rect(left, bottom, right - left, top - bottom, **how)
        elif shape.kind == "circle":
            (x, y), (right, _) = points
            self.canvas.circle(x, y, right - x, **how)
        else:
            path = self.canvas.beginPath()
            methods = {"m": path.moveTo, "l": path.lineTo, "c": path.curveTo, "h": path.close}
            for operator, stretch in shape.parts:
                methods[operator](*(number for point in stretch for number in point))
            self.canvas.drawPath(path, **how)


def typst_source(pages: Sequence[Sequence[Text | Shape]]) -> bytes:
    """A typst document of its own primitives, each placed."""
    lines = [
        f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)",
        '#set document(title: "Scorecard")',
        '#set text(font: "Lato", top-edge: "baseline", bottom-edge: "baseline", lang: "en")',
        "#let t(x, y, s, w, c, body) = place(top + left, dx: x, dy: y,"
        " text(size: s, weight: w, fill: c, body))",
        "#let p(x, y, body) = place(top + left, dx: x, dy: y, body)",
    ]
    for number, page in enumerate(pages):
        if number:
            lines.append("#pagebreak()")
        lines += [_typst(mark) for mark in page]
    return "\n".join(lines).encode()


def _typst(mark: Text | Shape) -> str:
    if isinstance(mark, Text):
        weight = '"bold"' if "Bold" in mark.font else '"regular"'
        words = mark.words.replace("\\", "\\\\").replace('"', '\\"')
        place = f"{mark.x:.3f}pt, {HEIGHT - mark.y:.3f}pt"
        text = f'{mark.size:g}pt, {weight}, {_typst_colour(mark.fill)}, "{words}"'
        if not mark.sine:
            return f"#t({place}, {text})"
        size, weight, fill, words = text.split(", ", 3)
        inner = f"text(size: {size}, weight: {weight}, fill: {fill}, {words})"
        return f"#p({place}, rotate(-52deg, origin: top + left, {inner}))"
    return _typst_shape(mark)


def _typst_shape(shape: Shape) -> str:
    how = f"fill: {_typst_colour(shape.fill)}, stroke: {_typst_stroke(shape)}"
    points = [_down(point) for point in shape.points]
    if shape.kind == "line":
        (x, y), (to_x, to_y) = points
        end = f"end: ({to_x - x:.3f}pt, {to_y - y:.3f}pt)"
        return f"#p({x:.3f}pt, {y:.3f}pt, line({end}, stroke: {_typst_stroke(shape)}))"
    if shape.kind == "rectangle":
        (x, y), (to_x, to_y) = points
        left, top = min(x, to_x), min(y, to_y)
        size = f"width: {abs(to_x - x):.3f}pt, height: {abs(to_y - y):.3f}pt"
        return f"#p({left:.3f}pt, {top:.3f}pt, rect({size}, {how}))"
    if shape.kind == "circle":
        (x, y), (right, _) = points
        radius = right - x
        return f"#p({x - radius:.3f}pt, {y - radius:.3f}pt, circle(radius: {radius:.3f}pt, {how}))"
    moves = {"m": "move", "l": "line", "c": "cubic", "h": "close"}
    parts = ", ".join(
        f"curve.{moves[operator]}({', '.join(_typst_point(_down(point)) for point in stretch)})"
        for operator, stretch in shape.parts
    )
    return f"#p(0pt, 0pt, curve({how}, {parts}))"


def _typst_point(point: Point) -> str:
    return f"({point[0]:.3f}pt, {point[1]:.3f}pt)"


def _typst_colour(colour: Colour | None) -> str:
    return "none" if colour is None else f'rgb("{_code(colour)}")'


def _typst_stroke(shape: Shape) -> str:
    if shape.stroke is None:
        return "none"
    dash = f", dash: ({', '.join(f'{length:g}pt' for length in shape.dash)},)" if shape.dash else ""
    return f"(paint: {_typst_colour(shape.stroke)}, thickness: {shape.width:g}pt{dash})"


def _down(point: Point) -> Point:
    """A point counted from the top of the page."""
    return point[0], HEIGHT - point[1]


def _code(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


@cache
def _typst_fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def typst(source: bytes) -> bytes:
    """One compilation; the fonts were looked up before."""
    import typst as compiler

    return bytes(compiler.compile(source, format="pdf", font_paths=_typst_fonts()))


@cache
def _matplotlib_fonts() -> dict[str, Any]:
    from matplotlib import font_manager

    return {
        name: font_manager.FontProperties(fname=str(FONTS / f"{name}.ttf"))
        for name in ("Lato-Regular", "Lato-Bold")
    }


def matplotlib(pages: Sequence[Sequence[Text | Shape]]) -> bytes:
    """A figure for each page, with artists for its marks."""
    import matplotlib as library

    library.use("pdf")
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with library.rc_context({"pdf.fonttype": 42}), PdfPages(out) as paper:
        for page in pages:
            figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
            axes.axis("off")
            for mark in page:
                _matplotlib(axes, mark)
            paper.savefig(figure)
    return out.getvalue()


def _matplotlib(axes: Any, mark: Text | Shape) -> None:
    if isinstance(mark, Text):
        font = _matplotlib_fonts()[mark.font]
        words = mark.words.replace("$", r"\$")
        how = {"size": mark.size, "color": mark.fill, "va": "baseline"}
        if mark.sine:
            how |= {"rotation": 52, "rotation_mode": "anchor"}
        axes.text(mark.x, mark.y, words, fontproperties=font, **how)
        return
    from matplotlib.lines import Line2D

    if mark.kind in {"line", "polyline"}:
        across, up = zip(*mark.points, strict=True)
        line = Line2D(across, up, color=mark.stroke, linewidth=mark.width)
        if mark.dash:
            line.set_dashes([length / mark.width for length in mark.dash])
        axes.add_line(line)
        return
    axes.add_patch(_patch(mark))


def _patch(shape: Shape) -> Any:
    from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
    from matplotlib.path import Path as Outline

    how = {
        "facecolor": shape.fill or "none",
        "edgecolor": shape.stroke or "none",
        "linewidth": shape.width if shape.stroke else 0,
    }
    points = shape.points
    if shape.kind == "rectangle":
        (left, bottom), (right, top) = points
        return Rectangle((left, bottom), right - left, top - bottom, **how)
    if shape.kind == "circle":
        (x, y), (right, _) = points
        return Circle((x, y), right - x, **how)
    if shape.kind == "polygon":
        return Polygon(points, closed=True, **how)
    codes = {"m": [Outline.MOVETO], "l": [Outline.LINETO], "c": [Outline.CURVE4] * 3}
    outline = [(operator, stretch) for operator, stretch in shape.parts if operator != "h"]
    vertices = [point for _, stretch in outline for point in stretch]
    return PathPatch(Outline(vertices, [code for op, _ in outline for code in codes[op]]), **how)
