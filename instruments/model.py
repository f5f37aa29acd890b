"""What is asked: an instrument and its parts, frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FormatKind = Literal["agreement", "frequency", "semantic_differential", "rating", "choice", "text"]
WordingOrigin = Literal["project", "licensed", "public_domain"]
FigureOrigin = Literal["publication", "data"]
ScaleKind = Literal["dimension", "outcome", "checklist", "background", "open"]
Favourable = Literal["high", "low"]
TypologyKind = Literal["groups", "degrees", "steps"]
ClassRule = Literal["any", "all", "count", "none"]

PIPED_ANSWER = re.compile(r"\{answer:([a-z][a-z0-9_]{0,39})\}")
"""Stands in a wording for the answer to an earlier item."""


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """How an item is answered: consecutive integers from `minimum` to `maximum`.

    `labels[language][value]` is the wording of a point; formats that word their ends only
    (``rating``) name just those. A ``semantic_differential`` takes its ends from the item's poles.
    The points of a ``choice`` have no order. A ``text`` is answered in words, of at least `minimum`
    and at most `maximum` letters.
    """

    id: str
    kind: FormatKind
    minimum: int
    maximum: int
    labels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def values(self) -> range:
        """All answers that may be given; of a text, how long it may be."""
        return range(self.minimum, self.maximum + 1)

    @property
    def in_words(self) -> bool:
        """True where the answer is a text of the respondent's own."""
        return self.kind == "text"

    def wording_of(self, value: int) -> dict[str, str]:
        """The wording of a point by language; empty where it has none."""
        return {
            language: points[value] for language, points in self.labels.items() if value in points
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `text[language]` may hold ``{brand}``; a semantic differential has
    `poles[language] = (left, right)`, left standing at the minimum of the format.

    `topic` is our own short English name of what is asked, shown where no wording is at hand.
    """

    id: str
    topic: str
    text: Mapping[str, str] = field(default_factory=dict)
    poles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reversed: bool = False

    def wording(self, language: str, brand: str = "") -> str:
        """The full wording in a language with the brand's name piped in; the topic where the
        wording is not shipped."""
        if language in self.poles:
            return " – ".join(self.poles[language])
        return self.text.get(language, self.topic).replace("{brand}", brand)


@dataclass(frozen=True, slots=True)
class Scale:
    """Items that are asked together.

    Parameters
    ----------
    kind : ``dimension`` of engagement; ``outcome``, which engagement is set beside; ``checklist``,
        which is asked and exported, but never scored or factor-analysed; ``background``, which
        describes the respondent; ``open``, which is answered in words.
    favourable : which end of the score is good news.
    """

    id: str
    name: Mapping[str, str]
    format: ResponseFormat
    items: tuple[Item, ...]
    intro: Mapping[str, str] = field(default_factory=dict)
    kind: ScaleKind = "dimension"
    favourable: Favourable = "high"

    @property
    def outcome(self) -> bool:
        """True for what engagement is set beside."""
        return self.kind == "outcome"

    @property
    def scored(self) -> bool:
        """True where the items become a score."""
        return self.kind in ("dimension", "outcome")


@dataclass(frozen=True, slots=True)
class TypologyClass:
    """One class of a typology: who belongs to it, by their answers to some items.

    Parameters
    ----------
    at_least : answer from which an item counts.
    rule : ``any`` of the items must count, ``all`` of them, ``none``, or at least `count`.
    meaning : what people of the class do, in a few words by language; empty where the name says it.
    doubt : what speaks against measuring it so, by language; empty where nothing does.
    """

    id: str
    name: Mapping[str, str]
    items: tuple[str, ...]
    at_least: int
    rule: ClassRule = "any"
    count: int | None = None
    meaning: Mapping[str, str] = field(default_factory=dict)
    doubt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typology:
    """A way of sorting people by what they do.

    Parameters
    ----------
    kind : ``groups`` may overlap; of ``degrees`` the highest reached counts; ``steps`` are a
        funnel, where a later step supposes the earlier ones.
    source : the publication that it follows.
    classes : in order, the lowest degree and the first step first.
    """

    id: str
    name: Mapping[str, str]
    kind: TypologyKind
    source: str
    classes: tuple[TypologyClass, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the structure was published. `doi` is None where nobody has checked one.

    `languages` are those in which the publication tested the wording; None where it tested none
    that is used here, or where nobody has checked.
    """

    text: str
    doi: str | None = None
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A known figure about an instrument; `value` is None where nobody has checked it.

    `origin` is ``publication`` for a figure that stands in the publication, ``data`` for one that
    was computed from answers. `item` is named for a figure of one item, such as a ``loading``.
    """

    statistic: str
    scale: str | None
    value: float | None
    n: int | None
    source: str
    origin: FigureOrigin = "data"
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire as data: scales in the order in which they are asked."""

    id: str
    version: str
    name: Mapping[str, str]
    languages: tuple[str, ...]
    scales: tuple[Scale, ...]
    citation: Citation
    licence: str
    wording: WordingOrigin
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    typologies: tuple[Typology, ...] = ()

    def items(self) -> Iterator[Item]:
        """All items in the order in which they are asked."""
        for scale in self.scales:
            yield from scale.items

    @property
    def published_languages(self) -> tuple[str, ...]:
        """Languages of which a publication speaks for this very wording; none for wording that the
        project, or a team of its own, has written."""
        return () if self.wording == "project" else self.citation.languages or ()

    def is_worded(self, language: str) -> bool:
        """True when every item can be shown to a respondent in the language."""
        return all(language in item.text or language in item.poles for item in self.items())
