"""A questionnaire in the making, laid out: what is asked where, and what a rule may ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from instruments.texts import in_english
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.languages import english_name
from survey_app.domain.page import pages
from survey_app.domain.questionnaire import BRAND, CHANNEL, LANGUAGE, read_design

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from instruments.model import Instrument, Item, ResponseFormat, Scale
    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Block, Design

CHANNELS = {
    "web": "A link",
    "qr": "A QR code",
    "invitation": "An invitation by mail",
    "kiosk": "A kiosk",
    "paper": "Paper",
}
"""Ways to the questionnaire that a rule may ask for."""

_LONGEST_NAME = 80
_FILLED_IN = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Choosable:
    """What a condition may ask for: its name and the label of each value it can have. `block` is
    the one that asks it, empty for the brand, the language and the channel."""

    id: str
    name: str
    values: Mapping[int | str, str]
    block: str = ""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A questionnaire whose blocks all name what is there.

    Parameters
    ----------
    content : as `Study.content` gives it.
    pages : all that a respondent may be shown; empty where a block names what is not there.
    """

    content: Mapping[str, Any]
    instruments: Mapping[str, Instrument]
    design: Design
    pages: tuple[Page, ...] = ()

    def block_name(self, block: Block) -> str:
        """What a block is called for those who make the study."""
        instrument = self.instruments.get(block.instrument)
        if instrument is None:
            return block.instrument
        name = in_english(instrument.name)
        if not block.scales or len(block.scales) == len(instrument.scales):
            return name
        asked = (in_english(scale.name) for scale in self.scales_of(block))
        return f"{name}: {', '.join(asked)}"

    def scales_of(self, block: Block) -> list[Scale]:
        """The scales that a block asks, in order, those that are there."""
        known = {scale.id: scale for scale in self.instruments[block.instrument].scales}
        return [known[name] for name in block.scales or known if name in known]

    def facts(self) -> list[Choosable]:
        """Brand, language and channel."""
        brands = {each["code"]: _brand_name(each) for each in self.content["brands"]}
        languages = {code: english_name(code) for code in self.content["languages"]}
        facts = {
            BRAND: ("Brand asked about", brands),
            LANGUAGE: ("Language", languages),
            CHANNEL: ("How they came", CHANNELS),
        }
        return [Choosable(name, told, {**values}) for name, (told, values) in facts.items()]

    def choosable(self, before: str | None = None) -> dict[str, Choosable]:
        """All that a condition may ask for by identifier: of a block what is answered before it,
        for a quota what is answered anywhere."""
        found = {fact.id: fact for fact in self.facts()}
        for page in self.pages_before(before):
            if page.scale is None or page.block is None or page.scale.format.in_words:
                continue
            if page.scale.id not in self.design.adaptive:
                labels = value_labels(page.scale.format)
                for item in page.items:
                    choice = Choosable(item.id, item_name(item), labels, page.block.id)
                    found.setdefault(item.id, choice)
        return found

    def pages_before(self, block_id: str | None) -> Iterator[Page]:
        """The pages about the person or the first brand that come before a block."""
        for page in self.pages:
            if page.block is not None and page.block.id == block_id:
                return
            if page.slot <= 1:
                yield page

    def asking(self, item_id: str) -> Page | None:
        """The first page that asks an item, None where none does."""
        return next(
            (page for page in self.pages if any(item.id == item_id for item in page.items)), None
        )


def laid_out(content: Mapping[str, Any]) -> LaidOut:
    """A questionnaire laid out; its pages only where every block names what is there."""
    read = read_instruments(content["instruments"])
    design = read_design(content["design"], read)
    by_id = {one.id: one for one in read}
    scales = {one.id: {scale.id for scale in one.scales} for one in read}
    for block in design.blocks:
        if block.instrument not in by_id or not set(block.scales) <= scales[block.instrument]:
            return LaidOut(content, by_id, design)
    brands = [each["code"] for each in content["brands"]]
    laid = pages(read, design, brands=brands, instructed_item=content["instructed_item"])
    return LaidOut(content, by_id, design, laid)


def item_name(item: Item) -> str:
    """A question as the researcher recognises it: its wording, else its topic, cut short."""
    return cut_short(in_english(item.text) or item.topic, _LONGEST_NAME)


def cut_short(wording: str, longest: int) -> str:
    """A wording on one line of at most so many letters, with an ellipsis for what is filled in."""
    text = " ".join(_FILLED_IN.sub("…", wording).split()).replace("….", "…")
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def value_labels(form: ResponseFormat) -> dict[int | str, str]:
    """The English words of every point, with its number where not all have words."""
    words: dict[int | str, str] = {
        value: in_english(form.wording_of(value)) for value in form.values
    }
    if all(words.values()):
        return words
    return {value: f"{value} – {word}" if word else str(value) for value, word in words.items()}


def _brand_name(brand: Mapping[str, Any]) -> str:
    return in_english(brand["names"], str(brand["code"]))
