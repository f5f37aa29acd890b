"""How two versions of a questionnaire differ, found by machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from instruments.texts import in_english
from survey_app.domain.condition_words import shown_to, those
from survey_app.domain.difference import Difference, Effect, Kind
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.item_differences import (
    item_differences,
    order_difference,
    scale_name,
    scale_words,
)
from survey_app.domain.languages import english_name
from survey_app.domain.questionnaire import BrandQuestion, read_design
from survey_app.domain.text import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument, Scale
    from survey_app.domain.questionnaire import Block, Design, Quota

    Content = Mapping[str, Any]

_KEEP_BRAND = "Keep the brand: answers about it are there already."
_BRAND_QUESTIONS = {
    BrandQuestion.ONE: "the one of the link, or the one chosen",
    BrandQuestion.KNOWN: "of those that are known",
    BrandQuestion.USED: "of those that are used",
}
_ABOUT = {"brand": "asked about each brand", "person": "asked once, about the person"}
_SWITCHES = {
    "shuffle_items": "Shuffled questions within a page",
    "instructed_item": "Attention check",
}


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """All differences between two contents (`Study.content`), those that break comparability
    first, then those that call for caution."""
    old, new = read_instruments(before["instruments"]), read_instruments(after["instruments"])
    both = [code for code in after["languages"] if code in before["languages"]]
    found = [
        *_languages(before, after),
        *item_differences(old, new, both),
        *_consent(before, after, both),
        *_brands(before, after, both),
        *_switches(before, after),
        *_designs(_Asked.of(before, old), _Asked.of(after, new)),
    ]
    order = list(reversed(Effect))
    return tuple(sorted(found, key=lambda each: order.index(each.effect)))


def _languages(before: Content, after: Content) -> Iterator[Difference]:
    for code in after["languages"]:
        if code not in before["languages"]:
            yield Difference(Kind.LANGUAGE, "Language", "", _language(code))
    for code in before["languages"]:
        if code not in after["languages"]:
            yield Difference(Kind.LANGUAGE, "Language", _language(code), "")


def _language(code: str) -> str:
    return f"{english_name(code)} ({code})"


def _consent(before: Content, after: Content, languages: Sequence[str]) -> Iterator[Difference]:
    for code in languages:
        old, new = before["consent"].get(code, ""), after["consent"].get(code, "")
        if old != new:
            yield Difference(Kind.CONSENT, "Consent text", old, new, language=code)


def _brands(before: Content, after: Content, languages: Sequence[str]) -> Iterator[Difference]:
    old = {each["code"]: each["names"] for each in before["brands"]}
    new = {each["code"]: each["names"] for each in after["brands"]}
    for code, names in new.items():
        place = f"Brand {named(in_english(names), code)}"
        if code not in old:
            yield Difference(Kind.BRAND, place, "", in_english(names), brand=code)
            continue
        for language in languages:
            was, now = old[code].get(language, ""), names.get(language, "")
            if was != now:
                yield Difference(Kind.BRAND, place, was, now, Effect.CAUTION, language, brand=code)
    for code, names in old.items():
        if code not in new:
            yield Difference(
                Kind.BRAND,
                f"Brand {named(in_english(names), code)}",
                in_english(names),
                "",
                Effect.BREAKS,
                mend=_KEEP_BRAND,
                brand=code,
            )


def _switches(before: Content, after: Content) -> Iterator[Difference]:
    for name, place in _SWITCHES.items():
        if before[name] != after[name]:
            yield _rule(place, _yes(before[name]), _yes(after[name]))


def _yes(is_on: bool) -> str:
    return "yes" if is_on else "no"


def _rule(place: str, before: object, after: object, scales: tuple[str, ...] = ()) -> Difference:
    return Difference(Kind.RULE, place, str(before), str(after), Effect.CAUTION, scales=scales)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A design with what its identifiers stand for."""

    design: Design
    instruments: Sequence[Instrument]
    brands: Mapping[str, str]

    @classmethod
    def of(cls, content: Content, instruments: Sequence[Instrument]) -> Self:
        brands = {
            each["code"]: in_english(each["names"], each["code"]) for each in content["brands"]
        }
        return cls(read_design(content["design"], instruments), instruments, brands)

    def scales(self) -> dict[str, tuple[Scale, Block]]:
        """The scales that are asked in their order, with their blocks."""
        known = {one.id: {scale.id: scale for scale in one.scales} for one in self.instruments}
        return {
            name: (scales[name], block)
            for block in self.design.blocks
            for scales in [known.get(block.instrument, {})]
            for name in block.scales or scales
            if name in scales
        }

    def has(self, scale_id: str) -> bool:
        """Whether a scale is among the instruments, asked or not."""
        return any(scale_id == scale.id for one in self.instruments for scale in one.scales)

    def block_name(self, block: Block) -> str:
        names = (in_english(one.name) for one in self.instruments if one.id == block.instrument)
        return f"Block {named(next(names, ''), block.id)}"

    def shown_to(self, block: Block) -> str:
        return shown_to(block, self.instruments, self.brands)

    def quota(self, quota: Quota | None) -> str:
        if quota is None:
            return ""
        return f"at most {quota.limit} of {those(quota.conditions, self.instruments, self.brands)}"


def _designs(before: _Asked, after: _Asked) -> Iterator[Difference]:
    was, now = before.scales(), after.scales()
    for scale_id, (scale, _) in now.items():
        if scale_id not in was and before.has(scale_id):
            yield Difference(
                Kind.ADDED, scale_name(scale), "not asked", "asked", scales=(scale_id,)
            )
    for scale_id, (scale, _) in was.items():
        if scale_id not in now and after.has(scale_id):
            yield Difference(
                Kind.REMOVED, scale_name(scale), "asked", "not asked", scales=(scale_id,)
            )
    names = {scale_id: scale_words(scale) for scale_id, (scale, _) in now.items()}
    yield from order_difference(list(was), names, "Order of the scales")
    yield from _blocks(before, after)
    yield from _choices(before, after)
    yield from _quotas(before, after)


def _blocks(before: _Asked, after: _Asked) -> Iterator[Difference]:
    was = before.scales()
    kept = [
        (scale, was[scale.id][1], block)
        for scale, block in after.scales().values()
        if scale.id in was
    ]
    told = set()
    for scale, old, new in kept:
        if (old.id, new.id) in told:
            continue
        told.add((old.id, new.id))
        name = f"{after.block_name(new)}, from scale {scale_words(scale)}"
        both = tuple(s.id for s, b, n in kept if (b.id, n.id) == (old.id, new.id))
        for each in _of_block(name, before, old, after, new):
            yield replace(each, scales=both)


def _of_block(
    name: str, before: _Asked, old: Block, after: _Asked, new: Block
) -> Iterator[Difference]:
    if old.about != new.about:
        yield Difference(
            Kind.RULE,
            name,
            _ABOUT[old.about],
            _ABOUT[new.about],
            Effect.BREAKS,
            mend="Ask it as before, or give the scale and its items new identifiers.",
        )
    was, now = before.shown_to(old), after.shown_to(new)
    if was != now:
        yield _rule(f"{name}: shown to", was, now)
    if old.one_by_one != new.one_by_one:
        yield _rule(f"{name}: a page for each item", _yes(old.one_by_one), _yes(new.one_by_one))


def _choices(before: _Asked, after: _Asked) -> Iterator[Difference]:
    one, other = before.design, after.design
    pairs = {
        "Which brands are asked about": tuple(
            _BRAND_QUESTIONS[each.brand_question] for each in (one, other)
        ),
        "Brands for each respondent, at most": (one.slots, other.slots),
        "Scales before the attention check": (one.instructed_after, other.instructed_after),
    }
    for place, (was, now) in pairs.items():
        if was != now:
            yield _rule(place, was, now)
    scales = {
        scale.id: scale
        for side in (before, after)
        for one in side.instruments
        for scale in one.scales
    }
    for scale_id in {**one.adaptive, **other.adaptive}:
        old, new = one.adaptive.get(scale_id), other.adaptive.get(scale_id)
        if old != new:
            name = scale_words(scales[scale_id]) if scale_id in scales else f"“{scale_id}”"
            changed = _rule(
                f"Adaptive choice of items, scale {name}",
                _rules(old),
                _rules(new),
                scales=(scale_id,),
            )
            yield replace(changed, kind=Kind.ADAPTIVE)


def _rules(rules: Mapping[str, Any] | None) -> str:
    """Rules of an adaptive scale but for its calibration, which is long."""
    if rules is None:
        return "no"
    told = (
        f"{name.replace('_', ' ')} {value}"
        for name, value in rules.items()
        if value is not None and not isinstance(value, dict | list)
    )
    return ", ".join(("yes", *told))


def _quotas(before: _Asked, after: _Asked) -> Iterator[Difference]:
    was = {quota.id: quota for quota in before.design.quotas}
    now = {quota.id: quota for quota in after.design.quotas}
    for quota_id in {**was, **now}:
        old, new = was.get(quota_id), now.get(quota_id)
        either = new or old
        if old != new and either is not None:
            place = f"Quota {named(either.name, quota_id)}"
            yield Difference(Kind.RULE, place, before.quota(old), after.quota(new))
