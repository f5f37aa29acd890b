"""Another identifier for a question, wherever the questionnaire names it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from instruments.model import PIPED_ANSWER
from survey_app.services.design_blocks import OWN
from survey_app.services.design_content import design_of, with_design

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.questionnaire import Condition


def renamed(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The content with questions renamed in branches, quotas and the wordings typed in.

    Parameters
    ----------
    names : new identifiers by old ones; those that stay may be among them.
    """
    design = design_of(content)

    def conditions(held: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(replace(one, item=names.get(one.item, one.item)) for one in held)

    blocks = [replace(block, shown_if=conditions(block.shown_if)) for block in design.blocks]
    quotas = [replace(quota, conditions=conditions(quota.conditions)) for quota in design.quotas]
    changed = with_design(content, blocks=tuple(blocks), quotas=tuple(quotas))
    return {
        **changed,
        "instruments": [
            _piped(one, names) if one["id"].startswith(OWN) else one
            for one in content["instruments"]
        ],
    }


def _piped(instrument: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    def item(plain: Mapping[str, Any]) -> dict[str, Any]:
        text = {language: _text(wording, names) for language, wording in plain["text"].items()}
        return {**plain, "text": text}

    def scale(plain: Mapping[str, Any]) -> dict[str, Any]:
        changed = {**plain, "items": [item(one) for one in plain["items"]]}
        if "intro" in plain:
            told = plain["intro"].items()
            changed["intro"] = {language: _text(words, names) for language, words in told}
        return changed

    return {**instrument, "scales": [scale(one) for one in instrument["scales"]]}


def _text(wording: str, names: Mapping[str, str]) -> str:
    return PIPED_ANSWER.sub(lambda found: "{answer:" + names.get(found[1], found[1]) + "}", wording)
