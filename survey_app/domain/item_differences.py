"""How what is asked differs between two versions: scales, items, their wording and points."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from instruments.texts import in_english
from survey_app.domain.difference import Difference, Effect, Kind
from survey_app.domain.text import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from instruments.model import Instrument, Item, ResponseFormat, Scale

NEW_IDENTIFIER = "Give it a new identifier, so that it counts as another question."
NEW_SCALE = "Give the scale and its items new identifiers, so that they count as others."
KEEP = "Keep it among the instruments, and leave its scale out of the blocks instead."


class Placed(NamedTuple):
    """An item in its scale."""

    scale: Scale
    item: Item

    @property
    def name(self) -> str:
        """What the item is called."""
        return f"Item {named(self.item.topic, self.item.id)}"


def item_differences(
    before: Sequence[Instrument], after: Sequence[Instrument], languages: Collection[str]
) -> Iterator[Difference]:
    """Differences between what two versions may ask; wordings in the `languages` of both."""
    was, now = _items(before), _items(after)
    scales_before, scales_after = _scales(before), _scales(after)
    gone = (placed for item, placed in was.items() if item not in now)
    yield from _removed(gone, scales_after)
    come = (placed for item, placed in now.items() if item not in was)
    yield from _added(come, scales_before)
    for scale_id, scale in scales_after.items():
        if scale_id in scales_before:
            yield from _of_scale(scales_before[scale_id], scale, languages)
    for item_id, placed in now.items():
        if item_id in was:
            yield from _of_item(was[item_id], placed, languages)


def scale_name(scale: Scale) -> str:
    """What a scale is called."""
    return f"Scale {scale_words(scale)}"


def scale_words(scale: Scale) -> str:
    """A scale's name and identifier."""
    return named(in_english(scale.name), scale.id)


def _scales(instruments: Iterable[Instrument]) -> dict[str, Scale]:
    return {scale.id: scale for one in instruments for scale in one.scales}


def _items(instruments: Iterable[Instrument]) -> dict[str, Placed]:
    scales = _scales(instruments).values()
    return {item.id: Placed(scale, item) for scale in scales for item in scale.items}


def _removed(gone: Iterable[Placed], kept: Mapping[str, Scale]) -> Iterator[Difference]:
    for _, group in groupby(gone, key=lambda placed: placed.scale.id):
        lost = list(group)
        scale = lost[0].scale
        if scale.id in kept:
            for placed in lost:
                yield Difference(
                    Kind.REMOVED,
                    placed.name,
                    placed.item.topic,
                    "",
                    Effect.BREAKS,
                    mend=KEEP,
                    scales=(scale.id,),
                    item=placed.item.id,
                )
        else:
            yield Difference(
                Kind.REMOVED,
                scale_name(scale),
                _topics(lost),
                "",
                Effect.BREAKS,
                mend=KEEP,
                scales=(scale.id,),
            )


def _added(come: Iterable[Placed], known: Mapping[str, Scale]) -> Iterator[Difference]:
    for _, group in groupby(come, key=lambda placed: placed.scale.id):
        new = list(group)
        scale = new[0].scale
        if scale.id in known:
            # A score of more items is made of something else.
            effect = Effect.CAUTION if scale.scored else Effect.NONE
            for placed in new:
                yield Difference(
                    Kind.ADDED,
                    placed.name,
                    "",
                    placed.item.topic,
                    effect,
                    scales=(scale.id,),
                    item=placed.item.id,
                )
        else:
            yield Difference(Kind.ADDED, scale_name(scale), "", _topics(new), scales=(scale.id,))


def _topics(placed: Iterable[Placed]) -> str:
    return "; ".join(each.item.topic for each in placed)


def _of_scale(before: Scale, after: Scale, languages: Collection[str]) -> Iterator[Difference]:
    name = scale_name(after)
    yield from _of_format(before, after, name)
    if before.kind != after.kind or before.favourable != after.favourable:
        yield Difference(
            Kind.ROLE, name, _role(before), _role(after), Effect.CAUTION, scales=(after.id,)
        )
    for language in languages:
        old, new = before.intro.get(language, ""), after.intro.get(language, "")
        if old != new:
            place = f"{name}, introduction"
            yield Difference(
                Kind.WORDING, place, old, new, Effect.CAUTION, language, scales=(after.id,)
            )
        old, new = _points(before.format, language), _points(after.format, language)
        if old != new:
            yield Difference(
                Kind.LABELS, name, old, new, Effect.CAUTION, language, scales=(after.id,)
            )
    words = {item.id: named(item.topic, item.id) for item in after.items}
    yield from order_difference([item.id for item in before.items], words, name, (after.id,))


def order_difference(
    before: Sequence[str], after: Mapping[str, str], place: str, scales: tuple[str, ...] = ()
) -> Iterator[Difference]:
    """The order of what stands in both, where it differs, of `scales` or of all. `after` holds what
    each identifier is called."""
    old = [each for each in before if each in after]
    new = [each for each in after if each in before]
    if old != new:
        was, now = (", ".join(after[each] for each in order) for order in (old, new))
        yield Difference(Kind.ORDER, place, was, now, Effect.CAUTION, scales=scales)


def _of_format(before: Scale, after: Scale, name: str) -> Iterator[Difference]:
    old, new = before.format, after.format
    if (old.kind, old.minimum, old.maximum) == (new.kind, new.minimum, new.maximum):
        return
    if old.in_words and new.in_words:
        yield Difference(Kind.FORMAT, name, _format(old), _format(new), scales=(after.id,))
    elif {item.id for item in before.items} & {item.id for item in after.items}:
        yield Difference(
            Kind.FORMAT,
            name,
            _format(old),
            _format(new),
            Effect.BREAKS,
            mend=NEW_SCALE,
            scales=(after.id,),
        )


def _format(form: ResponseFormat) -> str:
    kind = form.kind.replace("_", " ")
    return (
        f"{kind}, up to {form.maximum} letters"
        if form.in_words
        else (f"{kind}, {form.minimum} to {form.maximum}")
    )


def _role(scale: Scale) -> str:
    return f"{scale.kind}, {scale.favourable} is favourable" if scale.scored else scale.kind


def _points(form: ResponseFormat, language: str) -> str:
    points = form.labels.get(language, {})
    return "; ".join(f"{value} = {label}" for value, label in sorted(points.items()))


def _of_item(before: Placed, after: Placed, languages: Collection[str]) -> Iterator[Difference]:
    name, item = after.name, after.item.id
    scales = tuple(dict.fromkeys((before.scale.id, after.scale.id)))
    if before.scale.id != after.scale.id:
        yield Difference(
            Kind.MEMBERSHIP,
            name,
            scale_name(before.scale),
            scale_name(after.scale),
            Effect.BREAKS,
            mend=NEW_IDENTIFIER,
            scales=scales,
            item=item,
        )
    if before.item.reversed != after.item.reversed:
        yield Difference(
            Kind.REVERSAL,
            name,
            _direction(before.item),
            _direction(after.item),
            Effect.BREAKS,
            mend=NEW_IDENTIFIER,
            scales=scales,
            item=item,
        )
    for language in languages:
        old, new = (one.item.wording(language, "{brand}") for one in (before, after))
        if old != new:
            yield Difference(
                Kind.WORDING, name, old, new, Effect.CAUTION, language, scales=scales, item=item
            )


def _direction(item: Item) -> str:
    return "reversed" if item.reversed else "not reversed"
