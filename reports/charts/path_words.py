"""What a path diagram says in words: notes, legend and alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.curves import arrow_head
from reports.charts.palette import BLUE, MARK_GREY, VERMILLION
from reports.charts.primitives import Line
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from reports.charts.legend import Key
    from reports.charts.path_model import PathLoading, PathModel
    from reports.charts.primitives import Primitive
    from reports.format import Formatter
    from reports.wording import Catalogue

DASH = (4.0, 2.5)
"""Dashes of a negative path, on and off, in points."""


class PathWords:
    """The words of one model in one language; intervals are of `level`."""

    def __init__(self, model: PathModel, level: float, language: str) -> None:
        self.model = model
        self.level = level
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)

    def note(self, path: PathLoading, intervals: bool) -> str:
        """Return what is printed after a loading: its interval, or that it passes 1."""
        if not intervals:
            return ""
        if path.beyond_one:
            return self.words("path.heywood")
        if path.lower is None or path.upper is None:
            return ""
        return self.figures.estimate(path.value, path.lower, path.upper).partition(" ")[2]

    def notes(self) -> list[str]:
        """Return what is said below about figures that cannot be."""
        notes = []
        beyond = [path for path in self.model.loadings if path.beyond_one]
        if beyond:
            named = (
                self.words(
                    "path.loading",
                    item=self.model.name(path.item),
                    value=self.figures.coefficient(path.value),
                )
                for path in beyond
            )
            notes.append(self.words("path.heywood_note", loadings=", ".join(named)))
        if any(abs(value) > 1 for _, _, value in self.model.correlations):
            notes.append(self.words("path.correlation_note"))
        return notes

    def legend(self) -> list[tuple[str, Key]]:
        """Return the names of what is drawn with their keys."""
        entries: list[tuple[str, Key]] = [(self.words("path.positive"), _positive_key)]
        if any(path.value < 0 for path in self.model.loadings):
            entries.append((self.words("path.negative"), _negative_key))
        if self.model.correlations:
            entries.append((self.words("path.correlation"), _correlation_key))
        return entries

    def alt(self) -> str:
        """The diagram in words: every factor's loadings with intervals, then the correlations."""
        sentences = [self.words(f"path.{self.model.kind.replace('-', '_')}", **self._counts())]
        named = [*self.model.factors, *([self.model.general] if self.model.general else [])]
        for name in named:
            paths = [path for path in self.model.loadings if path.factor == name]
            said = "; ".join(self._loading_words(path) for path in paths)
            sentences.append(self.words("path.factor", factor=self.model.name(name), loadings=said))
        for one, other, value in self.model.correlations:
            said = self.figures.coefficient(value)
            sentences.append(
                self.words(
                    "path.joined",
                    one=self.model.name(one),
                    other=self.model.name(other),
                    value=said,
                )
            )
        return " ".join(f"{sentence}." for sentence in sentences)

    def _counts(self) -> dict[str, object]:
        return {
            "factors": self.words("path.factors", count=len(self.model.factors)),
            "items": self.words("path.items", count=len(self.model.by_item)),
            "general": self.model.name(self.model.general or ""),
        }

    def _loading_words(self, path: PathLoading) -> str:
        value = self.figures.coefficient(path.value)
        words = self.words("path.loading", item=self.model.name(path.item), value=value)
        if path.lower is not None and path.upper is not None:
            ends = self.figures.coefficient(path.lower), self.figures.coefficient(path.upper)
            level = self.figures.number(self.level * 100, 0)
            interval = self.figures.between(*ends)
            words = self.words("path.interval", loading=words, level=level, interval=interval)
        return f"{words} ({self.words('path.heywood')})" if path.beyond_one else words


def _positive_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 13, y, BLUE, 2), arrow_head((x + 18, y), BLUE, rightwards=True)]


def _negative_key(x: float, y: float) -> list[Primitive]:
    tip = arrow_head((x + 18, y), VERMILLION, rightwards=True)
    return [Line(x, y, x + 13, y, VERMILLION, 2, DASH), tip]


def _correlation_key(x: float, y: float) -> list[Primitive]:
    return [
        Line(x + 4, y, x + 14, y, MARK_GREY, 1.2),
        arrow_head((x, y), MARK_GREY, rightwards=False, length=4.5),
        arrow_head((x + 18, y), MARK_GREY, rightwards=True, length=4.5),
    ]
