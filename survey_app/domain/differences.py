"""How two versions of a questionnaire differ, found by machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.condition_words import shown_to
from survey_app.domain.difference import Difference, Effect, Kind
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.item_differences import item_differences, order_difference, scale_name
from survey_app.domain.questionnaire import read_design
from survey_app.domain.text import in_english

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument, Scale
    from survey_app.domain.questionnaire import Block, Design, Quota

    Content = Mapping[str, Any]

_KEEP_BRAND = "Keep the brand: answers about it are there already."
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
        *_designs(read_design(before["design"], old), old, read_design(after["design"], new), new),
    ]
    order = list(reversed(Effect))
    return tuple(sorted(found, key=lambda each: order.index(each.effect)))


def _languages(before: Content, after: Content) -> Iterator[Difference]:
    for code in after["languages"]:
        if code not in before["languages"]:
            yield Difference(Kind.LANGUAGE, "Language", "", code)
    for code in before["languages"]:
        if code not in after["languages"]:
            yield Difference(Kind.LANGUAGE, "Language", code, "")


def _consent(before: Content, after: Content, languages: Sequence[str]) -> Iterator[Difference]:
    for code in languages:
        old, new = before["consent"].get(code, ""), after["consent"].get(code, "")
        if old != new:
            yield Difference(Kind.CONSENT, "Consent text", old, new, language=code)


def _brands(before: Content, after: Content, languages: Sequence[str]) -> Iterator[Difference]:
    old = {each["code"]: each["names"] for each in before["brands"]}
    new = {each["code"]: each["names"] for each in after["brands"]}
    for code, names in new.items():
        place = f"Brand {code}"
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
                f"Brand {code}",
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


def _designs(
    before: Design, old: Sequence[Instrument], after: Design, new: Sequence[Instrument]
) -> Iterator[Difference]:
    was, now = _asked(before, old), _asked(after, new)
    for scale_id, (scale, _) in now.items():
        if scale_id not in was and any(scale_id == one.id for each in old for one in each.scales):
            yield Difference(
                Kind.ADDED, scale_name(scale), "not asked", "asked", scales=(scale_id,)
            )
    for scale_id, (scale, _) in was.items():
        if scale_id not in now and any(scale_id == one.id for each in new for one in each.scales):
            yield Difference(
                Kind.REMOVED, scale_name(scale), "asked", "not asked", scales=(scale_id,)
            )
    yield from order_difference(list(was), list(now), "Order of the scales")
    yield from _blocks(was, old, now, new)
    yield from _choices(before, after)
    yield from _quotas(before.quotas, after.quotas)


def _asked(design: Design, instruments: Sequence[Instrument]) -> dict[str, tuple[Scale, Block]]:
    scales = {one.id: {scale.id: scale for scale in one.scales} for one in instruments}
    return {
        name: (known[name], block)
        for block in design.blocks
        for known in [scales.get(block.instrument, {})]
        for name in block.scales or known
        if name in known
    }


def _blocks(
    was: Mapping[str, tuple[Scale, Block]],
    old: Sequence[Instrument],
    now: Mapping[str, tuple[Scale, Block]],
    new: Sequence[Instrument],
) -> Iterator[Difference]:
    kept = [(scale, was[scale.id][1], block) for scale, block in now.values() if scale.id in was]
    told = set()
    for scale, before, block in kept:
        if (before.id, block.id) in told:
            continue
        told.add((before.id, block.id))
        name = f"Block {block.id}, from {scale_name(scale)}"
        both = tuple(s.id for s, b, n in kept if (b.id, n.id) == (before.id, block.id))
        for each in _of_block(name, before, old, block, new):
            yield replace(each, scales=both)


def _of_block(
    name: str,
    before: Block,
    old: Sequence[Instrument],
    after: Block,
    new: Sequence[Instrument],
) -> Iterator[Difference]:
    if before.about != after.about:
        yield Difference(
            Kind.RULE,
            name,
            _ABOUT[before.about],
            _ABOUT[after.about],
            Effect.BREAKS,
            mend="Ask it as before, or give the scale and its items new identifiers.",
        )
    was, now = shown_to(before, old), shown_to(after, new)
    if was != now:
        yield _rule(f"{name}: shown to", was, now)
    if before.one_by_one != after.one_by_one:
        yield _rule(
            f"{name}: a page for each item", _yes(before.one_by_one), _yes(after.one_by_one)
        )


def _choices(before: Design, after: Design) -> Iterator[Difference]:
    pairs = {
        "Which brands are asked about": (before.brand_question.value, after.brand_question.value),
        "Brands for each respondent, at most": (before.slots, after.slots),
        "Scales before the attention check": (before.instructed_after, after.instructed_after),
    }
    for place, (was, now) in pairs.items():
        if was != now:
            yield _rule(place, was, now)
    for scale in {**before.adaptive, **after.adaptive}:
        old, new = before.adaptive.get(scale), after.adaptive.get(scale)
        if old != new:
            place = f"Adaptive choice of items of {scale}"
            changed = _rule(place, _rules(old), _rules(new), scales=(scale,))
            yield replace(changed, kind=Kind.ADAPTIVE)


def _rules(rules: Mapping[str, Any] | None) -> str:
    """Rules of an adaptive scale but for its calibration, which is long."""
    if rules is None:
        return "no"
    told = (
        f"{name} {value}" for name, value in rules.items() if not isinstance(value, dict | list)
    )
    return ", ".join(("yes", *told))


def _quotas(before: Sequence[Quota], after: Sequence[Quota]) -> Iterator[Difference]:
    was = {quota.id: quota for quota in before}
    now = {quota.id: quota for quota in after}
    for quota_id in {**was, **now}:
        old, new = was.get(quota_id), now.get(quota_id)
        if old != new:
            name = (new or old or before[0]).name
            yield Difference(Kind.RULE, f"Quota {name}", _quota(old), _quota(new))


def _quota(quota: Quota | None) -> str:
    if quota is None:
        return ""
    told = (f"{each.item}: {', '.join(sorted(map(str, each.values)))}" for each in quota.conditions)
    return f"at most {quota.limit} where {' and '.join(told)}"
