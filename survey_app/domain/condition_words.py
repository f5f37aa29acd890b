"""Who is shown a block of questions, told in English for the researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.domain.languages import english_name
from survey_app.domain.questionnaire import BRAND, FACTS, LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument, Item, Scale
    from survey_app.domain.questionnaire import Block, Condition


def shown_to(
    block: Block, instruments: Sequence[Instrument], brands: Mapping[str, str] | None = None
) -> str:
    """Who is shown a block, e.g. ``those whose answer to “Age” is “18–29” or “30–44”``; `brands`
    names the code of each."""
    if not block.shown_if:
        return "everybody"
    return those(block.shown_if, instruments, brands, joined=block.match)


def those(
    conditions: Sequence[Condition],
    instruments: Sequence[Instrument],
    brands: Mapping[str, str] | None = None,
    *,
    joined: str = "all",
) -> str:
    """For whom all, or any, of some conditions hold."""
    asked = {
        item.id: (scale, item)
        for one in instruments
        for scale in one.scales
        for item in scale.items
    }
    parts = [condition_words(condition, asked, brands or {}) for condition in conditions]
    return "those " + (" and " if joined == "all" else " or ").join(parts)


def condition_words(
    condition: Condition, asked: Mapping[str, tuple[Scale, Item]], brands: Mapping[str, str]
) -> str:
    """A condition as a part of a sentence, e.g. ``whose language is “German”``."""
    labels: Mapping[Any, str] = {}
    about = f"whose {condition.item}"
    if condition.item == BRAND:
        labels = brands
    elif condition.item == LANGUAGE:
        labels = {value: english_name(str(value)) for value in condition.values}
    elif condition.item not in FACTS:
        scale, item = asked.get(condition.item, (None, None))
        about = f"whose answer to “{item.topic if item else condition.item}”"
        labels = _labels(scale)
    values = sorted(condition.values, key=lambda value: (isinstance(value, str), value))
    told = [f"“{labels.get(value, value)}”" for value in values]
    return f"{about} is {' or '.join(told)}"


def _labels(scale: Scale | None) -> Mapping[int, str]:
    if scale is None:
        return {}
    return scale.format.labels.get("en") or next(iter(scale.format.labels.values()), {})
