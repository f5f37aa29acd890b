"""Every mark of a PDF in points of its page: what another renderer must draw to draw the same."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
Colour = tuple[float, float, float]
Point = tuple[float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)
PAINTED = {b"S": (0, 1), b"f": (1, 0), b"f*": (1, 0), b"B": (1, 1), b"B*": (1, 1)}
TO_UNICODE = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4,})>")


@dataclass(frozen=True)
class Text:
    """A text in one font, its baseline starting at (x, y)."""

    x: float
    y: float
    sine: float
    cosine: float
    size: float
    font: str
    fill: Colour
    words: str


@dataclass(frozen=True)
class Shape:
    """A path: ``line``, ``rectangle``, ``polygon``, ``polyline``, ``circle`` or ``curve``.

    `parts` are the operators and points as they were drawn; a rectangle's are two corners, a
    circle's its middle and a point at its right.
    """

    kind: str
    parts: tuple[tuple[str, tuple[Point, ...]], ...]
    fill: Colour | None
    stroke: Colour | None
    width: float
    dash: tuple[float, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points in their order."""
        return tuple(point for _, points in self.parts for point in points)


@dataclass
class _State:
    matrix: Matrix = UNIT
    fill: Colour = (0, 0, 0)
    stroke: Colour = (0, 0, 0)
    width: float = 1
    dash: tuple[float, ...] = ()


@dataclass
class _Reader:
    """Follows a page's operators."""

    fonts: dict[str, tuple[str, dict[int, str]]]
    state: _State = field(default_factory=_State)
    kept: list[_State] = field(default_factory=list)
    parts: list[tuple[str, tuple[Point, ...]]] = field(default_factory=list)
    place: Point = (0, 0)
    font: tuple[str, float] = ("", 0)
    begun: bool = False
    marks: list[Text | Shape] = field(default_factory=list)

    def follow(self, operands: list[Any], operator: bytes) -> None:
        """Take one operator in."""
        name = _METHODS.get(operator)
        if name is not None:
            getattr(self, name)(*operands)
        elif operator in PAINTED:
            self._paint(*PAINTED[operator])
        elif operator in {b"m", b"l", b"c"}:
            numbers = [float(one) for one in operands]
            points = zip(numbers[::2], numbers[1::2], strict=True)
            self.parts.append((operator.decode(), tuple(self._at(*point) for point in points)))

    def _at(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.state.matrix
        return a * x + c * y + e, b * x + d * y + f

    def push(self) -> None:
        self.kept.append(_State(**vars(self.state)))

    def pop(self) -> None:
        self.state = self.kept.pop()

    def transform(self, *numbers: float) -> None:
        a, b, c, d, e, f = (float(number) for number in numbers)
        x, y = self._at(e, f)
        p, q, r, s, _, _ = self.state.matrix
        self.state.matrix = (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, x, y)

    def fill(self, *colour: float) -> None:
        self.state.fill = _rgb(colour)

    def stroke(self, *colour: float) -> None:
        self.state.stroke = _rgb(colour)

    def width(self, width: float) -> None:
        self.state.width = float(width) * abs(self.state.matrix[0])

    def dash(self, lengths: list[float], _phase: float) -> None:
        self.state.dash = tuple(float(length) for length in lengths)

    def rectangle(self, *numbers: float) -> None:
        x, y, wide, high = (float(number) for number in numbers)
        self.parts.append(("re", (self._at(x, y), self._at(x + wide, y + high))))

    def close(self) -> None:
        self.parts.append(("h", ()))

    def drop(self) -> None:
        """ReportLab begins every path by dropping what was not painted."""
        self.parts = []

    def begin_text(self) -> None:
        self.place = (0, 0)

    def move_text(self, x: float, y: float) -> None:
        self.place = (self.place[0] + float(x), self.place[1] + float(y))
        self.begun = True

    def set_text(self, *numbers: float) -> None:
        *_, x, y = (float(number) for number in numbers)
        self.place, self.begun = (x, y), True

    def choose(self, name: str, size: float) -> None:
        self.font = (name, float(size))

    def show(self, codes: Any) -> None:
        name, characters = self.fonts[self.font[0]]
        words = "".join(characters[code] for code in codes.original_bytes)
        if not self.begun:
            # Goes on where the last text ended, so the two are told apart by their fonts alone.
            last = self.marks[-1]
            assert isinstance(last, Text)
            self.marks.append(Text(last.x, last.y, 0, 1, -1, name, self.state.fill, words))
            return
        a, b, *_ = self.state.matrix
        scale = (a * a + b * b) ** 0.5
        x, y = self._at(*self.place)
        size = self.font[1] * scale
        text = Text(x, y, b / scale, a / scale, size, name, self.state.fill, words)
        self.marks.append(text)
        self.begun = False

    def _paint(self, filled: int, stroked: int) -> None:
        state = self.state
        kind, parts = _kind(self.parts)
        self.marks.append(
            Shape(
                kind,
                parts,
                state.fill if filled else None,
                state.stroke if stroked else None,
                state.width,
                state.dash,
            )
        )
        self.parts = []


_METHODS = {
    b"q": "push",
    b"Q": "pop",
    b"cm": "transform",
    b"rg": "fill",
    b"g": "fill",
    b"RG": "stroke",
    b"G": "stroke",
    b"w": "width",
    b"d": "dash",
    b"re": "rectangle",
    b"h": "close",
    b"n": "drop",
    b"BT": "begin_text",
    b"Td": "move_text",
    b"Tm": "set_text",
    b"Tf": "choose",
    b"Tj": "show",
}


def _kind(parts: list[tuple[str, tuple[Point, ...]]]) -> Any:
    operators = "".join(operator for operator, _ in parts)
    if operators == "re":
        return "rectangle", tuple(parts)
    if operators in {"mcccc", "mcccch"}:
        right, left = parts[0][1][0], parts[2][1][-1]
        middle = ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2)
        return "circle", (("o", (middle, right)),)
    if "c" in operators:
        return "curve", tuple(parts)
    if operators.endswith("h"):
        return "polygon", tuple(parts)
    return "line" if operators == "ml" else "polyline", tuple(parts)


def _rgb(colour: tuple[float, ...]) -> Colour:
    numbers = [float(part) for part in colour]
    red, green, blue = numbers * 3 if len(numbers) == 1 else numbers
    return red, green, blue


def marks(content: bytes) -> list[list[Text | Shape]]:
    """The marks of a report of ours, page by page, in the order of drawing."""
    reader = PdfReader(io.BytesIO(content))
    return [_marks(page, reader) for page in reader.pages]


def _marks(page: PageObject, reader: PdfReader) -> list[Text | Shape]:
    following = _Reader(_fonts(page))
    stream = ContentStream(page.get_contents(), reader)
    for operands, operator in stream.operations:
        following.follow(operands, operator)
    return _runs(following.marks)


def _runs(found: list[Text | Shape]) -> list[Text | Shape]:
    """Give runs that go on in another font a place of their own."""
    from reports.charts.text_width import text_width

    placed: list[Text | Shape] = []
    for mark in found:
        if isinstance(mark, Text) and mark.size < 0:
            before = placed[-1]
            assert isinstance(before, Text)
            wide = text_width(before.words, before.size, bold="Bold" in before.font)
            mark = Text(
                before.x + wide, before.y, 0, 1, before.size, mark.font, mark.fill, mark.words
            )
        placed.append(mark)
    return placed


def _fonts(page: PageObject) -> dict[str, tuple[str, dict[int, str]]]:
    found = {}
    for name, entry in page["/Resources"]["/Font"].items():
        font = entry.get_object()
        table = font["/ToUnicode"].get_object().get_data().decode()
        characters = {
            int(code, 16): bytes.fromhex(text).decode("utf-16-be")
            for code, text in TO_UNICODE.findall(table)
        }
        found[name] = (font["/BaseFont"].split("+")[1], characters)
    return found


def letters(content: bytes) -> Counter[str]:
    """How often each letter or sign stands in a PDF of any renderer, blanks apart."""
    pages = PdfReader(io.BytesIO(content)).pages
    return Counter("".join("".join(page.extract_text().split()) for page in pages))


def painted(content: bytes) -> int:
    """How many paths a PDF of any renderer paints."""
    reader = PdfReader(io.BytesIO(content))
    count = 0
    for page in reader.pages:
        operations = ContentStream(page.get_contents(), reader).operations
        count += sum(
            operator in PAINTED or operator in {b"b", b"b*", b"s"} for _, operator in operations
        )
    return count


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(content)).pages)
